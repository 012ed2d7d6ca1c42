"""Weigh the goals in a way of one's own, and see what that buys and costs.

    python weigh_and_compare.py [PROBLEM.json]

The same problem is solved as its file weighs it, then with short ways before all else, then with
the shortest calendar as the first goal of an order. Each plan is valued by every goal.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import assignment


def main(problem_file: Path) -> None:
    problem = assignment.read_problem(problem_file)
    limits = assignment.Limits(time_limit=5)
    versions = {
        "as weighed": problem,
        "short ways": replace(problem, weights={**problem.weights, "route": 50, "commute": 5}),
        # An order comes before all weights: no better value of the rest can buy a longer calendar.
        "soonest end": replace(problem, order=("span",), weights={**problem.weights, "span": 1}),
    }
    plans = {name: assignment.solve(version, limits) for name, version in versions.items()}

    print(f"{'goal':<12}" + "".join(f"{name:>14}" for name in plans))
    for goal in assignment.GOALS:
        # The weights of a problem decide what is searched for, not what a goal's value is.
        values = [goal.value(problem, plan) for plan in plans.values()]
        if any(values):
            print(f"{goal.id:<12}" + "".join(f"{value:>14}" for value in values))

    first, second, _ = plans.values()
    print("\nwhat short ways change:")
    for sentence in assignment.differences(problem, first, second):
        print("  " + sentence)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("six_firms.json")))
