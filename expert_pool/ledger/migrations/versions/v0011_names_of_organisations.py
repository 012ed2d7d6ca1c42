"""What people said of two names, and under which names an applicant was known before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "first_key",
                "second_key",
                "written",
                "official",
                "answered_by",
                "answered_name",
            )
        ),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("first_key", "second_key"),
    )
    op.create_table(
        "applicant_former_name",
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("applicant_id", "name"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
