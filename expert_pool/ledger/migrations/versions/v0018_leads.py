"""Anonymous objections are leads until the office takes them up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was filed before stays an objection: nobody may drop it by a change of the program.
    with op.batch_alter_table("objection") as batch:
        batch.add_column(sa.Column("lead", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("objection") as batch:
        batch.alter_column("lead", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
