"""Sheets of records from a bad day: every bad cell is named, the good rows are read, and nothing
that can be typed breaks the reading.
"""

from __future__ import annotations

import pytest

from expert_pool.core.record_sheets import SHEETS, recognise, score
from expert_pool.core.record_sheets.rows import Known, People, Plan, Someone, read_sheet
from expert_pool.facts.refusal import Refusal
from expert_pool.spreadsheet import read_tables
from tests.hostile import corpus, records

PEOPLE = People(
    (
        Someone("e-1", "赵龙", "某院"),
        Someone("e-2", "赵龙", "某厂"),
        Someone("e-3", "钱一", "某校"),
        Someone("e-4", "周二", "某局"),
    )
)
NOBODY = {
    "employer_uscc": "",
    "email": "",
    "zzd_account": None,
    "seniority": 3,
    "source_pool": "",
    "max_effort": None,
    "created_at": None,
}
KNOWN = {"details": [Known(one, one, PEOPLE.by_uid[one].name, NOBODY) for one in PEOPLE.by_uid]}
ABLE = [one for one in SHEETS.values() if not one.reading_only]


def planned(data: bytes) -> Plan:
    (table,) = read_tables(data, "记录.xlsx", score)
    sheet = recognise(table.sheet, table.headings)
    assert sheet is not None
    return read_sheet(sheet, table, KNOWN.get(sheet.key, []), PEOPLE)


@pytest.mark.parametrize("name", records.MESSES)
def test_every_bad_cell_is_named_and_good_rows_are_read(name: str) -> None:
    mess = records.MESSES[name]
    plan = planned(records.written(mess.title, mess.rows))
    assert sorted((one.row, one.column) for one in plan.problems) == sorted(mess.bad)
    assert tuple(one.row for one in plan.new) == mess.taken
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in one.reason) for one in plan.problems
    )


def test_every_sheet_has_its_messes() -> None:
    assert {one.title for one in records.MESSES.values()} == {one.title for one in ABLE}


@pytest.mark.parametrize("key", [one.key for one in ABLE])
def test_garbage_in_any_cell_breaks_nothing(key: str) -> None:
    """Every row ends somewhere, and no date, number or choice comes of garbage."""
    sheet = SHEETS[key]
    headings = [one for one in sheet.headings if one != "记录编号"]
    rows = []
    for garbage in records.GARBAGE:
        for place in range(len(headings)):
            who = ["e-3", "钱一"] if sheet.person else []
            rows.append(
                [
                    garbage if place == at else (who[at] if at < len(who) else None)
                    for at in range(len(headings))
                ]
            )
    plan = planned(records.written(sheet.title, [list(headings), *rows]))
    ended = {
        one.row for one in (*plan.new, *plan.unchanged, *(change.after for change in plan.changed))
    } | {one.row for one in plan.problems}
    left_out = sum("没有读入" in note for note in plan.notes)
    assert len(ended) == len(rows) or left_out
    for change in plan.changed:
        assert {field.field for field in change.fields} <= {
            one.field for one in sheet.columns if one.kind in ("text", "count")
        }


def test_headings_over_two_rows_are_read() -> None:
    rows = [["钱一", "某校", "评审员", "甲1", "2016-01-01", "2018-12-31"]]
    plan = planned(records.written("历年聘任", rows, records.two_rows_of_headings))
    assert [(one.sheet, one.values["certificate_no"]) for one in plan.new] == [
        ("appointments", "甲1")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "formula",
        "zip-bomb",
        "macro",
        "encrypted",
        "entity-bomb-sheet",
        "xls",
        "external-link",
        "far-cell",
        "empty",
    ],
)
def test_hostile_files_are_refused_here_too(name: str) -> None:
    make, code = corpus.REFUSED[name]
    with pytest.raises(Refusal) as refusal:
        read_tables(make(), "记录.xlsx", score)
    assert refusal.value.code == code
