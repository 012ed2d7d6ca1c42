"""Best plans of tiny problems, then changed at random: the checker names just the rules that each
change breaks, as a second reading of the contract finds them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from assignment.check import check
from assignment.problem import Problem
from assignment.rules import RULES
from assignment.solution import Group, Plan, Visit
from tests import brute, instances
from tests.rules.judge import broken

PROBLEMS, CHANGES = range(5_000, 5_050), 20


def test_the_checker_names_just_the_rules_that_a_plan_breaks() -> None:
    named: Counter[str] = Counter()
    for number in PROBLEMS:
        problem = instances.tiny(number)
        plan = brute.best_plan(problem)
        if plan is None or not plan.groups:
            continue
        assert not broken(problem, plan) and check(problem, plan).ok
        rng = Random(number)
        for _ in range(CHANGES):
            changed = change(rng, problem, plan)
            found = {one.rule for one in check(problem, changed).violations} - {"PLAN"}
            assert found == broken(problem, changed), (problem.id, changed.groups)
            named.update(found)
    assert set(named) == {rule.id for rule in RULES}


def change(rng: Random, problem: Problem, plan: Plan) -> Plan:
    """One or two groups of the plan with other people, another leader, other visits or dates."""
    groups = list(plan.groups)
    for _ in range(rng.choice((1, 1, 2))):
        place = rng.randrange(len(groups))
        groups[place] = rng.choice((people, leader, dates, visits))(rng, problem, groups[place])
        if rng.random() < 0.1:
            groups.append(rng.choice(groups))
        if rng.random() < 0.1 and len(groups) > 1:
            moved = groups.pop()
            groups[0] = replace(groups[0], visits=groups[0].visits + moved.visits)
    held = {case for group in groups for case in group.cases}
    out = tuple(case.id for case in problem.cases if case.id not in held)
    status = rng.choice(("partial", "feasible"))
    return Plan(problem.digest, status, tuple(groups), out)  # type: ignore[arg-type]


def people(rng: Random, problem: Problem, group: Group) -> Group:
    who = rng.choice(problem.reviewers).id
    left = [one for one in group.members if rng.random() < 0.8]
    members = tuple(dict.fromkeys((*left, who) if rng.random() < 0.8 else left))
    return replace(group, members=members, leader=rng.choice((*members, group.leader)))


def leader(rng: Random, problem: Problem, group: Group) -> Group:
    anybody = [one.id for one in problem.reviewers]
    return replace(group, leader=rng.choice((*anybody, *group.members, None)))


def dates(rng: Random, problem: Problem, group: Group) -> Group:
    def moved(visit: Visit) -> Visit:
        start = rng.choice((visit.start, None, rng.randrange(len(problem.slots) + 2)))
        return replace(visit, start=start, half_days=visit.half_days + rng.choice((0, 0, 1)))

    return replace(group, visits=tuple(map(moved, group.visits)))


def visits(rng: Random, problem: Problem, group: Group) -> Group:
    case = rng.choice(problem.cases)
    start = rng.randrange(len(problem.slots) + 1) if case.half_days else None
    added = Visit(case.id, start, case.half_days)
    return replace(group, visits=(*group.visits[rng.randint(0, 1) :], added))
