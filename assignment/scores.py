"""按得分分派: reviewers for cases from one table of scores, where nothing else is to be known:
array in, array out, with its proof.

The whole problem, with visits, roles and calendars, is what `solve` is for; where it asks for no
more than scores it takes the same way, and gives a plan with ids that the checker has passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assignment.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LARGEST = 10**9  # of a score, as in problem files


@dataclass(frozen=True)
class Assigned:
    """Who reviews what: `chosen` [cases, reviewers] is true for each seat.

    `least` is the score of the weakest case, `total` that of all. Nothing passes `least_bound`, and
    with the weakest case held there nothing passes `total_bound`; where only the total was asked
    for, `least_bound` is what each case could have alone. `best`: proved.
    """

    chosen: NDArray[Any]
    least: int
    total: int
    least_bound: int
    total_bound: int
    best: bool


def assign_scores(
    scores: ArrayLike,
    size: int,
    most: ArrayLike,
    barred: ArrayLike | None = None,
    weakest_first: bool = True,
    seconds: float = 60.0,
) -> Assigned | None:
    """`size` reviewers for each case, nobody in more than `most` cases (one number, or one for each
    reviewer), none where `barred` is true; None where the seats cannot be filled so.

    `scores` [cases, reviewers] are whole numbers up to 1,000,000,000. The weakest case as high as
    can be and then the highest total, or with `weakest_first` False the highest total alone, which
    is always proved; one programme of the former takes at most `seconds`. `FormatError` names the
    argument that cannot be used. Methods: docs/optimiser.md, *Panels*.
    """
    import numpy as np

    from assignment.solver import affinity, transport
    from assignment.solver.pairs import Pairs

    table = np.asarray(scores)
    if table.ndim != 2 or not table.size or table.dtype.kind not in "iu":
        raise FormatError("scores", "应是整数的表，一行一家、一列一人，至少一行一列")
    if max(-int(table.min()), int(table.max())) > LARGEST:
        raise FormatError("scores", f"得分应在 {-LARGEST} 到 {LARGEST} 之间")
    if not 1 <= size <= table.shape[1]:
        raise FormatError("size", f"应在 1 到 {table.shape[1]} 之间，读到的是 {size}")
    table = table.astype(np.int32, copy=False)
    free = np.ones(table.shape, dtype=bool)
    if barred is not None:
        free = ~np.asarray(barred, dtype=bool)
        if free.shape != table.shape:
            raise FormatError("barred", "应与 scores 的行数、列数相同")
    room = np.asarray(most)
    if room.dtype.kind not in "iu" or room.shape not in ((), (table.shape[1],)):
        raise FormatError("most", "应是一个整数，或一人一个整数")
    room = np.clip(np.broadcast_to(room, table.shape[1]), 0, len(table)).astype(np.int64)
    pairs = Pairs(table, table, free & (room > 0), room, size, size)
    flow = transport.solve(pairs)
    if flow is None:
        return None
    if not weakest_first:
        least, total = pairs.least(flow), pairs.total(flow)
        return Assigned(flow, least, total, pairs.highest, total, best=True)
    found = affinity.solve(pairs, flow, lambda: seconds)
    least, total = found.least, found.total
    if not found.optimal:
        least, total = pairs.least(found.chosen), pairs.total(found.chosen)
    return Assigned(found.chosen, least, total, found.least, found.total, found.optimal)
