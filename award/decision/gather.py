"""从台账到年度文件: what the office has recorded of a year, as `award-year/1`, and what follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants import identity
from award.applicants.applications import bans_of
from award.applicants.core import life
from award.applicants.tables import Applicant, Application
from award.decision.core.canonical import canonical
from award.decision.core.decide import decide
from award.decision.core.year_file import FORMAT, SETTINGS
from award.decision.tables import (
    Approval,
    Committee,
    CommitteeMember,
    Honour,
    Objection,
    PublicNotice,
    Ruling,
    VoteRound,
    VoteTally,
)
from award.scoring import store as scoring
from award.scoring.core.rubric import Rubric
from award.scoring.core.scorebook import complete
from award.scoring.tables import Consensus, Scorebook
from award.year import store as year_store
from award.year.core.regulation import Regulation
from award.year.tables import YearSetting
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.organisation import Answer
from expert_pool.facts.zone import local_day
from expert_pool.store import working_days

Json = dict[str, Any]
# Let through by article 12, or gone after that; who was never let through is no part of the year.
STATES = life.THROUGH | {"withdrawn", "given-up"}
ON_SITE = life.ON_SITE | {"given-up"}
CALENDAR_DAYS = 200  # longer than any notice, with its holidays
SITE_SOURCE = "现场评审报告（办法第十三条第五项）"


def year_file(session: Session, year: int) -> bytes:
    """Canonical bytes of everything the winners follow from, as it stands now."""
    rules = year_store.year(session, SYSTEM_VIEWER, year).rules
    rubric = scoring.rubric_of(session, year)
    return canonical(
        {
            "format": FORMAT,
            "year": year,
            "regulation": {
                "id": rules.regulation.id,
                "digest": rules.regulation_digest,
                "numbers": _numbers(rules.regulation),
            },
            "rubric": {
                "id": rubric.id,
                "digest": rules.rubric_digest,
                "step": rubric.step,
                "items": [{"no": item.no, "points": item.points} for item in rubric.items],
            },
            "settings": _settings(session, year),
            "cases": [_case(session, rubric, row) for row in applicants(session, year)],
            "committee": {"members": [row.uid for row in members(session, year)]},
            "rounds": [_round(session, row) for row in rounds(session, year)],
            "rulings": [_ruling(row) for row in rulings(session, year)],
            "notice": _notice(session, year),
            "objections": [_objection(row) for row in objections(session, year) if not row.lead],
            "approval": _approval(session, year),
        }
    )


def decision(session: Session, year: int) -> Json:
    """What follows from the year as it stands now."""
    found: Json = json.loads(decide(year_file(session, year)))
    return found


def awards(session: Session, year: int) -> dict[str, str]:
    """For which award each with a total competes; by the setting it may be another than it applied
    for.
    """
    return {one["case"]: one["award"] for one in decision(session, year)["totals"]}


def applicants(session: Session, year: int) -> tuple[Applicant, ...]:
    query = select(Applicant).where(Applicant.year == year, Applicant.state.in_(STATES))
    return tuple(session.scalars(query.order_by(Applicant.uid)))


def members(session: Session, year: int) -> tuple[CommitteeMember, ...]:
    query = select(CommitteeMember).where(
        CommitteeMember.year == year, CommitteeMember.removed_at.is_(None)
    )
    return tuple(session.scalars(query.order_by(CommitteeMember.id)))


def frozen(session: Session, year: int) -> Committee | None:
    return session.scalar(select(Committee).where(Committee.year == year))


def rounds(session: Session, year: int) -> tuple[VoteRound, ...]:
    query = select(VoteRound).where(VoteRound.year == year)
    return tuple(session.scalars(query.order_by(VoteRound.number)))


def tallies(session: Session, round_: VoteRound) -> tuple[VoteTally, ...]:
    query = select(VoteTally).where(VoteTally.round_id == round_.id)
    return tuple(session.scalars(query.order_by(VoteTally.id)))


def counts(tally: VoteTally) -> Json:
    """What a teller typed, without the salt that keeps the log's digest from being guessed back."""
    found: Json = json.loads(tally.tally_json)
    found.pop("salt", None)
    return found


def rulings(session: Session, year: int) -> tuple[Ruling, ...]:
    query = select(Ruling).where(Ruling.year == year, Ruling.withdrawn_at.is_(None))
    return tuple(session.scalars(query.order_by(Ruling.id)))


def objections(session: Session, year: int) -> tuple[Objection, ...]:
    query = select(Objection).where(Objection.year == year)
    return tuple(session.scalars(query.order_by(Objection.id)))


def history(session: Session, row: Applicant) -> tuple[Honour, ...]:
    """Earlier awards of the same organisation, whatever its name and code were then."""
    return tuple(one for one, found in _earlier(session, row) if found is Answer.SAME)


def in_doubt(session: Session, row: Applicant) -> tuple[Honour, ...]:
    """Earlier awards of which only a person can say whether they were this organisation's."""
    return tuple(one for one, found in _earlier(session, row) if found is Answer.ASK)


def _earlier(session: Session, row: Applicant) -> Iterator[tuple[Honour, Answer]]:
    one = identity.known(session, row.name, row.uscc)
    query = select(Honour).where(Honour.year < row.year).order_by(Honour.year, Honour.id)
    for held in session.scalars(query):
        yield held, one.compare(held.organisation, held.uscc)


