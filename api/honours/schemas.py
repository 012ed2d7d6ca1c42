"""表彰接口的内容."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.kit.fields import Day, Input, Line, Name, Note, Output, Reason, YearNumber, example
from api.kit.schemas import Uscc
from award.honours.honours import EarlierFields, ExpenseFields, RevocationFields

Yuan = Annotated[int, Field(ge=0, le=100_000_000)]


class HonourOut(Output):
    uid: str
    year: int
    organisation: str
    award: str
    counted: bool
    amount: int
    why: str
    awarded_on: date
    document: str
    revoked_on: date | None
    open_reason: str
    paid: int | None
    paid_on: date | None
    voucher: str
    watch_ends: date
    promotions: int


class EarlierIn(Input):
    model_config = example(
        {
            "year": 2023,
            "organisation": "某某公司",
            "award": "INNOVATION",
            "amount": 100000,
            "awarded_on": "2023-12-01",
            "document": "诸政发〔2023〕1号",
        }
    )
    year: YearNumber
    organisation: Name
    uscc: Uscc = ""
    award: Literal["QUALITY", "INNOVATION"]
    amount: Yuan
    awarded_on: Day
    document: Reason

    def fields(self) -> EarlierFields:
        return EarlierFields(
            self.year,
            self.organisation,
            self.uscc,
            self.award,
            self.amount,
            self.awarded_on,
            self.document,
        )


class SuccessionIn(Input):
    model_config = example({"earlier": "", "later": "", "document": "市监变更〔2024〕7号"})
    earlier: Uscc
    later: Uscc
    document: Reason


class PaymentIn(Input):
    model_config = example({"amount": 200000, "paid_on": "2026-11-02", "voucher": "凭1"})
    amount: Yuan
    paid_on: Day
    voucher: Name


class RevocationIn(Input):
    model_config = example(
        {
            "ground": "fraud",
            "facts": "提供虚假检测报告。",
            "document": "诸政〔2027〕2号",
            "decided_on": "2027-03-10",
        }
    )
    ground: Literal["fraud", "incident"]
    facts: Annotated[Note, Field(min_length=1)]
    document: Line
    decided_on: Day
    happened_on: Day | None = None

    def fields(self) -> RevocationFields:
        return RevocationFields(
            self.ground, self.facts, self.document, self.decided_on, self.happened_on
        )


class RecoveryIn(Input):
    model_config = example({"amount": 200000, "on": "2027-04-01"})
    amount: Yuan
    on: Day
    plaque_on: Day | None = None
    credit_on: Day | None = None


class PromotionIn(Input):
    model_config = example({"kind": "经验交流会", "held_on": "2027-05-10", "proof": "会议通知"})
    kind: Name
    held_on: Day
    proof: Name


class TitleIn(Input):
    model_config = example(
        {"text": "2026年度诸暨市政府质量奖", "medium": "image", "seen_on": "2027-05-10"}
    )
    text: Reason
    medium: Literal["image", "product"]
    seen_on: Day


class TitleOut(Output):
    """`finding`: what is wrong with the use, empty when it is in order."""

    finding: str


class ExpenseIn(Input):
    model_config = example(
        {
            "kind": "fee",
            "amount": "1200.50",
            "payee": "评审员",
            "voucher": "凭2",
            "spent_on": "2026-10-20",
        }
    )
    kind: Name
    amount: Line
    payee: Name
    voucher: Name
    spent_on: Day

    def fields(self) -> ExpenseFields:
        return ExpenseFields(self.kind, self.amount, self.payee, self.voucher, self.spent_on)


class AccountOut(Output):
    """经费台账: lines and sums by kind, as the page shows them."""

    lines: list[dict[str, Any]]
    sums: list[dict[str, Any]]
