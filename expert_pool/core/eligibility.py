"""任职资格审查（浙质奖评办〔2011〕4号第六条；办法第十一条）: each condition met, not met, or not
known; unknown is not met.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from expert_pool.core.rulebook import EligibilityRule, rulebook
from expert_pool.facts.qualifications import education, rank

Result = Literal["met", "unmet", "unknown"]


@dataclass(frozen=True)
class CandidateFacts:
    """What the conditions ask about. None or empty: nobody has said."""

    birth: date | None = None
    education: str = ""
    title: str = ""
    experience_years: int | None = None
    training: str = ""
    trained_on: date | None = None
    conduct: bool | None = None


@dataclass(frozen=True)
class Checked:
    """One condition and what became of it; `words` say why."""

    id: str
    zh: str
    basis: str
    waivable: bool
    result: Result
    words: str


def check(facts: CandidateFacts, on: date) -> tuple[Checked, ...]:
    """Every condition on the day of the decision."""
    found = []
    for rule in rulebook().eligibility:
        result, words = _READERS[rule.kind](rule, facts, on)
        found.append(Checked(rule.id, rule.zh, rule.basis, rule.waivable, result, words))
    return tuple(found)


def open_points(checked: tuple[Checked, ...]) -> tuple[Checked, ...]:
    return tuple(item for item in checked if item.result != "met")


def age_on(birth: date, on: date) -> int:
    """周岁: the birthday completes the year (民法典 200, 201)."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


Reading = tuple[Result, str]


def _education_or_title(rule: EligibilityRule, facts: CandidateFacts, on: date) -> Reading:
    if education(facts.education) in rule.education:
        return "met", f"学历：{facts.education}"
    if facts.title and rank(facts.title) >= rule.rank:
        return "met", f"职称：{facts.title}"
    if not facts.education and not facts.title:
        return "unknown", "学历和职称都没有填写"
    return "unmet", f"学历：{facts.education or '未填'}；职称：{facts.title or '未填'}"


def _experience(rule: EligibilityRule, facts: CandidateFacts, on: date) -> Reading:
    if facts.experience_years is None:
        return "unknown", "工作年限没有填写"
    return (
        "met" if facts.experience_years >= rule.years else "unmet"
    ), f"{facts.experience_years} 年"


def _age(rule: EligibilityRule, facts: CandidateFacts, on: date) -> Reading:
    if facts.birth is None:
        return "unknown", "出生日期没有填写"
    age = age_on(facts.birth, on)
    return ("met" if age <= rule.most else "unmet"), f"{age} 周岁"


def _training(rule: EligibilityRule, facts: CandidateFacts, on: date) -> Reading:
    if not facts.training.strip() and facts.trained_on is None:
        return "unknown", "培训情况没有填写"
    words = "，".join(
        part
        for part in (
            facts.training.strip(),
            facts.trained_on.isoformat() if facts.trained_on else "",
        )
        if part
    )
    if facts.training.strip() in ("无", "没有", "未参加"):
        return "unmet", words
    if rule.within_years is not None and (
        facts.trained_on is None or age_on(facts.trained_on, on) >= rule.within_years
    ):
        return "unmet", f"{words}（应在 {rule.within_years} 年内）"
    return "met", words


def _conduct(rule: EligibilityRule, facts: CandidateFacts, on: date) -> Reading:
    if facts.conduct is None:
        return "unknown", "推荐单位没有说明"
    return ("met", "推荐单位已确认") if facts.conduct else ("unmet", "推荐单位反映有问题")


_READERS: dict[str, Callable[[EligibilityRule, CandidateFacts, date], Reading]] = {
    "education-or-title": _education_or_title,
    "experience": _experience,
    "age": _age,
    "training": _training,
    "conduct": _conduct,
}
