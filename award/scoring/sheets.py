"""评分表的 Excel 下载和交回（办法第十条）: out with a hidden list, in cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant
from award.scoring import books, store
from award.scoring.core import scorebook, sheet
from award.scoring.core.rubric import Rubric, written
from award.scoring.core.scorebook import STAGES, Book, from_json, to_json
from award.scoring.store import BookView
from award.scoring.tables import Scorebook
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.writing import Cell
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import seal_of
from expert_pool.spreadsheet.forms import FormColumn, FormOut, read_form, write_form
from expert_pool.spreadsheet.writing import printable

PAGE = "评分表"
WIDTHS = (6, 9, 22, 7, 9, 42, 42, 36)
BASIS = "办法第五条、第十条"
WHOSE = "A2"  # where a sheet says of which organisation it is


@dataclass(frozen=True)
class Shown:
    """What is shown of a sheet before it is taken. `sealed` gives it back when she agrees."""

    total: str
    done: int
    count: int
    changed: tuple[str, ...]
    conflicts: tuple[str, ...]
    sealed: str


def write_sheet(session: Session, view: BookView, firm: Applicant) -> bytes:
    """Her 评分表 as Excel."""
    rubric = store.rubric_of(session, view.year)
    columns = [
        FormColumn(
            heading,
            WIDTHS[position],
            position >= len(sheet.HEADINGS) - 1,
            rubric.scale if position == len(sheet.HEADINGS) - 1 else (),
        )
        for position, heading in enumerate(sheet.headings(view.stage))
    ]
    lines = (
        _whose(firm.name),
        f"{view.year}年度　{rubric.standard}　满分{rubric.total}分",
        "百分比只能填0到100之间5的倍数；没有内容请填0并写理由，不要留空。一格里可以分行写几条。",
        "请不要改动条款、增删行列或使用公式；填好后在评分页交回。",
    )
    return write_form(
        FormOut(
            PAGE,
            f"{STAGES[view.stage]}评分表",
            lines,
            columns,
            sheet.rows(rubric, view.book, view.stage),
            sheet.manifest(rubric, view.book, view.uid, view.stage),
        )
    )


def look_at(uow: UnitOfWork, view: BookView, data: bytes) -> Shown:
    """Read a returned sheet; nothing is kept before she has seen the total and agreed.

    Raises Refusal `not-her-sheet` or `bad-sheet` with every cell at fault in `params`.
    """
    books.demand_fillable(uow, uow.load(Scorebook, view.uid))
    cells, found = read_form(data, PAGE)
    if why := sheet.not_hers(found, view.uid):
        raise Refusal("not-her-sheet", why, BASIS)
    _demand_of_firm(uow.session, view, cells.get(WHOSE))
    rubric = store.rubric_of(uow.session, view.year)
    reading = sheet.read(rubric, view.book, view.stage, cells, found)
    if reading.problems:
        more = f"（共 {len(reading.problems)} 处）" if len(reading.problems) > 1 else ""
        raise Refusal(
            "bad-sheet", reading.problems[0] + more, BASIS, problems=list(reading.problems)
        )
    sealed = seal_of(uow.session).close(to_json(reading.book), f"sheet:{view.uid}:{view.version}")
    return Shown(
        _total(rubric, reading.book),
        reading.book.done(rubric),
        len(rubric.items),
        reading.changed,
        reading.conflicts,
        sealed,
    )


def _whose(name: str) -> str:
    return printable(f"申报组织：{name}")


def _demand_of_firm(session: Session, view: BookView, written: Cell) -> None:
    """A sheet pasted whole over another keeps that one's hidden page, and would give this
    organisation the marks of another.
    """
    name = session.scalars(select(Applicant.name).where(Applicant.uid == view.applicant)).one()
    if written != _whose(name):
        raise Refusal(
            "other-firm",
            f"{WHOSE}写的不是“{_whose(name)}”，可能粘贴了别家的评分表。请重新下载这一家的再填。",
            BASIS,
        )


def take(uow: UnitOfWork, view: BookView, sealed: str) -> None:
    """写入 what was shown, if nothing has changed meanwhile."""
    text = seal_of(uow.session).open(sealed, f"sheet:{view.uid}:{view.version}")
    if text is None:
        raise Refusal("stale", "评分表刚有变动，没有写入。请重新交回这张表。", BASIS)
    books.replace_book(uow, view.uid, from_json(text))


def _total(rubric: Rubric, book: Book) -> str:
    known = {no: percent for no, percent in book.percents(rubric).items() if percent is not None}
    if len(known) < len(rubric.items):
        return ""
    return written(scorebook.total(rubric, known))
