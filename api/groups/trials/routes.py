"""试算: solve beside the plan in hand in other ways, compare, adopt one as a new draft."""

from __future__ import annotations

from api.groups.board import commands
from api.groups.board.schemas import JobOut
from api.groups.plans.schemas import ComparisonOut
from api.groups.solving import StarterDep
from api.groups.trials.schemas import AdoptionIn, TrialOut, TrialsIn, TrialsOut
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid, Year
from api.kit.schemas import Created
from award.groups import trials
from award.groups.core.compare import compare
from award.groups.store import plan
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["编组"])


@router.post(
    "/years/{year}/trials", allow=Permission.EDIT_PLANS, status_code=202, summary="开始试算"
)
def start_trials(
    year: Year,
    body: TrialsIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    starter: StarterDep,
) -> Created:
    """立即答复任务编号；进度同求解任务，结果用 GET /trials/{uid} 取。年度设置和现有方案不变。"""
    with ledger.read() as session:
        year_store.year(session, viewer, year)
    wishes = [wish.wanted() for wish in body.wishes]
    uid = starter(
        lambda uow, limits: trials.start_trial(uow, year, wishes, limits, body.keep), body.seconds
    )
    return Created(uid=uid)


@router.get("/trials/{uid}", allow=Permission.READ_PLANS, summary="试算结果")
def read_trials(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> TrialsOut:
    """每种试法各项目标的值；还在进行时 trials 为空。"""
    with ledger.read() as session:
        found = trials.trial(session, viewer, uid)
    return TrialsOut(
        job=JobOut.model_validate(found.job),
        trials=[TrialOut.of(number, one) for number, one in enumerate(found.trials)],
    )


@router.get(
    "/trials/{uid}/comparison/{other_uid}",
    allow=Permission.READ_PLANS,
    summary="试算结果与一个方案比较",
)
def compare_trials(
    uid: Uid, other_uid: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> list[ComparisonOut]:
    """逐种试法说明从那个方案到它的变化：目标、人员、时间。"""
    with ledger.read() as session:
        found = trials.trial(session, viewer, uid)
        before = plan(session, viewer, other_uid)
    return [ComparisonOut.model_validate(compare(before, one.side)) for one in found.trials]


@router.post(
    "/trials/{uid}/adoption",
    allow=commands.ADOPT_TRIAL.allow,
    status_code=201,
    summary="采用一种试算结果",
)
def adopt_trial(uid: Uid, body: AdoptionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """存为新的草案，答复其编号；原来的版本不变。"""
    made = commands.ADOPT_TRIAL(ledger, actor, uid, body.number)
    return Created(uid=made)
