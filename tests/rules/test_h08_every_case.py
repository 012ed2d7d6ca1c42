"""H08 每家组织由一个组评审；逐案组组时一组只评一家."""

from tests.rules.cast import group, one_group, problem, told, two_groups


def test_every_case_in_exactly_one_group() -> None:
    assert told(problem(), one_group()) == []
    assert told(problem(), *two_groups()) == []


def test_a_case_without_a_group_is_named() -> None:
    assert told(problem(), group("赵", "钱", "孙", 袜厂=0, 袜机站=None)) == [
        ("H08", "衬衫厂没有评审组")
    ]


def test_a_case_in_two_groups_is_named() -> None:
    first, second = two_groups()
    twice = group("李", "周", "吴", 衬衫厂=0, 袜机站=None)
    assert told(problem(), first, twice) == [("H08", "袜机站被安排了2次：第1组、第2组")]
    assert told(problem(), first, second) == []


def test_a_partial_plan_may_leave_out_what_it_names() -> None:
    socks = group("赵", "钱", "孙", 袜厂=0)
    assert told(problem(), socks, status="partial", unassigned=("衬衫厂", "袜机站")) == []
    assert told(problem(), socks, status="partial", unassigned=("衬衫厂",)) == [
        ("H08", "袜机站没有评审组")
    ]


def test_a_panel_reviews_one_case() -> None:
    panel = problem(
        policy={"regime": "panel"},
        reviewers={"李": {"industries": ("1811",)}, "郑": {"industries": ("1711",)}},
    )
    socks, shirts = group("赵", "钱", "孙", 袜厂=0), group("李", "吴", "周", 衬衫厂=0)
    left = {"status": "partial", "unassigned": ("袜机站",)}
    assert told(panel, socks, shirts, **left) == []
    first, second = two_groups()
    assert told(panel, first, second) == [("H08", "逐案组组时每组只评一家，第1组却评袜厂、袜机站")]


def test_a_group_without_a_case_is_none() -> None:
    assert told(problem(), one_group(), group("李", "周", "吴")) == [("H08", "第2组没有评审对象")]
