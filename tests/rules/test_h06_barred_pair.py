"""H06 不宜同组的两人不同组."""

from tests.rules.cast import one_group, problem, told, two_groups


def test_a_barred_pair_may_not_sit_in_one_group_whichever_is_written_first() -> None:
    told_of_both = [("H06", "第1组的孙与钱不能同组：同组评审员之间是夫妻、近亲属或直接上下级")]
    assert (
        told(problem(barred_pairs=(("钱", "孙", "SAME_GROUP_KIN"),)), one_group()) == told_of_both
    )
    assert (
        told(problem(barred_pairs=(("孙", "钱", "SAME_GROUP_KIN"),)), one_group()) == told_of_both
    )


def test_they_may_sit_in_two_groups() -> None:
    assert told(problem(barred_pairs=(("钱", "吴", "SAME_GROUP_KIN"),)), *two_groups()) == []
