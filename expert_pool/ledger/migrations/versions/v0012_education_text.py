"""What was written of a person's education, beside the level that was read from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "expert",
        sa.Column("education_text", sa.Text(), nullable=False, server_default=sa.text("''")),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
