"""模型中的目标: one unit per goal of the contract; each returns what the scope adds to the goal's
value.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from assignment.solver.data import LEVELS
from assignment.solver.draft import NO_START
from assignment.solver.model import JointModel, Linear
from assignment.solver.model_rules import load_in
from assignment.solver.sums import reachable_sums

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# Above this many integer points a square is left to CP-SAT's own propagator.
MOST_TANGENTS = 120


def specialist(m: JointModel) -> Linear:
    """`covered[k]`: somebody in the case's box matches at level k or finer."""
    total: list[Linear] = []
    for case in m.scope.cases:
        levels = m.data.match[case]
        for level in range(LEVELS):
            if level >= m.data.level and "H04" not in m.drop:
                total.append(m.left[case])
                continue
            able = {r for r, found in levels.items() if found <= level}
            covered = m.boolean(_covered_now(m, case, able))
            m.cp.add_implication(covered, m.left[case].negated())
            for b in m.boxes_of_case[case]:
                here = [m.member[r, b] for r in m.scope.boxes[b].reviewers if r in able]
                m.cp.add_bool_or([covered.negated(), m.holds[case, b].negated(), *here])
            total.append(1 - covered)
    return sum(total)


def _covered_now(m: JointModel, case: int, able: set[int]) -> bool:
    group = m.now(m.box_of[case]) if case in m.box_of else None
    return group is not None and any(member in able for member in group.members)


def workload(m: JointModel) -> Linear:
    return _workload_of_cases(m) if m.data.panel else _workload_of_boxes(m)


def _workload_of_cases(m: JointModel) -> Linear:
    """A box is one case, so an assigned effort is linear in the memberships; its square is convex:
    tangents at each integer.
    """
    total: list[Linear] = []
    for reviewer, boxes in m.boxes_of_reviewer.items():
        efforts = [m.data.effort[m.scope.boxes[b].cases[0]] for b in boxes]
        members = [m.member[reviewer, b] for b in boxes]
        base = m.data.carried[reviewer] + m.scope.outside.effort.get(reviewer, 0)
        if len(boxes) == 1:
            total.append(efforts[0] * (2 * base + efforts[0]) * members[0])
            continue
        room = max(0, m.data.max_effort[reviewer] - m.scope.outside.effort.get(reviewer, 0))
        now = sum(effort for effort, b in zip(efforts, boxes, strict=True) if m.in_now(reviewer, b))
        load = sum(effort * member for effort, member in zip(efforts, members, strict=True))
        most = min(room, sum(efforts))
        total.append(_square_over(m, load, base, most, now, reachable_sums(efforts, most)))
    return sum(total)


def _workload_of_boxes(m: JointModel) -> Linear:
    """Members of one group each: sum over members of E^2 + 2 c E, linear in size and carried effort
    for each effort E the box may have.
    """
    total: list[Linear] = []
    several = {r for reviewers in m.shared_reviewers.values() for r in reviewers}
    for reviewer in sorted(several):
        boxes = m.boxes_of_reviewer[reviewer]
        base = m.data.carried[reviewer] + m.scope.outside.effort.get(reviewer, 0)
        high = sum(m.effort_range[b][1] for b in boxes)
        room = max(0, m.data.max_effort[reviewer] - m.scope.outside.effort.get(reviewer, 0))
        now = sum(
            m.data.effort[case] for b in boxes if m.in_now(reviewer, b) for case in _cases_now(m, b)
        )
        load = sum(load_in(m, reviewer, b) for b in boxes)
        # With H10 in force nobody's load passes `room`.
        total.append(
            _square_over(m, load, base, min(high, room) if "H10" not in m.drop else high, now, None)
        )
    for b in m.boxes:
        total.append(_box_workload(m, b, several))
    return sum(total)


def _cases_now(m: JointModel, b: int) -> tuple[int, ...]:
    group = m.now(b)
    return group.cases if group else ()


