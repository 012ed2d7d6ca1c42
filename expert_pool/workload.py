"""评审工作量与荣誉: who did how much over the years, and how well; so that nobody is always asked
and nobody always forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.tables import Expert, PerformanceRecord

EXCELLENT = 90  # mean mark of a year, of 100 points, that counts as 优秀


@dataclass(frozen=True)
class YearOfWork:
    """One year of one expert: organisations reviewed, half-days, whether as leader, and the mean
    mark.
    """

    year: int
    reviews: int
    half_days: int
    led: bool
    mark: float | None


@dataclass(frozen=True)
class Burden:
    """一位专家历年的工作量. `years` holds only years with work, the earliest first."""

    uid: str
    name: str
    employer: str
    years: tuple[YearOfWork, ...]

    @property
    def half_days(self) -> int:
        return sum(one.half_days for one in self.years)

    @property
    def excellent(self) -> tuple[int, ...]:
        """履职优秀的年度."""
        return tuple(
            one.year for one in self.years if one.mark is not None and one.mark >= EXCELLENT
        )

    @property
    def led(self) -> tuple[int, ...]:
        """任组长的年度."""
        return tuple(one.year for one in self.years if one.led)


@dataclass(frozen=True)
class Fairness:
    """均衡程度. `gini` is 0 when everybody does the same and nears 1 when one does all (Gini
    1912).
    """

    people: int
    worked: int
    mean: float
    most: int
    gini: float


def burdens(session: Session, viewer: Viewer, first: int, last: int) -> tuple[Burden, ...]:
    """Everybody in the pool, the busiest first; two statements. For staff only; of what they may
    see.
    """
    if not viewer.is_staff:
        return ()
    rows: dict[int, dict[int, list[PerformanceRecord]]] = defaultdict(lambda: defaultdict(list))
    for row in session.scalars(
        select(PerformanceRecord).where(
            PerformanceRecord.year >= first, PerformanceRecord.year <= last
        )
    ):
        if row.organisation not in viewer.hidden:
            rows[row.expert_id][row.year].append(row)
    people = session.execute(
        select(Expert.id, Expert.uid, Expert.name, Expert.employer).order_by(
            Expert.pinyin, Expert.uid
        )
    )
    found = [
        Burden(uid, name, employer, tuple(_year(*item) for item in sorted(rows[key].items())))
        for key, uid, name, employer in people
    ]
    return tuple(sorted(found, key=lambda one: -one.half_days))


def _year(year: int, rows: Sequence[PerformanceRecord]) -> YearOfWork:
    marks = [row.score for row in rows if row.score is not None]
    mean = round(sum(marks) / len(marks), 1) if marks else None
    return YearOfWork(
        year, len(rows), sum(row.effort for row in rows), any(row.leader for row in rows), mean
    )


def fairness(found: Sequence[Burden]) -> Fairness:
    loads = sorted(one.half_days for one in found)
    total, number = sum(loads), len(loads)
    if not total:
        return Fairness(number, 0, 0.0, 0, 0.0)
    weighted = sum(place * load for place, load in enumerate(loads, 1))
    gini = (2 * weighted) / (number * total) - (number + 1) / number
    return Fairness(
        number, sum(load > 0 for load in loads), total / number, loads[-1], round(gini, 3)
    )
