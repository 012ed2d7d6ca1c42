"""任职页: recommendations and the check of the conditions, appointment, grade, end of office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, File, Form, Request, Response, UploadFile

from api.careers import commands, views
from api.kit import common, lists
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import PLAIN, Uid
from api.kit.forms import FormDep
from api.kit.lists import UPLOAD_BYTES, not_read, taken
from api.kit.rendering import DONE, page, see_other
from expert_pool import dossier, register
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.intake import RowProblem
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
YES_NO = {"yes": True, "no": False}


@router.get("/candidates", allow=P.READ_EXPERTS)
def show_candidates(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep
) -> Response:
    with ledger.read() as session:
        rows = dossier.candidacies(session, viewer, today)
    return page(request, "candidates.html", views.candidates_view(rows))


@router.post("/candidates/import", allow=commands.RECOMMEND.allow, body_bytes=UPLOAD_BYTES)
def import_candidates(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    today: TodayDep,
    file: Annotated[UploadFile, File()],
    distinct: Text = "",
) -> Response:
    """The whole sheet or nothing; every bad row is shown at once on the same page."""
    problems: tuple[RowProblem, ...] = ()
    try:
        sheet = lists.recommendations(ledger, file, settings, today)
        problems = sheet.problems
        commands.RECOMMEND(ledger, actor, sheet.whole(), distinct=distinct == "yes")
    except Refusal as refusal:
        with ledger.read() as session:
            view = views.candidates_view(dossier.candidacies(session, viewer, today), problems)
        return page(
            request, "candidates.html", view, status=422, messages=not_read(problems, refusal)
        )
    if sheet.notes:
        with ledger.read() as session:
            view = views.candidates_view(dossier.candidacies(session, viewer, today), ())
        said = taken(DONE["recommended"], sheet.notes)
        return page(request, "candidates.html", view, messages=said)
    return see_other(request, "/candidates", "recommended")


@router.post("/candidates/{uid}/decide", allow=commands.DECIDE_CANDIDACY.allow)
def decide_candidacy(
    uid: Uid, version: Version, sent: FormDep, decision: Text = "", reason: Text = ""
) -> Response:
    passed = common.chosen(decision, "pass", "reject")
    return sent.carry_out("/candidates", commands.DECIDE_CANDIDACY, uid, version, passed, reason)


def _form(
    channel: Text = "recommended",
    recommender: Text = "",
    experience: Text = "",
    training: Text = "",
    trained_on: Text = "",
    conduct: Text = "",
    received_on: Text = "",
) -> register.CandidacyFields:
    """What the form for an application says."""
    if experience.strip() and not experience.strip().isdecimal():
        raise Refusal("out-of-range", "工作年限应是整数。")
    return register.CandidacyFields(
        channel,
        recommender,
        common.read_date(received_on, "收到日期"),
        int(experience) if experience.strip() else None,
        training,
        common.read_date(trained_on, "培训日期"),
        YES_NO.get(conduct),
    )


Application = Annotated[register.CandidacyFields, Depends(_form)]


@router.post("/experts/{uid}/apply", allow=commands.ENTER_CANDIDACY.allow)
def apply(uid: Uid, wanted: Application, sent: FormDep) -> Response:
    return sent.carry_out(f"/experts/{uid}#life", commands.ENTER_CANDIDACY, uid, wanted)


@router.post("/candidates/{uid}/amend", allow=commands.AMEND_CANDIDACY.allow)
def amend(uid: Uid, version: Version, wanted: Application, sent: FormDep) -> Response:
    """补正材料 before the decision."""
    return sent.carry_out("/candidates", commands.AMEND_CANDIDACY, uid, version, wanted)


@router.post("/experts/{uid}/appoint", allow=P.DECIDE_EXPERTS)
def appoint(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    today: TodayDep,
    grade: Text,
    first: Text,
    last: Text,
    certificate_no: Text = "",
    reason: Text = "",
) -> Response:
    """聘任或续聘; the certificate number is the next one unless another is given."""
    term = common.needed_date(first, "聘期起"), common.needed_date(last, "聘期止")
    with ledger.write(actor) as uow:
        register.engage(uow, uid, grade, *term, certificate_no, today, reason)
        uow.commit()
    return see_other(request, f"/experts/{uid}#life", "appointed")


@router.post("/experts/{uid}/grade", allow=commands.REGRADE.allow)
def regrade(uid: Uid, grade: Text, reason: Text, sent: FormDep) -> Response:
    return sent.carry_out(f"/experts/{uid}#life", commands.REGRADE, uid, grade, reason)


@router.post("/experts/{uid}/end", allow=P.DECIDE_EXPERTS)
def end(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    viewer: ViewerDep,
    today: TodayDep,
    kind: Text,
    reason: Text,
) -> Response:
    """辞聘 or 解聘, as of today."""
    with ledger.write(actor) as uow:
        if kind == "dismiss":
            register.dismiss(uow, uid, reason)
        elif kind != "resign":
            raise Refusal("invalid", "请选择本人辞聘或者解聘。")
        else:
            terms = [
                term
                for term in dossier.life(uow.session, viewer, uid, today).terms
                if term.ended_on is None and term.last >= today
            ]
            if not terms:
                raise Refusal("no-term", "没有可以终止的聘期。", "办法第九条第三项")
            for term in reversed(terms):
                register.end_appointment(
                    uow, term.uid, term.version, max(today, term.first), reason
                )
        uow.commit()
    return see_other(request, f"/experts/{uid}#life", "ended")


def next_term(today: date, last: date | None) -> tuple[date, date]:
    """The term the form offers: from today or after the last one, for as long as the rulebook
    says.
    """
    first = today if last is None or last < today else last + timedelta(1)
    return first, _anniversary(first, rulebook().term_years)


def _anniversary(first: date, years: int) -> date:
    """The last day of so many years: the day before the same date, or the last of February where
    there is no such date.
    """
    try:
        return first.replace(year=first.year + years) - timedelta(1)
    except ValueError:
        return date(first.year + years, 2, 28)
