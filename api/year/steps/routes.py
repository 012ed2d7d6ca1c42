"""年度步骤接口: where the year is, what it waits for, settings with their source, the rubric."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import StringConstraints

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import PLAIN, Input, Line, Reason, Year, example
from api.year import commands
from api.year.steps import views
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["年度步骤"])
P = Permission
Key = Annotated[str, Path(pattern=r"^[0-9a-z.:\-]{1,30}$", description="条款号或评分档")]


class MoveIn(Input):
    """Which stage comes next."""

    model_config = example({"wanted": "applications"})
    wanted: Line


class ReasonIn(Input):
    model_config = example({"reason": "申报材料有误，需要补正"})
    reason: Reason


class DocumentIn(Input):
    model_config = example({"document": "诸政办发〔2026〕1号"})
    document: Reason


class SettingIn(Input):
    """A value and where it is written."""

    model_config = example({"value": "0.4", "source": "诸质奖审〔2026〕1号第三条"})
    value: Line
    source: Line


class TextIn(Input):
    """What the printed standard says; empty takes it away."""

    model_config = example({"text": "有系统、有效的方法，职责清楚。"})
    text: Annotated[str, StringConstraints(max_length=5000, pattern=PLAIN)]


class DayIn(Input):
    """One entry a line; empty brings back the sample the program came with."""

    model_config = example({"text": "08:30–09:00 首次会议\n09:00–10:30 高层汇报、访谈"})
    text: Annotated[str, StringConstraints(max_length=5000, pattern=PLAIN)]


class ItemsIn(Input):
    model_config = example({"items": ["4.1.2", "4.1.3"]})
    items: tuple[Line, ...]


@router.get("/years/{year}/steps", allow=P.READ_YEAR, summary="年度步骤和还缺什么")
def read_steps(year: Year, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep) -> dict[str, Any]:
    with ledger.asking(actor) as uow:
        view = views.overview(uow, viewer, year_store.year(uow.session, viewer, year))
    return {**view, "steps": view.pop("nine").steps}


@router.post(
    "/years/{year}/steps", allow=commands.BEGIN.allow, status_code=204, summary="启用分阶段办理"
)
def begin_steps(year: Year, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.BEGIN(ledger, actor, year)


@router.post(
    "/years/{year}/steps/move", allow=commands.MOVE.allow, status_code=204, summary="进入一个阶段"
)
def move_year(year: Year, body: MoveIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.MOVE(ledger, actor, year, body.wanted)


@router.post(
    "/years/{year}/steps/back",
    allow=commands.PROPOSE_BACK.allow,
    status_code=204,
    summary="提出退回上一阶段",
)
def propose_back(year: Year, body: ReasonIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.PROPOSE_BACK(ledger, actor, year, body.reason)


@router.post(
    "/years/{year}/steps/end", allow=commands.END.allow, status_code=204, summary="终止本年度"
)
def end_year(year: Year, body: DocumentIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.END(ledger, actor, year, body.document)


@router.get("/years/{year}/settings", allow=P.READ_YEAR, summary="设置与出处")
def read_settings(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> dict[str, Any]:
    with ledger.read() as session:
        return views.settings_page(session, year_store.year(session, viewer, year))


@router.put(
    "/years/{year}/settings/{code}",
    allow=commands.ENTER_SETTING.allow,
    status_code=204,
    summary="填写一项设置",
)
def enter_setting(
    year: Year, code: str, body: SettingIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    commands.ENTER_SETTING(ledger, actor, year, code, body.value, body.source)


@router.put(
    "/years/{year}/site-day",
    allow=commands.SET_SITE_DAY.allow,
    status_code=204,
    summary="现场评审日程的样本",
)
def set_site_day(year: Year, body: DayIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """组长制订日程时从它改起；已经制订的不变。现在的样本见设置与出处的 `site_day`。"""
    commands.SET_SITE_DAY(ledger, actor, year, body.text)


@router.get("/years/{year}/rubric", allow=P.READ_YEAR, summary="评审标准和核对情况")
def read_rubric(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> dict[str, Any]:
    with ledger.read() as session:
        return views.rubric_page(session, year_store.year(session, viewer, year), actor)


@router.post(
    "/years/{year}/rubric/checks",
    allow=commands.CHECK_ITEMS.allow,
    status_code=204,
    summary="登记分值核对",
)
def check_items(year: Year, body: ItemsIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.CHECK_ITEMS(ledger, actor, year, body.items)


@router.put(
    "/years/{year}/rubric/texts/{key}",
    allow=commands.WRITE_TEXT.allow,
    status_code=204,
    summary="录入标准原文",
)
def write_rubric_text(
    year: Year, key: Key, body: TextIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    """`key`：条款号，或“种类:档”，如 process:50-65。"""
    commands.WRITE_TEXT(ledger, actor, year, key, body.text)
