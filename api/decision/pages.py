"""评定页: 综合评价和审委会名单, 表决, 公示、异议和批准."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Form, Path, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.decision import commands, views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import PLAIN, OfYear, Uid
from api.kit.files import attachment
from api.kit.rendering import page
from api.kit.year_forms import YearForm, YearFormDep
from award.archive import documents
from award.decision import gather, notice, papers, vote
from award.decision.committee import MemberFields
from award.decision.core.ballot import VOTE as BALLOT
from award.decision.notice import ObjectionFields
from award.decision.papers import Frame
from award.decision.tables import Objection
from award.decision.vote import TallyFields
from award.papers.media import WORD
from award.scoring.store import nothing
from award.year.store import YearView
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Long = Annotated[str, Form(max_length=2000)]


@router.get("/decision", allow=P.READ_SCORES)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        view = views.evaluation_page(session, viewer, common.chosen_year(session, viewer, of))
    return page(request, "decision.html", view)


@router.post("/decision/issue", allow=commands.ISSUE.allow)
def issue(
    sent: YearFormDep,
    note: Long = "",
) -> Response:
    return sent.on_year("/decision", commands.ISSUE, note)


@router.post("/decision/members", allow=commands.ADD_MEMBER.allow)
def add_member(
    sent: YearFormDep,
    name: Text = "",
    unit: Text = "",
    role: Text = "member",
) -> Response:
    wanted = MemberFields(name, unit, role)
    return sent.on_year("/decision#committee", commands.ADD_MEMBER, wanted)


@router.post("/decision/members/{uid}/remove", allow=commands.REMOVE_MEMBER.allow)
def remove_member(
    uid: Uid,
    sent: YearFormDep,
    reason: Text = "",
) -> Response:
    return sent.carry_out("/decision#committee", commands.REMOVE_MEMBER, uid, reason)


@router.post("/decision/freeze", allow=commands.FREEZE.allow)
def freeze(
    sent: YearFormDep,
    document: Text = "",
) -> Response:
    return sent.on_year("/decision#committee", commands.FREEZE, document)


@router.post("/decision/names", allow=commands.ANSWER_ORGANISATION.allow)
def answer_names(
    sent: YearFormDep,
    written: Text = "",
    official: Text = "",
    answer: Text = "",
    reason: Text = "",
) -> Response:
    """是不是同一家组织: said once, remembered wherever the two names meet."""
    same = common.chosen(answer, "same", "different")
    return sent.carry_out(
        "/decision#names", commands.ANSWER_ORGANISATION, written, official, same, reason
    )


# 表决 --------------------------------------------------------------------------------------------


@router.get("/decision/vote", allow=P.READ_SCORES)
def show_vote(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.vote_page(session, viewer, actor, common.chosen_year(session, viewer, of))
    return page(request, "decision_vote.html", view)


@router.post("/decision/rounds", allow=commands.OPEN_ROUND.allow)
def open_round(
    sent: YearFormDep,
    held_on: Text = "",
    issued: Text = "",
    present: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    day, slips = common.needed_date(held_on, "表决日期"), count(issued, "发出的票数")
    return sent.on_year("/decision/vote", commands.OPEN_ROUND, day, present, slips)


@router.post("/decision/rounds/{uid}/tally", allow=commands.TYPE_TALLY.allow)
async def type_tally(
    request: Request, uid: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    form = await common.words_of(request)
    sent = YearForm(request, ledger, actor, viewer, common.year_said(form))
    wanted = read_tally(form)
    return await run_in_threadpool(
        sent.carry_out, "/decision/vote", commands.TYPE_TALLY, uid, wanted
    )


def read_tally(form: Mapping[str, str]) -> TallyFields:
    """approve-ID and struck-ID; an empty approval is a gap, an empty strike is none."""
    approve, struck = {}, {}
    for name, value in form.items():
        kind, _, case = name.partition("-")
        if kind == "approve":
            approve[case] = count(value, "赞成票数")
        elif kind == "struck" and value.strip():
            struck[case] = count(value, "回避划去的张数")
    return TallyFields(
        count(form.get("returned", ""), "收回的张数"),
        count(form.get("invalid", ""), "无效的张数"),
        approve,
        struck,
        form.get("scrutineer", "")[:100],
    )


def count(text: str, field: str) -> int:
    """A whole number of slips or yuan. Raises Refusal `bad-count`; empty is never nought."""
    plain = text.strip().replace(",", "")
    if not plain.isdecimal() or len(plain) > 9:
        raise Refusal("bad-count", f"{field}应是整数，没有的请填0。")
    return int(plain)


@router.post("/decision/rounds/{uid}/void", allow=commands.VOID_ROUND.allow)
def void_round(
    uid: Uid,
    sent: YearFormDep,
    reason: Text = "",
) -> Response:
    return sent.carry_out("/decision/vote", commands.VOID_ROUND, uid, reason)


@router.post("/decision/rounds/{uid}/confirm", allow=commands.CONFIRM.allow)
def confirm(
    uid: Uid,
    sent: YearFormDep,
) -> Response:
    return sent.carry_out("/decision/vote", commands.CONFIRM, uid)


@router.post("/decision/rulings", allow=commands.RULE.allow)
async def rule(request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep) -> Response:
    """平票 in the order of the numbers typed beside the names; a prize with its amount."""
    form = await common.words_of(request)
    sent = YearForm(request, ledger, actor, viewer, common.year_said(form))
    wanted = read_ruling(form)
    return await run_in_threadpool(sent.on_year, _page_of(wanted.kind), commands.RULE, wanted)


def _page_of(kind: str) -> str:
    """A vacancy is filled beside the public notice, the rest beside the vote."""
    return "/decision/notice#vacancies" if kind == "vacancy" else "/decision/vote"


def read_ruling(form: Mapping[str, str]) -> vote.RulingFields:
    kind = form.get("kind", "")
    places = {
        name.removeprefix("place-"): count(value, "先后次序")
        for name, value in form.items()
        if name.startswith("place-")
    }
    if kind == "tie":
        cases = tuple(sorted(places, key=lambda uid: places[uid]))
        if len(set(places.values())) != len(places):
            raise Refusal("invalid", "先后次序不能相同。", BALLOT)
    elif kind == "vacancy":
        gone, _, instead = form.get("pair", "").partition(">")
        cases = gone, instead
    else:
        cases = (form.get("case", ""),)
    amount = count(form.get("amount", "0"), "奖金")
    counted = form.get("counted", "yes") == "yes"
    return vote.RulingFields(
        kind, cases, form.get("decided_by", ""), form.get("record", ""), amount, counted
    )


@router.post("/decision/rulings/{uid}/withdraw", allow=commands.WITHDRAW_RULING.allow)
def withdraw_ruling(
    uid: Uid,
    sent: YearFormDep,
    reason: Text = "",
) -> Response:
    return sent.carry_out("/decision/vote", commands.WITHDRAW_RULING, uid, reason)


# 公示、异议、批准 --------------------------------------------------------------------------------


@router.get("/decision/notice", allow=P.READ_SCORES)
def show_notice(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.notice_page(session, viewer, common.chosen_year(session, viewer, of))
    return page(request, "decision_notice.html", view)


@router.post("/decision/publish", allow=commands.PUBLISH.allow)
def publish(
    sent: YearFormDep,
    published_on: Text = "",
    document: Text = "",
    contact: Text = "",
) -> Response:
    day = common.needed_date(published_on, "公示日期")
    return sent.on_year("/decision/notice", commands.PUBLISH, day, document, contact)


@router.post("/decision/objections", allow=commands.FILE_OBJECTION.allow)
def file_objection(
    sent: YearFormDep,
    received_on: Text = "",
    applicant: Text = "",
    from_name: Text = "",
    contact: Text = "",
    facts: Long = "",
) -> Response:
    day = common.needed_date(received_on, "收到日期")
    wanted = ObjectionFields(facts, day, applicant, from_name, contact)
    return sent.on_year("/decision/notice#objections", commands.FILE_OBJECTION, wanted)


@router.post("/decision/objections/{uid}/take-up", allow=commands.TAKE_UP.allow)
def take_up(
    uid: Uid,
    sent: YearFormDep,
    reason: Text = "",
) -> Response:
    return sent.carry_out("/decision/notice#objections", commands.TAKE_UP, uid, reason)


@router.post("/decision/objections/{uid}/find", allow=commands.FIND.allow)
def find(
    uid: Uid,
    sent: YearFormDep,
    finding: Long = "",
    proven: Text = "",
) -> Response:
    said = common.chosen(proven, "yes", "no")
    return sent.carry_out("/decision/notice#objections", commands.FIND, uid, finding, said)


@router.post("/decision/objections/{uid}/decide", allow=commands.DECIDE.allow)
def decide(
    uid: Uid,
    sent: YearFormDep,
    decision: Text = "",
    chair: Text = "",
    note: Text = "",
    decided_on: Text = "",
) -> Response:
    upheld, day = (
        common.chosen(decision, "upheld", "rejected"),
        common.needed_date(decided_on, "审查日期"),
    )
    return sent.carry_out(
        "/decision/notice#objections", commands.DECIDE, uid, upheld, chair, note, day
    )


@router.post("/decision/approve", allow=commands.APPROVE.allow)
async def approve(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    form = await common.words_of(request)
    sent = YearForm(request, ledger, actor, viewer, common.year_said(form))
    removed = {
        name.removeprefix("removed-"): value
        for name, value in form.items()
        if name.startswith("removed-") and value.strip()
    }
    day, document = (
        common.needed_date(form.get("on", ""), "批准日期"),
        form.get("document", "")[:200],
    )
    return await run_in_threadpool(
        sent.on_year, "/decision/notice#approval", commands.APPROVE, document, day, removed
    )


# 文书 --------------------------------------------------------------------------------------------

Paper = Literal["summary", "evaluation", "ballot", "tally", "notice", "request"]
TITLES = {
    "summary": "评分汇总表",
    "evaluation": "综合评价报告",
    "ballot": "表决票",
    "tally": "计票单",
    "notice": "公示",
    "request": "请示",
}


@router.get("/decision/papers/{name}.docx", allow=P.READ_SCORES)
def paper(
    name: Annotated[Paper, Path()], viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        views.demand_free(session, viewer, year.year)
        content = _paper(session, viewer, year, name)
    return attachment(content, WORD, f"{year.year}年度{TITLES[name]}.docx")


def _paper(session: Session, viewer: Viewer, year: YearView, name: str) -> bytes:
    shown = views.frame(session, year)
    report = views.needed_report(session, viewer, year)
    if name in ("summary", "evaluation"):
        return (papers.summary_docx if name == "summary" else papers.evaluation_docx)(shown, report)
    if name in ("ballot", "tally"):
        cases = [(one.award, one.name) for one in vote.candidates(session, year.year)]
        form = vote.form_of(session, year.year)
        if name == "tally":
            return papers.tally_docx(shown, cases, len(gather.members(session, year.year)), form)
        return papers.ballot_docx(shown, cases, form)
    return _published(session, year, shown, name)


def _published(session: Session, year: YearView, shown: Frame, name: str) -> bytes:
    row, period = gather.notice_row(session, year.year), notice.period_of(session, year.year)
    if row is None or period is None:
        raise Refusal("no-notice", "拟奖名单还没有公示。", notice.BASIS)
    if name == "request":
        return documents.request(session, shown, period)
    cases = [(one["award"], one["name"]) for one in notice.listed(session, year.year)]
    signed = notice.must_sign(session, year.year)
    return papers.notice_docx(shown, row, period, cases, signed)


@router.get("/decision/objections/{uid}.docx", allow=P.READ_SCORES)
def finding_paper(uid: Uid, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        row = session.query(Objection).filter_by(uid=uid, year=year.year).one_or_none()
        if row is None or row.applicant in viewer.conflicted:
            raise nothing()
        content = papers.finding_docx(views.frame(session, year), row)
    return attachment(content, WORD, f"{year.year}年度异议核查报告.docx")
