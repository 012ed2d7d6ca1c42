"""H10 每人的工作量不超过上限: the sum over the cases of all her groups; past years do not count
here.
"""

from tests.rules.cast import group, one_group, problem, told


def test_effort_up_to_the_limit_past_years_apart() -> None:
    assert (
        told(problem(reviewers={"钱": {"max_effort": 7, "carried_effort": 9}}), one_group()) == []
    )


def test_one_half_day_too_much() -> None:
    assert told(problem(reviewers={"钱": {"max_effort": 6}}), one_group()) == [
        ("H10", "钱承担7个半天，最多6个半天")
    ]


def test_effort_adds_up_over_groups() -> None:
    both = (group("赵", "钱", "周", 袜厂=0, 袜机站=None), group("李", "吴", "周", 衬衫厂=4))
    assert told(problem(reviewers={"周": {"max_groups": 2, "max_effort": 7}}), *both) == []
    assert told(problem(reviewers={"周": {"max_groups": 2, "max_effort": 6}}), *both) == [
        ("H10", "周承担7个半天，最多6个半天")
    ]
