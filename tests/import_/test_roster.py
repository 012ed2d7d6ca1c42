"""One fact of reading each, on tables of two or three rows."""

from datetime import date
from typing import Any

import pytest

from award.applicants.core import sheet_in as applicants_roster
from expert_pool.core import roster as experts_roster
from expert_pool.core.expert import Industry
from expert_pool.core.roster import ExpertDraft
from expert_pool.facts.halfday import spell
from expert_pool.facts.intake import Context, Parsed, RawRow, RawTable
from expert_pool.facts.refusal import Refusal

WINDOW = (date(2026, 9, 7), date(2026, 9, 25))
CODE = "91330681CB6TF9KT9C"


def table(*rows: dict[str, Any]) -> RawTable:
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row))
    return RawTable(
        "表", "", 1, headings, tuple(RawRow(number, row) for number, row in enumerate(rows, 2))
    )


def parse(roster: Any, *rows: dict[str, Any], **context: Any) -> Parsed[Any]:
    raw = table(*rows)
    parsed: Parsed[Any] = roster.parse_rows(
        raw, roster.map_headings(raw.headings), Context(2026, WINDOW, **context)
    )
    return parsed


def person(**cells: Any) -> dict[str, Any]:
    return {
        "姓名": "赵龙",
        "出生年月": "1961/11/9",
        "工作单位": "某院",
        "手机": "18022930067",
        **cells,
    }


def firm(**cells: Any) -> dict[str, Any]:
    return {
        "企业名称": "诸暨市甲有限公司",
        "信用代码": CODE,
        "申报奖项": "质量奖",
        "所属行业": "袜业",
        **cells,
    }


def test_every_bad_cell_of_every_row_is_reported_in_one_pass() -> None:
    parsed = parse(
        experts_roster,
        person(手机="1381", 出生年月="1975.13", 性别="？"),
        person(姓名="", 手机=None),
        person(姓名="钱一"),
    )
    assert [(p.row, p.column) for p in parsed.problems] == [
        (2, "性别"),
        (2, "手机"),
        (2, "出生年月"),
        (3, "姓名"),
        (3, "手机"),
    ]
    assert all(problem.reason for problem in parsed.problems)
    assert [draft.name for draft in parsed.drafts] == ["钱一"]


def test_one_person_under_two_numbers_is_asked_and_stays_out() -> None:
    parsed = parse(
        experts_roster,
        person(),
        person(手机="18022930068"),
        person(姓名="钱一", 手机="13800000001"),
    )
    assert [draft.name for draft in parsed.drafts] == ["钱一"]
    (question,) = parsed.questions
    assert (question.kind, question.rows) == ("same", (2, 3))
    chosen = parse(
        experts_roster,
        person(),
        person(手机="18022930068"),
        answers={question.key: question.proposals[1].value},
    )
    assert [draft.phone for draft in chosen.drafts] == ["18022930068"]


def test_question_keys_do_not_depend_on_rows() -> None:
    first = parse(experts_roster, person(), person(手机="18022930068")).questions[0].key
    again = (
        parse(
            experts_roster,
            person(姓名="钱一", 手机="13800000001"),
            person(手机="18022930068"),
            person(),
        )
        .questions[0]
        .key
    )
    assert first == again


def test_two_people_of_one_name_are_two_people() -> None:
    parsed = parse(experts_roster, person(), person(手机="18022930068", 出生年月="1970-01-02"))
    assert len(parsed.drafts) == 2
    assert parsed.questions == ()


def test_a_row_typed_twice_counts_once() -> None:
    parsed = parse(experts_roster, person(), person())
    assert len(parsed.drafts) == 1
    assert parsed.questions == ()
    assert "完全相同" in parsed.notes[-1]


@pytest.mark.parametrize(
    ("remark", "suspended", "served"),
    [
        ("身体原因2026年暂不参加", True, ()),
        ("2025年暂不参加", False, ()),
        ("今年不参加", True, ()),
        ("暂停使用", True, ()),
        ("2024年参加过", False, (2024,)),
        ("2023、2024年参加过", False, (2023, 2024)),
        ("2024年参加过，2026年暂不参加", True, (2024,)),
        ("新聘", False, ()),
    ],
)
def test_remarks_are_understood(remark: str, suspended: bool, served: tuple[int, ...]) -> None:
    (draft,) = parse(experts_roster, person(备注=remark)).drafts
    assert (draft.suspended_year, draft.served_years, draft.remark) == (suspended, served, remark)


