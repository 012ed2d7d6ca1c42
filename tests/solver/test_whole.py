"""Programmes of one column a group, and which columns can matter, against every choice."""

from __future__ import annotations

import math
from itertools import product
from random import Random

from assignment.solver.prices.whole import Row, Whole


def some(seed: int) -> Whole:
    random = Random(seed)
    groups, size = [], 0
    for _ in range(random.randint(2, 5)):
        count = random.randint(1, 4)
        groups.append([*range(size, size + count)])
        size += count
    cost = [random.randint(-3, 12) for _ in range(size)]
    rows = []
    for _ in range(random.randint(0, 5)):
        columns = random.sample(range(size), random.randint(1, size))
        row: Row = {column: float(random.choice((-1, 1, 1, 2))) for column in columns}
        high = float(random.randint(0, 2))
        rows.append((row, high if random.random() < 0.3 else -math.inf, high))
    return Whole(cost, groups, rows)


def choices(whole: Whole) -> list[tuple[int, tuple[int, ...]]]:
    """All that keep the rows, with what they cost."""
    kept = [
        chosen
        for chosen in product(*whole.groups)
        if all(
            low <= sum(row.get(column, 0.0) for column in chosen) <= high
            for row, low, high in whole.rows
        )
    ]
    return [(sum(whole.cost[column] for column in chosen), chosen) for chosen in kept]


def test_no_choice_loses_a_column_or_costs_less_than_what_is_proved() -> None:
    fewer = hopeless = 0
    for seed in range(80):
        whole = some(seed)
        every = choices(whole)
        best = min((cost for cost, _ in every), default=None)
        for most in (best, best + 3) if best is not None else (20,):
            least, kept = whole.lessen(most)
            within = [(cost, chosen) for cost, chosen in every if cost <= most]
            assert all(cost >= least for cost, _ in within)
            assert all(kept[column] for _, chosen in within for column in chosen)
            if not within:
                hopeless += least > most
                continue
            fewer += not kept.all()
            choice = whole.only(kept).cheapest(most, 10.0)
            assert choice.columns is not None and choice.least == best
            old = [at for at, here in enumerate(kept) if here]
            assert (best, tuple(old[at] for at in choice.columns)) in within
        if best is not None:
            assert whole.lessen(best - 1)[0] <= best
            assert whole.cheapest(best - 1, 10.0).least == best
    assert fewer > 25 and hopeless > 3
