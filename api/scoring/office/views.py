"""评分进度和合议结果 as the office sees them: who has locked; numbers only after all have."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.templating import moment
from award.applicants.core import life
from award.applicants.core.applicant import AWARDS
from award.applicants.tables import Applicant
from award.scoring import paper as papers
from award.scoring import progress as progress_of
from award.scoring import shortlist, store
from award.scoring.core import consensus as core
from award.scoring.core.rubric import Rubric, points, written
from award.scoring.core.scorebook import STAGES, STATES
from award.scoring.store import ConsensusView
from award.scoring.tables import Scorebook
from award.year import stages
from award.year import store as year_store
from award.year.core.stages import name as stage_name
from award.year.store import YearView
from expert_pool.core.actor import Actor, Viewer
from expert_pool.ledger import UnitOfWork

TONES = {"waiting": "", "open": "accent", "issued": "warn", "signed": "ok"}
WORDS = {"waiting": "评分中", "open": "合议中", "issued": "签名中", "signed": "已签完"}


def progress(session: Session, viewer: Viewer, year: int, stage: str) -> list[dict[str, Any]]:
    """By applicant: who has locked, how far the report is. No number of any book."""
    wanted = life.PLANNED[stage] | {"not-shortlisted"} if stage == "document" else frozenset()
    return [
        {
            "uid": one.uid,
            "name": one.name,
            "award": AWARDS.get(one.award, ""),
            "state": WORDS[one.state],
            "tone": TONES[one.state],
            "locked": sum(member.state == "locked" for member in one.members),
            "members": len(one.members),
            "left": "、".join(
                member.name for member in one.members if member.state not in ("", "locked")
            ),
            "unsigned": "、".join(one.unsigned) if one.state == "issued" else "",
        }
        for one in progress_of.progress(session, viewer, year, stage, wanted | life.ON_SITE)
    ]


def applicant_page(session: Session, view: ConsensusView, inspects: bool) -> dict[str, Any]:
    """The chain of one applicant: books, spread, consensus, report; nothing before all locked."""
    rubric = store.rubric_of(session, view.year)
    books = {
        row.expert: row.uid
        for row in session.scalars(
            select(Scorebook).where(
                Scorebook.year == view.year,
                Scorebook.stage == view.stage,
                Scorebook.applicant == view.applicant,
                Scorebook.state == "open",
            )
        )
    }
    whole = bool(view.rows) and all(row.item.no in view.agreed for row in view.rows)
    return {
        "uid": view.applicant,
        "name": view.name,
        "stage": view.stage,
        "stage_name": STAGES[view.stage],
        "state": WORDS[view.state],
        "tone": TONES[view.state],
        "why": store.why_closed(view.members),
        "members": [
            {
                "name": one.name,
                "leader": one.leader,
                "state": STATES.get(one.state, "没有评分表"),
                "at": moment(one.locked_at),
                "book": books.get(one.expert, ""),
            }
            for one in view.members
        ],
        "names": [one.name for one in view.members if one.state == "locked"],
        "rows": [
            {
                "no": row.item.no,
                "name": row.item.name,
                "points": row.item.points,
                "values": [row.values[one.expert] for one in view.members if one.state == "locked"],
                "spread": row.spread,
                "discuss": row.must_discuss,
                "start": row.start,
                "percent": view.agreed[row.item.no].percent if row.item.no in view.agreed else None,
                "got": written(points(row.item, view.agreed[row.item.no].percent))
                if row.item.no in view.agreed
                else "",
                "reason": view.agreed[row.item.no].reason if row.item.no in view.agreed else "",
                "evidence": view.agreed[row.item.no].evidence if row.item.no in view.agreed else "",
            }
            for row in core.by_spread(view.rows)
        ],
        "total": written(core.total(rubric, view.agreed)) if whole else "",
        "of": rubric.total,
        "overview": view.overview,
        "proposal": view.proposal,
        "digest": view.digest,
        "signatures": [
            {"name": one.name, "kind": one.kind, "text": one.text, "at": moment(one.signed_at)}
            for one in view.signatures
        ],
        "inspects": inspects,
        "copied": store.nearly_alike(session, view) if inspects else (),
    }


def shortlist_page(session: Session, viewer: Viewer, year: int) -> dict[str, Any]:
    lines = shortlist.lines(session, viewer, year)
    rule = shortlist.rule_of(session, year)
    parts = [f"前 {rule.top} 名"] if rule.top else []
    parts += [f"不低于 {rule.least} 分"] if rule.least is not None else []
    return {
        "stage": stage_name(stages.stage_of(session, year)),
        "rule": "、".join(parts) or "尚未填写",
        "unsigned": shortlist.unsigned(session, year),
        "decided": any(one.inside is not None for one in lines),
        "blind": any(not one.name for one in lines),
        "lines": [
            {
                "uid": one.uid,
                "code": one.code,
                "name": one.name,
                "award": AWARDS.get(one.award, ""),
                "score": _points(one.score),
                "rank": one.rank,
                "by_rule": one.by_rule,
                "tied": one.tied,
                "proposed": one.proposed,
                "proposal_reason": one.proposal_reason,
                "inside": one.by_rule if one.inside is None else one.inside,
                "reason": one.reason,
            }
            for one in lines
        ],
    }


def _points(score: Fraction) -> str:
    """To hundredths, half up; exact for the sums of a consensus."""
    return written(int(score * 100 + Fraction(1, 2)))


def paper(
    session: Session, viewer: Viewer, year: int, stage: str, applicant: str, book: str
) -> tuple[str, str, Rubric]:
    """Whose paper sheet, of which applicant. Raises Refusal `not-found`."""
    if stage not in store.YEAR_STAGE:
        raise store.nothing()
    view = store.office_view(session, viewer, year, stage, applicant)
    row = session.scalar(select(Scorebook).where(Scorebook.uid == book))
    if row is None or row.applicant != applicant or row.stage != stage or row.state == "void":
        raise store.nothing()
    name = next(one.name for one in view.members if one.expert == row.expert)
    return name, view.name, store.rubric_of(session, year)


def typing(
    uow: UnitOfWork, viewer: Viewer, actor: Actor, stage: str, applicant: str, book: str
) -> dict[str, Any]:
    """纸质评分表的录入: an empty form, whatever the other clerk has typed."""
    year = year_of(uow.session, viewer, applicant).year
    row = papers.sheet_of(uow, viewer, book)
    name, firm, rubric = paper(uow.session, viewer, year, stage, applicant, book)
    typed = papers.waiting(uow, row)
    return {
        "year": year,
        "stage": stage,
        "applicant": applicant,
        "book": book,
        "expert": name,
        "firm": firm,
        "typed": typed,
        "mine": actor.name in typed,
        "items": rubric.items,
        "fourth": "现场核查问题" if stage == "document" else "现场证据",
    }


def year_of(session: Session, viewer: Viewer, applicant: str) -> YearView:
    """The year an applicant stands in. Raises Refusal `not-found`."""
    number = session.scalar(select(Applicant.year).where(Applicant.uid == applicant))
    if number is None:
        raise store.nothing()
    return year_store.year(session, viewer, number)
