"""H09 每人参加的组数不超过上限."""

import pytest

from tests.rules.cast import group, problem, told

BOTH = (group("赵", "钱", "周", 袜厂=0, 袜机站=None), group("李", "吴", "周", 衬衫厂=4))


@pytest.mark.parametrize("allowed", [2, 3])
def test_as_many_groups_as_allowed(allowed: int) -> None:
    assert told(problem(reviewers={"周": {"max_groups": allowed}}), *BOTH) == []


def test_one_group_too_many() -> None:
    assert told(problem(), *BOTH) == [("H09", "周参加了2个评审组，最多1个")]


def test_who_may_serve_in_no_group_serves_in_none() -> None:
    nobody = problem(reviewers={"周": {"max_groups": 1}, "钱": {"max_groups": 0}})
    assert told(nobody, BOTH[0], group("李", "吴", "孙", 衬衫厂=4)) == [
        ("H09", "钱参加了1个评审组，最多0个")
    ]
