"""进入表决、公示、报批、表彰前须具备的条件 (award.year.core.stages.NEEDS)."""

from __future__ import annotations

from collections.abc import Mapping

from award.decision import approval, gather, notice, vote
from award.decision.evaluation import row_of
from award.scoring import checks as first_half
from award.year import stages
from award.year.stages import Check
from expert_pool.ledger import UnitOfWork


def _issued(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    return () if row_of(uow.session, year) else ("综合评价报告还没有出具。",)


def _frozen(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    return () if gather.frozen(uow.session, year) else ("审委会名单还没有固定。",)


def _history(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    """Who was honoured before decides on quota and prize: nobody votes before that is known."""
    return tuple(
        f"{row.name}与{held.year}年获奖的{held.organisation}可能是同一家，请核对后确认。"
        for row in gather.applicants(uow.session, year)
        if row.state == "candidate"
        for held in gather.in_doubt(uow.session, row)
    )


def _vote(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    return () if vote.current(uow.session, year) else ("还没有有效的表决。",)


def _tallies(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    row = vote.current(uow.session, year)
    if row is None:
        return ()  # the round comes first
    held = gather.tallies(uow.session, row)
    if len(held) < 2:
        return (f"还有{2 - len(held)}名计票人没有填写计票单。",)
    return vote.differences(uow.session, row)


def _confirmed(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    row = vote.current(uow.session, year)
    if row is None or row.confirmed_at is not None or _tallies(uow, year):
        return ()
    return ("表决结果还没有确认。",)


def _ties(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    stopped = gather.decision(uow.session, year)["stopped"] or {}
    if stopped.get("code") not in ("tie", "prize-silent"):
        return ()
    return (vote.told(uow.session, year, stopped).message_zh,)


def _over(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    found = notice.period_of(uow.session, year)
    if found is None:
        return ("拟奖名单还没有公示。",)
    if found.over(uow.today):
        return ()
    return (f"公示到{found.last.month}月{found.last.day}日止，尚未期满。",)


def _calendar(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    found = notice.period_of(uow.session, year)
    return tuple(
        f"{one}年节假日安排未公布，截止日待核。" for one in (found.unsettled if found else ())
    )


def _objections(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    count = len(notice.still_open(uow.session, year))
    return (f"还有{count}件异议没有办结。",) if count else ()


def _incidents(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    return tuple(
        approval.told_of(uow.session, row, one)
        for row in gather.applicants(uow.session, year)
        if row.state == "proposed"
        for one in approval.against(uow.session, row)
        if one.org_fault is None
    )


def _approved(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    return () if gather.approval_row(uow.session, year) else ("还没有市政府的批准文件。",)


def _nothing_later(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    """Once something of this stage was issued, voted or published there is no way back."""
    stage = stages.stage_of(uow.session, year)
    done = {
        "evaluation": (row_of(uow.session, year), "综合评价报告已经出具，不能退回。"),
        "vote": (gather.rounds(uow.session, year), "已经开始表决，不能退回。"),
        "notice": (gather.notice_row(uow.session, year), "拟奖名单已经公示，不能退回。"),
        "approval": (gather.approval_row(uow.session, year), "批准文件已经登记，不能退回。"),
        "honours": (gather.approval_row(uow.session, year), "获奖名单已经批准，不能退回。"),
    }
    if stage in done:
        held, said = done[stage]
        return (said,) if held else ()
    return first_half.CHECKS["nothing-later"](uow, year)


CHECKS: Mapping[str, Check] = {
    **first_half.CHECKS,
    "evaluation-issued": _issued,
    "roster-frozen": _frozen,
    "history-settled": _history,
    "valid-vote": _vote,
    "tallies-equal": _tallies,
    "vote-confirmed": _confirmed,
    "ties-decided": _ties,
    "notice-over": _over,
    "calendar-announced": _calendar,
    "objections-closed": _objections,
    "later-incidents": _incidents,
    "approval-document": _approved,
    "nothing-later": _nothing_later,
}
