"""求解状态: what is proved so far, what is still open, and whether to go on."""

from __future__ import annotations

from assignment.solver import bound, infeasible
from assignment.solver.data import Data
from assignment.solver.exact import small_enough
from assignment.solver.prices import standing
from assignment.solver.search import Search

# Of the time: the rest is kept for ways out where some case has still found no place.
GIVING_UP = 0.8
# Cases up to which one pricing of columns takes a moment.
FEW_CASES = 25


def complete(search: Search) -> bool:
    """Whether the best plan holds every case."""
    return search.best is not None and not search.best.unassigned


def proved(search: Search) -> bool:
    """Whether the best plan is known to be best.

    Leaving cases out costs more than any complete plan, so a bound of those that the best one
    reaches is a proof, too.
    """
    if (
        search.price is not None
        and search.price_bound is not None
        and search.price <= search.price_bound
    ):
        return True
    plan, least = search.best, search.bound
    if plan is None or plan.objective is None or least is None or search.data.problem.order:
        return False
    return not plan.unassigned and plan.objective <= least


def settled(search: Search) -> bool:
    """The best plan is known, or it is known that none places every case."""
    return proved(search) or infeasible.certain(search)


def open_still(search: Search) -> bool:
    """Whether there is anything to be found and time for it."""
    return not settled(search) and not search.budget.over()


def giving_up(search: Search) -> bool:
    """Whether to spend the rest of the time on ways out: some case has found no place."""
    return not complete(search) and search.budget.share > GIVING_UP


def waiting_for(search: Search) -> bool:
    """Whether something beside the search has taken a worker and is still at it."""
    return any(one.takes_worker and not one.ended for one in search.beside)


def whole_is_next(search: Search) -> bool:
    """Whether the whole problem as one model is worth the rest of the time: it is small, and
    nothing beside the search is about to prove the plan, or there is none.
    """
    return small_enough(search) and not (complete(search) and waiting_for(search))


def tighten(search: Search) -> None:
    """The best proven bound of the objective from all sources."""
    enough = proved(search) and (search.other_bound is not None or not search.data.problem.order)
    if search.counted_bound is None and not enough and not search.budget.over():
        search.counted_bound = counted(search.data)
    known = [
        search.counted_bound,
        search.other_bound,
        None if search.data.problem.order else search.price_bound,
    ]
    search.bound = max((value for value in known if value is not None), default=None)


def counted(data: Data) -> int:
    """What counting proves of the objective: goal by goal, and groups by types of people.

    The latter needs a linear programme; where cases are few, columns are as quick and say more.
    """
    by_types = standing.objective_bound(data) if data.n_cases > FEW_CASES else None
    least = bound.counting_bound(data)
    return least if by_types is None else max(least, by_types)


def look(search: Search) -> bool:
    """Take what is new from beside the search; whether the best plan is proved best."""
    before = search.bound
    for running in search.beside:
        running.look(search)
    tighten(search)
    if search.bound != before:
        search.tell()
    return proved(search)
