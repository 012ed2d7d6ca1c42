"""导出再导入 over a register with every kind of record: nothing is written, not even to the log;
one cell changed is one change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from expert_pool import sheets
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.record_sheets import SHEETS
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.invariants import exceptions
from tests.sheets import cast
from tests.sheets.cast import Furnished
from tests.storage import Clock, contents, copy_sqlite

ABLE = [one for one in SHEETS.values() if not one.reading_only]


@pytest.fixture(scope="module")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Furnished]:
    folder = tmp_path_factory.mktemp("records")
    ledger = Ledger(copy_sqlite(sqlite_template, folder), Clock())
    told = cast.furnish(ledger)
    ledger.close()
    with closing(sqlite3.connect(folder / "pool.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "pool.db", told


@pytest.fixture
def house(furnished: tuple[Path, Furnished], tmp_path: Path) -> Iterator[tuple[Ledger, Furnished]]:
    ledger = Ledger(copy_sqlite(furnished[0], tmp_path), Clock())
    yield ledger, furnished[1]
    ledger.close()


def newest(ledger: Ledger) -> int:
    with ledger.read() as session:
        return audit.head(session, ledger.clock()).entries


def test_every_kind_of_record_is_in_the_register(house: tuple[Ledger, Furnished]) -> None:
    with house[0].read() as session:
        counts = {
            key: len(sheets.known_records(session, SYSTEM_VIEWER, sheet))
            for key, sheet in SHEETS.items()
        }
        assert exceptions(session) == []
    assert [key for key, count in counts.items() if not count] == []


@pytest.mark.parametrize("whole", [False, True], ids=["masked", "whole"])
def test_an_untouched_export_changes_nothing_and_leaves_no_trace(
    house: tuple[Ledger, Furnished], whole: bool
) -> None:
    ledger, _ = house
    before = contents(ledger.url)
    plan = cast.bring_in(ledger, cast.taken_out(ledger, whole=whole))
    assert (plan.new, plan.changed, plan.problems) == ((), (), ())
    assert {one.sheet for one in plan.unchanged} == {sheet.key for sheet in ABLE}
    assert contents(ledger.url) == before


def test_an_export_without_our_numbers_changes_nothing_either(
    house: tuple[Ledger, Furnished],
) -> None:
    """As a colleague would retype it: no 记录编号, no 系统编号, names and facts alone."""
    ledger, _ = house
    before, data = contents(ledger.url), cast.taken_out(ledger)
    for sheet in ABLE:
        for heading in ("记录编号", "系统编号"):
            if heading in sheet.headings:
                data = cast.edited(
                    data,
                    sheet.title,
                    lambda columns, rows, heading=heading: (1, columns[heading], "原来的号"),
                )
    plan = cast.bring_in(ledger, data)
    assert (plan.new, plan.changed, plan.problems) == ((), (), ())
    assert contents(ledger.url) == before


# sheet, record, heading, new value, what the log calls it, and the reason column when one is needed
CHANGES = [
    ("其他资料", "孙针织", "来源库", "市库", ("edit", "expert"), ""),
    ("其他资料", "孙针织", "邮箱", "new@example.com", ("edit", "expert"), ""),
    ("其他资料", "孙针织", "浙政钉账号", "GE_sun01", ("edit", "expert"), ""),
    ("回避情形", "conflict", "至", "2024-05-20", ("end", "conflict"), "理由"),
    ("回避情形", "conflict", "依据", "2019年至2024年咨询合同", ("correct", "conflict"), "理由"),
    ("回避情形", "review", "自", "2023年5月", ("correct", "conflict"), "理由"),
    ("评审记录", "service", "评价", 88, ("correct", "performance_record"), ""),
    ("评审记录", "service", "任组长", "否", ("correct", "performance_record"), ""),
    ("阶段履职", "stage", "本人评分", 655, ("correct", "stage_record"), ""),
    (
        "履职评价",
        "rating",
        "各项得分",
        "专业能力 30、工作态度与配合 27、独立公正 28",
        ("correct", "rating"),
        "",
    ),
    ("委员和公职人员", "official", "至", "2026-07-31", ("end", "official"), "不再担任的理由"),
]


@pytest.mark.parametrize(
    ("sheet", "record", "heading", "value", "entry", "reason"),
    CHANGES,
    ids=[f"{one[0]}-{one[2]}" for one in CHANGES],
)
def test_one_cell_changed_is_exactly_that_change(
    house: tuple[Ledger, Furnished],
    sheet: str,
    record: str,
    heading: str,
    value: object,
    entry: tuple[str, str],
    reason: str,
) -> None:
    ledger, told = house
    uid = told.uid.get(record) or told.experts[record]
    data = cast.set_cell(cast.taken_out(ledger), sheet, uid, heading, value)
    if reason:
        data = cast.set_cell(data, sheet, uid, reason, "核对合同后更正")
    before = newest(ledger)
    plan = cast.bring_in(ledger, data)
    assert (plan.new, plan.problems) == ((), ())
    assert [
        (one.after.uid, [field.label for field in one.fields if field.label != reason])
        for one in plan.changed
    ] == [(uid, [heading])]
    with ledger.read() as session:
        lines = [line for line in audit.entries(session, SYSTEM_VIEWER) if line.id > before]
        assert [(line.action, line.kind, line.object_id) for line in lines] == [(*entry, uid)]
        assert "随文件“表.xlsx”导入" in lines[0].reason
        assert exceptions(session) == []
    assert cast.bring_in(ledger, cast.taken_out(ledger)).changed == ()


def test_availability_typed_anew_is_read_to_half_days(house: tuple[Ledger, Furnished]) -> None:
    ledger, told = house
    with ledger.read() as session:
        known = {
            one.expert: one.uid
            for one in sheets.known_records(session, SYSTEM_VIEWER, SHEETS["availability"])
        }
    uid = known[told.experts["钱学勤"]]
    plan = cast.bring_in(
        ledger,
        cast.set_cell(cast.taken_out(ledger), "可参加时间", uid, "不能参加的时间", "9.9-9.10"),
    )
    assert [(field.label, field.after) for field in plan.changed[0].fields] == [
        ("不能参加的时间", "9月9日-9月10日"),
        ("原话", "9.9-9.10"),
    ]
    bad = cast.bring_in(
        ledger, cast.set_cell(cast.taken_out(ledger), "可参加时间", uid, "不能参加的时间", "看情况")
    )
    assert [(one.sheet, one.column, one.value) for one in bad.problems] == [
        ("可参加时间", "不能参加的时间", "看情况")
    ]


def test_a_masked_address_never_overwrites(house: tuple[Ledger, Furnished]) -> None:
    ledger, told = house
    data = cast.taken_out(ledger)
    stale = cast.set_cell(data, "其他资料", told.experts["孙针织"], "邮箱", "o****@old.example.com")
    plan = cast.bring_in(
        ledger, cast.set_cell(stale, "其他资料", told.experts["孙针织"], "资历", 5)
    )
    assert [field.label for field in plan.changed[0].fields] == ["资历"]
    with ledger.read() as session:
        found = {
            one.uid: one.values["email"]
            for one in sheets.known_records(session, SYSTEM_VIEWER, SHEETS["details"])
        }
    assert found[told.experts["孙针织"]] == "sunzz@example.com"
    assert b"sunzz" not in data


def test_rows_and_sheets_that_are_missing_change_nothing(house: tuple[Ledger, Furnished]) -> None:
    ledger, _ = house
    before = contents(ledger.url)
    plan = cast.bring_in(
        ledger,
        cast.book(聘任=[list(SHEETS["appointments"].headings), ["", "", "钱学勤", "评审员"]]),
    )
    assert [(one.row, one.column) for one in plan.problems] == [(2, "聘期起"), (2, "聘期止")]
    assert contents(ledger.url) == before
