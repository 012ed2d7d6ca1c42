"""申报组织: the year's applicants, entered, corrected, withdrawn."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Response

from api.applicants import commands
from api.applicants.schemas import ApplicantIn, ApplicantList, ApplicantPatch
from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, IfMatch, LedgerDep, ViewerDep, set_etag
from api.kit.fields import Limit, Offset, Uid, Year
from api.kit.schemas import Because, Created, PhoneOut
from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.applicants.core.applicant import ApplicantFields
from award.applicants.store import ApplicantRow
from award.applicants.tables import Applicant
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["申报组织"])


@router.get("/years/{year}/applicants", allow=Permission.READ_APPLICANTS, summary="当年申报组织")
def list_applicants(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, offset: Offset = 0, limit: Limit = 50
) -> ApplicantList:
    """half_days 为现场评审的半天数；电话只显示首尾。"""
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        found = applicant_store.applicants(session, viewer, year)
    return ApplicantList(total=len(found), items=list(found[offset : offset + limit]))


@router.post(
    "/years/{year}/applicants",
    allow=Permission.EDIT_APPLICANTS,
    status_code=201,
    summary="登记申报组织",
)
def enter_applicant(year: Year, body: ApplicantIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        uid = award_applicants.enter_applicant(uow, year, ApplicantFields(**body.changes()))
        uow.commit()
    return Created(uid=uid)


@router.get("/applicants/{uid}", allow=Permission.READ_APPLICANTS, summary="一家申报组织")
def read_applicant(
    uid: Uid, response: Response, ledger: LedgerDep, viewer: ViewerDep
) -> ApplicantRow:
    with ledger.read() as session:
        row = applicant_store.applicant(session, viewer, uid)
    set_etag(response, row.version)
    return row


@router.patch(
    "/applicants/{uid}", allow=Permission.EDIT_APPLICANTS, status_code=204, summary="修改申报组织"
)
def edit_applicant(
    uid: Uid,
    body: ApplicantPatch,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """只改送来的字段。"""
    with ledger.write(actor) as uow:
        current = applicant_store.fields_of(uow.load(Applicant, uid, version))
        new_version = award_applicants.edit_applicant(
            uow, uid, version, replace(current, **body.changes())
        )
        uow.commit()
    set_etag(response, new_version)


@router.post("/applicants/{uid}/phone", allow=Permission.EDIT_APPLICANTS, summary="查看完整电话")
def reveal_applicant_phone(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> PhoneOut:
    """须写明理由；谁在何时为何查看，记入审计。"""
    with ledger.write(actor) as uow:
        phone = uow.load(Applicant, uid).phone
        uow.record("read-phone", "applicant", uid, None, None, body.reason)
        uow.commit()
    return PhoneOut(phone=phone)


@router.post(
    "/applicants/{uid}/withdrawal",
    allow=commands.WITHDRAW_APPLICANT.allow,
    status_code=204,
    summary="撤回申报",
)
def withdraw_applicant(uid: Uid, body: Because, change: ChangeDep) -> None:
    """记录保留，编组时不再计入。"""
    change(commands.WITHDRAW_APPLICANT, uid, body.reason)


@router.delete(
    "/applicants/{uid}/withdrawal",
    allow=Permission.EDIT_APPLICANTS,
    status_code=204,
    summary="恢复申报",
)
def restore_applicant(
    uid: Uid, response: Response, version: IfMatch, ledger: LedgerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        new_version = award_applicants.restore_applicant(uow, uid, version, "撤回有误，恢复申报")
        uow.commit()
    set_etag(response, new_version)
