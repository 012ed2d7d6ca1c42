"""预检: every sentence is a proof, and each kind of shortage is told in words."""

from __future__ import annotations

from typing import Any

import pytest

from assignment.precheck import precheck
from assignment.problem import Pin, Problem
from tests import instances
from tests.brute import best_plan
from tests.rules.cast import POLICY, problem


def told(of: Problem) -> list[str]:
    return [reason.text for reason in precheck(of)]


def everybody(**change: Any) -> dict[str, dict[str, Any]]:
    return {name: dict(change) for name in "赵钱孙李周吴郑"}


def test_nothing_is_told_of_a_problem_that_has_a_plan() -> None:
    assert told(problem()) == []


@pytest.mark.parametrize(
    "seeds", [range(start, start + 60) for start in range(0, 300, 60)], ids=str
)
def test_whatever_is_told_makes_a_plan_impossible(seeds: range) -> None:
    told_of = [seed for seed in seeds if told(instances.tiny(seed))]
    assert [seed for seed in told_of if best_plan(instances.tiny(seed)) is not None] == []
    # Most impossible ones are told, or the test above would say little.
    assert len(told_of) > len(seeds) / 5


def test_ids_are_replaced_by_names_and_kept_beside_the_sentence() -> None:
    (reason,) = precheck(
        problem(reviewers={"孙": {"industries": ()}, "吴": {"industries": ("17",)}}),
        lambda one: f"《{one}》",
    )
    assert (reason.text, reason.rules, reason.cases) == (
        "没有与《衬衫厂》（行业1811）对口的评审员",
        ("H04",),
        ("衬衫厂",),
    )


class TestOneFirm:
    def test_all_specialists_must_recuse_themselves(self) -> None:
        barred = problem(barred=(("孙", "衬衫厂", "X"), ("吴", "衬衫厂", "X")))
        assert told(barred) == ["与衬衫厂对口的2人都须回避：吴、孙"]

    def test_all_specialists_are_busy(self) -> None:
        busy = problem(
            reviewers={"孙": {"unavailable": tuple(range(8))}, "吴": {"unavailable": (1, 2, 5, 6)}}
        )
        assert told(busy) == [
            "与衬衫厂对口且不须回避的2人在衬衫厂可以安排的时间没有空，或须回避、不能再承担或人工指定不参加：吴、孙"
        ]

    def test_all_specialists_are_full(self) -> None:
        full = problem(reviewers={"孙": {"max_effort": 2}, "吴": {"max_groups": 0}})
        assert told(full) == [
            "与衬衫厂对口且不须回避的2人不能再承担，或同组的其他几家须回避，或人工指定不参加：吴、孙"
        ]

    def test_one_person_cannot_fill_both_needs(self) -> None:
        alone = problem(
            reviewers={
                "赵": {"quality": False},
                "周": {"quality": False},
                "钱": {"industries": ()},
                "吴": {"industries": ("18",)},
            },
            policy={"leader_required": False},
        )
        assert told(alone) == [
            "可评审袜厂的质量管理专家和对口行业专家只有李一人，两项须由不同的人担任",
            "可评审袜机站的质量管理专家和对口行业专家只有李一人，两项须由不同的人担任",
        ]

    def test_no_leader_and_no_quality_expert(self) -> None:
        barred = tuple((one, "袜厂", "X") for one in "赵李周")
        assert told(problem(barred=barred)) == [
            "没有人可任评审袜厂的组长：具备组长资格的人赵、李、周须回避、不能再承担或人工指定不参加",
            "没有质量管理专家可评审袜厂：质量管理专家赵、李、周须回避、不能再承担或人工指定不参加",
        ]

    def test_too_few_people(self) -> None:
        cast = problem(barred=tuple((one, "袜厂", "X") for one in "李周孙吴郑"))
        assert told(cast) == ["可评审袜厂的只有2个不同单位的人，每组至少3名"]
        colleagues = problem(
            reviewers=everybody(employer="质检院"), policy={"same_employer": "forbid"}
        )
        assert told(colleagues)[0] == "可评审袜厂的只有1个不同单位的人，每组至少3名"

    def test_never_enough_at_once(self) -> None:
        # The leaders are free in the first week, all specialists for shirts in the second.
        weeks = {one: {"unavailable": (4, 5, 6, 7)} for one in "赵李周"} | {
            one: {"unavailable": (0, 1, 2, 3)} for one in "钱孙吴郑"
        }
        lacking = "没有一个能凑齐组长、质量管理专家、对口专家、最少人数和指定的人"
        assert told(problem(reviewers=weeks)) == [f"衬衫厂可以安排的时间共有6个开始时间，{lacking}"]

    def test_no_start_is_left(self) -> None:
        assert told(problem(cases={"袜厂": {"half_days": 5}})) == [
            "袜厂的现场评审要连续5个半天，可用时段里没有这样一段"
        ]
        closed = problem(cases={"袜厂": {"closed": (1, 2, 5, 6)}})
        assert told(closed) == [
            "袜厂的现场评审要连续2个半天，可用时段里没有这样一段（已除去不接待的时间）"
        ]

    def test_too_much_for_any_group(self) -> None:
        heavy = problem(
            cases={"袜厂": {"effort": 5}},
            policy={"group_effort": (0, 4)},
            reviewers=everybody(max_groups=3),
        )
        assert told(heavy) == ["袜厂工作量5个半天，每组最多4个半天"]


