"""评分表跟着编组走（办法第十条）: what a change of the plan, a recusal, a case or an absence does
to the books. Pure; the use case carries it out in the unit of work of the change.

回避或违规属实: her books are void, locked or not. 暂停: frozen until decided or replaced. Any other
departure: only what is not locked is void. Void books are kept and count nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

Pair = tuple[str, str]  # (applicant, expert)


@dataclass(frozen=True)
class Held:
    """One book as it stands."""

    uid: str
    applicant: str
    expert: str
    state: str  # open / locked / frozen / void

    @property
    def pair(self) -> Pair:
        return self.applicant, self.expert


@dataclass(frozen=True)
class People:
    """Who may not go on: `recused` pairs, `proven` experts whose case was founded, `suspended`
    experts, `doubted` pairs whose tie is still to be decided, `away` experts who declined or left.
    """

    recused: frozenset[Pair] = frozenset()
    proven: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()
    doubted: frozenset[Pair] = frozenset()
    away: frozenset[str] = frozenset()

    def halted(self, pair: Pair) -> bool:
        return pair[1] in self.suspended or pair in self.doubted


@dataclass(frozen=True)
class Change:
    """One thing to do to a book; `uid` is empty for a new one."""

    act: str  # create / void / freeze / thaw
    applicant: str
    expert: str
    uid: str = ""
    reason: str = ""


VOID_REASONS = {
    "recused": "应当回避",
    "proven": "违规查证属实",
    "replaced": "暂停期间已更换",
    "left": "不再参加评审，评分表未锁定",
}


def follow(books: Iterable[Held], seats: Collection[Pair], people: People) -> tuple[Change, ...]:
    """The changes, in a fixed order: what ends first, then what begins."""
    live = sorted(
        (book for book in books if book.state != "void"), key=lambda book: (book.pair, book.uid)
    )
    wanted = {seat for seat in seats if not _barred(seat, people) and seat[1] not in people.away}
    changes = [change for book in live if (change := _on(book, wanted, people)) is not None]
    voided = {change.uid for change in changes if change.act == "void"}
    kept = {book.pair for book in live if book.uid not in voided}
    fresh = sorted(seat for seat in wanted if seat not in kept and not people.halted(seat))
    return (*changes, *(Change("create", *seat) for seat in fresh))


def _barred(pair: Pair, people: People) -> bool:
    return pair in people.recused or pair[1] in people.proven


def _on(book: Held, wanted: Collection[Pair], people: People) -> Change | None:
    def do(act: str, why: str = "") -> Change:
        return Change(act, book.applicant, book.expert, book.uid, VOID_REASONS.get(why, ""))

    if book.pair in people.recused:
        return do("void", "recused")
    if book.expert in people.proven:
        return do("void", "proven")
    seated = book.pair in wanted
    suspended = people.halted(book.pair)
    if book.state == "frozen":
        if not seated:
            return do("void", "replaced")
        return None if suspended else do("thaw")
    if suspended:
        return do("freeze")
    if not seated and book.state == "open":
        return do("void", "left")
    return None


def reopened(changes: Iterable[Change]) -> frozenset[str]:
    """Applicants whose consensus is done again: a book became void, or a new one is to be
    filled.
    """
    return frozenset(change.applicant for change in changes if change.act in ("create", "void"))
