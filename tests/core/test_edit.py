"""Edits by hand, and what they would break and cost before anybody makes them."""

from __future__ import annotations

import pytest

from api.groups.words import quality_words
from assignment import edit as edits
from assignment.check import check
from assignment.edit import (
    Edit,
    Exchange,
    Join,
    MoveCase,
    MoveMember,
    MoveVisit,
    Place,
    Replace,
    SetAside,
    apply_edit,
    revalue,
)
from assignment.errors import Declined
from assignment.quality import Coverage, coverage
from assignment.solution import Group, Plan, Visit
from assignment.weigh import (
    first_place,
    moves_of_case,
    moves_of_member,
    moves_of_reserve,
    starts_of_visit,
    weigh,
)
from tests.solver.cast import cast

PROBLEM = cast()
PLAN = revalue(
    PROBLEM,
    Plan(
        PROBLEM.digest,
        "feasible",
        (
            Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 2, 2))),
            Group("E2", ("E2", "E3"), (Visit("A2", 0, 2),)),
        ),
        unassigned=("A3",),
    ),
)


def seats(plan: Plan) -> list[tuple[str | None, tuple[str, ...], tuple[str, ...]]]:
    return [(group.leader, group.members, group.cases) for group in plan.groups]


def test_an_exchange_gives_each_the_others_seat_and_the_lead_with_it() -> None:
    after = apply_edit(PROBLEM, PLAN, Exchange(0, "E0", 1, "E3"))
    assert seats(after) == [("E3", ("E3", "E1"), ("A0", "A1")), ("E2", ("E2", "E0"), ("A2",))]
    back = apply_edit(PROBLEM, after, Exchange(0, "E3", 1, "E0"))
    assert seats(back)[0] == seats(PLAN)[0]


def test_a_member_moves_and_a_group_whose_leader_left_has_none() -> None:
    after = apply_edit(PROBLEM, PLAN, MoveMember(0, "E0", 1))
    assert seats(after) == [(None, ("E1",), ("A0", "A1")), ("E2", ("E2", "E3", "E0"), ("A2",))]


def test_a_case_without_a_group_is_placed_and_is_unassigned_no_more() -> None:
    place = first_place(PROBLEM, PLAN, "A3", 1)
    assert place == Place("A3", 1, 2)
    after = apply_edit(PROBLEM, PLAN, place)
    assert (after.unassigned, after.status, after.groups[1].visits[1]) == (
        (),
        "feasible",
        Visit("A3", 2, 2),
    )
    assert check(PROBLEM, after).ok


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Exchange(0, "E0", 0, "E1"), "same-group"),
        (Exchange(0, "E2", 1, "E3"), "not-member"),
        (Exchange(0, "E0", 5, "E3"), "no-group"),
        (MoveMember(0, "E0", 0), "already-member"),
        (MoveMember(0, "E7", 1), "not-member"),
        (Place("A9", 0, 0), "not-found"),
        (Place("A3", 0, None), "no-slot"),
        (Place("A3", 0, 99), "no-slot"),
        (Place("A3", 7, 0), "no-group"),
    ],
)
def test_an_edit_without_sense_says_why(edit: Edit, code: str) -> None:
    with pytest.raises(Exception) as caught:
        apply_edit(PROBLEM, PLAN, edit)
    assert caught.value.code == code  # type: ignore[attr-defined]


def test_weighing_agrees_with_doing_it() -> None:
    for edit in (
        *moves_of_member(PLAN, 0, "E1"),
        *moves_of_reserve(PLAN, "E4"),
        *moves_of_case(PROBLEM, PLAN, "A1"),
        *moves_of_case(PROBLEM, PLAN, "A3"),
        *starts_of_visit(PROBLEM, PLAN, "A2"),
    ):
        found, after = weigh(PROBLEM, PLAN, edit), apply_edit(PROBLEM, PLAN, edit)
        assert found.plan == after
        assert after.objective is not None
        assert PLAN.objective is not None
        assert found.cost == after.objective - PLAN.objective
        assert found.cost == sum(one.cost for one in found.changes)
        assert found.allowed == check(PROBLEM, after).ok


def test_what_an_edit_breaks_and_cures_is_told_apart() -> None:
    late = weigh(PROBLEM, PLAN, MoveVisit("A1", 0))
    assert {one.rule for one in late.broken} == {"H13", "H14"}
    mended = weigh(PROBLEM, late.plan, MoveVisit("A1", 2))
    assert ({one.rule for one in mended.cured}, mended.broken) == ({"H13", "H14"}, ())


def test_everything_that_was_picked_up_has_every_place_to_go() -> None:
    assert list(moves_of_member(PLAN, 0, "E1")) == [
        Exchange(0, "E1", 1, "E2"),
        Exchange(0, "E1", 1, "E3"),
        MoveMember(0, "E1", 1),
    ]
    assert list(moves_of_reserve(PLAN, "E4"))[:3] == [
        Replace(0, "E0", "E4"),
        Replace(0, "E1", "E4"),
        Join(0, "E4"),
    ]
    assert list(moves_of_case(PROBLEM, PLAN, "A0")) == [MoveCase("A0", 1), SetAside("A0")]
    assert list(moves_of_case(PROBLEM, PLAN, "A3")) == [Place("A3", 0, 4), Place("A3", 1, 2)]


def test_a_case_set_aside_waits_for_a_place() -> None:
    after = apply_edit(PROBLEM, PLAN, SetAside("A2"))
    assert (seats(after), after.unassigned) == (seats(PLAN)[:1], ("A2", "A3"))
    with pytest.raises(Declined):
        apply_edit(PROBLEM, PLAN, SetAside("A3"))


def test_what_a_plan_gives_its_cases_is_counted() -> None:
    found = coverage(PROBLEM, PLAN)
    assert sum(found.levels) == 3
    assert found.efforts == (2, 4)
    assert coverage(PROBLEM, PLAN.with_(groups=())).efforts is None
    assert quality_words(Coverage((17, 3, 0, 0), (7, 10)), 1) == (
        "20 家中 17 家有同中类的专家，3 家有同大类的专家",
        "每人 7 至 10 个半天",
        "还有 1 家没有安排",
    )


def test_an_edit_travels_as_data() -> None:
    assert edits.to_json(Exchange(0, "E0", 1, "E3")) == {
        "kind": "exchange",
        "group": 0,
        "member": "E0",
        "other_group": 1,
        "other": "E3",
    }
    assert edits.to_json(MoveVisit("A0", 3)) == {"kind": "move-visit", "case": "A0", "start": 3}
