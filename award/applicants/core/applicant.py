"""申报组织（办法第十二条）: what the office writes about one, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from expert_pool.facts.halfday import HalfDay

AWARDS = {"QUALITY": "质量奖", "INNOVATION": "创新奖"}


@dataclass(frozen=True)
class Trade:
    """行业: a GB/T 4754 code, the words it was read from, and whether a person confirmed the
    reading.
    """

    code: str
    source_word: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class ApplicantFields:
    """What staff may write about an applicant; the first of `industries` is the main one."""

    name: str
    award: str
    uscc: str = ""
    group_company: str = ""
    town_code: str | None = None
    place_text: str = ""
    founded: date | None = None
    founded_precision: str | None = None  # day / month / year
    employees: int | None = None
    half_days: int | None = None  # length of the visit; None: from the number of employees
    recommender: str = ""
    contact: str = ""
    phone: str = ""
    closed_text: str = ""
    honours: str = ""
    remark: str = ""
    industries: tuple[Trade, ...] = ()
    closed: tuple[HalfDay, ...] = ()
    closed_known: bool = (
        True  # False: something is written in `closed_text`, its meaning is being asked
    )
    past_awards: tuple[tuple[int, str], ...] = ()  # (year, award) of this city
    email: str | None = None  # address or web domain, to notice colleagues by
