"""入围用例（办法第十条第一项、第十三条第四项）: the groups propose, the office decides, by
codes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.applications import step
from award.applicants.core import life
from award.applicants.tables import Applicant
from award.scoring import store
from award.scoring.core import shortlist as core
from award.scoring.core.scorebook import total
from award.scoring.tables import Consensus, ShortlistLine
from award.year import stages
from award.year.core.settings import NONE
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import seal_of

BASIS = core.ARTICLE
HUNDREDTHS = 100


@dataclass(frozen=True)
class Line:
    """One applicant under its code; `name` empty where it is decided without names."""

    uid: str
    code: str
    name: str
    award: str
    score: Fraction
    rank: int
    by_rule: bool
    tied: bool
    proposed: bool
    proposal_reason: str
    inside: bool | None  # None: not yet decided
    reason: str


def lines(session: Session, viewer: Viewer, year: int) -> tuple[Line, ...]:
    """By score, best first. Empty until every report is signed; not for who must keep away."""
    if not viewer.is_staff or unsigned(session, year):
        return ()
    firms = {
        row.uid: row
        for row in session.scalars(select(Applicant).where(Applicant.year == year))
        if row.state in life.THROUGH - {"qualified"}
    }
    scores = {uid: score for uid, score in doc_scores(session, year).items() if uid in firms}
    if not scores:
        return ()
    outcome = core.by_rule(scores, rule_of(session, year))
    proposals = _proposals(session, year)
    decided = {
        row.applicant: row
        for row in session.scalars(select(ShortlistLine).where(ShortlistLine.year == year))
    }
    # A decided list keeps its codes; only to give new ones is the key needed.
    codes = {} if decided.keys() >= scores.keys() else codes_of(session, year, scores)
    ranks = core.ranks(scores)
    blind = stages.values(session, year).get("shortlist_blind") == "yes"
    found = []
    for uid, score in scores.items():
        done = decided.get(uid)
        found.append(
            Line(
                uid,
                done.code if done else codes[uid],
                "" if blind and done is None else firms[uid].name,
                firms[uid].award,
                score,
                ranks[uid],
                uid in outcome.inside,
                uid in outcome.tied,
                *proposals[uid],
                done.inside if done else None,
                done.reason if done else "",
            )
        )
    shown = [one for one in found if one.uid not in viewer.conflicted]
    return tuple(sorted(shown, key=lambda one: (one.rank, one.code)))


def doc_scores(session: Session, year: int) -> dict[str, Fraction]:
    """资料评审得分 as the year's setting takes it, exact, of every signed report."""
    if stages.values(session, year).get("doc_rule") != "mean":
        signed = store.document_scores(session, year)
        return {uid: Fraction(value, HUNDREDTHS) for uid, value in signed.items()}
    rubric = store.rubric_of(session, year)
    found = {}
    for uid in store.document_scores(session, year):
        marks = store.locked_marks(session, year, "document", uid)
        totals = [total(rubric, percents) for percents in marks.values()]
        found[uid] = Fraction(sum(totals), HUNDREDTHS * len(totals))
    return found


def rule_of(session: Session, year: int) -> core.Rule:
    values = stages.values(session, year)
    top, least = values.get("shortlist_top", NONE), values.get("shortlist_min", NONE)
    return core.Rule(
        None if top == NONE else int(top),
        None if least == NONE else Fraction(least),
        values.get("shortlist_ties") == "all",
    )


def codes_of(session: Session, year: int, uids: Mapping[str, object]) -> dict[str, str]:
    """代号: in an order that says nothing of name, entry or score."""
    seal = seal_of(session)
    order = sorted(uids, key=lambda uid: seal.mark(f"shortlist:{year}:{uid}"))
    return {uid: f"{position + 1:02d}" for position, uid in enumerate(order)}


def unsigned(session: Session, year: int) -> tuple[str, ...]:
    """Applicants whose document report is not complete."""
    query = select(Applicant.name).where(Applicant.year == year, Applicant.state == "qualified")
    return tuple(session.scalars(query.order_by(Applicant.name)))


def _proposals(session: Session, year: int) -> dict[str, tuple[bool, str]]:
    rows = session.scalars(
        select(Consensus).where(Consensus.year == year, Consensus.stage == "document")
    )
    found = {}
    for row in rows:
        report = json.loads(row.report) if row.report else {}
        found[row.applicant] = (
            report.get("proposal") == "yes",
            str(report.get("proposal_reason", "")),
        )
    return found


def decide(
    uow: UnitOfWork,
    viewer: Viewer,
    year: int,
    inside: Mapping[str, bool],
    reasons: Mapping[str, str],
) -> None:
    """确定入围名单: all at once, by the approver; a difference from the group's proposal wants a
    reason, and so does a place at a tied cut.
    """
    stages.demand_stage(uow.session, year, "documents")
    left = unsigned(uow.session, year)
    if left:
        raise Refusal("not-signed", f"{left[0]}的资料评审报告还没有签完。", BASIS)
    found = lines(uow.session, viewer, year)
    if any(one.inside is not None for one in found):
        raise Refusal("exists", "入围名单已经确定；要改请先收回。", BASIS)
    if {one.uid for one in found} != set(inside) or not found:
        raise Refusal("stale", "名单刚有变动，没有保存。请刷新页面再定。", BASIS)
    proposed = {one.uid: one.proposed for one in found}
    try:
        core.demand_reasons(proposed, inside, reasons)
    except Refusal as refused:
        code = next(one.code for one in found if one.uid == refused.params["uid"])
        raise Refusal(
            refused.code, f"{code}：{refused.message_zh}", BASIS, **refused.params
        ) from None
    for one in found:
        reason = reasons.get(one.uid, "").strip()
        if one.tied and not reason:
            raise Refusal("reason-needed", f"{one.code}与他家同分，请写明取舍的理由。", BASIS)
        row = ShortlistLine(
            year=year,
            applicant=one.uid,
            code=one.code,
            by_rule=one.by_rule,
            proposed=one.proposed,
            inside=inside[one.uid],
            reason=reason,
            decided_at=uow.now,
            decided_by=uow.actor.id,
            decided_name=uow.actor.name,
        )
        uow.add(row, "sl", "decide", reason)
        wanted = "shortlisted" if inside[one.uid] else "not-shortlisted"
        step(uow, uow.load(Applicant, one.uid), wanted, reason)


def take_back(uow: UnitOfWork, year: int, reason: str) -> None:
    """收回入围名单 as long as the document review lasts."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明收回入围名单的理由。", BASIS)
    rows = uow.session.scalars(select(ShortlistLine).where(ShortlistLine.year == year)).all()
    if not rows:
        raise Refusal("not-found", "入围名单还没有确定。", BASIS)
    for row in rows:
        firm = uow.load(Applicant, row.applicant)
        if firm.withdrawn_at is None:
            step(uow, firm, "document-reviewed", reason)
        uow.remove(row, "take-back", reason)
