"""导入页: upload, headings, questions, preview, write.

The steps themselves are award.applicants.rosters_in, shared with the interface.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import File, Form, Path, Query, Request, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from api.imports import commands
from api.imports import intake_views as views
from api.imports import record_views as records
from api.imports.kept import RecordsDep, RostersDep
from api.imports.views import BatchRow, ImportPage
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import Uid
from api.kit.lists import UPLOAD_BYTES
from api.kit.rendering import page, see_other
from api.kit.shell import Message, Tone
from api.kit.templating import moment
from award.applicants import records_in as record_intake
from award.applicants import rosters_in as intake
from expert_pool import imported, register, store
from expert_pool.core.actor import Viewer
from expert_pool.core.hidden import Hidden
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
SHOWN = 100  # refused rows on the page; the rest is counted
P = Permission
Kind = Annotated[Literal["experts", "applicants", "records"], Path()]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
Day = Annotated[str, Form(max_length=20)]
STATES: dict[str, tuple[str, Tone]] = {
    "open": ("待确认", "warn"),
    "applied": ("已写入", "ok"),
    "dropped": ("已放弃", ""),
}
BOXES = (
    (
        "experts",
        "专家台账",
        "专家名册（.xlsx 或 .csv）",
        "表头名称可以和模板不同，系统按含义识别；行业写平常的叫法即可。",
    ),
    (
        "applicants",
        "申报组织汇总表",
        "申报组织名册（.xlsx 或 .csv）",
        "标题行、合计行会自动跳过；不便接待的时间写“每周五”即可。",
    ),
)


@router.get("/import", allow=P.IMPORT)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, hidden: HiddenDep) -> Response:
    return page(request, "imports.html", _overview(viewer, ledger, hidden))


@router.post("/import/refused-rows/{uid}/settlement", allow=P.IMPORT)
def settle(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    with ledger.write(actor) as uow:
        register.settle_refused(uow, uid, version, reason)
        uow.commit()
    return see_other(request, "/import", "row-settled")


def _overview(viewer: Viewer, ledger: Ledger, hidden: Hidden) -> dict[str, object]:
    with ledger.read() as session:
        rows = imported.import_batches(session, viewer)
        refused = imported.refused_rows(session, viewer, hidden)
        year = common.current_year(session, viewer)
    boxes = tuple(
        {
            "kind": kind,
            "title": title,
            "label": label,
            "hint": hint,
            "template": f"/api/v1/imports/templates/{kind}.xlsx",
        }
        for kind, title, label, hint in BOXES
    )
    able, reading_only = records.sheet_lines()
    batches = tuple(_batch(row) for row in rows)
    return {
        "boxes": boxes,
        "batches": batches,
        "refused": refused[:SHOWN],
        "refused_total": len(refused),
        "kinds": views.NAMES,
        "year": year,
        "sheets": able,
        "reading_only": reading_only,
    }


def _batch(row: imported.BatchRow) -> BatchRow:
    words, tone = STATES.get(row.status, (row.status, ""))
    name, when = views.NAMES.get(row.kind, row.kind), moment(row.created_at)
    return BatchRow(
        row.uid,
        name,
        row.filename,
        words,
        tone,
        when,
        row.created_by,
        summary_words(row),
        row.status == "open",
    )


def rows_left(row: imported.BatchRow) -> int:
    """How many rows of a finished import were not written."""
    return int(json.loads(row.summary_json).get("problems", 0)) if row.status == "applied" else 0


def summary_words(row: imported.BatchRow) -> str:
    counts = json.loads(row.summary_json)
    if row.status != "applied":
        return ""
    words = (
        f"新增 {counts.get('new', 0)}，变更 {counts.get('changed', 0)}，无变化"
        f" {counts.get('unchanged', 0)}"
    )
    left = rows_left(row)
    return words + (f"；{left} 处有误未写入" if left else "")


@router.post("/import/{kind}", allow=P.IMPORT, body_bytes=UPLOAD_BYTES)
def upload(
    request: Request,
    kind: Kind,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    hidden: HiddenDep,
    file: Annotated[UploadFile, File()],
) -> Response:
    """A refused file is told on the same page: the clerk tries another one."""
    try:
        with ledger.read() as session:
            year = common.needed_year(session, viewer).year
        uid = commands.receive(ledger, actor, settings, kind, year, file)
    except Refusal as refusal:
        messages = (Message(f"没有读入：{refusal.message_zh}", "bad", refusal.legal_basis),)
        return page(
            request,
            "imports.html",
            _overview(viewer, ledger, hidden),
            status=422,
            messages=messages,
        )
    return see_other(request, f"/import/{uid}")


@router.get("/import/{uid}", allow=P.IMPORT)
def show_one(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    today: TodayDep,
    hidden: HiddenDep,
    rosters: RostersDep,
    records_read: RecordsDep,
    tab: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    with ledger.read() as session:
        kept = imported.import_batch(session, viewer, uid)
    if kept.row.kind == record_intake.KIND:
        return _show_records(
            request,
            kept.row,
            tab,
            lambda: record_intake.rehearse(ledger, actor, viewer, hidden, uid, records_read),
        )
    try:
        with ledger.read() as session:
            found = (
                intake.dry_run(session, viewer, uid, rosters) if kept.row.status == "open" else None
            )
            calendar = store.working_days(session)
    except Refusal as refusal:
        if refusal.code == "not-found":
            raise
        # Not readable with these headings: the clerk names them, then it is read again.
        return _ask_headings(request, kept, ledger, refusal)
    if found is None:
        return _show_closed(request, kept.row)
    window = calendar.window(*found.window)
    shown = views.import_page(found, tab, window, common.marks(calendar), common.industry_words)
    terms = {"first": f"{today.year}-01-01", "last": f"{today.year + 2}-12-31"}
    return page(request, "import.html", {"it": shown, "terms": terms})


def _show_records(
    request: Request,
    batch: imported.BatchRow,
    tab: str,
    rehearse: Callable[[], record_intake.Rehearsal],
) -> Response:
    if batch.status != "open":
        words = summary_words(batch) or "已放弃，记录没有变化。"
        view = records.RecordsPage(
            batch.uid,
            batch.version,
            batch.filename,
            closed=True,
            summary=words,
            left=rows_left(batch),
        )
    else:
        view = records.records_page(rehearse(), tab)
    return page(request, "import_records.html", {"it": view})


def _show_closed(request: Request, batch: imported.BatchRow) -> Response:
    view = ImportPage(
        batch.uid,
        batch.version,
        batch.kind,
        batch.filename,
        f"导入{views.NAMES[batch.kind]}",
        "",
        closed=True,
        summary=summary_words(batch) or "已放弃，名册没有变化。",
        left=rows_left(batch),
    )
    return page(request, "import.html", {"it": view})


def _ask_headings(
    request: Request, kept: imported.BatchPage, ledger: Ledger, refusal: Refusal
) -> Response:
    batch = kept.row
    with ledger.read() as session:
        headings = views.heading_rows(batch.kind, *intake.read_headings(session, kept))
    view = ImportPage(
        batch.uid,
        batch.version,
        batch.kind,
        batch.filename,
        f"导入{views.NAMES[batch.kind]}",
        "headings",
        headings,
        refusal=refusal.message_zh,
    )
    return page(request, "import.html", {"it": view})


@router.post("/import/{uid}/headings", allow=P.IMPORT)
def confirm_headings(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    heading: Annotated[tuple[str, ...], Form()] = (),
    field: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    if len(heading) != len(field):
        raise Refusal("bad-headings", "表头的数目不对，请刷新页面后再试。")
    intake.answer(ledger, actor, uid, version, dict(zip(heading, field, strict=True)), {})
    return see_other(request, f"/import/{uid}", "headings")


@router.post("/import/{uid}/answers", allow=P.IMPORT)
async def answer(request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep) -> Response:
    """Own words go before a ticked proposal; questions left alone stay open."""
    form = await request.form()
    version = str(form.get("version", ""))
    answers = {}
    for number, key in enumerate(form.getlist("key")):
        said = (
            str(form.get(f"free-{number}", "")).strip()
            or str(form.get(f"answer-{number}", "")).strip()
        )
        if said:
            answers[str(key)] = said[:200]
    if not version.isdecimal():
        raise Refusal("stale", "页面已过期，请刷新后再试。")
    await run_in_threadpool(intake.answer, ledger, actor, uid, int(version), {}, answers)
    return see_other(request, f"/import/{uid}", "answers")


@router.post("/import/{uid}/apply", allow=P.IMPORT)
def apply(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    rosters: RostersDep,
    version: Version,
    appoint: Annotated[str, Form(max_length=3)] = "",
    first: Day = "",
    last: Day = "",
) -> Response:
    with ledger.read() as session:
        kind = imported.import_batch(session, viewer, uid).row.kind
    term = (
        (common.needed_date(first, "聘期起"), common.needed_date(last, "聘期止"))
        if appoint == "yes" and kind == "experts"
        else None
    )
    commands.carry_out(ledger, actor, viewer, hidden, uid, version, rosters, term)
    return see_other(request, f"/import/{uid}", "applied")


@router.post("/import/{uid}/drop", allow=P.IMPORT)
def drop(
    request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep, version: Version
) -> Response:
    intake.drop(ledger, actor, uid, version)
    return see_other(request, "/import", "dropped")
