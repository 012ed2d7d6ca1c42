"""评审任务（办法第十条）: what a published plan asks of one expert, and what she may know of it
before she has answered.

A duty is named by its fingerprint: who, as what, which applicants, when. Colleagues are not part of
it: when only they change, an answer stands; when anything of her own changes, she is asked anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from assignment.problem import Problem, Slot
from assignment.solution import Plan, Visit

ACCEPTED, DECLINED, OPEN = "accepted", "declined", "open"
# Why somebody declines. "recusal" needs a declared relation, which then keeps her away; "time"
# makes the half-days absences.
REASONS = {
    "time": "时间冲突",
    "recusal": "需要回避",
    "personal": "身体或家庭原因",
    "other": "其他原因",
}
# With these nobody asks her again this year unless the answer is taken back.
WHOLE_YEAR = frozenset({"personal", "other"})


@dataclass(frozen=True)
class Duty:
    """One expert's part of a plan.

    `groups` are positions; `visits` in calendar order, visits without a time last.
    """

    expert: str
    groups: tuple[int, ...]
    leader: bool
    visits: tuple[tuple[str, tuple[Slot, ...]], ...]

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(case for case, _ in self.visits)

    @property
    def half_days(self) -> tuple[Slot, ...]:
        return tuple(
            dict.fromkeys(sorted((slot for _, stay in self.visits for slot in stay), key=_when))
        )

    @property
    def fingerprint(self) -> str:
        facts = [
            self.expert,
            self.leader,
            [
                [case, [[slot.date.isoformat(), slot.half] for slot in stay]]
                for case, stay in self.visits
            ],
        ]
        return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def duties(problem: Problem, plan: Plan) -> dict[str, Duty]:
    """Every member's duty, by id."""
    found: dict[str, Duty] = {}
    for member in dict.fromkeys(member for group in plan.groups for member in group.members):
        positions = tuple(
            number for number, group in enumerate(plan.groups) if member in group.members
        )
        visits = [
            (visit.case, _stay(problem, visit))
            for number in positions
            for visit in plan.groups[number].visits
        ]
        leader = any(plan.groups[number].leader == member for number in positions)
        found[member] = Duty(member, positions, leader, tuple(sorted(visits, key=_order)))
    return found


def leaders(plan: Plan, duty: Duty) -> frozenset[str]:
    """Who leads the groups of a duty of this plan."""
    heads = (plan.groups[number].leader for number in duty.groups)
    return frozenset(head for head in heads if head is not None)


def disclosed(answer: str, disclose_from: date | None, today: date) -> bool:
    """Whether she may know whom she reviews: she has accepted, and the year's day of disclosure has
    come.
    """
    return answer == ACCEPTED and (disclose_from is None or today >= disclose_from)


def _stay(problem: Problem, visit: Visit) -> tuple[Slot, ...]:
    return tuple(
        problem.slots[position] for position in visit.slots if position < len(problem.slots)
    )


def _when(slot: Slot) -> tuple[date, str]:
    return slot.date, slot.half


def _order(visit: tuple[str, tuple[Slot, ...]]) -> tuple[date, str, str]:
    case, stay = visit
    return (*(_when(stay[0]) if stay else (date.max, "")), case)
