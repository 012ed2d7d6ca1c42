"""H14 同时进行的现场评审不超过上限."""

from tests.rules.cast import problem, told, two_groups


def test_as_many_at_once_as_allowed() -> None:
    assert told(problem(policy={"max_parallel_visits": 2}), *two_groups()) == []
    assert told(problem(), *two_groups()) == []


def test_one_too_many_is_told_for_each_half_day() -> None:
    assert told(problem(policy={"max_parallel_visits": 1}), *two_groups()) == [
        ("H14", "9月10日上午有2场现场评审同时进行，最多1场"),
        ("H14", "9月10日下午有2场现场评审同时进行，最多1场"),
    ]


def test_none_allowed_means_no_visit() -> None:
    rules = {rule for rule, _ in told(problem(policy={"max_parallel_visits": 0}), *two_groups())}
    assert rules == {"H14"}
