"""The award year from the notice to signed site reports: stages, settings, applications, inquiries,
scorebooks, consensus, reports.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("stage", "back_reason", "back_by", "back_name", "ended_document"):
        op.add_column("award_year", _word(name))
    op.add_column("applicant", _word("state"))
    op.add_column("plan_version", _word("review"))
    _year()
    _applications()
    _inquiries()
    _scoring()


def _word(name: str) -> sa.Column[str]:
    """An empty text where nothing was said before; records made from now on say it."""
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))


def _year() -> None:
    op.create_table(
        "year_setting",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "code"),
    )
    op.create_table(
        "rubric_check",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("checked_name", sa.Text(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "item", "checked_by"),
    )
    op.create_table(
        "rubric_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "key"),
    )


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False, unique=True
        ),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("innovations", sa.Text(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=True),
        sa.Column("operating_since", sa.Date(), nullable=True),
        sa.Column("operating_precision", sa.Text(), nullable=False),
        sa.Column("excellence_since", sa.Date(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("supplement", sa.Text(), nullable=False),
        sa.Column("supplement_due", sa.Date(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_name", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("remove_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_attachment_applicant_id", "attachment", ["applicant_id"])
    op.create_table(
        "attachment_content",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_opinion_applicant_id", "opinion", ["applicant_id"])
    op.create_table(
        "licence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("forever", sa.Boolean(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_licence_applicant_id", "licence", ["applicant_id"])
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("org_fault", sa.Boolean(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_incident_applicant_id", "incident", ["applicant_id"])
    op.create_table(
        "ban",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_ban_uscc", "ban", ["uscc"])
    op.create_table(
        "condition_word",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_name", sa.Text(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("applicant_id", "condition"),
    )
    op.create_index("ix_condition_word_applicant_id", "condition_word", ["applicant_id"])


def _inquiries() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "department"),
    )
    op.create_index("ix_inquiry_token_sha256", "inquiry", ["token_sha256"])
    op.create_table(
        "inquiry_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("inquiry_id", sa.Integer(), sa.ForeignKey("inquiry.id"), nullable=False),
        sa.Column("applicant_id", sa.Integer(), sa.ForeignKey("applicant.id"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("inquiry_id", "applicant_id"),
    )
    op.create_index("ix_inquiry_answer_applicant_id", "inquiry_answer", ["applicant_id"])
    op.create_index("ix_inquiry_answer_inquiry_id", "inquiry_answer", ["inquiry_id"])


def _scoring() -> None:
    op.create_table(
        "scorebook",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("expert", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("frozen_from", sa.Text(), nullable=False),
        sa.Column("rubric_digest", sa.Text(), nullable=False),
        sa.Column("sealed_book", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_scorebook_applicant", "scorebook", ["applicant"])
    op.create_index("ix_scorebook_expert", "scorebook", ["expert"])
    op.create_table(
        "paper_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("scorebook_id", sa.Integer(), sa.ForeignKey("scorebook.id"), nullable=False),
        sa.Column("sealed_book", sa.Text(), nullable=False),
        sa.Column("scan_sha256", sa.Text(), nullable=False),
        sa.Column("typed_at", UtcDateTime(), nullable=False),
        sa.Column("typed_by", sa.Text(), nullable=False),
        sa.Column("typed_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("scorebook_id", "typed_by"),
    )
    op.create_index("ix_paper_entry_scorebook_id", "paper_entry", ["scorebook_id"])
    op.create_table(
        "consensus",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("proposal_reason", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("report_digest", sa.Text(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("year", "stage", "applicant"),
    )
    op.create_index("ix_consensus_applicant", "consensus", ["applicant"])
    op.create_table(
        "report_signature",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("consensus_id", sa.Integer(), sa.ForeignKey("consensus.id"), nullable=False),
        sa.Column("expert", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("report_digest", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("consensus_id", "expert", "report_digest"),
    )
    op.create_index("ix_report_signature_consensus_id", "report_signature", ["consensus_id"])
    op.create_table(
        "shortlist_line",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False, unique=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "site_plan",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("award_year.year"), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False, unique=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")
