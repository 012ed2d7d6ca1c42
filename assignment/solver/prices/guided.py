"""Panels searched with the prices of the bound as a guide.

Cases are lifted off the plan together with those of a reviewer whom one of them would like, and get
their cheapest teams anew (ruin and recreate; simulated annealing over the whole). A seat costs what
it adds to the workload, or its price where that is more: who is wanted elsewhere is left to those
who need her.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import drop, first_from, lowest, put, without_lowest
from assignment.solver.kernel.data import (
    CAPACITY,
    CARRIED,
    EFFORT,
    HALF_DAYS,
    MAX_EFFORT,
    MAX_GROUPS,
    PLACE,
    SIZE_HIGH,
    W_WORKLOAD,
    Ints,
)
from assignment.solver.kernel.moves import draw
from assignment.solver.kernel.room import INFINITE, JOINED, LOAD
from assignment.solver.prices.tables import Panels
from assignment.solver.prices.team import MEMBERS, TEAM_HEAD, TEAM_SIZE, search

AT_ONCE = 6  # cases lifted by one move, at most


class Book(NamedTuple):
    """A plan of panels. `cost` is what a panel costs beside its members' workload."""

    team: Ints  # [N, M], -1 beyond the team
    start: Ints  # [N], -1 without visit or panel
    head: Ints  # [N]
    cost: Ints  # [N], INFINITE: no panel
    total: Ints  # [1] cases without panel at MISSING each
    cases: Ints  # [R, G] the cases of each reviewer, -1 beyond


class Move(NamedTuple):
    """What one move lifts, and the plan as it was there."""

    cases: Ints  # [AT_ONCE]
    team: Ints
    start: Ints
    head: Ints
    cost: Ints


class Rules(NamedTuple):
    """What steers the search."""

    price: Ints  # [K, R]
    wish: Ints  # [N, M] the team that each case would like at these prices
    span: Ints  # [2] price of a half-day of the whole, and of a case without panel


SPAN, MISSING = range(2)


def empty_book(panels: Panels) -> Book:
    cases, seats = len(panels.size), int(panels.data.policy[SIZE_HIGH])
    groups = max(1, int(panels.most[:, 0].max(initial=0)))
    return Book(
        team=np.full((cases, seats), -1, dtype=np.int64),
        start=np.full(cases, -1, dtype=np.int64),
        head=np.full(cases, -1, dtype=np.int64),
        cost=np.full(cases, INFINITE, dtype=np.int64),
        total=np.zeros(1, dtype=np.int64),
        cases=np.full((len(panels.data.person), groups), -1, dtype=np.int64),
    )


def empty_move(panels: Panels) -> Move:
    seats = int(panels.data.policy[SIZE_HIGH])

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Move(ints(AT_ONCE), ints(AT_ONCE, seats), ints(AT_ONCE), ints(AT_ONCE), ints(AT_ONCE))


@compiled
def _workload(panels, who, effort):  # type: ignore[no-untyped-def]
    """What so much more effort adds for a reviewer."""
    before = panels.data.person[who, CARRIED] + panels.state.tally[who, LOAD]
    return panels.data.policy[W_WORKLOAD] * effort * (2 * before + effort)


@compiled
def _list_beside(panels, price, case, desk):  # type: ignore[no-untyped-def]
    """Who may sit beside what they do already; what the seat adds, or its price."""
    seen, state = 0, panels.state
    effort, pair = panels.data.case[case, EFFORT], panels.data.pair_cost[case]
    for v in range(panels.able.shape[1]):
        word = panels.able[case, v] & state.free[v]
        while word:
            who = v * 64 + lowest(word)  # type: ignore[call-arg]
            word = without_lowest(word)
            if state.tally[who, LOAD] + effort > panels.data.person[who, MAX_EFFORT]:
                continue
            desk.seen[seen, 0] = who
            desk.seen[seen, 1] = max(price[who], _workload(panels, who, effort)) + pair[who]
            seen += 1
    return seen


@compiled
def _open_slots(panels, case, desk):  # type: ignore[no-untyped-def]
    """The starts at the root: those whose slots can bear one more visit (H14)."""
    desk.common[0] = ~uint64(0)
    length, usage = panels.data.case[case, HALF_DAYS], panels.state.usage
    for slot in range(usage.shape[0]):
        if length > 0 and usage[slot] >= panels.data.policy[CAPACITY]:
            for start in range(max(0, slot - length + 1), slot + 1):
                drop(desk.common[0], start)


