"""宽严校准的模拟: what raw means, z-scores within a group (as some award programs do) and our aid
make of simulated award years whose truth is known. Printed as the table in docs/benchmarks.md:

    python -m scripts.benchmarks.calibration

The noise is assumed, not measured: reviewers differ by a standard deviation of 40 points of 1000, a
book strays by 16, cases differ by 75.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from statistics import fmean, pstdev

from award.decision.core.severity import Observation, severity

GROUPS, REVIEWERS, CASES, TOP = 6, 3, 4, 5
CASE_SD, REVIEWER_SD, REST_SD = 75.0, 40.0, 16.0
SHRINK = Fraction(4, 25)  # (REST_SD / REVIEWER_SD) squared
# Points of the 23 items of GB/T 19580-2012; a calibration case may be scored on the six largest.
ITEMS = (
    80, 80, 80, 60, 60, 50, 50, 50, 50, 50, 50, 50, 40, 40, 40, 40, 30, 30, 20, 15, 15, 10, 10,
)  # fmt: skip
SIX = 6

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Year:
    """The truth of every case, and the books that simulated reviewers made of it."""

    truth: Scores
    groups: tuple[tuple[str, ...], ...]
    books: tuple[Observation, ...]
    calibration: Callable[[int, int], tuple[Observation, ...]]


def simulate(seed: int) -> Year:
    rng = Random(seed)
    truth, groups, books = {}, [], []
    lenient: dict[str, float] = {}
    for group in range(GROUPS):
        names = tuple(f"c{group}{number}" for number in range(CASES))
        panel = [f"r{group}{number}" for number in range(REVIEWERS)]
        lenient.update({name: rng.gauss(0, REVIEWER_SD) for name in panel})
        for case in names:
            truth[case] = rng.gauss(560, CASE_SD)
            books += [
                _book(case, name, truth[case] + lenient[name] + rng.gauss(0, REST_SD))
                for name in panel
            ]
        groups.append(names)

    def calibration(cases: int, items: int) -> tuple[Observation, ...]:
        own, noise = Random(seed + 1), REST_SD * _noise(items)
        return tuple(
            _book(f"k{number}", name, 560 + lenient[name] + own.gauss(0, noise))
            for number in range(cases)
            for name in sorted(lenient)
        )

    return Year(truth, tuple(groups), tuple(books), calibration)


def _book(case: str, reviewer: str, points: float) -> Observation:
    """To a quarter of a point, as every book is."""
    return Observation(case, reviewer, Fraction(round(points * 4), 4))


def _noise(items: int) -> float:
    """How much more a book of the largest items strays than a whole one, items alike."""
    part, whole = ITEMS[:items], ITEMS
    spread = [sum(one * one for one in some) ** 0.5 / sum(some) for some in (part, whole)]
    return float(spread[0] / spread[1])


def raw(year: Year) -> Scores:
    return {case: fmean(_of(year, case)) for case in year.truth}


def z_scores(year: Year) -> Scores:
    """Each group brought to the mean and the spread of all; a strong group loses its lead."""
    means = raw(year)
    middle, spread = fmean(means.values()), pstdev(means.values())
    found = {}
    for group in year.groups:
        own = [means[case] for case in group]
        level, width = fmean(own), pstdev(own) or 1.0
        found.update({case: middle + (means[case] - level) / width * spread for case in group})
    return found


def ours(cases: int, items: int = len(ITEMS)) -> Callable[[Year], Scores]:
    def made(year: Year) -> Scores:
        found = severity([*year.books, *year.calibration(cases, items)], SHRINK)
        return {case: float(found.cases[case]) for case in year.truth}

    return made


def _of(year: Year, case: str) -> list[float]:
    return [float(one.score) for one in year.books if one.case == case]


def error(year: Year, found: Scores) -> float:
    """Root mean square of what remains when both are centred, in points."""
    rest = [found[case] - year.truth[case] for case in year.truth]
    return pstdev(rest)


def hits(year: Year, found: Scores) -> float:
    """The part of the true top five among the five that stand first."""
    best = [set(sorted(some, key=lambda one: -some[one])[:TOP]) for some in (year.truth, found)]
    return len(best[0] & best[1]) / TOP


METHODS: Mapping[str, Callable[[Year], Scores]] = {
    "各家平均分（不校准）": raw,
    "组内标准化（z 分数）": z_scores,
    "标定案例 1 个，最大的 6 个条款": ours(1, SIX),
    "标定案例 1 个，全部条款": ours(1),
    "标定案例 2 个，全部条款": ours(2),
}


def main(years: int = 400) -> None:
    simulated = [simulate(seed) for seed in range(years)]
    print("| 方法 | 误差（分） | 前五名中选对的比例 |\n|---|---|---|")
    for name, method in METHODS.items():
        made = [(year, method(year)) for year in simulated]
        off = fmean(error(year, found) ** 2 for year, found in made) ** 0.5
        right = fmean(hits(year, found) for year, found in made)
        print(f"| {name} | {off:.1f} | {right:.2f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
