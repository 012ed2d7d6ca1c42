"""表彰页: prizes and payments, earlier awards, revocation, the use of titles, the account,
letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import Form, Path, Request, Response
from sqlalchemy import select

from api.honours import views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, TodayDep, ViewerDep
from api.kit.fields import PLAIN, FormYear, OfYear, Uid
from api.kit.files import attachment
from api.kit.rendering import page, see_other
from award.decision.papers import Frame
from award.decision.tables import Honour
from award.honours import feedback, honours, papers, store
from award.honours.honours import EarlierFields
from award.honours.tables import Revocation
from award.papers.media import EXCEL, WORD
from award.scoring.store import nothing, rubric_of
from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Long = Annotated[str, Form(max_length=2000)]


def do(ledger: Ledger, actor: Actor, act: Callable[[UnitOfWork], object]) -> object:
    with ledger.write(actor) as uow:
        found = act(uow)
        uow.commit()
    return found


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


@router.post("/honours/earlier", allow=P.RUN_AWARD)
def enter_earlier(
    request: Request,
    actor: ActorDep,
    ledger: LedgerDep,
    organisation: Text = "",
    uscc: Text = "",
    award: Text = "",
    amount: Text = "",
    awarded_on: Text = "",
    document: Text = "",
    award_year: Text = "",
    of: FormYear = None,
) -> Response:
    day, year = common.needed_date(awarded_on, "表彰日期"), whole_year(award_year)
    wanted = EarlierFields(year, organisation, uscc, award, yuan(amount), day, document)
    do(ledger, actor, lambda uow: honours.enter_earlier(uow, wanted))
    return see_other(request, common.of_year("/honours#earlier", of), "saved")


@router.post("/honours/succession", allow=P.RUN_AWARD)
def succeed(
    request: Request,
    actor: ActorDep,
    ledger: LedgerDep,
    earlier: Text = "",
    later: Text = "",
    document: Text = "",
    of: FormYear = None,
) -> Response:
    do(ledger, actor, lambda uow: honours.succeed(uow, earlier, later, document))
    return see_other(request, common.of_year("/honours#earlier", of), "saved")


@router.post("/honours/{uid}/pay", allow=P.RUN_AWARD)
def pay(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    amount: Text = "",
    paid_on: Text = "",
    voucher: Text = "",
    of: FormYear = None,
) -> Response:
    day, sum_ = common.needed_date(paid_on, "发放日期"), yuan(amount)
    do(ledger, actor, lambda uow: honours.pay(uow, uid, sum_, day, voucher))
    return see_other(request, common.of_year(f"/honours#{uid}", of), "paid")


@router.post("/honours/{uid}/open", allow=P.RUN_AWARD)
def mark_open(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
    of: FormYear = None,
) -> Response:
    do(ledger, actor, lambda uow: honours.mark_open(uow, uid, reason))
    return see_other(request, common.of_year(f"/honours#{uid}", of), "saved")


@router.post("/honours/{uid}/revoke", allow=P.DECIDE_AWARD)
def revoke(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    ground: Text = "",
    facts: Long = "",
    document: Text = "",
    decided_on: Text = "",
    happened_on: Text = "",
    of: FormYear = None,
) -> Response:
    day = common.needed_date(decided_on, "批准日期")
    happened = common.read_date(happened_on, "发生日期")
    wanted = honours.RevocationFields(ground, facts, document, day, happened)
    do(ledger, actor, lambda uow: honours.revoke(uow, uid, wanted))
    return see_other(request, common.of_year(f"/honours#{uid}", of), "revoked")


@router.post("/honours/revocations/{uid}/recover", allow=P.RUN_AWARD)
def recover(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    amount: Text = "",
    on: Text = "",
    plaque_on: Text = "",
    credit_on: Text = "",
    of: FormYear = None,
) -> Response:
    day, sum_ = common.needed_date(on, "收回日期"), yuan(amount)
    plaque, credit = common.read_date(plaque_on, "奖牌"), common.read_date(credit_on, "信用档案")
    do(ledger, actor, lambda uow: honours.recover(uow, uid, sum_, day, plaque, credit))
    return see_other(request, common.of_year("/honours", of), "saved")


@router.post("/honours/{uid}/promotion", allow=P.RUN_AWARD)
def promote(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    kind: Text = "",
    held_on: Text = "",
    proof: Text = "",
    of: FormYear = None,
) -> Response:
    day = common.needed_date(held_on, "活动日期")
    do(ledger, actor, lambda uow: honours.promote(uow, uid, kind, day, proof))
    return see_other(request, common.of_year(f"/honours#{uid}", of), "saved")


@router.post("/honours/{uid}/title", allow=P.RUN_AWARD)
def see_title(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    text: Text = "",
    medium: Text = "",
    seen_on: Text = "",
    of: FormYear = None,
) -> Response:
    day = common.needed_date(seen_on, "发现日期")
    found = do(ledger, actor, lambda uow: honours.see_title(uow, uid, text, medium, day))
    return see_other(
        request, common.of_year(f"/honours#{uid}", of), "title-wrong" if found else "title-fine"
    )


@router.get("/honours/account", allow=P.READ_SCORES)
def show_account(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.account_page(session, viewer, common.chosen_year(session, viewer, of))
    return page(request, "account.html", view)


@router.post("/honours/account", allow=P.RUN_AWARD)
def spend(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    kind: Text = "",
    amount: Text = "",
    payee: Text = "",
    voucher: Text = "",
    spent_on: Text = "",
    of: FormYear = None,
) -> Response:
    line = honours.ExpenseFields(
        kind, amount, payee, voucher, common.needed_date(spent_on, "支出日期")
    )
    with ledger.write(actor) as uow:
        honours.spend(uow, common.chosen_year(uow.session, viewer, of).year, line)
        uow.commit()
    return see_other(request, common.of_year("/honours/account", of), "saved")


@router.post("/honours/account/{uid}/cancel", allow=P.DECIDE_AWARD)
def cancel_expense(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
    of: FormYear = None,
) -> Response:
    do(ledger, actor, lambda uow: honours.cancel_expense(uow, uid, reason))
    return see_other(request, common.of_year("/honours/account", of), "saved")


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
