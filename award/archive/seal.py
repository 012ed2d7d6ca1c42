"""归档用例（办法第十七条）: one bag that an inspector can replay, sealed by one person and verified
by another. Telephone numbers and contents of the log stay out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.archive.core import bag
from award.archive.core.replay import book_path, replay
from award.archive.tables import Bundle, BundleContent
from award.decision import gather
from award.decision.core.canonical import canonical
from award.decision.core.decide import decide
from award.decision.evaluation import demand_issued, demand_role, noted, row_of
from award.decision.tables import Honour
from award.groups.tables import PlanVersion
from award.honours import store as honours_store
from award.scoring import store as scoring
from award.scoring.tables import Consensus
from award.year import stages
from award.year.core.settings import SETTINGS
from award.year.tables import YearSetting
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.facts.refusal import Refusal, demand_other_person
from expert_pool.ledger import UnitOfWork, audit
from expert_pool.ledger.audit import AuditEntry
from expert_pool.ledger.seal import seal_of

BASIS = "办法第十七条"
Json = dict[str, Any]


def seal(uow: UnitOfWork, year: int, documents: Mapping[str, bytes] | None = None) -> str:
    """封存归档包; gives its digest. `documents` by file name, as they were issued.

    Raises Refusal where the year has not come to its honours, or replay does not agree.
    """
    stages.demand_stage(uow.session, year, "honours")
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    demand_issued(uow.session, year)
    uow.flush_log()
    files = payload(uow.session, year, documents or {})
    made = bag.pack(f"award-{year}", files, _info(uow, year), uow.today)
    name = hashlib.sha256(made).hexdigest()
    found = replay(bag.unpack(made)[1])
    if found.faults:
        raise Refusal("not-replayable", f"{found.faults[0].file}：{found.faults[0].message}", BASIS)
    for old in live(uow.session, year):
        with uow.change(old, "withdraw", "重新封存"):
            old.withdrawn_at, old.withdraw_reason = uow.now, "重新封存"
    if uow.session.get(BundleContent, name) is None:
        uow.session.add(BundleContent(digest=name, content=made))
    row = Bundle(
        year=year, digest=name, size=len(made), verified_at=None, withdrawn_at=None, **noted(uow)
    )
    uow.add(row, "bu", "seal")
    return name


def verify(uow: UnitOfWork, uid: str) -> None:
    """核验并签名 by another person: the bag, its replay, and that nothing changed since."""
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    row = uow.load(Bundle, uid)
    demand_other_person(
        uow.actor, (row.noted_by,), "须由另一人办理。", "办法第九条", "own-proposal"
    )
    if row.withdrawn_at is not None or row.verified_at is not None:
        raise Refusal("verified", "这个归档包已经核验，或已重新封存。", BASIS)
    said = faults(uow.session, row)
    if said:
        raise Refusal("broken", f"{said[0].file}：{said[0].message}", BASIS)
    with uow.change(row, "verify"):
        row.verified_at = uow.now
        row.verified_by, row.verified_name = uow.actor.id, uow.actor.name


def faults(session: Session, row: Bundle) -> tuple[bag.Fault, ...]:
    """What is wrong with a sealed bag, or has changed in the ledger since it was sealed."""
    content = content_of(session, row.digest)
    found = bag.verify(content)
    if found or hashlib.sha256(content).hexdigest() != row.digest:
        return found or (bag.Fault(bag.WHOLE, "内容与登记的校验码不符。"),)
    files = bag.unpack(content)[1]
    found = replay(files).faults
    if not found and files["data/year.json"] != gather.year_file(session, row.year):
        return (bag.Fault("data/year.json", "封存以后台账有变动，请重新封存。"),)
    return found


def content_of(session: Session, digest: str) -> bytes:
    found = session.get(BundleContent, digest)
    if found is None:
        raise scoring.nothing()
    return found.content


def live(session: Session, year: int) -> tuple[Bundle, ...]:
    query = select(Bundle).where(Bundle.year == year, Bundle.withdrawn_at.is_(None))
    return tuple(session.scalars(query.order_by(Bundle.id)))


def current(session: Session, viewer: Viewer, year: int) -> Bundle | None:
    """The sealed bag, for staff that need not keep away from any applicant of the year."""
    if not viewer.is_staff:
        raise scoring.nothing()
    rows = live(session, year)
    firms = {row.uid for row in gather.applicants(session, year)}
    if rows and viewer.conflicted & firms:
        raise scoring.nothing()
    return rows[-1] if rows else None


# what is in it -----------------------------------------------------------------------------------


def payload(session: Session, year: int, documents: Mapping[str, bytes]) -> dict[str, bytes]:
    data = gather.year_file(session, year)
    evaluation = row_of(session, year)
    assert evaluation is not None
    files = {
        "year.json": data,
        "decision.json": decide(data),
        "evaluation.json": evaluation.report.encode(),
        "names.json": canonical(_names(session, year)),
        "log.json": canonical(_log(session, year)),
        "honours.json": canonical(_honours(session, year)),
        "settings.json": canonical(_settings(session, year)),
        **_books(session, year),
        **_reports(session, year),
        **_plans(session, year),
    }
    files.update({f"documents/{name}": content for name, content in documents.items()})
    return files


def _books(session: Session, year: int) -> dict[str, bytes]:
    """Every locked book as it was locked, with the nonce of its receipt."""
    found = {}
    for firm in gather.applicants(session, year):
        for stage in ("document", "site"):
            for row in gather.books(session, year, firm.uid, stage):
                text = seal_of(session).unwrap(row.sealed_book, row.uid)
                path = book_path(stage, firm.uid, row.receipt).removeprefix("data/")
                found[path] = canonical({"book": text, "nonce": row.nonce, "state": row.state})
    return found


def _reports(session: Session, year: int) -> dict[str, bytes]:
    rows = session.scalars(select(Consensus).where(Consensus.year == year, Consensus.report != ""))
    return {f"reports/{row.stage}/{row.applicant}.json": row.report.encode() for row in rows}


def _plans(session: Session, year: int) -> dict[str, bytes]:
    """Problem, plan and proof of every plan that was published: ids only."""
    rows = session.scalars(
        select(PlanVersion).where(PlanVersion.year == year, PlanVersion.published_at.is_not(None))
    )
    return {
        f"plans/{row.number}/{name}.json": str(getattr(row, name)).encode()
        for row in rows
        for name in ("problem", "plan", "verdict")
    }


def _names(session: Session, year: int) -> Json:
    """Who is behind the ids; apart, so that a copy can go without."""
    firms = gather.applicants(session, year)
    experts = sorted(
        {
            row.expert
            for firm in firms
            for stage in ("document", "site")
            for row in gather.books(session, year, firm.uid, stage)
        }
    )
    tellers = {
        row.noted_by: row.noted_name
        for round_ in gather.rounds(session, year)
        for row in gather.tallies(session, round_)
    }
    return {
        "applicants": {row.uid: {"name": row.name, "uscc": row.uscc} for row in firms},
        "reviewers": scoring.names_of(session, experts),
        "committee": {
            row.uid: {"name": row.name, "unit": row.unit, "role": row.role}
            for row in gather.members(session, year)
        },
        "tellers": tellers,
        "rulings": {row.uid: row.decided_by for row in gather.rulings(session, year)},
    }


def _honours(session: Session, year: int) -> Json:
    """Prizes as paid or marked open, and the account, by ids and kinds: no payees, no bank."""
    rows = honours_store.honours(session, SYSTEM_VIEWER, year)
    lines = honours_store.lines(session, SYSTEM_VIEWER, year)
    return {
        "honours": [
            {
                "case": row.applicant,
                "award": row.award,
                "amount": row.amount,
                "paid": row.paid,
                "paid_on": row.paid_on.isoformat() if row.paid_on else None,
                "voucher": row.voucher,
                "open_reason": row.open_reason,
            }
            for row in rows
        ],
        "account": [
            {
                "kind": line.kind,
                "fen": line.fen,
                "voucher": line.voucher,
                "on": line.spent_on.isoformat(),
            }
            for line in lines
        ],
    }


def _settings(session: Session, year: int) -> Json:
    """Every setting of the year with its source, who entered it and when; those that the decision
    needs stand in the year file too.
    """
    rows = session.scalars(
        select(YearSetting).where(YearSetting.year == year).order_by(YearSetting.code)
    )
    return {
        row.code: {
            "title": SETTINGS[row.code].title if row.code in SETTINGS else row.code,
            "value": row.value,
            "source": row.source,
            "by": row.entered_name,
            "at": row.entered_at.isoformat(),
        }
        for row in rows
    }


def _log(session: Session, year: int) -> Json:
    """The chain's entries about what is in the year: who did what when and why, no contents."""
    query = audit.why().where(AuditEntry.object_id.in_(_objects(session, year)))
    entries = [
        {
            "id": row.id,
            "at": row.at,
            "by": row.actor_id,
            "name": row.actor_name,
            "action": row.action,
            "kind": row.kind,
            "object": row.object_id,
            "reason": reason,
            "hash": row.hash,
        }
        for row, reason in session.execute(query.order_by(AuditEntry.id))
    ]
    return {"entries": entries}


def _objects(session: Session, year: int) -> set[str]:
    """The ids of every record of the year that the result rests on."""
    rows: list[Any] = [
        row_of(session, year),
        gather.frozen(session, year),
        gather.notice_row(session, year),
        gather.approval_row(session, year),
        *gather.applicants(session, year),
        *gather.members(session, year),
        *gather.rulings(session, year),
        *gather.objections(session, year),
        *session.scalars(select(Consensus).where(Consensus.year == year)),
        *session.scalars(select(Honour).where(Honour.year == year)),
    ]
    for round_ in gather.rounds(session, year):
        rows += [round_, *gather.tallies(session, round_)]
    return {row.uid for row in rows if row is not None}


def _info(uow: UnitOfWork, year: int) -> dict[str, str]:
    keep = stages.values(uow.session, year).get("retention", "")
    words = {"permanent": "永久", "30": "30年", "10": "10年"}.get(keep, "未定")
    return {
        "Title": f"{year}年度诸暨市政府质量奖评审档案",
        "Contact-Name": uow.actor.name,
        "External-Identifier": f"award-{year}",
        "Retention": words,
    }
