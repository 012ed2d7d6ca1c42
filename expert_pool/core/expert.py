"""评审专家: what the register holds about one, as plain data; and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from expert_pool.facts.writing import masked as masked

# Grades of an appointment (浙质奖评办〔2011〕4号 第四条 knows 评审员 and 见习评审员; leaders are
# this office's own step).
GRADES = {"trainee": "见习评审员", "reviewer": "评审员", "lead": "组长"}


@dataclass(frozen=True)
class Industry:
    """专业领域: a GB/T 4754 code, the words it was read from, and whether a person confirmed the
    reading.
    """

    code: str
    source_word: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class ExpertFields:
    """What staff may write about an expert.

    `None` for quality and leader: nobody has said yet, and counts as no.
    """

    name: str
    employer: str
    gender: str = ""
    birth: date | None = None
    birth_precision: str | None = None  # day / month
    employer_uscc: str = ""
    title: str = ""
    education: str = ""  # the level, or the words where they say none
    education_text: str = ""  # as written, where that says more than the level
    quality: bool | None = None
    leader: bool | None = None
    seniority: int = 3
    phone: str = ""
    town_code: str | None = None
    place_text: str = ""
    source_pool: str = ""
    max_effort: int | None = None  # half-days a year; None: the year's policy says
    remark: str = ""
    industries: tuple[Industry, ...] = ()
    served_years: tuple[int, ...] = ()  # as told by the office's list
    email: str | None = None
    zzd_account: str | None = None  # accountId of 浙政钉
