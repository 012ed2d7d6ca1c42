"""H01 每组人数在规定范围内: three to four members in the cast."""

from tests.rules.cast import group, problem, told

VISITS = {"袜厂": 0, "衬衫厂": 2, "袜机站": None}


def test_the_smallest_and_the_largest_size_are_allowed() -> None:
    assert told(problem(), group("赵", "钱", "孙", **VISITS)) == []
    assert told(problem(), group("赵", "钱", "孙", "吴", **VISITS)) == []


def test_one_below_and_one_above_are_not() -> None:
    small, large = group("赵", "吴", **VISITS), group("赵", "钱", "孙", "吴", "周", **VISITS)
    assert told(problem(), small) == [("H01", "第1组有2名评审员，应为3至4名")]
    assert told(problem(), large) == [("H01", "第1组有5名评审员，应为3至4名")]
