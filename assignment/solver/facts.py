"""事实: what a problem says of single people and firms, so that an explanation can name those that
matter and leave out the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assignment.lookup import look_up
from assignment.problem import Pin, Problem
from assignment.solution import Reason


@dataclass(frozen=True)
class Fact:
    """A pin (H15), a firm's closed days (H11), a person's days away (H12), whom a person is barred
    from (H05).
    """

    rule: str
    who: str = ""
    pin: Pin | None = None

    def reason(self, problem: Problem) -> Reason:
        """The fact in words, with the ids it speaks of."""
        if self.pin is not None:
            firms = (*(self.pin.cases or ()), *((self.pin.case,) if self.pin.case else ()))
            people = (self.pin.reviewer,) if self.pin.reviewer else ()
            return Reason(f"人工指定：{pin_words(problem, self.pin)}", ("H15",), people, firms)
        if self.rule == "H11":
            return Reason(f"{self.who}不便接待的时间", ("H11",), (), (self.who,))
        if self.rule == "H12":
            return Reason(f"{self.who}没有空的时间", ("H12",), (self.who,))
        return Reason(f"{self.who}的回避情形", ("H05",), (self.who,))


def facts_of(problem: Problem, cases: Sequence[str]) -> Iterator[Fact]:
    """What bears on these cases; pins first, for a person made them and can take them back."""
    meant = set(cases)
    for pin in dict.fromkeys(problem.pins or ()):
        if not meant.isdisjoint((*(pin.cases or ()), pin.case)):
            yield Fact("H15", pin=pin)
    yield from (Fact("H11", case.id) for case in problem.cases if case.closed and case.id in meant)
    yield from (
        Fact("H12", one.id) for one in problem.reviewers if one.unavailable and one.max_groups
    )
    yield from (
        Fact("H05", one)
        for one in dict.fromkeys(row[0] for row in problem.barred if row[1] in meant)
    )


def holding(problem: Problem, facts: Sequence[Fact], kept: Sequence[Fact]) -> Problem:
    """The problem without those of `facts` that are not kept."""
    gone = set(facts) - set(kept)
    pins = {fact.pin for fact in gone if fact.pin is not None}
    away = {fact.who for fact in gone if fact.rule == "H12"}
    closed = {fact.who for fact in gone if fact.rule == "H11"}
    barred = {fact.who for fact in gone if fact.rule == "H05"}
    return replace(
        problem,
        pins=tuple(pin for pin in problem.pins or () if pin not in pins) or None,
        reviewers=tuple(
            replace(one, unavailable=()) if one.id in away else one for one in problem.reviewers
        ),
        cases=tuple(replace(one, closed=()) if one.id in closed else one for one in problem.cases),
        barred=tuple(row for row in problem.barred if row[0] not in barred),
    )


def smallest(facts: Sequence[Fact], impossible: Callable[[Sequence[Fact]], bool]) -> list[Fact]:
    """Facts left out in halves, quarters, … one by one, while it stays impossible: none of what
    remains can be left out.
    """
    kept, size = list(facts), max(1, len(facts) // 2)
    while kept:
        before = list(kept)
        for start in range(0, len(before), size):
            chunk = before[start : start + size]
            rest = [fact for fact in kept if fact not in chunk]
            if len(rest) < len(kept) and impossible(rest):
                kept = rest
        if size == 1:
            break
        size = max(1, min(size, len(kept)) // 2)
    return kept


def pin_words(problem: Problem, pin: Pin) -> str:
    """What a person fixed, in words."""
    if pin.kind == "together":
        return f"{'、'.join(pin.cases or ())}由同一组评审"
    if pin.kind == "visit":
        return f"{pin.case}在{look_up(problem).slot_name(pin.start or 0)}开始现场评审"
    return (
        f"{pin.reviewer}"
        + {"member": "评审", "leader": "任组长评审", "exclude": "不评审"}[pin.kind]
        + f"{pin.case}"
    )
