"""评分页的内容: plain data for the templates; nobody else's number before the consensus is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.files import size_words
from api.kit.templating import moment
from award.applicants.core.applicant import AWARDS
from award.applicants.core.checklist import KINDS
from award.applicants.tables import Applicant, Attachment
from award.duties import duties
from award.scoring import site_day, store
from award.scoring.agree import REMARKS
from award.scoring.core import consensus as core
from award.scoring.core import scorebook
from award.scoring.core.rubric import KINDS as ITEM_KINDS
from award.scoring.core.rubric import Item, Rubric, points, written
from award.scoring.core.scorebook import STAGES, STATES, TEXTS, Mark
from award.scoring.store import BookView, ConsensusView, Member
from award.scoring.tables import SitePlan
from award.year import stages
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal

TONES = {"open": "accent", "locked": "ok", "frozen": "warn", "void": "bad"}


@dataclass(frozen=True)
class Frame:
    """What every personal page shows on top."""

    expert_name: str
    year: int


def firms_of(session: Session, year: int) -> dict[str, Applicant]:
    query = select(Applicant).where(Applicant.year == year)
    return {row.uid: row for row in session.scalars(query)}


def disclosed(session: Session, viewer: Viewer, year: int, today: date) -> bool:
    """Until she has accepted, nobody learns whom she reviews."""
    if viewer.expert_id is None:
        return False
    duty = duties.own(session, viewer.expert_id, year, today)
    return duty is None or duty.disclosed


def open_book(session: Session, viewer: Viewer, uid: str, today: date) -> BookView:
    """Her own book, once she has signed the year's undertaking and knows whom she reviews.

    Raises Refusal `not-found` or `not-declared`.
    """
    book = store.own_book(session, viewer, uid)
    if not store.has_promised(session, book.expert, book.year):
        raise Refusal("not-declared", "请先签署年度声明与保密承诺。", "办法第十一条")
    if not disclosed(session, viewer, book.year, today):
        raise store.nothing()
    return book


def group_view(session: Session, viewer: Viewer, stage: str, applicant: str) -> ConsensusView:
    """The consensus of her group, of whatever year. Raises Refusal `not-found`."""
    if stage not in store.YEAR_STAGE:
        raise store.nothing()
    year = store.year_of(session, applicant)
    return store.group_view(session, viewer, year, stage, applicant)


def day_of(session: Session, year: int, applicant: str) -> dict[str, Any]:
    """现场评审日程 as written, else what it may start from."""
    row = session.scalar(select(SitePlan).where(SitePlan.applicant == applicant))
    text = row.text if row else site_day.sample(session, year)
    return {"site_plan": text, "planned": row is not None}


def book_lines(session: Session, viewer: Viewer, year: int, today: date) -> list[dict[str, Any]]:
    """Her books, the stage in course first; void ones stay in the list, marked."""
    if not disclosed(session, viewer, year, today):
        return []
    rubric, firms = store.rubric_of(session, year), firms_of(session, year)
    stage = stages.stage_of(session, year)
    due = {review: store.due(session, year, review) for review in STAGES}
    found = []
    for book in store.own_books(session, viewer, year):
        current = store.YEAR_STAGE[book.stage] == stage and book.state == "open"
        found.append(
            {
                "uid": book.uid,
                "applicant": book.applicant,
                "stage": book.stage,
                "firm": firms[book.applicant].name,
                "stage_name": STAGES[book.stage],
                "state": STATES[book.state],
                "tone": TONES[book.state],
                "done": book.book.done(rubric),
                "total": len(rubric.items),
                "current": current,
                "due": common.date_words(due[book.stage]) if book.state == "open" else "",
                "late": book.state == "open" and _past(due[book.stage], today),
                "receipt": book.receipt,
                "void_reason": book.void_reason,
                "together": book.state == "locked",
            }
        )
    return sorted(found, key=lambda one: (not one["current"], one["stage"] == "document"))


def _past(due: date | None, today: date) -> bool:
    return due is not None and due < today


def book_view(session: Session, book: BookView) -> dict[str, Any]:
    """One book: its items, the material of the applicant, what keeps it from being locked."""
    rubric = store.rubric_of(session, book.year)
    firm = firms_of(session, book.year)[book.applicant]
    open_now = book.state == "open" and (
        stages.stage_of(session, book.year) == store.YEAR_STAGE[book.stage]
    )
    values = stages.values(session, book.year)
    remarks = int(values.get("comments_per_item", "0"))
    percents = book.book.percents(rubric)
    whole = {no: percent for no, percent in percents.items() if percent is not None}
    gaps = scorebook.gaps(rubric, book.book, remarks, book.stage) if open_now else ()
    return {
        "uid": book.uid,
        "firm": firm.name,
        "award": AWARDS.get(firm.award, ""),
        "stage": book.stage,
        "stage_name": STAGES[book.stage],
        "applicant": book.applicant,
        "state": book.state,
        "state_name": STATES[book.state],
        "tone": TONES[book.state],
        "open": open_now,
        "on_paper": book.on_paper,
        "done": book.book.done(rubric),
        "count": len(rubric.items),
        "total": written(scorebook.total(rubric, whole)) if len(whole) == len(percents) else "",
        "of": rubric.total,
        "alike": scorebook.all_alike(rubric, book.book),
        "gaps": gaps,
        "gap_lines": [
            (next(no for no in rubric.by_no if text.startswith(no)), text) for text in gaps
        ],
        "receipt": book.receipt,
        "locked_at": moment(book.locked_at),
        "void_reason": book.void_reason,
        "categories": _categories(rubric, book),
        "files": files(session, firm),
        "first": _first_open(rubric, book),
    }


def files(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Attachment)
        .where(Attachment.applicant_id == firm.id, Attachment.removed_at.is_(None))
        .order_by(Attachment.kind, Attachment.id)
    )
    return [
        {
            "uid": row.uid,
            "kind": KINDS[row.kind],
            "filename": row.filename,
            "size": size_words(row.size),
            "pages": row.pages,
            "sha": row.sha256[:12],
        }
        for row in rows
    ]


def _categories(rubric: Rubric, book: BookView) -> list[dict[str, Any]]:
    found = []
    for no, name in rubric.categories:
        items = [item for item in rubric.items if item.category == no]
        found.append(
            {
                "no": no,
                "name": name,
                "items": [_line(item, book.book.mark(item.no)) for item in items],
            }
        )
    return found


def _line(item: Item, mark: Mark) -> dict[str, Any]:
    return {
        "no": item.no,
        "name": item.name,
        "points": item.points,
        "percent": mark.percent,
        "got": "" if mark.percent is None else written(points(item, mark.percent)),
        "remarks": mark.remarks,
    }


def _first_open(rubric: Rubric, book: BookView) -> str:
    numbers = [item.no for item in rubric.items]
    return next((no for no in numbers if book.book.mark(no).percent is None), numbers[0])


def item_view(session: Session, book: BookView, no: str) -> dict[str, Any]:
    """一屏一条: what it asks, the bands with their texts, the values, the remarks."""
    rubric = store.rubric_of(session, book.year)
    item = rubric.item(no)
    mark = book.book.mark(no)
    texts = stages.texts(session, book.year)
    numbers = [one.no for one in rubric.items]
    at = numbers.index(no)
    start = book.book.start.get(no)
    bands = [
        {
            "words": band.words,
            "text": texts.get(f"{item.kind}:{band.low}-{band.high}", ""),
            "values": [
                {"value": value, "chosen": value == mark.percent}
                for value in rubric.scale
                if band.low <= value <= band.high
            ],
        }
        for band in rubric.bands
    ]
    left = [one for one in numbers if book.book.mark(one).percent is None and one != no]
    kinds = (
        ("strengths", "improvements", "issues")
        if book.stage == "document"
        else ("evidence", "strengths", "improvements")
    )
    return {
        "uid": book.uid,
        "firm": firms_of(session, book.year)[book.applicant].name,
        "stage": book.stage,
        "no": no,
        "name": item.name,
        "points": item.points,
        "kind": ITEM_KINDS[item.kind],
        "dims": "、".join(rubric.dims(item.kind)),
        "asks": texts.get(no, ""),
        "bands": bands,
        "start": start,
        "asked": _asked(session, book, no),
        "fields": [(name, TEXTS[name], getattr(mark, name)) for name in kinds],
        "saved": mark.saved,
        "done": book.book.done(rubric),
        "count": len(numbers),
        "before": numbers[at - 1] if at else "",
        "after": numbers[at + 1] if at + 1 < len(numbers) else "",
        "next_open": next((one for one in numbers[at + 1 :] + numbers[:at] if one in left), ""),
    }


def _asked(session: Session, book: BookView, no: str) -> list[str]:
    """现场核查问题 that the document report left for this item."""
    if book.stage != "site":
        return []
    return list(store.site_issues(session, book.year, book.applicant).get(no, ()))


def consensus_page(session: Session, view: ConsensusView, me: str) -> dict[str, Any]:
    """The group's page: who has locked; after all have, the matrix and the report."""
    rubric = store.rubric_of(session, view.year)
    mine = next(one for one in view.members if one.expert == me)
    rows = core.by_spread(view.rows)
    said = store.report_remarks(session, view.year, view.stage, view.applicant) if rows else {}
    asked = store.site_issues(session, view.year, view.applicant) if view.stage == "site" else {}
    agreed = view.agreed
    left = [row.item.no for row in rows if row.item.no not in agreed]
    return {
        "applicant": view.applicant,
        "firm": view.name,
        "stage": view.stage,
        "stage_name": STAGES[view.stage],
        "state": view.state,
        "version": view.version,
        "why": store.why_closed(view.members),
        "leader": mine.leader,
        "members": [_member(one) for one in view.members],
        "names": [one.name for one in _columns(view)],
        "rows": [
            _row(row, view, me)
            | _said(said[row.item.no], view.stage)
            | {"asked": asked.get(row.item.no, ())}
            for row in rows
        ],
        "left": len(left),
        "easy": len(core.acceptable(view.rows, agreed)),
        "overview": view.overview,
        "proposal": view.proposal,
        "proposal_reason": view.proposal_reason,
        "reopen_reason": view.reopen_reason,
        "total": written(core.total(rubric, agreed)) if view.rows and not left else "",
        "of": rubric.total,
        "report": view.report,
        "digest": view.digest,
        "signatures": [
            {"name": one.name, "kind": one.kind, "text": one.text, "at": moment(one.signed_at)}
            for one in view.signatures
        ],
        "unsigned": [{"uid": one.expert, "name": one.name} for one in view.unsigned],
        "signed": any(one.expert == me for one in view.signatures),
        "copied": store.nearly_alike(session, view) if mine.leader else (),
    }


