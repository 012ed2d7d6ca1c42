"""Solve a problem file, check the plan with the independent checker, and write it down.

    python solve_a_file.py [PROBLEM.json [PLAN.json]]

Without arguments it solves `six_firms.json` beside this file. `pip install expert-pool` is all it
needs; the first solve on a machine compiles the search (minutes) beside a slower one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import assignment


def main(problem_file: Path, plan_file: Path | None) -> None:
    problem = assignment.read_problem(problem_file)
    # It ends sooner where the plan is proved best.
    plan = assignment.solve(problem, assignment.Limits(time_limit=120), on_progress=said)

    print(f"{plan.status}: objective {plan.objective}, nothing below {plan.bound} is possible")
    for number, group in enumerate(plan.groups, start=1):
        print(f"group {number}: {', '.join(group.members)} (leader {group.leader})")
        for visit in group.visits:
            print(f"   {visit.case} {when(problem, visit)}")

    verdict = assignment.check(problem, plan)
    print("checker:", "every rule is kept" if verdict.ok else verdict.violations)
    if plan_file is not None:
        assignment.write_plan(plan_file, plan)


def said(progress: assignment.Progress) -> None:
    if progress.plan is not None:
        print(f"{progress.elapsed:5.2f} s  objective {progress.objective}", file=sys.stderr)


def when(problem: assignment.Problem, visit: assignment.Visit) -> str:
    """A start is a position in the problem's half-days; a case without a visit has none."""
    if visit.start is None:
        return "documents only"
    slot = problem.slots[visit.start]
    return f"from {slot.date} {slot.half}, {visit.half_days} half-days"


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:3]]
    main(
        given[0] if given else Path(__file__).with_name("six_firms.json"),
        given[1] if len(given) > 1 else None,
    )
