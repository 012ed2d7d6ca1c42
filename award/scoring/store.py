"""评分的读取. An open book is read by its own reviewer alone; whether a colleague has locked is no
secret inside the office and the group, what she wrote is nobody's until every live book is locked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import solution as solutions
from assignment.solution import Plan
from award.applicants.tables import Applicant
from award.groups.tables import PlanVersion
from award.scoring.core import consensus as core
from award.scoring.core import report as reports
from award.scoring.core.consensus import Agreed, Limits, Row
from award.scoring.core.rubric import Rubric, parse
from award.scoring.core.scorebook import (
    Book,
    complete,
    equal_items,
    from_json,
    suspiciously_equal,
)
from award.scoring.tables import Consensus, ReportSignature, Scorebook
from award.year import stages
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.seal import seal_of
from expert_pool.tables import Declaration, Expert

# Which stage of the year a book of each review is filled in.
YEAR_STAGE = {"document": "documents", "site": "site"}
LIVE = ("open", "locked", "frozen")


@dataclass(frozen=True)
class ReviewPlan:
    """The groups of a review; `in_force`: no other review's plan has taken their place."""

    in_force: bool
    plan: Plan


@dataclass(frozen=True)
class BookView:
    """One book as its own reviewer sees it, or, once the consensus is open, its group."""

    uid: str
    version: int
    year: int
    stage: str
    applicant: str
    expert: str
    state: str
    on_paper: bool
    receipt: str
    locked_at: datetime | None
    void_reason: str
    book: Book


@dataclass(frozen=True)
class Member:
    """A member of the group of one applicant, and how far her book is: no number in it."""

    expert: str
    name: str
    leader: bool
    state: str  # of her book; empty: she has none
    locked_at: datetime | None = None
    seated: bool = True  # False: she has left the group, her locked book still counts


@dataclass(frozen=True)
class Signature:
    expert: str
    name: str
    kind: str
    text: str
    signed_at: datetime


@dataclass(frozen=True)
class ConsensusView:
    """合议 of one applicant in one stage; `rows` empty until every live book is locked."""

    uid: str
    version: int
    year: int
    stage: str
    applicant: str
    name: str
    state: str  # waiting / open / issued / signed
    members: tuple[Member, ...]
    rows: tuple[Row, ...]
    agreed: Mapping[str, Agreed]
    overview: str
    proposal: str
    proposal_reason: str
    report: Mapping[str, object]
    digest: str
    signatures: tuple[Signature, ...]
    reopen_reason: str

    @property
    def signers(self) -> tuple[Member, ...]:
        return tuple(one for one in self.members if one.seated)

    @property
    def unsigned(self) -> tuple[Member, ...]:
        said = {one.expert for one in self.signatures}
        return tuple(one for one in self.signers if one.expert not in said)


def rubric_of(session: Session, year: int) -> Rubric:
    """The rubric the year is bound to."""
    return parse(year_store.year(session, SYSTEM_VIEWER, year).rules.rubric)


def limits_of(session: Session, year: int) -> Limits:
    values = stages.values(session, year)
    return Limits(int(values["spread_points"]), values["spread_band"] == "yes")


def has_promised(session: Session, expert: str, year: int) -> bool:
    """办法第十一条: whether she has signed the undertaking of this year."""
    query = (
        select(Declaration.id)
        .join(Expert, Expert.id == Declaration.expert_id)
        .where(Expert.uid == expert, Declaration.year == year)
    )
    return session.scalar(query) is not None


def content(session: Session, row: Scorebook) -> Book:
    """The book in clear, for its own reviewer and, locked, for the consensus."""
    if not row.sealed_book:
        return Book()
    return from_json(seal_of(session).unwrap(row.sealed_book, row.uid))


def own_books(session: Session, viewer: Viewer, year: int) -> tuple[BookView, ...]:
    """An expert's own books of a year, void ones too, in the order of their applicants."""
    if viewer.expert_id is None:
        return ()
    rows = session.scalars(
        select(Scorebook)
        .where(Scorebook.expert == viewer.expert_id, Scorebook.year == year)
        .order_by(Scorebook.stage, Scorebook.applicant, Scorebook.id)
    )
    return tuple(_view(session, row) for row in rows)


