"""H17 评审组数在规定范围内; a partial plan keeps it too."""

import pytest

from tests.rules.cast import group, problem, told, two_groups


@pytest.mark.parametrize("limits", [(2, 2), (1, 2), (2, 5)])
def test_as_many_groups_as_asked_for(limits: tuple[int, int]) -> None:
    assert told(problem(policy={"groups": limits}), *two_groups()) == []


@pytest.mark.parametrize(("low", "high"), [(3, 4), (0, 1)])
def test_too_few_and_too_many(low: int, high: int) -> None:
    assert told(problem(policy={"groups": (low, high)}), *two_groups()) == [
        ("H17", f"共有2个评审组，应为{low}至{high}个")
    ]


def test_a_partial_plan_has_enough_groups_too() -> None:
    left = {"status": "partial", "unassigned": ("衬衫厂", "袜机站")}
    socks = group("赵", "钱", "孙", 袜厂=0)
    assert told(problem(policy={"groups": (1, 2)}), socks, **left) == []
    assert told(problem(policy={"groups": (2, 2)}), socks, **left) == [
        ("H17", "共有1个评审组，应为2至2个")
    ]
