"""回避页: what was found or recorded between the year's people and applicants, decisions, waivers,
lists, the certificate of a pair.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import File, Form, Query, Request, Response, UploadFile

from api.kit import common, lists
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import PLAIN, Uid, UidText
from api.kit.forms import FormDep
from api.kit.lists import UPLOAD_BYTES, not_read, taken
from api.kit.rendering import DONE, page, see_other
from api.recusal import commands, views
from award.applicants import store as applicant_store
from award.groups import standing
from award.recusal import certificate as recusal
from expert_pool import dossier, register
from expert_pool.core.actor import Viewer
from expert_pool.facts.intake import RowProblem
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
Number = Annotated[int, Query(alias="page", ge=1, le=10_000)]
Tab = Literal["pending", "soft", "barred", "decided"]


@router.get("/recusals", allow=P.READ_EXPERTS)
def show_list(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    number: Number = 1,
    show: Annotated[Tab, Query()] = "pending",
) -> Response:
    return page(request, "recusals.html", _view(ledger, viewer, hidden, show, number))


def _view(
    ledger: Ledger,
    viewer: Viewer,
    hidden: frozenset[str],
    show: Tab = "pending",
    number: int = 1,
    problems: tuple[RowProblem, ...] = (),
) -> dict[str, object]:
    with ledger.read() as session:
        year = common.current_year(session, viewer)
        seen = standing.recusals(session, viewer, year.year) if year else recusal.Overview()
        matters = views.Matters(
            year.year if year else None,
            seen.findings,
            seen.hints,
            recusal.versions(session, tuple(item.record for item in seen.findings if item.record)),
            [row for row in dossier.waivers(session, viewer) if row.organisation not in hidden],
            dossier.liftings(session, viewer),
            dossier.rulings(session, viewer, hidden),
            dossier.officials(session, viewer),
            dossier.holdings(session, viewer, hidden),
            [
                one
                for one in seen.doubts
                if one.written not in hidden and one.official not in hidden
            ],
        )
    return views.list_view(matters, show, number, problems)


@router.post("/recusals/decide", allow=P.DECIDE_EXPERTS)
def decide(
    request: Request,
    actor: ActorDep,
    ledger: LedgerDep,
    expert: Annotated[UidText, Form()],
    kind: Text,
    organisation: Text,
    decision: Text,
    reason: Text,
    uscc: Text = "",
    evidence: Text = "",
    percent: Text = "",
    ended: Text = "",
    name_match: Text = "",
    record: Text = "",
    version: Version = 0,
) -> Response:
    """A finding goes on record with its decision; something recorded gets its decision; a soft one
    a proposal to waive it.
    """
    with ledger.write(actor) as uow:
        if record:
            uid = record
        else:
            until = common.read_date(ended, "终止日期")
            match = True if name_match == "yes" else None
            fact = register.ConflictFields(
                kind,
                organisation,
                uscc,
                "found",
                None,
                until,
                evidence,
                match,
                common.read_percent(percent),
            )
            uid, version = register.declare_conflict(uow, expert, fact), 1
        done = "waiver"
        if decision == "waive":
            register.propose_waiver(uow, uid, version, reason)
        else:
            now = register.decide_conflict(uow, uid, version, decision, reason)
            done = "decided" if now > version else "to-be-cleared"
        uow.commit()
    return see_other(request, "/recusals", done)


@router.post("/recusals/names", allow=commands.ANSWER_NAMES.allow)
def answer_names(
    written: Text, official: Text, sent: FormDep, answer: Text = "", reason: Text = ""
) -> Response:
    """是不是同一单位: said once, remembered for every later list."""
    same = common.chosen(answer, "same", "different")
    return sent.carry_out("/recusals#names", commands.ANSWER_NAMES, written, official, same, reason)


@router.post("/experts/{uid}/conflicts/{conflict}/waive", allow=commands.PROPOSE_WAIVER.allow)
def propose_waiver(
    uid: Uid, conflict: Uid, version: Version, reason: Text, sent: FormDep
) -> Response:
    return sent.carry_out(
        f"/experts/{uid}#conflicts", commands.PROPOSE_WAIVER, conflict, version, reason
    )


@router.post("/liftings/{uid}/decide", allow=commands.DECIDE_LIFTING.allow)
def decide_lifting(
    uid: Uid, version: Version, reason: Text, sent: FormDep, decision: Text = ""
) -> Response:
    granted = common.chosen(decision, "grant", "refuse")
    return sent.carry_out("/recusals", commands.DECIDE_LIFTING, uid, version, granted, reason)


@router.post("/waivers/{uid}/decide", allow=commands.DECIDE_WAIVER.allow)
def decide_waiver(
    uid: Uid, version: Version, reason: Text, sent: FormDep, decision: Text = ""
) -> Response:
    granted = common.chosen(decision, "grant", "refuse")
    return sent.carry_out("/recusals", commands.DECIDE_WAIVER, uid, version, granted, reason)


@router.post("/officials", allow=commands.ENTER_OFFICIAL.allow)
def enter_official(role: Text, name: Text, unit: Text, sent: FormDep, since: Text = "") -> Response:
    return sent.carry_out(
        "/recusals#officials",
        commands.ENTER_OFFICIAL,
        role,
        name,
        unit,
        common.read_date(since, "起始日期"),
    )


@router.post("/officials/{uid}/end", allow=commands.END_OFFICIAL.allow)
def end_official(uid: Uid, version: Version, until: Text, reason: Text, sent: FormDep) -> Response:
    return sent.carry_out(
        "/recusals#officials",
        commands.END_OFFICIAL,
        uid,
        version,
        common.needed_date(until, "终止日期"),
        reason,
    )


@router.post("/officials/import", allow=commands.IMPORT_OFFICIALS.allow, body_bytes=UPLOAD_BYTES)
def import_officials(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    settings: SettingsDep,
    today: TodayDep,
    file: Annotated[UploadFile, File()],
) -> Response:
    """Whoever is new on the list is entered; one bad row keeps all of it out."""
    problems: tuple[RowProblem, ...] = ()
    try:
        sheet = lists.officials(file, settings, today)
        problems = sheet.problems
        commands.IMPORT_OFFICIALS(ledger, actor, sheet.whole())
    except Refusal as refusal:
        return _again(request, ledger, viewer, hidden, problems, refusal)
    if sheet.notes:
        view, said = _view(ledger, viewer, hidden), taken(DONE["official"], sheet.notes)
        return page(request, "recusals.html", view, messages=said)
    return see_other(request, "/recusals#officials", "official")


@router.post("/holdings/import", allow=commands.IMPORT_HOLDINGS.allow, body_bytes=UPLOAD_BYTES)
def import_holdings(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    settings: SettingsDep,
    file: Annotated[UploadFile, File()],
    source: Text = "",
) -> Response:
    """The companies of the file get the list of the file; one bad row keeps all of it out."""
    problems: tuple[RowProblem, ...] = ()
    try:
        if not source.strip():
            raise Refusal(
                "blank", "请写明名单从哪里来，如“国家企业信用信息公示系统，2026年7月查询”。"
            )
        sheet = lists.holdings(file, settings)
        problems = sheet.problems
        commands.IMPORT_HOLDINGS(ledger, actor, sheet.whole(), source.strip())
    except Refusal as refusal:
        return _again(request, ledger, viewer, hidden, problems, refusal)
    if sheet.notes:
        view, said = _view(ledger, viewer, hidden), taken(DONE["holdings"], sheet.notes)
        return page(request, "recusals.html", view, messages=said)
    return see_other(request, "/recusals#holdings", "holdings")


def _again(
    request: Request,
    ledger: Ledger,
    viewer: Viewer,
    hidden: frozenset[str],
    problems: tuple[RowProblem, ...],
    refusal: Refusal,
) -> Response:
    view = _view(ledger, viewer, hidden, problems=problems)
    return page(request, "recusals.html", view, status=422, messages=not_read(problems, refusal))


@router.post("/applicants/{uid}/requests", allow=P.EDIT_APPLICANTS)
def request_recusal(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    today: TodayDep,
    expert: Annotated[UidText, Form()],
    reason: Text,
    received_on: Text = "",
) -> Response:
    """申报组织申请回避."""
    with ledger.write(actor) as uow:
        row = applicant_store.applicant(uow.session, viewer, uid)
        day = common.read_date(received_on, "收到日期") or today
        register.request_recusal(
            uow, expert, row.fields.name, row.fields.uscc, row.year, day, reason
        )
        uow.commit()
    return see_other(request, f"/applicants/{uid}", "request")


@router.get("/recusal", allow=P.READ_EXPERTS)
def show_certificate(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    expert: Annotated[str, Query(pattern=r"^[A-Za-z0-9_\-]{1,64}$")] = "",
    applicant: Annotated[str, Query(pattern=r"^[A-Za-z0-9_\-]{1,64}$")] = "",
) -> Response:
    """回避核查证明 of one expert and one applicant; without them, back to the list."""
    if not expert or not applicant:
        return see_other(request, "/recusals")
    with ledger.read() as session:
        found = recusal.certificate(session, viewer, expert, applicant)
    return page(request, "recusal.html", views.certificate_view(found))
