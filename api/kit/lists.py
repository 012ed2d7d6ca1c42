"""名单读入: the three lists an office uploads whole or not at all, for the interface and the
pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from fastapi import UploadFile

from api.kit.shell import Message
from api.settings import Settings
from expert_pool import spreadsheet, store
from expert_pool.core.recommendation import read_holdings, read_officials, read_recommendations
from expert_pool.facts.intake import Context, RawTable, RowProblem
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.register import HoldingFields, OfficialFields, Recommendation

Row = TypeVar("Row")
SHOWN = 5
# Blank sheets by the name in their address, and the name of the file.
TEMPLATES = {
    "recommendations": (spreadsheet.recommendation_template, "评审员推荐表模板.xlsx"),
    "officials": (spreadsheet.officials_template, "委员和公职人员名单模板.xlsx"),
    "holdings": (spreadsheet.holdings_template, "股东和主要人员名单模板.xlsx"),
}


@dataclass(frozen=True)
class Sheet(Generic[Row]):
    """The rows of one list, and what is wrong with it."""

    rows: tuple[Row, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()  # what was left out of the file

    def whole(self) -> Sequence[Row]:
        """The rows, or Refusal `bad-rows` with the first few problems: one bad row keeps all of it
        out.
        """
        if self.problems:
            some = "；".join(
                f"第 {one.row} 行“{one.column}”：{one.reason}" for one in self.problems[:SHOWN]
            )
            more = f"；另有 {len(self.problems) - SHOWN} 处" if len(self.problems) > SHOWN else ""
            raise Refusal(
                "bad-rows",
                f"{len(self.problems)} 处有误，一行也没有读入。{some}{more}。改好后再上传。",
                field="file",
            )
        if not self.rows:
            raise Refusal("no-rows", "表里没有可以读入的内容。", field="file")
        return self.rows


def recommendations(
    ledger: Ledger, file: UploadFile, settings: Settings, today: date
) -> Sheet[Recommendation]:
    table = _table(file, settings, "expert")
    with ledger.read() as session:
        context = Context(
            year=today.year, window=(today, today), trade_words=store.trade_words(session)
        )
    read = read_recommendations(table, context)
    return Sheet(read.rows, read.problems, read.notes)


def officials(file: UploadFile, settings: Settings, today: date) -> Sheet[OfficialFields]:
    read = read_officials(_table(file, settings), today.year)
    return Sheet(read.rows, read.problems, read.notes)


def holdings(file: UploadFile, settings: Settings) -> Sheet[HoldingFields]:
    read = read_holdings(_table(file, settings))
    return Sheet(read.rows, read.problems, read.notes)


def _table(file: UploadFile, settings: Settings, kind: Literal["expert"] | None = None) -> RawTable:
    largest = settings.upload_megabytes * 1_000_000
    data = file.file.read(largest + 1)
    if len(data) > largest:
        raise Refusal("too-large", f"文件超过 {settings.upload_megabytes} MB，请拆分后再导入。")
    return spreadsheet.read_apart(data, file.filename or "", kind)


def taken(done: str, notes: Sequence[str]) -> tuple[Message, ...]:
    """The list was taken in, and what of the file was not."""
    return (Message(done, "ok"), *(Message(note, "warn") for note in notes))


def not_read(problems: tuple[RowProblem, ...], refusal: Refusal) -> tuple[Message, ...]:
    """What is said above the table of bad rows."""
    words = (
        f"{len(problems)} 处有误，一行也没有读入。改好后再上传。"
        if problems
        else refusal.message_zh
    )
    return (Message(f"没有读入：{words}", "bad"),)


# The operator's limit may be lower (EXPERT_POOL_UPLOAD_MEGABYTES); this is the highest it can be
# set to, with room for the form around it.
UPLOAD_BYTES = 51_000_000
