"""沿用: the groups of one plan on the days and half-days of another problem."""

from __future__ import annotations

from dataclasses import replace

from assignment.edit import revalue
from assignment.problem import Problem
from assignment.solution import Plan


def onto_slots(old: Problem, new: Problem, plan: Plan) -> Plan:
    """The plan's groups on another problem's slots; cases that left are dropped, those whose time
    is gone start at the first slot.
    """
    index = {slot: position for position, slot in enumerate(new.slots)}
    groups = []
    for group in plan.groups:
        visits = tuple(
            replace(
                visit,
                start=None if visit.start is None else index.get(old.slots[visit.start], 0),
                half_days=new.cases[new.case_index[visit.case]].half_days,
            )
            for visit in group.visits
            if visit.case in new.case_index
        )
        members = tuple(member for member in group.members if member in new.reviewer_index)
        if visits and members:
            groups.append(
                replace(
                    group,
                    visits=visits,
                    members=members,
                    leader=group.leader if group.leader in members else None,
                )
            )
    planned = {visit.case for group in groups for visit in group.visits}
    missing = tuple(case.id for case in new.cases if case.id not in planned)
    return revalue(new, replace(plan, groups=tuple(groups), unassigned=missing, bound=None))