def _columns(view: ConsensusView) -> list[Member]:
    return [one for one in view.members if one.state == "locked"]


def _member(one: Member) -> dict[str, Any]:
    return {
        "name": one.name,
        "leader": one.leader,
        "seated": one.seated,
        "state": STATES.get(one.state, "没有评分表"),
        "tone": TONES.get(one.state, ""),
        "at": moment(one.locked_at),
    }


def _row(row: core.Row, view: ConsensusView, me: str) -> dict[str, Any]:
    agreed = view.agreed.get(row.item.no)
    signers = [one.expert for one in view.signers]
    missing = core.missing_assents(row, agreed, signers) if agreed else ()
    return {
        "no": row.item.no,
        "name": row.item.name,
        "points": row.item.points,
        "values": [row.values[one.expert] for one in _columns(view)],
        "low": row.low,
        "high": row.high,
        "spread": row.spread,
        "suggestion": row.suggestion,
        "discuss": row.must_discuss,
        "start": row.start,
        "percent": agreed.percent if agreed else None,
        "reason": agreed.reason if agreed else "",
        "evidence": agreed.evidence if agreed else "",
        "settles": agreed.settles if agreed else "",
        "missing": len(missing),
        "ask_me": me in missing,
        "got": written(points(row.item, agreed.percent)) if agreed else "",
    }


def _said(said: Mapping[str, Sequence[str]], stage: str) -> dict[str, Any]:
    """The remarks of one item as the report will have them, one a line; the members' evidence."""
    return {
        "remarks": [
            {"kind": kind, "title": TEXTS[kind], "lines": said[kind]} for kind in REMARKS[stage]
        ],
        "count": sum(len(said[kind]) for kind in REMARKS[stage]),
        "found": "；".join(line.rstrip("。") for line in said["evidence"]),
    }
