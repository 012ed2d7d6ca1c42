"""导入台账: upload, dry run, answers, apply. The office's own workbooks or our templates."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import File, Form, Path, Response, UploadFile

from api.imports import commands
from api.imports.kept import RecordsDep, RostersDep
from api.imports.schemas import AnswersIn, BatchOut, DryRunOut, RefusedOut, Summary
from api.kit import lists
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, IfMatch, LedgerDep, SettingsDep, ViewerDep, set_etag
from api.kit.fields import Uid
from api.kit.files import attachment
from api.kit.lists import UPLOAD_BYTES
from api.kit.schemas import Because, Created
from award.applicants import records_in as record_intake
from award.applicants import rosters_in as intake
from award.papers.media import EXCEL
from expert_pool import imported, register

router = Router(prefix="/api/v1", tags=["导入"])

RecordKind = Literal[
    "details",
    "appointments",
    "suspensions",
    "conflicts",
    "pairs",
    "availability",
    "service",
    "stages",
    "ratings",
    "violations",
    "waivers",
    "affiliations",
    "officials",
]


@router.get(
    "/imports/templates/{kind}.xlsx",
    allow=Permission.IMPORT,
    summary="下载导入模板",
    response_class=Response,
)
def download_template(
    kind: Annotated[
        Literal["experts", "applicants", "recommendations", "officials", "holdings"], Path()
    ],
) -> Response:
    """带下拉选项和填写检查：专家、申报组织、推荐表、委员和公职人员名单、股东名单。"""
    make, name = lists.TEMPLATES[kind] if kind in lists.TEMPLATES else intake.TEMPLATES[kind]
    return attachment(make(), EXCEL, name)


@router.get(
    "/imports/templates/records/{kind}.xlsx",
    allow=Permission.IMPORT,
    summary="下载记录表模板",
    response_class=Response,
)
def download_record_template(kind: Annotated[RecordKind, Path()]) -> Response:
    """各项记录的空白表，每种一张；导出的表也可以当模板用。"""
    content, name = record_intake.template(kind)
    return attachment(content, EXCEL, name)


@router.get("/imports", allow=Permission.IMPORT, summary="导入记录")
def list_imports(ledger: LedgerDep, viewer: ViewerDep) -> list[BatchOut]:
    with ledger.read() as session:
        return [BatchOut.model_validate(row) for row in imported.import_batches(session, viewer)]


@router.post(
    "/imports",
    allow=Permission.IMPORT,
    status_code=201,
    summary="上传台账",
    body_bytes=UPLOAD_BYTES,
)
def upload_roster(
    kind: Annotated[Literal["experts", "applicants", "records"], Form()],
    year: Annotated[int, Form(ge=2000, le=2100)],
    file: Annotated[UploadFile, File(description="xlsx 或 csv")],
    ledger: LedgerDep,
    actor: ActorDep,
    settings: SettingsDep,
) -> Created:
    """只试读，不入库；接着看 GET /imports/{uid}。可疑或类型不对的文件当即拒绝。

    records 是各项记录：一个工作簿里可以有几张表，按工作表的名字或表头认；年度只作归档，各行的年度写
    在表里。
    """
    return Created(uid=commands.receive(ledger, actor, settings, kind, year, file))


@router.get("/imports/refused-rows", allow=Permission.IMPORT, summary="没有导入的行")
def list_refused_rows(ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep) -> list[RefusedOut]:
    """导入时有误或待答、没有写入的行；以后的导入写入了，或者说明处理过了，就不再列出。"""
    with ledger.read() as session:
        rows = imported.refused_rows(session, viewer, hidden)
    return [RefusedOut.model_validate(row) for row in rows]


@router.post(
    "/imports/refused-rows/{uid}/settlement",
    allow=Permission.IMPORT,
    status_code=204,
    summary="没有导入的行已经处理",
)
def settle_refused_row(
    uid: Uid,
    body: Because,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """写明怎样处理的：已手工登记、本年度不再申报等。"""
    with ledger.write(actor) as uow:
        new_version = register.settle_refused(uow, uid, version, body.reason)
        uow.commit()
    set_etag(response, new_version)


@router.get("/imports/{uid}", allow=Permission.IMPORT, summary="试读：入库会发生什么")
def read_import(
    uid: Uid,
    response: Response,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    hidden: HiddenDep,
    rosters: RostersDep,
    records_read: RecordsDep,
) -> DryRunOut:
    """新增、更新、不变各多少，哪些行有错，哪些要人确认。"""
    with ledger.read() as session:
        kind = imported.import_batch(session, viewer, uid).row.kind
    if kind == record_intake.KIND:
        rehearsal = record_intake.rehearse(ledger, actor, viewer, hidden, uid, records_read)
        set_etag(response, rehearsal.batch.row.version)
        return DryRunOut.of_records(rehearsal)
    with ledger.read() as session:
        found = intake.dry_run(session, viewer, uid, rosters)
    set_etag(response, found.batch.row.version)
    return DryRunOut.of(found)


@router.patch(
    "/imports/{uid}", allow=Permission.IMPORT, status_code=204, summary="确认表头、回答疑问"
)
def answer_import(
    uid: Uid,
    body: AnswersIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """以前答过的保留；表头和行业说法一经入库即记住，以后不再问。"""
    set_etag(response, intake.answer(ledger, actor, uid, version, body.headings, body.answers))


@router.post("/imports/{uid}/application", allow=Permission.IMPORT, summary="入库")
def apply_import(
    uid: Uid,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    hidden: HiddenDep,
    rosters: RostersDep,
) -> Summary:
    """确定无误的行一次写入；有错的行和未答的疑问不写，可改好再导入。"""
    return Summary(**commands.carry_out(ledger, actor, viewer, hidden, uid, version, rosters))


@router.delete("/imports/{uid}", allow=Permission.IMPORT, status_code=204, summary="放弃导入")
def drop_import(uid: Uid, version: IfMatch, ledger: LedgerDep, actor: ActorDep) -> None:
    intake.drop(ledger, actor, uid, version)
