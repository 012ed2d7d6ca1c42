"""评分表用例（办法第十条）: save item by item, lock, receipt.

Only her own, only while it is open.
"""

from __future__ import annotations

from dataclasses import replace

from award.applicants.tables import Applicant
from award.scoring import store
from award.scoring.core import scorebook as core
from award.scoring.core.scorebook import Book, Mark
from award.scoring.tables import Scorebook
from award.year import stages
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import no_key, seal_of

BASIS = "办法第十条"


def save_item(uow: UnitOfWork, uid: str, no: str, mark: Mark) -> int:
    """逐条保存评分; gives how many items are scored now.

    Raises Refusal `not-found` for another's book, `locked`, `wrong-stage`, `not-declared`, and what
    `core.save_mark` raises.
    """
    row = _own_open(uow, uid)
    rubric = store.rubric_of(uow.session, row.year)
    book = store.content(uow.session, row)
    if row.stage == "document":
        mark = replace(mark, evidence="")
    changed = core.save_mark(rubric, book, no, mark)
    if changed is not book:
        _keep(uow, row, changed, "save")
    return changed.done(rubric)


def replace_book(uow: UnitOfWork, uid: str, book: Book) -> None:
    """写入整份评分表 that was read from her own sheet."""
    row = _own_open(uow, uid)
    _keep(uow, row, book, "import")


def lock(uow: UnitOfWork, uid: str) -> str:
    """锁定评分表; gives the receipt. From here on nobody edits it.

    Raises Refusal `gap` with every gap in `params`.
    """
    row = _own_open(uow, uid)
    return lock_row(uow, row)


def lock_row(uow: UnitOfWork, row: Scorebook, book: Book | None = None) -> str:
    """Close a book that has no gap; `book`: what two clerks typed from the signed paper."""
    rubric = store.rubric_of(uow.session, row.year)
    book = store.content(uow.session, row) if book is None else book
    wanted = int(stages.values(uow.session, row.year)["comments_per_item"])
    missing = core.gaps(rubric, book, wanted, row.stage)
    if missing:
        more = f"（还有 {len(missing) - 1} 处）" if len(missing) > 1 else ""
        raise Refusal("gap", missing[0] + more, BASIS, missing=list(missing))
    text = core.to_json(book)
    nonce = uow.new_uid("n")
    with uow.change(row, "lock"):
        row.sealed_book = text
        row.nonce, row.receipt = nonce, core.receipt(text, nonce)
        row.state, row.locked_at = "locked", uow.now
    return row.receipt


def _keep(uow: UnitOfWork, row: Scorebook, book: Book, action: str) -> None:
    with uow.change(row, action):
        row.sealed_book = seal_of(uow.session).wrap(core.to_json(book), row.uid)


def _own_open(uow: UnitOfWork, uid: str) -> Scorebook:
    try:
        row = uow.load(Scorebook, uid)
    except Refusal:
        raise store.nothing() from None
    if uow.actor.role is not Role.EXPERT or uow.actor.id != row.expert:
        raise store.nothing()
    demand_fillable(uow, row)
    return row


def demand_fillable(uow: UnitOfWork, row: Scorebook) -> None:
    """Whether this book may be written at all, by whomever.

    Raises Refusal `no-key`, `locked`, `frozen`, `void`, `wrong-stage`, `not-declared` or
    `withdrawn`.
    """
    if not seal_of(uow.session).ready:
        raise no_key()
    said = {
        "locked": ("locked", "评分表已锁定，请在合议中提出。"),
        "frozen": ("frozen", "您已暂停评审，待决定后再评。"),
        "void": ("void", f"这份评分表已作废：{row.void_reason}。"),
    }
    if row.state in said:
        code, text = said[row.state]
        raise Refusal(code, text, BASIS)
    stages.demand_stage(uow.session, row.year, store.YEAR_STAGE[row.stage])
    if not store.has_promised(uow.session, row.expert, row.year):
        raise Refusal("not-declared", "请先签署年度声明与保密承诺，再评分。", "办法第十一条")
    firm = uow.load(Applicant, row.applicant)
    if firm.withdrawn_at is not None:
        raise Refusal("withdrawn", f"{firm.name}已经撤回申报，不用再评。", "办法第三条")