def receipts(session: Session, year: int) -> tuple[str, ...]:
    """The codes of all locked books, void ones too, sorted."""
    query = select(Scorebook.receipt).where(Scorebook.year == year, Scorebook.receipt != "")
    return tuple(sorted(session.scalars(query)))


def _numbers(regulation: Regulation) -> Json:
    return {
        "max_winners": regulation.max_winners,
        "max_quality": regulation.max_quality,
        "quality_min_score": str(regulation.quality_min_score),
        "innovation_min_score": str(regulation.innovation_min_score),
        "quorum": str(regulation.quorum),
        "quorum_inclusive": regulation.quorum_inclusive,
        "approval": str(regulation.approval),
        "approval_inclusive": regulation.approval_inclusive,
        "award_quality_cny": regulation.award_quality_cny,
        "award_innovation_cny": regulation.award_innovation_cny,
        "fraud_ban_years": regulation.fraud_ban_years,
    }


def _settings(session: Session, year: int) -> Json:
    rows = session.scalars(select(YearSetting).where(YearSetting.year == year))
    said = {row.code: (row.value, row.source) for row in rows}
    # The site report is the group's consensus; the text knows no other site score.
    said.setdefault("site_rule", ("consensus", SITE_SOURCE))
    empty: tuple[str | None, str] = (None, "")
    return {
        code: dict(zip(("value", "source"), said.get(code, empty), strict=True))
        for code in SETTINGS
    }


def _case(session: Session, rubric: Rubric, row: Applicant) -> Json:
    bans = bans_of(session, row.name, row.uscc)
    left = {"withdrawn": "withdrawn", "given-up": "forgone"}.get(row.state, "")
    return {
        "id": row.uid,
        "award": row.award,
        "applied": _applied(session, row).isoformat(),
        "shortlisted": row.state in ON_SITE,
        "left": left,
        "document": _sheet(session, rubric, row, "document"),
        "site": _sheet(session, rubric, row, "site"),
        "history": [
            {
                "year": one.year,
                "award": one.award,
                "amount": one.amount,
                "revoked": one.revoked_on is not None,
            }
            for one in history(session, row)
        ],
        "bans": sorted(
            ({"decided_on": one.decided_on.isoformat()} for one in bans),
            key=lambda one: one["decided_on"],
        ),
    }


def _applied(session: Session, row: Applicant) -> date:
    received = session.scalar(
        select(Application.received_at).where(Application.applicant_id == row.id)
    )
    return local_day(received or row.created_at)


def books(session: Session, year: int, applicant: str, stage: str) -> tuple[Scorebook, ...]:
    """Every book that was ever locked, void ones too."""
    query = select(Scorebook).where(
        Scorebook.year == year,
        Scorebook.applicant == applicant,
        Scorebook.stage == stage,
        Scorebook.locked_at.is_not(None),
    )
    return tuple(session.scalars(query.order_by(Scorebook.expert, Scorebook.id)))


def _sheet(session: Session, rubric: Rubric, row: Applicant, stage: str) -> Json:
    agreed = session.scalar(
        select(Consensus).where(
            Consensus.year == row.year,
            Consensus.applicant == row.uid,
            Consensus.stage == stage,
            Consensus.state == "signed",
        )
    )
    return {
        "books": [
            {
                "reviewer": one.expert,
                "state": "void" if one.state == "void" else "locked",
                "receipt": one.receipt,
                "percents": complete(rubric, scoring.content(session, one)),
            }
            for one in books(session, row.year, row.uid, stage)
        ],
        "consensus": None
        if agreed is None
        else {no: one.percent for no, one in scoring.agreed_of(agreed).items()},
    }


def _round(session: Session, row: VoteRound) -> Json:
    return {
        "no": row.number,
        "present": len(json.loads(row.present)),
        "issued": row.issued,
        "voided": row.void_reason,
        "tallies": [{"teller": one.noted_by, **counts(one)} for one in tallies(session, row)],
    }


def _ruling(row: Ruling) -> Json:
    found: Json = {
        "kind": row.kind,
        "by": row.uid,
        "record": row.record,
        "cases": json.loads(row.cases),
    }
    if row.kind == "prize":
        found |= {"amount": row.amount, "counted": row.counted}
    return found


def notice_row(session: Session, year: int) -> PublicNotice | None:
    return session.scalar(select(PublicNotice).where(PublicNotice.year == year))


def _notice(session: Session, year: int) -> Json | None:
    row = notice_row(session, year)
    if row is None:
        return None
    calendar = working_days(session)
    last = row.published_on + timedelta(CALENDAR_DAYS)
    years = range(row.published_on.year, last.year + 1)
    return {
        "first_day": row.published_on.isoformat(),
        "working_days": [day.isoformat() for day in calendar.window(row.published_on, last)],
        "announced_years": [one for one in years if not calendar.is_provisional(one)],
    }


def _objection(row: Objection) -> Json:
    return {"id": row.uid, "case": row.applicant or None, "state": row.decision or "open"}


def approval_row(session: Session, year: int) -> Approval | None:
    return session.scalar(select(Approval).where(Approval.year == year))


def _approval(session: Session, year: int) -> Json | None:
    row = approval_row(session, year)
    if row is None:
        return None
    removed: Mapping[str, str] = json.loads(row.removed)
    return {
        "document": row.document,
        "on": row.approved_on.isoformat(),
        "removed": [{"case": case, "reason": removed[case]} for case in sorted(removed)],
    }


def names(rows: Iterable[Applicant]) -> dict[str, str]:
    return {row.uid: row.name for row in rows}
