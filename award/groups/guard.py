"""谁不能经手这个方案: one place says whether a member of staff may do something to a plan.

The use cases ask here, so that every door (page, interface, command line) is held alike.
"""

from __future__ import annotations

from collections.abc import Collection

from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.refusal import Refusal

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
