"""H02 每组一名有资格的组长, a member of the group; no leader is needed when the policy says so."""

from dataclasses import replace

from tests.rules.cast import group, problem, told

VISITS = {"袜厂": 0, "衬衫厂": 2, "袜机站": None}


def test_a_qualified_member_leads() -> None:
    assert told(problem(), group("赵", "钱", "孙", **VISITS)) == []


def test_an_unqualified_member_may_not() -> None:
    assert told(problem(), group("钱", "赵", "孙", **VISITS)) == [
        ("H02", "第1组的组长钱没有组长资格")
    ]


def test_a_group_without_a_leader_is_named() -> None:
    assert told(problem(), group(None, "赵", "钱", "孙", **VISITS)) == [("H02", "第1组没有组长")]


def test_the_leader_must_be_a_member() -> None:
    led_from_outside = replace(group("赵", "钱", "孙", **VISITS), leader="李")
    assert told(problem(), led_from_outside) == [("H02", "第1组的组长李不是本组评审员")]
    assert told(problem(policy={"leader_required": False}), led_from_outside) == [
        ("H02", "第1组的组长李不是本组评审员")
    ]


def test_without_the_requirement_nobody_or_anybody_of_the_group_leads() -> None:
    relaxed = problem(policy={"leader_required": False})
    assert told(relaxed, group(None, "赵", "钱", "孙", **VISITS)) == []
    assert told(relaxed, group("钱", "赵", "孙", **VISITS)) == []
