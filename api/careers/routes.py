"""任职: applications and their check, grades, dismissal.

Appointments and suspensions are with the experts.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Query, UploadFile

from api.careers import commands
from api.careers.schemas import CandidacyDecision, CandidacyIn, GradeIn
from api.kit import lists
from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import Uid
from api.kit.lists import UPLOAD_BYTES
from api.kit.schemas import Because, Created, Read
from expert_pool import dossier, register
from expert_pool.dossier import CandidacyView

router = Router(prefix="/api/v1", tags=["任职"])


@router.get("/candidacies", allow=Permission.READ_EXPERTS, summary="申请与资格审查")
def list_candidacies(ledger: LedgerDep, viewer: ViewerDep, today: TodayDep) -> list[CandidacyView]:
    """待审查的在前，逐条列出任职条件的符合情况。"""
    with ledger.read() as session:
        return list(dossier.candidacies(session, viewer, today))


@router.post(
    "/candidacies/import",
    allow=commands.RECOMMEND.allow,
    status_code=201,
    summary="导入推荐表",
    body_bytes=UPLOAD_BYTES,
)
def import_recommendations(
    file: Annotated[UploadFile, File(description="xlsx 或 csv")],
    ledger: LedgerDep,
    actor: ActorDep,
    settings: SettingsDep,
    today: TodayDep,
    distinct: Annotated[
        bool, Query(description="表中与库里同名的人，已逐一确认不是同一个人")
    ] = False,
) -> Read:
    """一行有误，或有一位可能是库里的人，就全部不读入，逐处说明。"""
    sheet = lists.recommendations(ledger, file, settings, today)
    made = commands.RECOMMEND(ledger, actor, sheet.whole(), distinct=distinct)
    return Read(new=len(made), notes=list(sheet.notes))


@router.post(
    "/experts/{uid}/candidacies",
    allow=commands.ENTER_CANDIDACY.allow,
    status_code=201,
    summary="登记申请或推荐",
)
def enter_candidacy(uid: Uid, body: CandidacyIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.ENTER_CANDIDACY(ledger, actor, uid, body.fields())
    return Created(uid=made)


@router.put(
    "/candidacies/{uid}",
    allow=commands.AMEND_CANDIDACY.allow,
    status_code=204,
    summary="补正申请材料",
)
def amend_candidacy(uid: Uid, body: CandidacyIn, change: ChangeDep) -> None:
    change(commands.AMEND_CANDIDACY, uid, body.fields())


@router.post(
    "/candidacies/{uid}/decision",
    allow=commands.DECIDE_CANDIDACY.allow,
    status_code=204,
    summary="资格审查决定",
)
def decide_candidacy(uid: Uid, body: CandidacyDecision, change: ChangeDep) -> None:
    """写明“原则上”的条件可以放宽，须有理由，并由登记人以外的人决定。"""
    change(commands.DECIDE_CANDIDACY, uid, body.decision == "pass", body.reason)


@router.post("/experts/{uid}/grade", allow=commands.REGRADE.allow, status_code=201, summary="定级")
def regrade(uid: Uid, body: GradeIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """原聘期到前一日为止，新等级的聘期接续到原定终止日。"""
    made = commands.REGRADE(ledger, actor, uid, body.grade, body.reason)
    return Created(uid=made)


@router.post(
    "/experts/{uid}/dismissal", allow=Permission.DECIDE_EXPERTS, status_code=204, summary="解聘"
)
def dismiss(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    """立即生效，此后不再聘任。"""
    with ledger.write(actor) as uow:
        register.dismiss(uow, uid, body.reason)
        uow.commit()
