"""综合评价报告的附件（供参考）: firmness, severity and agreement, exact and stored with the report;
nothing of it touches a total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from award.decision.core.firmness import Scored, firmness, swaps
from award.decision.core.severity import Observation, agreement, parts_of, severity
from award.scoring.core.rubric import Rubric
from award.scoring.core.scorebook import total

Json = dict[str, Any]
CALIBRATION = "calibration"  # an id that no applicant has


@dataclass(frozen=True)
class Link:
    """What the severity of reviewers is judged by beside their books: the setting λ, and the marks
    on the 标定案例 by reviewer and item, in percent.
    """

    shrink: Fraction = Fraction(0)
    marks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def aids(rubric: Rubric, value: Json, made: Json, link: Link) -> Json:
    """`value`: a year file; `made`: its decision."""
    books = {
        case["id"]: {
            stage: {
                one["reviewer"]: total(rubric, one["percents"])
                for one in case[stage]["books"]
                if one["state"] == "locked"
            }
            for stage in ("document", "site")
        }
        for case in value["cases"]
    }
    weight = _document_weight(value["settings"])
    scored = [_scored(one, books[one["case"]]) for one in made["totals"]]
    largest = max(item.points for item in rubric.items)
    observations = [
        Observation(case, reviewer, Fraction(score))
        for case, stages in books.items()
        for reviewer, score in stages["document"].items()
    ]
    return {
        "firmness": [
            {
                "case": one.case,
                "distance": str(one.distance / 100),
                "steps": [None if step is None else str(step) for step in one.steps],
                "without": list(one.without),
                "rank": one.rank,
                "best": one.best,
                "worst": one.worst,
            }
            for one in firmness(scored, weight, largest, rubric.step)
        ],
        "largest_item": largest,
        "swaps": [
            {"above": one.above, "below": one.below, "weight": str(one.weight)}
            for one in swaps(scored, weight)
        ],
        "severity": _severity(rubric, observations, link),
        "agreement": _agreement(observations),
    }


def _scored(one: Json, books: Mapping[str, Mapping[str, int]]) -> Scored:
    return Scored(
        one["case"],
        Fraction(one["document"]) * 100,
        Fraction(one["site"]) * 100,
        one["line"],
        books["document"],
        books["site"],
    )


def _document_weight(settings: Json) -> Fraction:
    if settings["total_rule"]["value"] != "weighted":
        return Fraction(0)
    return Fraction(settings["doc_weight"]["value"] or 0)


def _severity(rubric: Rubric, observations: Sequence[Observation], link: Link) -> Json:
    """In points. By reviewer; by group, where groups can be compared; and what each case would have
    had of reviewers of the same severity.
    """
    seen = {one.reviewer for one in observations}
    common = [
        Observation(CALIBRATION, reviewer, as_whole(rubric, marks))
        for reviewer, marks in sorted(link.marks.items())
        if reviewer in seen and marks
    ]
    found = severity([*observations, *common], link.shrink)
    parts = [sorted(part - {CALIBRATION}) for part in found.parts]
    comparable = len(parts) == 1
    return {
        "shrink": str(link.shrink),
        "parts": parts,
        "reviewers": {name: str(effect / 100) for name, effect in sorted(found.reviewers.items())},
        "calibration": {one.reviewer: str(one.score / 100) for one in common},
        "groups": [
            _group(sorted(cases), observations, found.reviewers if comparable else {})
            for cases in parts_of(observations)
        ],
        "reference": {
            case: str(score / 100)
            for case, score in sorted(found.cases.items())
            if comparable and case != CALIBRATION
        },
    }


def _group(
    cases: Sequence[str], observations: Sequence[Observation], effects: Mapping[str, Fraction]
) -> Json:
    """`effect` above nought: lenient; null where the groups cannot be compared."""
    reviewers = sorted({one.reviewer for one in observations if one.case in cases})
    level = sum((effects[name] for name in reviewers), Fraction(0)) if effects else None
    effect = None if level is None else str(level / len(reviewers) / 100)
    return {"cases": list(cases), "reviewers": len(reviewers), "effect": effect}


def as_whole(rubric: Rubric, marks: Mapping[str, int]) -> Fraction:
    """Marks on some items as hundredths of a whole book: the largest items stand for all."""
    points = rubric.by_no
    worth = sum(points[no].points for no in marks)
    given = sum(points[no].points * percent for no, percent in marks.items())
    return Fraction(given * rubric.total, worth)


def _agreement(observations: Sequence[Observation]) -> Json | None:
    found = agreement(observations)
    if found is None:
        return None
    return {
        "value": str(found.value),
        "low": str(found.low),
        "high": str(found.high),
        "cases": found.cases,
    }