class TestAllFirms:
    def test_too_few_leaders_for_the_groups(self) -> None:
        one_leader = problem(
            reviewers={"李": {"leader": False}, "周": {"leader": False}}, policy={"groups": (2, 3)}
        )
        assert told(one_leader) == [
            "至少要2个评审组（规定的最少组数），但最多只能有1个（具备组长资格的人合计只能参加1个组）"
        ]

    def test_too_few_quality_experts_and_seats_for_panels(self) -> None:
        panel = problem(reviewers={"李": {"quality": False}}, policy={"regime": "panel"})
        assert told(panel) == [
            "至少要3个评审组（逐案组组，共3家），但最多只能有2个（质量管理专家合计只能参加2个组）",
            "至少要3个评审组（逐案组组，共3家），但最多只能有2个（全体评审员合计只能占7个席位，每组至少3名）",
        ]

    def test_effort_asks_for_more_groups_than_allowed(self) -> None:
        split = problem(policy={"group_effort": (0, 4), "groups": (1, 1)})
        assert told(split) == [
            "至少要2个评审组（共7个半天的工作量，每组最多4个），但最多只能有1个（规定的最多组数）"
        ]

    def test_too_little_work_for_the_groups(self) -> None:
        thin = problem(policy={"group_effort": (4, 9), "groups": (2, 3)})
        assert told(thin) == [
            "至少要2个评审组（规定的最少组数），但最多只能有1个（共7个半天的工作量，每组至少4个）"
        ]

    def test_more_work_than_people_can_bear(self) -> None:
        tired = problem(reviewers=everybody(max_effort=3, max_groups=3) | {"赵": {"max_effort": 2}})
        assert told(tired) == ["每组至少3名评审员，共需承担21个半天，能承担的人合计只有20个半天"]

    def test_more_visits_than_escorts(self) -> None:
        crowded = problem(
            cases={"袜厂": {"half_days": 4}, "衬衫厂": {"closed": (4, 5, 6, 7)}},
            policy={"max_parallel_visits": 1},
        )
        assert told(crowded) == []
        crowded = problem(
            cases={
                "袜厂": {"half_days": 4, "closed": (4, 5, 6, 7)},
                "衬衫厂": {"closed": (4, 5, 6, 7)},
            },
            policy={"max_parallel_visits": 1},
        )
        assert told(crowded) == [
            "袜厂、衬衫厂只能在9月10日上午至9月11日下午现场评审，共6个半天，这段时间只容得下4个半天（同时最多1场）"
        ]
        assert told(problem(policy={"max_parallel_visits": 0})) == [
            "袜厂要现场评审，但同时进行的现场评审上限为0",
            "衬衫厂要现场评审，但同时进行的现场评审上限为0",
        ]


