"""What two plans differ in, in words."""

from __future__ import annotations

from dataclasses import replace

from assignment.changes import differences
from assignment.solution import Group, Plan, Visit
from tests.solver.cast import cast

PROBLEM = cast()
FIRST = Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 2, 2), Visit("A3", 4, 2)))
SECOND = Group("E2", ("E2", "E3"), (Visit("A2", 0, 2),))
BEFORE = Plan(PROBLEM.digest, "feasible", (FIRST, SECOND))


def said(*groups: Group) -> tuple[str, ...]:
    return differences(
        PROBLEM, BEFORE, Plan(PROBLEM.digest, "feasible", groups), lambda key: f"<{key}>"
    )


def test_equal_plans_differ_in_nothing() -> None:
    assert said(FIRST, SECOND) == said(SECOND, FIRST) == ()


def test_a_seat_changes_hands_and_the_lead_with_it() -> None:
    changed = replace(FIRST, leader="E4", members=("E4", "E1"))
    assert said(changed, SECOND) == ("第1组：<E4>接替<E0>", "第1组：<E4>任组长，原为<E0>")


def test_somebody_joins_and_somebody_leaves() -> None:
    assert said(replace(FIRST, members=("E0", "E1", "E5")), SECOND) == ("第1组：增加<E5>",)
    assert said(replace(FIRST, members=("E0",)), SECOND) == ("第1组：<E1>退出，不补人",)


def test_a_visit_moves() -> None:
    moved = replace(SECOND, visits=(Visit("A2", 5, 2),))
    assert said(FIRST, moved) == ("<A2>：9月7日上午改为9月9日下午",)


def test_a_firm_goes_to_another_group_or_one_of_its_own() -> None:
    fewer = replace(FIRST, visits=FIRST.visits[:2])
    taken = replace(SECOND, visits=(*SECOND.visits, Visit("A3", 4, 2)))
    assert said(fewer, taken) == ("<A3>：改由第2组评审（<E2>、<E3>）",)
    assert said(fewer, SECOND, Group("E4", ("E4", "E5"), (Visit("A3", 4, 2),))) == (
        "<A3>：另组一组评审（<E4>、<E5>）",
    )


def test_a_firm_is_left_out_or_comes_in() -> None:
    fewer = replace(FIRST, visits=FIRST.visits[:2])
    assert said(fewer, SECOND) == ("<A3>：暂不安排",)
    before = Plan(PROBLEM.digest, "partial", (fewer, SECOND), unassigned=("A3",))
    after = Plan(PROBLEM.digest, "feasible", (FIRST, SECOND))
    assert differences(PROBLEM, before, after) == ("A3：新排入，9月9日上午",)
