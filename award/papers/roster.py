"""评审组名单 as a Word document: each group's members and firms, the standbys, and what is still
open.
"""

from __future__ import annotations

from typing import Any

from award.groups.core.book import Book, Firm, GroupEntry
from award.papers import word
from award.papers.word import CENTRE, HEI, KAI, LEFT, RIGHT, SI, WU, Cell, Column, paragraph, table
from award.papers.wording import (
    NAMES_LATER,
    ROSTER,
    STANDBY_RULE,
    cautions,
    date_zh,
    draft_mark,
    expertise,
    names_of,
    number_line,
    role,
    summary,
    tidy,
    without_codes,
)

MEMBERS = (
    Column("职责", 12),
    Column("姓名", 19),
    Column("工作单位", 36, LEFT),
    Column("职务职称", 21),
    Column("评审专业", 44, LEFT),
    Column("联系电话", 24),
)
FIRMS = (
    Column("序号", 11),
    Column("组织名称", 57, LEFT),
    Column("申报奖项", 18),
    Column("行业", 48, LEFT),
    Column("所在镇街", 22),
)
ROWS_KEPT_WHOLE = 16  # members and firms of one group that fit a page
STANDBYS = (
    Column("评审组", 28),
    Column("评审员", 26),
    Column("职责", 16),
    Column("候补（按先后顺序）", 86, LEFT),
)


def roster_docx(book: Book) -> bytes:
    """评审组名单, A4 upright."""
    book = tidy(book)
    document = word.new_document(
        f"{book.subject}{ROSTER}", book.letterhead.secrecy, number_line(book), draft_mark(book)
    )
    word.title(document, book.subject, ROSTER)
    paragraph(document, summary(book), indent=2)
    write_cautions(document, book)
    for group in book.groups:
        _group(document, group)
    if book.members_shown:
        _standbys(document, book)
    write_open_points(document, book)
    write_signature(document, book)
    return word.save(document)


def _group(document: Any, group: GroupEntry) -> None:
    whole = len(group.seats) + len(group.visits) <= ROWS_KEPT_WHOLE
    paragraph(document, group.name, font=HEI, before=10, after=4, keep=True, outline=1)
    if group.seats:
        rows = [
            (
                role(seat),
                seat.person.name,
                seat.person.employer,
                seat.person.title,
                without_codes(expertise(seat)),
                seat.person.phone,
            )
            for seat in group.seats
        ]
        table(document, MEMBERS, rows, size=WU, keep=True)
        if whole:
            word.keep_last_with_next(document)
    else:
        paragraph(document, NAMES_LATER, indent=2, keep=True)
    paragraph(
        document,
        f"评审对象（{len(group.visits)}家）",
        font=KAI,
        size=SI,
        before=4,
        after=4,
        keep=True,
        exact=20,
    )
    table(
        document,
        FIRMS,
        [firm_row(at, visit.firm) for at, visit in enumerate(group.visits)],
        size=WU,
        keep=whole,
    )


def firm_row(at: int, firm: Firm) -> tuple[str, ...]:
    return (str(at + 1), firm.name, firm.award, without_codes(firm.industry), firm.town)


def _standbys(document: Any, book: Book) -> None:
    rows: list[tuple[str | Cell, ...]] = []
    for group in book.groups:
        seats = [seat for seat in group.seats if seat.standbys]
        for at, seat in enumerate(seats):
            merged = Cell("" if at else group.name, merge="continue" if at else "restart")
            rows.append((merged, seat.person.name, role(seat), names_of(seat.standbys)))
    if rows:
        paragraph(document, "候补人员", font=HEI, before=18, keep=True, outline=1)
        paragraph(document, STANDBY_RULE, indent=2, size=SI, keep=True, exact=24, after=4)
        table(document, STANDBYS, rows, size=WU)


def write_cautions(document: Any, book: Book, size: float = word.SAN) -> None:
    for line in cautions(book):
        paragraph(
            document,
            line,
            font=KAI,
            indent=2,
            size=size,
            exact=24 if size < word.SAN else word.LINE,
        )


def write_open_points(document: Any, book: Book) -> None:
    """文末: firms without a group, what the checker refused, and the book's notes."""
    if book.unassigned:
        paragraph(
            document, "尚未安排评审组的组织", font=HEI, before=18, after=4, keep=True, outline=1
        )
        table(
            document,
            FIRMS,
            [firm_row(at, firm) for at, firm in enumerate(book.unassigned)],
            size=WU,
        )
    for heading, lines in (("复核未通过事项", book.violations), ("说明", book.notes)):
        if lines:
            paragraph(document, heading, font=HEI, before=18, keep=True, outline=1)
        for at, line in enumerate(lines):
            paragraph(document, f"{at + 1}. {line}", indent=2, size=SI, exact=24)


def write_signature(document: Any, book: Book) -> None:
    """经办、复核、批准, then 发文机关署名 and 成文日期 where the stamp goes (GB/T 9704-2012,
    7.3.5).
    """
    word.keep_last_with_next(document)
    blank = "_" * 12
    line = f"经办：{blank}　　复核：{blank}　　批准：{book.approved_by or blank}"
    paragraph(document, line, size=SI, before=20, align=CENTRE, keep=True)
    issuer, day = book.letterhead.issuer, date_zh(book.published_on)
    paragraph(document, issuer, align=RIGHT, right_indent=2, before=20, keep=True)
    paragraph(document, day, align=RIGHT, right_indent=4)
