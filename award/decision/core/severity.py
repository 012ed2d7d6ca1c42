"""宽严参考: how strict or lenient each reviewer was, as far as that can be known. Never applied to
a score.

A score is taken as case + reviewer + rest; least squares, with every reviewer drawn towards nought
by `shrink` (the variance of the rest over that of the reviewers; after MacKay and others, Royal
Society Open Science 4:160760, 2017). Solved in whole numbers, so that it replays to the last digit.
Standing groups share no case: then nobody can tell a strict group from a weak one, and `difference`
says so (不能比较); a case that all score beforehand (标定案例) links them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm


@dataclass(frozen=True)
class Observation:
    """One locked book: hundredths of a point, or any unit that all share."""

    case: str
    reviewer: str
    score: Fraction


@dataclass(frozen=True)
class Severity:
    """`reviewers`: above nought is lenient. `parts`: the cases that are linked with one another."""

    cases: Mapping[str, Fraction]
    reviewers: Mapping[str, Fraction]
    parts: tuple[frozenset[str], ...]

    def difference(self, one: str, other: str) -> Fraction | None:
        """How much better the one is, reviewers set apart; None: they cannot be compared."""
        if not any({one, other} <= part for part in self.parts):
            return None
        return self.cases[one] - self.cases[other]


def severity(observations: Sequence[Observation], shrink: Fraction) -> Severity:
    """Least squares over all books. `shrink` nought draws nobody anywhere: then the reviewers of a
    part have mean nought.
    """
    effects: dict[str, Fraction] = {}
    found = parts_of(observations)
    for part in found:
        inside = [one for one in observations if one.case in part]
        effects.update(_effects(inside, shrink))
    cases = {
        case: _mean(one.score - effects[one.reviewer] for one in seen)
        for case, seen in _by_case(observations).items()
    }
    return Severity(cases, effects, found)


def _effects(observations: Sequence[Observation], shrink: Fraction) -> dict[str, Fraction]:
    """Of the reviewers of one linked part: the cases are eliminated first, which leaves one
    equation for each reviewer.
    """
    names = sorted({one.reviewer for one in observations})
    at = {name: number for number, name in enumerate(names)}
    matrix = [[Fraction(0)] * len(names) for _ in names]
    right = [Fraction(0)] * len(names)
    for number in range(len(names)):
        matrix[number][number] = shrink
    for seen in _by_case(observations).values():
        share, middle = Fraction(1, len(seen)), _mean(one.score for one in seen)
        for one in seen:
            right[at[one.reviewer]] += one.score - middle
            matrix[at[one.reviewer]][at[one.reviewer]] += 1
        for one in seen:
            for other in seen:
                matrix[at[one.reviewer]][at[other.reviewer]] -= share
    if not shrink:
        # Nothing holds the level of the reviewers: say that they add up to nought.
        matrix = [[value + 1 for value in row] for row in matrix]
    return dict(zip(names, solve(matrix, right), strict=True))


def solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """Gauss with whole numbers (Bareiss 1968): every division comes out even, and no fraction is
    reduced on the way.
    """
    rows = [_whole([*row, value]) for row, value in zip(matrix, right, strict=True)]
    size, before = len(rows), 1
    for k in range(size):
        pivot = next(number for number in range(k, size) if rows[number][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        top = rows[k]
        for i in range(size):
            if i == k:
                continue
            row, head, lead = rows[i], rows[i][k], top[k]
            rows[i] = [(lead * a - head * b) // before for a, b in zip(row, top, strict=True)]
        before = top[k]
    return [Fraction(row[size], row[number]) for number, row in enumerate(rows)]


def _whole(row: Sequence[Fraction]) -> list[int]:
    common = lcm(*(value.denominator for value in row))
    return [value.numerator * (common // value.denominator) for value in row]


def parts_of(observations: Iterable[Observation]) -> tuple[frozenset[str], ...]:
    """Cases linked by reviewers that saw more than one of them."""
    parts: list[tuple[set[str], set[str]]] = []  # cases, reviewers
    for one in observations:
        linked = [part for part in parts if one.case in part[0] or one.reviewer in part[1]]
        merged: tuple[set[str], set[str]] = ({one.case}, {one.reviewer})
        for part in linked:
            merged[0].update(part[0])
            merged[1].update(part[1])
            parts.remove(part)
        parts.append(merged)
    return tuple(sorted((frozenset(cases) for cases, _ in parts), key=sorted))


def _by_case(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for one in observations:
        found.setdefault(one.case, []).append(one)
    return found


def _mean(values: Iterable[Fraction]) -> Fraction:
    all_of = list(values)
    return sum(all_of, Fraction(0)) / len(all_of)


# agreement ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """评审一致性 of the whole year: the intraclass correlation of single scores, reviewers' levels
    set apart, and between which values it lies when any one case is left out.
    """

    value: Fraction
    low: Fraction
    high: Fraction
    cases: int


def agreement(observations: Sequence[Observation]) -> Agreement | None:
    """One figure for the year, none for a group: three reviewers and eight cases say too little.

    None: no group has two cases and two reviewers.
    """
    whole = _icc(observations)
    if whole is None:
        return None
    names = sorted({one.case for one in observations})
    without = [
        found
        for name in names
        if (found := _icc([one for one in observations if one.case != name])) is not None
    ]
    return Agreement(whole, min([whole, *without]), max([whole, *without]), len(names))


def _icc(observations: Sequence[Observation]) -> Fraction | None:
    """(cases - rest) / (cases + (k - 1) rest) of mean squares pooled over the groups."""
    squares, degrees = [Fraction(0), Fraction(0)], [0, 0]
    width: list[int] = []
    for table in _tables(observations):
        rows, columns = len(table), len(table[0])
        if rows < 2 or columns < 2:
            continue
        between, rest = _sums(table)
        squares = [squares[0] + between, squares[1] + rest]
        degrees = [degrees[0] + rows - 1, degrees[1] + (rows - 1) * (columns - 1)]
        width += [columns] * rows
    if not width:
        return None
    cases, rest = squares[0] / degrees[0], squares[1] / degrees[1]
    both = cases + (Fraction(sum(width), len(width)) - 1) * rest
    return (cases - rest) / both if both else None


def _tables(observations: Sequence[Observation]) -> list[list[list[Fraction]]]:
    """Cases that the same reviewers scored, as rows with a column for each of them."""
    groups: dict[tuple[str, ...], list[list[Fraction]]] = {}
    for seen in _by_case(observations).values():
        ordered = sorted(seen, key=lambda one: one.reviewer)
        names = tuple(one.reviewer for one in ordered)
        groups.setdefault(names, []).append([one.score for one in ordered])
    return list(groups.values())


def _sums(table: Sequence[Sequence[Fraction]]) -> tuple[Fraction, Fraction]:
    """Sums of squares of the cases and of what neither case nor reviewer explains."""
    rows = [_mean(row) for row in table]
    columns = [_mean(column) for column in zip(*table, strict=True)]
    middle = _mean(rows)
    between = sum(((row - middle) ** 2 for row in rows), Fraction(0)) * len(columns)
    rest = sum(
        (
            (value - rows[i] - columns[j] + middle) ** 2
            for i, row in enumerate(table)
            for j, value in enumerate(row)
        ),
        Fraction(0),
    )
    return between, rest
