"""Timefold (Apache 2.0, the Python package needs Java): seats and visits as planning entities, the
contract's rules as constraint streams.

Its default phases on a model as its quickstarts write them; group sizes stay at the minimum and
pins are not modelled. The package was halted by its makers in July 2025
(TimefoldAI/timefold-solver#1257); it is no dependency, and where it is missing the row says so.
"""

from __future__ import annotations

from importlib.util import find_spec
from shutil import which

from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits

NAME = "Timefold"


def missing() -> str:
    """What keeps Timefold from running here, in words; empty: nothing."""
    if find_spec("timefold") is None:
        return "没有装 timefold"
    if which("java") is None:
        return "没有 Java"
    return ""


def fits(problem: Problem) -> bool:
    """Standing groups without pins and without an order of goals: what the model states."""
    return problem.policy.regime == "standing" and not problem.pins and not problem.order


def timefold(problem: Problem, limits: Limits) -> Plan | None:
    """The best plan found when the time is over, feasible or not: the checker says what is wrong
    with it.
    """
    from scripts.benchmarks.timefold_model import solve

    return solve(problem, limits)
