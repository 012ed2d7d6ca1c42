"""H04 每家组织都有对口的行业专家，且与质量管理专家不是同一人."""

import pytest

from tests.rules.cast import group, problem, told

SOCKS = {"袜厂": 0, "袜机站": None}
OTHERS = {"cases": {"衬衫厂": {"industries": ("1711",)}}}
BOTH = {"袜厂": 0, "衬衫厂": 2, "袜机站": None}


@pytest.mark.parametrize(
    ("level", "specialist", "enough"),
    [
        ("group", "1719", True),  # 171
        ("group", "172", False),
        ("group", "17", False),  # too short to match at this level
        ("division", "17", True),
        ("division", "172", True),
        ("division", "18", False),
        ("division", "C", False),
        ("section", "18", True),  # both 制造业
        ("section", "C", True),
        ("section", "44", False),  # D
    ],
)
def test_a_specialist_matches_at_the_level_asked_for(
    level: str, specialist: str, enough: bool
) -> None:
    cast = problem(
        policy={"industry_level": level}, reviewers={"郑": {"industries": (specialist,)}}, **OTHERS
    )
    missing = [("H04", f"第1组没有与{case}行业对口的评审员") for case in BOTH]
    assert told(cast, group("赵", "周", "郑", **BOTH)) == ([] if enough else missing)


def test_every_case_needs_its_own_specialist() -> None:
    assert told(problem(), group("赵", "钱", "周", **BOTH)) == [
        ("H04", "第1组没有与衬衫厂行业对口的评审员")
    ]
    assert told(problem(), group("赵", "吴", "周", **BOTH)) == []


def test_level_none_asks_for_nobody() -> None:
    assert told(problem(policy={"industry_level": "none"}), group("赵", "周", "郑", **BOTH)) == []


def test_one_person_cannot_be_quality_expert_and_specialist_at_once() -> None:
    alone = [
        (
            "H04",
            f"第1组评审{case}时只有李一人既是质量管理专家又是对口行业专家，两项须由不同的人担任",
        )
        for case in SOCKS
    ]
    only_socks = {"unassigned": ("衬衫厂",), "status": "partial"}
    assert told(problem(), group("李", "孙", "郑", **SOCKS), **only_socks) == alone
    assert (
        told(problem(), group("李", "钱", "郑", **SOCKS), **only_socks) == []
    )  # 钱 is the specialist
    assert (
        told(problem(), group("李", "孙", "周", **SOCKS), **only_socks) == []
    )  # 周 is the quality expert
    assert (
        told(
            problem(policy={"quality_required": False}),
            group("李", "孙", "郑", **SOCKS),
            **only_socks,
        )
        == []
    )


def test_two_people_who_can_each_do_both_are_enough() -> None:
    twice = problem(reviewers={"周": {"industries": ("1711",)}}, **OTHERS)
    assert told(twice, group("李", "周", "郑", **BOTH)) == []
