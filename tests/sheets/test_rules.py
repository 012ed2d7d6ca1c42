"""The rules hold for rows as for typing: what the house decides arrives undecided, every bad row is
named, good ones stand.
"""

from __future__ import annotations

from datetime import date

import pytest

from expert_pool import register, sheets, store
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.core.conflict import KINDS
from expert_pool.core.hidden import Hidden
from expert_pool.core.record_sheets import SHEETS, elsewhere
from expert_pool.core.record_sheets.rows import Plan
from expert_pool.dossier import states, violations, waivers
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.invariants import exceptions
from tests.sheets import cast
from tests.sheets.cast import FIRM, OTHER_FIRM, Furnished
from tests.storage import CLERK

TODAY = date(2026, 8, 3)
TERM = ["姓名", "等级", "聘书编号", "聘期起", "聘期止", "聘任依据", "提前终止", "终止原因"]
CONFLICT = ["姓名", "情形", "单位", "来源", "自", "至", "决定", "依据", "持股比例"]
OTHERS = Hidden((OTHER_FIRM,), (OTHER_FIRM,))
SERVICE = ["姓名", "年度", "评审的组织", "任组长", "半天数", "评价"]


@pytest.fixture
def told(sqlite_ledger: Ledger) -> tuple[Ledger, Furnished]:
    return sqlite_ledger, cast.furnish(sqlite_ledger)


def bring(ledger: Ledger, title: str, *rows: list[object]) -> Plan:
    return cast.bring_in(ledger, cast.book(**{title: list(rows)}))


def named(plan: Plan) -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.column) for one in plan.problems]


def page(ledger: Ledger, told: Furnished, name: str) -> store.ExpertPage:
    with ledger.read() as session:
        return store.expert(session, SYSTEM_VIEWER, told.experts[name], 2026, TODAY)


def test_terms_of_earlier_years_come_in_once(told: tuple[Ledger, Furnished]) -> None:
    ledger, house = told
    rows = [
        TERM,
        ["钱学勤", "评审员", "诸质评2016-01", "2016年3月", "2018年12月", "诸质奖审〔2016〕2号"],
        ["钱学勤", "组长", "诸质评2019-01", "2019-01-01", "2021-12-31", ""],
        [
            "孙针织",
            "评审员",
            "",
            date(2020, 1, 1),
            date(2022, 12, 31),
            "办公会纪要",
            "2021-06-30",
            "调离本市",
        ],
    ]
    plan = bring(ledger, "聘任", *rows)
    assert (len(plan.new), plan.problems) == (3, ())
    found = [
        (one.grade, one.certificate_no, one.first, one.last)
        for one in page(ledger, house, "钱学勤").appointments
    ]
    assert found[0] == ("reviewer", "诸质评2016-01", date(2016, 3, 1), date(2018, 12, 31))
    assert [one.ended_on for one in page(ledger, house, "孙针织").appointments] == [
        date(2021, 6, 30),
        None,
    ]
    with ledger.read() as session:
        kept = [
            line
            for line in audit.entries(session, SYSTEM_VIEWER, kind="appointment")
            if "随文件" in line.reason
        ]
        assert len(kept) == 3 and "诸质奖审〔2016〕2号" in kept[-1].reason
        assert states(session, SYSTEM_VIEWER, TODAY)[house.experts["钱学勤"]] == "serving"
        assert exceptions(session) == []
    again = bring(ledger, "聘任", *rows)
    assert (again.new, again.changed, again.problems, len(again.unchanged)) == ((), (), (), 3)


def test_a_term_that_breaks_a_rule_is_named_and_the_others_stand(
    told: tuple[Ledger, Furnished],
) -> None:
    ledger, _ = told
    plan = bring(
        ledger,
        "聘任",
        TERM,
        ["钱学勤", "评审员", "", "2016-01-01", "2018-12-31", ""],  # no grounds
        [
            "钱学勤",
            "评审员",
            "甲1",
            "2025-06-01",
            "2026-06-30",
            "补录",
        ],  # overlaps the running term
        ["孙针织", "评审员", "甲2", "2018-12-31", "2016-01-01", "补录"],  # the wrong way round
        [
            "李五金",
            "评审员",
            "甲3",
            "2016-01-01",
            "2018-12-31",
            "补录",
        ],  # suspended by an open case
        ["周珍珠", "专家", "甲4", "2016-01-01", "2018-12-31", "补录"],  # no such grade
        ["周珍珠", "评审员", "甲5", "2016-01-01", "2018-12-31", "补录"],
    )
    bad = [(2, "聘任依据"), (3, "聘期起"), (4, "聘期止"), (5, "整行"), (6, "等级")]
    assert named(plan) == [("聘任", *one) for one in bad]
    assert [(one.row, one.name) for one in plan.new] == [(7, "周珍珠")]
    assert "暂停使用" in plan.problems[3].reason and "补录" in plan.problems[0].reason


