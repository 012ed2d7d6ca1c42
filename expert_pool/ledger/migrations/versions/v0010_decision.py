"""The award year from the report to the archive: evaluation, committee, vote, notice, approval,
honours, money, bags.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False, unique=True
        ),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "committee",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False, unique=True
        ),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "committee_member",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_committee_member_year", "committee_member", ["year"])
    op.create_table(
        "vote_round",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_name", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "number"),
    )
    op.create_table(
        "vote_tally",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("round_id", sa.Integer(), sa.ForeignKey("vote_round.id"), nullable=False),
        sa.Column("scrutineer", sa.Text(), nullable=False),
        sa.Column("tally_json", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("round_id", "noted_by"),
    )
    op.create_index("ix_vote_tally_round_id", "vote_tally", ["round_id"])
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_ruling_year", "ruling", ["year"])
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False, unique=True
        ),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("listing", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("found_name", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_objection_year", "objection", ["year"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False, unique=True
        ),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "honour",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("award", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("open_reason", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "organisation", "award"),
    )
    op.create_index("ix_honour_uscc", "honour", ["uscc"])
    op.create_index("ix_honour_year", "honour", ["year"])
    op.create_table(
        "succession",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("earlier_uscc", sa.Text(), nullable=False),
        sa.Column("later_uscc", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_succession_earlier_uscc", "succession", ["earlier_uscc"])
    op.create_index("ix_succession_later_uscc", "succession", ["later_uscc"])
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "honour_id", sa.Integer(), sa.ForeignKey("honour.id"), nullable=False, unique=True
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "revocation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "honour_id", sa.Integer(), sa.ForeignKey("honour.id"), nullable=False, unique=True
        ),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recover", sa.Integer(), nullable=False),
        sa.Column("banned_through", sa.Date(), nullable=True),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.Column("recovered_on", sa.Date(), nullable=True),
        sa.Column("plaque_on", sa.Date(), nullable=True),
        sa.Column("credit_on", sa.Date(), nullable=True),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "expense",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_expense_year", "expense", ["year"])
    op.create_table(
        "promotion",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("honour_id", sa.Integer(), sa.ForeignKey("honour.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_promotion_honour_id", "promotion", ["honour_id"])
    op.create_table(
        "title_use",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("honour_id", sa.Integer(), sa.ForeignKey("honour.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_title_use_honour_id", "title_use", ["honour_id"])
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=False),
        sa.Column("verified_name", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_bundle_year", "bundle", ["year"])
    op.create_table(
        "bundle_content",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
