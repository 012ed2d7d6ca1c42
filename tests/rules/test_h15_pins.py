"""H15 人工指定的安排不变."""

from assignment.problem import Pin
from tests.rules.cast import group, one_group, problem, told, two_groups


def pinned(*pins: Pin) -> list[tuple[str, str]]:
    return told(problem(pins=pins), *two_groups())


def test_a_pinned_member_sits_in_the_group_of_the_case() -> None:
    assert pinned(Pin("member", reviewer="钱", case="袜厂")) == []
    assert pinned(Pin("member", reviewer="钱", case="衬衫厂")) == [
        ("H15", "指定钱评审衬衫厂，却没有")
    ]


def test_a_pinned_leader_leads_it() -> None:
    assert pinned(Pin("leader", reviewer="李", case="衬衫厂")) == []
    assert pinned(Pin("leader", reviewer="周", case="衬衫厂")) == [
        ("H15", "指定周任评审衬衫厂的组长，却没有")
    ]


def test_who_is_excluded_does_not() -> None:
    assert pinned(Pin("exclude", reviewer="钱", case="衬衫厂")) == []
    assert pinned(Pin("exclude", reviewer="钱", case="袜厂")) == [
        ("H15", "指定钱不评审袜厂，第1组却有此人")
    ]


def test_a_pinned_visit_begins_when_it_should() -> None:
    assert pinned(Pin("visit", case="袜厂", start=0)) == []
    assert pinned(Pin("visit", case="袜厂", start=1)) == [
        ("H15", "袜厂的现场评审指定从9月10日下午开始，却没有")
    ]
    assert pinned(Pin("visit", case="袜机站", start=1)) == [
        ("H15", "袜机站的现场评审指定从9月10日下午开始，却没有")
    ]


def test_cases_pinned_together_have_one_group() -> None:
    assert pinned(Pin("together", cases=("袜厂", "袜机站"))) == []
    assert pinned(Pin("together", cases=("袜厂", "衬衫厂"))) == [
        ("H15", "袜厂、衬衫厂指定由同一组评审，却没有")
    ]
    assert (
        told(problem(pins=(Pin("together", cases=("袜厂", "衬衫厂", "袜机站")),)), one_group())
        == []
    )


def test_a_pin_on_a_case_that_was_left_out_does_not_hold() -> None:
    pins = (
        Pin("member", reviewer="李", case="衬衫厂"),
        Pin("exclude", reviewer="赵", case="衬衫厂"),
        Pin("visit", case="衬衫厂", start=0),
        Pin("together", cases=("袜厂", "衬衫厂")),
    )
    socks = group("赵", "钱", "孙", 袜厂=0, 袜机站=None)
    assert told(problem(pins=pins), socks, status="partial", unassigned=("衬衫厂",)) == [
        ("H15", "指定李评审衬衫厂，却没有"),
        ("H15", "衬衫厂的现场评审指定从9月10日上午开始，却没有"),
        ("H15", "袜厂、衬衫厂指定由同一组评审，却没有"),
    ]
