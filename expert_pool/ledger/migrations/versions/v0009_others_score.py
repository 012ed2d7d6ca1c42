"""The mean of the other members beside a member's own score: the consensus contains her own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stage_record", sa.Column("others_score", sa.Double(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
