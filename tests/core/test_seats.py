"""Who could take a seat: directly, by an exchange, or by leaving a seat that somebody fills."""

from __future__ import annotations

from assignment.check import check
from assignment.edit import Exchange, Relay, Replace, apply_edit, revalue
from assignment.problem import Problem
from assignment.seats import ways_to_seat
from assignment.solution import Group, Plan, Visit
from assignment.weigh import weigh
from tests.solver.cast import cast


def plan_of(problem: Problem) -> Plan:
    groups = (
        Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 2, 2))),
        Group("E2", ("E2", "E3"), (Visit("A2", 0, 2), Visit("A3", 2, 2))),
    )
    return revalue(problem, Plan(problem.digest, "feasible", groups))


def test_everybody_comes_by_the_cheapest_way_that_keeps_every_rule() -> None:
    problem = cast()
    plan = plan_of(problem)
    ways = ways_to_seat(problem, plan, 0, "E1")
    edits = {way.reviewer: way.edit for way in ways.able}
    assert edits["E2"] == Exchange(0, "E1", 1, "E2")
    assert edits["E4"] == Replace(0, "E1", "E4")
    assert set(edits) == {"E2", "E3", "E4", "E5", "E6", "E7"} and ways.unable == ()
    weighed = [weigh(problem, plan, way.edit) for way in ways.able]
    assert [one.allowed for one in weighed] == [True] * 6
    assert (
        [one.cost for one in weighed]
        == [way.cost for way in ways.able]
        == sorted(way.cost for way in ways.able)
    )


def test_who_cannot_be_exchanged_may_come_when_somebody_fills_the_seat() -> None:
    """E1 may not review A2, so that no one of its group can change seats with her."""
    problem = cast(barred=[["E1", "A2", "employment"]])
    plan = plan_of(problem)
    ways = ways_to_seat(problem, plan, 0, "E1").able
    found = next(way for way in ways if way.reviewer == "E3")
    assert isinstance(found.edit, Relay)
    after = apply_edit(problem, plan, found.edit)
    assert after.groups[0].members == ("E0", "E3")
    assert (after.groups[1].leader, after.groups[1].members) == ("E2", ("E2", found.edit.newcomer))
    assert check(problem, after).ok


def test_nobody_comes_who_would_break_a_rule_here() -> None:
    barred = [[f"E{n}", "A0", "employment"] for n in range(2, 8)]
    problem = cast(barred=barred)
    ways = ways_to_seat(problem, plan_of(problem), 0, "E1")
    told = {
        one: [broken.reviewers for broken in swap.said_of(one) if broken.rule == "H05"]
        for swap in ways.unable
        for one in swap.people
    }
    assert ways.able == () and told == {f"E{n}": [(f"E{n}",)] for n in range(2, 8)}
