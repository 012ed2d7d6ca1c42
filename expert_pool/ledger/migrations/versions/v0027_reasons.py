"""Reasons given stand among the contents of the log, which the law may ask to delete."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was given before stays where the chain was made of it.
    op.add_column("audit_content", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
