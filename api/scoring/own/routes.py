"""评审员本人的评分接口: her books item by item, her receipt, her group's consensus.

The person is always the one signed in, never a parameter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import File, Response, UploadFile
from pydantic import Field, StringConstraints

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Input, Line, Note, Reason, Uid, UidText, Year, example
from api.scoring.files import report_file
from api.scoring.own import files, views
from award.scoring import agree, books, sheets, site_work, store
from award.scoring.core.consensus import Agreed
from expert_pool.facts.refusal import Refusal

router = Router(prefix="/api/v1/my", tags=["评分"])
P = Permission
Stage = Literal["document", "site"]
Percent = Annotated[int, Field(ge=-1000, le=1000)]
Version = Annotated[int, Field(ge=0, le=2_000_000_000, description="读取时的版本，0 表示不核对")]
SHEET_BYTES = 2_000_000


class MarkIn(Input):
    """One item; `saved` is what was read. `percent` null: not scored."""

    model_config = example({"percent": 55, "strengths": "有方法。", "saved": 0})
    percent: Percent | None = None
    strengths: Note = ""
    improvements: Note = ""
    issues: Note = ""
    evidence: Note = ""
    saved: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class AgreedIn(Input):
    model_config = example({"percent": 55, "reason": "讨论后一致"})
    percent: Percent
    reason: Note = ""
    evidence: Note = ""
    settles: Note = ""
    version: Version = 0


class RemarksIn(Input):
    """One remark a line; what is left out stays as it is."""

    model_config = example({"strengths": "职责清楚。\n有方法。", "version": 3})
    strengths: Note | None = None
    improvements: Note | None = None
    issues: Note | None = None
    version: Version = 0


class SealedIn(Input):
    """What the look at a sheet gave."""

    model_config = example({"sealed": "c2VhbGVk"})
    sealed: Annotated[str, StringConstraints(max_length=900_000, pattern=r"^[A-Za-z0-9+/=]*$")]


class AssentIn(Input):
    model_config = example({"percent": 75})
    percent: Percent


class OverviewIn(Input):
    model_config = example({"overview": "组织概况", "proposal": "yes"})
    overview: Note
    proposal: Literal["", "yes", "no"] = ""
    proposal_reason: Line = ""
    version: Version = 0


class SignIn(Input):
    """`dissent`: a dissent in writing in place of a plain signature."""

    model_config = example({"digest": "0" * 64})
    digest: Line
    dissent: Note | None = None


class SilentIn(Input):
    model_config = example({"expert": "e-1", "digest": "0" * 64, "reason": "三次电话通知未签"})
    expert: UidText
    digest: Line
    reason: Reason


class ReasonIn(Input):
    model_config = example({"reason": "漏写证据"})
    reason: Reason


class PlanIn(Input):
    model_config = example({"text": "08:30 首次会议"})
    text: Note


@router.get("/{year}/books", allow=P.OWN_BOOK, summary="我的评分表")
def read_books(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, now: NowDep
) -> list[dict[str, Any]]:
    with ledger.read() as session:
        return views.book_lines(session, viewer, year, common.china_day(now))


@router.get("/books/{uid}", allow=P.OWN_BOOK, summary="一份评分表")
def read_book(uid: Uid, ledger: LedgerDep, viewer: ViewerDep, now: NowDep) -> dict[str, Any]:
    with ledger.read() as session:
        book = views.open_book(session, viewer, uid, common.china_day(now))
        return views.book_view(session, book)


@router.get("/books/{uid}/items/{no}", allow=P.OWN_BOOK, summary="一个条款")
def read_item(
    uid: Uid, no: str, ledger: LedgerDep, viewer: ViewerDep, now: NowDep
) -> dict[str, Any]:
    with ledger.read() as session:
        book = views.open_book(session, viewer, uid, common.china_day(now))
        return views.item_view(session, book, no)


@router.put("/books/{uid}/items/{no}", allow=P.OWN_BOOK, summary="保存一个条款")
def save_item(
    uid: Uid, no: str, body: MarkIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> dict[str, int]:
    with ledger.write(actor) as uow:
        held = store.own_book(uow.session, viewer, uid).book.mark(no)
        done = books.save_item(uow, uid, no, replace(held, **dict(body)))
        uow.commit()
    return {"done": done, "saved": body.saved + 1}


@router.post("/books/{uid}/lock", allow=P.OWN_BOOK, summary="锁定评分表，得到回执")
def lock(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> dict[str, str]:
    with ledger.write(actor) as uow:
        receipt = books.lock(uow, uid)
        uow.commit()
    return {"receipt": receipt}


@router.get("/books/{uid}/sheet.xlsx", allow=P.OWN_BOOK, summary="下载 Excel 评分表")
def download_score_sheet(uid: Uid, ledger: LedgerDep, viewer: ViewerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        return files.sheet_file(session, viewer, uid, common.china_day(now))


@router.post(
    "/books/{uid}/sheet",
    allow=P.OWN_BOOK,
    body_bytes=SHEET_BYTES,
    summary="交回 Excel 评分表，先看合计",
)
def look_at_score_sheet(
    uid: Uid,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    file: UploadFile = File(...),  # noqa: B008
) -> dict[str, Any]:
    with ledger.asking(actor) as uow:
        book = store.own_book(uow.session, viewer, uid)
        return vars(sheets.look_at(uow, book, file.file.read(SHEET_BYTES)))


@router.post(
    "/books/{uid}/sheet/take",
    allow=P.OWN_BOOK,
    status_code=204,
    summary="写入看过的 Excel 评分表",
)
def take_score_sheet(
    uid: Uid, body: SealedIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        sheets.take(uow, store.own_book(uow.session, viewer, uid), body.sealed)
        uow.commit()


@router.get("/books/{uid}/files/{file}", allow=P.OWN_BOOK, summary="下载一份申报材料")
def read_own_material(
    uid: Uid, file: Uid, ledger: LedgerDep, viewer: ViewerDep, now: NowDep
) -> Response:
    with ledger.read() as session:
        return files.material(session, viewer, uid, file, common.china_day(now))


AT = "/{year}/consensus/{stage}/{applicant}"


@router.get(AT, allow=P.OWN_BOOK, summary="合议")
def read_consensus(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> dict[str, Any]:
    with ledger.read() as session:
        found = store.group_view(session, viewer, year, stage, applicant)
        return views.consensus_page(session, found, viewer.expert_id or "")


@router.get(AT + "/report.docx", allow=P.OWN_BOOK, summary="评审报告")
def read_own_report(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> Response:
    with ledger.read() as session:
        return report_file(store.group_view(session, viewer, year, stage, applicant))


@router.post(AT + "/accept", allow=P.OWN_BOOK, summary="一次接受建议值")
def accept_all(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, actor: ActorDep
) -> dict[str, int]:
    with ledger.write(actor) as uow:
        count = agree.accept_all(uow, year, stage, applicant, 0)
        uow.commit()
    return {"accepted": count}


@router.put(AT + "/items/{no}", allow=P.OWN_BOOK, status_code=204, summary="合议一个条款")
def agree_item(
    year: Year,
    stage: Stage,
    applicant: Uid,
    no: str,
    body: AgreedIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    with ledger.write(actor) as uow:
        wanted = dict(body)
        agree.agree_item(uow, year, stage, applicant, wanted.pop("version"), no, Agreed(**wanted))
        uow.commit()


@router.post(AT + "/items/{no}/assent", allow=P.OWN_BOOK, status_code=204, summary="同意合议值")
def assent(
    year: Year,
    stage: Stage,
    applicant: Uid,
    no: str,
    body: AssentIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    with ledger.write(actor) as uow:
        agree.assent(uow, year, stage, applicant, no, body.percent)
        uow.commit()


@router.put(
    AT + "/items/{no}/remarks", allow=P.OWN_BOOK, status_code=204, summary="改写一个条款的意见"
)
def write_remarks(
    year: Year,
    stage: Stage,
    applicant: Uid,
    no: str,
    body: RemarksIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    said = {kind: text for kind, text in dict(body).items() if isinstance(text, str)}
    with ledger.write(actor) as uow:
        agree.write_remarks(uow, year, stage, applicant, body.version, no, said)
        uow.commit()


@router.put(AT + "/overview", allow=P.OWN_BOOK, status_code=204, summary="概况和建议")
def write_overview(
    year: Year,
    stage: Stage,
    applicant: Uid,
    body: OverviewIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    with ledger.write(actor) as uow:
        agree.write_overview(
            uow,
            year,
            stage,
            applicant,
            body.version,
            body.overview,
            body.proposal,
            body.proposal_reason,
        )
        uow.commit()


@router.post(AT + "/report", allow=P.OWN_BOOK, summary="出具报告")
def issue_review_report(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, actor: ActorDep
) -> dict[str, str]:
    with ledger.write(actor) as uow:
        digest = agree.issue(uow, year, stage, applicant, 0)
        uow.commit()
    return {"digest": digest}


@router.post(AT + "/report/back", allow=P.OWN_BOOK, status_code=204, summary="收回报告")
def take_up_again(
    year: Year, stage: Stage, applicant: Uid, body: ReasonIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        agree.take_up_again(uow, year, stage, applicant, body.reason)
        uow.commit()


@router.post(AT + "/signatures", allow=P.OWN_BOOK, status_code=204, summary="签名或书面不同意见")
def sign(
    year: Year, stage: Stage, applicant: Uid, body: SignIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        agree.sign(uow, year, stage, applicant, body.digest, body.dissent)
        uow.commit()


@router.post(AT + "/silent", allow=P.OWN_BOOK, status_code=204, summary="注明未签名视为同意")
def mark_silent(
    year: Year, stage: Stage, applicant: Uid, body: SilentIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    if stage != "site":
        raise Refusal("invalid", "只有现场评审报告可以这样注明。", "办法第十条")
    with ledger.write(actor) as uow:
        agree.mark_silent(uow, year, applicant, body.expert, body.digest, body.reason)
        uow.commit()


@router.get("/{year}/site-plans/{applicant}", allow=P.OWN_BOOK, summary="现场评审日程")
def read_site_day(
    year: Year, applicant: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> dict[str, Any]:
    with ledger.read() as session:
        store.group_view(session, viewer, year, "site", applicant)
        return views.day_of(session, year, applicant)


@router.put(
    "/{year}/site-plans/{applicant}", allow=P.OWN_BOOK, status_code=204, summary="现场评审日程"
)
def plan_site_day(
    year: Year, applicant: Uid, body: PlanIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        site_work.plan_day(uow, year, applicant, body.text)
        uow.commit()
