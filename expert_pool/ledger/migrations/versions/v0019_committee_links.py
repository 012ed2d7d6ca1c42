"""Members of the committee read the report by a link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("committee_member") as batch:
        column = sa.Column("token_sha256", sa.String(64), nullable=False, server_default="")
        batch.add_column(column)
        batch.add_column(sa.Column("read_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("committee_member") as batch:
        batch.alter_column("token_sha256", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
