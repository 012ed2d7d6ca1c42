"""论文分派问题: plain reviewer assignment, what the literature's algorithms know of a problem, and
a plan made from their answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from assignment.goals import objective, scorecard
from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit

Matrix = Any  # numpy, cases x reviewers


@dataclass(frozen=True)
class Matching:
    """Every case needs `demand` different reviewers, a reviewer serves at most `room` cases; `open`
    says who may serve where.
    """

    score: Matrix
    open: Matrix
    demand: int
    room: Matrix

    def total(self, chosen: Matrix) -> int:
        return int((self.score * chosen).sum())

    def least(self, chosen: Matrix) -> int:
        return int((self.score * chosen).sum(axis=1).min())

    def left(self, chosen: Matrix) -> Matrix:
        """What room the reviewers have beside `chosen`."""
        return self.room - chosen.sum(axis=0)


def read(problem: Problem) -> Matching | None:
    """None when the problem asks for more than scores, demand and room."""
    policy, cases, people = problem.policy, problem.cases, problem.reviewers
    efforts = {case.effort for case in cases}
    plain = (
        policy.regime == "panel"
        and policy.group_size[0] == policy.group_size[1]
        and not (
            policy.leader_required
            or policy.quality_required
            or policy.groups
            or policy.group_effort
        )
        and policy.industry_level == "none"
        and policy.same_employer == "allow"
        and not (problem.barred_pairs or problem.pins or problem.previous)
        and not any(case.half_days for case in cases)
        and len(efforts) == 1
    )
    if not plain:
        return None
    row, column = problem.case_index, problem.reviewer_index
    score, open_ = _scores(problem), np.ones((len(cases), len(people)), dtype=bool)
    for reviewer, case, _ in problem.barred:
        open_[row[case], column[reviewer]] = False
    effort = max(1, efforts.pop())
    room = np.array([min(one.max_groups, one.max_effort // effort, len(cases)) for one in people])
    return Matching(score, open_ & (room > 0), policy.group_size[0], room)


def _scores(problem: Problem) -> Matrix:
    """Read at once, as the solver reads them."""
    known, column = look_up(problem).affinity, problem.reviewer_index
    rows = [known[case.id] for case in problem.cases]
    counts = [len(row) for row in rows]
    found = np.zeros((len(rows), len(column)), dtype=np.int64)
    columns = np.fromiter((column[one] for row in rows for one in row), np.int64, sum(counts))
    values = np.fromiter((value for row in rows for value in row.values()), np.int64, sum(counts))
    found[np.repeat(np.arange(len(rows)), counts), columns] = values
    return found


def plan_of(problem: Problem, chosen: Matrix) -> Plan:
    """Cases with nobody are named as left out."""
    names = [reviewer.id for reviewer in problem.reviewers]
    groups = tuple(
        Group(None, tuple(names[r] for r in np.nonzero(row)[0]), (Visit(case.id, None, 0),))
        for case, row in zip(problem.cases, chosen, strict=True)
        if row.any()
    )
    left = tuple(case.id for case, row in zip(problem.cases, chosen, strict=True) if not row.any())
    plan = Plan(
        problem_digest=problem.digest,
        status="partial" if left else "feasible",
        groups=groups,
        unassigned=left,
    )
    values = scorecard(problem, plan)
    return plan.with_(scorecard=values, objective=objective(problem, values))


def best_flow(
    matching: Matching, worth: Matrix, open_: Matrix, demand: Matrix, room: Matrix
) -> Matrix | None:
    """The most worth with exactly `demand` reviewers a case, if any (min-cost flow, Ahuja, Magnanti
    & Orlin 1993).
    """
    cases, people = matching.score.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    c, r = np.nonzero(open_ & (room > 0))
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        c, cases + r, np.ones(len(c), dtype=np.int64), -worth[c, r]
    )
    every = np.arange(people)
    flow.add_arcs_with_capacity_and_unit_cost(
        cases + every,
        np.full(people, cases + people),
        np.maximum(room, 0),
        np.zeros(people, dtype=np.int64),
    )
    flow.set_nodes_supplies(np.arange(cases), np.asarray(demand, dtype=np.int64))
    flow.set_node_supply(cases + people, -int(np.sum(demand)))
    if flow.solve() != flow.OPTIMAL:
        return None
    chosen = np.zeros(matching.score.shape, dtype=bool)
    chosen[c, r] = flow.flows(arcs) > 0
    return chosen


def enough(matching: Matching, open_: Matrix, demand: Matrix, room: Matrix) -> bool:
    """Whether every case can have its demand (max flow, Goldberg & Tarjan 1988)."""
    cases, people = matching.score.shape
    flow = max_flow.SimpleMaxFlow()
    c, r = np.nonzero(open_ & (room > 0))
    source, sink, every = cases + people, cases + people + 1, np.arange(people)
    flow.add_arcs_with_capacity(c, cases + r, np.ones(len(c), dtype=np.int64))
    flow.add_arcs_with_capacity(
        np.full(cases, source), np.arange(cases), np.asarray(demand, dtype=np.int64)
    )
    flow.add_arcs_with_capacity(cases + every, np.full(people, sink), np.maximum(room, 0))
    return bool(
        flow.solve(source, sink) == flow.OPTIMAL and flow.optimal_flow() == int(np.sum(demand))
    )