def test_a_dismissal_cannot_be_brought_in(told: tuple[Ledger, Furnished]) -> None:
    ledger, house = told
    uid = page(ledger, house, "周珍珠").appointments[0].uid
    data = cast.set_cell(cast.taken_out(ledger), "聘任", uid, "终止方式", "解聘")
    plan = cast.bring_in(ledger, data)
    assert (
        named(plan) == [("聘任", plan.problems[0].row, "终止方式")]
        and "须作决定" in plan.problems[0].reason
    )
    left = cast.set_cell(
        cast.set_cell(cast.taken_out(ledger), "聘任", uid, "提前终止", "2026-07-31"),
        "聘任",
        uid,
        "终止原因",
        "本人辞聘",
    )
    assert len(cast.bring_in(ledger, left).changed) == 1
    assert page(ledger, house, "周珍珠").appointments[0].end_reason == "本人辞聘"


def test_conflicts_arrive_undecided(told: tuple[Ledger, Furnished]) -> None:
    ledger, house = told
    plan = bring(
        ledger,
        "回避情形",
        CONFLICT,
        ["褚珠宝", "咨询", FIRM, "本人申报", "2022年3月", "2024年5月", "", "咨询合同"],
        ["褚珠宝", "其他", OTHER_FIRM, "", "", "", "不需回避", "有人反映"],
        ["褚珠宝", "任职", OTHER_FIRM, "自动发现", "", "", "", ""],
        ["褚珠宝", "老乡", OTHER_FIRM, "", "", "", "", ""],
        ["李五金", "董事", OTHER_FIRM, "", "", "", "", ""],
        ["褚珠宝", "申请回避", FIRM, "", "", "", "", "评审时有争执"],
        ["褚珠宝", "持股", FIRM, "", "", "", "", "年报", "3.5%"],
    )
    assert named(plan) == [("回避情形", 4, "来源"), ("回避情形", 5, "情形"), ("回避情形", 7, "自")]
    assert [one.notes for one in plan.new][:2] == [
        (),
        ("“决定”没有读入：回避决定须在“回避核查”页作出。",),
    ]
    found = {one.kind: one for one in page(ledger, house, "褚珠宝").conflicts}
    assert (found["CONSULTING"].since, found["CONSULTING"].until, found["CONSULTING"].evidence) == (
        date(2022, 3, 1),
        date(2024, 5, 31),
        "咨询合同",
    )
    assert (found["OTHER"].decision, KINDS["OTHER"].severity) == ("", "review")
    assert found["EQUITY"].percent == 3.5
    # What was withdrawn as a mistake does not come back with an old file.
    assert [
        one.withdrawn_at is None
        for one in page(ledger, house, "李五金").conflicts
        if one.kind == "BOARD"
    ] == [False]
    assert any("已经撤销" in note for note in plan.notes)


def test_decisions_and_what_is_fixed_cannot_be_changed_in_a_sheet(
    told: tuple[Ledger, Furnished],
) -> None:
    ledger, house = told
    tries = [
        ("回避情形", "review", "决定", "不需回避", "回避核查"),
        ("回避情形", "conflict", "情形", "师生", "撤销"),
        ("回避情形", "conflict", "来源", "自动发现", "撤销"),
        ("豁免", "waiver", "复核", "同意", "另一人"),
        ("豁免", "waiver", "提出人", "周主任", "留名"),
        ("违规案件", "case", "结论", "不属实", "另一人"),
        ("违规案件", "case", "处理", "不予处理", "另一人"),
        ("暂停使用", "suspension", "恢复原因", "回来了", "专家页"),
        ("评审记录", "service", "年度", 2023, "新写一行"),
        ("履职评价", "rating", "总分", 100, "相加"),
        ("同组回避", "pair", "依据", "并非姐弟", "撤销"),
    ]
    before = cast.taken_out(ledger, whole=True)
    for sheet, record, heading, value, words in tries:
        plan = cast.bring_in(
            ledger, cast.set_cell(before, sheet, house.uid[record], heading, value)
        )
        assert [(one.sheet, one.column) for one in plan.problems] == [(sheet, heading)], (
            sheet,
            heading,
        )
        assert words in plan.problems[0].reason and (plan.new, plan.changed) == ((), ())
    assert cast.taken_out(ledger, whole=True) == before


def test_an_end_of_a_conflict_needs_a_reason(told: tuple[Ledger, Furnished]) -> None:
    ledger, house = told
    plan = cast.bring_in(
        ledger,
        cast.set_cell(
            cast.taken_out(ledger), "回避情形", house.uid["conflict"], "至", "2015-01-01"
        ),
    )
    assert (plan.changed, [(one.column, one.reason) for one in plan.problems]) == (
        (),
        [("理由", "请写明理由，它会记入操作日志。")],
    )


