"""H05 有回避情形的人不评审该组织: a barred member bars the group from every case it has."""

from tests.rules.cast import one_group, problem, told, two_groups


def test_a_member_barred_from_a_case_of_the_group_is_named_with_the_reason() -> None:
    barred = problem(
        barred=(("钱", "衬衫厂", "CONSULTING"), ("钱", "衬衫厂", "乡邻"), ("李", "袜厂", "BOARD"))
    )
    reasons = "为申报组织提供卓越绩效、质量奖的咨询辅导或代写材料、乡邻"
    assert told(barred, one_group()) == [("H05", f"第1组的钱对衬衫厂应当回避：{reasons}")]


def test_the_same_person_may_review_other_firms() -> None:
    assert told(problem(barred=(("钱", "衬衫厂", "CONSULTING"),)), *two_groups()) == []
