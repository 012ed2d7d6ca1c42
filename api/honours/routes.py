"""表彰接口: winners, payments, revocation, promotion, the use of titles, the account."""

from __future__ import annotations

from api.honours import commands, views
from api.honours.schemas import (
    AccountOut,
    EarlierIn,
    ExpenseIn,
    HonourOut,
    PaymentIn,
    PromotionIn,
    RecoveryIn,
    RevocationIn,
    SuccessionIn,
    TitleIn,
    TitleOut,
)
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid, Year
from api.kit.schemas import Because, Created
from award.honours import store
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["表彰奖励"])
P = Permission


@router.get("/honours", allow=P.READ_SCORES, summary="历年获奖")
def list_honours(ledger: LedgerDep, viewer: ViewerDep) -> list[HonourOut]:
    with ledger.read() as session:
        return [HonourOut.model_validate(one) for one in store.honours(session, viewer)]


@router.post(
    "/honours", allow=commands.ENTER_EARLIER.allow, status_code=201, summary="登记以前年度的获奖"
)
def enter_earlier(body: EarlierIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    uid = commands.ENTER_EARLIER(ledger, actor, body.fields())
    return Created(uid=uid)


@router.post("/successions", allow=commands.SUCCEED.allow, status_code=201, summary="登记更名承继")
def succeed(body: SuccessionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    uid = commands.SUCCEED(ledger, actor, body.earlier, body.later, body.document)
    return Created(uid=uid)


@router.put(
    "/honours/{uid}/payment", allow=commands.PAY.allow, status_code=204, summary="登记奖金发放"
)
def pay(uid: Uid, body: PaymentIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """应发多少就发多少，只发一次。"""
    commands.PAY(ledger, actor, uid, body.amount, body.paid_on, body.voucher)


@router.put(
    "/honours/{uid}/open", allow=commands.MARK_OPEN.allow, status_code=204, summary="注明奖金未发"
)
def mark_open(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.MARK_OPEN(ledger, actor, uid, body.reason)


@router.post(
    "/honours/{uid}/revocation", allow=commands.REVOKE.allow, status_code=201, summary="登记撤销"
)
def revoke(uid: Uid, body: RevocationIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.REVOKE(ledger, actor, uid, body.fields())
    return Created(uid=made)


@router.put(
    "/revocations/{uid}/recovery", allow=commands.RECOVER.allow, status_code=204, summary="登记追缴"
)
def recover(uid: Uid, body: RecoveryIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.RECOVER(ledger, actor, uid, body.amount, body.on, body.plaque_on, body.credit_on)


@router.post(
    "/honours/{uid}/promotions",
    allow=commands.PROMOTE.allow,
    status_code=201,
    summary="登记推广活动",
)
def promote(uid: Uid, body: PromotionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.PROMOTE(ledger, actor, uid, body.kind, body.held_on, body.proof)
    return Created(uid=made)


@router.post(
    "/honours/{uid}/titles",
    allow=commands.SEE_TITLE.allow,
    status_code=201,
    summary="登记荣誉称号的用法",
)
def see_title(uid: Uid, body: TitleIn, ledger: LedgerDep, actor: ActorDep) -> TitleOut:
    found = commands.SEE_TITLE(ledger, actor, uid, body.text, body.medium, body.seen_on)
    return TitleOut(finding=found)


@router.get("/years/{year}/account", allow=P.READ_SCORES, summary="经费台账")
def read_account(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> AccountOut:
    with ledger.read() as session:
        view = views.account_page(session, viewer, year_store.year(session, viewer, year))
    return AccountOut(lines=view["lines"], sums=view["sums"])


@router.post(
    "/years/{year}/account", allow=commands.SPEND.allow, status_code=201, summary="登记一笔经费"
)
def spend(year: Year, body: ExpenseIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    uid = commands.SPEND(ledger, actor, year, body.fields())
    return Created(uid=uid)


@router.post(
    "/expenses/{uid}/cancellation",
    allow=commands.CANCEL_EXPENSE.allow,
    status_code=204,
    summary="冲销一笔经费",
)
def cancel_expense(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.CANCEL_EXPENSE(ledger, actor, uid, body.reason)
