"""无解说明: why no complete plan exists, in words: counting checks first, else a smallest set of
rules and cases by deletion.

The deletion filter (Chinneck & Dravnieks 1991) asks the joint model itself; CP-SAT's assumption
cores are not minimal and cannot name facts that presolve has folded away.
"""

from __future__ import annotations

from assignment.rules import RULES as RULE_TEXTS
from assignment.solution import Explanation, Plan, Reason
from assignment.solver import subsolve
from assignment.solver.data import Data
from assignment.solver.exact import whole_scope
from assignment.solver.facts import facts_of, holding, smallest
from assignment.solver.model_rules import RULES
from assignment.solver.scope import Box, Scope
from assignment.solver.search import Search
from assignment.solver.ways_out import ways_out

# Seconds, and CP-SAT's deterministic units, for one question of the filter.
SECONDS, WORK = 2.0, 2.0
# Left out of the filter: without it the model has no meaning.
FRAME = "H08"


def explanation(search: Search) -> Explanation | None:
    """The reasons when it is proved that no plan holds every case; None when it is not."""
    reasons = search.reasons
    if not reasons and certain(search):
        reasons = _smallest_conflict(search)
    return Explanation(reasons, _ways_out(search)) if reasons else None


def hint(search: Search, partial: Plan) -> Explanation:
    """For a plan that leaves cases out though nothing shows that it must: so much is said, and what
    else would make room.
    """
    names = "、".join(partial.unassigned)
    said = Reason(
        f"在时限内没有给{names}找到位置，也没有证明做不到：可以再算久一些", cases=partial.unassigned
    )
    return Explanation((said,), ways_out(search.data.problem, partial, search.budget))


def plan(search: Search, why: Explanation) -> Plan:
    return Plan(
        problem_digest=search.data.problem.digest, status="infeasible", groups=(), explanation=why
    )


def certain(search: Search) -> bool:
    """Whether it is proved that some case stays out: by counting, or by the elastic whole model."""
    if search.reasons:
        return True
    if search.impossible:
        return True
    return search.price_bound is not None and search.price_bound >= search.prices.highest + 1


def _ways_out(search: Search) -> tuple[Reason, ...]:
    """What could be asked for or allowed, tried by solving; and what can be had without some cases,
    as the partial plan in hand shows.
    """
    known = search.best
    partial = known if known is not None and known.unassigned and known.groups else None
    found = ways_out(search.data.problem, partial, search.budget)
    if partial is None:
        return found
    names = "、".join(partial.unassigned)
    placed = search.data.n_cases - len(partial.unassigned)
    return (
        *found,
        Reason(
            f"暂不安排{names}，其余{placed}家组织可以编成{len(partial.groups)}个组",
            cases=partial.unassigned,
        ),
    )


def _smallest_conflict(search: Search) -> tuple[Reason, ...]:
    """Rules, then cases, then facts left out while no plan appears; what cannot be left out is the
    conflict.
    """
    problem, rules, cases = search.data.problem, list(RULES), list(range(search.data.n_cases))
    for rule in [rule for rule in RULES if rule != FRAME]:
        if _impossible(search, search.data, [kept for kept in rules if kept != rule], cases):
            rules.remove(rule)
    for case in list(cases):
        if len(cases) > 1 and _impossible(
            search, search.data, rules, [kept for kept in cases if kept != case]
        ):
            cases.remove(case)
    if search.budget.over():
        return (Reason("经整体求解证明：没有安排全部组织的方案；时间已到，未及找出最小的原因"),)
    names = tuple(problem.cases[case].id for case in cases)
    facts = [fact for fact in facts_of(problem, names) if fact.rule in rules]
    needed = smallest(
        facts, lambda kept: _impossible(search, Data(holding(problem, facts, kept)), rules, cases)
    )
    titles = {rule.id: rule.title for rule in RULE_TEXTS}
    whom = f"就{'、'.join(names)}而言，" if 0 < len(cases) < search.data.n_cases else ""
    shown = [rule for rule in rules if rule != FRAME] or [FRAME]
    text = f"{whom}以下规则不能同时满足：" + "；".join(
        f"{titles[rule]}（{rule}）" for rule in shown
    )
    return (
        Reason(text, rules=tuple(shown), cases=names),
        *(fact.reason(problem) for fact in needed),
    )


def _impossible(search: Search, data: Data, rules: list[str], cases: list[int]) -> bool:
    """Whether it is certain that no plan keeps `rules` for `cases`; `data` may hold fewer facts
    than the problem.
    """
    if search.budget.over():
        return False
    scope = whole_scope(search)
    kept = set(cases)
    boxes = [Box(tuple(c for c in box.cases if c in kept), box.reviewers) for box in scope.boxes]
    part = Scope(
        tuple(box for box in boxes if box.cases),
        tuple(cases),
        scope.outside,
        (),
        scope.groups_needed,
        tolerant=False,
    )
    drop = frozenset(rule for rule in RULES if rule not in rules)
    model = subsolve.build(data, part, drop, elastic=False)
    allowance = subsolve.Allowance(min(SECONDS, search.budget.left), WORK, seed=search.limits.seed)
    return subsolve.watched(model, allowance, search.budget).infeasible
