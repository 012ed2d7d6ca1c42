"""H16 每组的工作量在规定范围内: the sum of what its cases cost each member; 7 half-days for the one
group of the cast.
"""

import pytest

from tests.rules.cast import one_group, problem, told


@pytest.mark.parametrize("limits", [(7, 7), (0, 7), (7, 9)])
def test_effort_within_the_limits(limits: tuple[int, int]) -> None:
    assert told(problem(policy={"group_effort": limits}), one_group()) == []


@pytest.mark.parametrize(("low", "high"), [(8, 9), (0, 6)])
def test_too_little_and_too_much(low: int, high: int) -> None:
    assert told(problem(policy={"group_effort": (low, high)}), one_group()) == [
        ("H16", f"第1组的工作量为7个半天，应为{low}至{high}个半天")
    ]
