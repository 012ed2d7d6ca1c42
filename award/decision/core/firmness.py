"""结果的稳固程度: what little it would take to change it.

Shown beside the totals, never applied to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Scored:
    """One case: stage scores and line in hundredths of a point; books by reviewer, of each
    stage.
    """

    case: str
    document: Fraction
    site: Fraction
    line: int
    document_books: Mapping[str, int] = field(default_factory=dict)
    site_books: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Firmness:
    """`distance` from the line in hundredths, below it negative; `steps`: so many scoring steps of
    the largest item, document and site (None where that stage has no weight). `without`: reviewers
    without whom it would stand on the other side. `rank`, and between which ranks it stands when
    any one reviewer is left out.
    """

    case: str
    distance: Fraction
    steps: tuple[Fraction | None, Fraction | None]
    without: tuple[str, ...]
    rank: int
    best: int
    worst: int


@dataclass(frozen=True)
class Swap:
    """The document weight at which two neighbours change places; at equal weights they are
    level.
    """

    above: str
    below: str
    weight: Fraction


def firmness(
    cases: Sequence[Scored], document_weight: Fraction, largest_item: int, step: int
) -> tuple[Firmness, ...]:
    """Of every case, in the order given. `largest_item` in points, `step` in percent."""
    weights = document_weight, 1 - document_weight
    totals = {one.case: _total(one, weights) for one in cases}
    ranks = _ranks(totals)
    reviewers = sorted({name for one in cases for name in (*one.document_books, *one.site_books)})
    others = {name: {one.case: _total(one, weights, name) for one in cases} for name in reviewers}
    placed = [ranks, *(_ranks(found) for found in others.values())]
    return tuple(
        Firmness(
            one.case,
            totals[one.case] - one.line,
            _steps(totals[one.case] - one.line, weights, largest_item * step),
            tuple(
                name
                for name in reviewers
                if (others[name][one.case] >= one.line) != (totals[one.case] >= one.line)
            ),
            ranks[one.case],
            min(found[one.case] for found in placed),
            max(found[one.case] for found in placed),
        )
        for one in cases
    )


def swaps(cases: Sequence[Scored], document_weight: Fraction) -> tuple[Swap, ...]:
    """Neighbours in the ranking that some weight between nought and one would turn round."""
    weights = document_weight, 1 - document_weight
    ordered = sorted(cases, key=lambda one: (-_total(one, weights), one.case))
    found = []
    for above, below in pairwise(ordered):
        weight = swap_weight(above, below)
        if weight is not None:
            found.append(Swap(above.case, below.case, weight))
    return tuple(found)


def swap_weight(one: Scored, other: Scored) -> Fraction | None:
    """The document weight strictly between nought and one at which the two totals are equal."""
    document, site = one.document - other.document, one.site - other.site
    if document == site:
        return None
    weight = site / (site - document)
    return weight if 0 < weight < 1 else None


def _total(one: Scored, weights: tuple[Fraction, Fraction], without: str = "") -> Fraction:
    document = one.document + _shift(one.document_books, without)
    return weights[0] * document + weights[1] * (one.site + _shift(one.site_books, without))


def _shift(books: Mapping[str, int], without: str) -> Fraction:
    """What leaving one reviewer out does to the mean of the books; the consensus is moved as
    much.
    """
    if without not in books or len(books) < 2:
        return Fraction(0)
    whole = sum(books.values())
    return Fraction(whole - books[without], len(books) - 1) - Fraction(whole, len(books))


def _steps(
    distance: Fraction, weights: tuple[Fraction, Fraction], one_step: int
) -> tuple[Fraction | None, Fraction | None]:
    first, second = (abs(distance) / (one_step * weight) if weight else None for weight in weights)
    return first, second


def _ranks(totals: Mapping[str, Fraction]) -> dict[str, int]:
    """Equals share a rank."""
    ordered = sorted(totals.values(), reverse=True)
    first: dict[Fraction, int] = {}
    for number, value in enumerate(ordered, 1):
        first.setdefault(value, number)
    return {case: first[value] for case, value in totals.items()}
