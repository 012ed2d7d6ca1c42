"""受理和资格审查页: take an application in, check it, judge its conditions, decide."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile

from api.applicants.intake import views
from api.applicants.intake.case import CaseDep
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, ViewerDep
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
    case: CaseDep,
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
    case.do(lambda uow: applications.fill(uow, case.uid, wanted))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/files", allow=P.RUN_AWARD, body_bytes=UPLOAD)
def attach(
    request: Request,
    case: CaseDep,
    file: Annotated[UploadFile, File()],
    kind: Text = "",
) -> Response:
    content = file.file.read(LARGEST + 1)
    case.do(
        lambda uow: applications.attach(uow, case.uid, Paper(kind, file.filename or "", content))
    )
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.get("/intake/{uid}/files/{file}", allow=P.READ_APPLICANTS)
def read_file(uid: Uid, file: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        return views.material(session, views.find(session, viewer, uid), file)


@router.post("/intake/{uid}/files/{file}/remove", allow=P.RUN_AWARD)
def remove(request: Request, file: Uid, case: CaseDep, reason: Text = "") -> Response:
    case.do_on(Attachment, file, lambda uow: applications.remove_attachment(uow, file, reason))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/opinions", allow=P.RUN_AWARD)
def give_opinion(
    request: Request,
    case: CaseDep,
    kind: Text = "",
    unit: Text = "",
    agrees: Text = "yes",
    on: Text = "",
    text: Text = "",
) -> Response:
    day = common.needed_date(on, "意见日期")
    case.do(
        lambda uow: applications.give_opinion(
            uow, case.uid, OpinionFields(kind, unit, agrees == "yes", day, text)
        )
    )
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/licences", allow=P.RUN_AWARD)
def note_licence(
    request: Request,
    case: CaseDep,
    kind: Text = "",
    valid_to: Text = "",
    forever: Text = "",
) -> Response:
    until: date | None = common.read_date(valid_to, "有效期")
    case.do(lambda uow: applications.note_licence(uow, case.uid, kind, until, forever == "yes"))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/incidents", allow=P.RUN_AWARD)
def note_incident(
    request: Request,
    case: CaseDep,
    kind: Text = "",
    on: Text = "",
    precision: Text = "day",
    fault: Text = "",
    source: Text = "",
) -> Response:
    day = common.needed_date(on, "发生日期")
    said = Said(
        case.uid, "objection", source, kind, day, precision, {"yes": True, "no": False}.get(fault)
    )
    case.do(lambda uow: inquiries.note_incident(uow, case.uid, said, source.strip() or "审定办"))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/incidents/{incident}/fault", allow=P.RUN_AWARD)
def find_fault(
    request: Request,
    incident: Uid,
    case: CaseDep,
    fault: Text = "",
    reason: Text = "",
) -> Response:
    guilty = common.chosen(fault, "yes", "no")
    case.do_on(Incident, incident, lambda uow: inquiries.find_fault(uow, incident, guilty, reason))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/incidents/{incident}/withdraw", allow=P.RUN_AWARD)
def drop_incident(
    request: Request,
    incident: Uid,
    case: CaseDep,
    reason: Text = "",
) -> Response:
    case.do_on(Incident, incident, lambda uow: inquiries.drop_incident(uow, incident, reason))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/complete", allow=P.RUN_AWARD)
def take_in(request: Request, case: CaseDep) -> Response:
    case.do(lambda uow: applications.take_in(uow, case.uid))
    return see_other(request, f"/intake/{case.uid}", "taken-in")


@router.post("/intake/{uid}/supplement", allow=P.RUN_AWARD)
def ask_supplement(
    request: Request,
    case: CaseDep,
    what: Long = "",
    due: Text = "",
) -> Response:
    day = common.needed_date(due, "补正期限")
    case.do(lambda uow: applications.ask_supplement(uow, case.uid, what, day))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/turn-away", allow=P.RUN_AWARD)
def turn_away(request: Request, case: CaseDep, reason: Text = "") -> Response:
    case.do(lambda uow: applications.turn_away(uow, case.uid, reason))
    return see_other(request, f"/intake/{case.uid}", "saved")


@router.post("/intake/{uid}/conditions/{condition}", allow=P.RUN_AWARD)
def say(
    request: Request,
    condition: Uid,
    case: CaseDep,
    verdict: Text = "",
    reason: Long = "",
) -> Response:
    case.do(lambda uow: qualification.say(uow, case.uid, Decided(condition, verdict, reason)))
    return see_other(request, f"/intake/{case.uid}#conditions", "saved")


@router.post("/intake/{uid}/decide", allow=P.DECIDE_AWARD)
def decide(request: Request, case: CaseDep, outcome: Text = "", reason: Long = "") -> Response:
    passes = common.chosen(outcome, "pass", "fail")
    case.do(lambda uow: qualification.decide(uow, case.uid, passes, reason))
    return see_other(request, f"/intake/{case.uid}", "qualified")


@router.post("/intake/{uid}/take-back", allow=P.DECIDE_AWARD)
def take_back(request: Request, case: CaseDep, reason: Text = "") -> Response:
    case.do(lambda uow: qualification.take_back(uow, case.uid, reason))
    return see_other(request, f"/intake/{case.uid}", "saved")