@compiled
def lift(panels, book, case):  # type: ignore[no-untyped-def]
    """Take a case's panel off the plan; what the plan costs less, the missing panel not counted."""
    state, effort, saved = panels.state, panels.data.case[case, EFFORT], book.cost[case]
    start = book.start[case]
    for seat in range(book.team.shape[1]):
        who = book.team[case, seat]
        if who < 0:
            break
        state.tally[who, LOAD] -= effort
        state.tally[who, JOINED] -= 1
        put(state.free, who)
        saved += _workload(panels, who, effort)
        for at in range(book.cases.shape[1]):
            if book.cases[who, at] == case:
                book.cases[who, at] = book.cases[who, state.tally[who, JOINED]]
                book.cases[who, state.tally[who, JOINED]] = -1
                break
        for slot in range(start, start + panels.data.case[case, HALF_DAYS] if start >= 0 else 0):
            state.busy[who, slot] = 0
    for slot in range(start, start + panels.data.case[case, HALF_DAYS] if start >= 0 else 0):
        state.usage[slot] -= 1
    book.cost[case] = INFINITE
    return saved


@compiled
def enter(panels, book, case, cost):  # type: ignore[no-untyped-def]
    """Enter the panel that stands in the book; `cost` is its own. What the plan costs more."""
    state, effort, start = panels.state, panels.data.case[case, EFFORT], book.start[case]
    length, mark = panels.data.case[case, HALF_DAYS], panels.data.case[case, PLACE] + 1
    added = cost
    for seat in range(book.team.shape[1]):
        who = book.team[case, seat]
        if who < 0:
            break
        added += _workload(panels, who, effort)
        book.cases[who, state.tally[who, JOINED]] = case
        state.tally[who, LOAD] += effort
        state.tally[who, JOINED] += 1
        if state.tally[who, JOINED] >= panels.data.person[who, MAX_GROUPS]:
            drop(state.free, who)
        for slot in range(start, start + length if start >= 0 else 0):
            state.busy[who, slot] = mark
    for slot in range(start, start + length if start >= 0 else 0):
        state.usage[slot] += 1
    book.cost[case] = cost
    return added


@compiled
def form(panels, book, rules, case, guide, desk, nodes, nothing):  # type: ignore[no-untyped-def]
    """Give the case its cheapest panel beside the rest of the plan: what the plan costs more, or
    INFINITE. With `guide` 0 prices do not count.
    """
    price = rules.price[panels.size[case]]
    if guide == 0:
        price = panels.floor[panels.size[case]]
    seen = _list_beside(panels, price, case, desk)
    _open_slots(panels, case, desk)
    cost = search(panels, case, desk, seen, INFINITE, nodes, nothing)
    if cost >= INFINITE:
        return INFINITE
    answer, effort = desk.answer, panels.data.case[case, EFFORT]
    book.team[case] = -1
    book.head[case] = answer[TEAM_HEAD]
    common = desk.common[desk.common.shape[0] - 1]
    common[:] = desk.common[0]
    for seat in range(answer[TEAM_SIZE]):
        who = answer[MEMBERS + seat]
        book.team[case, seat] = who
        cost -= max(price[who], _workload(panels, who, effort))
        for i in range(desk.kept.shape[0]):
            if desk.kept[i, 0] == who:
                for w in range(common.shape[0]):
                    common[w] &= desk.starts[i, w]
                break
    book.start[case] = first_from(common, 0) if panels.data.case[case, HALF_DAYS] > 0 else -1
    return enter(panels, book, case, cost)


@compiled
def last_slot(panels, book):  # type: ignore[no-untyped-def]
    last = 0
    for case in range(book.start.shape[0]):
        if book.start[case] >= 0 and book.cost[case] < INFINITE:
            last = max(last, book.start[case] + panels.data.case[case, HALF_DAYS])
    return last


