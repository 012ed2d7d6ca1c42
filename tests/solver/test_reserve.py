"""More seats that survive a decline, at a price in the goals and never at the price of a rule."""

from __future__ import annotations

from dataclasses import replace

from assignment.check import check
from assignment.edit import revalue
from assignment.problem import Problem
from assignment.quality import compared
from assignment.solution import Group, Plan, Visit
from assignment.solver.budget import Budget
from assignment.solver.limits import Limits
from assignment.solver.reserve import reinforce, solve_with_reserves
from assignment.standbys import standbys, survives
from tests.solver.cast import cast

QUICK = Limits(time_limit=5.0, workers=1)


def scarce() -> Problem:
    """Only E0 and E6 know the trade of A0; E6 has served before and so costs more work.

    E7 knows it too, but is away.
    """
    problem = cast(policy={"groups": [1, 1], "group_size": [2, 2]})
    people = tuple(
        replace(
            one,
            industries=("18", "17") if one.id in ("E0", "E6") else ("17",),
            unavailable=(0, 1) if one.id == "E6" else (),
        )
        for one in problem.reviewers
    )
    return replace(
        problem,
        reviewers=people,
        cases=(replace(problem.cases[0], industries=("1811",)), problem.cases[1]),
    )


def plan_of(problem: Problem) -> Plan:
    """A0 on the days when E6 is away: nobody could take the seat of E0."""
    return revalue(
        problem,
        Plan(
            problem.digest,
            "feasible",
            (Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 2, 2))),),
        ),
    )


def covered(problem: Problem, plan: Plan) -> tuple[int, int]:
    return survives(plan.with_(standbys=standbys(problem, plan)))


def test_a_visit_moves_to_where_a_substitute_is_free() -> None:
    problem = scarce()
    before = plan_of(problem)
    after = reinforce(problem, before, 5, Budget(QUICK, None))
    assert (covered(problem, before), covered(problem, after)) == ((1, 2), (2, 2))
    assert check(problem, after).ok and (after.objective or 0) < (before.objective or 0) + 5


def test_a_seat_that_costs_more_than_its_price_stays_as_it_is() -> None:
    problem = replace(scarce(), weights={"workload": 1, "span": 100})
    before = plan_of(problem)
    assert reinforce(problem, before, 5, Budget(QUICK, None)).groups == before.groups


def test_goals_of_the_order_come_before() -> None:
    problem = replace(scarce(), order=("span",))
    before = plan_of(problem)
    assert (
        reinforce(problem, before, 10_000, Budget(QUICK, None)).scorecard["span"]
        == before.scorecard["span"]
    )


def test_the_whole_way_gives_a_plan_that_passes_and_covers_no_fewer_seats() -> None:
    problem = scarce()
    plan = solve_with_reserves(50, problem, QUICK, lambda latest: None, lambda: False)
    assert check(problem, plan).ok and covered(problem, plan) == (2, 2)


def test_seats_that_were_paid_for_count_when_it_is_asked_which_plan_is_better() -> None:
    """So that `--start` with `--standby` does not throw the dearer plan away."""
    problem = replace(scarce(), weights={"workload": 1, "span": 3})
    before = plan_of(problem)
    after = reinforce(problem, before, 50, Budget(QUICK, None))
    assert (after.objective or 0) > (before.objective or 0)
    assert compared(problem, after, before) == "worse"
    assert compared(problem, after, before, seat=50) == "better"
