"""评审员的任职状态（办法第九条第三项）: the states, and every allowed step between them as one
table.

The state is derived from the records (candidacy, terms, suspensions) and the day; nothing stores
it, so it cannot contradict them. The table says which step is open in which state and where it
leads; a test drives the use cases through it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from expert_pool.facts.refusal import Refusal

BASIS = "办法第九条第三项"


class State(StrEnum):
    LISTED = "listed"
    CANDIDATE = "candidate"
    ELIGIBLE = "eligible"
    REJECTED = "rejected"
    PENDING = "pending"
    SERVING = "serving"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    RESIGNED = "resigned"
    DISMISSED = "dismissed"


STATES: dict[State, str] = {
    State.LISTED: "在库，未聘任",
    State.CANDIDATE: "待资格审查",
    State.ELIGIBLE: "审查通过，待聘任",
    State.REJECTED: "审查未通过",
    State.PENDING: "已聘任，聘期未开始",
    State.SERVING: "在聘",
    State.SUSPENDED: "暂停使用",
    State.EXPIRED: "聘期届满",
    State.RESIGNED: "已辞聘",
    State.DISMISSED: "已解聘",
}


class Step(StrEnum):
    APPLY = "apply"
    ADMIT = "admit"
    REJECT = "reject"
    APPOINT = "appoint"
    RENEW = "renew"
    REGRADE = "regrade"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    RESIGN = "resign"
    DISMISS = "dismiss"


@dataclass(frozen=True)
class Transition:
    """One step: from which states, to which.

    `after` None: the state that the terms give (a suspension lifted, a grade changed).
    """

    step: Step
    zh: str
    before: frozenset[State]
    after: frozenset[State]


def _row(step: Step, zh: str, before: Iterable[State], after: Iterable[State]) -> Transition:
    return Transition(step, zh, frozenset(before), frozenset(after))


S = State
_TERM = (S.PENDING, S.SERVING)
# A term entered late may have begun or be over already: the day decides which of the three it is.
_GIVEN = (*_TERM, S.EXPIRED)
TRANSITIONS: dict[Step, Transition] = {
    row.step: row
    for row in (
        _row(
            Step.APPLY,
            "登记申请或推荐",
            (S.LISTED, S.REJECTED, S.EXPIRED, S.RESIGNED),
            (S.CANDIDATE,),
        ),
        _row(Step.ADMIT, "资格审查通过", (S.CANDIDATE,), (S.ELIGIBLE,)),
        _row(Step.REJECT, "资格审查不通过", (S.CANDIDATE,), (S.REJECTED,)),
        _row(Step.APPOINT, "聘任", (S.LISTED, S.ELIGIBLE), _GIVEN),
        _row(Step.RENEW, "续聘", (*_TERM, S.EXPIRED), _GIVEN),
        _row(Step.REGRADE, "定级", (S.SERVING,), (S.SERVING,)),
        _row(Step.SUSPEND, "暂停使用", (S.LISTED, S.ELIGIBLE, *_TERM, S.EXPIRED), (S.SUSPENDED,)),
        _row(
            Step.REINSTATE,
            "恢复使用",
            (S.SUSPENDED,),
            (S.LISTED, S.ELIGIBLE, S.PENDING, S.SERVING, S.EXPIRED),
        ),
        _row(Step.RESIGN, "辞聘", (*_TERM, S.SUSPENDED), (S.SERVING, S.RESIGNED, S.SUSPENDED)),
        _row(Step.DISMISS, "解聘", (*_TERM, S.SUSPENDED), (S.DISMISSED,)),
    )
}

# How a term came to its early end: by the office, by the expert, or because a new term with another
# grade took its place.
ENDINGS = {"dismiss": "解聘", "resign": "辞聘", "regrade": "定级变更"}


@dataclass(frozen=True)
class Term:
    """一段聘期; `ending` is a key of ENDINGS when `ended_on` is set."""

    first: date
    last: date
    grade: str
    ended_on: date | None = None
    ending: str = ""

    @property
    def end(self) -> date:
        return self.ended_on or self.last

    def over(self, on: date) -> bool:
        """A dismissal counts at once, a resignation on its last day or before the term has begun;
        else the term runs to its end.
        """
        if self.ending == "dismiss" or self.ended_on == self.first:
            return True
        return self.ended_on <= on if self.ended_on is not None else self.last < on


@dataclass(frozen=True)
class LifeFacts:
    """What the state follows from.

    `candidacy`: open, passed, rejected, or "" (none, or it has led to an appointment).
    """

    terms: tuple[Term, ...] = ()
    candidacy: str = ""
    suspended: bool = False


def state_of(facts: LifeFacts, on: date) -> State:
    """任职状态 on a day. A running term speaks first, then a candidacy not yet used; dismissal
    outweighs suspension.
    """
    terms = [term for term in facts.terms if term.ending != "regrade"]
    if any(term.ending == "dismiss" for term in terms):
        return State.DISMISSED
    plain = _without_suspension(facts, terms, on)
    return (
        State.SUSPENDED if facts.suspended and plain in TRANSITIONS[Step.SUSPEND].before else plain
    )


def _without_suspension(facts: LifeFacts, terms: list[Term], on: date) -> State:
    open_terms = [term for term in terms if not term.over(on)]
    if any(term.first <= on for term in open_terms):
        return State.SERVING
    if open_terms:
        return State.PENDING
    if facts.candidacy:
        return {"open": State.CANDIDATE, "passed": State.ELIGIBLE, "rejected": State.REJECTED}[
            facts.candidacy
        ]
    if not terms:
        return State.LISTED
    newest = max(terms, key=lambda term: (term.first, term.end))
    return State.RESIGNED if newest.ending == "resign" else State.EXPIRED


def steps_from(state: State) -> tuple[Transition, ...]:
    """What may be done next, in the order of the table."""
    return tuple(row for row in TRANSITIONS.values() if state in row.before)


def allow(step: Step, state: State, name: str) -> None:
    """Raises Refusal `wrong-state` unless the table has the step in this state."""
    row = TRANSITIONS[step]
    if state not in row.before:
        able = "、".join(STATES[one] for one in STATES if one in row.before)
        raise Refusal(
            "wrong-state",
            f"{name}现在是“{STATES[state]}”，不能办理{row.zh}；能办理的状态：{able}。",
            BASIS,
        )