def _box_workload(m: JointModel, b: int, several: set[int]) -> Linear:
    data, box = m.data, m.scope.boxes[b]
    reviewers = [r for r in box.reviewers if r not in several]
    if not reviewers:
        return 0
    base = {r: data.carried[r] + m.scope.outside.effort.get(r, 0) for r in reviewers}
    size = sum(m.member[r, b] for r in reviewers)
    carried = sum(base[r] * m.member[r, b] for r in reviewers)
    low, high = m.effort_range[b]
    heaviest = sum(
        sorted((high * (high + 2 * base[r]) for r in reviewers), reverse=True)[: data.max_size]
    )
    effort = sum(data.effort[case] for case in _cases_now(m, b))
    value = sum(effort * (effort + 2 * base[r]) for r in reviewers if m.in_now(r, b))
    cost = m.integer(0, heaviest, value)
    for amount, literal in m.effort_is[b].items():
        m.cp.add(cost >= amount * amount * size + 2 * amount * carried).only_enforce_if(literal)
    # Redundant, for the linear relaxation: min_size members at the true effort, all others and the
    # carried part at the least effort.
    least = data.min_size if not several and "H01" not in m.drop else 0
    square = sum(least * amount * amount * literal for amount, literal in m.effort_is[b].items())
    m.cp.add(cost >= square + low * low * (size - least * m.used[b]) + 2 * low * carried)
    return cost


def _square_over(
    m: JointModel, load: Linear, base: int, high: int, now: int, points: list[int] | None
) -> Linear:
    """load^2 + 2 base load, from below by its chords between neighbouring reachable loads (exact at
    each of them).
    """
    reachable = points if points is not None else list(range(high + 1))
    cost = m.integer(0, high * (high + 2 * base), now * (now + 2 * base))
    if len(reachable) > MOST_TANGENTS:
        square, amount = m.integer(0, high * high, now * now), m.integer(0, high, now)
        m.cp.add(amount >= load)
        m.cp.add_multiplication_equality(square, [amount, amount])
        m.cp.add(cost >= square + 2 * base * load)
        return cost
    for left, right in pairwise(reachable):
        m.cp.add(cost >= (left + right + 2 * base) * load - left * right)
    return cost


def peak(m: JointModel) -> Linear:
    """Never below the outside's peak; loads are those of `workload`."""
    data, outside = m.data, m.scope.outside
    several = {r for reviewers in m.shared_reviewers.values() for r in reviewers}
    bases = {r: data.carried[r] + outside.effort.get(r, 0) for r in m.boxes_of_reviewer}
    high = max(
        (
            bases[r] + sum(m.effort_range[b][1] for b in boxes)
            for r, boxes in m.boxes_of_reviewer.items()
        ),
        default=0,
    )
    top = m.integer(outside.peak, max(outside.peak, high), _peak_now(m))
    for reviewer, boxes in m.boxes_of_reviewer.items():
        if data.panel:
            load = sum(
                data.effort[m.scope.boxes[b].cases[0]] * m.member[reviewer, b] for b in boxes
            )
        elif reviewer in several:
            load = sum(load_in(m, reviewer, b) for b in boxes)
        else:
            load = None
        for b in boxes:
            m.cp.add(
                top >= bases[reviewer] + (m.effort[b] if load is None else load)
            ).only_enforce_if(m.member[reviewer, b])
    return top


def _peak_now(m: JointModel) -> int:
    load: dict[int, int] = {}
    for b in m.boxes:
        group = m.now(b)
        for member in group.members if group else ():
            load[member] = load.get(member, 0) + sum(
                m.data.effort[case] for case in _cases_now(m, b)
            )
    outside = m.scope.outside
    return max(
        [
            outside.peak,
            *(m.data.carried[r] + outside.effort.get(r, 0) + value for r, value in load.items()),
        ]
    )


def route(m: JointModel) -> Linear:
    """Per box a circuit through a depot; an arc says that one visit is the next after another."""
    total: list[Linear] = []
    for b in m.boxes:
        visits = [case for case in m.scope.boxes[b].cases if case in m.start]
        if len(visits) > 1:
            total.extend(_circuit(m, b, visits))
    return sum(total)


