"""Lagrange's bound of panels, and an incremental subgradient method for its prices (Nedic and
Bertsekas, SIAM J. Optim. 12, 2001).

One price a reviewer and size of case. Given prices every case asks for its cheapest team, every
reviewer for the most rewarding load:

    L(p) = sum_c min_T [cost(c, T) + sum_(r in T) p(r, e_c)] + sum_r min_n [w ((c_r + n e)^2 -
    c_r^2) - sum_e p(r, e) n_e]
"""

from __future__ import annotations

import numpy as np

from assignment.solver.kernel import compiled
from assignment.solver.kernel.data import CARRIED, W_WORKLOAD
from assignment.solver.kernel.moves import draw
from assignment.solver.kernel.room import INFINITE
from assignment.solver.prices.team import (
    LEAST,
    MEMBERS,
    TEAM_SIZE,
    list_free,
    open_all,
    search,
)


@compiled
def best_load(panels, price, who, loads):  # type: ignore[no-untyped-def]
    """What the reviewer gains by the best load at these prices; `loads.taken` says how many
    cases of each size.
    """
    sizes, floor = panels.sizes, panels.floor
    loads.taken[:] = 0
    wanted = False
    for k in range(sizes.shape[0]):
        wanted |= price[k, who] > floor[k, who]
    if not wanted:
        return 0
    groups, effort = panels.most[who, 0], panels.most[who, 1]
    weight, carried = panels.data.policy[W_WORKLOAD], panels.data.person[who, CARRIED]
    value, choice = loads.value, loads.choice
    value[0, : effort + 1] = -INFINITE
    value[0, 0] = 0
    best, best_groups, best_effort = 0, 0, 0
    for n in range(1, groups + 1):
        for total in range(effort + 1):
            high, pick = -INFINITE, -1
            for k in range(sizes.shape[0]):
                before = total - sizes[k]
                if before >= 0 and value[n - 1, before] > -INFINITE:
                    here = value[n - 1, before] + price[k, who]
                    if here > high:
                        high, pick = here, k
            value[n, total] = high
            choice[n, total] = pick
            gain = high - weight * total * (total + 2 * carried)
            if high > -INFINITE and gain > best:
                best, best_groups, best_effort = gain, n, total
    for n in range(best_groups, 0, -1):
        pick = choice[n, best_effort]
        loads.taken[pick] += 1
        best_effort -= sizes[pick]
    return best


@compiled
def ask(panels, price, loads, wanted):  # type: ignore[no-untyped-def]
    """Add to `wanted` how many cases of each size all reviewers together want at these prices."""
    for who in range(price.shape[1]):
        best_load(panels, price, who, loads)
        for k in range(price.shape[0]):
            wanted[k] += loads.taken[k]


@compiled
def _remembered(panels, price, case, memory):  # type: ignore[no-untyped-def]
    """The cheapest team that the case remembers: its place and cost."""
    best, place = INFINITE, -1
    for m in range(memory.fixed.shape[1]):
        cost = memory.fixed[case, m]
        if cost >= INFINITE:
            continue
        for seat in range(memory.team.shape[2]):
            who = memory.team[case, m, seat]
            if who < 0:
                break
            cost += price[who]
        if cost < best:
            best, place = cost, m
    return best, place


@compiled
def best_panel(panels, price, case, desk, memory, nodes, found):  # type: ignore[no-untyped-def]
    """No team of the case costs less at these prices; the place in memory of the cheapest one,
    -1 when there is none.
    """
    best, place = _remembered(panels, price, case, memory)
    seen = list_free(panels, price, case, desk)
    open_all(panels, case, desk)
    cost = search(panels, case, desk, seen, best, nodes, found)
    answer = desk.answer
    if cost < best:
        best = cost
        place = memory.turn[case]
        memory.turn[case] = (place + 1) % memory.fixed.shape[1]
        memory.team[case, place] = -1
        for seat in range(answer[TEAM_SIZE]):
            memory.team[case, place, seat] = answer[MEMBERS + seat]
            cost -= price[answer[MEMBERS + seat]]
        memory.fixed[case, place] = cost
    return min(best, answer[LEAST]), place


@compiled
def list_below(panels, price, case, desk, below, nodes, found):  # type: ignore[no-untyped-def]
    """Add the teams of the case that cost less than `below` at these prices to `found`; whether
    these are all.
    """
    seen = list_free(panels, price, case, desk)
    open_all(panels, case, desk)
    search(panels, case, desk, seen, below, nodes, found)
    return desk.answer[LEAST] >= below


@compiled
def sweep(panels, price, desk, memory, loads, order, step, rng, nodes, found, stop):  # type: ignore[no-untyped-def]
    """One round in random order: each case pays `step` more to its team, each reviewer asks
    `step` less for her load. `order`: those who take part, reviewers numbered after the cases.
    """
    cases = panels.size.shape[0]
    for i in range(order.shape[0] - 1, 0, -1):
        j = draw(rng, i + 1)
        order[i], order[j] = order[j], order[i]
    for i in range(order.shape[0]):
        if stop[0] != 0:
            return
        if order[i] < cases:
            case = order[i]
            k = panels.size[case]
            _, place = best_panel(panels, price[k], case, desk, memory, nodes, found)
            for seat in range(memory.team.shape[2] if place >= 0 else 0):
                who = memory.team[case, place, seat]
                if who >= 0:
                    price[k, who] += step // 2 + draw(rng, step + 1)
        else:
            who = order[i] - cases
            best_load(panels, price, who, loads)
            for k in range(price.shape[0]):
                if loads.taken[k] > 0:
                    fall = (step // 2 + draw(rng, step + 1)) * loads.taken[k]
                    price[k, who] = max(panels.floor[k, who], price[k, who] - fall)


@compiled
def evaluate(panels, price, which, desk, memory, loads, parts, nodes, found, stop):  # type: ignore[no-untyped-def]
    """What `which` cases and reviewers (numbered after the cases) add to the bound at these prices,
    with its parts; all of them: the bound. -INFINITE when stopped.
    """
    value = np.int64(0)
    least, gain, wish = parts.least, parts.gain, parts.wish
    cases = panels.size.shape[0]
    for i in range(which.shape[0]):
        if stop[0] != 0:
            return -INFINITE
        if which[i] < cases:
            case = which[i]
            least[case], place = best_panel(
                panels, price[panels.size[case]], case, desk, memory, nodes, found
            )
            if least[case] >= INFINITE:
                return INFINITE
            value += least[case]
            if place >= 0:
                wish[case] = memory.team[case, place]
        else:
            who = which[i] - cases
            gain[who] = best_load(panels, price, who, loads)
            value -= gain[who]
    return value
