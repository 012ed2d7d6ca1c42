"""受理和资格审查接口."""

from __future__ import annotations

from typing import Any

from fastapi import File, Response, UploadFile

from api.applicants.intake import views
from api.applicants.intake.case import CaseDep
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, ViewerDep
from api.kit.fields import Day, Input, Line, Name, Note, Reason, Uid, Year, example
from api.kit.schemas import Created
from award.applicants import applications, inquiries, qualification
from award.applicants.applications import ApplicationFields, OpinionFields, Paper
from award.applicants.core.checklist import LARGEST
from award.applicants.core.eligibility import Decided
from award.applicants.core.replies import Said
from award.applicants.tables import Attachment, Incident

router = Router(prefix="/api/v1", tags=["受理"])
P = Permission
UPLOAD = LARGEST + 100_000


class FormIn(Input):
    """申报表所写."""

    model_config = example({"activities": ["product"], "local": True})
    activities: tuple[Line, ...] = ()
    innovations: tuple[Line, ...] = ()
    local: bool | None = None
    operating_since: Day | None = None
    operating_precision: Line = "day"
    excellence_since: Day | None = None


class OpinionIn(Input):
    model_config = example(
        {"kind": "town", "unit": "大唐街道", "agrees": True, "given_on": "2026-06-10"}
    )
    kind: Line
    unit: Name
    agrees: bool
    given_on: Day
    text: Note = ""


class LicenceIn(Input):
    model_config = example({"kind": "营业执照", "forever": True})
    kind: Name
    valid_to: Day | None = None
    forever: bool = False


class IncidentIn(Input):
    model_config = example({"kind": "inspection", "happened_on": "2025-03-01"})
    kind: Line
    happened_on: Day
    precision: Line = "day"
    org_fault: bool | None = None
    source: Line = ""


class FaultIn(Input):
    model_config = example({"org_fault": True, "reason": "市市场监管局调查结论"})
    org_fault: bool
    reason: Reason


class SupplementIn(Input):
    model_config = example({"what": "补交镇街意见", "due": "2026-06-28"})
    what: Note
    due: Day


class ConditionIn(Input):
    model_config = example({"verdict": "met", "reason": "已核对原件"})
    verdict: Line
    reason: Note = ""


class OutcomeIn(Input):
    model_config = example({"passes": True, "reason": "符合第十二条各项条件"})
    passes: bool
    reason: Reason


class ReasonIn(Input):
    model_config = example({"reason": "事实有误，重新审查"})
    reason: Reason


