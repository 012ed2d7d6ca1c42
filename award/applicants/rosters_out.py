"""导出: the register as workbooks that the import reads back without a change. What somebody took
away, and why, stands in the log.

Telephone numbers and mail addresses are masked unless they are asked for with a reason by somebody
who may change the records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy.orm import Session

from award.applicants.known import known_applicants
from award.applicants.rosters_in import SHEETS
from award.year import store as year_store
from expert_pool import sheets as record_sheets
from expert_pool import spreadsheet
from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import Ledger
from expert_pool.register import known_experts
from expert_pool.spreadsheet import SheetOut

Kind = Literal["experts", "applicants"]
NAMES = {"experts": "专家台账", "applicants": "申报组织汇总表"}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take away, and what for; `may_have_phones`: whether she may at all."""

    kind: Kind
    year: int
    phones: bool
    reason: str
    may_have_phones: bool = False


def export(
    ledger: Ledger, actor: Actor, viewer: Viewer, wish: Wish, hidden: Collection[str] = ()
) -> tuple[bytes, str]:
    """The workbook and its name.

    Refuses "forbidden" and "reason-needed" for telephone numbers.
    """
    kind, year, phones = wish.kind, wish.year, wish.phones
    if phones and not wish.may_have_phones:
        raise Refusal("forbidden", "您的角色不能导出完整电话，请改为导出遮盖号码的表。")
    if phones:
        words = "导出完整电话须写明用途，它会记入操作日志。"
        demand_reason(wish.reason, words, "个人信息保护法第六条", field="reason")
    with ledger.write(actor) as uow:
        title = year_store.year(uow.session, viewer, year).fields.title
        sheets = tuple(_sheets(uow.session, viewer, kind, year, phones, hidden, title))
        data = spreadsheet.write_book(sheets)
        rows = sum(1 for _ in sheets[0].rows)
        told = {"rows": rows, "phones": phones, "sha256": sha256(data).hexdigest()}
        uow.record(
            "export",
            "expert" if kind == "experts" else "applicant",
            str(year),
            None,
            told,
            wish.reason.strip(),
        )
        uow.commit()
    return data, f"{NAMES[kind]}-{year}{'（含电话）' if phones else ''}.xlsx"


def _sheets(
    session: Session,
    viewer: Viewer,
    kind: Kind,
    year: int,
    phones: bool,
    hidden: Collection[str],
    title: str,
) -> Iterable[SheetOut]:
    sheet = SHEETS[kind]
    load: Any = known_experts if kind == "experts" else known_applicants
    known = load(session, year, hidden)
    shown = [one for one in known if kind == "experts" or one.name not in hidden]
    yield SheetOut(
        NAMES[kind], sheet.HEADINGS, [sheet.row_of(one, phones=phones) for one in shown], title
    )
    if kind == "experts":
        yield from record_sheets.sheets_out(session, viewer, hidden, whole=phones)
