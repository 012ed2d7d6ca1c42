"""合议（办法第十条）: from the members' locked marks to one percentage per item, with reasons.

Exact arithmetic: percentages are whole numbers, the median a fraction, rounded once, half up, to
the step of the rubric.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from award.scoring.core.rubric import Item, Rubric, demand_on_scale, points
from expert_pool.facts.refusal import Refusal

ARTICLE = "办法第十条"


@dataclass(frozen=True)
class Limits:
    """必须讨论的差距: of `points` percentage points or more; `bands`: or across bands."""

    points: int
    bands: bool = True


@dataclass(frozen=True)
class Row:
    """One item of the matrix. `values` by expert; `start` is what a site book began with."""

    item: Item
    values: Mapping[str, int]
    suggestion: int
    must_discuss: bool
    start: int | None = None

    @property
    def low(self) -> int:
        return min(self.values.values())

    @property
    def high(self) -> int:
        return max(self.values.values())

    @property
    def spread(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class Agreed:
    """合议结果 of one item. `assents`: who has agreed to a value outside what anybody gave;
    `settles`: what it answers of the site issues of the document report.
    """

    percent: int
    reason: str = ""
    evidence: str = ""
    settles: str = ""
    assents: tuple[str, ...] = field(default=())


def median(values: Collection[int]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def to_step(value: Fraction, step: int) -> int:
    """The nearest multiple of the step, half up."""
    return int((value / step + Fraction(1, 2)) // 1) * step


def suggestion(values: Collection[int], step: int) -> int:
    return to_step(median(values), step)


def must_discuss(rubric: Rubric, values: Collection[int], limits: Limits) -> bool:
    low, high = min(values), max(values)
    apart = limits.bands and rubric.band_of(low) != rubric.band_of(high)
    return high - low >= limits.points or apart


def matrix(
    rubric: Rubric,
    books: Mapping[str, Mapping[str, int]],
    limits: Limits,
    start: Mapping[str, int] | None = None,
) -> tuple[Row, ...]:
    """Every item with all members' values, in the order of the rubric.

    `books`: by expert, the percentages of a locked book. At least one.
    """
    found = []
    for item in rubric.items:
        values = {expert: percents[item.no] for expert, percents in books.items()}
        found.append(
            Row(
                item,
                values,
                suggestion(values.values(), rubric.step),
                must_discuss(rubric, values.values(), limits),
                (start or {}).get(item.no),
            )
        )
    return tuple(found)


def by_spread(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Largest differences first; equal ones by what they weigh, then in the rubric's order."""
    order = {row.item.no: position for position, row in enumerate(rows)}
    return tuple(sorted(rows, key=lambda row: (-row.spread, -row.item.points, order[row.item.no])))


def demand_agreed(rubric: Rubric, row: Row, agreed: Agreed) -> None:
    """Whether the group may set this value.

    Raises Refusal `off-scale`, `reason-needed` or `evidence-needed`; each names the item.
    """
    demand_on_scale(rubric, agreed.percent)
    no, reason = row.item.no, agreed.reason.strip()
    if not row.low <= agreed.percent <= row.high and not reason:
        raise Refusal(
            "reason-needed",
            f"{no}定为{agreed.percent}%，超出各评审员的{row.low}%到{row.high}%，"
            "请写理由，并由全体成员同意。",
            ARTICLE,
            field="reason",
            item=no,
        )
    if row.must_discuss and not reason:
        raise Refusal(
            "reason-needed",
            f"{no}相差{row.spread}个百分点，请写理由。",
            ARTICLE,
            field="reason",
            item=no,
        )
    if agreed.percent != row.suggestion and not reason:
        raise Refusal(
            "reason-needed",
            f"{no}的建议值是{row.suggestion}%，改为{agreed.percent}%请写理由。",
            ARTICLE,
            field="reason",
            item=no,
        )
    if row.start is not None and agreed.percent != row.start and not agreed.evidence.strip():
        raise Refusal(
            "evidence-needed",
            f"{no}由{row.start}%改为{agreed.percent}%，请写现场证据。",
            "办法第十条、第十三条第五项",
            field="evidence",
            item=no,
        )


def outside(row: Row, agreed: Agreed) -> bool:
    """超出各评审员的评分: every member must assent."""
    return not row.low <= agreed.percent <= row.high


def missing_assents(row: Row, agreed: Agreed, members: Collection[str]) -> tuple[str, ...]:
    if not outside(row, agreed):
        return ()
    return tuple(sorted(set(members) - set(agreed.assents)))


def acceptable(rows: Sequence[Row], agreed: Mapping[str, Agreed]) -> dict[str, Agreed]:
    """一次接受: the suggestion for every item that needs no discussion and has no value yet."""
    return {
        row.item.no: Agreed(row.suggestion)
        for row in rows
        if row.item.no not in agreed
        and not row.must_discuss
        and (row.start is None or row.start == row.suggestion)
    }


def demand_finished(
    rubric: Rubric, rows: Sequence[Row], agreed: Mapping[str, Agreed], members: Collection[str]
) -> None:
    """Before the report is made.

    Raises Refusal `not-agreed` for the first item without a value, or whose value lacks somebody's
    assent, and what `demand_agreed` raises.
    """
    for row in rows:
        found = agreed.get(row.item.no)
        if found is None:
            raise Refusal("not-agreed", f"{row.item.no}还没有合议结果。", ARTICLE, item=row.item.no)
        demand_agreed(rubric, row, found)
        if left := missing_assents(row, found, members):
            raise Refusal(
                "not-agreed",
                f"{row.item.no}定为{found.percent}%，超出各评审员的评分，"
                f"还有{len(left)}人没有同意。",
                ARTICLE,
                item=row.item.no,
            )


def total(rubric: Rubric, agreed: Mapping[str, Agreed]) -> int:
    """合议总分, in hundredths of a point."""
    return sum(points(item, agreed[item.no].percent) for item in rubric.items)


def change(item: Item, before: int, after: int) -> int:
    """What a moved item adds or takes, in hundredths of a point."""
    return points(item, after) - points(item, before)
