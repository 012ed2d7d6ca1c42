"""编组的准备（办法第十条、第十三条第三项）: the seven steps from two lists to published groups, and
which of them is next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["done", "now", "attention", "todo"]
EXPERTS, APPLICANTS, QUESTIONS, ANSWERS, GROUPS, APPROVAL, PUBLICATION = STEPS = (
    "experts",
    "applicants",
    "questions",
    "answers",
    "groups",
    "approval",
    "publication",
)
ALWAYS = frozenset({QUESTIONS, ANSWERS})  # worth a look even when later steps are done


@dataclass(frozen=True)
class Facts:
    """Counts of a year; `plan` is the status of the version in hand, empty without one."""

    experts: int
    applicants: int
    batches: int  # imports that a person has to confirm
    asked: int
    waiting: int  # of the experts asked, those that have not answered
    plan: str


@dataclass(frozen=True)
class Step:
    id: str
    number: int
    state: State


def steps(facts: Facts) -> tuple[Step, ...]:
    """All seven in order; at most one is `now`.

    A plan made with the answers at hand settles the step of collecting: nobody has to wait for the
    last expert.
    """
    done = {
        EXPERTS: facts.experts > 0,
        APPLICANTS: facts.applicants > 0,
        QUESTIONS: facts.experts > 0 and facts.applicants > 0 and not facts.batches,
        ANSWERS: facts.asked > 0 and not facts.waiting,
        GROUPS: bool(facts.plan),
        APPROVAL: facts.plan in ("approved", "published"),
        PUBLICATION: facts.plan == "published",
    }
    settled = {ANSWERS} if facts.plan else set()
    current = next((one for one in STEPS if not done[one] and one not in settled), None)
    last = STEPS.index(current) if current else len(STEPS)

    def state(number: int, one: str) -> State:
        if done[one]:
            return "done"
        if one == current:
            return "now"
        return "attention" if one in ALWAYS and number < last and facts.experts else "todo"

    return tuple(Step(one, number + 1, state(number, one)) for number, one in enumerate(STEPS))
