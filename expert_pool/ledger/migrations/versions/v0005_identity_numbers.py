"""Identity numbers, sealed, with the mark that keeps them unique."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_number",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("expert_id", sa.Integer(), sa.ForeignKey("expert.id"), nullable=False),
        sa.Column("id_sealed", sa.Text(), nullable=False),
        sa.Column("id_mark", sa.String(64), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("uid"),
        sa.UniqueConstraint("expert_id"),
        sa.UniqueConstraint("id_mark"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
