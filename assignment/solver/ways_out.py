"""出路: where no plan holds every case, the cheapest things that could be asked for or allowed so
that one does, each tried by solving.

Each way lets go of one rule (for everybody, or by a step), looks for a complete plan from the
partial one in hand, and reads off the plan what it really needs: whom to ask for which half-days,
which pin to lift. Who need not be asked is taken out again. Recusal (H05, H06) is never offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from assignment.check import check
from assignment.lookup import look_up
from assignment.precheck import precheck
from assignment.problem import Policy, Problem, Reviewer, Slot
from assignment.solution import Plan, Reason
from assignment.solver.budget import Budget
from assignment.solver.chance import chance
from assignment.solver.construct import construct
from assignment.solver.data import Data
from assignment.solver.draft import Evaluator, from_plan
from assignment.solver.facts import pin_words
from assignment.solver.improve import improve
from assignment.solver.price import prices
from assignment.solver.search import Search

MOST = 3
# Seconds, and rounds where work is counted, for one question.
SECONDS, ROUNDS = 2.0, 2
# How many people or pins are taken out one by one to see whether they are needed.
TRIES = 6
MOST_DAYS = 10
# A new expert, where nobody in the register fits; not a name that a file would use.
RECRUIT = "（新聘）"
PLENTY = 10_000


@dataclass(frozen=True)
class Way:
    """One thing that could be done.

    `price` orders ways: about how many telephone calls it takes.
    """

    price: int
    reason: Reason


class Finder:
    """The problem that has no plan, and how to ask whether another one has."""

    def __init__(self, problem: Problem, known: Plan | None, budget: Budget) -> None:
        self.problem, self.known, self.budget = problem, known, budget
        self.asked = 0

    def complete(self, changed: Problem) -> Plan | None:
        """A plan of the changed problem that holds every case, if a short search finds one."""
        self.asked += 1
        if self.budget.over() or precheck(changed):
            return None
        # Without goals the first plan that holds every case is the best one, and the solver stops
        # there.
        data = Data(replace(changed, weights={}, order=None, previous=None))
        search = Search(data, prices(data), Evaluator(data), self.budget)
        if self.known is not None:
            search.offer(from_plan(data, self.known))
        if search.best is None:
            construct(search, chance(self.budget.limits.seed))
        end = self.budget.elapsed + SECONDS

        def enough() -> bool:
            best = search.best
            return (best is not None and not best.unassigned) or self.budget.past(end)

        if not enough():
            improve(
                search, chance(self.budget.limits.seed), self.budget.counted(ROUNDS), enough=enough
            )
        best = search.best
        return None if best is None or best.unassigned else best

    def parties(self, plan: Plan, rule: str) -> tuple[str, ...]:
        """Who or what breaks a rule of the problem as it is, in the plan of the changed one."""
        broken = [one for one in check(self.problem, plan).violations if one.rule == rule]
        return tuple(
            dict.fromkeys(
                one
                for each in broken
                for one in (each.cases if rule == "H11" else each.reviewers[:1])
            )
        )

    def fewest(
        self, rule: str, let: Callable[[frozenset[str]], Problem], everyone: frozenset[str]
    ) -> tuple[frozenset[str], Plan] | None:
        """The parties for whom a rule must be let go: everyone at first, then without one after the
        other.
        """
        plan = self.complete(let(everyone))
        if plan is None:
            return None
        needed = frozenset(self.parties(plan, rule))
        for one in sorted(needed)[:TRIES]:
            if len(needed) < 2 or one not in needed:
                continue
            other = self.complete(let(needed - {one}))
            if other is not None:
                plan, needed = other, frozenset(self.parties(other, rule))
        return needed, plan


def ways_out(problem: Problem, known: Plan | None, budget: Budget) -> tuple[Reason, ...]:
    """The cheapest few ways; `known` is a plan that leaves cases out, if there is one.

    None when none was found in time.
    """
    finder = Finder(problem, known, budget)
    found: list[Way] = []
    for least, kind in KINDS:
        if budget.over() or (
            len(found) >= MOST and sorted(way.price for way in found)[MOST - 1] <= least
        ):
            break
        found += kind(finder)
    return tuple(way.reason for way in sorted(found, key=lambda way: way.price)[:MOST])


# People
# --------------------------------------------------------------------------------------------------


def _people(
    problem: Problem, change: Callable[[Reviewer], Reviewer], whom: frozenset[str]
) -> Problem:
    return replace(
        problem,
        reviewers=tuple(change(one) if one.id in whom else one for one in problem.reviewers),
    )


def _everyone(problem: Problem) -> frozenset[str]:
    return frozenset(one.id for one in problem.reviewers)


def ask_for_days(finder: Finder) -> Iterator[Way]:
    """请某人在原来没有空的半天参加."""
    problem = finder.problem
    let = partial(_people, problem, lambda one: replace(one, unavailable=()))
    found = finder.fewest("H12", let, _everyone(problem))
    if found is None or not found[0]:
        return
    known, texts, total = look_up(problem), [], 0
    for one in sorted(found[0]):
        slots = sorted(
            {
                slot
                for group in found[1].groups
                if one in group.members
                for visit in group.visits
                for slot in visit.slots
            }
            & known.unavailable[one]
        )
        total += len(slots)
        texts.append(
            f"请{one}在{'、'.join(known.slot_name(slot) for slot in slots)}参加（现为没有空）"
        )
    yield Way(len(texts) + total // 2, Reason("；".join(texts), ("H12",), tuple(sorted(found[0]))))


def ask_for_work(finder: Finder) -> Iterator[Way]:
    """请某人多承担."""
    problem = finder.problem
    found = finder.fewest(
        "H10",
        partial(_people, problem, lambda one: replace(one, max_effort=PLENTY)),
        _everyone(problem),
    )
    if found is None or not found[0]:
        return
    efforts = {case.id: case.effort for case in problem.cases}
    texts, total = [], 0
    for one in sorted(found[0]):
        most = look_up(problem).reviewer[one].max_effort
        load = sum(
            efforts[case]
            for group in found[1].groups
            if one in group.members
            for case in group.cases
        )
        total += load - most
        texts.append(f"请{one}承担{load}个半天（原定最多{most}个）")
    yield Way(1 + total, Reason("；".join(texts), ("H10",), tuple(sorted(found[0]))))


def ask_for_seats(finder: Finder) -> Iterator[Way]:
    """请某人多参加一个组."""
    problem = finder.problem
    found = finder.fewest(
        "H09",
        partial(_people, problem, lambda one: replace(one, max_groups=one.max_groups + 1)),
        _everyone(problem),
    )
    if found is None or not found[0]:
        return
    groups = {one: look_up(problem).reviewer[one].max_groups for one in sorted(found[0])}
    text = "；".join(
        f"请{one}参加{most + 1}个评审组（原定最多{most}个）" for one, most in groups.items()
    )
    yield Way(3 * len(groups), Reason(text, ("H09",), tuple(groups)))


def name_leaders(finder: Finder) -> Iterator[Way]:
    """认定组长资格."""
    problem = finder.problem
    if not problem.policy.leader_required:
        return
    found = finder.fewest(
        "H02", partial(_people, problem, lambda one: replace(one, leader=True)), _everyone(problem)
    )
    if found is not None and found[0]:
        text = f"认定{'、'.join(sorted(found[0]))}具备组长资格"
        yield Way(4 * len(found[0]), Reason(text, ("H02",), tuple(sorted(found[0]))))


def recruit(finder: Finder) -> Iterator[Way]:
    """增聘一人: a specialist for a firm that is left out, else a quality expert, else a leader;
    asked for no more than is needed.
    """
    problem = finder.problem
    firms = (
        list(finder.known.unassigned if finder.known is not None else ())[:2]
        or [case.id for case in problem.cases][:1]
    )
    for firm in firms:
        case = look_up(problem).case[firm]
        for text, quality, leader in (
            (f"增聘一名与{firm}（行业{'、'.join(case.industries)}）对口的专家", False, False),
            (
                f"增聘一名与{firm}（行业{'、'.join(case.industries)}）对口的质量管理专家",
                True,
                False,
            ),
            (
                f"增聘一名与{firm}（行业{'、'.join(case.industries)}）对口、有组长资格的质量管理专家",
                True,
                True,
            ),
        ):
            expert = Reviewer(
                RECRUIT, quality, case.industries, leader, 1, RECRUIT, case.place, (), PLENTY, 0, 1
            )
            plan = finder.complete(replace(problem, reviewers=(*problem.reviewers, expert)))
            if plan is not None:
                yield Way(6, Reason(text, ("H04",), (), (firm,)))
                return


# Firms and days
# --------------------------------------------------------------------------------------------------


def ask_firms(finder: Finder) -> Iterator[Way]:
    """请申报组织在原定不便接待的半天接待."""
    problem = finder.problem

    def let(whom: frozenset[str]) -> Problem:
        return replace(
            problem,
            cases=tuple(
                replace(one, closed=()) if one.id in whom else one for one in problem.cases
            ),
        )

    found = finder.fewest("H11", let, frozenset(one.id for one in problem.cases if one.closed))
    if found is None or not found[0]:
        return
    known, texts, total = look_up(problem), [], 0
    for group in found[1].groups:
        for visit in group.visits:
            slots = sorted(set(visit.slots) & known.closed[visit.case])
            if slots:
                total += len(slots)
                texts.append(
                    f"请{visit.case}在{'、'.join(known.slot_name(slot) for slot in slots)}接待"
                    "（原定不便）"
                )
    yield Way(
        len(texts) + total // 2, Reason("；".join(texts), ("H11",), (), tuple(sorted(found[0])))
    )


def longer_window(finder: Finder) -> Iterator[Way]:
    """现场评审期限延长几个工作日; whoever is needed then must be free then."""
    problem = finder.problem
    if not problem.slots:
        return
    slots = problem.slots
    for days in range(1, MOST_DAYS + 1):
        day = slots[-1].date + timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        slots = (*slots, Slot(day, "AM"), Slot(day, "PM"))
        plan = finder.complete(replace(problem, slots=slots))
        if plan is None:
            continue
        new = [
            (group, visit)
            for group in plan.groups
            for visit in group.visits
            if visit.start is not None and visit.start + visit.half_days > len(problem.slots)
        ]
        people = tuple(dict.fromkeys(one for group, _ in new for one in group.members))
        firms = tuple(visit.case for _, visit in new)
        text = (
            f"现场评审期限延长{days}个工作日，到{day.month}月{day.day}日，"
            f"届时{'、'.join(people)}须有空，{'、'.join(firms)}能接待"
        )
        yield Way(2 + days, Reason(text, ("H11",), people, firms))
        return


# Numbers
# --------------------------------------------------------------------------------------------------


def _with(problem: Problem, policy: Policy) -> Problem:
    return replace(problem, policy=policy)


def another_group(finder: Finder) -> Iterator[Way]:
    """多一个或少一个评审组, else as many more or fewer as it takes."""
    problem, policy = finder.problem, finder.problem.policy
    if policy.groups is None:
        return
    low, high = policy.groups
    for most in sorted({high + 1, max(high + 1, len(problem.cases))}):
        plan = finder.complete(_with(problem, replace(policy, groups=(low, most))))
        if plan is not None:
            more = max(1, len(plan.groups) - high)
            text = f"允许第{high + 1}个评审组" if more == 1 else f"评审组增至{high + more}个"
            yield Way(4 * more, Reason(f"{text}（原定最多{high}个）", ("H17",)))
            return
    for least in sorted({low - 1, 1}, reverse=True) if low > 1 else ():
        plan = finder.complete(_with(problem, replace(policy, groups=(least, high))))
        if plan is not None:
            fewer = max(1, low - len(plan.groups))
            text = f"评审组减为{low - fewer}个（原定至少{low}个）"
            yield Way(4 * fewer, Reason(text, ("H17",)))
            return


def more_visits_at_once(finder: Finder) -> Iterator[Way]:
    """同时进行的现场评审多一场."""
    problem, most = finder.problem, finder.problem.policy.max_parallel_visits
    if (
        most is not None
        and finder.complete(_with(problem, replace(problem.policy, max_parallel_visits=most + 1)))
        is not None
    ):
        yield Way(
            3,
            Reason(
                f"同时进行的现场评审增至{most + 1}场（原定最多{most}场），多一名陪同人员", ("H14",)
            ),
        )


def wider_effort(finder: Finder) -> Iterator[Way]:
    """每组工作量放宽到用得着的程度."""
    problem, limits = finder.problem, finder.problem.policy.group_effort
    if limits is None:
        return
    plan = finder.complete(_with(problem, replace(problem.policy, group_effort=None)))
    if plan is None:
        return
    efforts = {case.id: case.effort for case in problem.cases}
    loads = [sum(efforts[case] for case in group.cases) for group in plan.groups]
    low, high = min(limits[0], *loads), max(limits[1], *loads)
    if (low, high) != limits:
        text = f"每组工作量放宽到{low}至{high}个半天（原定{limits[0]}至{limits[1]}个）"
        yield Way(2 + limits[0] - low + high - limits[1], Reason(text, ("H16",)))


def larger_groups(finder: Finder) -> Iterator[Way]:
    """每组人数上限加一."""
    problem, (low, high) = finder.problem, finder.problem.policy.group_size
    if (
        finder.complete(_with(problem, replace(problem.policy, group_size=(low, high + 1))))
        is not None
    ):
        yield Way(3, Reason(f"每组人数上限增至{high + 1}名（原定{high}名）", ("H01",)))


def longer_ways(finder: Finder) -> Iterator[Way]:
    """同一天先后去两家的路程放宽."""
    problem, policy = finder.problem, finder.problem.policy
    plan = finder.complete(_with(problem, replace(policy, same_day_travel_minutes=PLENTY)))
    if plan is None:
        return
    for minutes in sorted(
        {
            one
            for row in problem.travel_minutes
            for one in row
            if one > policy.same_day_travel_minutes
        }
    ):
        wider = _with(problem, replace(policy, same_day_travel_minutes=minutes))
        if all(one.rule == "PLAN" for one in check(wider, plan).violations):
            text = (
                f"同一天先后去两家的路程放宽到{minutes}分钟（原"
                f"定{policy.same_day_travel_minutes}分钟）"
            )
            yield Way(3, Reason(text, ("H13",)))
            return


def coarser_trades(finder: Finder) -> Iterator[Way]:
    """对口放宽一级."""
    policy = finder.problem.policy
    coarser = {"group": ("division", "大类"), "division": ("section", "门类")}.get(
        policy.industry_level
    )
    if coarser is not None:
        plan = finder.complete(_with(finder.problem, replace(policy, industry_level=coarser[0])))  # type: ignore[arg-type]
        if plan is not None:
            broken = [one for one in check(finder.problem, plan).violations if one.rule == "H04"]
            firms = tuple(dict.fromkeys(case for one in broken for case in one.cases))
            yield Way(
                4 + len(firms),
                Reason(
                    f"行业对口放宽到{coarser[1]}：{'、'.join(firms)}只有{coarser[1]}对口的专家",
                    ("H04",),
                    (),
                    firms,
                ),
            )


def colleagues(finder: Finder) -> Iterator[Way]:
    """允许个别同单位的人同组."""
    problem = finder.problem
    if problem.policy.same_employer == "allow":
        return
    plan = finder.complete(_with(problem, replace(problem.policy, same_employer="allow")))
    if plan is None:
        return
    pairs = [one.reviewers for one in check(problem, plan).violations if one.rule == "H07"]
    people = tuple(dict.fromkeys(one for pair in pairs for one in pair))
    yield Way(
        3 * len(pairs),
        Reason(
            "允许同单位的" + "；".join("、".join(pair) for pair in pairs) + "同组", ("H07",), people
        ),
    )


# Pins
# --------------------------------------------------------------------------------------------------


def lift_pins(finder: Finder) -> Iterator[Way]:
    """取消个别人工指定."""
    problem = finder.problem
    pins = problem.pins or ()
    if not pins or finder.complete(replace(problem, pins=None)) is None:
        return
    lifted = list(dict.fromkeys(pins))
    for pin in list(lifted)[: 2 * TRIES]:
        # Kept again where a plan is found without giving it up.
        rest = [one for one in lifted if one != pin]
        if (
            rest
            and finder.complete(
                replace(problem, pins=tuple(one for one in pins if one not in rest) or None)
            )
            is not None
        ):
            lifted = rest
    people = tuple(dict.fromkeys(pin.reviewer for pin in lifted if pin.reviewer is not None))
    firms = tuple(
        dict.fromkeys(
            case
            for pin in lifted
            for case in (*(pin.cases or ()), *((pin.case,) if pin.case else ()))
        )
    )
    yield Way(
        len(lifted),
        Reason(
            f"取消人工指定：{'；'.join(pin_words(problem, pin) for pin in lifted)}",
            ("H15",),
            people,
            firms,
        ),
    )


# The cheapest that a kind can come to, and the kind; tried in this order.
KINDS: tuple[tuple[int, Callable[[Finder], Iterator[Way]]], ...] = (
    (1, lift_pins),
    (1, ask_for_days),
    (1, ask_firms),
    (2, ask_for_work),
    (3, longer_window),
    (3, more_visits_at_once),
    (3, wider_effort),
    (3, ask_for_seats),
    (3, larger_groups),
    (3, longer_ways),
    (3, colleagues),
    (4, another_group),
    (4, name_leaders),
    (5, coarser_trades),
    (6, recruit),
)
