"""子问题求解: build the joint model of a scope, solve it within an allowance, give its groups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from assignment.solver.budget import TICK, Budget
from assignment.solver.data import Data
from assignment.solver.draft import Group
from assignment.solver.model import JointModel, Linear
from assignment.solver.model_goals import GOALS
from assignment.solver.model_rules import RULES
from assignment.solver.price import for_model
from assignment.solver.price import prices as full_prices
from assignment.solver.scope import Scope


@dataclass(frozen=True)
class Allowance:
    """`seconds` of wall time; `deterministic` units make the answer independent of the machine's
    load.
    """

    seconds: float
    deterministic: float = 1e9
    workers: int = 1
    seed: int = 1
    interleave: bool = False
    cuts: bool = False  # probing and cuts, for long solves


@dataclass(frozen=True)
class Answer:
    """Groups box by box (None: empty), whether proved best, infeasible, and the bound on the
    scope's price.
    """

    groups: tuple[Group | None, ...] | None
    optimal: bool = False
    infeasible: bool = False
    bound: int | None = None
    squeezed: bool = (
        False  # the model's prices were not the full ones, so its bound says nothing of theirs
    )
    work: float = 0.0


def build(
    data: Data, scope: Scope, drop: frozenset[str] = frozenset(), elastic: bool = True
) -> JointModel:
    """Every rule but the dropped ones, every goal with a price; unassigned cases cost more than all
    goals together.
    """
    prices = for_model(data, len(scope.cases))
    model = JointModel(data, scope, drop, elastic)
    for rule, post in RULES.items():
        if rule not in drop:
            post(model)
    model.squeezed = prices != full_prices(data, len(scope.cases))
    _break_symmetry(model)
    terms: list[Linear] = [
        price * GOALS[goal](model) for goal, price in prices.coefficient.items() if price
    ]
    pinned = [model.left[case] for case in data.pinned_cases if case in model.left]
    faults = 2 * prices.unassigned * (model.missing_groups + sum(pinned))
    model.cp.minimize(sum(terms) + prices.unassigned * sum(model.left.values()) + faults)
    return model


def _break_symmetry(model: JointModel) -> None:
    """Boxes that may hold the same cases and people are one another's mirror: tie one heavy case to
    the first of them.
    """
    boxes = model.scope.boxes
    alike = len(boxes) > 1 and all(
        (box.cases, box.reviewers) == (boxes[0].cases, boxes[0].reviewers) for box in boxes
    )
    if alike and not model.data.panel:
        here = boxes[0].now.cases if boxes[0].now is not None else boxes[0].cases
        case = max(here, key=lambda case: (model.data.effort[case], case))
        for b in list(model.boxes)[1:]:
            model.cp.add(model.holds[case, b] == 0)


def solve(model: JointModel, allowance: Allowance, budget: Budget | None = None) -> Answer:
    """Run CP-SAT on a built model; `budget` can stop it from another thread."""
    from ortools.sat.python import cp_model

    if budget is not None and budget.stopped:
        return Answer(None)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = max(0.01, allowance.seconds)
    parameters.max_deterministic_time = allowance.deterministic
    parameters.num_workers = allowance.workers
    parameters.random_seed = allowance.seed
    # A single worker without interleaving runs one strategy only and has no local search of its
    # own.
    parameters.interleave_search = allowance.interleave
    # Memberships and loads are nearly a linear program: its bound closes two groups in a second
    # that take five without.
    parameters.linearization_level = 2
    if not allowance.cuts:
        # On models of this size probing and cuts cost more than they save (measured at city size:
        # 0.5 against 0.8 s).
        parameters.cp_model_probing_level = 0
        parameters.cut_level = 0
    if budget is not None:
        budget.enter(solver)
    status = solver.solve(model.cp)
    if budget is not None:
        budget.leave(solver)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(
            tuple(model.groups(solver)),
            optimal=status == cp_model.OPTIMAL,
            bound=round(solver.best_objective_bound),
            squeezed=model.squeezed,
            work=solver.deterministic_time if hasattr(solver, "deterministic_time") else 0.0,
        )
    return Answer(None, infeasible=status == cp_model.INFEASIBLE)


def watched(model: JointModel, allowance: Allowance, budget: Budget) -> Answer:
    """The same on a thread of its own, so that the clock is asked while it runs."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(solve, model, allowance, budget)
        while not future.done():
            wait([future], TICK)
            budget.over()
        return future.result()
