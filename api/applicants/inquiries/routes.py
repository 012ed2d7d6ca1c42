"""征求部门意见接口: the office's letters and what comes back; behind its link a department answers
its own question, by item or by Excel, without an account.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Response, UploadFile
from pydantic import StringConstraints

from api.applicants.inquiries import views
from api.applicants.inquiries.commands import Token, behind, department
from api.identity.sessions import digest, new_token
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import Day, Input, Line, Name, Note, Reason, Uid, UidText, Year, example
from api.kit.schemas import Created
from award.applicants import inquiries, replies
from award.applicants.core.replies import Said

router = Router(prefix="/api/v1", tags=["受理"])
P = Permission


class InquiryIn(Input):
    model_config = example(
        {"department": "市应急管理局", "question": "近3年有无重大事故", "due": "2026-07-10"}
    )
    department: Name
    question: Note
    due: Day


class SaidIn(Input):
    applicant: UidText
    answer: Line
    text: Note = ""
    incident: Line = ""
    happened_on: Day | None = None
    precision: Line = "day"
    org_fault: bool | None = None


class AnswersIn(Input):
    model_config = example({"by_name": "王某", "answers": [{"applicant": "a-1", "answer": "none"}]})
    by_name: Name
    answers: tuple[SaidIn, ...]

    @property
    def said(self) -> list[Said]:
        return [Said(**dict(one)) for one in self.answers]


class ReasonIn(Input):
    model_config = example({"reason": "重复发函"})
    reason: Reason


class SealedIn(Input):
    """What the look at a sheet gave."""

    model_config = example({"sealed": "c2VhbGVk"})
    sealed: Annotated[str, StringConstraints(max_length=500_000, pattern=r"^[A-Za-z0-9+/=]*$")]


@router.get("/years/{year}/inquiries", allow=P.READ_APPLICANTS, summary="征求部门意见")
def read_inquiries(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep
) -> dict[str, Any]:
    with ledger.read() as session:
        return views.letters(session, viewer, year, today)


@router.post(
    "/years/{year}/inquiries", allow=P.RUN_AWARD, status_code=201, summary="发出征求意见函"
)
def ask_department(year: Year, body: InquiryIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        made = inquiries.ask(uow, year, body.department, body.question, body.due)
        uow.commit()
    return Created(uid=made)


@router.get("/years/{year}/inquiries/letters.docx", allow=P.READ_APPLICANTS, summary="征求意见函")
def read_letters(year: Year, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep) -> Response:
    with ledger.read() as session:
        return views.letters_file(session, viewer, year, today)


@router.get("/inquiries/{uid}", allow=P.RUN_AWARD, summary="一个部门的回执")
def read_sheet(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> dict[str, Any]:
    with ledger.read() as session:
        return views.sheet(session, inquiries.letter(session, uid), viewer.conflicted)


@router.post("/inquiries/{uid}/answers", allow=P.RUN_AWARD, status_code=204, summary="录入部门答复")
def type_department_answers(
    uid: Uid, body: AnswersIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        inquiries.answer(uow, uid, body.by_name, body.said, "office", viewer.conflicted)
        uow.commit()


@router.post("/inquiries/{uid}/link", allow=P.RUN_AWARD, summary="生成答复链接")
def make_department_link(
    uid: Uid, ledger: LedgerDep, actor: ActorDep, settings: SettingsDep
) -> dict[str, str]:
    """The link is told once and kept nowhere; the department's earlier one ends."""
    token = new_token()
    with ledger.write(actor) as uow:
        inquiries.issue_link(uow, uid, digest(token))
        uow.commit()
    return {"token": token, "link": views.link(settings.public_url, token)}


@router.post(
    "/inquiries/{uid}/withdrawal", allow=P.RUN_AWARD, status_code=204, summary="撤回征求意见函"
)
def withdraw_letter(uid: Uid, body: ReasonIn, ledger: LedgerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        inquiries.withdraw(uow, uid, body.reason)
        uow.commit()


@router.get("/inquiries/{uid}/sheet.xlsx", allow=P.RUN_AWARD, summary="下载 Excel 回执")
def download_reply(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    with ledger.read() as session:
        return views.sheet_file(session, inquiries.letter(session, uid), viewer.conflicted)


@router.post(
    "/inquiries/{uid}/sheet",
    allow=P.RUN_AWARD,
    body_bytes=views.SHEET_BYTES,
    summary="交回 Excel 回执，先看差别",
)
def look_at_reply(
    uid: Uid,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    file: UploadFile = File(...),  # noqa: B008
) -> dict[str, Any]:
    data = file.file.read(views.SHEET_BYTES)
    with ledger.asking(actor) as uow:
        row = inquiries.letter(uow.session, uid)
        return vars(replies.look_at(uow, row, data, viewer.conflicted))


@router.post(
    "/inquiries/{uid}/sheet/take",
    allow=P.RUN_AWARD,
    body_bytes=views.SHEET_BYTES,
    summary="写入看过的 Excel 回执",
)
def take_reply(
    uid: Uid, body: SealedIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> dict[str, int]:
    with ledger.write(actor) as uow:
        row = inquiries.letter(uow.session, uid)
        count = replies.take(uow, row, body.sealed, "office", viewer.conflicted)
        uow.commit()
    return {"answered": count}


@router.get("/opinion/{token}", allow=P.PUBLIC, summary="部门凭链接看本部门的名单")
def open_link(token: Token, ledger: LedgerDep) -> dict[str, Any]:
    with ledger.read() as session:
        return views.sheet(session, behind(session, token))


@router.post("/opinion/{token}/answers", allow=P.PUBLIC, status_code=204, summary="部门凭链接答复")
def answer_by_link(token: Token, body: AnswersIn, ledger: LedgerDep) -> None:
    with ledger.read() as session:
        row = behind(session, token)
    with ledger.write(department(row, body.by_name)) as uow:
        inquiries.answer(uow, behind(uow.session, token).uid, body.by_name, body.said, "link")
        uow.commit()


@router.get("/opinion/{token}/sheet.xlsx", allow=P.PUBLIC, summary="部门凭链接下载 Excel 回执")
def download_own_reply(token: Token, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        return views.sheet_file(session, behind(session, token))


@router.post(
    "/opinion/{token}/sheet",
    allow=P.PUBLIC,
    body_bytes=views.SHEET_BYTES,
    summary="部门凭链接交回 Excel 回执，先看差别",
)
def look_at_own_reply(
    token: Token,
    ledger: LedgerDep,
    file: UploadFile = File(...),  # noqa: B008
) -> dict[str, Any]:
    with ledger.read() as session:
        row = behind(session, token)
    with ledger.asking(department(row)) as uow:
        return vars(replies.look_at(uow, row, file.file.read(views.SHEET_BYTES)))


@router.post(
    "/opinion/{token}/sheet/take",
    allow=P.PUBLIC,
    body_bytes=views.SHEET_BYTES,
    summary="部门凭链接写入看过的 Excel 回执",
)
def take_own_reply(token: Token, body: SealedIn, ledger: LedgerDep) -> dict[str, int]:
    with ledger.read() as session:
        row = behind(session, token)
    with ledger.write(department(row)) as uow:
        count = replies.take(uow, behind(uow.session, token), body.sealed, "link")
        uow.commit()
    return {"answered": count}
