"""履职评价（办法第九条第三项）: the year's mark, how far somebody's scores lie from the consensus,
what the rules propose.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from expert_pool.core.rulebook import Effect, PersonnelRule, Rulebook

# Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond that the normal quantile is
# close enough.
_T95 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
    2.120,
    2.110,
    2.101,
    2.093,
    2.086,
    2.080,
    2.074,
    2.069,
    2.064,
    2.060,
    2.056,
    2.052,
    2.048,
    2.045,
    2.042,
)
_Z975 = 1.959964


@dataclass(frozen=True)
class StageFacts:
    """One expert in one stage of one organisation's review.

    Scores are of 1000 points; empty words: nobody has said.
    """

    year: int
    organisation: str
    stage: str
    attendance: str = ""
    report: str = ""
    declined: bool = False
    own_score: float | None = None
    consensus_score: float | None = None


@dataclass(frozen=True)
class RatingFacts:
    year: int
    organisation: str
    stage: str
    rater: str
    score: int


@dataclass(frozen=True)
class Deviation:
    """评分偏差: own score minus consensus, in points of 1000.

    Intervals are 95 %; `few`: too few scores to judge by.
    """

    count: int
    bias: float
    bias_low: float | None
    bias_high: float | None
    spread: float | None
    spread_low: float | None
    spread_high: float | None
    few: bool

    @property
    def leaning(self) -> str:
        """高 or 低 when the interval leaves out 0 and there is enough to judge by."""
        if self.few or self.bias_low is None or self.bias_high is None:
            return ""
        return "偏高" if self.bias_low > 0 else "偏低" if self.bias_high < 0 else ""


@dataclass(frozen=True)
class YearMark:
    """年度评价: each side's mean, what was taken off and why, and the mark of 100 (None: nobody
    rated).
    """

    year: int
    means: Mapping[str, float]
    deductions: tuple[tuple[str, int, int], ...]  # words, times, points
    mark: int | None


@dataclass(frozen=True)
class Proposal:
    """建议: what a rule proposes and on which figures; a person decides."""

    rule: str
    zh: str
    effect: Effect
    basis: str
    grounds: str


def deviation(stages: Iterable[StageFacts], few: int) -> Deviation | None:
    """Bias and spread of the differences; None without any.

    Sources: Student 1908; Wilson & Hilferty 1931 for chi-square quantiles.
    """
    differences = [
        item.own_score - item.consensus_score
        for item in stages
        if item.own_score is not None and item.consensus_score is not None
    ]
    count = len(differences)
    if not count:
        return None
    bias = math.fsum(differences) / count
    if count == 1:
        return Deviation(1, bias, None, None, None, None, None, True)
    spread = math.sqrt(math.fsum((one - bias) ** 2 for one in differences) / (count - 1))
    half = (_T95[count - 2] if count - 2 < len(_T95) else _Z975) * spread / math.sqrt(count)
    low, high = (
        spread * math.sqrt((count - 1) / _chi_square(count - 1, z)) for z in (_Z975, -_Z975)
    )
    return Deviation(count, bias, bias - half, bias + half, spread, low, high, count < few)


def _chi_square(freedom: int, z: float) -> float:
    """The quantile of chi-square at the normal quantile `z`, at least a thousandth."""
    part = 2 / (9 * freedom)
    return float(max(freedom * (1 - part + z * math.sqrt(part)) ** 3, 0.001))


def year_mark(
    year: int, ratings: Iterable[RatingFacts], stages: Iterable[StageFacts], book: Rulebook
) -> YearMark:
    """The mark of one year: sides weighted as the rulebook says (missing sides leave their share to
    the others), less deductions.
    """
    own = [item for item in ratings if item.year == year]
    means = {
        code: math.fsum(scores) / len(scores)
        for code in book.raters
        if (scores := [item.score for item in own if item.rater == code])
    }
    taken = _deductions([item for item in stages if item.year == year], book)
    if not means:
        return YearMark(year, means, taken, None)
    weight = sum(book.raters[code].weight for code in means)
    mean = math.fsum(book.raters[code].weight * value for code, value in means.items()) / weight
    mark = max(Decimal(0), Decimal(repr(mean)) - sum(points for _, _, points in taken))
    return YearMark(year, means, taken, int(mark.quantize(Decimal(1), ROUND_HALF_UP)))


def _deductions(stages: Sequence[StageFacts], book: Rulebook) -> tuple[tuple[str, int, int], ...]:
    found = []
    for table, values in (
        (book.attendance, [item.attendance for item in stages]),
        (book.reports, [item.report for item in stages]),
        ({"declined": book.declined}, ["declined" for item in stages if item.declined]),
    ):
        for code, (words, points) in table.items():
            times = values.count(code)
            if times and points:
                found.append((words, times, times * points))
    return tuple(found)


def review_scores(ratings: Iterable[RatingFacts], book: Rulebook) -> tuple[int, ...]:
    """One mark per review (year, organisation, stage): the sides weighted as in the year's mark."""
    grouped: dict[tuple[int, str, str], dict[str, int]] = {}
    for item in ratings:
        grouped.setdefault((item.year, item.organisation, item.stage), {})[item.rater] = item.score
    return tuple(
        round(
            sum(book.raters[code].weight * score for code, score in sides.items())
            / sum(book.raters[code].weight for code in sides)
        )
        for _, sides in sorted(grouped.items())
    )