def _circuit(m: JointModel, b: int, visits: list[int]) -> list[Linear]:
    group = m.now(b)
    now = [case for _, case in group.visits()] if group else []
    idle = m.boolean(not now)
    arcs: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, idle)]
    cost: list[Linear] = []
    following = set(pairwise(now))
    for place, case in enumerate(visits, start=1):
        arcs.append((0, place, m.boolean(bool(now) and now[0] == case)))
        arcs.append((place, 0, m.boolean(bool(now) and now[-1] == case)))
        arcs.append((place, place, m.holds[case, b].negated()))
        m.cp.add_implication(idle, m.holds[case, b].negated())
        for other_place, other in enumerate(visits, start=1):
            if case != other:
                arc = m.boolean((case, other) in following)
                arcs.append((place, other_place, arc))
                m.cp.add_implication(arc, m.before[case, other])
                if m.data.travel(case, other):
                    cost.append(m.data.travel(case, other) * arc)
    m.cp.add_circuit(arcs)
    return cost


def commute(m: JointModel) -> Linear:
    """Per case, the sum over its members once it is known which box holds it."""
    total: list[Linear] = []
    for case in m.visits:
        total.append(
            _sum_over_members(m, case, {r: m.data.commute(r, case) for r in m.boxes_of_reviewer})
        )
    return sum(total)


def _sum_over_members(m: JointModel, case: int, amount: dict[int, int]) -> Linear:
    """At least the sum of non-negative `amount` over the members of the case's box."""
    boxes = m.boxes_of_case[case]
    if m.data.panel:
        return sum(
            amount[r] * m.member[r, b]
            for b in boxes
            for r in m.scope.boxes[b].reviewers
            if amount.get(r)
        )
    group = m.now(m.box_of[case]) if case in m.box_of else None
    value = sum(amount.get(r, 0) for r in group.members) if group else 0
    largest = sum(
        sorted(amount.values(), reverse=True)[: m.data.max_size if "H01" not in m.drop else None]
    )
    cost = m.integer(0, largest, value)
    for b in boxes:
        here = sum(amount[r] * m.member[r, b] for r in m.scope.boxes[b].reviewers if amount.get(r))
        m.cp.add(cost >= here).only_enforce_if(m.holds[case, b])
    return cost


def span(m: JointModel) -> Linear:
    outside = m.scope.outside.span
    ends = [
        m.start_now[c] + m.data.half_days[c]
        for c in m.visits
        if m.start_now.get(c, NO_START) != NO_START
    ]
    last = m.integer(outside, max(outside, m.data.n_slots), max([outside, *ends]))
    for case in m.visits:
        m.cp.add(last >= m.start[case] + m.data.half_days[case]).only_enforce_if(
            m.left[case].negated()
        )
    return last


def leadership(m: JointModel) -> Linear:
    return sum(
        m.data.lead_cost[reviewer] * literal
        for (reviewer, _), literal in m.leader.items()
        if m.data.lead_cost[reviewer]
    )


def extra(m: JointModel) -> Linear:
    return sum(sum(m.members(b)) - m.data.min_size * m.used[b] for b in m.boxes)


def discouraged(m: JointModel) -> Linear:
    total: list[Linear] = []
    for case in m.scope.cases:
        for reviewer, cost in m.data.discouraged[case].items():
            boxes = [b for b in m.boxes_of_case[case] if (reviewer, b) in m.member]
            if not boxes or not cost:
                continue
            if m.data.panel:
                total.extend(cost * m.member[reviewer, b] for b in boxes)
                continue
            happens = m.boolean(case in m.box_of and m.in_now(reviewer, m.box_of[case]))
            for b in boxes:
                m.cp.add_bool_or(
                    [happens, m.member[reviewer, b].negated(), m.holds[case, b].negated()]
                )
            total.append(cost * happens)
    return sum(total)


def changes(m: JointModel) -> Linear:
    """`stays` may be true only where the former member, leader or start is kept."""
    total: list[Linear] = []
    for case in m.scope.cases:
        former = m.data.former.get(case)
        if former is None:
            continue
        total.append(former.gone)
        total.extend(1 - _stays(m, case, m.member, reviewer) for reviewer in sorted(former.members))
        if former.leader is not None:
            total.append(1 - _stays(m, case, m.leader, former.leader))
        elif former.leader_gone:
            total.append(1)
        else:
            total.append(_leaderless(m, case))
        total.append(_start_changed(m, case, former.start))
    return sum(total)


