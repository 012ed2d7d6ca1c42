"""评审员的评分和合议: what she can do here, once for pages and interface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.kit.access import Permission
from api.kit.commands import Command
from award.scoring import agree, books, sheets, site_work, store
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork


def _save_item(uow: UnitOfWork, viewer: Viewer, uid: str, no: str, said: dict[str, Any]) -> int:
    """What was said of an item over what it holds; gives how many are done."""
    mark = replace(store.own_book(uow.session, viewer, uid).book.mark(no), **said)
    return books.save_item(uow, uid, no, mark)


def _take(uow: UnitOfWork, viewer: Viewer, uid: str, sealed: str) -> None:
    sheets.take(uow, store.own_book(uow.session, viewer, uid), sealed)


def _mark_silent(
    uow: UnitOfWork, year: int, stage: str, applicant: str, expert: str, digest: str, reason: str
) -> None:
    if stage != "site":
        raise Refusal("invalid", "只有现场评审报告可以这样注明。", "办法第十条")
    agree.mark_silent(uow, year, applicant, expert, digest, reason)


P = Permission
SAVE_ITEM = Command(P.OWN_BOOK, _save_item, "book-saved")
LOCK = Command(P.OWN_BOOK, books.lock, "book-locked")
TAKE_SHEET = Command(P.OWN_BOOK, _take, "book-read")

# Of a consensus: the year, the stage and the applicant come first.
ACCEPT_ALL = Command(P.OWN_BOOK, agree.accept_all, "agreed")
AGREE_ITEM = Command(P.OWN_BOOK, agree.agree_item, "agreed")
ASSENT = Command(P.OWN_BOOK, agree.assent, "agreed")
WRITE_REMARKS = Command(P.OWN_BOOK, agree.write_remarks, "saved")
WRITE_OVERVIEW = Command(P.OWN_BOOK, agree.write_overview, "saved")
ISSUE = Command(P.OWN_BOOK, agree.issue, "report-issued")
TAKE_UP_AGAIN = Command(P.OWN_BOOK, agree.take_up_again, "saved")
SIGN = Command(P.OWN_BOOK, agree.sign, "report-signed")
MARK_SILENT = Command(P.OWN_BOOK, _mark_silent, "saved")
# Of a site visit: the year and the applicant.
PLAN_DAY = Command(P.OWN_BOOK, site_work.plan_day, "saved")
