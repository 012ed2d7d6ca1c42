"""Rows that an import refused, until they are settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXTS = ("batch_uid", "kind", "filename", "sheet", "name", "unit", "reason", "settled_note")


def upgrade() -> None:
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("settled_by", "settled_how")),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
