"""H12 现场评审时全组有空."""

from tests.rules.cast import group, one_group, problem, told


def test_busy_before_and_after_is_free() -> None:
    assert told(problem(reviewers={"钱": {"unavailable": (4, 5, 6, 7)}}), one_group()) == []


def test_busy_in_a_slot_of_a_visit_is_not() -> None:
    busy = problem(reviewers={"钱": {"unavailable": (1, 4)}, "孙": {"unavailable": (2, 3)}})
    assert told(busy, one_group()) == [
        ("H12", "第1组的钱在9月10日下午没有空，不能到袜厂现场"),
        ("H12", "第1组的孙在9月11日上午、9月11日下午没有空，不能到衬衫厂现场"),
    ]


def test_a_document_review_needs_nobody_free() -> None:
    never = problem(reviewers={"钱": {"unavailable": tuple(range(8))}})
    papers = group("赵", "钱", "孙", 袜机站=None)
    assert told(never, papers, status="partial", unassigned=("袜厂", "衬衫厂")) == []
