"""Entries of the log carry a seal made with the key beside the records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: the table would be made anew, and its triggers with it.
    op.add_column("audit_entry", sa.Column("seal", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