def own_years(session: Session, viewer: Viewer) -> tuple[int, ...]:
    """The years in which she has books, newest first."""
    if viewer.expert_id is None:
        return ()
    query = select(Scorebook.year).where(Scorebook.expert == viewer.expert_id).distinct()
    return tuple(session.scalars(query.order_by(Scorebook.year.desc())))


def own_book(session: Session, viewer: Viewer, uid: str) -> BookView:
    """Raises Refusal `not-found` for anybody's but her own, like for an unknown id."""
    row = session.scalar(select(Scorebook).where(Scorebook.uid == uid))
    if row is None or viewer.expert_id is None or row.expert != viewer.expert_id:
        raise nothing()
    return _view(session, row)


def nothing() -> Refusal:
    return Refusal("not-found", "没有找到。", "办法第十六条")


def _view(session: Session, row: Scorebook) -> BookView:
    return BookView(
        row.uid,
        row.version,
        row.year,
        row.stage,
        row.applicant,
        row.expert,
        row.state,
        row.on_paper,
        row.receipt,
        row.locked_at,
        row.void_reason,
        content(session, row),
    )


def plan_of(session: Session, year: int, review: str) -> ReviewPlan | None:
    """The groups of a review: as published now, else as last published for it. The problem behind
    them, which is long, is not read.
    """
    row = session.execute(
        select(PlanVersion.status, PlanVersion.plan)
        .where(PlanVersion.year == year, PlanVersion.review == review)
        .where(PlanVersion.published_at.is_not(None))
        .order_by(
            (PlanVersion.status == "published").desc(),
            PlanVersion.published_at.desc(),
            PlanVersion.id.desc(),
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return ReviewPlan(row.status == "published", solutions.parse(json.loads(row.plan)))


def seats(view: ReviewPlan | None) -> dict[tuple[str, str], bool]:
    """(applicant, expert) → whether she leads the group."""
    if view is None:
        return {}
    return {
        (case, member): member == group.leader
        for group in view.plan.groups
        for case in group.cases
        for member in group.members
    }


def names_of(session: Session, experts: Sequence[str]) -> dict[str, str]:
    query = select(Expert.uid, Expert.name).where(Expert.uid.in_(experts))
    return {row.uid: row.name for row in session.execute(query)}


def members(session: Session, year: int, stage: str, applicant: str) -> tuple[Member, ...]:
    """The group of an applicant, leader first, and who else has a book that counts."""
    seated = {
        expert: leads
        for (case, expert), leads in seats(plan_of(session, year, stage)).items()
        if case == applicant
    }
    books = {row.expert: row for row in _live(session, year, stage, applicant)}
    names = names_of(session, [*seated, *books])
    found = [
        Member(
            expert,
            names.get(expert, expert),
            seated.get(expert, False),
            books[expert].state if expert in books else "",
            books[expert].locked_at if expert in books else None,
            expert in seated,
        )
        for expert in {**seated, **books}
    ]
    return tuple(sorted(found, key=lambda one: (not one.leader, one.name, one.expert)))


def _live(session: Session, year: int, stage: str, applicant: str) -> tuple[Scorebook, ...]:
    query = select(Scorebook).where(
        Scorebook.year == year,
        Scorebook.stage == stage,
        Scorebook.applicant == applicant,
        Scorebook.state.in_(LIVE),
    )
    return tuple(session.scalars(query.order_by(Scorebook.id)))


def why_closed(found: Sequence[Member]) -> str:
    """Why the consensus cannot be opened yet, as a sentence; empty when it can."""
    seated = [one for one in found if one.state]
    if not seated:
        return "还没有评分表，不能合议。"
    if frozen := sum(one.state == "frozen" for one in found):
        return f"有{frozen}人暂停评审，待决定或更换后再合议。"
    left = sum(one.state == "open" for one in found)
    left += sum(not one.state and one.seated for one in found)
    return f"还有{left}人没有锁定，不能合议。" if left else ""


def locked_marks(
    session: Session, year: int, stage: str, applicant: str
) -> dict[str, dict[str, int]]:
    """By expert the percentages of the locked books that count."""
    rubric = rubric_of(session, year)
    return {
        row.expert: complete(rubric, content(session, row))
        for row in _live(session, year, stage, applicant)
        if row.state == "locked"
    }


def all_locked_marks(
    session: Session, year: int
) -> dict[tuple[str, str], dict[str, dict[str, int]]]:
    """The same of a whole year, by stage and applicant. One statement."""
    rubric = rubric_of(session, year)
    found: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    rows = session.scalars(
        select(Scorebook)
        .where(Scorebook.year == year, Scorebook.state == "locked")
        .order_by(Scorebook.id)
    )
    for row in rows:
        percents = complete(rubric, content(session, row))
        found.setdefault((row.stage, row.applicant), {})[row.expert] = percents
    return found


def remarks(
    session: Session, year: int, stage: str, applicant: str
) -> dict[str, dict[str, list[str]]]:
    """By item the members' remarks, each once, without names: strengths, improvements, issues."""
    rubric = rubric_of(session, year)
    found: dict[str, dict[str, list[str]]] = {
        item.no: {"strengths": [], "improvements": [], "issues": [], "evidence": []}
        for item in rubric.items
    }
    for row in _live(session, year, stage, applicant):
        if row.state != "locked":
            continue
        for no, mark in content(session, row).marks.items():
            for kind, lines in found[no].items():
                fresh = [line.strip() for line in str(getattr(mark, kind)).splitlines()]
                lines += [line for line in fresh if line and line not in lines]
    return found


def report_remarks(
    session: Session, year: int, stage: str, applicant: str
) -> dict[str, dict[str, list[str]]]:
    """What the report says to each item: the members' remarks, in the leader's words where she has
    put them in hers.
    """
    found = remarks(session, year, stage, applicant)
    for no, edited in edited_remarks(consensus_row(session, year, stage, applicant)).items():
        found[no] |= {kind: text.splitlines() for kind, text in edited.items()}
    return found


def edited_remarks(row: Consensus | None) -> dict[str, dict[str, str]]:
    """By item and kind, one remark a line, what the leader has put in her own words."""
    return json.loads(row.remarks) if row is not None else {}


def year_of(session: Session, applicant: str) -> int:
    """The year an applicant stands in. Raises Refusal `not-found`."""
    number = session.scalar(select(Applicant.year).where(Applicant.uid == applicant))
    if number is None:
        raise nothing()
    return number


def start_of(session: Session, year: int, applicant: str) -> dict[str, int]:
    """资料评审的合议结果, with which the site visit begins."""
    row = consensus_row(session, year, "document", applicant)
    if row is None or not row.report:
        return {}
    return {no: one.percent for no, one in agreed_of(row).items()}


def site_issues(session: Session, year: int, applicant: str) -> dict[str, tuple[str, ...]]:
    """现场核查问题 that the document report left, by item."""
    row = consensus_row(session, year, "document", applicant)
    return reports.issues(row.report) if row is not None and row.report else {}


def consensus_row(session: Session, year: int, stage: str, applicant: str) -> Consensus | None:
    return session.scalar(
        select(Consensus).where(
            Consensus.year == year, Consensus.stage == stage, Consensus.applicant == applicant
        )
    )


def agreed_of(row: Consensus | None) -> dict[str, Agreed]:
    if row is None:
        return {}
    return {
        no: Agreed(**{**one, "assents": tuple(one["assents"])})
        for no, one in json.loads(row.agreed).items()
    }


def agreed_json(agreed: Mapping[str, Agreed]) -> str:
    return json.dumps(
        {no: asdict(one) for no, one in agreed.items()}, ensure_ascii=False, sort_keys=True
    )


def consensus_view(session: Session, year: int, stage: str, applicant: str) -> ConsensusView:
    """For the use cases: whoever asks on a page goes through `group_view` or `office_view`."""
    firm = session.scalar(
        select(Applicant).where(Applicant.uid == applicant, Applicant.year == year)
    )
    if firm is None:
        raise nothing()
    group = members(session, year, stage, applicant)
    row = consensus_row(session, year, stage, applicant)
    closed = why_closed(group)
    rows: tuple[Row, ...] = ()
    if not closed:
        start = start_of(session, year, applicant) if stage == "site" else None
        rows = core.matrix(
            rubric_of(session, year),
            locked_marks(session, year, stage, applicant),
            limits_of(session, year),
            start,
        )
    return ConsensusView(
        row.uid if row else "",
        row.version if row else 0,
        year,
        stage,
        applicant,
        firm.name,
        "waiting" if closed else row.state if row else "open",
        group,
        rows,
        agreed_of(row),
        row.overview if row else "",
        row.proposal if row else "",
        row.proposal_reason if row else "",
        json.loads(row.report) if row and row.report else {},
        row.report_digest if row else "",
        signatures(session, row),
        row.reopen_reason if row else "",
    )


def signatures(session: Session, row: Consensus | None) -> tuple[Signature, ...]:
    """Those over the report as it stands; signatures over an earlier one count no more."""
    if row is None or not row.report_digest:
        return ()
    query = select(ReportSignature).where(
        ReportSignature.consensus_id == row.id,
        ReportSignature.report_digest == row.report_digest,
    )
    return tuple(
        Signature(one.expert, one.name, one.kind, one.text, one.signed_at)
        for one in session.scalars(query.order_by(ReportSignature.id))
    )


def group_view(
    session: Session, viewer: Viewer, year: int, stage: str, applicant: str
) -> ConsensusView:
    """For a member of the group. Raises Refusal `not-found` for anybody else, before anything of
    the review is looked at: what is there must not show in the time it takes.
    """
    demand_seat(session, viewer.expert_id or "", year, stage, applicant)
    return consensus_view(session, year, stage, applicant)


def demand_seat(session: Session, expert: str, year: int, stage: str, applicant: str) -> None:
    """Raises Refusal `not-found` unless the expert sits in the applicant's group."""
    if (applicant, expert) not in seats(plan_of(session, year, stage)):
        raise nothing()


def nearly_alike(session: Session, view: ConsensusView) -> tuple[str, ...]:
    """Whose books have nearly all items in common, as sentences: for the leader and the inspector,
    after all have locked. On site all begin with the consensus and stay near it.
    """
    if not view.rows or view.stage == "site":
        return ()
    rubric = rubric_of(session, view.year)
    marks = locked_marks(session, view.year, view.stage, view.applicant)
    names = {one.expert: one.name for one in view.members}
    return tuple(
        f"{names[one]}、{names[other]}的评分表有{equal_items(marks[one], marks[other])}条相同"
        for one, other in combinations(sorted(marks), 2)
        if suspiciously_equal(rubric, marks[one], marks[other])
    )


def office_view(
    session: Session, viewer: Viewer, year: int, stage: str, applicant: str
) -> ConsensusView:
    """For staff that need not keep away from the applicant."""
    if not viewer.is_staff or applicant in viewer.conflicted:
        raise nothing()
    return consensus_view(session, year, stage, applicant)


def document_scores(session: Session, year: int) -> dict[str, int]:
    """资料评审得分 by applicant, in hundredths, of every signed report."""
    rows = session.scalars(
        select(Consensus).where(
            Consensus.year == year, Consensus.stage == "document", Consensus.state == "signed"
        )
    )
    return {row.applicant: int(json.loads(row.report)["total"]) for row in rows}


def due(session: Session, year: int, stage: str) -> date | None:
    said = stages.values(session, year).get(f"{stage}_due", "none")
    return None if said == "none" else date.fromisoformat(said)
