"""What happens after a plan is made: told or found between two problems, it is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment.mishap import (
    Away,
    Closed,
    Conflict,
    Declines,
    Mishap,
    happen,
    pin_words,
    since,
    taken_back,
)
from assignment.problem import Pin, Problem
from tests.solver.cast import cast

PROBLEM = cast()
WHO, CASE = PROBLEM.reviewers[0].id, PROBLEM.cases[0].id
OPEN = next(one for one in range(len(PROBLEM.slots)) if one not in PROBLEM.cases[0].closed)
FREE = next(one for one in range(len(PROBLEM.slots)) if one not in PROBLEM.reviewers[0].unavailable)
PINS = (
    Pin("member", WHO, CASE),
    Pin("visit", case=CASE, start=OPEN),
    Pin("exclude", PROBLEM.reviewers[1].id, CASE),
)
TOLD: list[tuple[Mishap, tuple[Pin, ...]]] = [
    (Declines(WHO), PINS[:1]),
    (Conflict(WHO, CASE), PINS[:1]),
    (Closed(CASE, (OPEN,)), PINS[1:2]),
    (Away(WHO, (FREE,)), ()),
]


@pytest.mark.parametrize(("mishap", "lost"), TOLD)
def test_a_mishap_takes_back_what_it_makes_impossible(
    mishap: Mishap, lost: tuple[Pin, ...]
) -> None:
    fixed = replace(PROBLEM, pins=PINS)
    assert taken_back(fixed, [mishap]) == lost
    assert happen(fixed, [mishap]).pins == tuple(pin for pin in PINS if pin not in lost)


def gone(problem: Problem, uid: str) -> Problem:
    people = tuple(one for one in problem.reviewers if one.id != uid)
    ties = tuple(tie for tie in problem.barred if tie[0] != uid)
    return replace(problem, reviewers=people, barred=ties)


@pytest.mark.parametrize(("mishap", "_lost"), TOLD)
def test_a_later_problem_of_the_register_tells_the_same(
    mishap: Mishap, _lost: tuple[Pin, ...]
) -> None:
    after = (
        gone(PROBLEM, mishap.reviewer)
        if isinstance(mishap, Declines)
        else happen(PROBLEM, [mishap])
    )
    assert since(PROBLEM, after) == (mishap,)


def test_slots_are_told_in_those_of_the_later_problem() -> None:
    later = replace(happen(PROBLEM, [Away(WHO, (FREE,))]), slots=PROBLEM.slots)
    assert since(PROBLEM, PROBLEM) == ()
    assert since(later, PROBLEM) == ()  # what is no longer so is no mishap


def test_pins_are_told_by_name() -> None:
    assert [pin_words(pin, {WHO: "王五", CASE: "甲厂"}.__getitem__) for pin in PINS[1:2]] == [
        "甲厂的现场时间",
    ]
