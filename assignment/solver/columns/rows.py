"""三元约束: subset rows (Jepsen, Petersen, Spoorendonk and Pisinger, Oper. Res. 56, 2008).

Of three cases at most one group of a plan holds two or more, as no two groups share a case. The
linear programme may hold three halves of such groups; a row for each triple where it does takes
that away. At its price, every set of cases that holds two of the three pays a toll.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assignment.solver.columns.master import Key, Reals, Triple
from assignment.solver.columns.tables import Worth
from assignment.solver.kernel.data import Ints

# The programme breaks a row by this much at least; so many new rows at a time, and of each case.
LEAST, MOST, OF_A_CASE = 0.05, 30, 4


def broken(
    keys: Sequence[Key], weights: Reals, cases: int, known: Sequence[Triple]
) -> list[Triple]:
    """The rows that the programme breaks most, few of any one case."""
    used = [(keys[k][0], weights[k]) for k in np.flatnonzero(weights > 1e-6).tolist()]
    pair = np.zeros((cases, cases))
    for held, weight in used:
        pair[np.ix_(held, held)] += weight
    np.fill_diagonal(pair, 0)
    found = [entry for case in range(cases) for entry in _of_first(case, pair, used)]
    taken, already, of_case = list[Triple](), set(known), np.zeros(cases, dtype=np.int64)
    for _, triple in sorted(found, key=lambda entry: (-entry[0], entry[1])):
        if len(taken) == MOST:
            break
        if triple not in already and of_case[list(triple)].max() < OF_A_CASE:
            taken.append(triple)
            of_case[list(triple)] += 1
    return taken


def _of_first(
    case: int, pair: Reals, used: Sequence[tuple[tuple[int, ...], float]]
) -> list[tuple[float, Triple]]:
    """Broken rows of which `case` is the lowest, with what the programme has too much."""
    later = slice(case + 1, None)
    row = pair[case, later]
    # Groups that hold all three are counted with each of the three pairs.
    weight = row[:, None] + row[None, :] + pair[later, later]
    for held, share in used:
        if case in held:
            rest = [other - case - 1 for other in held if other > case]
            weight[np.ix_(rest, rest)] -= 2 * share
    first, second = np.nonzero(np.triu(weight, 1) > 1 + LEAST)
    return [
        (round(float(weight[a, b]) - 1, 6), (case, case + 1 + int(a), case + 1 + int(b)))
        for a, b in zip(first, second, strict=True)
    ]


def worth(profit: Ints, triples: Sequence[Triple], price: Ints) -> Worth:
    """Where the rows of each case are, for the pricing; those without a price left out."""
    of_case: list[list[tuple[int, int, int]]] = [[] for _ in profit]
    for at in np.flatnonzero(price).tolist():
        one, two, three = triples[at]
        toll = int(price[at])
        of_case[one].append((two, three, toll))
        of_case[two].append((one, three, toll))
        of_case[three].append((one, two, toll))
    entries: NDArray[np.int64] = np.array(
        [entry for entries in of_case for entry in entries], dtype=np.int64
    ).reshape(-1, 3)
    first = np.concatenate([[0], np.cumsum([len(entries) for entries in of_case])])
    return Worth(
        profit,
        first.astype(np.int64),
        np.ascontiguousarray(entries[:, :2]),
        np.ascontiguousarray(entries[:, 2]),
    )
