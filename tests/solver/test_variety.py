"""The lottery over candidate plans, and the search for candidates that differ."""

from __future__ import annotations

import time
from random import Random

import pytest

from assignment import draw
from assignment.draw import TICKETS, CandidateSet
from assignment.draw.candidates import Wish
from assignment.draw.game import play, share_out
from assignment.draw.variety import look
from assignment.solver.limits import Limits
from assignment.solver.solve import solve
from tests.solver.cast import cast, document

Plans = list[frozenset[tuple[str, str]]]


def plans(*texts: str) -> Plans:
    """Each letter a pair."""
    return [frozenset((letter, "A") for letter in text) for text in texts]


@pytest.mark.parametrize(
    ("given", "value", "shares"),
    [
        (plans("ab"), 0.0, (1.0,)),
        (plans("ab", "cd"), 1 / 2, (1 / 2, 1 / 2)),
        (plans("ab", "cd", "ef"), 1 / 3, (1 / 3, 1 / 3, 1 / 3)),
        (plans("xa", "xb"), 1 / 2, (1 / 2, 1 / 2)),  # a pair that all have decides nothing
        (plans("a", "ab", "b", "c"), 1 / 3, (1 / 3, 0.0, 1 / 3, 1 / 3)),
        (plans("ab", "ac", "bc"), 2 / 3, (1 / 3, 1 / 3, 1 / 3)),
        (
            plans("ab", "ac", "ad", "e"),
            1 / 2,
            (1 / 6, 1 / 6, 1 / 6, 1 / 2),
        ),  # what is free goes evenly
    ],
)
def test_the_lottery_makes_the_likeliest_pair_least_likely(
    given: Plans, value: float, shares: tuple[float, ...]
) -> None:
    game = play(given)
    assert game.value == pytest.approx(value, abs=1e-5)
    assert game.shares == pytest.approx(shares, abs=1e-4)


def test_no_other_shares_do_better() -> None:
    rng = Random(5)
    for _ in range(20):
        given = [
            frozenset((f"E{rng.randrange(6)}", f"A{rng.randrange(3)}") for _ in range(5))
            for _ in range(6)
        ]
        game = play(given)
        common = frozenset.intersection(*given)

        def largest(
            shares: list[float], given: Plans = given, common: frozenset[tuple[str, str]] = common
        ) -> float:
            pairs = frozenset.union(*given) - common
            return max(
                sum(share for plan, share in zip(given, shares, strict=True) if pair in plan)
                for pair in pairs
            )

        assert largest(list(game.shares)) == pytest.approx(game.value, abs=1e-5)
        for _ in range(200):
            other = [rng.expovariate(1) for _ in given]
            assert largest([one / sum(other) for one in other]) >= game.value - 1e-6


def test_tickets_are_whole_and_add_up() -> None:
    rng = Random(3)
    for count in range(1, 40):
        shares = [rng.expovariate(1) for _ in range(count)]
        found = share_out([share / sum(shares) for share in shares])
        assert sum(found) == TICKETS
        assert all(one >= 0 for one in found)
    assert share_out([1 / 3] * 3) == [333_334, 333_333, 333_333]
    assert share_out([1.0, 1e-9]) == [TICKETS, 0]


def test_a_pool_of_equals_gets_many_plans_and_an_even_lottery() -> None:
    people = [person | {"carried_effort": 0} for person in document()["reviewers"]]
    problem = cast(reviewers=people)
    found = look(problem, Wish(tolerance=50, cap=600, plans=12), Limits(3.0, 1, 1))
    assert isinstance(found, CandidateSet)
    assert draw.examine(found) == ()
    assert len(found.candidates) >= 2
    assert (found.reached, found.over_cap) == (found.reached, ()) and found.reached <= 600
    record = draw.draw(found, "1 2 3")
    assert draw.replay(draw.parse_record(draw.record_json(record))) == ()


def test_what_the_pool_cannot_avoid_is_named() -> None:
    """One leader for two firms that must go together: nobody else can be drawn for them."""
    people = [
        person | {"leader": person["id"] in ("E0", "E1")} for person in document()["reviewers"]
    ]
    problem = cast(reviewers=people, pins=[{"kind": "leader", "reviewer": "E0", "case": "A0"}])
    found = look(problem, Wish(tolerance=500, cap=500, plans=8), Limits(2.0, 1, 1))
    assert isinstance(found, CandidateSet)
    assert (("E0", "A0"), 1000) in found.over_cap
    assert found.reached == 1000


def test_a_given_plan_is_where_the_search_begins() -> None:
    problem = cast()
    start = solve(problem, Limits(3.0, 1, 1))
    found = look(problem, Wish(tolerance=0, plans=4), Limits(1.0, 1, 1), start)
    assert isinstance(found, CandidateSet)
    assert all(
        found.plan(position).objective == start.objective
        for position in range(len(found.candidates))
    )


def test_without_a_plan_the_reasons_come_back() -> None:
    found = look(cast(reviewers=[]), Wish(), Limits(1.0, 1, 1))
    assert not isinstance(found, CandidateSet) and found.explanation is not None
    assert [reason.rules for reason in found.explanation.conflict] == [("H01",)]


def test_the_search_can_be_stopped() -> None:
    begun = time.perf_counter()
    found = look(
        cast(), Wish(), Limits(60.0, 1, 1), should_stop=lambda: time.perf_counter() - begun > 1.0
    )
    assert time.perf_counter() - begun < 4.0
    assert not isinstance(found, CandidateSet) or draw.examine(found) == ()
