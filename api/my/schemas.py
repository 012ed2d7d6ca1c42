"""评审员本人的往来内容: what an expert sees of her own file, and may change in it.

Not shown to her: what others reported or the office found about conflicts, and the office's marks
for her service.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.kit.fields import Day, Input, Line, Name, Note, Output, UidText, example
from api.kit.schemas import HalfDayIO, Percent, Phone, Uscc
from award.duties.duties import DutyView
from award.groups.core.book import GroupEntry
from expert_pool.core.expert import Industry
from expert_pool.facts.halfday import HalfDay
from expert_pool.store import ExpertPage


class OwnConflict(Output):
    uid: str
    kind: str
    organisation: str
    since: date | None
    until: date | None
    evidence: str


class OwnIndustry(Output):
    code: str
    source_word: str


class OwnFile(Output):
    uid: str
    version: int
    name: str
    gender: str
    employer: str
    title: str
    education: str
    education_text: str
    quality: bool | None
    leader: bool | None
    phone: str
    place_text: str
    industries: list[OwnIndustry]
    appointed_until: date | None
    declared: bool
    availability_known: bool
    conflicts: list[OwnConflict]

    @classmethod
    def of(cls, page: ExpertPage) -> OwnFile:
        fields = page.fields
        declared = [
            item
            for item in page.conflicts
            if item.source == "declared" and item.withdrawn_at is None
        ]
        return cls(
            uid=page.uid,
            version=page.version,
            name=fields.name,
            gender=fields.gender,
            employer=fields.employer,
            title=fields.title,
            education=fields.education,
            education_text=fields.education_text,
            quality=fields.quality,
            leader=fields.leader,
            phone=fields.phone,
            place_text=fields.place_text,
            industries=[_industry(item) for item in fields.industries],
            appointed_until=page.state.appointed_until,
            declared=page.state.declared,
            availability_known=page.state.availability_known,
            conflicts=[OwnConflict.model_validate(item) for item in declared],
        )


def _industry(item: Industry) -> OwnIndustry:
    return OwnIndustry(code=item.code, source_word=item.source_word)


class OwnPatch(Input):
    """What an expert may correct herself; the rest through the secretariat."""

    model_config = example({"phone": "13800000000", "title": "高级工程师"})
    employer: Name = ""
    title: Line = ""
    education: Line = ""
    phone: Phone = ""
    place_text: Line = ""


class OwnConflictIn(Input):
    model_config = example({"kind": "EMPLOYED_NOW", "organisation": "浙江某某袜业有限公司"})
    kind: Line
    organisation: Name
    organisation_uscc: Uscc = ""
    since: Day | None = None
    until: Day | None = None
    percent: Percent | None = None
    evidence: Note = ""


class DeclarationOut(Output):
    year: int
    text_version: str
    text_sha256: str
    paragraphs: list[str]
    signed_at: datetime | None
    signed_version: str
    answered_at: datetime | None


class Signature(Input):
    """The digest says which words were agreed to."""

    model_config = example({"text_sha256": "0" * 64, "agreed": True})
    text_sha256: str
    agreed: Literal[True]


class ListedOut(Output):
    uid: str
    name: str
    fresh: bool
    own: bool


class AnsweredIn(Input):
    """The ids of the list that was shown."""

    model_config = example({"seen": ["a-000000000000000"]})
    seen: Annotated[list[UidText], Field(max_length=1000)]
    mine: Annotated[
        list[UidText], Field(max_length=20, description="名单里 own 为真的：是本人的工作单位")
    ] = []  # noqa: RUF012
    not_mine: Annotated[
        list[UidText], Field(max_length=20, description="名单里 own 为真的：不是本人的工作单位")
    ] = []  # noqa: RUF012


class Colleague(Output):
    name: str
    employer: str
    leader: bool


class DutyStay(Output):
    date: date
    half: str


class DutyVisit(Output):
    firm: str
    town: str
    award: str
    stays: list[DutyStay]


class Duty(Output):
    """One group the expert sits in, as published.

    Organisations and colleagues are named when `disclosed`.
    """

    group: str
    leader: bool
    fingerprint: str
    answer: str
    answer_by: date | None
    disclosed: bool
    members: list[Colleague]
    visits: list[DutyVisit]

    @classmethod
    def of(cls, entry: GroupEntry, duty: DutyView) -> Duty:
        seats = entry.seats
        return cls(
            group=entry.name,
            leader=any(seat.leader and seat.person.id == duty.duty.expert for seat in seats),
            fingerprint=duty.duty.fingerprint,
            answer=duty.state,
            answer_by=duty.due,
            disclosed=duty.disclosed,
            members=[
                Colleague(name=seat.person.name, employer=seat.person.employer, leader=seat.leader)
                for seat in seats
            ],
            visits=[
                DutyVisit(
                    firm=visit.firm.name,
                    town=visit.firm.town,
                    award=visit.firm.award,
                    stays=[DutyStay(date=stay.date, half=stay.half) for stay in visit.stays],
                )
                for visit in entry.visits
            ],
        )


class DutyAnswerIn(Input):
    """`fingerprint` says which duty is answered; `away` the half-days that do not suit, when the
    reason is the time (null: all of them).
    """

    model_config = example(
        {
            "fingerprint": "0" * 64,
            "accept": False,
            "reason_kind": "time",
            "away": [{"date": "2026-09-08", "half": "AM"}],
        }
    )
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    accept: bool
    reason_kind: Literal["", "time", "recusal", "personal", "other"] = ""
    reason: Line = ""
    away: Annotated[list[HalfDayIO], Field(max_length=200)] | None = None

    @property
    def half_days(self) -> list[HalfDay] | None:
        return None if self.away is None else [HalfDay(item.date, item.half) for item in self.away]


class FeedOut(Output):
    """`path` is shown this once."""

    expires_at: datetime
    path: str