def proposals(
    grade: str,
    year: int,
    ratings: Sequence[RatingFacts],
    stages: Sequence[StageFacts],
    violations: Sequence[int],
    book: Rulebook,
    decided: Mapping[str, int] | None = None,
) -> tuple[Proposal, ...]:
    """What the rules propose for somebody of this grade at the end of `year`; `violations` are the
    years of proven ones.

    `decided`: by rule the last earlier year in which somebody decided on it. The same evidence is
    not put to a person twice: what speaks for the rule must have grown since.
    """
    found = []
    for rule in book.rules:
        if grade not in rule.grades:
            continue
        before = (decided or {}).get(rule.id)
        if before is not None and not any(
            before < one <= year for one in _evidence(rule, ratings, stages, violations)
        ):
            continue
        span = range(year - rule.years + 1, year + 1)
        scores = review_scores([item for item in ratings if item.year in span], book)
        absent = sum(item.attendance == "no_show" for item in stages if item.year in span)
        proven = sum(one in span for one in violations)
        if _holds(rule, scores, absent, proven):
            mean = (
                f"，平均 {sum(scores) / len(scores):.1f} 分，最低 {min(scores)} 分"
                if scores
                else ""
            )
            grounds = (
                f"{span[0]}—{span[-1]} 年：评审 {len(scores)} 次{mean}；无故缺席 {absent}"
                f" 次；查实违规 {proven} 起"
            )
            found.append(Proposal(rule.id, rule.zh, rule.effect, rule.basis, grounds))
    return tuple(found)


def _evidence(
    rule: PersonnelRule,
    ratings: Sequence[RatingFacts],
    stages: Sequence[StageFacts],
    violations: Sequence[int],
) -> Iterator[int]:
    """The years of whatever may speak for this rule."""
    if (
        rule.least_reviews
        or rule.mean_least is not None
        or rule.mean_below is not None
        or rule.each_least is not None
    ):
        yield from (item.year for item in ratings)
    if rule.no_shows_least is not None:
        yield from (item.year for item in stages if item.attendance == "no_show")
    if rule.violations_least is not None:
        yield from violations


def _holds(rule: PersonnelRule, scores: Sequence[int], absent: int, proven: int) -> bool:
    mean = sum(scores) / len(scores) if scores else None
    return all(
        (
            len(scores) >= rule.least_reviews,
            rule.mean_least is None or (mean is not None and mean >= rule.mean_least),
            rule.mean_below is None or (mean is not None and mean < rule.mean_below),
            rule.each_least is None or (bool(scores) and min(scores) >= rule.each_least),
            rule.no_shows_most is None or absent <= rule.no_shows_most,
            rule.no_shows_least is None or absent >= rule.no_shows_least,
            rule.violations_least is None or proven >= rule.violations_least,
        )
    )
