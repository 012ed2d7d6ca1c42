"""Indices for a register of twenty thousand: the order of its list, and who knows a trade."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_expert_pinyin", "expert", ["pinyin", "uid"])
    op.create_index("ix_expert_industry_code", "expert_industry", ["code"])


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
