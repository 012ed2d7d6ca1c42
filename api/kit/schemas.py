"""往来内容的零件: what the requests and answers of several areas contain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.kit.fields import (
    Code,
    Day,
    Input,
    Line,
    Output,
    Reason,
    example,
)
from expert_pool.facts.halfday import HalfDay
from expert_pool.store import AvailabilityView

Uscc = Annotated[str, StringConstraints(pattern=r"^([0-9A-HJ-NPQRTUWXY]{18})?$")]


Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+\- ]{0,20}$")]


TownCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")]


class IndustryIn(Input):
    code: Code
    source_word: Line = ""
    confirmed: bool = True


class Created(Output):
    uid: str


class PhoneOut(Output):
    phone: str


class Because(Input):
    model_config = example({"reason": "本人来电核实"})
    reason: Reason


# 持股比例, for the kinds that go by it; without one the kind's own severity counts.
Percent = Annotated[float, Field(gt=0, le=100)]


class HalfDayIO(Input):
    model_config = example({"date": "2026-09-08", "half": "AM"})
    date: Day
    half: Literal["AM", "PM"]


class Read(Output):
    """How many lines of an imported list are new; `notes` say what of the file was left out."""

    new: int
    notes: list[str] = Field(default_factory=list)


class AvailabilityIn(Input):
    """`absences` are half-days away from `first` to `last`, the year's window; null: unknown."""

    model_config = example(
        {
            "first": "2026-09-07",
            "last": "2026-09-25",
            "absences": [{"date": "2026-09-08", "half": "AM"}],
        }
    )
    absences: list[HalfDayIO] | None = Field(max_length=400)
    first: Day
    last: Day
    text: Line = ""

    @property
    def half_days(self) -> list[HalfDay] | None:
        if self.absences is None:
            return None
        return [HalfDay(item.date, item.half) for item in self.absences]


class AvailabilityOut(Output):
    version: int
    year: int
    known: bool
    first: Day | None
    last: Day | None
    text: str
    absences: list[HalfDayIO]

    @classmethod
    def of(cls, view: AvailabilityView) -> AvailabilityOut:
        absences = [HalfDayIO(date=item.date, half=item.half) for item in view.absences]
        return cls(
            version=view.version,
            year=view.year,
            known=view.known,
            first=view.first,
            last=view.last,
            text=view.text,
            absences=absences,
        )
