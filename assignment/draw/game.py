"""抽取的概率: how likely each candidate plan is to be drawn, so that the most likely
expert–applicant pair is as unlikely as can be.

A zero-sum game of the office, who draws a plan, against somebody who wants one pair: its value is a
linear programme (Jecmen et al. 2020 limit the same probabilities for plans without calendar). Pairs
that every candidate has are out of the game. After the smallest largest probability the next
largest is made small, and so on for a few rounds; what is then still free goes evenly to the plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assignment.draw.candidates import TICKETS, Pair
from assignment.solver import linear

ROUNDS = 6
SLACK = 1e-7
# Below this share of the tickets a plan is not worth printing.
LEAST = 1e-4


@dataclass(frozen=True)
class Game:
    """Its solution: `shares` of the candidates, the largest probability `value` of a pair, and
    which pairs are to blame (`prices`).
    """

    shares: tuple[float, ...]
    value: float
    prices: dict[Pair, float]


def play(plans: Sequence[frozenset[Pair]], rounds: int = ROUNDS) -> Game:
    """Shares of plans, given by their pairs, that make the largest probabilities smallest.

    At least one plan.
    """
    count = len(plans)
    common = frozenset.intersection(*plans)
    pairs = sorted(frozenset.union(*plans) - common)
    if not pairs:
        return Game((1 / count,) * count, 0.0, {})
    table = np.array([[pair in plan for plan in plans] for pair in pairs], dtype=float)
    ceiling = np.full(len(pairs), np.inf)
    prices: dict[Pair, float] = {}
    value, shares = 1.0, np.full(count, 1 / count)
    for turn in range(rounds):
        free = np.isinf(ceiling)
        found = _level(table, ceiling, free)
        if found is None:
            break
        shares, level, blame = found
        if turn == 0:
            value = level
            prices = {
                pairs[row]: float(amount) for row, amount in enumerate(blame) if amount > SLACK
            }
        tight = blame > SLACK
        if not tight.any() or not free.any():
            break
        ceiling[tight] = level + SLACK
    return Game(
        tuple(
            float(one) for one in _even(table, np.where(np.isinf(ceiling), value, ceiling), shares)
        ),
        value,
        prices,
    )


def _level(
    table: np.ndarray, ceiling: np.ndarray, free: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """The smallest level that the free pairs can be held to while the others keep their ceilings:
    shares, level, duals of the free.
    """
    count = table.shape[1]
    answer = linear.minimise(
        np.r_[np.zeros(count), 1.0],
        below=(np.c_[table, np.where(free, -1.0, 0.0)], np.where(free, 0.0, ceiling)),
        equal=_all_of_them(count),
        bounds=(0, 1),
    )
    if answer is None:
        return None
    values, blame = answer
    return values[:count], float(values[count]), np.where(free, blame, 0.0)


def _even(table: np.ndarray, ceiling: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Of the shares that keep every ceiling those whose largest is smallest."""
    count = table.shape[1]
    kept = np.c_[table, np.zeros(len(table))]
    largest = np.c_[np.eye(count), -np.ones(count)]
    answer = linear.minimise(
        np.r_[np.zeros(count), 1.0],
        below=(np.r_[kept, largest], np.r_[ceiling + SLACK, np.zeros(count)]),
        equal=_all_of_them(count),
        bounds=(0, 1),
    )
    return shares if answer is None else answer[0][:count]


def _all_of_them(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The row that shares add up to one; the last column is no share."""
    return np.r_[np.ones(count), 0.0][None, :], np.ones(1)


def share_out(shares: Sequence[float]) -> list[int]:
    """Whole tickets by largest remainder; too small a share gets none."""
    kept = [share if share >= LEAST else 0.0 for share in shares]
    exact = [TICKETS * share / sum(kept) for share in kept]
    whole = [int(one) for one in exact]
    by_remainder = sorted(
        range(len(exact)), key=lambda position: (whole[position] - exact[position], position)
    )
    for position in by_remainder[: TICKETS - sum(whole)]:
        whole[position] += 1
    return whole
