"""评审组名单与现场评审日程表 as Excel workbooks.

Every cell is typed as text or number: no text can become a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

from assignment.problem import Half
from award.groups.core.book import Book, GroupEntry, Seat, VisitEntry, weekday_zh
from award.papers.site import PAY, PAY_NOTE
from award.papers.wording import (
    ROSTER,
    SCHEDULE,
    STANDBY_RULE,
    VisitDay,
    all_visit_days,
    cautions,
    draft_mark,
    expertise,
    halves_zh,
    members_line,
    names_of,
    number_line,
    on_paper_only,
    role,
    summary,
    tidy,
    visit_days,
)

# A cell holds 32767 characters (Excel); longer text would be dropped silently.
LONGEST = 32767
TITLE, HEI, SONG = "方正小标宋简体", "黑体", "宋体"


@dataclass(frozen=True)
class Column:
    heading: str
    width: float  # characters of the standard font
    centred: bool = True


MEMBERS = (
    Column("评审组", 13),
    Column("职责", 6),
    Column("姓名", 10),
    Column("工作单位", 28, False),
    Column("职务职称", 15),
    Column("评审专业", 34, False),
    Column("联系电话", 14),
    Column("工作量\n（半天）", 9),
    Column("候补（按先后顺序）", 24, False),
)
REASONS = (
    Column("评审组", 13),
    Column("职责", 6),
    Column("姓名", 10),
    Column("入组理由", 100, False),
)
FIRMS = (
    Column("评审组", 13),
    Column("序号", 6),
    Column("组织名称", 36, False),
    Column("申报奖项", 9),
    Column("行业", 26, False),
    Column("所在镇街", 11),
    Column("联系人", 9),
    Column("联系电话", 14),
    Column("现场评审", 24, False),
)
DAYS = (
    Column("日期", 10),
    Column("星期", 6),
    Column("时段", 6),
    Column("时间", 14),
    Column("评审组", 13),
    Column("组长", 9),
    Column("评审对象", 36, False),
    Column("第几天", 15),
    Column("申报奖项", 9),
    Column("所在镇街", 11),
    Column("联系人", 9),
    Column("联系电话", 14),
    Column("路程", 9),
)
GROUP_DAYS = tuple(column for column in DAYS if column.heading not in ("评审组", "组长"))
# The standard and the fees are left blank for finance.
PAID_DAYS = (
    Column("日期", 10),
    Column("评审组", 13),
    Column("姓名", 10),
    Column("工作单位", 28, False),
    Column("评审对象", 36, False),
    Column("时段", 6),
    Column("半天数", 8),
    Column("签到", 9),
    Column("路程\n（分钟）", 9),
    Column("标准\n（元/半天）", 11),
    Column("评审费\n（元）", 11),
    Column("交通、食宿\n（元）", 12),
)
PAID = (
    Column("姓名", 10),
    Column("工作单位", 28, False),
    Column("评审组", 13),
    Column("天数", 8),
    Column("半天数", 8),
    Column("评审费\n（元）", 11),
    Column("交通、食宿\n（元）", 12),
    Column("签名", 14),
)
OPEN_POINTS = (Column("事项", 20), Column("内容", 110, False))
OPEN_SHEET = "待核事项"


def roster_xlsx(book: Book) -> bytes:
    """评审组名单: members, firms, and what is still open, a sheet each."""
    book = tidy(book)
    file = _Workbook(book, ROSTER)
    members = [
        (
            group.name,
            role(seat),
            seat.person.name,
            seat.person.employer,
            seat.person.title,
            expertise(seat),
            seat.person.phone,
            group.effort,
            names_of(seat.standbys),
        )
        for group in book.groups
        for seat in group.seats
    ]
    if book.members_shown:
        if any(row[-1] for row in members):
            file.sheet(ROSTER, MEMBERS, members, below=(f"候补：{STANDBY_RULE}",))
        else:  # nobody stands by: no empty column
            file.sheet(ROSTER, MEMBERS[:-1], [row[:-1] for row in members])
    firms = [
        (
            group.name,
            at + 1,
            visit.firm.name,
            visit.firm.award,
            visit.firm.industry,
            visit.firm.town,
            visit.firm.contact,
            visit.firm.phone,
            _dates(visit) or "只作资料评审",
        )
        for group in book.groups
        for at, visit in enumerate(group.visits)
    ]
    file.sheet("评审对象", FIRMS, firms)
    reasons = [
        (group.name, role(seat), seat.person.name, "\n".join(seat.reasons))
        for group in book.groups
        for seat in group.seats
        if seat.reasons
    ]
    if reasons:
        file.sheet("入组理由", REASONS, reasons)
    return file.close()


def schedule_xlsx(book: Book) -> bytes:
    """现场评审日程表: 总表, then a sheet per group."""
    book = tidy(book)
    file = _Workbook(book, SCHEDULE)
    file.sheet(
        "总表", DAYS, [_day_row(row, whole=True) for row in all_visit_days(book)], filtered=True
    )
    for group in book.groups:
        file.sheet(
            group.name,
            GROUP_DAYS,
            [_day_row(row, whole=False) for row in visit_days(group, book.hours)],
            heading=f"{group.name}现场评审日程",
            lines=(members_line(group),),
            below=_paper_line(group),
        )
    return file.close()


def pay_xlsx(book: Book) -> bytes:
    """评审工作日和费用单（办法第十五条）: what each person did on each day, then the sums per
    person; the days of the check-in, else the plan's; standard and fees blank.
    """
    book = tidy(book)
    file = _Workbook(book, PAY)
    below = (PAY_NOTE,)
    file.sheet("逐日", PAID_DAYS, _paid_days(book), below=below, filtered=True)
    sums = [_paid(book, group, seat) for group in book.groups for seat in group.seats]
    days, halves, spent = (sum(row[at] or 0 for row in sums) for at in (3, 4, 6))
    last = ("合计", "", "", days, halves, None, spent or None, None)
    file.sheet("按人合计", PAID, [*sums, last], below=below)
    return file.close()


def _paid(book: Book, group: GroupEntry, seat: Seat) -> tuple[Any, ...]:
    who = seat.person
    there = [half for visit in group.visits for half in book.present(visit, who.id)]
    spent = sum(book.spent(visit, who.id) for visit in group.visits)
    days = len({half.date for half in there})
    return who.name, who.employer, group.name, days, len(there), None, _yuan(spent), None


def _yuan(fen: int) -> Decimal | None:
    """Blank where nothing was noted: finance may fill it in."""
    return Decimal(fen) / 100 if fen else None


def _paid_days(book: Book) -> list[tuple[Any, ...]]:
    """A row per person, firm and planned day; way and costs count on the first day of a visit."""
    return [
        (
            day,
            group.name,
            seat.person.name,
            seat.person.employer,
            visit.firm.name,
            halves_zh(there or planned),
            len(there),
            _checked(book, visit, seat.person.id, there),
            visit.travel_minutes if position == 0 else None,
            None,
            None,
            _yuan(book.spent(visit, seat.person.id)) if position == 0 else None,
        )
        for group in book.groups
        for seat in group.seats
        for visit in group.visits
        for position, (day, planned) in enumerate(visit.days)
        for there in [tuple(h.half for h in book.present(visit, seat.person.id) if h.date == day)]
    ]


def _checked(book: Book, visit: VisitEntry, person: str, there: tuple[Half, ...]) -> str:
    work = book.works.get((visit.firm.id, person))
    if work is None or work.present is None:
        return "按日程"
    return "已签到" if there else "未到"


def _day_row(row: VisitDay, *, whole: bool) -> tuple[Any, ...]:
    firm = row.visit.firm
    when = (
        row.day,
        weekday_zh(row.day),
        row.halves,
        "\n".join(text.split(" ")[1] for text in row.hours),
    )
    who = (row.group.name, row.group.leader.name if row.group.leader else "") if whole else ()
    return (
        *when,
        *who,
        firm.name,
        row.part,
        firm.award,
        firm.town,
        firm.contact,
        firm.phone,
        row.travel,
    )


def _dates(visit: VisitEntry) -> str:
    return "、".join(f"{day.month}月{day.day}日{halves_zh(halves)}" for day, halves in visit.days)


def _paper_line(group: GroupEntry) -> tuple[str, ...]:
    paper = on_paper_only(group)
    return (f"只作资料评审，不安排现场评审：{names_of(paper)}。",) if paper else ()


class _Workbook:
    """One document as a workbook: every sheet has the title, the cautions, a frozen header and its
    print setup.
    """

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.target = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        import xlsxwriter  # with the first workbook, not in every web worker

        self.file = xlsxwriter.Workbook(self.target, options)
        # A fixed moment: the same plan gives the same bytes.
        self.file.set_properties(
            {
                "title": book.subject + name,
                "created": datetime.combine(book.published_on or date(book.year, 1, 1), time()),
            }
        )
        text = {
            "font_name": SONG,
            "font_size": 11,
            "valign": "vcenter",
            "text_wrap": True,
            "border": 1,
            "quote_prefix": True,
        }
        self.title_format = self.file.add_format(
            {"font_name": TITLE, "font_size": 18, "align": "center", "valign": "vcenter"}
        )
        self.line_format = self.file.add_format(
            {"font_name": SONG, "font_size": 11, "valign": "vcenter", "text_wrap": True}
        )
        self.caution_format = self.file.add_format(
            {
                "font_name": HEI,
                "font_size": 11,
                "valign": "vcenter",
                "text_wrap": True,
                "font_color": "#C00000",
            }
        )
        self.head_format = self.file.add_format(
            {**text, "font_name": HEI, "align": "center", "bg_color": "#F2F2F2"}
        )
        self.left_format, self.centre_format = (
            self.file.add_format(text),
            self.file.add_format({**text, "align": "center"}),
        )
        plain = {**text, "align": "center", "quote_prefix": False}
        self.number_format, self.money_format, self.date_format = (
            self.file.add_format(plain),
            self.file.add_format({**plain, "num_format": "#,##0.00"}),
            self.file.add_format({**plain, "num_format": 'm"月"d"日"'}),
        )
        self.used: set[str] = set()

    def sheet(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Any]],
        *,
        heading: str = "",
        lines: tuple[str, ...] = (),
        below: tuple[str, ...] = (),
        filtered: bool = False,
    ) -> None:
        sheet = self.file.add_worksheet(self._sheet_name(name))
        width = sum(column.width for column in columns)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        head = self._above(
            sheet,
            columns,
            heading or self.book.subject + self.name,
            lines or (summary(self.book),),
            width,
        )
        sheet.set_row(head, 18 * max(column.heading.count("\n") + 1 for column in columns) + 6)
        for at, column in enumerate(columns):
            sheet.write_string(head, at, column.heading, self.head_format)
        for at, row in enumerate(rows):
            sheet.set_row(
                head + 1 + at,
                17
                * max(_lines(cell, column.width) for cell, column in zip(row, columns, strict=True))
                + 5,
            )
            for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
                self._write(sheet, head + 1 + at, place, cell, column)
        last = head + len(rows)
        for at, line in enumerate(below):
            self._wide(
                sheet, last + 1 + at, columns, line, self.line_format, 18 * _lines(line, width)
            )
        sheet.freeze_panes(head + 1, 0)
        if filtered and rows:
            sheet.autofilter(head, 0, last, len(columns) - 1)
        self._print(sheet, head, last + len(below), columns)

    def close(self) -> bytes:
        """文末: 待办事项 as a last sheet when there are any, then the file."""
        book = self.book
        rows = [("尚未安排评审组", f"{firm.name}（{firm.award}）") for firm in book.unassigned]
        rows += [("复核未通过", line) for line in book.violations] + [
            ("说明", line) for line in book.notes
        ]
        if rows:
            self.sheet(OPEN_SHEET, OPEN_POINTS, rows)
        self.file.close()
        return self.target.getvalue()

    def _above(
        self,
        sheet: Any,
        columns: Sequence[Column],
        heading: str,
        lines: tuple[str, ...],
        width: float,
    ) -> int:
        """Title, sentences and cautions over the table; returns the header row's position."""
        self._wide(sheet, 0, columns, heading, self.title_format, 32)
        texts = [(line, self.line_format) for line in lines] + [
            (line, self.caution_format) for line in cautions(self.book, f"“{OPEN_SHEET}”表")
        ]
        for at, (line, form) in enumerate(texts):
            self._wide(sheet, 1 + at, columns, line, form, 18 * _lines(line, width))
        return 1 + len(texts)

    def _wide(
        self, sheet: Any, row: int, columns: Sequence[Column], text: str, form: Any, height: float
    ) -> None:
        sheet.merge_range(row, 0, row, len(columns) - 1, "", form)
        sheet.write_string(row, 0, text[:LONGEST], form)
        sheet.set_row(row, height)

    def _write(self, sheet: Any, row: int, place: int, cell: Any, column: Column) -> None:
        if cell is None:  # to be filled in with a number
            sheet.write_blank(row, place, None, self.number_format)
        elif isinstance(cell, int | Decimal):
            form = self.number_format if isinstance(cell, int) else self.money_format
            sheet.write_number(row, place, cell, form)
        elif isinstance(cell, str):
            sheet.write_string(
                row,
                place,
                cell[:LONGEST],
                self.centre_format if column.centred else self.left_format,
            )
        else:
            sheet.write_datetime(row, place, cell, self.date_format)

    def _print(self, sheet: Any, head: int, last: int, columns: Sequence[Column]) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head)
        sheet.print_area(0, 0, last, len(columns) - 1)
        sheet.center_horizontally()
        mark = draft_mark(self.book)
        secrecy, number = (
            text.replace("&", "&&")
            for text in (self.book.letterhead.secrecy, number_line(self.book))
        )
        sheet.set_header(
            f"&L&10{secrecy}" + (f"&C&10【{mark}】" if mark else "") + f"&R&10{number}"
        )
        sheet.set_footer("&C&10第 &P 页，共 &N 页")

    def _sheet_name(self, name: str) -> str:
        """Excel refuses some characters, more than 31 of them, and the same name twice."""
        base = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:28] or "表"
        unique, count = base, 2
        while unique.lower() in self.used:
            unique, count = f"{base}{count}", count + 1
        self.used.add(unique.lower())
        return unique


def _lines(cell: Any, width: float) -> int:
    """How many lines a text fills in a column, so that printing never cuts one: programs do not
    agree on growing rows by themselves.
    """
    if not isinstance(cell, str):
        return 1
    # A Chinese character is two wide; one character of the width goes to the cell's padding.
    wide = [sum(2 if ord(char) > 0x2E7F else 1.05 for char in line) for line in cell.split("\n")]
    return sum(max(1, ceil(length / max(width - 1, 1))) for length in wide)
