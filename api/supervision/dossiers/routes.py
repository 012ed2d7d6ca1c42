"""履职档案与回避核查: an expert's life, yearly sheets, checks of one expert and one applicant, as
data and as Word files.
"""

from __future__ import annotations

from fastapi import Response

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, NowDep, TodayDep, ViewerDep
from api.kit.fields import Uid, Year
from api.kit.files import attachment
from award.papers import register as papers
from award.papers.media import WORD
from award.recusal import certificate as recusal
from award.recusal.certificate import Certificate
from expert_pool import dossier
from expert_pool.dossier import Life, YearSheet
from expert_pool.facts.refusal import Refusal

router = Router(prefix="/api/v1", tags=["专家"])


@router.get("/experts/{uid}/life", allow=Permission.READ_EXPERTS, summary="任职情况")
def read_life(uid: Uid, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep) -> Life:
    """状态、下一步可办理的事项、各段聘期、申请与资格审查。"""
    with ledger.read() as session:
        return dossier.life(session, viewer, uid, today)


@router.get("/experts/{uid}/years/{year}", allow=Permission.READ_EXPERTS, summary="年度履职情况")
def read_service_year(
    uid: Uid, year: Year, ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep, today: TodayDep
) -> YearSheet:
    with ledger.read() as session:
        return dossier.year_sheet(session, viewer, uid, year, today, hidden)


@router.get(
    "/experts/{uid}/recusals/{applicant_uid}", allow=Permission.READ_EXPERTS, summary="回避核查"
)
def read_recusal(uid: Uid, applicant_uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> Certificate:
    """一位专家与一家申报组织之间核查了什么、结论和理由。"""
    with ledger.read() as session:
        return recusal.certificate(session, viewer, uid, applicant_uid)


@router.get(
    "/experts/{uid}/appointments/{term_uid}/letter.docx",
    allow=Permission.READ_EXPERTS,
    summary="下载聘书",
    response_class=Response,
)
def download_letter(
    uid: Uid, term_uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep, today: TodayDep
) -> Response:
    with ledger.write(actor) as uow:
        life = dossier.life(uow.session, viewer, uid, today)
        term = next((one for one in life.terms if one.uid == term_uid), None)
        if term is None:
            raise Refusal("not-found", "没有找到这段聘期，可能编号有误。")
        uow.record("download", "appointment", term_uid, None, {"file": "letter.docx"})
        uow.commit()
    return attachment(papers.appointment_docx(life.name, term), WORD, f"聘书-{life.name}.docx")


@router.get(
    "/experts/{uid}/years/{year}/sheet.docx",
    allow=Permission.READ_EXPERTS,
    summary="下载年度履职表",
    response_class=Response,
)
def download_sheet(
    uid: Uid,
    year: Year,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    hidden: HiddenDep,
    today: TodayDep,
) -> Response:
    with ledger.write(actor) as uow:
        sheet = dossier.year_sheet(uow.session, viewer, uid, year, today, hidden)
        uow.record("download", "expert", uid, None, {"file": f"{year}/sheet.docx"})
        uow.commit()
    return attachment(
        papers.year_sheet_docx(sheet, today), WORD, f"{year}年度履职表-{sheet.name}.docx"
    )


@router.get(
    "/experts/{uid}/recusals/{applicant_uid}/certificate.docx",
    allow=Permission.READ_EXPERTS,
    summary="下载回避核查证明",
    response_class=Response,
)
def download_recusal(
    uid: Uid, applicant_uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep, now: NowDep
) -> Response:
    """下载记入审计，连同证明的校验码。"""
    with ledger.write(actor) as uow:
        found = recusal.certificate(uow.session, viewer, uid, applicant_uid)
        uow.record(
            "download",
            "expert",
            uid,
            None,
            {"file": "certificate.docx", "applicant": applicant_uid, "digest": found.digest},
        )
        uow.commit()
    return attachment(
        papers.recusal_docx(found, now), WORD, f"回避核查证明-{found.expert}-{found.applicant}.docx"
    )
