"""What the leader of a site visit notes: who looks at what, who was there, what it cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_duty",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("expert", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("present", sa.Text(), nullable=True),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.Column("lodging", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("applicant", "expert"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
