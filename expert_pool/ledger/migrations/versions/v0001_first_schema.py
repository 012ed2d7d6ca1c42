"""The first schema: register, award years, plans, jobs, accounts, audit log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime
from expert_pool.ledger.guards import statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit_log()
    _register_of_experts()
    _accounts()
    _award_year_and_applicants()
    _plans_jobs_and_calendar()
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a database is restored from its backup, never downgraded")


Columns = list[sa.Column[Any]]


def number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def editable() -> tuple[sa.schema.SchemaItem, ...]:
    return (*code("uid", 32), *whole("version"), sa.UniqueConstraint("uid"))


def _columns(names: str, kind: sa.types.TypeEngine[Any], null: bool) -> Columns:
    return [sa.Column(name, kind, nullable=null, autoincrement=False) for name in names.split()]


def text(names: str, null: bool = False) -> Columns:
    return _columns(names, sa.Text(), null)


def code(names: str, length: int) -> Columns:
    return _columns(names, sa.String(length), False)


def whole(names: str, null: bool = False) -> Columns:
    return _columns(names, sa.Integer(), null)


def big(names: str, null: bool = False) -> Columns:
    return _columns(names, sa.BigInteger(), null)


def real(names: str) -> Columns:
    return _columns(names, sa.Double(), False)


def flag(names: str, null: bool = False) -> Columns:
    return _columns(names, sa.Boolean(), null)


def day(names: str, null: bool = False) -> Columns:
    return _columns(names, sa.Date(), null)


def instant(names: str, null: bool = False) -> Columns:
    return _columns(names, UtcDateTime(), null)


def _audit_log() -> None:
    op.create_table(
        "audit_entry",
        *whole("id"),
        *text(
            "at actor_id actor_name actor_role action kind object_id reason content_digest"
            " previous_hash hash"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entry_object", "audit_entry", ["kind", "object_id"])
    op.create_table(
        "audit_content",
        *whole("entry_id"),
        *text("salt"),
        *text("before after", null=True),
        sa.PrimaryKeyConstraint("entry_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"]),
    )


def _register_of_experts() -> None:
    op.create_table(
        "affiliation",
        number(),
        *text("company group_name source"),
        *editable(),
        sa.UniqueConstraint("company", "group_name"),
    )
    op.create_table(
        "announced_year", *whole("year"), *text("source"), sa.PrimaryKeyConstraint("year")
    )
    op.create_table(
        "day_override",
        number(),
        *day("day"),
        *text("kind name source"),
        *editable(),
        sa.UniqueConstraint("day"),
    )
    op.create_table(
        "expert",
        number(),
        *text(
            "name pinyin gender employer employer_uscc title education phone place_text source_pool"
            " remark served_years"
        ),
        *day("birth", null=True),
        *text("birth_precision town_code", null=True),
        *flag("quality leader", null=True),
        *whole("seniority"),
        *whole("max_effort", null=True),
        *instant("created_at"),
        *editable(),
    )
    op.create_index("ix_expert_name_employer", "expert", ["name", "employer"])
    op.create_table(
        "heading_memory", *text("kind heading field"), sa.PrimaryKeyConstraint("kind", "heading")
    )
    op.create_table(
        "import_batch",
        number(),
        *text(
            "kind filename sha256 table_json headings_json answers_json status summary_json"
            " created_by"
        ),
        *whole("year", null=True),
        *instant("created_at"),
        *instant("closed_at", null=True),
        *editable(),
    )
    op.create_table("trade_word", *text("word codes confirmed_by"), sa.PrimaryKeyConstraint("word"))
    op.create_table(
        "appointment",
        number(),
        *whole("expert_id"),
        *text("grade certificate_no end_reason"),
        *day("first last"),
        *day("decided_on ended_on", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
    )
    op.create_index("ix_appointment_expert_id", "appointment", ["expert_id"])
    op.create_table(
        "availability",
        number(),
        *whole("expert_id year"),
        *flag("known"),
        *day("first last", null=True),
        *text("text"),
        *instant("saved_at"),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
        sa.UniqueConstraint("expert_id", "year"),
    )
    op.create_table(
        "conflict",
        number(),
        *whole("expert_id"),
        *text(
            "kind organisation organisation_uscc source evidence decision decided_by"
            " withdraw_reason"
        ),
        *day("since until", null=True),
        *instant("recorded_at"),
        *instant("withdrawn_at", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
    )
    op.create_index("ix_conflict_expert_id", "conflict", ["expert_id"])
    op.create_table(
        "declaration",
        number(),
        *whole("expert_id year"),
        *text("text_version text_sha256 signed_via"),
        *instant("signed_at"),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
        sa.UniqueConstraint("expert_id", "year"),
    )
    op.create_table(
        "expert_industry",
        *whole("expert_id position"),
        *code("code", 4),
        *text("source_word"),
        *flag("confirmed"),
        sa.PrimaryKeyConstraint("expert_id", "position"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
    )
    op.create_table(
        "pair_conflict",
        number(),
        *whole("expert_a_id expert_b_id"),
        *text("kind evidence withdraw_reason"),
        *day("until", null=True),
        *instant("recorded_at"),
        *instant("withdrawn_at", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["expert_a_id"], ["expert.id"]),
        sa.ForeignKeyConstraint(["expert_b_id"], ["expert.id"]),
    )
    op.create_index("ix_pair_conflict_expert_a_id", "pair_conflict", ["expert_a_id"])
    op.create_index("ix_pair_conflict_expert_b_id", "pair_conflict", ["expert_b_id"])
    op.create_table(
        "performance_record",
        number(),
        *whole("expert_id year effort"),
        *text("organisation organisation_uscc note"),
        *flag("leader"),
        *whole("score", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
        sa.UniqueConstraint("expert_id", "year", "organisation"),
    )
    op.create_index("ix_performance_record_expert_id", "performance_record", ["expert_id"])
    op.create_table(
        "suspension",
        number(),
        *whole("expert_id"),
        *whole("year", null=True),
        *text("reason lift_reason"),
        *instant("started_at"),
        *instant("lifted_at", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
    )
    op.create_index("ix_suspension_expert_id", "suspension", ["expert_id"])
    op.create_table(
        "availability_half_day",
        *whole("availability_id"),
        *day("day"),
        *code("half", 2),
        sa.PrimaryKeyConstraint("availability_id", "day", "half"),
        sa.ForeignKeyConstraint(["availability_id"], ["availability.id"]),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        number(),
        *text("login name role password_hash totp_secret"),
        *flag("demo"),
        *instant("created_at"),
        *instant("disabled_at password_set_at", null=True),
        *editable(),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "login_attempt", number(), *text("login address"), *instant("at"), *flag("success")
    )
    op.create_index("ix_login_attempt_address", "login_attempt", ["address"])
    op.create_index("ix_login_attempt_login", "login_attempt", ["login"])
    op.create_table(
        "account_conflict",
        *whole("account_id"),
        *text("organisation reason"),
        sa.PrimaryKeyConstraint("account_id", "organisation"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_table(
        "login_session",
        *text("token_sha256 address user_agent"),
        *code("uid", 32),
        *whole("account_id expert_id", null=True),
        *instant("created_at seen_at expires_at"),
        *instant("ended_at", null=True),
        sa.UniqueConstraint("uid"),
        sa.PrimaryKeyConstraint("token_sha256"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
    )
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"])
    op.create_index("ix_login_session_expert_id", "login_session", ["expert_id"])
    op.create_table(
        "personal_link",
        number(),
        *text("token_sha256 purpose created_by"),
        *whole("expert_id"),
        *instant("created_at expires_at"),
        *instant("revoked_at used_at", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
        sa.UniqueConstraint("token_sha256"),
    )
    op.create_index("ix_personal_link_expert_id", "personal_link", ["expert_id"])


def _award_year_and_applicants() -> None:
    op.create_table(
        "award_year",
        number(),
        *whole("year"),
        *text("title policy weights regulation status"),
        *day("window_first window_last"),
        *day("notice_date deadline", null=True),
        *instant("created_at"),
        *editable(),
        sa.UniqueConstraint("year"),
    )
    op.create_table(
        "applicant",
        number(),
        *whole("year"),
        *text(
            "name uscc award group_company place_text recommender contact phone closed_text honours"
            " past_awards remark withdraw_reason"
        ),
        *text("town_code founded_precision", null=True),
        *day("founded", null=True),
        *whole("employees half_days", null=True),
        *flag("closed_known"),
        *instant("withdrawn_at", null=True),
        *instant("created_at"),
        *editable(),
        sa.ForeignKeyConstraint(["year"], ["award_year.year"]),
        sa.UniqueConstraint("year", "name"),
    )
    op.create_index("ix_applicant_uscc", "applicant", ["uscc"])
    op.create_table(
        "applicant_closed",
        *whole("applicant_id"),
        *day("day"),
        *code("half", 2),
        sa.PrimaryKeyConstraint("applicant_id", "day", "half"),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"]),
    )
    op.create_table(
        "applicant_industry",
        *whole("applicant_id position"),
        *code("code", 4),
        *text("source_word"),
        *flag("confirmed"),
        sa.PrimaryKeyConstraint("applicant_id", "position"),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"]),
    )


def _plans_jobs_and_calendar() -> None:
    op.create_table(
        "calendar_entry",
        number(),
        *whole("year part sequence"),
        *text("expert applicant fingerprint"),
        *flag("cancelled"),
        *instant("changed_at"),
        *editable(),
        sa.ForeignKeyConstraint(["year"], ["award_year.year"]),
        sa.UniqueConstraint("year", "expert", "applicant", "part"),
    )
    op.create_table(
        "plan_version",
        number(),
        *whole("year number"),
        *text(
            "status origin note problem plan names problem_digest verdict created_by edited_by"
            " edited_name anchor withdraw_reason"
        ),
        *flag("ok"),
        *instant("created_at edited_at"),
        *instant("approved_at published_at withdrawn_at", null=True),
        *text("approved_by approved_name published_by withdrawn_by", null=True),
        *editable(),
        sa.ForeignKeyConstraint(["year"], ["award_year.year"]),
        sa.UniqueConstraint("year", "number"),
    )
    op.create_table(
        "solve_job",
        number(),
        *whole("year unassigned reports"),
        *text(
            "status problem names notes limits created_by created_name process phase error_code"
            " error_text"
        ),
        *instant("created_at"),
        *instant("started_at finished_at heartbeat_at", null=True),
        *real("elapsed"),
        *big("objective bound", null=True),
        *text("best_plan plan_uid", null=True),
        *flag("cancel_requested"),
        *editable(),
        sa.ForeignKeyConstraint(["year"], ["award_year.year"]),
    )
