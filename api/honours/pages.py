"""表彰页: prizes and payments, earlier awards, revocation, the use of titles, the account,
letters.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from fastapi import Form, Path, Request, Response
from sqlalchemy import select

from api.honours import commands, views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, TodayDep, ViewerDep
from api.kit.fields import PLAIN, OfYear, Uid
from api.kit.files import attachment
from api.kit.rendering import page
from api.kit.year_forms import YearFormDep
from award.decision.papers import Frame
from award.decision.tables import Honour
from award.honours import feedback, honours, papers, store
from award.honours.honours import EarlierFields
from award.honours.tables import Revocation
from award.papers.media import EXCEL, WORD
from award.scoring.store import nothing, rubric_of
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Long = Annotated[str, Form(max_length=2000)]


def yuan(text: str) -> int:
    """Whole yuan of a form. Raises Refusal `bad-amount`."""
    plain = text.strip().replace(",", "").replace("，", "").removesuffix("元")
    if not plain.isdecimal() or len(plain) > 9:
        raise Refusal("bad-amount", "金额应是整数元。", honours.PRIZES, field="amount")
    return int(plain)


def whole_year(text: str) -> int:
    if not re.fullmatch(r"(19|20)\d\d", text.strip()):
        raise Refusal("bad-year", "获奖年度应是四位数的年份。", honours.PRIZES, field="award_year")
    return int(text)


@router.get("/honours", allow=P.READ_SCORES)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        view = views.honours_page(session, viewer, common.chosen_year(session, viewer, of))
    return page(request, "honours.html", view)


@router.post("/honours/earlier", allow=commands.ENTER_EARLIER.allow)
def enter_earlier(
    sent: YearFormDep,
    organisation: Text = "",
    uscc: Text = "",
    award: Text = "",
    amount: Text = "",
    awarded_on: Text = "",
    document: Text = "",
    award_year: Text = "",
) -> Response:
    day, year = common.needed_date(awarded_on, "表彰日期"), whole_year(award_year)
    wanted = EarlierFields(year, organisation, uscc, award, yuan(amount), day, document)
    return sent.carry_out("/honours#earlier", commands.ENTER_EARLIER, wanted)


@router.post("/honours/succession", allow=commands.SUCCEED.allow)
def succeed(
    sent: YearFormDep,
    earlier: Text = "",
    later: Text = "",
    document: Text = "",
) -> Response:
    return sent.carry_out("/honours#earlier", commands.SUCCEED, earlier, later, document)


@router.post("/honours/{uid}/pay", allow=commands.PAY.allow)
def pay(
    uid: Uid,
    sent: YearFormDep,
    amount: Text = "",
    paid_on: Text = "",
    voucher: Text = "",
) -> Response:
    day, sum_ = common.needed_date(paid_on, "发放日期"), yuan(amount)
    return sent.carry_out(f"/honours#{uid}", commands.PAY, uid, sum_, day, voucher)


@router.post("/honours/{uid}/open", allow=commands.MARK_OPEN.allow)
def mark_open(
    uid: Uid,
    sent: YearFormDep,
    reason: Text = "",
) -> Response:
    return sent.carry_out(f"/honours#{uid}", commands.MARK_OPEN, uid, reason)


@router.post("/honours/{uid}/revoke", allow=commands.REVOKE.allow)
def revoke(
    uid: Uid,
    sent: YearFormDep,
    ground: Text = "",
    facts: Long = "",
    document: Text = "",
    decided_on: Text = "",
    happened_on: Text = "",
) -> Response:
    day = common.needed_date(decided_on, "批准日期")
    happened = common.read_date(happened_on, "发生日期")
    wanted = honours.RevocationFields(ground, facts, document, day, happened)
    return sent.carry_out(f"/honours#{uid}", commands.REVOKE, uid, wanted)


@router.post("/honours/revocations/{uid}/recover", allow=commands.RECOVER.allow)
def recover(
    uid: Uid,
    sent: YearFormDep,
    amount: Text = "",
    on: Text = "",
    plaque_on: Text = "",
    credit_on: Text = "",
) -> Response:
    day, sum_ = common.needed_date(on, "收回日期"), yuan(amount)
    plaque, credit = common.read_date(plaque_on, "奖牌"), common.read_date(credit_on, "信用档案")
    return sent.carry_out("/honours", commands.RECOVER, uid, sum_, day, plaque, credit)


@router.post("/honours/{uid}/promotion", allow=commands.PROMOTE.allow)
def promote(
    uid: Uid,
    sent: YearFormDep,
    kind: Text = "",
    held_on: Text = "",
    proof: Text = "",
) -> Response:
    day = common.needed_date(held_on, "活动日期")
    return sent.carry_out(f"/honours#{uid}", commands.PROMOTE, uid, kind, day, proof)


@router.post("/honours/{uid}/title", allow=commands.SEE_TITLE.allow)
def see_title(
    uid: Uid,
    sent: YearFormDep,
    text: Text = "",
    medium: Text = "",
    seen_on: Text = "",
) -> Response:
    day = common.needed_date(seen_on, "发现日期")
    found = commands.SEE_TITLE(sent.ledger, sent.actor, uid, text, medium, day)
    return sent.back(f"/honours#{uid}", "title-wrong" if found else "title-fine")


@router.get("/honours/account", allow=P.READ_SCORES)
def show_account(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.account_page(session, viewer, common.chosen_year(session, viewer, of))
    return page(request, "account.html", view)


@router.post("/honours/account", allow=commands.SPEND.allow)
def spend(
    sent: YearFormDep,
    kind: Text = "",
    amount: Text = "",
    payee: Text = "",
    voucher: Text = "",
    spent_on: Text = "",
) -> Response:
    line = honours.ExpenseFields(
        kind, amount, payee, voucher, common.needed_date(spent_on, "支出日期")
    )
    return sent.on_year("/honours/account", commands.SPEND, line)


@router.post("/honours/account/{uid}/cancel", allow=commands.CANCEL_EXPENSE.allow)
def cancel_expense(
    uid: Uid,
    sent: YearFormDep,
    reason: Text = "",
) -> Response:
    return sent.carry_out("/honours/account", commands.CANCEL_EXPENSE, uid, reason)


@router.get("/honours/account.xlsx", allow=P.READ_SCORES)
def account_book(
    viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of).year
        content = papers.account_xlsx(Frame(year, {}, today), store.lines(session, viewer, year))
    return attachment(content, EXCEL, f"{year}年度经费台账.xlsx")


@router.get("/honours/payments.docx", allow=P.READ_SCORES)
def payments_paper(
    viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of).year
        rows = store.honours(session, viewer, year)
    return attachment(
        papers.payments_docx(Frame(year, {}, today), rows), WORD, f"{year}年度奖励发放表.docx"
    )


@router.get("/honours/told/{uid}/{kind}.docx", allow=P.READ_SCORES)
def told_paper(
    uid: Uid,
    kind: Annotated[Literal["letter", "feedback"], Path()],
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    of: OfYear = None,
) -> Response:
    """结果通知书 and 反馈报告, for winner and loser alike."""
    with ledger.read() as session:
        told = feedback.feedback(session, viewer, uid)
        year = common.chosen_year(session, viewer, of).year
        rubric = rubric_of(session, year)
    shown = Frame(year, {}, today)
    if kind == "letter":
        return attachment(papers.letter_docx(shown, told), WORD, "评审结果通知书.docx")
    return attachment(papers.feedback_docx(shown, rubric, told), WORD, "评审反馈报告.docx")


@router.get("/honours/revocations/{uid}.docx", allow=P.READ_SCORES)
def revocation_paper(
    uid: Uid, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        row = session.scalar(select(Revocation).where(Revocation.uid == uid))
        shown = {one.uid: one for one in store.honours(session, viewer)}
        held = session.get(Honour, row.honour_id) if row is not None else None
        if row is None or held is None or held.uid not in shown:
            raise nothing()
        content = papers.revocation_docx(_frame(held.year, today), shown[held.uid], row)
    return attachment(content, WORD, "撤销与追缴通知.docx")


def _frame(year: int, today: date) -> Frame:
    return Frame(year, {}, today)
