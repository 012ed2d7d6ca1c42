"""借用专家：借出、借入、归还、收回、撤回."""

from __future__ import annotations

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep
from api.kit.fields import Uid
from api.kit.schemas import Because
from api.loans import commands, views
from api.loans.schemas import (
    BODY_BYTES,
    Borrowed,
    BorrowIn,
    LoanIn,
    LoanOut,
    SheetIn,
    SheetOut,
)
from expert_pool.register import lending

router = Router(prefix="/api/v1", tags=["专家"])


@router.get("/loans", allow=Permission.READ_EXPERTS, summary="借出和借入的专家")
def list_loans(ledger: LedgerDep, hidden: HiddenDep) -> list[LoanOut]:
    """由近及远。"""
    with ledger.read() as session:
        rows = lending.loans(session)
    return [LoanOut.model_validate(views.without(row, hidden)) for row in rows]


@router.post("/loans", allow=commands.LEND.allow, status_code=201, summary="借出")
def lend(body: LoanIn, ledger: LedgerDep, actor: ActorDep) -> SheetOut:
    """每个人都要有本人同意；已经借出、有已发布任务、不在聘期内的，整单拒绝并写明是谁。"""
    wanted = [
        lending.Wanted(
            one.expert, lending.Consent(one.consent.on, one.consent.how) if one.consent else None
        )
        for one in body.people
    ]
    terms = lending.Terms(body.own, body.office, body.first, body.last)
    number, sheet, digest = commands.LEND(ledger, actor, wanted, terms)
    return SheetOut(number=number, digest=digest, sheet=sheet)


@router.post(
    "/loans/borrowed",
    allow=commands.BORROW.allow,
    status_code=201,
    summary="借入：接收借用单",
    body_bytes=BODY_BYTES,
)
def borrow(body: BorrowIn, ledger: LedgerDep, actor: ActorDep) -> Borrowed:
    """与校验码不符的、接收过的、缺本人同意的都不接收；可能是库里已有的人，看过确认不是的写在
    others 里。
    """
    sheet, uids = commands.BORROW(ledger, actor, body.sheet, body.digest, body.others)
    return Borrowed(number=sheet.number, experts=list(uids))


@router.post(
    "/loans/returned",
    allow=commands.TAKE_BACK.allow,
    status_code=204,
    summary="收回：接收归还单",
    body_bytes=BODY_BYTES,
)
def take_back(body: SheetIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """在借入单位用了几个半天、编在哪组、到场情况，记进本单位的履职记录。"""
    commands.TAKE_BACK(ledger, actor, body.sheet, body.digest)


@router.post("/loans/{uid}/return", allow=commands.GIVE_BACK.allow, summary="归还：做归还单")
def give_back(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> SheetOut:
    """`uid` 是借用单的编号；借用的聘期到今天为止。"""
    sheet, digest = commands.GIVE_BACK(ledger, actor, uid)
    return SheetOut(number=uid, digest=digest, sheet=sheet)


@router.post(
    "/loans/{uid}/recall", allow=commands.RECALL.allow, status_code=204, summary="撤回借用单"
)
def recall(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    """没有用上的，或者单子丢了的：人空出来，可以重做。"""
    commands.RECALL(ledger, actor, uid, body.reason)
