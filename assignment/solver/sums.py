"""可达的工作量之和."""

from __future__ import annotations

from collections.abc import Iterable

# Beyond so many distinct sums every whole number counts as reachable.
MOST = 10_000


def reachable_sums(efforts: Iterable[int], most: int) -> list[int]:
    """Sums of subsets of `efforts` up to `most`, ascending, with `most` itself where it is cheaper
    not to look.
    """
    sums = {0}
    for effort in efforts:
        sums |= {effort + other for other in sums if effort + other <= most}
        if len(sums) > MOST:
            return list(range(most + 1))
    return sorted(sums)
