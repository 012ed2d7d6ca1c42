"""表彰奖励用例（办法第十四、十五、十七至二十条）: history, payments, revocation, ledger, promotion,
the use of the title.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from award.applicants.applications import record_ban, step
from award.applicants.identity import known
from award.applicants.tables import Applicant, Succession
from award.decision import gather
from award.decision.core.prizes import INNOVATION, QUALITY
from award.decision.evaluation import demand_role, noted
from award.decision.tables import Honour
from award.honours import store
from award.honours.core import title
from award.honours.core.account import ARTICLE as MONEY
from award.honours.core.account import KINDS, PRIZE, read_yuan
from award.honours.core.revocation import GROUNDS, Consequence, consequence, watched
from award.honours.tables import Expense, Payment, Promotion, Revocation, TitleUse
from award.year import stages
from award.year import store as year_store
from award.year.years import writable
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from expert_pool.core.organisation import Answer
from expert_pool.facts.identifiers import credit_code
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.writing import Unreadable
from expert_pool.ledger import UnitOfWork

PRIZES = "办法第十四条"
REVOKING = "办法第十八条"
OFFICE = (Role.SECRETARIAT, Role.APPROVER)
TITLES = {QUALITY: "质量奖", INNOVATION: "创新奖"}


@dataclass(frozen=True)
class EarlierFields:
    """以前年度的获奖, from its document. `amount` in yuan, what the award brought."""

    year: int
    organisation: str
    uscc: str
    award: str
    amount: int
    awarded_on: date
    document: str


@dataclass(frozen=True)
class RevocationFields:
    """`happened_on`: of an incident after the award."""

    ground: str
    facts: str
    document: str
    decided_on: date
    happened_on: date | None = None


@dataclass(frozen=True)
class ExpenseFields:
    """`amount` in yuan, as written."""

    kind: str
    amount: str
    payee: str
    voucher: str
    spent_on: date


def enter_earlier(uow: UnitOfWork, wanted: EarlierFields) -> str:
    """登记以前年度的获奖 by its document; what an applicant writes of itself is only a hint."""
    demand_role(uow, *OFFICE)
    if wanted.award not in TITLES:
        raise Refusal("unknown-kind", "奖项应是质量奖或创新奖。", PRIZES, field="award")
    if not wanted.organisation.strip() or not wanted.document.strip():
        raise Refusal("blank", "请填写获奖组织和表彰文件的文号。", PRIZES, field="document")
    code = credit_code(wanted.uscc)
    if isinstance(code, Unreadable):
        raise Refusal("bad-code", f"统一社会信用代码：{code.why}。", PRIZES, field="uscc")
    if wanted.awarded_on > uow.today or wanted.awarded_on.year not in (
        wanted.year,
        wanted.year + 1,
    ):
        raise Refusal("bad-day", "表彰日期与获奖年度不符。", PRIZES, field="awarded_on")
    uow.demand_may_name(wanted.organisation)
    one = known(uow.session, wanted.organisation.strip(), code or "")
    held = select(Honour).where(Honour.year == wanted.year, Honour.award == wanted.award)
    for row in uow.session.scalars(held):
        same = row.organisation == wanted.organisation.strip()  # also a name that says nothing
        if same or one.compare(row.organisation, row.uscc) is Answer.SAME:
            raise Refusal("exists", f"这项获奖已经登记（{row.organisation}）。", PRIZES)
    fresh = Honour(
        year=wanted.year,
        organisation=wanted.organisation.strip(),
        uscc=code or "",
        award=wanted.award,
        amount=wanted.amount,
        awarded_on=wanted.awarded_on,
        document=wanted.document.strip(),
        revoked_on=None,
        **noted(uow),
    )
    return uow.add(fresh, "ho", "enter").uid


def succeed(uow: UnitOfWork, earlier: str, later: str, document: str) -> str:
    """登记更名、改制后的承继: the later credit code is the same organisation."""
    demand_role(uow, *OFFICE)
    codes = [credit_code(text) for text in (earlier, later)]
    if any(isinstance(code, Unreadable) or not code for code in codes) or codes[0] == codes[1]:
        raise Refusal("bad-code", "请填写前后两个不同的统一社会信用代码。", PRIZES, field="later")
    if not document.strip():
        raise Refusal("blank", "请写明更名或改制的依据。", PRIZES, field="document")
    row = Succession(
        earlier_uscc=codes[0], later_uscc=codes[1], document=document.strip(), **noted(uow)
    )
    return uow.add(row, "su").uid


def pay(uow: UnitOfWork, uid: str, amount: int, paid_on: date, voucher: str) -> None:
    """发放奖金: once, and exactly what is due."""
    demand_role(uow, *OFFICE)
    row = uow.load(Honour, uid)
    if not row.applicant or row.revoked_on is not None:
        raise Refusal("not-approved", "不在市政府批准的名单中。", "办法第十三条第九项")
    if store.payment_of(uow.session, row) is not None:
        raise Refusal("paid", "奖金已经发放。", PRIZES)
    if amount != row.amount:
        raise Refusal(
            "amount", f"应发{row.amount:,}元{_because(uow, row)}。", PRIZES, field="amount"
        )
    if row.amount == 0:
        raise Refusal("amount", "没有应发的奖金，不用登记发放。", PRIZES, field="amount")
    if not voucher.strip():
        raise Refusal("blank", "请填写付款凭证号。", MONEY, field="voucher")
    if not row.awarded_on <= paid_on <= uow.today:
        raise Refusal("bad-day", "发放日期应在批准之后、今天以前。", PRIZES, field="paid_on")
    fresh = Payment(
        honour_id=row.id, amount=amount, paid_on=paid_on, voucher=voucher.strip(), **noted(uow)
    )
    uow.add(fresh, "pm", "pay", voucher.strip())


def _because(uow: UnitOfWork, row: Honour) -> str:
    """（已领创新奖100,000元）."""
    firm = uow.session.scalar(select(Applicant).where(Applicant.uid == row.applicant))
    if firm is None or row.why not in ("upgrade", "repeat"):
        return ""
    before = [one for one in gather.history(uow.session, firm) if one.revoked_on is None]
    return "".join(f"（已领{TITLES[one.award]}{one.amount:,}元）" for one in before if one.amount)


def mark_open(uow: UnitOfWork, uid: str, reason: str) -> None:
    """注明奖金未发 and why; the year may close with it."""
    demand_role(uow, *OFFICE)
    row = uow.load(Honour, uid)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明奖金未发的原因。", PRIZES, field="reason")
    with uow.change(row, "mark-open", reason):
        row.open_reason = reason.strip()


# 撤销 --------------------------------------------------------------------------------------------


def what_follows(uow: UnitOfWork, row: Honour, ground: str, decided_on: date) -> Consequence:
    paid = store.payment_of(uow.session, row)
    firm = uow.session.scalar(select(Applicant).where(Applicant.uid == row.applicant))
    before = gather.history(uow.session, firm) if firm is not None else ()
    ban_years = _ban_years(uow, row.year)
    amount = paid.amount if paid else 0 if row.applicant else row.amount
    return consequence(ground, decided_on, row.award, amount, store.earlier(before), ban_years)


def _ban_years(uow: UnitOfWork, year: int) -> int:
    from award.year.core.regulation import newest

    try:
        return year_store.year(uow.session, SYSTEM_VIEWER, year).rules.regulation.fraud_ban_years
    except Refusal:
        return newest().fraud_ban_years


def revoke(uow: UnitOfWork, uid: str, wanted: RevocationFields) -> str:
    """撤销（办法第十八条）, as the city approved it: fraud brings a ban, an incident within the
    watch does not.
    """
    demand_role(uow, Role.APPROVER)
    row = uow.load(Honour, uid)
    if row.revoked_on is not None:
        raise Refusal("revoked", "已经撤销。", REVOKING)
    if not wanted.document.strip():
        raise Refusal("document-needed", "撤销须有市政府批准文件。", REVOKING, field="document")
    if wanted.ground not in GROUNDS or not wanted.facts.strip():
        raise Refusal("blank", "请选择撤销的情形并写明事实。", REVOKING, field="facts")
    if wanted.ground == "incident":
        _within_watch(uow, row, wanted.happened_on)
    found = what_follows(uow, row, wanted.ground, wanted.decided_on)
    fresh = Revocation(
        honour_id=row.id,
        ground=wanted.ground,
        facts=wanted.facts.strip(),
        document=wanted.document.strip(),
        decided_on=wanted.decided_on,
        recover=found.recover,
        banned_through=found.banned_through,
        recovered_on=None,
        plaque_on=None,
        credit_on=None,
        **noted(uow),
    )
    uow.add(fresh, "rv", "revoke", wanted.document.strip())
    with uow.change(row, "revoke", wanted.document.strip()):
        row.revoked_on = wanted.decided_on
    _revoke_application(uow, row, wanted.document)
    if found.banned_through is not None:
        barred = wanted.decided_on, found.banned_through
        record_ban(uow, row.organisation, row.uscc, *barred, wanted.document.strip())
    return fresh.uid


def _within_watch(uow: UnitOfWork, row: Honour, happened_on: date | None) -> None:
    years = store.watch_years(uow.session, row.year)
    if happened_on is None or not watched(row.awarded_on, happened_on, years):
        raise Refusal(
            "not-watched",
            f"只有获奖后{years}年内发生的才能据此撤销。",
            REVOKING,
            field="happened_on",
        )


def _revoke_application(uow: UnitOfWork, row: Honour, document: str) -> None:
    firm = uow.session.scalar(select(Applicant).where(Applicant.uid == row.applicant))
    if firm is not None and firm.state == "awarded":
        step(uow, firm, "revoked", document.strip())


def recover(
    uow: UnitOfWork,
    uid: str,
    amount: int,
    on: date,
    plaque_on: date | None = None,
    credit_on: date | None = None,
) -> None:
    """登记追缴: money really back, the plaque, the credit record."""
    demand_role(uow, *OFFICE)
    row = uow.load(Revocation, uid)
    if not 0 <= amount <= row.recover:
        raise Refusal("amount", f"应收回{row.recover:,}元。", REVOKING, field="amount")
    with uow.change(row, "recover"):
        row.recovered, row.recovered_on = amount, on
        row.plaque_on, row.credit_on = plaque_on or row.plaque_on, credit_on or row.credit_on


# 台账、推广、称号 -------------------------------------------------------------------------------


def spend(uow: UnitOfWork, year: int, wanted: ExpenseFields) -> str:
    """登记一笔经费; no bank numbers."""
    demand_role(uow, *OFFICE)
    writable(uow, year)
    stages.demand_running(uow.session, year)
    if wanted.kind not in KINDS or wanted.kind == PRIZE:
        raise Refusal("unknown-kind", "请选择经费的用途；奖金在发放时登记。", MONEY, field="kind")
    if not wanted.payee.strip() or not wanted.voucher.strip():
        raise Refusal("blank", "请填写收款方和凭证号。", MONEY, field="payee")
    row = Expense(
        year=year,
        kind=wanted.kind,
        fen=read_yuan(wanted.amount),
        payee=wanted.payee.strip(),
        voucher=wanted.voucher.strip(),
        spent_on=wanted.spent_on,
        cancelled_at=None,
        **noted(uow),
    )
    return uow.add(row, "ex", "spend").uid


def cancel_expense(uow: UnitOfWork, uid: str, reason: str) -> None:
    """冲销一笔: it stays in the record and counts no more."""
    demand_role(uow, Role.APPROVER)
    row = uow.load(Expense, uid)
    stages.demand_running(uow.session, row.year)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明冲销的理由。", MONEY, field="reason")
    if row.cancelled_at is not None:
        raise Refusal("cancelled", "这一笔已经冲销。", MONEY)
    with uow.change(row, "cancel", reason):
        row.cancelled_at, row.cancel_reason = uow.now, reason.strip()


def promote(uow: UnitOfWork, uid: str, kind: str, held_on: date, proof: str) -> str:
    """登记推广活动（办法第二十条）."""
    demand_role(uow, *OFFICE)
    row = uow.load(Honour, uid)
    if not kind.strip() or not proof.strip():
        raise Refusal("blank", "请填写推广活动和证明材料。", "办法第二十条", field="proof")
    fresh = Promotion(
        honour_id=row.id, kind=kind.strip(), held_on=held_on, proof=proof.strip(), **noted(uow)
    )
    return uow.add(fresh, "pr").uid


def see_title(uow: UnitOfWork, uid: str, text: str, medium: str, seen_on: date) -> str:
    """登记荣誉称号的使用; gives what is wrong with it, or empty."""
    demand_role(uow, *OFFICE)
    row = uow.load(Honour, uid)
    if medium not in title.MEDIA or not text.strip():
        raise Refusal("blank", "请填写宣传用语并选择用在何处。", title.ARTICLE, field="text")
    found = title.finding(text, medium, row.year)
    fresh = TitleUse(
        honour_id=row.id,
        text=text.strip(),
        medium=medium,
        seen_on=seen_on,
        finding=found,
        **noted(uow),
    )
    uow.add(fresh, "tu")
    return found
