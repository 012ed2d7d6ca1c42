"""Life of a reviewer, supervision, conflicts: candidacies, waivers, ratings, violations, decisions,
and lists to find conflicts in.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from expert_pool.ledger.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name, kind in (
        ("appointment", "end_kind", sa.Text()),
        ("expert", "email", sa.Text()),
        ("applicant", "email", sa.Text()),
        ("conflict", "name_match", sa.Boolean()),
    ):
        op.add_column(table, sa.Column(name, kind, nullable=True))
    _about_experts()
    _about_conflicts()


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


def _of_expert(name: str, *columns: sa.schema.SchemaItem) -> None:
    _table(
        name,
        *_columns("expert_id", sa.Integer()),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"]),
        *columns,
    )
    op.create_index(f"ix_{name}_expert_id", name, ["expert_id"])


def _columns(
    names: str, kind: sa.types.TypeEngine[Any], null: bool = False
) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=null) for name in names.split()]


def _about_experts() -> None:
    _of_expert(
        "candidacy",
        *_columns(
            "channel recommender training status entered_by entered_name checks reason decided_by"
            " decided_name",
            sa.Text(),
        ),
        *_columns("received_on", sa.Date()),
        *_columns("experience_years", sa.Integer(), null=True),
        *_columns("trained_on", sa.Date(), null=True),
        *_columns("conduct", sa.Boolean(), null=True),
        *_columns("decided_at", UtcDateTime(), null=True),
    )
    _of_expert(
        "stage_record",
        *_columns("year", sa.Integer()),
        *_columns("organisation stage attendance report note", sa.Text()),
        *_columns("declined", sa.Boolean()),
        *_columns("own_score consensus_score", sa.Double(), null=True),
        sa.UniqueConstraint("expert_id", "year", "organisation", "stage"),
    )
    _of_expert(
        "rating",
        *_columns("year score", sa.Integer()),
        *_columns("organisation stage rater rater_name items comment", sa.Text()),
        *_columns("rated_at", UtcDateTime()),
        sa.UniqueConstraint("expert_id", "year", "organisation", "stage", "rater"),
    )
    _of_expert(
        "violation",
        *_columns("suspension_id", sa.Integer(), null=True),
        *_columns(
            "case_no kind facts source opened_by finding measure decision_reason decided_by"
            " decided_name",
            sa.Text(),
        ),
        *_columns("occurred_on", sa.Date()),
        *_columns("opened_at", UtcDateTime()),
        *_columns("decided_at", UtcDateTime(), null=True),
        sa.ForeignKeyConstraint(["suspension_id"], ["suspension.id"]),
        sa.UniqueConstraint("case_no"),
    )
    _of_expert(
        "personnel_decision",
        *_columns("year", sa.Integer()),
        *_columns("rule effect grounds decision reason decided_by decided_name", sa.Text()),
        *_columns("decided_at", UtcDateTime()),
        sa.UniqueConstraint("expert_id", "year", "rule"),
    )


def _about_conflicts() -> None:
    _table(
        "waiver",
        *_columns("conflict_id", sa.Integer()),
        *_columns(
            "reason proposed_by proposed_name outcome decided_by decided_name decision_reason",
            sa.Text(),
        ),
        *_columns("proposed_at", UtcDateTime()),
        *_columns("decided_at", UtcDateTime(), null=True),
        sa.ForeignKeyConstraint(["conflict_id"], ["conflict.id"]),
    )
    op.create_index("ix_waiver_conflict_id", "waiver", ["conflict_id"])
    _table(
        "shareholding",
        *_columns("company company_uscc holder position source", sa.Text()),
        *_columns("is_company", sa.Boolean()),
        *_columns("percent", sa.Double(), null=True),
        *_columns("recorded_at", UtcDateTime()),
        *_columns("ended_on", sa.Date(), null=True),
        sa.UniqueConstraint("company", "holder", "position"),
    )
    _table(
        "official",
        *_columns("role name unit end_reason", sa.Text()),
        *_columns("since until", sa.Date(), null=True),
    )
