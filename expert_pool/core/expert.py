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
    education: str = ""
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


# Words of a professional title and the rank (1-5) they stand for, highest first.
_RANKS = (
    (5, ("正高", "教授级", "研究员级", "院士", "特级")),
    (4, ("副高", "副教授", "副研究员", "高级")),
    (5, ("教授", "研究员")),
    (3, ("中级", "工程师", "讲师", "会计师", "经济师", "技师")),
    (2, ("助理", "初级", "技术员")),
)


def seniority(title: str) -> int:
    """资历 1-5 as the leadership goal counts it, read from the title: 正高 5, 副高 4, 中级 3, 初级
    2, nothing known 3.
    """
    if "助理" in title:
        return 2
    return next((rank for rank, words in _RANKS if any(word in title for word in words)), 3)
