"""办公室的约定: headings and trade words people confirmed, working days they corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork, stale
from expert_pool.tables import AnnouncedYear, DayOverride, HeadingMemory, TradeWord

DAY_KINDS = ("workday", "makeup", "weekend", "holiday", "closed")


def remember_headings(uow: UnitOfWork, kind: str, fields: Mapping[str, str]) -> None:
    """记住表头: what the headings of the office's own workbook mean; `kind` "experts" or
    "applicants".
    """
    for heading, field in fields.items():
        row = uow.session.get(HeadingMemory, (kind, heading))
        if row is not None and row.field == field:
            continue
        before = None if row is None else {"field": row.field}
        if row is None:
            uow.session.add(HeadingMemory(kind=kind, heading=heading, field=field))
        else:
            row.field = field
        uow.record("remember", "heading_memory", f"{kind}/{heading}", before, {"field": field})


def confirm_trade_word(uow: UnitOfWork, word: str, codes: Sequence[str]) -> None:
    """确认行业说法: these words mean these GB/T 4754 codes, from now on without asking."""
    unknown = [code for code in codes if not Industries.load().known(code)]
    if unknown or not codes or not word.strip():
        raise Refusal(
            "unknown-industry",
            f"不是 GB/T 4754-2017 的行业代码：{'、'.join(unknown) or '（空）'}。",
            field="codes",
        )
    text = ",".join(dict.fromkeys(codes))
    row = uow.session.get(TradeWord, word)
    if row is not None and row.codes == text:
        return
    before = None if row is None else {"codes": row.codes}
    if row is None:
        uow.session.add(TradeWord(word=word, codes=text, confirmed_by=uow.actor.name))
    else:
        row.codes, row.confirmed_by = text, uow.actor.name
    uow.record("confirm", "trade_word", word, before, {"codes": text})


def set_day(
    uow: UnitOfWork,
    day: date,
    kind: str,
    name: str = "",
    source: str = "",
    version: int | None = None,
) -> int:
    """更正某一天: 调休上班, 放假, 本单位不办公 …; gives the new version.

    `version` 0: the day must not have been corrected yet; a number: that version; None: whatever
    there is.
    """
    if kind not in DAY_KINDS:
        raise Refusal(
            "unknown-kind", "请选择工作日、调休上班、周末、节假日或不办公之一。", field="kind"
        )
    row = uow.session.scalar(select(DayOverride).where(DayOverride.day == day))
    if version is not None and (row.version if row else 0) != version:
        raise stale(row.version if row else 0)
    if row is None:
        return uow.add(
            DayOverride(day=day, kind=kind, name=name, source=source), "h", "set"
        ).version
    with uow.change(row, "set"):
        row.kind, row.name, row.source = kind, name, source
    return row.version


def announce_year(uow: UnitOfWork, year: int, source: str) -> None:
    """节假日通知已公布: the year's days are no longer provisional."""
    if not source.strip():
        raise Refusal("blank", "请填写通知的文号或来源。", field="source")
    row = uow.session.get(AnnouncedYear, year)
    if row is not None and row.source == source:
        return
    before = None if row is None else {"source": row.source}
    if row is None:
        uow.session.add(AnnouncedYear(year=year, source=source))
    else:
        row.source = source
    uow.record("announce", "announced_year", str(year), before, {"source": source})
