"""Who let an account in alone, and which accounts were one person's before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Accounts that stand are believed: nothing says who handed their links over.
    for name in ("let_in_by", "known_as"):
        op.add_column("account", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
