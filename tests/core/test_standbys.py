"""Substitutes: two a seat, every rule kept, usable together."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from assignment.alike import exchanged
from assignment.check import check, substitute
from assignment.edit import revalue
from assignment.explain import options
from assignment.solution import Group, Plan, Visit
from assignment.standbys import standbys, survives
from tests.core.test_explain import good_plans
from tests.solver.cast import cast

PROBLEM = cast()
PLAN = revalue(
    PROBLEM,
    Plan(
        PROBLEM.digest,
        "feasible",
        (
            Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 2, 2))),
            Group("E2", ("E2", "E3"), (Visit("A2", 0, 2), Visit("A3", 2, 2))),
        ),
    ),
)


def test_every_seat_has_two_substitutes_and_the_first_ones_are_different_people() -> None:
    found = standbys(PROBLEM, PLAN)
    assert [(one.group, one.member, len(one.substitutes)) for one in found] == [
        (0, "E0", 2),
        (0, "E1", 2),
        (1, "E2", 2),
        (1, "E3", 2),
    ]
    assert sorted(one.substitutes[0] for one in found) == ["E4", "E5", "E6", "E7"]
    assert survives(PLAN.with_(standbys=found)) == (4, 4)


def test_two_who_withdraw_at_once_are_replaced_side_by_side() -> None:
    """E4 and E5 may not sit together, nor E6 and E7: the first substitutes of a group are chosen
    accordingly.
    """
    problem = replace(PROBLEM, barred_pairs=(("E4", "E5", "KIN"), ("E6", "E7", "KIN")))
    plan = revalue(problem, PLAN)
    found = {(one.group, one.member): one.substitutes[0] for one in standbys(problem, plan)}
    for one, other in combinations(found, 2):
        if one[0] == other[0]:
            assert (
                substitute(problem, exchanged(plan, *one, found[one]), *other, found[other]) == ()
            )


def test_who_is_alone_with_a_trade_has_no_substitute() -> None:
    lonely = replace(
        PROBLEM,
        cases=(replace(PROBLEM.cases[0], industries=("1811",)), *PROBLEM.cases[1:]),
        reviewers=tuple(
            replace(one, industries=("18", "17") if one.id == "E0" else ("17",))
            for one in PROBLEM.reviewers
        ),
    )
    plan = revalue(lonely, PLAN)
    plan = plan.with_(standbys=standbys(lonely, plan))
    assert "E0" not in {one.member for one in plan.standbys or ()} and survives(plan) == (3, 4)
    assert check(lonely, plan).ok


def test_nobody_is_named_who_is_not_among_all_who_could_and_nobody_is_missed() -> None:
    seats = 0
    for problem, plan in good_plans():
        found = {(one.group, one.member): one.substitutes for one in standbys(problem, plan)}
        assert check(problem, plan.with_(standbys=standbys(problem, plan))).ok
        for group, here in enumerate(plan.groups):
            for member in here.members:
                able = {option.reviewer for option in options(problem, plan, group, member)}
                named = found.get((group, member), ())
                assert set(named) <= able and len(named) == min(2, len(able))
                seats += bool(able)
    assert seats > 20
