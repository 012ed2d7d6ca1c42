"""部门回执的 Excel 下载和交回（办法第十三条第三项）: out with a hidden list, in cell by cell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants import inquiries
from award.applicants.core import replies as core
from award.applicants.core.eligibility import INCIDENTS
from award.applicants.tables import Inquiry, InquiryAnswer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import seal_of
from expert_pool.spreadsheet.forms import FormColumn, FormOut, read_form, write_form

PAGE = "回执"
WIDTHS = (6, 34, 22, 9, 10, 46, 26, 14, 14)
CHOICES = {
    4: tuple(core.ANSWERS.values()),
    6: tuple(INCIDENTS.values()),
    8: tuple(core.FAULTS.values()),
}


@dataclass(frozen=True)
class Shown:
    """What is shown of a 回执 before it is taken; `sealed` gives it back."""

    department: str
    by_name: str
    changed: tuple[str, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]
    sealed: str


def write_sheet(session: Session, row: Inquiry, hidden: Collection[str] = frozenset()) -> bytes:
    """回执 of one department over the list as it stands."""
    asked = inquiries.asked(session, row, hidden)
    by_name = session.scalar(
        select(InquiryAnswer.by_name)
        .where(InquiryAnswer.inquiry_id == row.id)
        .order_by(InquiryAnswer.answered_at.desc())
        .limit(1)
    )
    columns = [
        FormColumn(heading, WIDTHS[at], at > 3, CHOICES.get(at, ()))
        for at, heading in enumerate(core.HEADINGS)
    ]
    lines = (
        f"征求意见部门：{row.department}　{row.year}年度诸暨市政府质量奖",
        f"请核查：{row.question}",
        f"请在{row.due.year}年{row.due.month}月{row.due.day}日前逐家选择无异议、有异议或不涉及；"
        "有异议的写明情况，属于所列不良记录的再选种类、写日期。",
        "请不要改动名单、增删行列或使用公式；最后一行写答复人姓名，填好后在答复链接中交回。",
    )
    return write_form(
        FormOut(
            PAGE,
            "征求意见回执",
            lines,
            columns,
            core.rows(asked, by_name or ""),
            core.manifest(row.uid, row.question, asked),
        )
    )


def look_at(
    uow: UnitOfWork, row: Inquiry, data: bytes, hidden: Collection[str] = frozenset()
) -> Shown:
    """Read a returned 回执; nothing is kept before the differences were seen.

    Raises Refusal `not-this-sheet` or `bad-sheet` with every cell at fault in `params`.
    """
    cells, found = read_form(data, PAGE)
    if found.get("格式") != core.FORMAT:
        raise Refusal(
            "not-this-sheet", "这张回执不是本系统现在的格式，请重新下载再填。", core.BASIS
        )
    if found.get("回执") != row.uid:
        raise Refusal("not-this-sheet", f"这不是{row.department}的回执。", core.BASIS)
    asked = inquiries.asked(uow.session, row, hidden)
    reply = core.read(row.question, asked, cells, found, uow.today)
    if reply.problems:
        more = f"（共 {len(reply.problems)} 处）" if len(reply.problems) > 1 else ""
        raise Refusal(
            "bad-sheet", reply.problems[0] + more, core.BASIS, problems=list(reply.problems)
        )
    state = ",".join(f"{one.uid}:{one.version}" for one in asked)
    sealed = seal_of(uow.session).close(core.to_json(reply), f"reply:{row.uid}:{state}")
    return Shown(row.department, reply.by_name, reply.changed, reply.conflicts, reply.notes, sealed)


def take(
    uow: UnitOfWork, row: Inquiry, sealed: str, via: str, hidden: Collection[str] = frozenset()
) -> int:
    """写入 what was shown, if nothing has changed meanwhile; gives how many answers."""
    asked = inquiries.asked(uow.session, row, hidden)
    state = ",".join(f"{one.uid}:{one.version}" for one in asked)
    text = seal_of(uow.session).open(sealed, f"reply:{row.uid}:{state}")
    if text is None:
        raise Refusal("stale", "答复刚有变动，没有写入。请重新交回这张回执。", core.BASIS)
    by_name, said = core.from_json(text)
    return inquiries.answer(uow, row.uid, by_name, said, via)
