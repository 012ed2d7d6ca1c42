"""Experts lent between offices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXTS = ("sheet", "office", "own", "ref", "consent_how", "status", "away", "digest", "conduct")
DAYS = ("first", "last", "consent_on")


def upgrade() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("side", sa.String(3), nullable=False),
        sa.Column("expert_id", sa.Integer(), sa.ForeignKey("expert.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*TEXTS, "appointment")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in DAYS),
        sa.Column("half_days", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("side", "sheet", "ref"),
    )
    op.create_index("ix_loan_sheet", "loan", ["sheet"])
    op.create_index("ix_loan_expert_id", "loan", ["expert_id"])


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
