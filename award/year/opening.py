"""新建年度（办法第四条：每年一届）: what an earlier year decided may be taken over, part by part;
what belongs to its days is decided anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.year import stages, years
from award.year.core.settings import LONGEST_SOURCE, SETTINGS
from award.year.store import YearFields, year
from award.year.tables import RubricText, YearSetting
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

PARTS = ("rules", "weights", "settings", "texts")


def open_after(
    uow: UnitOfWork, number: int, wanted: YearFields, earlier: int, parts: Collection[str]
) -> str:
    """新建年度，沿用往年: the year's own days are those `wanted`, the `parts` those of `earlier`.

    A setting keeps its source and says whose it was; days are never taken over. Gives the public
    id. Raises Refusal `exists`, `not-found`, and what `years.open_year` raises.
    """
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise Refusal("invalid", "没有这一类可以沿用的内容，请刷新页面后再选。")
    old = year(uow.session, SYSTEM_VIEWER, earlier).fields
    if "rules" in parts:
        wanted = replace(wanted, policy=replace(old.policy, disclose_from=None))
    if "weights" in parts:
        wanted = replace(wanted, weights=old.weights)
    uid = years.open_year(uow, number, wanted)
    if "settings" in parts:
        for setting in settings_to_carry(uow.session, earlier):
            source = f"{setting.source}（沿用{earlier}年度）"[:LONGEST_SOURCE]
            stages.enter_setting(uow, number, setting.code, setting.value, source)
    if "texts" in parts:
        for key, text in stages.texts(uow.session, earlier).items():
            stages.write_text(uow, number, key, text)
    return uid


def settings_to_carry(session: Session, earlier: int) -> tuple[YearSetting, ...]:
    """Those of the year that are no days: a deadline of last year is none of this one."""
    rows = session.scalars(
        select(YearSetting).where(YearSetting.year == earlier).order_by(YearSetting.id)
    )
    return tuple(row for row in rows if row.code in SETTINGS and SETTINGS[row.code].kind != "day")


def texts_to_carry(session: Session, earlier: int) -> int:
    """How many paragraphs of the standard the office has typed."""
    rows = session.scalars(select(RubricText).where(RubricText.year == earlier))
    return sum(bool(row.text) for row in rows)
