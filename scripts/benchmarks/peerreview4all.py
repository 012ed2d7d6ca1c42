"""PeerReview4All: Stelmakh, Shah & Singh, "PeerReview4All: Fair and Accurate Reviewer Assignment in
Peer Review", ALT 2019, algorithm 1.

For each k up to the demand: give every paper k reviewers whose scores are all as high as possible,
then the rest likewise; keep the k whose weakest paper is best, settle the weakest papers, and go on
with the others.
"""

from __future__ import annotations

import numpy as np

from scripts.benchmarks.matching import Matching, Matrix, best_flow, enough


def peerreview4all(matching: Matching, passes: int = 1) -> Matrix | None:
    """The paper's guarantee holds after the first pass; `passes` more settle the second weakest
    papers and so on.
    """
    cases = len(matching.score)
    settled, final = np.zeros(cases, dtype=bool), np.zeros(matching.open.shape, dtype=bool)
    best = None
    for _ in range(passes):
        rest = ~settled
        offers = [
            _by_steps(matching, rest, final, first) for first in range(1, matching.demand + 1)
        ]
        offers = [offer for offer in offers if offer is not None] + (
            [best & rest[:, None]] if best is not None else []
        )
        if not offers:
            return None
        best = final | max(offers, key=lambda chosen: _least(matching, chosen, rest))
        scores = (matching.score * best).sum(axis=1)
        worst = rest & (scores == scores[rest].min())
        final[worst] = best[worst]
        settled |= worst
        if settled.all():
            break
    return best


def _least(matching: Matching, chosen: Matrix, cases: Matrix) -> tuple[int, int]:
    """The weakest paper's score; among equals the total (the paper leaves ties open)."""
    scores = (matching.score * chosen).sum(axis=1)[cases]
    return int(scores.min()), int(scores.sum())


def _by_steps(matching: Matching, cases: Matrix, final: Matrix, first: int) -> Matrix | None:
    """`first` reviewers a paper, then the rest of its demand."""
    room = matching.left(final)
    begin = _subroutine(matching, cases, matching.open, first, room)
    if begin is None or first == matching.demand:
        return begin
    more = _subroutine(
        matching, cases, matching.open & ~begin, matching.demand - first, room - begin.sum(axis=0)
    )
    return None if more is None else begin | more


def _subroutine(
    matching: Matching, cases: Matrix, open_: Matrix, count: int, room: Matrix
) -> Matrix | None:
    """`count` reviewers a paper with the least score of all as high as possible, and the most total
    among those.
    """
    open_ = open_ & cases[:, None]
    demand = np.where(cases, count, 0)
    values = np.unique(matching.score[open_])
    low, high = 0, len(values) - 1
    if not len(values) or not enough(matching, open_, demand, room):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if enough(matching, open_ & (matching.score >= values[middle]), demand, room):
            low = middle
        else:
            high = middle - 1
    return best_flow(
        matching, matching.score, open_ & (matching.score >= values[low]), demand, room
    )
