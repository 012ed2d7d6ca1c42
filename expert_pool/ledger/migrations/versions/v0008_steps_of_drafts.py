"""The steps of a draft, to be undone and done again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "plan_version", sa.Column("step", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "plan_step",
        sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan_version.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("pins", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
