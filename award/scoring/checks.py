"""进入各阶段前须具备的条件, as far as the first half of the year goes; the second half adds its
own.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from award.applicants import qualification
from award.applicants.core import life
from award.applicants.tables import Applicant
from award.scoring import calibration, shortlist, store
from award.scoring.tables import Consensus, ReportSignature, Scorebook, ShortlistLine
from award.year import stages
from award.year.stages import Check
from expert_pool.ledger import UnitOfWork

CONFIRMERS = 2


def _plan(review: str, word: str) -> Check:
    def check(uow: UnitOfWork, year: int) -> tuple[str, ...]:
        view = store.plan_of(uow.session, year, review)
        if view is None or not view.in_force:
            return (f"{word}的编组方案还没有发布。",)
        rows = uow.session.execute(
            select(Applicant.uid, Applicant.name, Applicant.state).where(Applicant.year == year)
        ).all()
        planned = {case for group in view.plan.groups for case in group.cases}
        said = [
            f"{row.name}还没有编入{word}的组。"
            for row in rows
            if row.state in life.PLANNED[review] and row.uid not in planned
        ]
        said += [
            f"{row.name}不应编入{word}的组，请修补方案。"
            for row in rows
            if row.state not in life.PLANNED[review] and row.uid in planned
        ]
        return tuple(said)

    return check


def _rubric(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    done = stages.checked(uow.session, year)
    return tuple(
        f"条款{item.no}的分值还要{CONFIRMERS - len(done.get(item.no, ()))}人对照标准原文核对。"
        for item in store.rubric_of(uow.session, year).items
        if item.provenance == "memory" and len(done.get(item.no, ())) < CONFIRMERS
    )


def _calibration(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    if stages.values(uow.session, year).get("calibration") != "yes":
        return ()
    if not calibration.lines(uow.session, year):
        return ("标定案例还没有评：先发布资料评审的编组方案。",)
    return tuple(f"{name}还没有评标定案例。" for name in calibration.missing(uow.session, year))


def _reports(stage: str, state: str, word: str) -> Check:
    def check(uow: UnitOfWork, year: int) -> tuple[str, ...]:
        names = uow.session.scalars(
            select(Applicant.name)
            .where(Applicant.year == year, Applicant.state == state)
            .order_by(Applicant.name)
        )
        return tuple(f"{name}的{word}报告还没有签完。" for name in names)

    return check


def _shortlist(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    if shortlist.unsigned(uow.session, year):
        return ()  # the reports come first
    left = uow.session.scalar(
        select(Applicant.id)
        .where(Applicant.year == year, Applicant.state == "document-reviewed")
        .limit(1)
    )
    some = uow.session.scalar(
        select(Applicant.id)
        .where(Applicant.year == year, Applicant.state == "shortlisted")
        .limit(1)
    )
    if left is not None:
        return ("入围名单还没有确定。",)
    return () if some is not None else ("没有入围的申报组织。",)


def _nothing_later(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    """Of this half: what was locked, signed or decided in the present stage stands in the way."""
    stage = stages.stage_of(uow.session, year)
    if stage == "documents":
        return _locked(uow, year, "document") or _some(uow, year, "入围名单已经确定。")
    if stage == "site":
        return _locked(uow, year, "site")
    return ()


def _locked(uow: UnitOfWork, year: int, stage: str) -> tuple[str, ...]:
    book = select(Scorebook.id).where(
        Scorebook.year == year, Scorebook.stage == stage, Scorebook.state == "locked"
    )
    signed = (
        select(ReportSignature.id)
        .join(Consensus, Consensus.id == ReportSignature.consensus_id)
        .where(Consensus.year == year, Consensus.stage == stage)
    )
    if uow.session.scalar(signed.limit(1)) is not None:
        return ("已有签名的评审报告，不能退回。",)
    if uow.session.scalar(book.limit(1)) is not None:
        return ("已有锁定的评分表，不能退回。",)
    return ()


def _some(uow: UnitOfWork, year: int, text: str) -> tuple[str, ...]:
    query = select(ShortlistLine.id).where(ShortlistLine.year == year).limit(1)
    return (text,) if uow.session.scalar(query) is not None else ()


CHECKS: Mapping[str, Check] = {
    **stages.CHECKS,
    **qualification.CHECKS,
    "document-plan": _plan("document", "资料评审"),
    "site-plan": _plan("site", "现场评审"),
    "rubric-confirmed": _rubric,
    "calibration": _calibration,
    "document-reports": _reports("document", "qualified", "资料评审"),
    "site-reports": _reports("site", "shortlisted", "现场评审"),
    "shortlist": _shortlist,
    "nothing-later": _nothing_later,
}
