"""From a problem to a proven plan (怎样编组): who reviews whom, and when.

A library without database, clock or HTTP. A `Problem` is one snapshot of reviewers, cases,
half-days and rules; `solve` makes a `Plan` of it, with a bound that says how far from the best it
can be; `check` is the independent judge of any plan; the rest explains, repairs and draws.

    import assignment

    problem = assignment.read_problem("problem.json")
    plan = assignment.solve(problem, assignment.Limits(time_limit=60))
    assert assignment.check(problem, plan).ok

Importing this loads neither OR-Tools nor Numba: what solves loads them when it is called.
Everything is deterministic but for what takes `Limits` without `deterministic`. What is raised on
purpose is an `AssignmentError`. Formats and units: docs/formats.md; rules H01-H17: docs/rules.md;
methods with sources: docs/optimiser.md.
"""

from __future__ import annotations

from assignment import draw as draw
from assignment.changes import differences as differences
from assignment.check import Verdict as Verdict
from assignment.check import check as check
from assignment.check import substitute as substitute
from assignment.edit import Edit as Edit
from assignment.edit import apply_edit as apply_edit
from assignment.errors import AssignmentError as AssignmentError
from assignment.errors import Declined as Declined
from assignment.errors import FormatError as FormatError
from assignment.explain import Option as Option
from assignment.explain import options as options
from assignment.explain import why_member as why_member
from assignment.explain import why_not as why_not
from assignment.files import Unreadable as Unreadable
from assignment.files import read_plan as read_plan
from assignment.files import read_problem as read_problem
from assignment.files import write_plan as write_plan
from assignment.files import write_problem as write_problem
from assignment.goals import GOALS as GOALS
from assignment.goals import objective as objective
from assignment.goals import scorecard as scorecard
from assignment.methods import candidates as candidates
from assignment.methods import repair as repair
from assignment.methods import solve as solve
from assignment.precheck import precheck as precheck
from assignment.problem import Case as Case
from assignment.problem import Pin as Pin
from assignment.problem import Policy as Policy
from assignment.problem import Problem as Problem
from assignment.problem import Reviewer as Reviewer
from assignment.problem import Slot as Slot
from assignment.problem import validate as validate
from assignment.quality import Quality as Quality
from assignment.quality import compared as compared
from assignment.quality import quality as quality
from assignment.rules import RULES as RULES
from assignment.scores import Assigned as Assigned
from assignment.scores import assign_scores as assign_scores
from assignment.solution import Explanation as Explanation
from assignment.solution import Group as Group
from assignment.solution import Level as Level
from assignment.solution import Plan as Plan
from assignment.solution import Reason as Reason
from assignment.solution import SolverInfo as SolverInfo
from assignment.solution import Standby as Standby
from assignment.solution import Visit as Visit
from assignment.solver.limits import Limits as Limits
from assignment.solver.limits import OnProgress as OnProgress
from assignment.solver.limits import Progress as Progress
from assignment.solver.limits import ShouldStop as ShouldStop
from assignment.standbys import standbys as standbys
from assignment.standbys import survives as survives
from assignment.violation import Violation as Violation
