"""H07 同一单位的人不同组, when the policy forbids it."""

from tests.rules.cast import one_group, problem, told, two_groups

COLLEAGUES = {"钱": {"employer": "质检院"}, "孙": {"employer": "质检院"}}


def test_two_colleagues_in_one_group_are_named() -> None:
    assert told(problem(reviewers=COLLEAGUES), one_group()) == [
        ("H07", "第1组的钱、孙来自同一单位")
    ]


def test_three_colleagues_are_one_violation() -> None:
    three = COLLEAGUES | {"赵": {"employer": "质检院"}}
    assert told(problem(reviewers=three), one_group()) == [("H07", "第1组的赵、钱、孙来自同一单位")]


def test_colleagues_in_two_groups_are_fine() -> None:
    assert (
        told(
            problem(reviewers={"钱": {"employer": "质检院"}, "吴": {"employer": "质检院"}}),
            *two_groups(),
        )
        == []
    )


def test_colleagues_are_fine_when_the_policy_allows_them() -> None:
    assert told(problem(reviewers=COLLEAGUES, policy={"same_employer": "allow"}), one_group()) == []
