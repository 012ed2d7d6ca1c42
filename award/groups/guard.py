"""谁不能经手这个方案: one place says whether a member of staff may do something to a plan.

The use cases ask here, so that every door (page, interface, command line) is held alike.
"""

from __future__ import annotations

from collections.abc import Collection

from award.groups.store import plan_view
from award.groups.tables import PlanVersion
from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = "办法第十六条"


def demand_free(actor: Actor, applicants: Collection[str]) -> None:
    """Raises Refusal `conflicted` when one of these applicants (by public id) is one the actor must
    keep away from: who sees only part of a plan may not change it.
    """
    if not actor.conflicted.isdisjoint(applicants):
        raise Refusal("conflicted", "您与这个方案中的申报组织有回避关系，请由他人办理。", BASIS)


def demand_whole(person: Actor | Viewer) -> None:
    """For what is about all applicants of a year at once: trials, draws, repairs."""
    if person.conflicted:
        raise Refusal(
            "conflicted",
            "您与当年部分申报组织有回避关系，不能查看整个方案的试算和抽取；请由他人办理。",
            BASIS,
        )


def load(uow: UnitOfWork, uid: str, version: int | None = None) -> PlanVersion:
    """The plan, for somebody who may handle it whole; `version` as she saw it.

    Raises Refusal `not-found`, `version-conflict` or `conflicted`.
    """
    row = uow.load(PlanVersion, uid, version)
    if uow.actor.conflicted:
        demand_free(uow.actor, plan_view(row).problem.case_index)
    return row


def load_in(uow: UnitOfWork, uid: str, version: int, *statuses: str) -> PlanVersion:
    """The plan, if it stands in one of these states; raises Refusal `wrong-status` besides what
    `load` raises.
    """
    row = load(uow, uid, version)
    if row.status not in statuses:
        if row.status == "submitted":
            text = "方案已经提交复核，收回或退回之后才能修改。"
            raise Refusal("wrong-status", text, status=row.status)
        texts = {
            "draft": "只有草案可以修改或复核",
            "submitted": "只有提交复核的方案可以这样做",
            "approved": "只有复核过、尚未发布的方案可以这样做",
        }
        raise Refusal(
            "wrong-status",
            f"{texts[statuses[0]]}。已发布的方案请另存为新草案再改。",
            status=row.status,
        )
    return row
