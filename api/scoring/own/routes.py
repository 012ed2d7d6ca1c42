"""评审员本人的评分接口: her books item by item, her receipt, her group's consensus.

The person is always the one signed in, never a parameter.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import File, Response, UploadFile
from pydantic import Field, StringConstraints

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Input, Line, Note, Reason, Uid, UidText, Year, example
from api.scoring.files import report_file
from api.scoring.own import commands, files, views
from award.scoring import sheets, store
from award.scoring.core.consensus import Agreed

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


@router.put("/books/{uid}/items/{no}", allow=commands.SAVE_ITEM.allow, summary="保存一个条款")
def save_item(
    uid: Uid, no: str, body: MarkIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> dict[str, int]:
    done = commands.SAVE_ITEM(ledger, actor, viewer, uid, no, dict(body))
    return {"done": done, "saved": body.saved + 1}


@router.post("/books/{uid}/lock", allow=commands.LOCK.allow, summary="锁定评分表，得到回执")
def lock(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> dict[str, str]:
    receipt = commands.LOCK(ledger, actor, uid)
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
    allow=commands.TAKE_SHEET.allow,
    status_code=204,
    summary="写入看过的 Excel 评分表",
)
def take_score_sheet(
    uid: Uid, body: SealedIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    commands.TAKE_SHEET(ledger, actor, viewer, uid, body.sealed)


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


@router.post(AT + "/accept", allow=commands.ACCEPT_ALL.allow, summary="一次接受建议值")
def accept_all(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, actor: ActorDep
) -> dict[str, int]:
    count = commands.ACCEPT_ALL(ledger, actor, year, stage, applicant, 0)
    return {"accepted": count}


@router.put(
    AT + "/items/{no}",
    allow=commands.AGREE_ITEM.allow,
    status_code=204,
    summary="合议一个条款",
)
def agree_item(
    year: Year,
    stage: Stage,
    applicant: Uid,
    no: str,
    body: AgreedIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    wanted = dict(body)
    version = wanted.pop("version")
    commands.AGREE_ITEM(ledger, actor, year, stage, applicant, version, no, Agreed(**wanted))


@router.post(
    AT + "/items/{no}/assent",
    allow=commands.ASSENT.allow,
    status_code=204,
    summary="同意合议值",
)
def assent(
    year: Year,
    stage: Stage,
    applicant: Uid,
    no: str,
    body: AssentIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    commands.ASSENT(ledger, actor, year, stage, applicant, no, body.percent)


@router.put(
    AT + "/items/{no}/remarks",
    allow=commands.WRITE_REMARKS.allow,
    status_code=204,
    summary="改写一个条款的意见",
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
    commands.WRITE_REMARKS(ledger, actor, year, stage, applicant, body.version, no, said)


@router.put(
    AT + "/overview",
    allow=commands.WRITE_OVERVIEW.allow,
    status_code=204,
    summary="概况和建议",
)
def write_overview(
    year: Year,
    stage: Stage,
    applicant: Uid,
    body: OverviewIn,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    commands.WRITE_OVERVIEW(
        ledger,
        actor,
        year,
        stage,
        applicant,
        body.version,
        body.overview,
        body.proposal,
        body.proposal_reason,
    )


@router.post(AT + "/report", allow=commands.ISSUE.allow, summary="出具报告")
def issue_review_report(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, actor: ActorDep
) -> dict[str, str]:
    digest = commands.ISSUE(ledger, actor, year, stage, applicant, 0)
    return {"digest": digest}


@router.post(
    AT + "/report/back",
    allow=commands.TAKE_UP_AGAIN.allow,
    status_code=204,
    summary="收回报告",
)
def take_up_again(
    year: Year, stage: Stage, applicant: Uid, body: ReasonIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    commands.TAKE_UP_AGAIN(ledger, actor, year, stage, applicant, body.reason)


@router.post(
    AT + "/signatures",
    allow=commands.SIGN.allow,
    status_code=204,
    summary="签名或书面不同意见",
)
def sign(
    year: Year, stage: Stage, applicant: Uid, body: SignIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    commands.SIGN(ledger, actor, year, stage, applicant, body.digest, body.dissent)


@router.post(
    AT + "/silent",
    allow=commands.MARK_SILENT.allow,
    status_code=204,
    summary="注明未签名视为同意",
)
def mark_silent(
    year: Year, stage: Stage, applicant: Uid, body: SilentIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    commands.MARK_SILENT(
        ledger, actor, year, stage, applicant, body.expert, body.digest, body.reason
    )


@router.get("/{year}/site-plans/{applicant}", allow=P.OWN_BOOK, summary="现场评审日程")
def read_site_day(
    year: Year, applicant: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> dict[str, Any]:
    with ledger.read() as session:
        store.group_view(session, viewer, year, "site", applicant)
        return views.day_of(session, year, applicant)


@router.put(
    "/{year}/site-plans/{applicant}",
    allow=commands.PLAN_DAY.allow,
    status_code=204,
    summary="现场评审日程",
)
def plan_site_day(
    year: Year, applicant: Uid, body: PlanIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    commands.PLAN_DAY(ledger, actor, year, applicant, body.text)
