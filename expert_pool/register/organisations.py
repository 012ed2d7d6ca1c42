"""单位核实用例: whether two names are one organisation, said once by a person and remembered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core import organisation
from expert_pool.core.organisation import Remembered
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.records import OrganisationAnswer

BASIS = "政府采购法实施条例第九条"


def known_answers(session: Session) -> Remembered:
    """Every answer, for `organisation.compare`. One statement."""
    rows = select(
        OrganisationAnswer.first_key, OrganisationAnswer.second_key, OrganisationAnswer.same
    )
    return {(first, second): said for first, second, said in session.execute(rows)}


def answer_organisation(
    uow: UnitOfWork, written: str, official: str, same: bool, reason: str = ""
) -> str:
    """是同一单位，或不是. A later answer replaces an earlier one, both stand in the log; the
    uid.
    """
    first, second = organisation.pair(written, official)
    if not first or not second:
        raise Refusal("blank", "请写明是哪两个单位名称。", field="official")
    if first == second:
        raise Refusal("same-name", "两个名称写法相同，就是同一单位，不用确认。", BASIS)
    if not same and not reason.strip():
        raise Refusal(
            "reason-needed",
            "请写明为什么不是同一单位（如：查过信用代码），它会记入操作日志。",
            BASIS,
            field="reason",
        )
    uow.demand_may_name(written, official)
    row = uow.session.scalar(
        select(OrganisationAnswer).where(
            OrganisationAnswer.first_key == first, OrganisationAnswer.second_key == second
        )
    )
    if row is None:
        row = OrganisationAnswer(
            first_key=first,
            second_key=second,
            written=written.strip(),
            official=official.strip(),
            same=same,
            answered_by=uow.actor.id,
            answered_name=uow.actor.name,
            answered_at=uow.now,
        )
        return uow.add(row, "q", "answer", reason).uid
    if row.same is not same:
        with uow.change(row, "answer", reason):
            row.same = same
            row.answered_by, row.answered_name = uow.actor.id, uow.actor.name
            row.answered_at = uow.now
    return row.uid
