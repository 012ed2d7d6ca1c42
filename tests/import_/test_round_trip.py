"""导出再导入: an export nobody touched changes nothing, whatever the records hold; an edited cell
changes that and nothing else.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from award.applicants.core import sheet_in as applicants
from award.applicants.core import sheet_out as applicant_sheet
from award.applicants.core.applicant import Trade
from award.applicants.core.sheet_in import ApplicantDraft
from expert_pool.core import roster as experts
from expert_pool.core import roster_sheet as expert_sheet
from expert_pool.core.expert import Industry
from expert_pool.core.roster import ExpertDraft
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.industry import Industries
from expert_pool.facts.intake import Context, ImportPlan
from expert_pool.facts.own_sheet import settle
from expert_pool.facts.towns import Towns
from expert_pool.spreadsheet import read_table, write_table

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 25)
ROOMS = {
    "experts": (experts, expert_sheet, "expert"),
    "applicants": (applicants, applicant_sheet, "applicant"),
}

text = st.text(
    st.characters(exclude_categories=("Cs", "Cc"))
    | st.sampled_from("=+-@、；，。/无是否袜业 \u3000"),
    max_size=20,
)
codes = st.lists(st.sampled_from(Industries.load().codes()), max_size=3, unique=True)
half_days = st.lists(
    st.builds(HalfDay, st.dates(FIRST, LAST), st.sampled_from(["AM", "PM"])),
    max_size=4,
    unique=True,
).map(tuple)
days = st.none() | st.dates(date(1940, 1, 1), date(2020, 12, 31))
towns = st.none() | st.sampled_from([town.code for town in Towns.load().zhuji])
mark = st.none() | st.booleans()
name = st.text("赵钱孙李周吴郑王冯陈", min_size=2, max_size=4)
phone = st.just("") | st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True) | text

people = st.lists(
    st.builds(
        ExpertDraft,
        name=name,
        gender=st.sampled_from(["", "男", "女"]),
        birth=days,
        birth_precision=st.sampled_from(["day", "month"]),
        employer=text,
        title=text,
        education=text,
        industries=codes.map(lambda found: tuple(Industry(code, "原话", True) for code in found)),
        quality=mark,
        leader=mark,
        phone=phone,
        town_code=towns,
        place_text=text,
        recuse=st.lists(text, max_size=2).map(tuple),
        absences=st.none() | half_days,
        absence_text=text,
        remark=text,
        suspended_year=st.booleans(),
        served_years=st.lists(st.integers(2015, 2025), max_size=3, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=4,
)
firms = st.lists(
    st.builds(
        ApplicantDraft,
        name=text.filter(lambda one: bool(one.strip())),
        uscc=text,
        award=st.sampled_from(["", "QUALITY", "INNOVATION"]),
        industries=codes.map(lambda found: tuple(Trade(code, "原话", True) for code in found)),
        town_code=towns,
        place_text=text,
        founded=days,
        founded_precision=st.sampled_from(["day", "month"]),
        employees=st.none() | st.integers(0, 99999),
        recommender=text,
        contact=text,
        phone=phone,
        closed=st.none() | half_days,
        closed_text=text,
        honours=text,
        group_company=text,
        remark=text,
    ),
    min_size=1,
    max_size=4,
)


def exported(kind: str, known: list[Any], phones: bool) -> bytes:
    sheet = ROOMS[kind][1]
    return write_table(
        sheet.HEADINGS, [sheet.row_of(one, phones=phones) for one in known], title="名册"
    )


def imported(kind: str, data: bytes, known: list[Any]) -> ImportPlan[Any]:
    """As award.applicants.rosters_in reads it."""
    roster, sheet, name = ROOMS[kind]
    table = read_table(data, "导出.xlsx", name)  # type: ignore[arg-type]
    found = settle(table, {one.uid: one for one in known}, sheet.written, sheet.KEPT)
    headings = roster.map_headings(table.headings, sheet.FIELDS, table.rows)
    assert (headings.unsure, headings.unknown) == ((), ())
    parsed = roster.parse_rows(found.rest, headings, Context(2026, (FIRST, LAST)))
    parsed = replace(
        parsed, drafts=tuple(replace(one, uid=found.uids.get(one.row, "")) for one in parsed.drafts)
    )
    plan = roster.diff(parsed, known)
    return replace(plan, unchanged=(*plan.unchanged, *(one for _, one in found.same)))


def numbered(drafts: list[Any]) -> list[Any]:
    return [replace(one, uid=f"e-{number}") for number, one in enumerate(drafts)]


def nothing_changes(kind: str, known: list[Any], phones: bool) -> None:
    plan = imported(kind, exported(kind, known, phones), known)
    assert (plan.new, plan.changed, plan.problems, plan.questions) == ((), (), (), ())
    assert {one.uid for one in plan.unchanged} == {one.uid for one in known}


@settings(max_examples=40, deadline=None)
@given(people, st.booleans())
def test_an_untouched_export_of_experts_changes_nothing(
    drafts: list[ExpertDraft], phones: bool
) -> None:
    nothing_changes("experts", numbered(drafts), phones)


@settings(max_examples=40, deadline=None)
@given(firms, st.booleans())
def test_an_untouched_export_of_applicants_changes_nothing(
    drafts: list[ApplicantDraft], phones: bool
) -> None:
    nothing_changes("applicants", numbered(drafts), phones)


KNOWN = [
    ExpertDraft(
        "赵龙",
        employer="某院",
        phone="18022930067",
        remark="2026年暂不参加",
        absences=(),
        absence_text="随便",
        uid="e-1",
    ),
    ExpertDraft(
        "赵龙",
        employer="某院",
        phone="18022930067",
        industries=(Industry("1763", "袜子", True),),
        uid="e-2",
    ),
]


def edited(data: bytes, **cells: object) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in cells.items():
        book.active[place] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("phones", [False, True])
def test_an_edited_cell_changes_that_person_and_nothing_else(phones: bool) -> None:
    """Two people alike in name, employer and telephone: our own number tells them apart, also
    behind masked numbers.
    """
    data = exported("experts", KNOWN, phones)
    plan = imported("experts", edited(data, E4="浙江大学"), KNOWN)
    assert [(one.before.uid, [(f.field, f.after) for f in one.fields]) for one in plan.changed] == [
        ("e-2", [("employer", "浙江大学")])
    ]
    assert (plan.new, plan.problems, plan.questions, [one.uid for one in plan.unchanged]) == (
        (),
        (),
        (),
        ["e-1"],
    )
    assert plan.changed[0].after.phone == "18022930067"


def test_a_new_number_in_a_masked_export_is_taken_and_a_bad_one_named() -> None:
    data = exported("experts", KNOWN, False)
    assert (
        imported("experts", edited(data, K3="13900001111"), KNOWN).changed[0].after.phone
        == "13900001111"
    )
    bad = imported("experts", edited(data, K3="139"), KNOWN)
    assert [(one.row, one.column) for one in bad.problems] == [(3, "手机")]


def test_a_row_added_to_an_export_is_new() -> None:
    data = edited(exported("experts", KNOWN, True), B5="钱一", E5="某公司", K5="13900002222")
    assert [one.name for one in imported("experts", data, KNOWN).new] == ["钱一"]
