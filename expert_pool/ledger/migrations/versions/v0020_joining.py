"""One-time links and binding codes of accounts, and who proposed one that waits for a second
administrator; who proposes that a hard recusal ends, and who decides it; why a year is drawn for
again, and who agreed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TEXTS = (
    "kind",
    "target",
    "act",
    "reason",
    "proposed_by",
    "proposed_name",
    "outcome",
    "decided_by",
    "decided_name",
    "decision_reason",
)


def upgrade() -> None:
    for name in ("invite_sha256", "invite_kind", "proposed_by"):
        op.add_column("account", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("invite_until", UtcDateTime(), nullable=True))
    for name in ("again_reason", "agreed_by", "agreed_name"):
        op.add_column("plan_draw", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("plan_draw", sa.Column("agreed_at", UtcDateTime(), nullable=True))
    op.create_table(
        "lifting",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_lifting_target", "lifting", ["target"])


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
