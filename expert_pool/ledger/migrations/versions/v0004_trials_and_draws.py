"""Solve jobs that try something out or look for candidates, and draws by a public seed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("kind", "task", "results"):
        op.add_column("solve_job", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "plan_draw",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("status", "job_uid", "candidates", "names", "digest")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("count", "tolerance", "cap", "reached")
        ),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("opened_by", "opened_name", "seed", "source")
        ),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("ticket", "chosen")),
        sa.Column("drawn_at", UtcDateTime(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("drawn_by", "drawn_name", "plan_uid")
        ),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("voided_name", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("uid"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
