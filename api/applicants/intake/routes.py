"""受理和资格审查接口."""

from __future__ import annotations

from typing import Any

from fastapi import File, Response, UploadFile

from api.applicants.intake import views
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
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
def fill_application(
    uid: Uid, body: FormIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.fill(uow, uid, ApplicationFields(**dict(body)))
        uow.commit()


@router.post(
    "/intake/{uid}/files",
    allow=P.RUN_AWARD,
    status_code=201,
    body_bytes=UPLOAD,
    summary="收存材料",
)
def attach_material(
    uid: Uid,
    kind: Line,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    file: UploadFile = File(...),  # noqa: B008
) -> Created:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        paper = Paper(kind, file.filename or "", file.file.read(LARGEST + 1))
        made = applications.attach(uow, uid, paper)
        uow.commit()
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
def remove_material(
    uid: Uid, file: Uid, body: ReasonIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.own(uow.session, Attachment, views.find(uow.session, viewer, uid), file)
        applications.remove_attachment(uow, file, body.reason)
        uow.commit()


@router.post("/intake/{uid}/opinions", allow=P.RUN_AWARD, status_code=201, summary="登记推荐意见")
def give_opinion(
    uid: Uid, body: OpinionIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> Created:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        made = applications.give_opinion(uow, uid, OpinionFields(**dict(body)))
        uow.commit()
    return Created(uid=made)


@router.post("/intake/{uid}/licences", allow=P.RUN_AWARD, status_code=201, summary="登记证照")
def note_licence(
    uid: Uid, body: LicenceIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> Created:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        made = applications.note_licence(uow, uid, body.kind, body.valid_to, body.forever)
        uow.commit()
    return Created(uid=made)


@router.post("/intake/{uid}/incidents", allow=P.RUN_AWARD, status_code=201, summary="登记不良记录")
def note_incident(
    uid: Uid, body: IncidentIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> Created:
    said = Said(uid, "objection", "", body.kind, body.happened_on, body.precision, body.org_fault)
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        made = inquiries.note_incident(uow, uid, said, body.source or "审定办")
        uow.commit()
    return Created(uid=made)


@router.put(
    "/intake/{uid}/incidents/{incident}/fault",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="查明是否组织责任",
)
def find_fault(
    uid: Uid, incident: Uid, body: FaultIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.own(uow.session, Incident, views.find(uow.session, viewer, uid), incident)
        inquiries.find_fault(uow, incident, body.org_fault, body.reason)
        uow.commit()


@router.post(
    "/intake/{uid}/incidents/{incident}/withdrawal",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="撤销误记的不良记录",
)
def drop_incident(
    uid: Uid, incident: Uid, body: ReasonIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.own(uow.session, Incident, views.find(uow.session, viewer, uid), incident)
        inquiries.drop_incident(uow, incident, body.reason)
        uow.commit()


@router.post("/intake/{uid}/complete", allow=P.RUN_AWARD, status_code=204, summary="核对齐全")
def take_in(uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.take_in(uow, uid)
        uow.commit()


@router.post("/intake/{uid}/supplement", allow=P.RUN_AWARD, status_code=204, summary="通知补正")
def ask_supplement(
    uid: Uid, body: SupplementIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.ask_supplement(uow, uid, body.what, body.due)
        uow.commit()


@router.post("/intake/{uid}/turn-away", allow=P.RUN_AWARD, status_code=204, summary="不予受理")
def turn_away(
    uid: Uid, body: ReasonIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        applications.turn_away(uow, uid, body.reason)
        uow.commit()


@router.put(
    "/intake/{uid}/conditions/{condition}",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="判定一项条件",
)
def judge_condition(
    uid: Uid,
    condition: Uid,
    body: ConditionIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        qualification.say(uow, uid, Decided(condition, body.verdict, body.reason))
        uow.commit()


@router.post(
    "/intake/{uid}/decision", allow=P.DECIDE_AWARD, status_code=204, summary="资格审查决定"
)
def decide_eligibility(
    uid: Uid, body: OutcomeIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        qualification.decide(uow, uid, body.passes, body.reason)
        uow.commit()


@router.post(
    "/intake/{uid}/decision/back", allow=P.DECIDE_AWARD, status_code=204, summary="收回资格审查决定"
)
def take_back_eligibility(
    uid: Uid, body: ReasonIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        views.find(uow.session, viewer, uid)
        qualification.take_back(uow, uid, body.reason)
        uow.commit()


@router.get("/intake/{uid}/conclusion.docx", allow=P.READ_APPLICANTS, summary="资格审查结论")
def read_conclusion(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    with ledger.read() as session:
        return views.conclusion_file(session, views.find(session, viewer, uid))
