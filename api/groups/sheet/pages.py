"""编组表的页面: take it, send it back, look at the differences, make them the draft."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from pydantic import ValidationError

from api.groups.plans import commands
from api.groups.sheet.files import demand_whole, table_of
from api.groups.sheet.schemas import ArrangementIn
from api.groups.sheet.views import SheetPage, sheet_page
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, SettingsDep, ViewerDep
from api.kit.fields import Uid
from api.kit.forms import FormDep
from api.kit.lists import UPLOAD_BYTES
from api.kit.rendering import page
from api.kit.shell import Message
from award.groups import store
from award.groups.store import PlanView
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
LONGEST = 1_000_000  # letters of all groups of a sheet
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


def _plan(ledger: Ledger, viewer: Viewer, uid: str) -> PlanView:
    with ledger.read() as session:
        view = store.plan(session, viewer, uid)
    demand_whole(view)
    return view


def _empty(view: PlanView) -> SheetPage:
    row = view.row
    return SheetPage(row.uid, row.version, row.edition, row.status == "draft")


@router.get("/board/{uid}/sheet", allow=Permission.EDIT_PLANS)
def show(request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    return page(request, "sheet_back.html", _empty(_plan(ledger, viewer, uid)))


@router.post("/board/{uid}/sheet", allow=Permission.EDIT_PLANS, body_bytes=UPLOAD_BYTES)
def look(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    file: Annotated[UploadFile, File()],
) -> Response:
    """Nothing is written: the differences are shown, or the cells that cannot be read."""
    view = _plan(ledger, viewer, uid)
    if view.row.status != "draft":
        raise Refusal("wrong-status", "只有草案可以照表修改；已发布的方案请先另存为新草案。")
    try:
        found = sheet_page(view, table_of(file, settings), file.filename or "编组表")
    except Refusal as refusal:
        words = Message(f"没有读入：{refusal.message_zh}", "bad", refusal.legal_basis)
        return page(request, "sheet_back.html", _empty(view), status=422, messages=(words,))
    return page(request, "sheet_back.html", found, status=422 if found.problems else 200)


@router.post(
    "/board/{uid}/arrangement", allow=commands.ARRANGE.allow, body_bytes=2 * LONGEST + 10_000
)
def arrange(
    uid: Uid, version: Version, wanted: Annotated[str, Form(max_length=LONGEST)], sent: FormDep
) -> Response:
    try:
        groups = ArrangementIn.model_validate_json(wanted).wanted()
    except ValidationError as error:
        raise Refusal("invalid", "这张表单不完整，请重新上传编组表。") from error
    return sent.carry_out(
        f"/board?plan={uid}", commands.ARRANGE, uid, version, groups, "按编组表修改"
    )
