"""Workbooks into the register: one transaction, one entry per person, and the same file twice
changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from award.applicants import applicants as award_applicants
from award.applicants import rosters_in
from award.applicants import store as applicant_store
from award.applicants.core import sheet_in as applicants
from award.applicants.core.sheet_in import ApplicantDraft
from award.applicants.known import known_applicants
from expert_pool import imported, register, store
from expert_pool.core import roster as experts
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.expert import Industry
from expert_pool.core.roster import ExpertDraft
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.intake import Parsed
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork, audit
from expert_pool.ledger.invariants import exceptions
from expert_pool.spreadsheet import write_table
from tests import cast
from tests.storage import CLERK

YEAR, FIRST, LAST = cast.YEAR, cast.FIRST, cast.LAST
MONDAY = HalfDay(date(2026, 9, 7), "AM")
PEOPLE = (
    ExpertDraft(
        "单晓芳",
        "女",
        date(1975, 3, 1),
        "month",
        "浙江理工大学",
        "教授",
        "博士",
        "",
        (Industry("1763", "袜业", True),),
        None,
        True,
        "13805750011",
        cast.DATANG,
        "大唐",
        ("诸暨大东袜业有限公司",),
        (MONDAY,),
        "9.7上午",
        "2024年参加过",
        False,
        (2024,),
        3,
    ),
    ExpertDraft("曾志强", phone="13805750012", employer="无", quality=True, row=4),
    ExpertDraft(
        "王待定",
        phone="13805750013",
        employer="某单位",
        remark="2026年暂不参加",
        suspended_year=True,
        row=5,
    ),
)


def bring_in(ledger: Ledger, *drafts: ExpertDraft) -> register.Applied:
    with ledger.write(CLERK) as uow:
        plan = experts.diff(Parsed(drafts, (), ()), register.known_experts(uow.session, YEAR))
        applied = register.apply_import(uow, plan, YEAR, FIRST, LAST)
        uow.commit()
    return applied


def entries(ledger: Ledger) -> list[tuple[str, str, str]]:
    with ledger.read() as session:
        return [
            (line.action, line.kind, line.object_id)
            for line in reversed(audit.entries(session, SYSTEM_VIEWER, limit=1000))
        ]


def page(ledger: Ledger, uid: str) -> store.ExpertPage:
    with ledger.read() as session:
        return store.expert(session, SYSTEM_VIEWER, uid, YEAR, FIRST)


def test_a_roster_is_stored_with_one_entry_per_person(ledger: Ledger) -> None:
    applied = bring_in(ledger, *PEOPLE)
    assert (len(applied.new), applied.changed, applied.unchanged) == (3, (), 0)
    assert entries(ledger) == [("import", "expert", uid) for uid in applied.new]
    dan = page(ledger, applied.new[0])
    assert (
        dan.fields.name,
        dan.fields.seniority,
        dan.fields.served_years,
        dan.fields.birth_precision,
    ) == ("单晓芳", 5, (2024,), "month")
    assert (dan.availability.absences, dan.availability.text, dan.availability.first) == (
        (MONDAY,),
        "9.7上午",
        FIRST,
    )
    assert [(one.kind, one.organisation, one.source) for one in dan.conflicts] == [
        ("SELF_DECLARED", "诸暨大东袜业有限公司", "declared")
    ]
    assert page(ledger, applied.new[1]).availability.known is False
    assert [(one.year, one.reason) for one in page(ledger, applied.new[2]).suspensions] == [
        (YEAR, "导入的名单注明本年度暂不参加")
    ]
    with ledger.read() as session:
        assert [
            row.fields.name
            for row in store.experts(session, SYSTEM_VIEWER, YEAR, FIRST, search="shanxf")
        ] == []
        assert [
            row.fields.name
            for row in store.experts(session, SYSTEM_VIEWER, YEAR, FIRST, search="sxf")
        ] == ["单晓芳"]
        assert exceptions(session) == []


def test_the_same_file_twice_changes_nothing(ledger: Ledger) -> None:
    first = bring_in(ledger, *PEOPLE)
    before = entries(ledger)
    assert bring_in(ledger, *PEOPLE) == register.Applied((), (), 3)
    assert entries(ledger) == before
    assert [page(ledger, uid).version for uid in first.new] == [1, 1, 1]


def test_a_change_is_one_entry_with_everything_in_it(ledger: Ledger) -> None:
    dan = bring_in(ledger, *PEOPLE).new[0]
    changed = replace(
        PEOPLE[0], employer="浙江大学", absences=(), absence_text="无", recuse=("另一家有限公司",)
    )
    assert bring_in(ledger, changed).changed == (dan,)
    assert entries(ledger)[-1] == ("import", "expert", dan)
    assert len(entries(ledger)) == 4
    found = page(ledger, dan)
    assert (found.version, found.fields.employer, found.availability.absences) == (
        2,
        "浙江大学",
        (),
    )
    assert {one.organisation for one in found.conflicts} == {
        "诸暨大东袜业有限公司",
        "另一家有限公司",
    }


def test_a_new_year_of_absences_is_the_only_change(ledger: Ledger) -> None:
    dan = bring_in(ledger, PEOPLE[0]).new[0]
    bring_in(ledger, replace(PEOPLE[0], absences=(), absence_text="都可以"))
    found = page(ledger, dan)
    # The person is as before: her record keeps its version.
    assert (found.version, found.availability.version, found.availability.absences) == (1, 2, ())


def test_a_withdrawn_recusal_does_not_come_back_with_the_old_file(ledger: Ledger) -> None:
    dan = bring_in(ledger, PEOPLE[0]).new[0]
    with ledger.write(CLERK) as uow:
        cast.let_go(uow, page(ledger, dan).conflicts[0].uid, "本人更正：不是这家")
        uow.commit()
    assert bring_in(ledger, PEOPLE[0]) == register.Applied((), (), 1)
    assert [one.withdrawn_at is None for one in page(ledger, dan).conflicts] == [False]


FIRMS = (
    ApplicantDraft(
        "诸暨大东袜业有限公司",
        "",
        "QUALITY",
        (cast.Trade("1763", "袜子", True),),
        cast.DATANG,
        "大唐街道",
        date(2003, 5, 1),
        "month",
        260,
        "大唐街道办事处",
        "赵先生",
        "13905750001",
        (HalfDay(date(2026, 9, 8), "PM"),),
        "9月8日下午",
        "2023年诸暨市政府质量创新奖",
        ((2023, "INNOVATION"),),
        "",
        "",
        3,
    ),
    ApplicantDraft(
        "浙江店口管业股份有限公司", award="", closed=None, closed_text="月底盘库", row=4
    ),
)


def bring_in_firms(ledger: Ledger, *drafts: ApplicantDraft) -> register.Applied:
    with ledger.write(CLERK) as uow:
        plan = applicants.diff(Parsed(drafts, (), ()), known_applicants(uow.session, YEAR))
        applied = award_applicants.apply_applicants(uow, YEAR, plan)
        uow.commit()
    return applied


@pytest.fixture
def opened(ledger: Ledger) -> Ledger:
    with ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uow.commit()
    return ledger


def test_applicants_are_stored_once(opened: Ledger) -> None:
    applied = bring_in_firms(opened, *FIRMS)
    assert entries(opened)[1:] == [("import", "applicant", uid) for uid in applied.new]
    assert bring_in_firms(opened, *FIRMS) == register.Applied((), (), 2)
    with opened.read() as session:
        found = {
            row.fields.name: row.fields
            for row in applicant_store.applicants(session, SYSTEM_VIEWER, YEAR)
        }
        assert exceptions(session) == []
    assert found[FIRMS[0].name].past_awards == ((2023, "INNOVATION"),)
    assert found[FIRMS[0].name].closed == ((date(2026, 9, 8), "PM"),)
    assert (found[FIRMS[1].name].award, found[FIRMS[1].name].closed_known) == ("", False)


def test_a_firm_already_entered_by_hand_is_not_entered_twice(opened: Ledger) -> None:
    bring_in_firms(opened, FIRMS[0])
    changed = bring_in_firms(opened, replace(FIRMS[0], employees=300))
    assert (len(changed.new), len(changed.changed)) == (0, 1)


def test_an_import_that_fails_half_way_stores_nobody(ledger: Ledger) -> None:
    def fail(uow: UnitOfWork) -> Any:
        plan = experts.diff(
            Parsed(
                (*PEOPLE, replace(PEOPLE[1], phone="13805750099", name="坏行", recuse=(" ",))),
                (),
                (),
            ),
            (),
        )
        return register.apply_import(uow, plan, YEAR, FIRST, LAST)

    with pytest.raises(Refusal), ledger.write(CLERK) as uow:
        fail(uow)
        uow.commit()
    with ledger.read() as session:
        assert store.experts(session, SYSTEM_VIEWER, YEAR, FIRST) == ()


def test_an_import_keeps_its_rows_only_until_it_is_closed(ledger: Ledger) -> None:
    with ledger.write(CLERK) as uow:
        uid = register.open_import(
            uow, "experts", YEAR, "台账.xlsx", "a" * 64, '{"rows": [["单晓芳"]]}'
        )
        assert register.answer_import(uow, uid, 1, {"姓 名": "name"}, {"q1": "1763"}) == 2
        assert register.answer_import(uow, uid, 2, {}, {"q2": "x"}) == 3
        page_ = imported.import_batch(uow.session, SYSTEM_VIEWER, uid)
        assert (page_.headings_json, page_.answers_json) == (
            '{"姓 名": "name"}',
            '{"q1": "1763", "q2": "x"}',
        )
        register.close_import(uow, uid, 3, "applied", {"new": 1})
        closed = imported.import_batch(uow.session, SYSTEM_VIEWER, uid)
        assert (closed.table_json, closed.answers_json, closed.row.status) == ("", "{}", "applied")
        with pytest.raises(Refusal):
            register.answer_import(uow, uid, 4, {}, {})


def test_the_rows_of_an_import_are_not_kept_in_the_log(ledger: Ledger) -> None:
    with ledger.write(CLERK) as uow:
        uid = register.open_import(
            uow, "experts", YEAR, "台账.xlsx", "a" * 64, '{"rows": [["单晓芳", "13805750011"]]}'
        )
        register.answer_import(uow, uid, 1, {}, {"same-1": "单晓芳，浙江理工大学"})
        register.close_import(uow, uid, 2, "dropped", {})
        uow.commit()
    with ledger.read() as session:
        lines = audit.entries(session, SYSTEM_VIEWER)
    assert [line.action for line in lines] == ["dropped", "answer", "open"]
    assert "单晓芳" not in str(lines)
    assert "13805750011" not in str(lines)


def test_a_list_and_its_appointments_are_taken_in_together_or_not_at_all(
    sqlite_ledger: Ledger,
) -> None:
    ledger = sqlite_ledger
    with ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uow.commit()
    rows = [("卫新人", "绍兴文理学院", "13900000001")]
    data = write_table(("姓名", "工作单位", "手机"), rows)
    batch = rosters_in.open_batch(ledger, CLERK, "experts", cast.YEAR, data, "名单.xlsx")
    first, last = date(2026, 1, 1), date(2028, 12, 31)
    with ledger.read() as session:
        before = audit.head(session, ledger.clock()).entries
    with pytest.raises(Refusal, match="聘期"):
        rosters_in.apply(ledger, CLERK, SYSTEM_VIEWER, batch, 1, None, (last, first))
    with ledger.read() as session:
        assert audit.head(session, ledger.clock()).entries == before
    rosters_in.apply(ledger, CLERK, SYSTEM_VIEWER, batch, 1, None, (first, last))
    with ledger.read() as session:
        people = store.experts(session, SYSTEM_VIEWER, cast.YEAR, date(2026, 8, 1))
    (found,) = [one for one in people if one.fields.name == "卫新人"]
    assert found.state.appointed_until == last