def test_somebody_who_may_have_left_is_asked_about_and_not_used_meanwhile() -> None:
    parsed = parse(experts_roster, person(备注="已调离诸暨"))
    assert parsed.drafts[0].suspended_year
    assert [q.kind for q in parsed.questions] == ["remark"]
    answered = parse(
        experts_roster, person(备注="已调离诸暨"), answers={parsed.questions[0].key: "在库"}
    )
    assert not answered.drafts[0].suspended_year


def test_columns_for_past_service_and_for_taking_part_are_read() -> None:
    parsed = parse(
        experts_roster,
        person(评审经历="2022年、2024年", 本年度是否参加="否"),
        person(姓名="钱一", 手机="13800000001", 本年度是否参加="在库"),
    )
    assert [(draft.served_years, draft.suspended_year) for draft in parsed.drafts] == [
        ((2022, 2024), True),
        ((), False),
    ]


def test_employer_and_title_in_one_column_are_told_apart() -> None:
    (draft,) = parse(
        experts_roster,
        {
            "姓名": "赵龙",
            "手机": "13800000001",
            "单位及职务": "诸暨市某某（浙江）有限公司 质量总监",
        },
    ).drafts
    assert (draft.employer, draft.title) == ("诸暨市某某（浙江）有限公司", "质量总监")


def test_an_unreadable_absence_is_a_question_and_its_answer_counts() -> None:
    parsed = parse(experts_roster, person(不便时间="10号以后"))
    assert parsed.drafts[0].absences is None
    assert parsed.drafts[0].absence_text == "10号以后"
    (question,) = parsed.questions
    assert (question.kind, question.value, question.row) == ("absence", "10号以后", 2)
    answered = parse(
        experts_roster, person(不便时间="10号以后"), answers={question.key: "9月11日-9月25日"}
    )
    assert spell(answered.drafts[0].absences) == "9月11日-9月25日"
    unknown = parse(experts_roster, person(不便时间="10号以后"), answers={question.key: "未知"})
    assert (unknown.drafts[0].absences, unknown.questions) == (None, ())


def test_a_column_of_free_times_is_turned_round() -> None:
    (draft,) = parse(experts_roster, person(可参加时间="9.8-9.25")).drafts
    assert spell(draft.absences) == "9月7日"


def test_an_unknown_trade_is_a_question_once_and_its_answer_counts_everywhere() -> None:
    rows = (
        person(熟悉行业="火箭发射、袜业"),
        person(姓名="钱一", 手机="13800000001", 熟悉行业="火箭发射"),
    )
    parsed = parse(experts_roster, *rows)
    assert [(q.kind, q.value, q.rows) for q in parsed.questions] == [("trade", "火箭发射", (2, 3))]
    assert parsed.drafts[1].industries == ()
    answered = parse(experts_roster, *rows, answers={parsed.questions[0].key: "374"})
    assert answered.drafts[1].industries == (Industry("374", "火箭发射", True),)


def test_a_likely_trade_is_taken_unconfirmed_and_asked() -> None:
    parsed = parse(experts_roster, person(熟悉行业="精密汽车弹簧制造"))
    assert [(i.code, i.confirmed) for i in parsed.drafts[0].industries] == [("3483", False)]
    assert [q.kind for q in parsed.questions] == ["trade"]


def test_a_written_code_needs_no_confirmation() -> None:
    (draft,) = parse(
        experts_roster, person(熟悉行业1="176 针织或钩针编织物及其制品制造", 熟悉行业2="C3483")
    ).drafts
    assert [(i.code, i.confirmed) for i in draft.industries] == [("176", True), ("3483", True)]


def test_recuse_names_are_split_and_told_apart_from_reasons() -> None:
    (draft,) = parse(
        experts_roster, person(回避单位="甲公司、乙集团；丙厂(配偶任职)\n本单位、无")
    ).drafts
    assert draft.recuse == ("甲公司", "乙集团", "丙厂", "某院")


def test_an_identity_number_is_compared_and_dropped() -> None:
    parsed = parse(
        experts_roster,
        person(身份证号="110101199003074477", 出生年月="1990年3月"),
        person(身份证号="110101199003074477"),
    )
    assert parsed.drafts[0].birth == date(1990, 3, 7)
    assert [(p.row, p.column) for p in parsed.problems] == [(3, "出生年月")]
    assert "1101011990" not in repr(parsed)


def test_quality_comes_from_the_kind_of_expert_or_from_the_trades_when_there_is_no_mark() -> None:
    kinds = parse(
        experts_roster,
        person(专家类别="质量管理专家"),
        person(姓名="钱一", 手机="13800000001", 专家类别="行业专家"),
    )
    assert [draft.quality for draft in kinds.drafts] == [True, False]
    (draft,) = parse(experts_roster, person(专业领域="质量管理、袜业")).drafts
    assert draft.quality is True
    assert {item.source_word for item in draft.industries} == {"袜业"}


