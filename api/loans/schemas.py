"""借用的往来内容."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from api.kit.fields import Day, Input, Line, Name, Output, UidText, example
from expert_pool.core.lending import LARGEST

SheetText = Annotated[str, StringConstraints(max_length=LARGEST)]
Told = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
BODY_BYTES = 8_000_000


class ConsentIn(Input):
    on: Day
    how: Line


class WantedIn(Input):
    expert: UidText
    consent: ConsentIn | None = None


class LoanIn(Input):
    model_config = example(
        {
            "own": "绍兴市质量奖审定办",
            "office": "诸暨市质量奖审定办",
            "first": "2026-09-07",
            "last": "2026-09-18",
            "people": [
                {
                    "expert": "e-000000000000000",
                    "consent": {"on": "2026-07-30", "how": "签字的同意书"},
                }
            ],
        }
    )
    own: Name
    office: Name
    first: Day
    last: Day
    people: Annotated[list[WantedIn], Field(min_length=1, max_length=200)]


class SheetIn(Input):
    """对方发来的单子；`digest` 是来函中的校验码，至少前 12 位。"""

    model_config = example({"sheet": "…", "digest": "9f86d081884c"})
    sheet: SheetText
    digest: Told


class BorrowIn(SheetIn):
    model_config = example(
        {"sheet": "…", "digest": "9f86d081884c", "others": ["e-000000000000000"]}
    )
    others: Annotated[tuple[UidText, ...], Field(max_length=200)] = ()


class SheetOut(Output):
    """交给对方的单子和写进函里的校验码；单子不留存，请当时保存。"""

    number: str
    digest: str
    sheet: str


class Borrowed(Output):
    number: str
    experts: list[str]


class LoanOut(Output):
    uid: str
    side: str
    sheet: str
    office: str
    own: str
    expert_uid: str
    name: str
    first: date
    last: date
    consent_on: date
    consent_how: str
    status: str
    half_days: int | None
    digest: str
    conduct: list[str]