class TestPins:
    def pinned(self, *pins: Pin, **changes: Any) -> list[str]:
        return told(problem(pins=pins, **changes))

    def test_pins_that_agree_say_nothing(self) -> None:
        assert (
            self.pinned(
                Pin("member", reviewer="钱", case="袜厂"), Pin("leader", reviewer="赵", case="袜厂")
            )
            == []
        )

    def test_wanted_and_excluded(self) -> None:
        pins = (
            Pin("member", reviewer="钱", case="袜厂"),
            Pin("exclude", reviewer="钱", case="袜厂"),
        )
        assert self.pinned(*pins) == ["指定钱评审袜厂，但又指定其不参加"]

    def test_wanted_here_and_excluded_where_it_must_sit_too(self) -> None:
        pins = (
            Pin("member", reviewer="钱", case="袜厂"),
            Pin("exclude", reviewer="钱", case="袜机站"),
            Pin("together", cases=("袜厂", "袜机站")),
        )
        assert self.pinned(*pins) == ["指定钱评审袜厂、袜机站，但又指定其不参加"]

    def test_two_leaders(self) -> None:
        pins = (
            Pin("leader", reviewer="赵", case="袜厂"),
            Pin("leader", reviewer="李", case="袜厂"),
        )
        assert self.pinned(*pins) == ["袜厂的组长指定了不止一人：李、赵"]

    def test_a_leader_without_qualification(self) -> None:
        assert self.pinned(Pin("leader", reviewer="钱", case="袜厂")) == [
            "指定钱任评审袜厂的组长，但其没有组长资格"
        ]

    def test_a_member_who_must_recuse_herself(self) -> None:
        barred = self.pinned(
            Pin("member", reviewer="钱", case="袜厂"), barred=(("钱", "袜厂", "EMPLOYMENT"),)
        )
        assert barred == ["指定钱评审袜厂，但其对袜厂应当回避（任职或劳动关系）"]

    def test_a_member_who_is_never_free(self) -> None:
        busy = {"钱": {"unavailable": tuple(range(8))}}
        assert (
            self.pinned(Pin("member", reviewer="钱", case="袜厂"), reviewers=busy)[0]
            == "指定钱评审袜厂，但其在袜厂可以安排的时间都没有空"
        )

    def test_two_who_may_not_sit_together(self) -> None:
        pins = (
            Pin("member", reviewer="钱", case="袜厂"),
            Pin("member", reviewer="孙", case="袜厂"),
        )
        assert self.pinned(*pins, barred_pairs=(("孙", "钱", "夫妻"),)) == [
            "指定孙、钱同评袜厂，但两人不能同组（夫妻）"
        ]
        colleagues = {"钱": {"employer": "质检院"}, "孙": {"employer": "质检院"}}
        assert self.pinned(*pins, reviewers=colleagues) == [
            "指定孙、钱同评袜厂，但两人来自同一单位"
        ]

    def test_more_members_than_seats(self) -> None:
        pins = tuple(Pin("member", reviewer=one, case="袜厂") for one in "赵钱孙周吴")
        assert self.pinned(*pins) == [f"为袜厂指定了5名评审员，每组最多{POLICY.group_size[1]}名"]

    def test_one_panel_cannot_have_two_firms(self) -> None:
        panel = {
            "policy": {"regime": "panel"},
            "reviewers": {"郑": {"max_groups": 3}, "钱": {"max_groups": 3}},
        }
        assert self.pinned(Pin("together", cases=("袜厂", "袜机站")), **panel) == [
            "逐案组组时每组只评一家，人工指定却要袜厂、袜机站同组"
        ]

    def test_a_visit_where_there_is_none_or_cannot_be(self) -> None:
        assert self.pinned(Pin("visit", case="袜机站", start=0)) == [
            "袜机站只作资料评审，却指定了现场评审时间"
        ]
        assert self.pinned(Pin("visit", case="袜厂", start=3)) == [
            "指定袜厂在9月11日下午开始现场评审，但从这时起没有连续2个半天可用（不能越过期限或间断的日子）"
        ]
        two_times = (Pin("visit", case="袜厂", start=0), Pin("visit", case="袜厂", start=2))
        assert self.pinned(*two_times) == [
            "袜厂的现场评审指定了2个不同的开始时间：9月10日上午、9月11日上午，只能留一个"
        ]
