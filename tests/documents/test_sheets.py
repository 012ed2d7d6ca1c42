"""Excel workbooks: read back by a second library, nothing missing, no text ever a formula."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from award.groups.core.book import Book, Seat
from award.groups.core.site_work import SiteWork
from award.papers import pay_xlsx, roster_xlsx, schedule_xlsx
from award.papers.wording import clean
from tests.documents import cast


def cells(data: bytes) -> dict[str, list[list[object]]]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    return {
        name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in workbook.sheet_names
    }


def formulas(data: bytes) -> int:
    with ZipFile(BytesIO(data)) as archive:
        sheets = [
            archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith("xl/worksheets/sheet")
        ]
    return sum(len(re.findall(r"<f[ >]", sheet)) for sheet in sheets)


def test_schedule_has_a_total_and_a_sheet_per_group() -> None:
    sheets = cells(schedule_xlsx(cast.book()))
    assert list(sheets) == ["总表", "第一评审组", "第二评审组", "待核事项"]
    rows = [row for row in sheets["总表"] if "评审组" in str(row[4]) and row[0] != "日期"]
    assert [(str(row[0]), row[2], row[4], row[6], row[7]) for row in rows] == [
        ("2026-09-10", "全天", "第一评审组", "浙江露笑袜业有限公司", ""),
        ("2026-09-11", "下午", "第二评审组", "次坞汽配有限公司", ""),
        ("2026-09-14", "全天", "第一评审组", "诸暨市店口管业股份有限公司", "第1天，共2天"),
        ("2026-09-15", "上午", "第一评审组", "诸暨市店口管业股份有限公司", "第2天，共2天"),
    ]


def test_roster_has_every_member_firm_and_reason() -> None:
    book = cast.book()
    sheets = cells(roster_xlsx(book))
    assert list(sheets) == ["评审组名单", "评审对象", "入组理由", "待核事项"]
    members = [row[2] for row in sheets["评审组名单"] if row[1] in ("组长", "组员")]
    assert members == cast.people_in(book)
    firms = [row[2] for row in sheets["评审对象"] if row[1] in (1, 2)]
    assert firms == cast.firms_in(book)
    assert any("枫桥建设有限公司" in str(row[1]) for row in sheets["待核事项"])


def test_pay_has_each_persons_days_and_their_sums() -> None:
    book = cast.book()
    data = pay_xlsx(book)
    sheets = cells(data)
    assert list(sheets) == ["逐日", "按人合计", "待核事项"] and formulas(data) == 0
    people = cast.people_in(book)
    days = [row for row in sheets["逐日"] if row[2] in people]
    sums = {row[0]: row for row in sheets["按人合计"] if row[0] in people}
    assert list(sums) == people
    for name, row in sums.items():
        own = [day for day in days if day[2] == name]
        assert (row[3], row[4]) == (len({day[0] for day in own}), sum(day[6] for day in own)), name
    first = [tuple(row[5:7]) for row in days if row[2] == people[0]]
    assert first == [("全天", 2.0), ("全天", 2.0), ("上午", 1.0)]
    assert all(cell == "" for row in days for cell in row[9:])  # for finance to fill in
    assert {row[7] for row in days} == {"按日程"}
    last = next(row for row in sheets["按人合计"] if row[0] == "合计")
    assert last[4] == sum(row[6] for row in days) > 0


def test_pay_goes_by_the_check_in_where_there_is_one() -> None:
    book = cast.book()
    visit, (lead, other, *_) = book.groups[0].visits[0], book.groups[0].seats
    noted = {
        (visit.firm.id, lead.person.id): SiteWork((), visit.stays[:1], 2350, 0),
        (visit.firm.id, other.person.id): SiteWork((), ()),
    }
    sheets = cells(pay_xlsx(replace(book, works=noted)))
    days = [row for row in sheets["逐日"] if row[4] == visit.firm.name]
    found = {row[2]: (row[6], row[7], row[11]) for row in days[::-1]}
    assert found[lead.person.name] == (1.0, "已签到", 23.5)
    assert found[other.person.name] == (0.0, "未到", "")
    sums = {row[0]: row for row in sheets["按人合计"]}
    assert (sums[lead.person.name][6], sums["合计"][6]) == (23.5, 23.5)
    planned = sum(len(one.stays) for one in book.groups[0].visits)
    assert sums[other.person.name][4] == planned - len(visit.stays)


@pytest.mark.parametrize("write", [roster_xlsx, schedule_xlsx, pay_xlsx])
def test_sheets_freeze_the_header_and_print_on_one_width(write: object) -> None:
    workbook = load_workbook(BytesIO(write(cast.book())))  # type: ignore[operator]
    for sheet in workbook:
        header = int(sheet.freeze_panes[1:]) - 1
        assert sheet.print_title_rows == f"${header}:${header}"
        assert (
            sheet.page_setup.orientation,
            sheet.page_setup.paperSize,
            sheet.page_setup.fitToHeight,
        ) == ("landscape", 9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def nasty_strings(count: int) -> list[str]:
    """Formula starters in all widths, markup, control and rare characters, put together at
    random.
    """
    rng = random.Random(20260907)
    starts = [
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        "\t=",
        "\r=",
        "'=",
        '"=',
        " =",
        "=HYPERLINK(",
        "{=",
        "https://",
        "mailto:",
        "internal:",
        "&L",
        "<f>",
    ]
    bodies = [
        *cast.HOSTILE,
        "1+1",
        "cmd|'/C calc'!A0",
        "SUM(A1:A9)",
        "http://x",
        "中文",
        "\x01",
        "\ufffe",
        "_x0041_",
        "9" * 400,
    ]
    return [rng.choice(starts) + rng.choice(bodies) + str(number) for number in range(count)]


def test_no_text_becomes_a_formula_or_a_link() -> None:
    strings = nasty_strings(1000)
    book = cast.book()
    first = book.groups[0]
    seats = tuple(
        Seat(replace(first.seats[0].person, name=text, employer=text), leader=False)
        for text in strings
    )
    visits = tuple(
        replace(first.visits[0], firm=replace(first.visits[0].firm, id=text, name=text))
        for text in strings
    )
    nasty: Book = replace(
        book,
        groups=(replace(first, seats=seats, visits=visits),),
        title=strings[0],
        notes=tuple(strings),
    )
    # A row per person and visit: with all visits there would be millions.
    once = replace(nasty, groups=(replace(nasty.groups[0], visits=visits[:1]),))
    for write, book, column, sheet in (
        (roster_xlsx, nasty, 2, "评审组名单"),
        (schedule_xlsx, nasty, 6, "总表"),
        (pay_xlsx, once, 0, "按人合计"),
    ):
        data = write(book)
        assert formulas(data) == 0
        with ZipFile(BytesIO(data)) as archive:
            assert not [
                name
                for name in archive.namelist()
                if "rels" in name and b"hyperlink" in archive.read(name)
            ]
        found = {str(row[column]) for row in cells(data)[sheet] if len(row) > column}
        assert {clean(text) for text in strings} <= found


def test_sheet_names_stay_allowed_and_apart() -> None:
    book = cast.book()
    odd = tuple(replace(group, name="第[1]组:/?*\\'" + "长" * 40) for group in book.groups)
    first, second = list(cells(schedule_xlsx(replace(book, groups=odd))))[1:3]
    assert second == first + "2"
    assert len(second) <= 31
    assert not set(first) & set("[]:*?/\\'")


def test_a_text_longer_than_a_cell_is_cut_not_lost() -> None:
    book = cast.book()
    first = book.groups[0]
    long = replace(first.seats[0], person=replace(first.seats[0].person, employer="长" * 40_000))
    sheets = cells(roster_xlsx(replace(book, groups=(replace(first, seats=(long,)),))))
    assert max(len(str(row[3])) for row in sheets["评审组名单"] if len(row) > 3) == 32767
