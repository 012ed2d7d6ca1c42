"""Scores in, seats out: against every assignment there is, and what cannot be used is named."""

from __future__ import annotations

from itertools import combinations, product
from random import Random
from typing import Any

import numpy as np
import pytest

import assignment
from assignment.solver import transport
from assignment.solver.pairs import Pairs


def every(scores: Any, size: int, most: Any, barred: Any) -> list[tuple[int, int]]:
    """(weakest, total) of every assignment; tiny tables only."""
    people = range(scores.shape[1])
    teams = [
        [team for team in combinations(people, size) if not barred[case, list(team)].any()]
        for case in range(len(scores))
    ]
    found = []
    for choice in product(*teams):
        served = np.bincount([one for team in choice for one in team], minlength=len(people))
        if (served <= most).all():
            sums = [int(scores[case, list(team)].sum()) for case, team in enumerate(choice)]
            found.append((min(sums), sum(sums)))
    return found


@pytest.mark.parametrize("seed", range(24))
def test_best_by_either_wish_and_proved(seed: int) -> None:
    against_every(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_hundreds_of_tables_against_every_assignment(part: int) -> None:
    for seed in range(24 + 100 * part, 124 + 100 * part):
        against_every(seed)


def against_every(seed: int) -> None:
    rng = Random(seed)
    cases, people, size = rng.choice(((4, 5, 2), (5, 4, 2), (6, 5, 1), (3, 6, 3)))
    scores = np.array([[rng.randint(-2, 9) for _ in range(people)] for _ in range(cases)])
    most = np.array([rng.randint(1, 3) for _ in range(people)])
    barred = np.array([[rng.random() < 0.15 for _ in range(people)] for _ in range(cases)])
    known = every(scores, size, most, barred)
    for weakest_first, best in ((True, max), (False, lambda them: max(them, key=lambda x: x[1]))):
        found = assignment.assign_scores(scores, size, most, barred, weakest_first)
        if not known:
            assert found is None
            continue
        assert (
            found is not None and found.best and found.chosen.sum(axis=1).tolist() == [size] * cases
        )
        assert (found.chosen.sum(axis=0) <= most).all() and not (found.chosen & barred).any()
        rows = [int(one) for one in (scores * found.chosen).sum(axis=1)]
        assert (min(rows), sum(rows)) == (found.least, found.total)
        wanted = best(known)
        assert found.total == wanted[1] == found.total_bound
        assert found.least == wanted[0] == found.least_bound or not weakest_first
        assert found.least_bound >= max(least for least, _ in known)


def test_a_weakest_case_below_nought_is_proved_without_a_measured_gap() -> None:
    """The bound is -1 here: a gap measured by it divided by nought, or was not of the value."""
    scores = np.array([[0, -2, -3, 0], [-2, -1, 0, -1], [-2, -2, 0, 0], [-1, -1, -2, 0]])
    most, nobody = np.array([1, 3, 3, 2]), np.zeros(scores.shape, dtype=bool)
    found = assignment.assign_scores(scores, 2, most)
    assert found is not None and found.best
    assert (found.least, found.total) == max(every(scores, 2, most, nobody))


@pytest.mark.parametrize("seed", range(30))
def test_usual_pairs_by_way_of_a_pool_give_the_most_there_is(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most pairs are worth the same; some seats are filled from the pool, by people who may sit
    there and do not yet.
    """
    rng = Random(seed)
    cases, people, low, high = rng.choice(((8, 7, 2, 2), (9, 6, 2, 3), (12, 9, 3, 3)))
    usual = rng.choice((0, 3, -2))
    score = np.array(
        [[usual if rng.random() < 0.8 else rng.randint(-4, 9) for _ in range(people)]] * cases
    )
    for row in score:
        rng.shuffle(row)
    free = np.array([[rng.random() < 0.8 for _ in range(people)] for _ in range(cases)])
    room = np.array([-(-cases * high // people) + rng.randint(-1, 1) for _ in range(people)])
    pairs = Pairs(score, score, free, room, low, high, extra=rng.choice((0, 1)))
    monkeypatch.setattr(transport, "FEW", 0)
    pooled = transport.solve(pairs)
    monkeypatch.setattr(transport, "FEW", 10**9)
    plain = transport.solve(pairs)
    assert (pooled is None) == (plain is None)
    if pooled is not None and plain is not None:
        seats = pooled.sum(axis=1)
        assert (low <= seats).all() and (seats <= high).all() and not (pooled & ~free).any()
        assert (pooled.sum(axis=0) <= room).all()
        value, other = (pairs.total(one) - pairs.extra * one.sum() for one in (pooled, plain))
        assert value == other


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("scores", {"scores": [[0.5, 1.0]]}),
        ("scores", {"scores": [[float("nan"), 1.0]]}),
        ("scores", {"scores": [1, 2]}),
        ("scores", {"scores": [[1, 10**9 + 1]]}),
        ("scores", {"scores": np.zeros((0, 3), dtype=int)}),
        ("size", {"size": 0}),
        ("size", {"size": 3}),
        ("barred", {"barred": [[True]]}),
        ("most", {"most": [1, 1, 1]}),
        ("most", {"most": 1.5}),
    ],
)
def test_what_cannot_be_used_is_named(field: str, asked: dict[str, Any]) -> None:
    right: dict[str, Any] = {"scores": [[3, 1]], "size": 1, "most": 1}
    with pytest.raises(assignment.FormatError) as refused:
        assignment.assign_scores(**(right | asked))
    assert refused.value.field == field


def test_small_unsigned_scores_are_read_as_what_they_say() -> None:
    found = assignment.assign_scores(np.array([[200, 255], [255, 0]], dtype=np.uint8), 1, 2)
    assert found is not None and (found.least, found.total) == (255, 510)
