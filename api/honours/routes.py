"""表彰接口: winners, payments, revocation, promotion, the use of titles, the account."""

from __future__ import annotations

from api.honours import views
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
from award.honours import honours, store
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["表彰奖励"])
P = Permission


@router.get("/honours", allow=P.READ_SCORES, summary="历年获奖")
def list_honours(ledger: LedgerDep, viewer: ViewerDep) -> list[HonourOut]:
    with ledger.read() as session:
        return [HonourOut.model_validate(one) for one in store.honours(session, viewer)]


@router.post("/honours", allow=P.RUN_AWARD, status_code=201, summary="登记以前年度的获奖")
def enter_earlier(body: EarlierIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        uid = honours.enter_earlier(uow, body.fields())
        uow.commit()
    return Created(uid=uid)


@router.post("/successions", allow=P.RUN_AWARD, status_code=201, summary="登记更名承继")
def succeed(body: SuccessionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        uid = honours.succeed(uow, body.earlier, body.later, body.document)
        uow.commit()
    return Created(uid=uid)


@router.put("/honours/{uid}/payment", allow=P.RUN_AWARD, status_code=204, summary="登记奖金发放")
def pay(uid: Uid, body: PaymentIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """应发多少就发多少，只发一次。"""
    with ledger.write(actor) as uow:
        honours.pay(uow, uid, body.amount, body.paid_on, body.voucher)
        uow.commit()


@router.put("/honours/{uid}/open", allow=P.RUN_AWARD, status_code=204, summary="注明奖金未发")
def mark_open(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        honours.mark_open(uow, uid, body.reason)
        uow.commit()


@router.post("/honours/{uid}/revocation", allow=P.DECIDE_AWARD, status_code=201, summary="登记撤销")
def revoke(uid: Uid, body: RevocationIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        made = honours.revoke(uow, uid, body.fields())
        uow.commit()
    return Created(uid=made)


@router.put("/revocations/{uid}/recovery", allow=P.RUN_AWARD, status_code=204, summary="登记追缴")
def recover(uid: Uid, body: RecoveryIn, ledger: LedgerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        honours.recover(uow, uid, body.amount, body.on, body.plaque_on, body.credit_on)
        uow.commit()


@router.post(
    "/honours/{uid}/promotions", allow=P.RUN_AWARD, status_code=201, summary="登记推广活动"
)
def promote(uid: Uid, body: PromotionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        made = honours.promote(uow, uid, body.kind, body.held_on, body.proof)
        uow.commit()
    return Created(uid=made)


@router.post(
    "/honours/{uid}/titles", allow=P.RUN_AWARD, status_code=201, summary="登记荣誉称号的用法"
)
def see_title(uid: Uid, body: TitleIn, ledger: LedgerDep, actor: ActorDep) -> TitleOut:
    with ledger.write(actor) as uow:
        found = honours.see_title(uow, uid, body.text, body.medium, body.seen_on)
        uow.commit()
    return TitleOut(finding=found)


@router.get("/years/{year}/account", allow=P.READ_SCORES, summary="经费台账")
def read_account(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> AccountOut:
    with ledger.read() as session:
        view = views.account_page(session, viewer, year_store.year(session, viewer, year))
    return AccountOut(lines=view["lines"], sums=view["sums"])


@router.post("/years/{year}/account", allow=P.RUN_AWARD, status_code=201, summary="登记一笔经费")
def spend(year: Year, body: ExpenseIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    with ledger.write(actor) as uow:
        uid = honours.spend(uow, year, body.fields())
        uow.commit()
    return Created(uid=uid)


@router.post(
    "/expenses/{uid}/cancellation", allow=P.DECIDE_AWARD, status_code=204, summary="冲销一笔经费"
)
def cancel_expense(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        honours.cancel_expense(uow, uid, body.reason)
        uow.commit()