def _stays(
    m: JointModel, case: int, seats: dict[tuple[int, int], cp_model.IntVar], reviewer: int
) -> cp_model.IntVar:
    b_now = m.box_of.get(case)
    group = m.now(b_now) if b_now is not None else None
    held = group is not None and (
        group.leader == reviewer if seats is m.leader else reviewer in group.members
    )
    stays = m.boolean(held)
    m.cp.add_implication(stays, m.left[case].negated())
    for b in m.boxes_of_case[case]:
        here = [seats[reviewer, b]] if (reviewer, b) in seats else []
        m.cp.add_bool_or([stays.negated(), m.holds[case, b].negated(), *here])
    return stays


def _leaderless(m: JointModel, case: int) -> cp_model.IntVar:
    """1 when a case that had no leader gets one."""
    changed = m.boolean()
    for b in m.boxes_of_case[case]:
        for reviewer in m.scope.boxes[b].reviewers:
            if (reviewer, b) in m.leader:
                m.cp.add_bool_or(
                    [changed, m.holds[case, b].negated(), m.leader[reviewer, b].negated()]
                )
    return changed


def _start_changed(m: JointModel, case: int, former: int | None) -> Linear:
    if case not in m.start:
        # Without a visit the start is none, left out or not.
        return int(former is not None)
    if former is None:
        return 1 - m.left[case]
    same = m.boolean(m.start_now.get(case) == former)
    m.cp.add(m.start[case] == former).only_enforce_if(same)
    m.cp.add_implication(same, m.left[case].negated())
    return 1 - same


def affinity(m: JointModel) -> Linear:
    if m.data.panel:
        return -sum(
            score * m.member[reviewer, b]
            for case in m.scope.cases
            for b in m.boxes_of_case[case]
            for reviewer, score in sorted(m.data.affinity[case].items())
            if score and (reviewer, b) in m.member
        )
    return -sum(_affinity_of(m, case) for case in m.scope.cases)


def _affinity_of(m: JointModel, case: int) -> cp_model.IntVar:
    """At most the case's sum of affinity; shared by `affinity` and `fairness`."""
    known: dict[int, cp_model.IntVar] = m.__dict__.setdefault("_affinities", {})
    if case not in known:
        scores = m.data.affinity[case]
        size = m.data.max_size if "H01" not in m.drop else len(scores)
        low = sum(sorted(min(0, score) for score in scores.values())[:size])
        high = sum(sorted((max(0, score) for score in scores.values()), reverse=True)[:size])
        group = m.now(m.box_of[case]) if case in m.box_of else None
        value = m.integer(low, high, sum(scores.get(r, 0) for r in group.members) if group else 0)
        m.cp.add(value <= 0).only_enforce_if(m.left[case])
        for b in m.boxes_of_case[case]:
            here = sum(
                scores[r] * m.member[r, b] for r in m.scope.boxes[b].reviewers if scores.get(r)
            )
            m.cp.add(value <= here).only_enforce_if(m.holds[case, b])
        known[case] = value
    return known[case]


def fairness(m: JointModel) -> Linear:
    values = [_affinity_of(m, case) for case in m.scope.cases]
    outside = m.scope.outside.least_affinity
    if not values:
        return -(outside or 0)
    low = (
        min(
            min(0, *(row.values() or [0]))
            for row in (m.data.affinity[case] for case in m.scope.cases)
        )
        * m.data.max_size
    )
    high = (
        max(
            max(0, *(row.values() or [0]))
            for row in (m.data.affinity[case] for case in m.scope.cases)
        )
        * m.data.max_size
    )
    if outside is not None:
        low, high = min(low, outside), min(max(high, 0), outside) if outside >= low else outside
    now = [
        sum(m.data.affinity[c].get(r, 0) for r in group.members)
        for b in m.boxes
        if (group := m.now(b))
        for c in group.cases
    ]
    least = m.integer(
        low, max(low, high), min([*now, *([outside] if outside is not None else [])], default=0)
    )
    for value in values:
        m.cp.add(least <= value)
    return -least


GOALS: dict[str, Callable[[JointModel], Linear]] = {
    "specialist": specialist,
    "workload": workload,
    "peak": peak,
    "route": route,
    "commute": commute,
    "span": span,
    "leadership": leadership,
    "extra": extra,
    "discouraged": discouraged,
    "changes": changes,
    "affinity": affinity,
    "fairness": fairness,
}
