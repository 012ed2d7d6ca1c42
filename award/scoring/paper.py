"""纸质评分表用例（办法第十条）: a signed sheet is typed by two clerks apart; both must agree.

What the first typed is sealed until the second has typed the same percentages; then the book is
locked as 纸质, with the scan's digest, and the reviewer gets her receipt.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from award.applicants.core.checklist import sound_file
from award.applicants.tables import AttachmentContent
from award.scoring import books, store
from award.scoring.core.rubric import demand_on_scale
from award.scoring.core.scorebook import Book, Mark, from_json, to_json
from award.scoring.tables import PaperEntry, Scorebook
from expert_pool.core.actor import Role, Viewer
from expert_pool.facts.refusal import Refusal, demand_other_person
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import seal_of

BASIS = "办法第十条"


@dataclass(frozen=True)
class Typed:
    """What came of a typing: `receipt` when both agree and the book is locked."""

    receipt: str
    waiting: bool


def sheet_of(uow: UnitOfWork, viewer: Viewer, uid: str) -> Scorebook:
    """The open book a clerk may type. Raises Refusal `not-found` and what forbids writing it."""
    row = uow.session.scalar(select(Scorebook).where(Scorebook.uid == uid))
    if row is None or viewer.role is not Role.SECRETARIAT or row.applicant in viewer.conflicted:
        raise store.nothing()
    books.demand_fillable(uow, row)
    return row


def type_sheet(
    uow: UnitOfWork,
    viewer: Viewer,
    uid: str,
    marks: dict[str, Mark],
    scan: tuple[str, bytes] | None = None,
) -> Typed:
    """录入一份纸质评分表. `scan`: its name and content, asked for once.

    Raises Refusal `off-scale`, `typed-already`, `scan-needed`, `typed-differs` (naming the items
    and no number), and what a lock refuses.
    """
    row = sheet_of(uow, viewer, uid)
    rubric = store.rubric_of(uow.session, row.year)
    held = store.content(uow.session, row)
    if any(mark.saved for mark in held.marks.values()):
        raise Refusal("own-book", "本人已在网上评分，不能再录入纸质评分表。", BASIS)
    for item in rubric.items:
        percent = marks.get(item.no, Mark()).percent
        if percent is None:
            raise Refusal("gap", f"{item.no}没有录入百分比，请对照纸质评分表。", BASIS)
        demand_on_scale(rubric, percent)
    book = Book({no: marks[no] for no in rubric.by_no}, held.start)
    earlier = _entries(uow, row)
    if earlier:
        words = "您已录入过这份评分表，须由另一人再录一遍。"
        typed = [one.typed_by for one in earlier]
        demand_other_person(uow.actor, typed, words, BASIS, "typed-already")
    digest = _keep_scan(uow, scan) if scan else next((one.scan_sha256 for one in earlier), "")
    if not digest:
        raise Refusal("scan-needed", "请附上有评审员签名的评分表扫描件。", BASIS, field="scan")
    if not earlier:
        _store(uow, row, book, digest)
        return Typed("", True)
    first = from_json(seal_of(uow.session).unwrap(earlier[0].sealed_book, f"paper:{uid}"))
    apart = [no for no in rubric.by_no if first.mark(no).percent != book.mark(no).percent]
    if apart:
        raise Refusal(
            "typed-differs",
            f"与另一人录入的不一致：{'、'.join(apart)}。请对照纸质评分表核对；"
            "确是前一份有误的，请由前一人先撤回。",
            BASIS,
            items=apart,
        )
    _store(uow, row, book, digest)
    with uow.change(row, "paper"):
        row.on_paper = True
    return Typed(books.lock_row(uow, row, book), False)


def withdraw_entry(uow: UnitOfWork, viewer: Viewer, uid: str, reason: str) -> None:
    """撤回自己的录入, by whoever typed it, to type it anew."""
    row = sheet_of(uow, viewer, uid)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明撤回录入的理由。", BASIS)
    mine = [one for one in _entries(uow, row) if one.typed_by == uow.actor.id]
    if not mine:
        raise Refusal("not-found", "没有您录入的评分表。", BASIS)
    uow.remove(mine[0], "withdraw", reason)


def waiting(uow: UnitOfWork, row: Scorebook) -> tuple[str, ...]:
    """Who has typed it so far."""
    return tuple(one.typed_name for one in _entries(uow, row))


def _entries(uow: UnitOfWork, row: Scorebook) -> list[PaperEntry]:
    query = select(PaperEntry).where(PaperEntry.scorebook_id == row.id).order_by(PaperEntry.id)
    return list(uow.session.scalars(query))


def _store(uow: UnitOfWork, row: Scorebook, book: Book, digest: str) -> None:
    entry = PaperEntry(
        scorebook_id=row.id,
        sealed_book=seal_of(uow.session).wrap(to_json(book), f"paper:{row.uid}"),
        scan_sha256=digest,
        typed_at=uow.now,
        typed_by=uow.actor.id,
        typed_name=uow.actor.name,
    )
    uow.add(entry, "pe", "type")


def _keep_scan(uow: UnitOfWork, scan: tuple[str, bytes]) -> str:
    name, content = scan
    sound_file("other", name, content)
    digest = hashlib.sha256(content).hexdigest()
    if uow.session.get(AttachmentContent, digest) is None:
        uow.session.add(AttachmentContent(sha256=digest, content=content))
    return digest
