"""阶段用例（办法第十三条）: start a year in stages, move it on, back or to its end.

What must hold before a move is answered by the rooms that know (`checks`), so that this room need
not know them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.year.core import settings as core_settings
from award.year.core.stages import (
    BACK,
    END,
    NO_STAGES,
    Move,
    demand,
    find_move,
    name,
    next_move,
    reached,
)
from award.year.tables import AwardYear, RubricCheck, RubricText, YearSetting
from award.year.years import writable
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import ALONE, Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import seal_of

# For a year, what is still lacking of one need, as sentences.
Check = Callable[[UnitOfWork, int], tuple[str, ...]]
LONGEST_TEXT = 4000


def stage_of(session: Session, year: int) -> str:
    return session.scalar(select(AwardYear.stage).where(AwardYear.year == year)) or NO_STAGES


def begin(uow: UnitOfWork, year: int) -> None:
    """启用分阶段办理: from now on the steps of article 13 are kept in order."""
    row = writable(uow, year)
    if row.stage != NO_STAGES:
        raise Refusal("exists", f"{year} 年度已经分阶段办理。", "办法第十三条")
    with uow.change(row, "begin"):
        row.stage = "preparing"


def move(uow: UnitOfWork, year: int, wanted: str, checks: Mapping[str, Check]) -> None:
    """进入下一阶段, or one back that another person has asked for.

    Raises Refusal `wrong-stage`, `wrong-role`, `not-ready`, each with its article.
    """
    row = writable(uow, year)
    found = find_move(row.stage, wanted, uow.actor.role)
    if found in END:
        raise Refusal("document-needed", "终止须有市政府文件。", "办法第十三条")
    demand(found, lacking(uow, year, found, checks))
    with uow.change(row, "back" if found in BACK else "move", row.back_reason):
        row.stage = wanted
        row.back_reason = row.back_by = row.back_name = ""


def lacking(
    uow: UnitOfWork, year: int, found: Move, checks: Mapping[str, Check]
) -> dict[str, tuple[str, ...]]:
    """Of every need of a move what is still missing; the page of the year shows the same."""
    return {need: checks[need](uow, year) for need in found.needs}


def propose_back(uow: UnitOfWork, year: int, reason: str) -> None:
    """提出退回上一阶段: somebody else, the approver, moves it."""
    row = writable(uow, year)
    if not any(step.before == row.stage for step in BACK):
        raise Refusal(
            "wrong-stage", f"现在是{name(row.stage)}，没有可以退回的阶段。", "办法第十三条"
        )
    if not reason.strip():
        raise Refusal("reason-needed", "请写明退回的理由，它会记入操作日志。", "办法第九条")
    with uow.change(row, "propose-back", reason):
        row.back_reason = reason.strip()
        row.back_by, row.back_name = uow.actor.id, uow.actor.name


def end(uow: UnitOfWork, year: int, document: str) -> None:
    """终止本年度 by a document of the city government."""
    row = writable(uow, year)
    find_move(row.stage, "ended", uow.actor.role)
    if not document.strip():
        raise Refusal(
            "document-needed", "终止须写明市政府文件的文号。", "办法第十三条", field="document"
        )
    with uow.change(row, "end", document):
        row.stage, row.ended_document = "ended", document.strip()


def demand_stage(session: Session, year: int, *stages: str) -> None:
    """Raises Refusal `wrong-stage` unless the year stands in one of these."""
    found = stage_of(session, year)
    if found not in stages:
        wanted = "、".join(name(stage) for stage in stages)
        raise Refusal(
            "wrong-stage", f"现在是{name(found)}，这件事在{wanted}阶段办理。", "办法第十三条"
        )


def demand_running(session: Session, year: int) -> None:
    """Raises Refusal `wrong-stage` where the year was archived or ended: it is read and no more."""
    found = stage_of(session, year)
    if found in ("archived", "ended"):
        raise Refusal("wrong-stage", f"本年度已经{name(found)}，不能再改。", "办法第十七条")


def enter_setting(uow: UnitOfWork, year: int, code: str, value: str, source: str) -> None:
    """填写一项设置, with its source; when its stage has opened it stays."""
    row = writable(uow, year)
    said, source = core_settings.read(code, value), core_settings.sound_source(source)
    setting = core_settings.SETTINGS[code]
    if reached(row.stage, setting.stage):
        raise Refusal(
            "wrong-stage",
            f"{name(setting.stage)}已经开始，不能再改“{setting.title}”。",
            "办法第二十一条",
        )
    held = uow.session.scalar(
        select(YearSetting).where(YearSetting.year == year, YearSetting.code == code)
    )
    signed = {
        "entered_at": uow.now,
        "entered_by": uow.actor.id,
        "entered_name": uow.actor.name,
    }
    if held is None:
        fresh = YearSetting(year=year, code=code, value=said, source=source, **signed)
        uow.add(fresh, "ys", "enter", source)
    elif (held.value, held.source) != (said, source):
        with uow.change(held, "enter", source):
            held.value, held.source = said, source
            for key, one in signed.items():
                setattr(held, key, one)


def values(session: Session, year: int) -> dict[str, str]:
    """The settings that were entered, by code."""
    query = select(YearSetting.code, YearSetting.value).where(YearSetting.year == year)
    return {row.code: row.value for row in session.execute(query)}


def check_item(uow: UnitOfWork, year: int, item: str) -> None:
    """核对一个条款的分值 against the printed standard."""
    row = writable(uow, year)
    if reached(row.stage, "documents"):
        raise Refusal("wrong-stage", "资料评审已经开始，评审标准不再变动。", "办法第五条")
    key = {"year": year, "item": item, "checked_by": uow.actor.id}
    if uow.session.scalar(select(RubricCheck).filter_by(**key)) is None:
        fresh = RubricCheck(**key, checked_name=uow.actor.name, checked_at=uow.now)
        uow.add(fresh, "rc", "check")


def checked(session: Session, year: int) -> dict[str, tuple[str, ...]]:
    """Who has compared which item with the printed standard."""
    found: dict[str, tuple[str, ...]] = {}
    query = select(RubricCheck).where(RubricCheck.year == year).order_by(RubricCheck.id)
    for row in session.scalars(query):
        found[row.item] = (*found.get(row.item, ()), row.checked_name)
    return found


def write_text(uow: UnitOfWork, year: int, key: str, text: str, done: str = "enter") -> None:
    """录入标准原文 of an item or a band; it is shown beside the scale and changes no number.
    `done`: what the log calls it.
    """
    writable(uow, year)
    if len(text) > LONGEST_TEXT:
        raise Refusal("too-long", f"文字超过 {LONGEST_TEXT} 字，请精简。", "办法第五条", field=key)
    held = uow.session.scalar(
        select(RubricText).where(RubricText.year == year, RubricText.key == key)
    )
    if held is None:
        if text.strip():
            uow.add(RubricText(year=year, key=key, text=text.strip()), "rt", done)
        return
    if held.text == text.strip():
        return
    with uow.change(held, done):
        held.text = text.strip()


def texts(session: Session, year: int) -> dict[str, str]:
    query = select(RubricText.key, RubricText.text).where(RubricText.year == year)
    return {row.key: row.text for row in session.execute(query)}


def _deadline_set(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    row = writable(uow, year)
    said = []
    if row.notice_date is None:
        said.append("通知日期尚未填写。")
    if row.deadline is None:
        said.append("申报截止日期尚未填写。")
    return tuple(said)


def _frozen(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    return () if writable(uow, year).regulation else ("办法和评审标准尚未按通知日期固定。",)


def _settings(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    """What the next stage needs of them."""
    move = next_move(stage_of(uow.session, year))
    return core_settings.lacking(values(uow.session, year), move.after) if move else ()


def _secret(uow: UnitOfWork, _year: int) -> tuple[str, ...]:
    if seal_of(uow.session).ready:
        return ()
    return ("没有配置密钥文件，评分不能密封。请由系统管理员配置 EXPERT_POOL_SECRET_FILE。",)


def _second_person(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    row = writable(uow, year)
    if not row.back_by:
        return ("须先由另一人写明退回的理由。",)
    if uow.actor.alone:
        return (ALONE,)
    return ("退回须由提出人以外的人办理。",) if uow.actor.among((row.back_by,)) else ()


def _city_document(_uow: UnitOfWork, _year: int) -> tuple[str, ...]:
    return ()  # `end` asks for it


CHECKS: Mapping[str, Check] = {
    "deadline-set": _deadline_set,
    "regulation-frozen": _frozen,
    "settings": _settings,
    "secret-file": _secret,
    "second-person": _second_person,
    "city-document": _city_document,
}
OFFICE = (Role.SECRETARIAT, Role.APPROVER)