def test_waivers_and_cases_wait_for_a_second_person(told: tuple[Ledger, Furnished]) -> None:
    ledger, house = told
    bring(ledger, "回避情形", CONFLICT, ["褚珠宝", "师生", FIRM, "", "", "", "", ""])
    head = ["姓名", "情形", "单位", "豁免理由", "复核"]
    data = cast.book(
        豁免=[
            head,
            ["褚珠宝", "师生", FIRM, "二十年前的学生", "同意"],
            ["褚珠宝", "任职", FIRM, "早已离职", ""],
        ],
        违规案件=[
            ["姓名", "种类", "发生日期", "情况", "结论"],
            ["周珍珠", "与申报组织私下接触", "2019-05-01", "有来信", "查实"],
        ],
    )
    plan = cast.bring_in(ledger, data)
    assert [(one.sheet, one.name) for one in plan.new] == [
        ("violations", "周珍珠"),
        ("waivers", "褚珠宝"),
    ]
    assert named(plan) == [("豁免", 3, "情形")]
    with ledger.read() as session:
        proposed = next(one for one in waivers(session, SYSTEM_VIEWER) if one.name == "褚珠宝")
        case = next(one for one in violations(session, SYSTEM_VIEWER) if one.name == "周珍珠")
        assert states(session, SYSTEM_VIEWER, TODAY)[house.experts["周珍珠"]] == "suspended"
    assert (proposed.outcome, proposed.proposed_by, case.finding, case.opened_by) == (
        "",
        CLERK.id,
        "",
        CLERK.id,
    )
    with pytest.raises(Refusal, match="另一人"), ledger.write(CLERK) as uow:
        register.decide_waiver(uow, proposed.uid, 1, True, "我同意")


def test_reviews_of_earlier_years_come_in_and_bad_rows_are_each_named(
    told: tuple[Ledger, Furnished],
) -> None:
    ledger, house = told
    plan = bring(
        ledger,
        "评审记录",
        SERVICE,
        ["孙针织", "2016年度", FIRM, "√", 2, 88],
        ["孙针织", 2031, FIRM, "", 2, ""],
        ["孙针织", 2017, "", "", 2, 190],
        ["没有人", 2017, FIRM, "", 2, ""],
        ["孙针织", 2016, FIRM, "", 2, 70],
        ["孙针织", 2024, OTHER_FIRM, "", "", 85],
    )
    bad = [(3, "年度"), (4, "评价"), (4, "评审的组织"), (5, "姓名"), (6, "年度")]
    assert named(plan) == [("评审记录", *one) for one in bad]
    assert [(one.row, one.values["leader"], one.values["score"]) for one in plan.new] == [
        (2, True, 88)
    ]
    assert [
        [(field.label, field.before, field.after) for field in one.fields] for one in plan.changed
    ] == [[("评价", "91", "85")]]
    assert {
        (one.year, one.organisation, one.score) for one in page(ledger, house, "孙针织").service
    } == {
        (2016, FIRM, 88),
        (2024, OTHER_FIRM, 85),
    }


def test_ratings_need_the_items_of_the_rater(told: tuple[Ledger, Furnished]) -> None:
    ledger, _ = told
    head = ["姓名", "年度", "评审的组织", "阶段", "评价方", "评价人", "各项得分"]
    plan = bring(
        ledger,
        "履职评价",
        head,
        [
            "周珍珠",
            2023,
            FIRM,
            "现场",
            "组长",
            "钱学勤",
            "专业能力 35、工作态度与配合 25、独立公正 30",
        ],
        ["周珍珠", 2023, FIRM, "资料评审", "组长", "钱学勤", "专业能力 35"],
        ["周珍珠", 2023, FIRM, "现场", "申报组织", "", "专业能力 35"],
        ["周珍珠", 2023, FIRM, "资料评审", "审定办", "", "很好"],
        [
            "周珍珠",
            2023,
            OTHER_FIRM,
            "现场",
            "组长",
            "周珍珠",
            "专业能力 35、工作态度与配合 25、独立公正 30",
        ],
    )
    assert named(plan) == [
        ("履职评价", row, column)
        for row, column in [(3, "各项得分"), (4, "各项得分"), (5, "各项得分"), (6, "评价人")]
    ]
    assert [(one.row, one.name) for one in plan.new] == [(2, "周珍珠")]


