"""联合模型: one CP-SAT model of groups, leaders, partition and calendar for any scope: the whole
problem, one group, k groups.

Decisions: `member[r, b]`, `leader[r, b]`, `holds[c, b]` (case c in box b), `used[b]`, `left[c]`
(unassigned), `start[c]`. The rules are in `model_rules`, one unit per id; the goals in
`model_goals`. Every variable carries its value in the present draft as a hint: a partial hint cost
CP-SAT more than the solve itself (measured at city size).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assignment.solver.data import Data
from assignment.solver.draft import NO_LEADER, NO_START, Group
from assignment.solver.scope import Scope

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# A linear expression over the model; the library's own stubs mix numpy scalars into every sum.
Linear = Any


class JointModel:
    """The decisions of a scope and what several rules and goals share.

    `drop` leaves rules out, for the tests that try each.
    """

    def __init__(
        self, data: Data, scope: Scope, drop: frozenset[str] = frozenset(), elastic: bool = True
    ) -> None:
        # Loading CP-SAT takes most of a second, for the pandas it drags in; the first plan is there
        # before anything needs it.
        from ortools.sat.python import cp_model

        self.data, self.scope, self.drop, self.elastic = data, scope, drop, elastic
        self.cp = cp_model.CpModel()
        self.squeezed = False  # whether prices had to be cut to fit 64 bits
        self.hinted = bool(scope.now())
        self.boxes = range(len(scope.boxes))
        self._current()
        self._variables()

    # -- the present draft, for hints
    # ----------------------------------------------------------------------------------------------

    def _current(self) -> None:
        self.box_of: dict[int, int] = {}
        self.start_now: dict[int, int] = {}
        for b, box in enumerate(self.scope.boxes):
            if box.now is not None:
                for case, start in zip(box.now.cases, box.now.starts, strict=True):
                    self.box_of[case] = b
                    self.start_now[case] = start

    def now(self, b: int) -> Group | None:
        return self.scope.boxes[b].now

    def in_now(self, reviewer: int, b: int) -> bool:
        group = self.now(b)
        return group is not None and reviewer in group.members

    # -- variables
    # ----------------------------------------------------------------------------------------------

    def boolean(self, value: bool | None = None) -> cp_model.IntVar:
        variable = self.cp.new_bool_var("")
        if self.hinted and value is not None:
            self.cp.add_hint(variable, int(value))
        return variable

    def integer(self, low: int, high: int, value: int | None = None) -> cp_model.IntVar:
        variable = self.cp.new_int_var(low, high, "")
        if self.hinted and value is not None:
            self.cp.add_hint(variable, min(max(value, low), high))
        return variable

    def _variables(self) -> None:
        self.used = [self.boolean(box.now is not None) for box in self.scope.boxes]
        self.left = {case: self.boolean(case not in self.box_of) for case in self.scope.cases}
        low = self.scope.groups_needed[0]
        short = max(0, low - sum(box.now is not None for box in self.scope.boxes))
        self.missing_groups = self.integer(0, low if self.scope.tolerant else 0, short)
        self.member: dict[tuple[int, int], cp_model.IntVar] = {}
        self.leader: dict[tuple[int, int], cp_model.IntVar] = {}
        self.holds: dict[tuple[int, int], cp_model.IntVar] = {}
        for b, box in enumerate(self.scope.boxes):
            for reviewer in box.reviewers:
                self._seat(reviewer, b)
            for case in box.cases:
                # In the panel regime a box is its case.
                self.holds[case, b] = (
                    self.used[b] if self.data.panel else self.boolean(self.box_of.get(case) == b)
                )
            self._box_is_used(b)
        self.start = {
            case: self.integer(0, max(0, self.data.n_slots - 1), self._start_hint(case))
            for case in self.visits
        }
        self._needless_cases()

    def _seat(self, reviewer: int, b: int) -> None:
        member = self.member[reviewer, b] = self.boolean(self.in_now(reviewer, b))
        self.cp.add_implication(member, self.used[b])
        if (
            self.data.can_lead[reviewer]
            or "H02" in self.drop
            or not self.data.problem.policy.leader_required
        ):
            now = self.now(b)
            leader = self.leader[reviewer, b] = self.boolean(
                now is not None and now.leader == reviewer
            )
            self.cp.add_implication(leader, member)

    def _box_is_used(self, b: int) -> None:
        holds = [self.holds[case, b] for case in self.scope.boxes[b].cases]
        if self.data.panel and holds:
            return
        for literal in holds:
            self.cp.add_implication(literal, self.used[b])
        self.cp.add_bool_or([*holds, self.used[b].negated()])

    def _start_hint(self, case: int) -> int:
        start = self.start_now.get(case, NO_START)
        if start != NO_START:
            return start
        return self.data.usable_starts[case][0] if self.data.usable_starts[case] else 0

    def _needless_cases(self) -> None:
        if not self.elastic:
            for literal in self.left.values():
                self.cp.add(literal == 0)

    # -- shared expressions
    # ----------------------------------------------------------------------------------------------

    @cached_property
    def visits(self) -> list[int]:
        return [case for case in self.scope.cases if self.data.has_visit(case)]

    @cached_property
    def boxes_of_case(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for b, box in enumerate(self.scope.boxes):
            for case in box.cases:
                found[case].append(b)
        return found

    @cached_property
    def boxes_of_reviewer(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for b, box in enumerate(self.scope.boxes):
            for reviewer in box.reviewers:
                found[reviewer].append(b)
        return found

    def members(self, b: int, among: Iterable[int] | None = None) -> list[cp_model.IntVar]:
        reviewers = self.scope.boxes[b].reviewers if among is None else among
        return [self.member[reviewer, b] for reviewer in reviewers if (reviewer, b) in self.member]

    @cached_property
    def effort(self) -> list[Linear]:
        """Half-days of work of each box."""
        return [
            sum(self.data.effort[case] * self.holds[case, b] for case in box.cases)
            for b, box in enumerate(self.scope.boxes)
        ]

    @cached_property
    def effort_range(self) -> list[tuple[int, int]]:
        """What a box in use can weigh."""
        limits = self.data.problem.policy.group_effort
        ranges = []
        for box in self.scope.boxes:
            efforts = [self.data.effort[case] for case in box.cases]
            low, high = min(efforts, default=0), sum(efforts)
            if limits is not None and "H16" not in self.drop:
                low, high = max(low, limits[0]), min(high, limits[1])
            ranges.append((low, max(low, high)))
        return ranges

    @cached_property
    def effort_is(self) -> list[dict[int, cp_model.IntVar]]:
        """Per box, which effort it has; no effort when it is not used."""
        found = []
        for b in self.boxes:
            low, high = self.effort_range[b]
            now = self.now(b)
            weight = sum(self.data.effort[case] for case in now.cases) if now else None
            literals = {value: self.boolean(value == weight) for value in range(low, high + 1)}
            self.cp.add(sum(literals.values()) == self.used[b])
            self.cp.add(
                sum(value * literal for value, literal in literals.items()) == self.effort[b]
            )
            found.append(literals)
        return found

    @cached_property
    def before(self) -> dict[tuple[int, int], cp_model.IntVar]:
        """`before[i, j]`: the visit to i ends before that to j starts, on an earlier date when they
        are far apart (H13).
        """
        found: dict[tuple[int, int], cp_model.IntVar] = {}
        for one in self.visits:
            for other in self.visits:
                if one != other and self.may_share(one, other):
                    found[one, other] = self._before(one, other)
        return found

    def _before(self, one: int, other: int) -> cp_model.IntVar:
        data = self.data
        starts = self._start_hint(one), self._start_hint(other)
        fits = starts[0] + data.half_days[one] <= starts[1] and data.clear(
            one, starts[0], other, starts[1]
        )
        literal = self.boolean(fits)
        self.cp.add(self.start[other] >= self.start[one] + data.half_days[one]).only_enforce_if(
            literal
        )
        if data.far(one, other) and "H13" not in self.drop:
            self.cp.add(self.first_day[other] > self.last_day[one]).only_enforce_if(literal)
        return literal

    def may_share(self, one: int, other: int) -> bool:
        """Whether one party (a group, or a reviewer of two groups) might visit both."""
        mine, others = self.boxes_of_case.get(one, ()), self.boxes_of_case.get(other, ())
        return bool(set(mine) & set(others)) or any(
            self.shared_reviewers.get((min(b, d), max(b, d)))
            for b in mine
            for d in others
            if b != d
        )

    @cached_property
    def shared_reviewers(self) -> dict[tuple[int, int], list[int]]:
        """Per pair of boxes, the reviewers who may serve in both."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for reviewer, boxes in self.boxes_of_reviewer.items():
            room = self.data.max_groups[reviewer] - self.scope.outside.serves.get(reviewer, 0)
            if len(boxes) > 1 and (room > 1 or "H09" in self.drop):
                for place, b in enumerate(boxes):
                    for d in boxes[place + 1 :]:
                        found[b, d].append(reviewer)
        return found

    @cached_property
    def first_day(self) -> dict[int, cp_model.IntVar]:
        return {case: self._day_of(case, 0) for case in self.visits}

    @cached_property
    def last_day(self) -> dict[int, cp_model.IntVar]:
        return {case: self._day_of(case, self.data.half_days[case] - 1) for case in self.visits}

    def _day_of(self, case: int, offset: int) -> cp_model.IntVar:
        data = self.data
        table = [data.day[min(start + offset, data.n_slots - 1)] for start in range(data.n_slots)]
        now = self._start_hint(case)
        day = self.integer(0, max(table, default=0), table[now] if table else 0)
        if table:  # without slots nothing can start, and an empty table is refused
            self.cp.add_element(self.start[case], table, day)
        return day

    def interval(self, case: int, present: cp_model.LiteralT) -> cp_model.IntervalVar:
        return self.cp.new_optional_fixed_size_interval_var(
            self.start[case], self.data.half_days[case], present, ""
        )

    # -- answer
    # ----------------------------------------------------------------------------------------------

    def groups(self, solver: cp_model.CpSolver) -> list[Group | None]:
        """The groups found, box by box; None where a box stays empty."""
        return [self._group(solver, b) for b in self.boxes]

    def _group(self, solver: cp_model.CpSolver, b: int) -> Group | None:
        box = self.scope.boxes[b]
        if not solver.boolean_value(self.used[b]):
            return None
        members = tuple(sorted(r for r in box.reviewers if solver.boolean_value(self.member[r, b])))
        leaders = [
            r
            for r in box.reviewers
            if (r, b) in self.leader and solver.boolean_value(self.leader[r, b])
        ]
        cases = tuple(
            sorted(case for case in box.cases if solver.boolean_value(self.holds[case, b]))
        )
        starts = tuple(
            int(solver.value(self.start[case])) if case in self.start else NO_START
            for case in cases
        )
        return Group(cases, starts, members, leaders[0] if leaders else NO_LEADER)
