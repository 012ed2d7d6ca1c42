"""FairSequence: Payan & Zick, "I Will Have Order! Optimizing Orders for Fair Reviewer Assignment",
IJCAI 2022, as deployed.

Papers pick one reviewer at a time; those with the smallest share of their demand come first, among
them the one that gains most. A pick must keep envy-freeness up to one reviewer (WEF1, Chakraborty,
Igarashi, Suksompong & Zick 2021); where no pick does, any pick may, and where none is left,
reviewers are passed on along a chain of papers.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np

from scripts.benchmarks.matching import Matching, Matrix


def fairsequence(matching: Matching) -> Matrix | None:
    chosen = np.zeros(matching.open.shape, dtype=bool)
    careful = True
    while (chosen.sum(axis=1) < matching.demand).any():
        counts = chosen.sum(axis=1)
        turn = counts == counts.min()
        pick = _pick(matching, chosen, turn, careful)
        if pick is not None:
            chosen[pick] = True
        elif careful:
            careful = False
        elif not _pass_on(matching, chosen, turn):
            return None
    return chosen


def _pick(
    matching: Matching, chosen: Matrix, turn: Matrix, careful: bool
) -> tuple[int, int] | None:
    """The pair of highest score among the papers whose turn it is; careful: that makes nobody
    envious by more than one reviewer.
    """
    could = matching.open & ~chosen & turn[:, None] & (matching.left(chosen) > 0)
    gain = np.where(could, matching.score, -np.inf)
    while True:
        case, reviewer = divmod(int(np.argmax(gain)), gain.shape[1])
        if gain[case, reviewer] == -np.inf:
            return None
        if not careful or _without_envy(matching, chosen, case, reviewer):
            return case, reviewer
        gain[case, reviewer] = -np.inf


def _without_envy(matching: Matching, chosen: Matrix, case: int, reviewer: int) -> bool:
    """Whether every paper values its own reviewers no less than this paper's with the best one
    taken away; equal demands.
    """
    team = [*np.nonzero(chosen[case])[0], reviewer]
    seen = matching.score[:, team]
    own = (matching.score * chosen).sum(axis=1)
    envied = seen.sum(axis=1) - seen.max(axis=1)
    envied[case] = 0
    return bool((envied <= own).all())


def _pass_on(matching: Matching, chosen: Matrix, turn: Matrix) -> bool:
    """A paper in need takes a reviewer from another, which takes one from the next, until one has a
    free reviewer (breadth first).
    """
    free = matching.left(chosen) > 0
    starts = [int(case) for case in np.nonzero(turn)[0]]
    queue: deque[tuple[int, tuple[tuple[int, int], ...]]] = deque(
        (case, ((case, -1),)) for case in starts
    )
    seen = set(starts)
    while queue:
        case, path = queue.popleft()
        ends = np.nonzero(matching.open[case] & ~chosen[case] & free)[0]
        if len(ends):
            chosen[case, ends[np.argmax(matching.score[case, ends])]] = True
            for (before, _), (after, taken) in pairwise(path):
                chosen[after, taken], chosen[before, taken] = False, True
            return True
        for reviewer in np.nonzero(matching.open[case] & ~chosen[case])[0]:
            for other in np.nonzero(chosen[:, reviewer])[0]:
                if int(other) not in seen:
                    seen.add(int(other))
                    queue.append((int(other), (*path, (int(other), int(reviewer)))))
    return False
