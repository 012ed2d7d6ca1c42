"""随机抽取: publish a set of good plans, draw one by a seed from outside, check the draw again."""

from __future__ import annotations

import json

from fastapi import Response

from api.groups.draws import commands
from api.groups.draws.schemas import DrawOut, DrawStartIn, ReplayOut, SeedIn, VoidDecisionIn, VoidIn
from api.groups.solving import StarterDep
from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, IfMatch, LedgerDep, ViewerDep, set_etag
from api.kit.fields import Uid, Year
from api.kit.files import attachment
from api.kit.schemas import Created
from assignment import draw as lottery
from award.groups import draws
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["编组"])


@router.get("/years/{year}/draws", allow=Permission.READ_PLANS, summary="当年的随机抽取")
def list_draws(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[draws.DrawRow]:
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        return list(draws.draws(session, viewer, year))


@router.post(
    "/years/{year}/draws",
    allow=Permission.EDIT_PLANS,
    status_code=202,
    summary="寻找并公布备选方案",
)
def start_draw(
    year: Year,
    body: DrawStartIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    starter: StarterDep,
) -> Created:
    """立即答复任务编号；完成后自动公布，不能再改，见 GET /years/{year}/draws。"""
    with ledger.read() as session:
        year_store.year(session, viewer, year)
    uid = starter(
        lambda uow, limits: draws.start_draw(
            uow, year, limits, body.seed_from, body.tolerance, body.cap, body.keep, body.again
        ),
        body.seconds,
    )
    return Created(uid=uid)


@router.get("/draws/{uid}", allow=Permission.READ_PLANS, summary="一次抽取")
def read_draw(uid: Uid, response: Response, ledger: LedgerDep, viewer: ViewerDep) -> DrawOut:
    with ledger.read() as session:
        found = draws.draw(session, viewer, uid)
    set_etag(response, found.row.version)
    return DrawOut.of(found)


@router.get(
    "/draws/{uid}/record.json",
    allow=Permission.READ_PLANS,
    summary="下载抽取记录",
    response_class=Response,
)
def download_record(uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep) -> Response:
    """抽取之后是 assignment-draw/1，之前是 assignment-candidates/1；只有编号，没有姓名。

    下载记入审计。
    """
    with ledger.write(actor) as uow:
        found = draws.draw(uow.session, viewer, uid)
        uow.record(
            "download",
            "plan_draw",
            uid,
            None,
            {"digest": found.row.digest, "status": found.row.status},
        )
        uow.commit()
    document = (
        lottery.record_json(found.record) if found.record else lottery.to_json(found.candidates)
    )
    content = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")
    name = "draw" if found.record else "candidates"
    return attachment(
        content, "application/json", f"{name}-{found.row.year}-{found.row.digest[:8]}.json"
    )


@router.get("/draws/{uid}/replay", allow=Permission.READ_PLANS, summary="复核一次抽取")
def replay_draw(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> ReplayOut:
    """重算校验码、逐个复核方案、由种子重算号码；said 逐条列出不符之处。"""
    with ledger.read() as session:
        found = draws.verify(session, viewer, uid)
    return ReplayOut(
        ok=not found.said,
        said=list(found.said),
        plan_number=found.plan_number,
        plan_status=found.plan_status,
        as_drawn=found.as_drawn,
    )


@router.post("/draws/{uid}/drawing", allow=commands.DRAW.allow, status_code=201, summary="抽取")
def draw_plan(
    uid: Uid,
    body: SeedIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> Created:
    """只能抽一次；抽中的方案存为新草案，答复其编号。"""
    made = commands.DRAW(ledger, actor, uid, version, body.seed, body.source)
    set_etag(response, version + 1)
    return Created(uid=made)


@router.post(
    "/draws/{uid}/consent",
    allow=commands.AGREE_AGAIN.allow,
    status_code=204,
    summary="同意再次抽取",
)
def agree_again(uid: Uid, body: VoidIn, change: ChangeDep) -> None:
    """本年度已经抽取过的，由公布集合以外的另一人同意之后才能再次抽取；先前的抽取保留。"""
    change(commands.AGREE_AGAIN, uid, body.reason)


@router.post(
    "/draws/{uid}/voiding",
    allow=commands.PROPOSE_VOID.allow,
    status_code=204,
    summary="提出作废备选方案集",
)
def propose_void(uid: Uid, body: VoidIn, change: ChangeDep) -> None:
    """抽取之前可以提出；由另一人决定，决定之前不能抽取。"""
    change(commands.PROPOSE_VOID, uid, body.reason)


@router.post(
    "/draws/{uid}/voiding/decision",
    allow=commands.DECIDE_VOID.allow,
    status_code=204,
    summary="决定是否作废",
)
def decide_void(uid: Uid, body: VoidDecisionIn, change: ChangeDep) -> None:
    """由提出人以外的另一人；集合、提出和决定的理由都留在记录里。"""
    change(commands.DECIDE_VOID, uid, body.agreed, body.reason)
