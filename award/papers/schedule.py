"""现场评审日程表 as a Word document: an overview of all groups, then one page per group."""

from __future__ import annotations

from datetime import date
from typing import Any

from assignment.problem import Half
from award.groups.core.book import Book, GroupEntry, weekday_zh
from award.papers import word
from award.papers.roster import write_cautions, write_open_points, write_signature
from award.papers.word import CENTRE, HEI, KAI, LEFT, SI, WU, Cell, Column, paragraph, table
from award.papers.wording import (
    SCHEDULE,
    clock,
    draft_mark,
    members_line,
    names_of,
    number_line,
    on_paper_only,
    summary,
    tidy,
    visit_days,
)
from expert_pool.facts.halfday import HALF_ZH

DAYS = (
    Column("日期", 24),
    Column("时间", 38),
    Column("评审对象", 69, LEFT),
    Column("申报奖项", 20),
    Column("所在镇街", 24),
    Column("联系人及电话", 30),
    Column("路程", 20),
)
GROUPS_ABREAST = 6  # so many columns of an overview are still readable on a turned A4


def schedule_docx(book: Book) -> bytes:
    """现场评审日程表, A4 turned."""
    book = tidy(book)
    document = word.new_document(
        f"{book.subject}{SCHEDULE}",
        book.letterhead.secrecy,
        number_line(book),
        draft_mark(book),
        turned=True,
    )
    word.title(document, f"{book.subject}{SCHEDULE}")
    paragraph(document, summary(book), indent=2, size=SI, exact=24)
    paragraph(
        document,
        f"作息时间：上午 {clock(book.hours.am)}，下午 {clock(book.hours.pm)}。",
        indent=2,
        size=SI,
        exact=24,
    )
    write_cautions(document, book, SI)
    for first in range(0, len(book.groups), GROUPS_ABREAST):
        _overview(document, book, book.groups[first : first + GROUPS_ABREAST], first > 0)
    for group in book.groups:
        _group(document, book, group)
    write_open_points(document, book)
    write_signature(document, book)
    return word.save(document)


def _overview(document: Any, book: Book, groups: tuple[GroupEntry, ...], new_page: bool) -> None:
    """总表: a row per half-day on which one of these groups is out, a column per group."""
    halves: dict[tuple[Any, Half], dict[int, str]] = {}
    for group in groups:
        for visit in group.visits:
            for stay in visit.stays:
                halves.setdefault((stay.date, stay.half), {})[group.number] = visit.firm.name
    days = sorted({day for day, _ in halves})
    paragraph(
        document, "总表", font=HEI, before=8, after=4, keep=True, new_page=new_page, outline=1
    )
    share = (word.TURNED_WIDTH - 38) / len(groups)
    columns = (
        Column("日期", 24),
        Column("时段", 14),
        *(Column(group.name, share) for group in groups),
    )
    rows = []
    for day in days:
        for half in ("AM", "PM"):
            here = halves.get((day, half), {})
            before = halves.get((day, "AM"), {}) if half == "PM" else {}
            after = halves.get((day, "PM"), {}) if half == "AM" else {}
            cells = [
                Cell(
                    row_day(day) if half == "AM" else "",
                    merge="restart" if half == "AM" else "continue",
                ),
                Cell(HALF_ZH[half]),
            ]
            for group in groups:
                name = here.get(group.number, "")
                joined = "continue" if name and before.get(group.number) == name else ""
                opens = "restart" if name and after.get(group.number) == name else ""
                cells.append(Cell("" if joined else name, merge=joined or opens))
            rows.append(cells)
    table(document, columns, rows, size=WU, pairs=True, height=23)


def _group(document: Any, book: Book, group: GroupEntry) -> None:
    paragraph(document, f"{group.name}现场评审日程", font=HEI, keep=True, new_page=True, outline=1)
    paragraph(document, members_line(group), font=KAI, size=SI, exact=24, after=6, keep=True)
    rows = []
    days = visit_days(group, book.hours)
    for at, row in enumerate(days):
        same_day = at > 0 and days[at - 1].day == row.day
        opens = at + 1 < len(days) and days[at + 1].day == row.day
        rows.append(
            [
                Cell(
                    "" if same_day else row_day(row.day),
                    merge="continue" if same_day else "restart" if opens else "",
                ),
                Cell("\n".join(row.hours)),
                Cell(row.firm_text, LEFT),
                Cell(row.visit.firm.award),
                Cell(row.visit.firm.town),
                Cell(
                    "\n".join(
                        word_ for word_ in (row.visit.firm.contact, row.visit.firm.phone) if word_
                    )
                ),
                Cell(row.travel),
            ]
        )
    if rows:
        # A short table gets taller rows, so that the page is used.
        table(document, DAYS, rows, height=40 if len(rows) <= 8 else 0)
    paper = on_paper_only(group)
    if paper:
        paragraph(
            document,
            f"只作资料评审，不安排现场评审：{names_of(paper)}。",
            size=SI,
            exact=24,
            before=6,
        )
    if not rows and not paper:
        paragraph(document, "本组没有评审对象。", size=SI, align=CENTRE)


def row_day(day: date) -> str:
    return f"{day.month}月{day.day}日\n{weekday_zh(day)}"
