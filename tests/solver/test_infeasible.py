"""Why nothing fits: a conflict none of whose parts can be left out, and ways out that really lead
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assignment.problem import Pin, Problem
from assignment.solution import Explanation
from assignment.solver.chance import chance
from assignment.solver.construct import construct
from assignment.solver.facts import Fact, facts_of, holding, smallest
from assignment.solver.infeasible import hint
from assignment.solver.limits import Limits
from assignment.solver.solve import begin, solve
from tests import brute, instances
from tests.solver.cast import cast

pytestmark = pytest.mark.usefixtures("working_time")

QUICK = Limits(time_limit=3.0, workers=1)


def why(problem: Problem) -> Explanation:
    plan = solve(problem, QUICK)
    assert plan.status == "infeasible" and plan.explanation is not None
    return plan.explanation


def remedies(problem: Problem) -> list[str]:
    return [reason.text for reason in why(problem).remedies]


def away(problem: Problem, people: Sequence[str], slots: Sequence[int]) -> Problem:
    return replace(
        problem,
        reviewers=tuple(
            replace(one, unavailable=tuple(slots)) if one.id in people else one
            for one in problem.reviewers
        ),
    )


def test_a_leader_is_asked_for_the_days_that_are_missing() -> None:
    problem = cast(weights={})
    only = replace(
        problem,
        reviewers=tuple(replace(one, leader=one.id in ("E0", "E1")) for one in problem.reviewers),
    )
    texts = remedies(away(only, ("E0",), range(8)))
    assert any(
        text.startswith("请E0在9月") and text.endswith("参加（现为没有空）") for text in texts
    ), texts


def test_another_group_is_allowed_where_groups_are_too_few() -> None:
    problem = cast(policy={"groups": [1, 1], "group_effort": [2, 7]}, weights={})
    assert "允许第2个评审组（原定最多1个）" in remedies(problem)


def test_as_many_groups_more_or_fewer_are_allowed_as_it_takes() -> None:
    panels = cast(policy={"regime": "panel", "groups": [1, 1]}, weights={})
    assert "评审组增至4个（原定最多1个）" in remedies(panels)
    many = cast(policy={"groups": [7, 7]}, weights={})
    assert any(
        text.startswith("评审组减为") and text.endswith("个（原定至少7个）")
        for text in remedies(many)
    )


def test_a_day_more_is_asked_for_where_the_window_is_too_short() -> None:
    problem = cast(policy={"groups": [1, 1]}, weights={})
    short = replace(problem, slots=problem.slots[:6])
    assert any(
        text.startswith("现场评审期限延长1个工作日，到9月10日，届时") for text in remedies(short)
    )


def test_a_pin_that_stands_in_the_way_is_named_and_may_be_lifted() -> None:
    pins = (Pin("member", "E2", "A3"), Pin("leader", "E0", "A0"), Pin("leader", "E1", "A0"))
    found = why(
        cast(pins=[{"kind": pin.kind, "reviewer": pin.reviewer, "case": pin.case} for pin in pins])
    )
    assert [reason.rules for reason in found.conflict] == [
        ("H15", "H02")
    ] or "指定了不止一人：E0、E1" in found.conflict[0].text
    assert found.remedies[0].text in (
        "取消人工指定：E0任组长评审A0",
        "取消人工指定：E1任组长评审A0",
    )


def test_a_trade_nobody_knows_is_recruited_or_matched_more_coarsely() -> None:
    problem = cast(policy={"groups": [2, 2]}, weights={})
    odd = replace(
        problem, cases=(*problem.cases[:3], replace(problem.cases[3], industries=("1811",)))
    )
    texts = remedies(odd)
    assert "增聘一名与A3（行业1811）对口的专家" in texts
    assert any(text.startswith("行业对口放宽到门类：A3") for text in texts)


def test_recusal_is_never_waived() -> None:
    problem = cast(weights={})
    barred = tuple((one.id, "A0", "EMPLOYMENT") for one in problem.reviewers)
    found = why(replace(problem, barred=barred))
    assert not [reason for reason in found.remedies if {"H05", "H06"} & set(reason.rules)]


def test_where_nothing_is_proved_the_partial_plan_says_so_and_names_ways() -> None:
    problem = cast(policy={"groups": [1, 1]}, weights={})
    search = begin(replace(problem, slots=problem.slots[:6]), QUICK, None, None)
    construct(search, chance(1))
    assert search.best is not None and search.best.unassigned
    found = hint(search, search.best)
    left = "、".join(search.best.unassigned)
    assert [reason.text for reason in found.conflict] == [
        f"在时限内没有给{left}找到位置，也没有证明做不到：可以再算久一些"
    ]
    assert any(
        text.text.startswith("现场评审期限延长1个工作日，到9月10日，届时")
        for text in found.remedies
    )


def test_there_are_two_or_three_ways_and_then_leaving_out() -> None:
    problem = cast(policy={"groups": [1, 1]}, weights={})
    found = why(replace(problem, slots=problem.slots[:6]))
    assert 1 <= len(found.remedies) <= 4
    assert found.remedies[-1].text.startswith("暂不安排")


def test_facts_left_out_make_room_and_facts_kept_do_not() -> None:
    """The smallest set by halving is smallest: without any one of it there is room."""
    needed = {Fact("H12", "E3"), Fact("H12", "E7"), Fact("H05", "E1")}
    facts = [Fact("H12", f"E{number}") for number in range(9)] + [
        Fact("H05", f"E{number}") for number in range(4)
    ]
    assert set(smallest(facts, lambda kept: needed <= set(kept))) == needed
    assert smallest(facts, lambda kept: True) == []


def test_holding_takes_back_exactly_what_is_not_kept() -> None:
    problem = away(
        cast(
            pins=[{"kind": "exclude", "reviewer": "E0", "case": "A0"}],
            barred=[["E1", "A1", "EMPLOYMENT"]],
        ),
        ("E2",),
        (0,),
    )
    facts = list(facts_of(problem, [case.id for case in problem.cases]))
    assert [(fact.rule, fact.who) for fact in facts] == [("H15", ""), ("H12", "E2"), ("H05", "E1")]
    assert holding(problem, facts, facts) == problem
    bare = holding(problem, facts, [])
    assert (bare.pins, bare.barred, bare.reviewers[2].unavailable) == (None, (), ())


@pytest.mark.parametrize("seed", range(700, 740))
def test_what_is_said_to_be_impossible_is_so(seed: int) -> None:
    """The brute force knows; each problem that is impossible gets a reason, whatever the shape."""
    problem = instances.tiny(seed)
    plan = solve(problem, Limits(time_limit=1.0, workers=1))
    if plan.status == "infeasible":
        assert brute.best_plan(problem) is None
        assert plan.explanation is not None and plan.explanation.conflict
