"""Conflicts of staff with who declared and who decided them."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TEXTS = (
    "organisation",
    "reason",
    "declared_by",
    "declared_name",
    "decision",
    "decided_by",
    "decided_name",
    "decision_reason",
)


def upgrade() -> None:
    connection = op.get_bind()
    known = connection.execute(
        sa.text("SELECT account_id, organisation, reason FROM account_conflict")
    ).all()
    op.drop_table("account_conflict")
    table = op.create_table(
        "account_conflict",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("declared_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_account_conflict_account_id", "account_conflict", ["account_id"])
    empty = dict.fromkeys(TEXTS, "")
    for account_id, organisation, reason in known:
        told = {"account_id": account_id, "organisation": organisation, "reason": reason}
        connection.execute(
            sa.insert(table).values(**empty | told, uid=f"ac-{uuid4().hex[:15]}", version=1)
        )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
