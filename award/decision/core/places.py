"""名额（办法第四条、第十四条）: who of those that passed the vote gets a place.

Repeat winners of the same award stand outside the quota.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

QUALITY, INNOVATION = "QUALITY", "INNOVATION"


@dataclass(frozen=True)
class Quota:
    """No more than `winners` counted winners, of which no more than `quality` 质量奖; fewer or
    none is allowed.
    """

    winners: int
    quality: int


@dataclass(frozen=True)
class Filled:
    """`placed` in the order of the ranking; `tied`: equal in everything across the cut, a person
    must decide; nothing is placed there.
    """

    placed: tuple[str, ...]
    over: tuple[str, ...]
    tied: tuple[str, ...] = ()


def fill(
    ranked: Sequence[tuple[str, ...]],
    places: int,
    outside: Collection[str],
    decided: Sequence[Sequence[str]] = (),
) -> Filled:
    """Fill `places` from the ranking; `outside` pass without taking one.

    `decided`: orders of fully tied candidates that persons recorded.
    """
    placed: list[str] = []
    over: list[str] = []
    left = places
    for group in ranked:
        placed += [case for case in group if case in outside]
        counted = [case for case in group if case not in outside]
        if len(counted) > left > 0:
            order = _decided(counted, decided)
            if order is None:
                below = [case for case in _after(ranked, group) if case not in outside]
                placed += [case for case in _after(ranked, group) if case in outside]
                return Filled(tuple(placed), (*over, *below), tuple(counted))
            counted = order
        placed += counted[:left]
        over += counted[left:]
        left -= min(left, len(counted))
    return Filled(tuple(placed), tuple(over))


def within(quota: Quota, quality: int, innovation: int) -> bool:
    """Whether so many counted winners are allowed."""
    return quality <= quota.quality and quality + innovation <= quota.winners


def _after(ranked: Sequence[tuple[str, ...]], group: tuple[str, ...]) -> Iterator[str]:
    for later in ranked[ranked.index(group) + 1 :]:
        yield from later


def _decided(tied: Sequence[str], decided: Sequence[Sequence[str]]) -> list[str] | None:
    """The recorded order of exactly these candidates."""
    for order in decided:
        if sorted(order) == sorted(tied):
            return list(order)
    return None
