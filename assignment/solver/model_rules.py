"""模型中的硬规则: one unit per rule of the contract, named by its id, so that a test can leave each
out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from assignment.solver.model import JointModel

if TYPE_CHECKING:
    from ortools.sat.python import cp_model
    from ortools.util.python.sorted_interval_list import Domain


def h01_group_size(m: JointModel) -> None:
    for b in m.boxes:
        size = sum(m.members(b))
        m.cp.add(size >= m.data.min_size * m.used[b])
        m.cp.add(size <= m.data.max_size * m.used[b])


def h02_leader(m: JointModel) -> None:
    for b, box in enumerate(m.scope.boxes):
        leaders = [
            m.leader[r, b]
            for r in box.reviewers
            if (r, b) in m.leader and (m.data.can_lead[r] or not _leader_required(m))
        ]
        if _leader_required(m):
            m.cp.add_exactly_one([*leaders, m.used[b].negated()])
        else:
            m.cp.add_at_most_one(leaders)


def _leader_required(m: JointModel) -> bool:
    return m.data.problem.policy.leader_required


def h03_quality(m: JointModel) -> None:
    if m.data.problem.policy.quality_required:
        for b, box in enumerate(m.scope.boxes):
            m.cp.add_bool_or(
                [
                    *m.members(b, (r for r in box.reviewers if m.data.quality[r])),
                    m.used[b].negated(),
                ]
            )


def h04_specialist(m: JointModel) -> None:
    """A specialist for each case; with a quality expert needed too, Hall's condition for two
    different members.
    """
    data = m.data
    if data.problem.policy.industry_level == "none":
        return
    for (case, b), holds in m.holds.items():
        reviewers = m.scope.boxes[b].reviewers
        able = {
            r
            for r in reviewers
            if data.is_specialist(r, case) and ("H05" in m.drop or r not in data.forbidden[case])
        }
        m.cp.add_bool_or([*m.members(b, sorted(able)), holds.negated()])
        if data.problem.policy.quality_required:
            either = [r for r in reviewers if r in able or data.quality[r]]
            m.cp.add(sum(m.members(b, either)) >= 2 * holds)


def h05_recusal(m: JointModel) -> None:
    for (case, b), holds in m.holds.items():
        for reviewer in m.data.barred[case]:
            if (reviewer, b) in m.member:
                m.cp.add_bool_or([m.member[reviewer, b].negated(), holds.negated()])


def h06_barred_pairs(m: JointModel) -> None:
    for b, box in enumerate(m.scope.boxes):
        for one in box.reviewers:
            for other in m.data.enemies.get(one, ()):
                if one < other and (other, b) in m.member:
                    m.cp.add_at_most_one([m.member[one, b], m.member[other, b]])


def h07_employer(m: JointModel) -> None:
    if not m.data.forbid_employer:
        return
    for b, box in enumerate(m.scope.boxes):
        colleagues: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for reviewer in box.reviewers:
            colleagues[m.data.employer[reviewer]].append(m.member[reviewer, b])
        for members in colleagues.values():
            if len(members) > 1:
                m.cp.add_at_most_one(members)


def h08_every_case(m: JointModel) -> None:
    for case in m.scope.cases:
        m.cp.add_exactly_one([*(m.holds[case, b] for b in m.boxes_of_case[case]), m.left[case]])


def h09_max_groups(m: JointModel) -> None:
    for reviewer, boxes in m.boxes_of_reviewer.items():
        room = m.data.max_groups[reviewer] - m.scope.outside.serves.get(reviewer, 0)
        if room < len(boxes):
            m.cp.add(sum(m.member[reviewer, b] for b in boxes) <= max(0, room))


def h10_max_effort(m: JointModel) -> None:
    for reviewer, boxes in m.boxes_of_reviewer.items():
        room = m.data.max_effort[reviewer] - m.scope.outside.effort.get(reviewer, 0)
        if m.data.panel:
            efforts = [
                (m.data.effort[m.scope.boxes[b].cases[0]], m.member[reviewer, b]) for b in boxes
            ]
            if sum(effort for effort, _ in efforts) > room:
                m.cp.add(sum(effort * member for effort, member in efforts) <= room)
        elif sum(m.effort_range[b][1] for b in boxes) > room:
            _effort_in_boxes(m, reviewer, boxes, room)


def _effort_in_boxes(m: JointModel, reviewer: int, boxes: list[int], room: int) -> None:
    for b in boxes:
        if m.effort_range[b][1] > room:
            m.cp.add(m.effort[b] <= room).only_enforce_if(m.member[reviewer, b])
    for b, d in combinations(boxes, 2):
        if reviewer in m.shared_reviewers.get((b, d), ()):
            m.cp.add(sum(load_in(m, reviewer, box) for box in boxes) <= room)
            break


def load_in(m: JointModel, reviewer: int, b: int) -> cp_model.IntVar:
    """Half-days a reviewer serves in a box, for those who may serve in several."""
    key = (reviewer, b)
    loads: dict[tuple[int, int], cp_model.IntVar] = m.__dict__.setdefault("_loads", {})
    if key not in loads:
        now = m.now(b)
        value = (
            sum(m.data.effort[case] for case in now.cases) if now and reviewer in now.members else 0
        )
        loads[key] = m.integer(0, m.effort_range[b][1], value)
        m.cp.add(loads[key] >= m.effort[b]).only_enforce_if(m.member[key])
    return loads[key]


def h11_visit_slots(m: JointModel) -> None:
    """No start outside the case's open runs of days; without any such start the case is left
    out.
    """
    for case in m.visits:
        starts = m.data.starts[case]
        if starts:
            m.cp.add_linear_expression_in_domain(m.start[case], _among(starts))
        else:
            m.cp.add(m.left[case] == 1)


def h12_available(m: JointModel) -> None:
    """A member blocks its unavailable slots for the whole box; a box of one case asks each member
    for the start itself.
    """
    for b, box in enumerate(m.scope.boxes):
        visits = [case for case in box.cases if m.data.has_visit(case)]
        if len(visits) == 1:
            for reviewer in box.reviewers:
                _free_for_visit(m, reviewer, b, visits[0])
        elif visits:
            _free_for_box(m, b, visits)


def _free_for_visit(m: JointModel, reviewer: int, b: int, case: int) -> None:
    """Also keeps visits that stay outside the scope apart from this one (H13 between groups)."""
    data = m.data
    elsewhere = m.scope.outside.visits.get(reviewer, ()) if "H13" not in m.drop else ()
    starts = [
        start
        for start in range(data.n_slots)
        if not data.cover(case, start) & ~data.available[reviewer] & data.all_slots
        and all(data.clear(case, start, other, other_start) for other, other_start in elsewhere)
    ]
    both = [m.member[reviewer, b]] if data.panel else [m.member[reviewer, b], m.holds[case, b]]
    if not starts:
        m.cp.add_bool_or([literal.negated() for literal in both])
    elif len(starts) < data.n_slots:
        m.cp.add_linear_expression_in_domain(m.start[case], _among(starts)).only_enforce_if(both)


def _free_for_box(m: JointModel, b: int, visits: list[int]) -> None:
    data, box = m.data, m.scope.boxes[b]
    blocks: list[cp_model.IntervalVar] = []
    for slot in range(data.n_slots):
        absent = [r for r in box.reviewers if not data.available[r] >> slot & 1]
        if absent:
            blocked = m.boolean(any(m.in_now(r, b) for r in absent))
            for reviewer in absent:
                m.cp.add_implication(m.member[reviewer, b], blocked)
            blocks.append(m.cp.new_optional_fixed_size_interval_var(slot, 1, blocked, ""))
    intervals = [m.interval(case, m.holds[case, b]) for case in visits]
    if "H13" in m.drop:
        for interval in intervals:
            m.cp.add_no_overlap([interval, *blocks])
    else:
        m.cp.add_no_overlap([*intervals, *blocks])
        _apart_from_outside(m, b, visits)


def _apart_from_outside(m: JointModel, b: int, visits: list[int]) -> None:
    """H13 for members who also serve in a group outside the scope."""
    for reviewer in m.scope.boxes[b].reviewers:
        for other, other_start in m.scope.outside.visits.get(reviewer, ()):
            for case in visits:
                starts = [
                    start
                    for start in m.data.starts[case]
                    if m.data.clear(case, start, other, other_start)
                ]
                both = [m.member[reviewer, b], m.holds[case, b]]
                m.cp.add_linear_expression_in_domain(m.start[case], _among(starts)).only_enforce_if(
                    both
                )


def h13_no_overlap(m: JointModel) -> None:
    for one, other in combinations(m.visits, 2):
        if (one, other) in m.before:
            _apart_in_box(m, one, other)
            _apart_for_shared(m, one, other)


def _apart_in_box(m: JointModel, one: int, other: int) -> None:
    either = [m.before[one, other], m.before[other, one]]
    for b in m.boxes_of_case[one]:
        if (other, b) in m.holds:
            m.cp.add_bool_or([m.holds[one, b].negated(), m.holds[other, b].negated(), *either])


def _apart_for_shared(m: JointModel, one: int, other: int) -> None:
    """A reviewer of two boxes: literal `shared[b, d]` says that the two have one in common."""
    either = [m.before[one, other], m.before[other, one]]
    for b in m.boxes_of_case[one]:
        for d in m.boxes_of_case[other]:
            pair = (min(b, d), max(b, d))
            if b == d or pair not in m.shared_reviewers:
                continue
            shared = shared_literal(m, *pair)
            m.cp.add_bool_or(
                [shared.negated(), m.holds[one, b].negated(), m.holds[other, d].negated(), *either]
            )


def shared_literal(m: JointModel, b: int, d: int) -> cp_model.IntVar:
    known: dict[tuple[int, int], cp_model.IntVar] = m.__dict__.setdefault("_shared", {})
    if (b, d) not in known:
        reviewers = m.shared_reviewers[b, d]
        known[b, d] = m.boolean(any(m.in_now(r, b) and m.in_now(r, d) for r in reviewers))
        for reviewer in reviewers:
            m.cp.add_bool_or(
                [m.member[reviewer, b].negated(), m.member[reviewer, d].negated(), known[b, d]]
            )
    return known[b, d]


def h14_parallel(m: JointModel) -> None:
    limit = m.data.problem.policy.max_parallel_visits
    if limit is None:
        return
    use = m.scope.outside.slot_use or (0,) * m.data.n_slots
    if all(taken + min(len(m.scope.boxes), len(m.visits)) <= limit for taken in use):
        return
    intervals = [m.interval(case, m.left[case].negated()) for case in m.visits]
    demands = [1] * len(intervals)
    for slot, taken in enumerate(use):
        if taken:
            intervals.append(m.cp.new_fixed_size_interval_var(slot, 1, ""))
            demands.append(min(taken, limit))
    m.cp.add_cumulative(intervals, demands, limit)


def h15_pins(m: JointModel) -> None:
    """What a person fixed. A case with a pinned member, leader or start may not be left out."""
    data = m.data
    for case in m.scope.cases:
        pinned = data.required.get(case) or data.pinned_start.get(case)
        if pinned and not m.scope.tolerant:
            m.cp.add(m.left[case] == 0)
        for start in data.pinned_start.get(case, ()):
            if case in m.start and start < data.n_slots:
                m.cp.add(m.start[case] == start)
            else:
                m.cp.add(m.left[case] == 1)
        for b in m.boxes_of_case[case]:
            _pinned_people(m, case, b)
    for cases in data.together:
        _together(m, [case for case in cases if case in m.left])


def _pinned_people(m: JointModel, case: int, b: int) -> None:
    absent = m.holds[case, b].negated()
    for reviewer in m.data.pinned_members.get(case, ()):
        m.cp.add_bool_or([absent, *m.members(b, [reviewer])])
    for reviewer in m.data.pinned_leader.get(case, ()):
        m.cp.add_bool_or([absent, *([m.leader[reviewer, b]] if (reviewer, b) in m.leader else [])])
    for reviewer in m.data.excluded.get(case, ()):
        if (reviewer, b) in m.member:
            m.cp.add_bool_or([absent, m.member[reviewer, b].negated()])


def _together(m: JointModel, cases: list[int]) -> None:
    for one, other in pairwise(cases):
        m.cp.add(m.left[one] == m.left[other])
        for b in m.boxes:
            m.cp.add(m.holds.get((one, b), 0) == m.holds.get((other, b), 0))


def h16_group_effort(m: JointModel) -> None:
    limits = m.data.problem.policy.group_effort
    if limits is not None:
        for b in m.boxes:
            m.cp.add(m.effort[b] >= limits[0] * m.used[b])
            m.cp.add(m.effort[b] <= limits[1]).only_enforce_if(m.used[b])


def h17_groups(m: JointModel) -> None:
    if m.data.problem.policy.groups is not None:
        low, high = m.scope.groups_needed
        m.cp.add(sum(m.used) + m.missing_groups >= low)
        m.cp.add(sum(m.used) <= max(0, high))


RULES: dict[str, Callable[[JointModel], None]] = {
    "H01": h01_group_size,
    "H02": h02_leader,
    "H03": h03_quality,
    "H04": h04_specialist,
    "H05": h05_recusal,
    "H06": h06_barred_pairs,
    "H07": h07_employer,
    "H08": h08_every_case,
    "H09": h09_max_groups,
    "H10": h10_max_effort,
    "H11": h11_visit_slots,
    "H12": h12_available,
    "H13": h13_no_overlap,
    "H14": h14_parallel,
    "H15": h15_pins,
    "H16": h16_group_effort,
    "H17": h17_groups,
}


def _among(starts: Iterable[int]) -> Domain:
    # Here and not above: OR-Tools takes its time to load, and the first plan does not need it.
    from ortools.util.python import sorted_interval_list

    return sorted_interval_list.Domain.from_values(starts)