@compiled
def construct(panels, book, rules, order, desk, nodes, nothing, stop):  # type: ignore[no-untyped-def]
    """Panels for the cases without one, in this order; sets the total."""
    for at in range(order.shape[0]):
        if stop[0] != 0:
            break
        if book.cost[order[at]] >= INFINITE:
            form(panels, book, rules, order[at], 1, desk, nodes, nothing)
    total_up(panels, book, rules)


@compiled
def total_up(panels, book, rules):  # type: ignore[no-untyped-def]
    """Set the total of the plan in the book."""
    total = rules.span[SPAN] * last_slot(panels, book)
    for case in range(book.cost.shape[0]):
        total += book.cost[case] if book.cost[case] < INFINITE else rules.span[MISSING]
    for who in range(panels.state.tally.shape[0]):
        load = panels.state.tally[who, LOAD]
        carried = panels.data.person[who, CARRIED]
        total += panels.data.policy[W_WORKLOAD] * load * (2 * carried + load)
    book.total[0] = total


@compiled
def _add(move, size, case):  # type: ignore[no-untyped-def]
    """Let the move lift one more case; how many it lifts."""
    for at in range(size):
        if move.cases[at] == case:
            return size
    if size < AT_ONCE:
        move.cases[size] = case
        return size + 1
    return size


@compiled
def _propose(book, rules, move, rng):  # type: ignore[no-untyped-def]
    """A case, and those of one or two reviewers whom it would like or has: how many are lifted."""
    case = draw(rng, book.cost.shape[0])
    move.cases[0] = case
    size = 1
    for _ in range(1 + draw(rng, 2)):
        wished = draw(rng, 4) > 0
        who = rules.wish[case, draw(rng, rules.wish.shape[1])]
        if not wished:
            who = book.team[case, draw(rng, book.team.shape[1])]
        if who < 0:
            continue
        for at in range(book.cases.shape[1]):
            other = book.cases[who, at]
            if other < 0:
                break
            if other != case:
                size = _add(move, size, other)
    return size


@compiled
def _copy_back(panels, book, move, size):  # type: ignore[no-untyped-def]
    """Undo the move."""
    for at in range(size):
        if book.cost[move.cases[at]] < INFINITE:
            lift(panels, book, move.cases[at])
    for at in range(size):
        case = move.cases[at]
        book.team[case] = move.team[at]
        book.start[case] = move.start[at]
        book.head[case] = move.head[at]
        if move.cost[at] < INFINITE:
            enter(panels, book, case, move.cost[at])


@compiled
def anneal(panels, book, best, rules, move, desk, rng, steps, hot, cold, nodes, nothing):  # type: ignore[no-untyped-def]
    """`steps` moves while the temperature falls from `hot` to `cold`; `best` keeps the best plan
    seen. Moves kept.
    """
    kept, temperature = 0, hot
    fall = (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        temperature *= fall
        size = _propose(book, rules, move, rng)
        before = book.total[0]
        rest = before - rules.span[SPAN] * last_slot(panels, book)
        for at in range(size):
            case = move.cases[at]
            move.team[at] = book.team[case]
            move.start[at] = book.start[case]
            move.head[at] = book.head[case]
            move.cost[at] = book.cost[case]
            rest -= lift(panels, book, case) if book.cost[case] < INFINITE else rules.span[MISSING]
        u = (1 + draw(rng, 1 << 30)) / (1 << 30)
        allowed = before + np.int64(-temperature * np.log(u))
        guide, first = draw(rng, 3), draw(rng, size)
        for step in range(size):
            # The first case of the move comes first in most of them.
            at = step if guide > 0 else (first + step) % size
            added = INFINITE
            if rest <= allowed:
                added = form(panels, book, rules, move.cases[at], guide, desk, nodes, nothing)
            if added >= INFINITE:
                book.team[move.cases[at]] = -1
                added = rules.span[MISSING]
            rest += added
        total = rest + rules.span[SPAN] * last_slot(panels, book)
        if total > allowed:
            _copy_back(panels, book, move, size)
            continue
        kept += 1
        book.total[0] = total
        if total < best.total[0]:
            copy_book(book, best)
    return kept


@compiled
def copy_book(source, target):  # type: ignore[no-untyped-def]
    target.team[:] = source.team
    target.start[:] = source.start
    target.head[:] = source.head
    target.cost[:] = source.cost
    target.total[:] = source.total
