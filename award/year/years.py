"""评审年度用例: open a year, keep its rules.

Each takes the unit of work first; the caller commits.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.year.core.bound import bound_text, changed_items, rules_of
from award.year.core.policy import (
    DEFAULT_WEIGHTS,
    LONGEST_WINDOW,
    demand_group_size,
    parse_policy,
    parse_weights,
    policy_json,
)
from award.year.core.regulation import Regulation
from award.year.core.stages import NO_STAGES
from award.year.store import YearFields
from award.year.tables import AwardYear, RubricCheck
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork


def open_year(uow: UnitOfWork, year: int, wanted: YearFields) -> str:
    """启动评审年度（办法第四条：每年一届）: gives the public id."""
    if uow.session.scalar(select(AwardYear.id).where(AwardYear.year == year)) is not None:
        raise Refusal("exists", f"{year} 年度已经建立。", "办法第四条")
    row = AwardYear(year=year, status="open", created_at=uow.now, regulation="")
    _write_year(row, wanted)
    _bind_once_noticed(uow, row)
    return uow.add(row, "y", "open").uid


def edit_year(
    uow: UnitOfWork, year: int, version: int, wanted: YearFields, reason: str = ""
) -> int:
    """修改年度: window, dates, rules and weights; gives the new version."""
    row = uow.load(AwardYear, writable(uow, year).uid, version)
    with uow.change(row, "edit", reason):
        _write_year(row, wanted)
        _bind_once_noticed(uow, row)
    return row.version


def bind_rules(
    uow: UnitOfWork,
    year: int,
    regulation: Mapping[str, Any] | None = None,
    rubric: Mapping[str, Any] | None = None,
    reason: str = "",
    version: int | None = None,
) -> int:
    """绑定办法和评审标准（办法第五条）: what the year goes by; may be corrected until its notice.

    None: the newest document. A wrong number of the standard takes with it who had confirmed it.

    Gives the year's new version. Raises Refusal "bound" from the notice on, "stale",
    "bad-regulation" or "bad-rubric".
    """
    row = uow.load(AwardYear, writable(uow, year).uid, version)
    if _for_good(row, uow.today):
        raise Refusal(
            "bound",
            f"{year} 年度已按通知时的办法和评审标准办理，不能更换。",
            "办法第五条、第二十一条",
        )
    before = rules_of(row.regulation).rubric
    with uow.change(row, "bind", reason):
        row.regulation = bound_text(uow.today, regulation, rubric)
    after = rules_of(row.regulation).rubric
    _forget_checks(uow, year, changed_items(before, after), reason)
    return row.version


def bound_for_good(session: Session, year: int, today: date) -> bool:
    """Whether the year was noticed, or has left its preparation, under what it is bound to."""
    row = session.scalar(select(AwardYear).where(AwardYear.year == year))
    return row is not None and _for_good(row, today)


def _for_good(row: AwardYear, today: date) -> bool:
    noticed = row.notice_date is not None and row.notice_date <= today
    return bool(row.regulation) and (noticed or row.stage not in (NO_STAGES, "preparing"))


def _forget_checks(uow: UnitOfWork, year: int, items: Collection[str], reason: str) -> None:
    """Whoever compared the old number with the print has not compared the new one."""
    rows = select(RubricCheck).where(RubricCheck.year == year, RubricCheck.item.in_(items))
    for row in uow.session.scalars(rows).all():
        uow.remove(row, "void", reason)


def _bind_once_noticed(uow: UnitOfWork, row: AwardYear) -> None:
    """From the day of the notice on nothing changes; nobody has to think of it."""
    if not row.regulation and row.notice_date is not None and row.notice_date <= uow.today:
        row.regulation = bound_text(uow.today)


def _write_year(row: AwardYear, wanted: YearFields) -> None:
    _sound_year(wanted, rules_of(row.regulation).regulation)
    row.title = wanted.title.strip()
    row.window_first, row.window_last = wanted.window_first, wanted.window_last
    row.notice_date, row.deadline = wanted.notice_date, wanted.deadline
    row.policy = policy_json(parse_policy(policy_json(wanted.policy)))
    weights = DEFAULT_WEIGHTS if wanted.weights is None else wanted.weights
    row.weights = json.dumps(parse_weights(json.dumps(dict(weights))), sort_keys=True)


def _sound_year(wanted: YearFields, regulation: Regulation) -> None:
    if not wanted.title.strip():
        raise Refusal("blank", "请填写年度名称。", field="title")
    demand_group_size(wanted.policy, regulation)
    if wanted.window_first > wanted.window_last:
        raise Refusal("bad-term", "现场评审的开始日期不能晚于结束日期。", field="window_last")
    if (wanted.window_last - wanted.window_first).days > LONGEST_WINDOW:
        raise Refusal(
            "bad-term",
            f"现场评审的起止日期相隔超过 {LONGEST_WINDOW} 天，请检查年份。",
            field="window_last",
        )
    if wanted.notice_date and wanted.deadline and wanted.notice_date > wanted.deadline:
        raise Refusal(
            "bad-term", "申报截止日期不能早于通知日期。", "办法第十三条第一项", field="deadline"
        )


def writable(uow: UnitOfWork, year: int) -> AwardYear:
    row = uow.session.scalar(select(AwardYear).where(AwardYear.year == year))
    if row is None:
        raise Refusal("not-found", f"还没有建立 {year} 年度。", year=year)
    if row.status != "open":
        raise Refusal("closed", f"{year} 年度已经结束，不能再修改。", year=year)
    return row
