"""编组表: 下载、读回、照表修改."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Response, UploadFile

from api.groups.plans import commands
from api.groups.plans.routes import read_plan, taken
from api.groups.plans.schemas import PlanOut
from api.groups.sheet.files import demand_whole, sheet_name, sheet_of, table_of
from api.groups.sheet.schemas import ArrangementIn, SheetOut
from api.groups.sheet.views import sheet_page
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, IfMatch, LedgerDep, SettingsDep, ViewerDep, set_etag
from api.kit.fields import Uid
from api.kit.files import attachment
from api.kit.lists import UPLOAD_BYTES
from award.groups import store
from award.groups.books import book_of
from award.papers.media import EXCEL

router = Router(prefix="/api/v1", tags=["方案"])


@router.get(
    "/plans/{uid}/sheet.xlsx",
    allow=Permission.READ_PLANS,
    summary="下载编组表",
    response_class=Response,
)
def download_groups_sheet(
    uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> Response:
    """一家申报组织一行：评审组、组长、组员、时间；在表上改好可以交回。下载记入审计。"""
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, "sheet.xlsx")
        content = sheet_of(view, book_of(uow.session, view).subject)
        uow.commit()
    return attachment(content, EXCEL, sheet_name(view))


@router.post(
    "/plans/{uid}/sheet",
    allow=Permission.EDIT_PLANS,
    summary="读回编组表，只看差别",
    body_bytes=UPLOAD_BYTES,
)
def read_groups_sheet(
    uid: Uid,
    response: Response,
    ledger: LedgerDep,
    viewer: ViewerDep,
    settings: SettingsDep,
    file: Annotated[UploadFile, File()],
) -> SheetOut:
    """什么也不改：逐处说明差别、违反什么或代价多少；读不出的格逐一列明。"""
    with ledger.read() as session:
        view = store.plan(session, viewer, uid)
    demand_whole(view)
    set_etag(response, view.row.version)
    return SheetOut.of(sheet_page(view, table_of(file, settings), file.filename or ""))


@router.post("/plans/{uid}/arrangement", allow=commands.ARRANGE.allow, summary="照编组表修改草案")
def arrange_groups(
    uid: Uid,
    body: ArrangementIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> PlanOut:
    """全部评审组一次改好，作为一步，可以撤销。"""
    commands.ARRANGE(ledger, actor, uid, version, body.wanted(), body.reason)
    return read_plan(uid, response, ledger, viewer)
