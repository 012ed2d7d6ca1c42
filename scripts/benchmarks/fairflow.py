"""FairFlow: Kobren, Saha & McCallum, "Paper Matching with Local Fairness Constraints", KDD 2019,
section 5.

From the assignment of most score, papers far below a threshold T get one reviewer from papers above
it, directly or through papers in between (a min-cost flow in a refinement network); seats left
empty are filled by another flow. T is found by bisection.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from scripts.benchmarks.matching import Matching, Matrix, best_flow
from scripts.benchmarks.transportation import flow

BISECTIONS = 10  # as in the paper's experiments


def fairflow(matching: Matching) -> Matrix | None:
    best = now = flow(matching)
    if best is None:
        return None
    top = int(np.where(matching.open, matching.score, 0).max())
    low, high = 0.0, float(matching.demand * top)
    for _ in range(BISECTIONS):
        threshold = (low + high) / 2
        now = _towards(matching, best, threshold, top)
        if matching.least(now) >= threshold - top:
            low = threshold
        else:
            high = threshold
        if (matching.least(now), matching.total(now)) > (
            matching.least(best),
            matching.total(best),
        ):
            best = now
    return best


def _towards(matching: Matching, chosen: Matrix, threshold: float, top: int) -> Matrix:
    """Refine until no paper is far below the threshold, none is above it, or nothing changes any
    more.
    """
    seen: set[tuple[int, int]] = set()
    while True:
        scores = (matching.score * chosen).sum(axis=1)
        above, below = scores >= threshold, scores < threshold - top
        key = (int(below.sum()), matching.total(chosen))
        if not above.any() or not below.any() or key in seen:
            return chosen
        seen.add(key)
        refined = _refine(matching, chosen, scores, above, below, threshold - top)
        filled = _fill(matching, refined)
        if filled is None:
            return chosen
        chosen = filled


def _refine(
    matching: Matching, chosen: Matrix, scores: Matrix, above: Matrix, below: Matrix, floor: float
) -> Matrix:
    """Papers are nodes 0.., their doors (which let one reviewer in) follow, then reviewers, source
    and sink.
    """
    cases, people = matching.score.shape
    chosen = chosen.copy()
    for case in np.nonzero(below)[0]:
        team = np.nonzero(chosen[case])[0]
        chosen[case, team[np.argmin(matching.score[case, team])]] = False
    between = ~above & ~below
    first = 2 * cases
    source, sink = first + people, first + people + 1
    free = matching.open & ~chosen
    givers = above[:, None] & chosen
    offered = givers.any(axis=0)
    into = between[:, None] & free & offered
    least_in = np.where(into, matching.score, np.inf).min(axis=1)
    givers |= (
        between[:, None] & chosen & (scores[:, None] + least_in[:, None] - matching.score >= floor)
    )
    ends = below[:, None] & free & givers.any(axis=0)
    lifts = (scores * below)[:, None] + matching.score >= floor
    network = min_cost_flow.SimpleMinCostFlow()

    def add(tails: Matrix, heads: Matrix, costs: Matrix) -> Matrix:
        ones = np.ones(len(tails), dtype=np.int64)
        return network.add_arcs_with_capacity_and_unit_cost(
            tails, heads, ones, np.asarray(costs, dtype=np.int64)
        )

    papers = [np.nonzero(group)[0] for group in (above, between, below)]
    for tails, heads in (
        (np.full(len(papers[0]), source), papers[0]),
        (cases + papers[1], papers[1]),
        (papers[2], np.full(len(papers[2]), sink)),
    ):
        add(tails, heads, np.zeros(len(tails)))
    out_c, out_r = np.nonzero(givers)
    out = add(out_c, first + out_r, np.zeros(len(out_c)))
    door_c, door_r = np.nonzero(into)
    doors = add(first + door_r, cases + door_c, np.zeros(len(door_c)))
    end_c, end_r = np.nonzero(ends)
    reward = matching.score * np.where(lifts, 1000, 1)
    last = add(first + end_r, end_c, -reward[end_c, end_r])
    amount = int(min(above.sum(), below.sum()))
    network.set_node_supply(source, amount)
    network.set_node_supply(sink, -amount)
    if network.solve_max_flow_with_min_cost() != network.OPTIMAL:
        return chosen
    gone = network.flows(out) > 0
    chosen[out_c[gone], out_r[gone]] = False
    for arcs, c, r in ((doors, door_c, door_r), (last, end_c, end_r)):
        used = network.flows(arcs) > 0
        chosen[c[used], r[used]] = True
    return chosen


def _fill(matching: Matching, chosen: Matrix) -> Matrix | None:
    """Give every paper its demand again, with the most score."""
    missing = matching.demand - chosen.sum(axis=1)
    more = best_flow(
        matching,
        matching.score,
        matching.open & ~chosen,
        np.maximum(missing, 0),
        matching.left(chosen),
    )
    return None if more is None else chosen | more
