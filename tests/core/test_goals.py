"""The twelve goals on the cast of the rule tests, counted by hand."""

from __future__ import annotations

import pytest

from assignment import goals
from assignment.problem import GOALS, Problem
from assignment.solution import Group, to_json
from tests.rules.cast import group, one_group, plan, problem, two_groups


def value(goal: str, of: Problem, *groups: Group) -> int:
    return goals.scorecard(of, plan(of, *groups))[goal]


def test_the_goals_are_those_of_the_contract_in_its_order() -> None:
    assert tuple(goal.id for goal in goals.GOALS) == GOALS


@pytest.mark.parametrize(
    ("code", "points"), [("1719", 0), ("17", 1), ("1821", 2), ("C", 2), ("44", 3)]
)
def test_specialist_counts_the_best_member_of_each_case(code: str, points: int) -> None:
    # 袜厂 (1711) through 郑 or nobody; 衬衫厂 (1811) and 袜机站 (1711) have no group and count 3
    # each.
    cast = problem(reviewers={"郑": {"industries": (code,)}})
    assert value("specialist", cast, group("赵", "周", "郑", 袜厂=0)) == points + 6


def test_workload_is_the_growth_of_squares() -> None:
    # Each of three members has 7 half-days; one carries 2 from past years: (2 + 7)² - 2² = 77.
    assert value("workload", problem(), one_group()) == 3 * 49
    assert (
        value("workload", problem(reviewers={"钱": {"carried_effort": 2}}), one_group())
        == 49 + 49 + 77
    )


def test_workload_and_peak_add_up_over_groups() -> None:
    both = (group("赵", "钱", "周", 袜厂=0, 袜机站=None), group("李", "吴", "周", 衬衫厂=4))
    assert value("workload", problem(), *both) == 16 + 16 + 9 + 9 + 49
    assert value("peak", problem(), *both) == 7


def test_peak_looks_only_at_those_who_serve() -> None:
    assert (
        value(
            "peak",
            problem(reviewers={"李": {"carried_effort": 50}, "钱": {"carried_effort": 2}}),
            one_group(),
        )
        == 9
    )
    assert value("peak", problem()) == 0


def test_route_follows_the_order_of_visits() -> None:
    assert value("route", problem(), one_group()) == 40
    assert value("route", problem(), *two_groups()) == 0
    third = problem(cases={"袜机站": {"half_days": 2}})
    assert value("route", third, group("赵", "钱", "孙", 袜机站=6, 袜厂=4, 衬衫厂=0)) == 40 + 30


def test_commute_counts_each_member_and_visit() -> None:
    # 赵 and 钱 live in 城关 (30 to 店口, 90 to 枫桥), 孙 in 店口 (0 and 40).
    assert value("commute", problem(), one_group()) == 2 * (30 + 90) + 40


def test_span_is_one_past_the_last_slot() -> None:
    assert value("span", problem(), one_group()) == 4
    assert value("span", problem(), group("赵", "钱", "孙", 袜机站=None)) == 0


def test_leadership_and_extra() -> None:
    assert value("leadership", problem(), *two_groups()) == (5 - 5) + (5 - 4)
    assert value("leadership", problem(), group(None, "赵", "钱", 袜厂=0)) == 0
    assert value("extra", problem(), one_group()) == 0
    assert value("extra", problem(policy={"group_size": (2, 4)}), *two_groups()) == 2
    assert value("extra", problem(), group("赵", "钱", 袜厂=0)) == 0


def test_discouraged_sums_the_costs_of_pairs_that_happen() -> None:
    costs = (
        ("钱", "袜厂", "PRIOR_REVIEW", 2),
        ("钱", "袜厂", "ACADEMIC", 3),
        ("钱", "衬衫厂", "ACADEMIC", 5),
        ("李", "袜厂", "ACADEMIC", 7),
    )
    assert value("discouraged", problem(discouraged=costs), *two_groups()) == 5


def test_affinity_and_fairness() -> None:
    scores = (
        ("赵", "袜厂", 4),
        ("钱", "袜厂", 3),
        ("钱", "袜机站", 1),
        ("李", "衬衫厂", 6),
        ("周", "衬衫厂", -2),
        ("李", "袜厂", 9),
    )
    cast = problem(affinity=scores)
    assert value("affinity", cast, *two_groups()) == -(7 + 1 + 4)
    assert value("fairness", cast, *two_groups()) == -1
    assert value("fairness", cast, two_groups()[0]) == 0  # a case without a group has no score
    assert value("fairness", problem(affinity=(("赵", "袜厂", -4),), cases={}), *two_groups()) == 4


class TestChanges:
    def changes(self, *groups: Group, former: tuple[Group, ...] = two_groups()) -> int:
        return value("changes", problem(previous=to_json(plan(problem(), *former))), *groups)

    def test_none_without_a_previous_plan_or_a_change(self) -> None:
        assert value("changes", problem(), *two_groups()) == 0
        assert self.changes(*two_groups()) == 0

    def test_a_member_who_left_counts_for_each_case(self) -> None:
        _, second = two_groups()
        assert self.changes(group("赵", "钱", "郑", 袜厂=0, 袜机站=None), second) == 2

    def test_a_new_member_does_not_count(self) -> None:
        _, second = two_groups()
        assert self.changes(group("赵", "钱", "孙", "郑", 袜厂=0, 袜机站=None), second) == 0

    def test_leader_and_start_count_one_each(self) -> None:
        first, second = two_groups()
        assert self.changes(group("钱", "赵", "孙", 袜厂=0, 袜机站=None), second) == 2
        assert self.changes(first, group("李", "周", "吴", 衬衫厂=4)) == 1

    def test_a_case_left_out_lost_its_members_leader_and_start(self) -> None:
        assert self.changes(two_groups()[0]) == 3 + 1 + 1

    def test_firms_that_were_not_there_and_people_who_are_gone(self) -> None:
        former = (group("赵", "前任", "孙", 袜厂=0),)
        assert self.changes(*two_groups(), former=former) == 1

    def test_of_a_previous_plan_only_the_groups_are_needed(self) -> None:
        groups = to_json(plan(problem(), *two_groups()))["groups"]
        assert value("changes", problem(previous={"groups": groups}), *two_groups()) == 0


def test_objective_is_the_weighted_sum_of_all_goals() -> None:
    weighted = problem(weights={"route": 2, "span": 10, "affinity": 0}, order=("route",))
    assert (
        goals.objective(weighted, goals.scorecard(weighted, plan(weighted, one_group())))
        == 2 * 40 + 10 * 4
    )
