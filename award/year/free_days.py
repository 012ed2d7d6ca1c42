"""可参加时间（办法第十条）: asked for the year's window of visits, by whichever door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from award.year import store
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork


def save_free_days(
    uow: UnitOfWork,
    expert: str,
    year: int,
    away: Iterable[HalfDay] | None,
    text: str,
    version: int,
    asked: tuple[date, date] | None = None,
) -> int:
    """保存可参加时间: half-days away in the year's window, None: unknown. Gives the new version.

    `asked`: the days its writer had in view. Raises Refusal `window-changed` when the year's window
    has others: a day nobody was asked about is not free; `round-closed` to experts after the round.
    """
    _demand_open(uow, year)
    fields = store.year(uow.session, SYSTEM_VIEWER, year).fields
    window = fields.window_first, fields.window_last
    if asked is not None and not (asked[0] <= window[0] and window[1] <= asked[1]):
        raise Refusal(
            "window-changed",
            f"{year} 年度的现场评审为 {window[0]} 至 {window[1]}，请就这段时间填写。",
            "办法第十条",
            field="first",
        )
    return register.save_availability(uow, expert, year, away, text, version, *window)


def undo_free_days(uow: UnitOfWork, expert: str, year: int, version: int) -> int:
    """撤销上一次保存. Raises Refusal `nothing-to-undo`, `stale`, `round-closed`."""
    _demand_open(uow, year)
    return register.undo_availability(uow, expert, year, version)


def _demand_open(uow: UnitOfWork, year: int) -> None:
    """Experts answer while the round is open; the office may write down what they say later."""
    if uow.actor.role is Role.EXPERT:
        register.demand_open_round(uow.session, year)
