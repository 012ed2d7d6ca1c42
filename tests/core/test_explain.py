"""说明: why a member, why not another, who could stand in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from random import Random
from typing import Any

import pytest

from assignment import goals
from assignment.alike import exchanged
from assignment.check import check, substitute
from assignment.explain import difference, options, why_member, why_not
from assignment.problem import Pin, Problem
from assignment.solution import Group, Plan
from assignment.standbys import standbys
from assignment.violation import Violation
from tests import instances
from tests.brute import best_plan
from tests.rules.cast import plan, problem, two_groups

CAST = problem(weights={"workload": 2, "leadership": 10, "extra": 50, "specialist": 100})


def why(of: Problem, group: int, member: str, *groups: Group) -> list[str]:
    return [
        reason.text for reason in why_member(of, plan(of, *(groups or two_groups())), group, member)
    ]


def not_(of: Problem, group: int, expert: str) -> list[str]:
    return [reason.text for reason in why_not(of, plan(of, *two_groups()), group, expert)]


def test_why_a_leader_sits_here() -> None:
    assert why(CAST, 0, "赵") == [
        "任组长（资历5级），是本组唯一有组长资格的人",
        "是本组唯一的质量管理专家",
        "没有别人能顶替而不违反规则",
    ]


def test_why_a_specialist_sits_here() -> None:
    assert why(CAST, 0, "钱") == [
        "与袜厂中类对口，是本组唯一一位（那几个半天有空、不须回避的共2位）",
        "与袜机站中类对口，是本组唯一一位（不须回避的共2位）",
        "没有别人能顶替而不违反规则",
    ]
    nobody_else = problem(reviewers={"李": {"unavailable": (1,)}})
    assert why(nobody_else, 0, "钱")[0] == "与袜厂中类对口，是那几个半天有空、不须回避的唯一一位"


def test_why_says_what_a_change_would_cost() -> None:
    one_spare = problem(weights={"workload": 2}, reviewers={"郑": {"carried_effort": 3}})
    assert why(one_spare, 0, "孙") == [
        "离现场最近（到各现场的路程合计0分钟）",
        "往年承担0个半天，能顶替的1人都不比其少",
        "能顶替的有1人，换人后各项合计至少差48",  # 2 * ((3 + 4)² - 3² - 4²)
    ]


def test_why_names_pins() -> None:
    assert (
        why(problem(pins=(Pin("leader", reviewer="赵", case="袜厂"),)), 0, "赵")[0]
        == "人工指定任组长评审袜厂"
    )


def test_names_stand_where_ids_were() -> None:
    (reason, *_) = why_member(CAST, plan(CAST, *two_groups()), 0, "钱", lambda one: f"《{one}》")
    assert reason.text == "与《袜厂》中类对口，是本组唯一一位（那几个半天有空、不须回避的共2位）"


def test_why_not_tells_the_rules_in_the_way() -> None:
    barred = problem(
        barred=(("郑", "袜厂", "EMPLOYMENT"),), reviewers={"郑": {"unavailable": (1,)}}
    )
    assert not_(barred, 0, "郑") == [
        "第1组的郑对袜厂应当回避：任职或劳动关系",
        "第1组的郑在9月10日下午没有空，不能到袜厂现场",
    ]
    assert not_(CAST, 0, "吴") == ["吴已在第2组，最多参加1个评审组"]
    assert not_(problem(reviewers={"郑": {"max_groups": 0}}), 0, "郑") == ["郑今年不参加评审组"]


def test_why_not_tells_the_cost_when_no_rule_is_in_the_way() -> None:
    assert not_(CAST, 0, "郑") == [
        "若顶替孙：不违反规则，各项合计不变",
        "若增补进组：不违反规则，各项合计差82（工作量均衡差16、超编人数差1）",
    ]


def test_why_not_tells_each_way_when_each_is_barred_by_another_rule() -> None:
    full = problem(policy={"group_size": (3, 3)}, pins=(Pin("member", reviewer="孙", case="袜厂"),))
    assert not_(full, 0, "郑") == [
        "若顶替赵：第1组的组长郑没有组长资格",
        "若顶替钱：第1组没有与袜厂行业对口的评审员",
        "若顶替孙：指定孙评审袜厂，却没有",
        "若增补进组：第1组有4名评审员，应为3至3名",
    ]


def test_asking_why_of_the_wrong_person_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in group 0"):
        why_member(CAST, plan(CAST, *two_groups()), 0, "郑")
    with pytest.raises(ValueError, match="is in group 0"):
        why_not(CAST, plan(CAST, *two_groups()), 0, "赵")


@cache
def good_plans() -> list[tuple[Problem, Plan]]:
    """Best plans of tiny problems, with people to spare; searched when first asked for, not in
    every process that only collects.
    """
    found = []
    for seed in range(400, 480):
        of = instances.tiny(seed)
        best = best_plan(of) if len(of.reviewers) > 3 else None
        if best is not None and best.groups:
            found.append((of, best))
    return found


def test_options_are_all_who_keep_every_rule() -> None:
    seats = 0
    for of, best in good_plans():
        for place, group in enumerate(best.groups):
            for member in group.members:
                others = [one.id for one in of.reviewers if one.id not in group.members]
                able = {
                    one
                    for one in others
                    if not check(
                        of, exchanged(best, place, member, one).with_(**UNCLAIMED)
                    ).violations
                }
                assert {option.reviewer for option in options(of, best, place, member)} == able, (
                    of.id
                )
                seats += len(able)
    assert seats > 50


UNCLAIMED: dict[str, Any] = {
    "objective": None,
    "bound": None,
    "scorecard": {},
    "levels": None,
    "status": "feasible",
}


def test_substitute_says_what_the_full_check_says() -> None:
    rng = Random(1)
    for of, best in good_plans():
        place = rng.randrange(len(best.groups))
        member = rng.choice((*best.groups[place].members, None))
        for one in (one.id for one in of.reviewers if one.id not in best.groups[place].members):
            full = check(of, exchanged(best, place, member, one).with_(**UNCLAIMED)).violations
            quick = substitute(of, best, place, member, one)
            assert facts(full) == facts(quick), of.id


def facts(broken: Iterable[Violation]) -> list[tuple[object, ...]]:
    """Violations without the order in which they name their parties."""
    return sorted(
        (one.rule, sorted(one.reviewers), sorted(one.cases), sorted(one.groups)) for one in broken
    )


def test_costs_are_what_the_scorecards_differ_by() -> None:
    rng = Random(2)
    for of, best in good_plans():
        place = rng.randrange(len(best.groups))
        member = rng.choice((*best.groups[place].members, None))
        for one in (one.id for one in of.reviewers if one.id not in best.groups[place].members):
            after = exchanged(best, place, member, one)
            old, new = goals.scorecard(of, best), goals.scorecard(of, after)
            counted = {goal for goal in old if of.weight(goal) or goal in (of.order or ())}
            changes = dict(difference(of, best, after, place))
            assert changes == {
                goal: new[goal] - old[goal]
                for goal in old
                if goal in counted and new[goal] != old[goal]
            }


def test_standbys_pass_the_check() -> None:
    named = 0
    for of, best in good_plans():
        with_standbys = best.with_(standbys=standbys(of, best))
        assert check(of, with_standbys).ok
        named += len(with_standbys.standbys or ())
    assert named > 30
