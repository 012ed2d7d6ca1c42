"""Aids beside the totals (annex A 11-13): exact, honest about what cannot be known, never
applied.
"""

from __future__ import annotations

import resource
from fractions import Fraction as F  # noqa: N817 - a table of numbers is easier to read
from random import Random

import pytest

from award.decision.core.firmness import Scored, firmness, swap_weight, swaps
from award.decision.core.severity import Observation, agreement, severity, solve

X = {"a": 640, "b": 630, "c": 620}
Y = {"d": 610, "e": 600, "f": 590}
CALIBRATION = {"a": 600, "b": 590, "c": 580, "d": 560, "e": 550, "f": 540}


def books(**cases: dict[str, int]) -> list[Observation]:
    return [
        Observation(case, reviewer, F(score))
        for case, scores in cases.items()
        for reviewer, score in scores.items()
    ]


@pytest.mark.parametrize(
    ("shrink", "difference"), [(F(0), F(-10)), (F(25, 64), F(110, 89)), (F(10**9), F(30))]
)
def test_a_calibration_case_sets_strict_and_weak_apart(shrink: F, difference: F) -> None:
    found = severity(books(X=X, Y=Y, K=CALIBRATION), shrink).difference("X", "Y")
    assert found is not None
    assert abs(found - difference) < F(1, 10**5)
    if shrink < 1:
        assert found == difference


def test_groups_that_share_no_case_cannot_be_compared() -> None:
    found = severity(books(X=X, Y=Y), F(25, 64))
    assert len(found.parts) == 2
    assert found.difference("X", "Y") is None


def test_in_one_full_group_the_order_is_that_of_the_means() -> None:
    for seed in range(60):
        rng = Random(seed)
        cases = {f"c{n}": {r: rng.randrange(400, 700) for r in ("a", "b", "c")} for n in range(8)}
        found = severity(books(**cases), F(1, 2))
        by_mean = sorted(cases, key=lambda one: (sum(cases[one].values()), one))
        assert sorted(cases, key=lambda one: (found.cases[one], one)) == by_mean


def test_groups_far_apart_keep_their_scores_where_peers_make_both_best_equal() -> None:
    strong, weak = (700, 680, 660, 640), (560, 540, 520, 500)
    z_best = [max(_z_scored(group)) for group in (strong, weak)]
    assert z_best[0] == z_best[1]
    cases = {f"s{n}": {"a": one, "b": one} for n, one in enumerate(strong)}
    cases |= {f"w{n}": {"c": one, "d": one} for n, one in enumerate(weak)}
    found = severity(books(**cases), F(1))
    assert [found.cases[f"s{n}"] for n in range(4)] == list(strong)
    assert [found.cases[f"w{n}"] for n in range(4)] == list(weak)


def _z_scored(group: tuple[int, ...]) -> list[float]:
    mean = sum(group) / 4
    spread = (sum((one - mean) ** 2 for one in group) / 4) ** 0.5
    return [round((one - mean) / spread, 9) for one in group]


def test_equations_are_solved_exactly() -> None:
    matrix = [[F(0), F(2), F(1, 3)], [F(1), F(1, 7), F(0)], [F(5), F(0), F(-2)]]
    true = [F(3, 11), F(-2), F(9, 4)]
    right = [sum((a * b for a, b in zip(row, true, strict=True)), F(0)) for row in matrix]
    assert solve(matrix, right) == true


def test_agreement_is_one_figure_with_its_range() -> None:
    same = {f"c{n}": {"a": 500 + 10 * n, "b": 520 + 10 * n} for n in range(4)}
    found = agreement(books(**same))
    assert found is not None
    assert (found.value, found.low, found.high, found.cases) == (1, 1, 1, 4)
    assert agreement(books(X=X, Y=Y)) is None


def test_two_neighbours_swap_at_an_exact_weight() -> None:
    one, other = Scored("X", F(59000), F(62250), 60000), Scored("Y", F(62000), F(60625), 60000)
    assert swap_weight(one, other) == F(13, 37)
    found = firmness([one, other], F(2, 5), 80, 5)
    assert [case.distance for case in found] == [950, 1175]
    assert [(swap.above, swap.below) for swap in swaps([one, other], F(2, 5))] == [("Y", "X")]
    near = firmness([one, other], F(35, 100), 80, 5)
    assert [case.distance + 60000 for case in near] == [F("61112.5"), F("61106.25")]


def test_the_distance_is_said_in_steps_of_the_largest_item() -> None:
    found = firmness([Scored("X", F(60400), F(60400), 60000)], F(2, 5), 80, 5)[0]
    assert found.steps == (F(5, 2), F(5, 3))  # one step moves 1.60 and 2.40 points
    assert firmness([Scored("X", F(60400), F(60400), 60000)], F(0), 80, 5)[0].steps[0] is None


def test_leaving_out_one_reviewer_shows_who_carries_a_case_over_the_line() -> None:
    books_of_x = {"a": 64000, "b": 59000, "c": 57600}
    one = Scored("X", F(60200), F(60200), 60000, books_of_x, {})
    other = Scored("Y", F(60100), F(60100), 60000, {"d": 60100, "e": 60100}, {})
    found = firmness([one, other], F(1, 2), 80, 5)[0]
    assert found.without == ("a",)
    assert (found.rank, found.best, found.worst) == (1, 1, 2)


def test_sixty_cases_and_sixty_reviewers_take_seconds() -> None:
    rng = Random(1)
    cases = {
        f"c{n:02}": {f"r{r:02}": rng.randrange(0, 100001, 25) for r in rng.sample(range(60), 4)}
        for n in range(60)
    }
    cases["k"] = {f"r{r:02}": rng.randrange(0, 100001, 25) for r in range(60)}
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    found = severity(books(**cases), F(25, 64))
    scored = [
        Scored(name, F(sum(some.values()), len(some)), F(60000), 60000, some)
        for name, some in cases.items()
    ]
    firmness(scored, F(2, 5), 80, 5)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin < 15
    assert len(found.parts) == 1
