"""Submitted for approval, returned with comments, approved with an opinion; which version took the
place of which.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime
from expert_pool.ledger.guards import PLAN_POSTGRESQL, PLAN_SQLITE

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXTS = ("submitted_name", "submit_note", "opinion", "returned_name", "return_reason")


def upgrade() -> None:
    op.add_column("plan_version", sa.Column("superseded_by", sa.Integer(), nullable=True))
    for name in ("submitted_at", "returned_at"):
        op.add_column("plan_version", sa.Column(name, UtcDateTime(), nullable=True))
    op.add_column("plan_version", sa.Column("submitted_by", sa.Text(), nullable=True))
    for name in TEXTS:
        column = sa.Column(name, sa.Text(), nullable=False, server_default="")
        op.add_column("plan_version", column)
    _name_successors()


def _name_successors() -> None:
    """Until now the successor stood in a sentence only; the guard sleeps while it is read."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    found = connection.execute(
        sa.text("SELECT id, withdraw_reason FROM plan_version WHERE withdraw_reason LIKE '由第 %'")
    ).all()
    op.execute("DROP TRIGGER plan_version_fixed" + ("" if sqlite else " ON plan_version"))
    for row, reason in found:
        told = re.fullmatch(r"由第 (\d+) 版取代", reason)
        if told:
            connection.execute(
                sa.text("UPDATE plan_version SET superseded_by = :number WHERE id = :id"),
                {"number": int(told[1]), "id": row},
            )
    op.execute(PLAN_SQLITE[0] if sqlite else PLAN_POSTGRESQL[1])


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
