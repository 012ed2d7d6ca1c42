"""工作人员的回避: which applicants and which names an account keeps away from.

It says names. They hold for whoever is called so, was called so before or has the credit code of
somebody who was, in any way of writing: renaming an applicant changes nothing of what is hidden
from whom.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant, FormerName
from expert_pool import register
from expert_pool.core.hidden import Hidden
from expert_pool.core.organisation import Directory
from expert_pool.ledger.audit import AuditEntry
from expert_pool.records import Rating, Shareholding, StageRecord
from expert_pool.tables import Affiliation, Conflict, Expert, PerformanceRecord

# Names of organisations on record.
_NAMES = (
    Conflict.organisation,
    PerformanceRecord.organisation,
    StageRecord.organisation,
    Rating.organisation,
    Shareholding.company,
    Affiliation.company,
    Affiliation.group_name,
    Expert.employer,
)
Kept = tuple[frozenset[str], Hidden]  # public ids of applicants, names
NOBODY: Kept = (frozenset(), Hidden())
_KEPT: OrderedDict[tuple[str, str, frozenset[str]], Kept] = OrderedDict()
KEPT_ACCOUNTS = 16


def kept_from(session: Session, said: frozenset[str]) -> Kept:
    """What follows from the names an account must keep away from.

    Thought over again when anything was written.
    """
    if not said:
        return NOBODY
    newest = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or ""
    key = (str(session.get_bind().engine.url), newest, said)
    found = _KEPT.get(key)
    if found is None:
        found = _KEPT[key] = _kept_from(session, said)
        while len(_KEPT) > KEPT_ACCOUNTS:
            with suppress(KeyError):  # another thread was faster
                _KEPT.popitem(last=False)
    return found


def _kept_from(session: Session, said: frozenset[str]) -> Kept:
    remembered = register.known_answers(session)
    directory = Directory(sorted(said), remembered)
    called = _called(session)
    meant = {uid for uid, names in called.items() if any(map(directory.meant, names))}
    names = {*said, *(name for uid in meant for name in called[uid])}
    on_record = {name for column in _NAMES for name in session.scalars(select(column).distinct())}
    return frozenset(meant), Hidden(sorted(on_record), sorted(names), remembered)


def _called(session: Session) -> dict[str, set[str]]:
    """Every name of every applicant of all years: its own, former ones, those of others with its
    credit code.
    """
    by_uid: dict[str, set[str]] = {}
    by_code: dict[str, set[str]] = {}
    rows = list(_rows(session))
    for uid, code, name in rows:
        by_uid.setdefault(uid, set()).add(name)
        if code:
            by_code.setdefault(code, set()).add(name)
    return {uid: by_uid[uid] | by_code.get(code, set()) for uid, code, _ in rows}


def _rows(session: Session) -> Iterator[tuple[str, str, str]]:
    now = select(Applicant.uid, Applicant.uscc, Applicant.name)
    before = select(Applicant.uid, Applicant.uscc, FormerName.name)
    before = before.join(FormerName, FormerName.applicant_id == Applicant.id)
    for query in (now, before):
        yield from session.execute(query)