def test_sheets_for_reading_say_so_and_cannot_be_forged(told: tuple[Ledger, Furnished]) -> None:
    for sheet in SHEETS.values():
        if sheet.reading_only:
            assert "不能用表导入" in sheet.reading_only or "请在" in sheet.reading_only
    assert {one.key for one in SHEETS.values() if one.reading_only} == {
        "declarations",
        "candidacies",
        "decisions",
        "holdings",
    }
    for title in ("操作日志", "评审组名单", "现场评审日程表"):
        assert "不能导入" in elsewhere(title)


def test_rows_about_an_organisation_the_clerk_must_keep_away_from_stay_out(
    told: tuple[Ledger, Furnished],
) -> None:
    """The same words whether there is such a record or not."""
    ledger, _ = told
    rows = [
        SERVICE,
        ["孙针织", 2024, OTHER_FIRM, "", 1, 10],
        ["孙针织", 2023, OTHER_FIRM, "", 1, 10],
        ["孙针织", 2023, FIRM, "", 1, 10],
    ]
    plan = cast.bring_in(ledger, cast.book(评审记录=rows), hidden=OTHERS)
    assert [(one.row, one.column) for one in plan.problems] == [
        (2, "评审的组织"),
        (3, "评审的组织"),
    ]
    assert len({one.reason for one in plan.problems}) == 1 and [one.row for one in plan.new] == [4]
    assert OTHER_FIRM not in str(cast.taken_out(ledger, hidden=OTHERS))
    untouched = cast.bring_in(ledger, cast.taken_out(ledger, hidden=OTHERS), hidden=OTHERS)
    assert (untouched.new, untouched.changed, untouched.problems) == ((), (), ())


def test_a_rehearsal_leaves_nothing(told: tuple[Ledger, Furnished]) -> None:
    ledger, _ = told
    before = cast.taken_out(ledger, whole=True)
    term = ["钱学勤", "评审员", "甲", "2016-01-01", "2018-12-31"]
    data = cast.book(评审记录=[SERVICE, ["孙针织", 2016, FIRM, "", 2, 88]], 聘任=[TERM, term])
    with ledger.write(CLERK) as uow:
        assert len(cast.handed_in(uow, data).new) == 2
    assert cast.taken_out(ledger, whole=True) == before
    with ledger.read() as session:
        assert not [
            line
            for line in audit.entries(session, SYSTEM_VIEWER, limit=1000)
            if "随文件" in line.reason
        ]


def test_what_a_refusal_breaks_off_is_undone_with_its_notes(told: tuple[Ledger, Furnished]) -> None:
    ledger, house = told
    with ledger.write(CLERK) as uow:
        with pytest.raises(Refusal), uow.attempt("甲"):
            register.suspend(uow, house.experts["钱学勤"], "写到一半")
            raise Refusal("no", "不行")
        assert uow.noted == 0
        with uow.attempt("导入"):
            register.suspend(uow, house.experts["钱学勤"], "当年不来", 2026)
        uow.commit()
    assert [one.reason for one in page(ledger, house, "钱学勤").suspensions] == ["当年不来"]
    with ledger.read() as session:
        assert audit.entries(session, SYSTEM_VIEWER, limit=1)[0].reason == "当年不来；导入"


def test_sheets_are_read_by_staff_alone(told: tuple[Ledger, Furnished]) -> None:
    with told[0].read() as session:
        for viewer in (
            Viewer("x", Role.EXPERT, told[1].experts["孙针织"]),
            Viewer("", Role.ANONYMOUS),
            Viewer("a", Role.ADMIN),
        ):
            assert list(sheets.sheets_out(session, viewer)) == []


def test_one_record_in_two_sheets_of_a_file_is_named(told: tuple[Ledger, Furnished]) -> None:
    ledger, _ = told
    row = ["孙针织", 2016, FIRM, "", 2, 88]
    plan = cast.bring_in(ledger, cast.book(评审记录=[SERVICE, row], 旧评审记录=[SERVICE, row]))
    assert (len(plan.new), [(one.row, one.column) for one in plan.problems]) == (1, [(2, "整行")])


def test_records_stored_together_stand_in_the_log_as_if_typed(
    told: tuple[Ledger, Furnished],
) -> None:
    ledger, house = told
    bring(ledger, "评审记录", SERVICE, ["孙针织", 2016, FIRM, "", 2, 88])
    with ledger.write(CLERK) as uow:
        register.record_performance(
            uow, house.experts["孙针织"], register.ServiceFields(2015, FIRM, "", False, 2, 88)
        )
        uow.commit()
    with ledger.read() as session:
        typed, imported = audit.entries(session, SYSTEM_VIEWER, kind="performance_record", limit=2)
    assert typed.after is not None and imported.after is not None
    assert typed.action == imported.action and typed.after.keys() == imported.after.keys()
    differing = {name for name in typed.after if typed.after[name] != imported.after[name]}
    assert differing == {"uid", "year"}
