"""What the checker says beyond the rules: whether a plan speaks the truth about itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment.check import check, substitute
from assignment.problem import Pin, Problem
from assignment.solution import Group, Level, Plan, Standby, Visit
from tests.rules.cast import group, one_group, plan, problem, two_groups

WEIGHTED = problem(weights={"route": 2, "span": 10})  # one_group(): 2 * 40 + 10 * 4 = 120


def texts(of: Problem, made: Plan) -> list[str]:
    return [f"{violation.rule} {violation.text}" for violation in check(of, made).violations]


def claims(**parts: object) -> list[str]:
    return texts(WEIGHTED, plan(WEIGHTED, one_group(), **parts))


def test_a_true_plan_is_ok_and_has_its_values_recomputed() -> None:
    verdict = check(
        WEIGHTED, plan(WEIGHTED, one_group(), objective=120, bound=120, status="optimal")
    )
    assert (verdict.ok, verdict.objective, verdict.scorecard["route"]) == (True, 120, 40)


def test_the_plan_is_for_this_problem() -> None:
    changed = replace(WEIGHTED, id="another")
    told = ["PLAN 方案的 problem_digest 与问题文件不符：方案不是为这个问题做的，或问题后来改过"]
    assert texts(changed, plan(WEIGHTED, one_group())) == told


def test_scorecard_and_objective_are_what_they_are() -> None:
    assert claims(scorecard={"route": 40, "span": 4}) == []
    assert claims(scorecard={"route": 41}, objective=119) == [
        "PLAN 目标route写为41，复核为40",
        "PLAN 目标总值写为119，复核为120",
    ]


def test_a_bound_is_not_above_the_objective() -> None:
    assert claims(bound=120) == []
    assert claims(bound=121) == ["PLAN 下界121大于目标总值120"]


def test_an_optimal_plan_meets_its_bound() -> None:
    assert claims(status="optimal", bound=119) == ["PLAN 方案说是最优，下界119却小于目标总值120"]
    assert claims(status="feasible", bound=119) == []


def test_levels_follow_the_order_and_are_true() -> None:
    ordered = problem(weights={"route": 2, "span": 10}, order=("span", "route"))
    good = (Level("span", 4, 4), Level("route", 40, None))
    assert texts(ordered, plan(ordered, one_group(), levels=good)) == []
    assert texts(ordered, plan(ordered, one_group(), levels=good[::-1])) == [
        "PLAN levels 的目标与 order 不一致"
    ]
    wrong = (Level("span", 5, 6), Level("route", 40, 41))
    assert texts(ordered, plan(ordered, one_group(), levels=wrong)) == [
        "PLAN 分级目标span写为5，复核为4",
        "PLAN 分级目标span的下界6大于其值5",
        "PLAN 分级目标route的下界41大于其值40",
    ]


def test_unassigned_cases_are_named_once_and_only_in_a_partial_plan() -> None:
    socks = group("赵", "钱", "孙", 袜厂=0, 袜机站=None)
    assert texts(WEIGHTED, plan(WEIGHTED, socks, status="partial", unassigned=("衬衫厂",))) == []
    assert texts(WEIGHTED, plan(WEIGHTED, socks, status="feasible", unassigned=("衬衫厂",))) == [
        "H08 衬衫厂没有评审组",
        "PLAN 方案说已全部安排，未安排名单却不为空",
    ]
    assert texts(
        WEIGHTED,
        plan(WEIGHTED, socks, status="partial", unassigned=("衬衫厂", "衬衫厂", "袜厂", "帽厂")),
    ) == [
        "PLAN 袜厂既在未安排名单里，又有评审组",
        "PLAN 未安排名单里的帽厂不在问题文件里",
        "PLAN 未安排名单有重复",
    ]
    assert claims(status="partial") == ["PLAN 方案说是部分安排，却没有写明哪些未安排"]


@pytest.mark.parametrize(("status", "word"), [("infeasible", "无解"), ("unknown", "未得出结果")])
def test_no_plan_is_not_a_plan(status: str, word: str) -> None:
    assert texts(WEIGHTED, plan(WEIGHTED, status=status)) == [
        f"PLAN 方案没有编组，求解结果是“{word}”"
    ]


def test_unknown_people_and_firms_are_named_and_the_rest_still_checked() -> None:
    strange = Group(
        "陌生人", ("赵", "钱", "孙", "陌生人"), (*one_group().visits, Visit("帽厂", 0, 1))
    )
    assert texts(WEIGHTED, plan(WEIGHTED, strange)) == [
        "PLAN 第1组的评审员陌生人不在问题文件里",
        "PLAN 第1组的评审对象帽厂不在问题文件里",
        "H02 第1组没有组长",
    ]


def test_a_member_written_twice_is_one_person() -> None:
    twice = replace(one_group(), members=("赵", "钱", "钱"))
    assert texts(problem(), plan(problem(), twice)) == [
        "PLAN 第1组把评审员钱写了不止一次",
        "H01 第1组有2名评审员，应为3至4名",
        "H04 第1组没有与衬衫厂行业对口的评审员",
    ]


def test_ids_in_sentences_can_be_replaced_by_names() -> None:
    barred = problem(barred=(("钱", "袜厂", "EMPLOYMENT"),))
    (violation,) = check(barred, plan(barred, one_group())).violations
    assert (
        violation.say(lambda reviewer: f"〔{reviewer}〕", lambda case: f"《{case}》")
        == "第1组的〔钱〕对《袜厂》应当回避：任职或劳动关系"
    )


class TestStandbys:
    def told(self, of: Problem, *standbys: Standby) -> list[str]:
        return texts(of, plan(of, *two_groups(), standbys=standbys))

    def test_who_keeps_every_rule_may_stand_by(self) -> None:
        assert (
            self.told(
                problem(reviewers={"郑": {"industries": ("1711",)}}), Standby(0, "钱", ("郑",))
            )
            == []
        )

    def test_who_breaks_a_rule_may_not(self) -> None:
        assert self.told(problem(), Standby(0, "钱", ("郑",))) == [
            "PLAN 候补名单不实：第1组没有与袜厂行业对口的评审员",
            "PLAN 候补名单不实：第1组没有与袜机站行业对口的评审员",
        ]

    def test_a_substitute_of_the_leader_leads(self) -> None:
        assert self.told(problem(), Standby(1, "李", ("郑",))) == [
            "PLAN 候补名单不实：第2组的组长郑没有组长资格"
        ]

    def test_who_serves_elsewhere_may_be_full(self) -> None:
        assert self.told(
            problem(reviewers={"吴": {"max_effort": 6}}), Standby(0, "钱", ("吴",))
        ) == [
            "PLAN 候补名单不实：吴参加了2个评审组，最多1个",
            "PLAN 候补名单不实：吴承担7个半天，最多6个半天",
            "PLAN 候补名单不实：吴：袜厂和衬衫厂的现场评审在9月10日上午重叠",
        ]

    def test_who_is_pinned_cannot_be_replaced(self) -> None:
        pinned = problem(
            reviewers={"郑": {"industries": ("1711",)}},
            pins=(Pin("member", reviewer="钱", case="袜厂"),),
        )
        assert self.told(pinned, Standby(0, "钱", ("郑",))) == [
            "PLAN 候补名单不实：指定钱评审袜厂，却没有"
        ]

    def test_lists_that_make_no_sense(self) -> None:
        cast = problem(reviewers={"郑": {"industries": ("1711",)}})
        assert self.told(cast, Standby(2, "钱", ("郑",))) == ["PLAN 候补名单里的第3组不存在"]
        assert self.told(cast, Standby(1, "钱", ("郑",))) == [
            "PLAN 候补名单里的钱不是第2组的评审员"
        ]
        assert self.told(cast, Standby(0, "钱", ("郑", "郑"))) == ["PLAN 第1组的钱的候补有重复"]
        assert self.told(cast, Standby(0, "钱", ("赵", "陌生人"))) == [
            "PLAN 候补赵已是第1组的评审员",
            "PLAN 候补陌生人不在问题文件里",
        ]


def test_substitute_also_tries_an_addition() -> None:
    cast = problem()
    made = plan(cast, *two_groups())
    assert substitute(cast, made, 0, None, "郑") == ()
    assert [one.text for one in substitute(cast, made, 0, None, "周")] == [
        "周参加了2个评审组，最多1个",
        "周：袜厂和衬衫厂的现场评审在9月10日上午重叠",
    ]
    assert substitute(cast, made, 1, None, "钱")[0].groups == (1, 0)