def test_a_table_without_names_is_refused() -> None:
    with pytest.raises(Refusal, match="姓名"):
        parse(experts_roster, {"手机": "13800000001", "工作单位": "某院"})


def test_diff_keeps_what_the_file_leaves_blank() -> None:
    known = ExpertDraft(
        "赵龙",
        phone="18022930067",
        birth=date(1961, 11, 9),
        birth_precision="day",
        employer="某院",
        title="工程师",
        uid="e1",
    )
    plan = experts_roster.diff(parse(experts_roster, person(职称="", 学历="本科")), [known])
    (change,) = plan.changed
    assert [(f.field, f.before, f.after) for f in change.fields] == [("education", "", "本科")]
    assert (change.after.title, change.after.uid, plan.new) == ("工程师", "e1", ())


def test_diff_knows_a_person_with_a_new_number_and_never_loses_a_conflict() -> None:
    known = ExpertDraft(
        "赵龙",
        phone="13900000000",
        birth=date(1961, 11, 1),
        birth_precision="month",
        employer="某院",
        recuse=("甲公司",),
        uid="e1",
    )
    plan = experts_roster.diff(parse(experts_roster, person(回避单位="乙公司")), [known])
    (change,) = plan.changed
    assert (change.after.phone, change.after.recuse) == ("18022930067", ("甲公司", "乙公司"))


def test_diff_keeps_confirmed_trades_and_days_already_given() -> None:
    (known,) = parse(experts_roster, person(熟悉行业="弹簧", 不便时间="9.8")).drafts
    known = ExpertDraft(
        **{**vars(known), "industries": (Industry("3483", "弹簧", True),), "uid": "e1"}
    )
    plan = experts_roster.diff(parse(experts_roster, person(熟悉行业="弹簧", 不便时间="")), [known])
    assert (
        plan.changed,
        plan.unchanged[0].industries[0].confirmed,
        spell(plan.unchanged[0].absences),
    ) == ((), True, "9月8日")


def test_diff_says_when_somebody_has_no_obstacle_any_more() -> None:
    (known,) = parse(experts_roster, person(不便时间="9.8")).drafts
    plan = experts_roster.diff(parse(experts_roster, person(不便时间="无")), [known])
    assert plan.changed[0].after.absences == ()


@pytest.mark.parametrize(
    ("text", "award"),
    [
        ("质量奖", "QUALITY"),
        ("创新奖", "INNOVATION"),
        ("市政府质量创新奖", "INNOVATION"),
        ("政府质量奖", "QUALITY"),
    ],
)
def test_awards_are_told_apart(text: str, award: str) -> None:
    assert parse(applicants_roster, firm(申报奖项=text)).drafts[0].award == award


def test_both_awards_at_once_is_a_question() -> None:
    parsed = parse(applicants_roster, firm(申报奖项="质量奖、创新奖"))
    assert [q.kind for q in parsed.questions] == ["award"]
    assert parsed.drafts[0].award == ""
    assert (
        parse(
            applicants_roster,
            firm(申报奖项="质量奖、创新奖"),
            answers={parsed.questions[0].key: "QUALITY"},
        )
        .drafts[0]
        .award
        == "QUALITY"
    )


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("2021年质量奖", ((2021, "QUALITY"),)),
        ("2019年质量奖、2022年度创新奖", ((2019, "QUALITY"), (2022, "INNOVATION"))),
        ("质量奖（2021）", ((2021, "QUALITY"),)),
        ("2020年绍兴市市长质量奖", ()),
        ("省政府质量奖提名", ()),
        ("无", ()),
    ],
)
def test_past_awards_of_this_city_are_read(text: str, past: tuple[tuple[int, str], ...]) -> None:
    assert applicants_roster.past_awards(text) == past


def test_closed_days_that_cannot_be_read_are_a_question_and_blank_ones_are_none() -> None:
    parsed = parse(
        applicants_roster,
        firm(不便接待时间="月底盘点"),
        firm(企业名称="诸暨市乙有限公司", 信用代码="91330681NF2919EF2P", 不便接待时间=""),
    )
    assert [draft.closed for draft in parsed.drafts] == [None, ()]
    assert [q.kind for q in parsed.questions] == ["absence"]
    assert "第 3 行没有写不便接待的时间" in parsed.notes[-1]


def test_a_code_given_twice_is_a_question() -> None:
    parsed = parse(applicants_roster, firm(), firm(企业名称="诸暨市乙有限公司"))
    assert [(q.kind, q.rows) for q in parsed.questions] == [("same", (2, 3))]
    assert parsed.drafts == ()
