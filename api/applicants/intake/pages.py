"""受理和资格审查页: take an application in, check it, judge its conditions, decide."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile

from api.applicants.intake import views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import OfYear, Uid
from api.kit.rendering import page, see_other
from award.applicants import applications, inquiries, qualification
from award.applicants.applications import ApplicationFields, OpinionFields, Paper
from award.applicants.core.checklist import LARGEST
from award.applicants.core.eligibility import Decided
from award.applicants.core.replies import Said
from award.applicants.tables import Attachment, Incident

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=2000)]
UPLOAD = LARGEST + 100_000


@router.get("/intake", allow=P.READ_APPLICANTS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        rows = views.rows(session, viewer, year.year)
    view = {
        "year": year.year,
        "staged": bool(year.stage),
        "deadline": common.date_words(year.fields.deadline),
        "rows": rows,
        "ready": sum(not row["lacking"] for row in rows),
    }
    return page(request, "intake.html", view)


@router.get("/intake/{uid}", allow=P.READ_APPLICANTS)
def show_one(request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        view = views.one(session, views.find(session, viewer, uid))
    return page(request, "intake_one.html", view)


@router.get("/intake/{uid}/conclusion.docx", allow=P.READ_APPLICANTS)
def conclusion(uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    """资格审查结论, once it is decided."""
    with ledger.read() as session:
        return views.conclusion_file(session, views.find(session, viewer, uid))


@router.post("/intake/{uid}/form", allow=P.RUN_AWARD)
def fill(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    activity: Annotated[tuple[str, ...], Form()] = (),
    innovation: Annotated[tuple[str, ...], Form()] = (),
    local: Text = "",
    since: Text = "",
    precision: Text = "day",
    excellence: Text = "",
) -> Response:
    wanted = ApplicationFields(
        activity,
        innovation,
        {"yes": True, "no": False}.get(local),
        common.read_date(since, "开始运行日期"),
        precision,
        common.read_date(excellence, "实施卓越绩效日期"),
    )
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.fill(uow, uid, wanted)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/files", allow=P.RUN_AWARD, body_bytes=UPLOAD)
def attach(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    file: Annotated[UploadFile, File()],
    kind: Text = "",
) -> Response:
    content = file.file.read(LARGEST + 1)
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.attach(uow, uid, Paper(kind, file.filename or "", content))
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.get("/intake/{uid}/files/{file}", allow=P.READ_APPLICANTS)
def read_file(uid: Uid, file: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        return views.material(session, views.find(session, viewer, uid), file)


@router.post("/intake/{uid}/files/{file}/remove", allow=P.RUN_AWARD)
def remove(
    request: Request,
    uid: Uid,
    file: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        views.own(uow.session, Attachment, views.find(uow.session, viewer, uid), file)
        applications.remove_attachment(uow, file, reason)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/opinions", allow=P.RUN_AWARD)
def give_opinion(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    kind: Text = "",
    unit: Text = "",
    agrees: Text = "yes",
    on: Text = "",
    text: Text = "",
) -> Response:
    day = common.needed_date(on, "意见日期")
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.give_opinion(uow, uid, OpinionFields(kind, unit, agrees == "yes", day, text))
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/licences", allow=P.RUN_AWARD)
def note_licence(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    kind: Text = "",
    valid_to: Text = "",
    forever: Text = "",
) -> Response:
    until: date | None = common.read_date(valid_to, "有效期")
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.note_licence(uow, uid, kind, until, forever == "yes")
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/incidents", allow=P.RUN_AWARD)
def note_incident(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    kind: Text = "",
    on: Text = "",
    precision: Text = "day",
    fault: Text = "",
    source: Text = "",
) -> Response:
    day = common.needed_date(on, "发生日期")
    said = Said(
        uid, "objection", source, kind, day, precision, {"yes": True, "no": False}.get(fault)
    )
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        inquiries.note_incident(uow, uid, said, source.strip() or "审定办")
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/incidents/{incident}/fault", allow=P.RUN_AWARD)
def find_fault(
    request: Request,
    uid: Uid,
    incident: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    fault: Text = "",
    reason: Text = "",
) -> Response:
    guilty = common.chosen(fault, "yes", "no")
    with ledger.write(actor) as uow:
        views.own(uow.session, Incident, views.find(uow.session, viewer, uid), incident)
        inquiries.find_fault(uow, incident, guilty, reason)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/incidents/{incident}/withdraw", allow=P.RUN_AWARD)
def drop_incident(
    request: Request,
    uid: Uid,
    incident: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        views.own(uow.session, Incident, views.find(uow.session, viewer, uid), incident)
        inquiries.drop_incident(uow, incident, reason)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/complete", allow=P.RUN_AWARD)
def take_in(
    request: Request, uid: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.take_in(uow, uid)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "taken-in")


@router.post("/intake/{uid}/supplement", allow=P.RUN_AWARD)
def ask_supplement(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    what: Long = "",
    due: Text = "",
) -> Response:
    day = common.needed_date(due, "补正期限")
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.ask_supplement(uow, uid, what, day)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/turn-away", allow=P.RUN_AWARD)
def turn_away(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.turn_away(uow, uid, reason)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")


@router.post("/intake/{uid}/conditions/{condition}", allow=P.RUN_AWARD)
def say(
    request: Request,
    uid: Uid,
    condition: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    verdict: Text = "",
    reason: Long = "",
) -> Response:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        qualification.say(uow, uid, Decided(condition, verdict, reason))
        uow.commit()
    return see_other(request, f"/intake/{uid}#conditions", "saved")


@router.post("/intake/{uid}/decide", allow=P.DECIDE_AWARD)
def decide(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    outcome: Text = "",
    reason: Long = "",
) -> Response:
    passes = common.chosen(outcome, "pass", "fail")
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        qualification.decide(uow, uid, passes, reason)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "qualified")


@router.post("/intake/{uid}/take-back", allow=P.DECIDE_AWARD)
def take_back(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        qualification.take_back(uow, uid, reason)
        uow.commit()
    return see_other(request, f"/intake/{uid}", "saved")
