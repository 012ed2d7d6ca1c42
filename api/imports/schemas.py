"""导入的往来内容."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.kit.fields import PLAIN, Input, Output, example
from award.applicants.records_in import Rehearsal
from award.applicants.rosters_in import DryRun
from expert_pool.facts.intake import FieldChange, RowProblem, RowQuestion

Heading = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{0,40}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}-[0-9a-f]{1,64}$")]
Said = Annotated[str, StringConstraints(max_length=500, pattern=PLAIN)]


class BatchOut(Output):
    uid: str
    version: int
    kind: str
    year: int | None
    filename: str
    status: str
    summary_json: str
    created_at: datetime
    created_by: str


class RefusedOut(Output):
    """没有导入、还没有处理的一行."""

    uid: str
    version: int
    kind: str
    year: int | None
    filename: str
    sheet: str
    row: int
    name: str
    unit: str
    reason: str
    created_at: datetime


class HeadingOut(Output):
    """`field` empty: not read. `unsure`: a person should look at it."""

    heading: str
    field: str
    unsure: bool


class NewRow(Output):
    """`sheet`: which of the sheets of records, empty for a roster.

    `notes`: what was not taken over from the row.
    """

    row: int
    name: str
    sheet: str = ""
    notes: list[str] = Field(default_factory=list)


class ChangedRow(Output):
    row: int
    name: str
    fields: list[FieldChange]
    sheet: str = ""


class DryRunOut(Output):
    """What applying would do now; nothing is written yet."""

    batch: BatchOut
    headings: list[HeadingOut]
    new: list[NewRow]
    changed: list[ChangedRow]
    unchanged: int
    problems: list[RowProblem]
    questions: list[RowQuestion]
    notes: list[str]

    @classmethod
    def of(cls, found: DryRun) -> DryRunOut:
        headings, plan = found.headings, found.plan
        return cls(
            batch=BatchOut.model_validate(found.batch.row),
            headings=[
                HeadingOut(
                    heading=heading,
                    field=headings.fields.get(heading, ""),
                    unsure=heading in headings.unsure,
                )
                for heading in found.table.headings
            ],
            new=[NewRow(row=draft.row, name=draft.name) for draft in plan.new],
            changed=[
                ChangedRow(row=item.after.row, name=item.after.name, fields=list(item.fields))
                for item in plan.changed
            ],
            unchanged=len(plan.unchanged),
            problems=list(plan.problems),
            questions=list(plan.questions),
            notes=list(plan.notes),
        )

    @classmethod
    def of_records(cls, found: Rehearsal) -> DryRunOut:
        plan = found.plan
        return cls(
            batch=BatchOut.model_validate(found.batch.row),
            headings=[],
            new=[
                NewRow(row=one.row, name=one.name, sheet=one.sheet, notes=list(one.notes))
                for one in plan.new
            ],
            changed=[
                ChangedRow(
                    row=one.after.row,
                    name=one.after.name,
                    fields=list(one.fields),
                    sheet=one.after.sheet,
                )
                for one in plan.changed
            ],
            unchanged=len(plan.unchanged),
            problems=list(plan.problems),
            questions=[],
            notes=list(plan.notes),
        )


class AnswersIn(Input):
    """`headings`: heading -> field (empty: do not read it).

    `answers`: question key -> the chosen proposal's value, or own words.
    """

    model_config = example(
        {"headings": {"联系方式": "phone"}, "answers": {"trade-0123456789abcdef": "1763"}}
    )
    headings: dict[Heading, FieldName] = Field({}, max_length=200)
    answers: dict[Key, Said] = Field({}, max_length=5000)


class Summary(Output):
    new: int
    changed: int
    unchanged: int
    problems: int
    questions: int = 0
