"""H03 每组至少一名质量管理专家."""

from tests.rules.cast import group, problem, told

VISITS = {"袜厂": 0, "衬衫厂": 2, "袜机站": None}
NOBODY = {"赵": {"quality": False}}


def test_one_quality_expert_is_enough() -> None:
    assert told(problem(), group("赵", "钱", "孙", **VISITS)) == []


def test_none_is_too_few() -> None:
    assert told(problem(reviewers=NOBODY), group("赵", "钱", "孙", **VISITS)) == [
        ("H03", "第1组没有质量管理专家")
    ]


def test_none_is_enough_when_none_is_required() -> None:
    assert (
        told(
            problem(reviewers=NOBODY, policy={"quality_required": False}),
            group("赵", "钱", "孙", **VISITS),
        )
        == []
    )
