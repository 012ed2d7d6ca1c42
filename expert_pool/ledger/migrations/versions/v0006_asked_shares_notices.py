"""When the list of applicants was answered, shares of a holding, accounts of 浙政钉, and who
proposed to void a draw.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("expert", sa.Column("zzd_account", sa.Text(), nullable=True))
    op.add_column("conflict", sa.Column("percent", sa.Double(), nullable=True))
    op.add_column("declaration", sa.Column("answered_at", UtcDateTime(), nullable=True))
    # Until now a signature counted as an answer for every applicant of that day.
    op.execute("UPDATE declaration SET answered_at = signed_at")
    op.add_column("applicant", sa.Column("listed_at", UtcDateTime(), nullable=True))
    op.add_column("plan_draw", sa.Column("voiding_at", UtcDateTime(), nullable=True))
    for name in ("voiding_by", "voiding_name", "voided_by"):
        op.add_column("plan_draw", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