@router.get("/years/{year}/intake", allow=P.READ_APPLICANTS, summary="受理情况")
def read_intake(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[dict[str, Any]]:
    with ledger.read() as session:
        return views.rows(session, viewer, year)


@router.get("/intake/{uid}", allow=P.READ_APPLICANTS, summary="一份申报")
def read_application(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> dict[str, Any]:
    with ledger.read() as session:
        return views.one(session, views.find(session, viewer, uid))


@router.put("/intake/{uid}/form", allow=P.RUN_AWARD, status_code=204, summary="登记申报表")
def fill_application(body: FormIn, case: CaseDep) -> None:
    case.do(lambda uow: applications.fill(uow, case.uid, ApplicationFields(**dict(body))))


@router.post(
    "/intake/{uid}/files",
    allow=P.RUN_AWARD,
    status_code=201,
    body_bytes=UPLOAD,
    summary="收存材料",
)
def attach_material(
    kind: Line,
    case: CaseDep,
    file: UploadFile = File(...),  # noqa: B008
) -> Created:
    paper = Paper(kind, file.filename or "", file.file.read(LARGEST + 1))
    made = case.do(lambda uow: applications.attach(uow, case.uid, paper))
    return Created(uid=made)


@router.get("/intake/{uid}/files/{file}", allow=P.READ_APPLICANTS, summary="下载一份材料")
def read_material(uid: Uid, file: Uid, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    with ledger.read() as session:
        return views.material(session, views.find(session, viewer, uid), file)


@router.post(
    "/intake/{uid}/files/{file}/removal",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="撤下一份材料",
)
def remove_material(file: Uid, body: ReasonIn, case: CaseDep) -> None:
    case.do_on(Attachment, file, lambda uow: applications.remove_attachment(uow, file, body.reason))


@router.post("/intake/{uid}/opinions", allow=P.RUN_AWARD, status_code=201, summary="登记推荐意见")
def give_opinion(body: OpinionIn, case: CaseDep) -> Created:
    made = case.do(
        lambda uow: applications.give_opinion(uow, case.uid, OpinionFields(**dict(body)))
    )
    return Created(uid=made)


@router.post("/intake/{uid}/licences", allow=P.RUN_AWARD, status_code=201, summary="登记证照")
def note_licence(body: LicenceIn, case: CaseDep) -> Created:
    made = case.do(
        lambda uow: applications.note_licence(uow, case.uid, body.kind, body.valid_to, body.forever)
    )
    return Created(uid=made)


@router.post("/intake/{uid}/incidents", allow=P.RUN_AWARD, status_code=201, summary="登记不良记录")
def note_incident(body: IncidentIn, case: CaseDep) -> Created:
    said = Said(
        case.uid, "objection", "", body.kind, body.happened_on, body.precision, body.org_fault
    )
    made = case.do(
        lambda uow: inquiries.note_incident(uow, case.uid, said, body.source or "审定办")
    )
    return Created(uid=made)


@router.put(
    "/intake/{uid}/incidents/{incident}/fault",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="查明是否组织责任",
)
def find_fault(incident: Uid, body: FaultIn, case: CaseDep) -> None:
    case.do_on(
        Incident,
        incident,
        lambda uow: inquiries.find_fault(uow, incident, body.org_fault, body.reason),
    )


@router.post(
    "/intake/{uid}/incidents/{incident}/withdrawal",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="撤销误记的不良记录",
)
def drop_incident(incident: Uid, body: ReasonIn, case: CaseDep) -> None:
    case.do_on(Incident, incident, lambda uow: inquiries.drop_incident(uow, incident, body.reason))


@router.post("/intake/{uid}/complete", allow=P.RUN_AWARD, status_code=204, summary="核对齐全")
def take_in(case: CaseDep) -> None:
    case.do(lambda uow: applications.take_in(uow, case.uid))


@router.post("/intake/{uid}/supplement", allow=P.RUN_AWARD, status_code=204, summary="通知补正")
def ask_supplement(body: SupplementIn, case: CaseDep) -> None:
    case.do(lambda uow: applications.ask_supplement(uow, case.uid, body.what, body.due))


@router.post("/intake/{uid}/turn-away", allow=P.RUN_AWARD, status_code=204, summary="不予受理")
def turn_away(body: ReasonIn, case: CaseDep) -> None:
    case.do(lambda uow: applications.turn_away(uow, case.uid, body.reason))


@router.put(
    "/intake/{uid}/conditions/{condition}",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="判定一项条件",
)
def judge_condition(condition: Uid, body: ConditionIn, case: CaseDep) -> None:
    case.do(
        lambda uow: qualification.say(uow, case.uid, Decided(condition, body.verdict, body.reason))
    )


@router.post(
    "/intake/{uid}/decision", allow=P.DECIDE_AWARD, status_code=204, summary="资格审查决定"
)
def decide_eligibility(body: OutcomeIn, case: CaseDep) -> None:
    case.do(lambda uow: qualification.decide(uow, case.uid, body.passes, body.reason))


@router.post(
    "/intake/{uid}/decision/back", allow=P.DECIDE_AWARD, status_code=204, summary="收回资格审查决定"
)
def take_back_eligibility(body: ReasonIn, case: CaseDep) -> None:
    case.do(lambda uow: qualification.take_back(uow, case.uid, body.reason))


@router.get("/intake/{uid}/conclusion.docx", allow=P.READ_APPLICANTS, summary="资格审查结论")
def read_conclusion(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    with ledger.read() as session:
        return views.conclusion_file(session, views.find(session, viewer, uid))
