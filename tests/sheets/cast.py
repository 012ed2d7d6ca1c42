"""A register with every kind of record in it, and files handed in and taken out, as the interface
does it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import openpyxl

from expert_pool import register, sheets
from expert_pool.core import declaration
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.hidden import NOTHING_HIDDEN, Hidden
from expert_pool.core.record_sheets import SHEETS, recognise, score
from expert_pool.core.record_sheets.rows import Plan, read_sheet
from expert_pool.facts.halfday import HalfDay
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.spreadsheet import read_tables, write_book
from tests import cast
from tests.storage import CHIEF, CLERK

FIRM, OTHER_FIRM = "诸暨大东袜业有限公司", "浙江店口管业股份有限公司"
CASE = date(2026, 7, 1)
ADMITTED = register.CandidacyFields(
    "recommended", "诸暨市袜业协会", date(2026, 7, 1), 12, "卓越绩效培训班", date(2025, 5, 1), True
)
RATED = {"skill": 38, "work": 27, "fair": 28}


@dataclass(frozen=True)
class Furnished:
    """Public ids: experts by name, records by kind."""

    experts: dict[str, str]
    uid: dict[str, str]


def furnish(ledger: Ledger) -> Furnished:
    people = cast.settle(ledger).experts
    uid: dict[str, str] = {}
    with ledger.write(CLERK) as uow:
        qian, sun, li, zhou, wu = (
            people[name] for name in ("钱学勤", "孙针织", "李五金", "周珍珠", "吴质量")
        )
        row = replace(
            cast.PEOPLE[1],
            email="sunzz@example.com",
            source_pool="省库",
            max_effort=8,
            employer_uscc="91330681CB6TF9KT9C",
        )
        register.edit_expert(uow, sun, 1, row)
        uid["suspension"] = register.suspend(uow, people["冯管件"], "借调外地")
        register.suspend(uow, wu, "今年出国", 2026)
        uid["conflict"] = register.declare_conflict(
            uow, sun, register.ConflictFields("CONSULTING", FIRM, evidence="=2019年合同")
        )
        uid["soft"] = register.declare_conflict(
            uow, zhou, register.ConflictFields("SUPPLIER_CUSTOMER", OTHER_FIRM)
        )
        uid["review"] = register.declare_conflict(
            uow, li, register.ConflictFields("OTHER", FIRM, since=date(2024, 1, 1))
        )
        uid["withdrawn"] = register.declare_conflict(
            uow, li, register.ConflictFields("BOARD", OTHER_FIRM)
        )
        cast.let_go(uow, uid["withdrawn"], "登记错人")
        uid["pair"] = register.declare_pair(uow, sun, wu, "SAME_GROUP_KIN", evidence="姐弟")
        uid["waiver"] = register.propose_waiver(uow, uid["soft"], 1, "只供过一次货")
        register.affiliate(uow, OTHER_FIRM, "店口集团", "年报")
        uid["official"] = register.enter_official(
            uow, "committee", "某委员", "诸暨市发展和改革局", date(2024, 1, 1)
        )
        register.import_holdings(
            uow, [register.HoldingFields(FIRM, "钱某", False, "股东", 12.5)], "工商登记"
        )
        uid["service"] = register.record_performance(
            uow, sun, register.ServiceFields(2024, OTHER_FIRM, "", True, 3, 91, "很好")
        )
        uid["stage"] = register.note_stage(
            uow,
            sun,
            register.StageFields(2024, OTHER_FIRM, "site", "present", "on_time", False, 612.5, 600),
        )
        uid["rating"] = register.rate(
            uow,
            sun,
            register.RatingFields(2024, OTHER_FIRM, "site", "leader", RATED, "钱学勤", "稳重"),
        )
        uid["case"] = register.open_violation(uow, li, "CONTACT", CASE, "反映私下接触", "来信")
        newcomer = register.enrol(
            uow, replace(cast.PEOPLE[1], name="卫新人", education="硕士", birth=date(1980, 1, 1))
        )
        people["卫新人"] = newcomer
        uid["candidacy"] = register.enter_candidacy(uow, newcomer, ADMITTED)
        register.save_availability(
            uow,
            qian,
            2026,
            [HalfDay(date(2026, 9, 8), "AM")],
            "8号上午",
            None,
            cast.FIRST,
            cast.LAST,
        )
        register.save_availability(
            uow, people["褚珠宝"], 2026, None, "还要看课表", None, cast.FIRST, cast.LAST
        )
        register.sign_declaration(uow, qian, 2025, declaration.VERSION, declaration.SHA256, "link")
        register.note_stage(
            uow, people["褚珠宝"], register.StageFields(2025, "甲公司", "site", "no_show")
        )
        register.note_stage(
            uow, people["褚珠宝"], register.StageFields(2025, "乙公司", "site", "no_show")
        )
        uow.commit()
    with ledger.write(CHIEF) as uow:
        register.decide_proposal(
            uow, people["褚珠宝"], 2026, "exit-absent", False, "两次都有医院证明"
        )
        uow.commit()
    return Furnished(people, uid)


def taken_out(ledger: Ledger, *, whole: bool = False, hidden: Hidden = NOTHING_HIDDEN) -> bytes:
    with ledger.read() as session:
        return write_book(tuple(sheets.sheets_out(session, SYSTEM_VIEWER, hidden, whole=whole)))


def handed_in(uow: UnitOfWork, data: bytes, hidden: Hidden = NOTHING_HIDDEN) -> Plan:
    """Every table of the file that is not only for reading, as `records_in` brings it in."""
    people, plans = sheets.people(uow.session), []
    for table in read_tables(data, "表.xlsx", score):
        sheet = recognise(table.sheet, table.headings)
        assert sheet is not None, table.sheet
        if not sheet.reading_only:
            known = sheets.known_records(uow.session, SYSTEM_VIEWER, sheet, hidden)
            plans.append((sheet, read_sheet(sheet, table, known, people, hidden)))
    return sheets.carry_out(uow, plans, "表.xlsx")


def bring_in(ledger: Ledger, data: bytes, hidden: Hidden = NOTHING_HIDDEN) -> Plan:
    with ledger.write(CLERK) as uow:
        plan = handed_in(uow, data, hidden)
        uow.commit()
    return plan


def book(**tables: list[list[object]]) -> bytes:
    """Sheets by title, the headings first."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in tables.items():
        page = workbook.create_sheet(title)
        for row in rows:
            page.append(row)
    return saved(workbook)


def edited(
    data: bytes,
    sheet: str,
    change: Callable[[dict[str, int], list[list[object]]], tuple[int, int, object]],
) -> bytes:
    """One cell changed: `change` gets the columns by heading (1-based) and the rows, and gives row,
    column and the new value.
    """
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    page = workbook[sheet]
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    columns = {str(heading): number for number, heading in enumerate(rows[0], 1)}
    row, column, value = change(columns, rows)
    page.cell(row, column).value = value
    return saved(workbook)


def set_cell(data: bytes, sheet: str, uid: str, heading: str, value: object) -> bytes:
    """The cell of the record `uid` below `heading`."""

    def change(columns: dict[str, int], rows: list[list[object]]) -> tuple[int, int, object]:
        column = columns.get(heading, len(columns) + 1)
        return next(number for number, row in enumerate(rows, 1) if uid in row[:2]), column, value

    if heading not in SHEETS_BY_TITLE[sheet].headings:
        data = edited(data, sheet, lambda columns, rows: (1, len(columns) + 1, heading))
    return edited(data, sheet, change)


SHEETS_BY_TITLE = {one.title: one for one in SHEETS.values()}


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
