"""The yearly round, answers to duties, the outbox, and the second factor of staff accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("code_sha256", sa.Text(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])
    _round()
    _message()
    _duty_answer()


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), primary_key=True),
        *columns,
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("uid"),
    )


def _texts(names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def _round() -> None:
    _table(
        "yearly_round",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        *_texts("close_reason"),
        sa.UniqueConstraint("year"),
    )


def _message() -> None:
    _table(
        "message",
        sa.Column("expert_id", sa.Integer(), sa.ForeignKey("expert.id"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *_texts("kind text about status created_by channel sent_by link_uid"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
    )
    op.create_index("ix_message_expert_id", "message", ["expert_id"])
    op.create_index("ix_message_year", "message", ["year"])


def _duty_answer() -> None:
    _table(
        "duty_answer",
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        *_texts("expert fingerprint plan_uid answer reason_kind reason via"),
        sa.Column("after_accepting", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("year", "expert", "fingerprint"),
    )
    op.create_index("ix_duty_answer_expert", "duty_answer", ["expert"])
