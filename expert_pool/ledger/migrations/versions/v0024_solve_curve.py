"""How objective and bound of a solve went, for the plot beside its progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("solve_job") as batch:
        batch.add_column(sa.Column("curve", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("solve_job") as batch:
        batch.alter_column("curve", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
