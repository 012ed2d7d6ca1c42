"""总评分（办法第十三条第六项）: item → book → stage → total, exact to the last digit.

A score is counted in hundredths of a point: an item's points times a whole percentage is a whole
number of them, so that books and consensus are integers; only a mean over books or a weight makes a
fraction, and it is rounded once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

HUNDRED = 100


@dataclass(frozen=True)
class Sheet:
    """One stage of one case.

    `books`: the percentages of every live (locked, not void) book by item; `agreed`: of the
    consensus.
    """

    books: tuple[Mapping[str, int], ...] = ()
    agreed: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Rules:
    """How a total is made: the settings that the regulation leaves to the implementing rules (实
    施细则).
    """

    points: Mapping[str, int]  # of each item
    document: str  # consensus / mean
    site: str  # consensus / mean
    total: str  # weighted / site
    document_weight: Fraction
    site_weight: Fraction
    unit: int  # round to so many hundredths
    compare: str  # rounded / exact


@dataclass(frozen=True)
class Total:
    """`exact` in hundredths of a point; `rounded` is what is printed; `compared` is what meets a
    line.
    """

    document: Fraction
    site: Fraction
    exact: Fraction
    rounded: int
    compared: Fraction


def book_score(points: Mapping[str, int], percents: Mapping[str, int]) -> int:
    """Hundredths of a point of one book.

    Empty is never nought: a gap raises KeyError with the item.
    """
    return sum(worth * percents[item] for item, worth in points.items())


def stage_score(points: Mapping[str, int], sheet: Sheet, rule: str) -> Fraction | None:
    """The stage's score in hundredths, by consensus or as the mean of its live books; None:
    there is nothing to take it from.
    """
    if rule == "mean":
        if not sheet.books:
            return None
        return Fraction(sum(book_score(points, one) for one in sheet.books), len(sheet.books))
    return None if sheet.agreed is None else Fraction(book_score(points, sheet.agreed))


def total(rules: Rules, document: Sheet, site: Sheet) -> Total | None:
    """The case's total, rounded once; None while a stage has no score."""
    one = stage_score(rules.points, document, rules.document)
    other = stage_score(rules.points, site, rules.site)
    if one is None or other is None:
        return None
    exact = other
    if rules.total == "weighted":
        exact = rules.document_weight * one + rules.site_weight * other
    rounded = half_up(exact, rules.unit)
    compared = Fraction(rounded) if rules.compare == "rounded" else exact
    return Total(one, other, exact, rounded, compared)


def half_up(value: Fraction, unit: int = 1) -> int:
    """To the nearest multiple of `unit`, a half upwards (四舍五入); values are not negative."""
    return unit * int((value / unit + Fraction(1, 2)).__floor__())


def to_hundredths(points: str | int) -> int:
    """ "600" -> 60000. Raises ValueError for more than two decimals."""
    value = Fraction(str(points)) * HUNDRED
    if value.denominator != 1:
        raise ValueError(f"more than two decimals: {points}")
    return value.numerator
