"""Parts of a plan that are cooled at the same time never clash, whatever they do."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from assignment.problem import GOALS, Problem
from assignment.solver import annealing, cooling, parts
from assignment.solver.chance import chance
from assignment.solver.crew import Crew
from assignment.solver.draft import Draft, Group
from assignment.solver.kernel import warm
from assignment.solver.kernel.annealer import Annealer
from assignment.solver.kernel.data import CAPACITY, EFFORT, EFFORT_LOW, HALF_DAYS, W_SPAN, build
from assignment.solver.kernel.part import Part, usage
from assignment.solver.kernel.room import EXACT, INFINITE, room
from assignment.solver.kernel.sheet import SHORT, empty_state, last_slot, least_cost
from assignment.solver.kernel.team import best_team
from assignment.solver.limits import Limits
from assignment.solver.search import Search
from assignment.solver.solve import begin
from assignment.solver.tasks import Parted
from scripts.benchmarks.instances import generate
from tests import instances
from tests.solver.elsewhere import Here

pytestmark = pytest.mark.skipif(
    not warm.is_warm(), reason="the search is not compiled on this machine"
)

MOVES = 400


def shared() -> Problem:
    """Few people who serve in several groups, and slots that bear few visits."""
    problem = generate("city", 3)
    people = tuple(replace(one, max_groups=3, max_effort=40) for one in problem.reviewers[::2])
    names = {one.id for one in people}
    return replace(
        problem,
        reviewers=people,
        barred=tuple(row for row in problem.barred if row[0] in names),
        barred_pairs=tuple(
            row for row in problem.barred_pairs if row[0] in names and row[1] in names
        ),
        discouraged=tuple(row for row in problem.discouraged if row[0] in names),
        policy=replace(problem.policy, max_parallel_visits=5),
    )


@pytest.fixture(scope="module")
def search() -> Search:
    search = begin(shared(), Limits(60.0, 1, 2))
    search.lines = annealing.start(search)
    annealing.anneal(search, search.lines, 20.0, enough=lambda: search.best is not None)
    assert search.best is not None and not search.best.unassigned
    return search


def test_what_parts_change_together_keeps_every_rule(search: Search) -> None:
    draft, whole, random = search.draft, search.lines[0].annealer, chance(1)
    served_twice = 0
    for number in range(8):
        given = parts.shares(whole, draft, 2, random)
        assert not given[0].people & given[1].people
        assert not set(given[0].groups) & set(given[1].groups)
        spare = sum(share.spare for share in given)
        used = usage(whole.data, draft.groups)
        assert np.array_equal(spare, np.maximum(0, whole.data.policy[CAPACITY] - used))
        done = [Part(whole, draft, share, number) for share in given]
        for part in done:
            part.anneal(MOVES, 30.0, 30.0)
        gone = [position for share in given for position in share.groups]
        draft = draft.with_groups(gone, [group for part in done for group in part.groups()])
        assert search._accept(draft, search.evaluator.scorecard(draft)), (
            "the checker refuses what two parts made"
        )
        members = [member for group in draft.groups for member in group.members]
        served_twice += len(members) - len(set(members))
    assert served_twice > 0, "nobody served in several groups: the test tries nothing"


def test_a_part_counts_what_its_changes_cost_the_whole(search: Search) -> None:
    whole, random = search.lines[0].annealer, chance(2)
    for number in range(4):
        (share, _) = parts.shares(whole, search.draft, 2, random)
        part = Part(whole, search.draft, share, number)
        before = _without_span(part)
        part.anneal(MOVES, 30.0, 30.0)
        after = search.draft.with_groups(share.groups, part.groups())
        assert _price(search, after) - _price(search, search.draft) == _without_span(part) - before


def _without_span(part: Part) -> int:
    """A part counts its own last half-day, the plan that of all."""
    return int(part.sheet.total[0]) - int(part.data.policy[W_SPAN]) * int(last_slot(part.sheet))


def _price(search: Search, draft: Draft) -> int:
    span = search.evaluator.scorecard(draft)["span"]
    return int(search.price_of(draft) - search.prices.coefficient["span"] * span)


def test_no_group_costs_less_than_its_least() -> None:
    """What later groups of a move are taken to cost at least, before anybody is looked for."""
    tried = 0
    for seed in range(60):
        problem = instances.tiny(seed)
        data = build(problem, {goal: problem.weight(goal) for goal in GOALS})
        if data.pair_cost.min(initial=0) < 0:
            continue  # then it is not asked
        state, space, random = empty_state(data), room(data), chance(seed)
        for _ in range(6):
            count = random.randint(1, len(data.case))
            chosen = np.array(random.sample(range(len(data.case)), count), dtype=np.int64)
            chosen = chosen[np.argsort(data.case[chosen, HALF_DAYS] == 0, kind="stable")]
            args = (chosen, count, EXACT, EXACT, INFINITE, 0, 0)
            cost = best_team(data, state, space, *args)
            if cost < INFINITE:
                short = SHORT * max(0, data.policy[EFFORT_LOW] - data.case[chosen, EFFORT].sum())
                assert least_cost(data, chosen, count) <= cost + short
                tried += 1
    assert tried > 50


def test_by_count_the_same_plan_on_any_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooling, "MOVES", 200)
    monkeypatch.setattr(cooling, "LEAST_CASES", 50)
    problem, plans = generate("city", 1), set[Draft]()
    for workers, crew in ((1, None), (8, None), (2, Crew(Here(lossy=2, count=3), problem))):
        search = begin(problem, Limits(600.0, 1, workers, deterministic=True))
        search.crew = crew
        search.lines = annealing.start(search)
        before = search.price
        assert cooling.applies(search)
        cooling.cool_by_count(search, search.lines, 1_000)
        assert search.rejected == 0
        assert before is not None and search.price is not None and search.price < before
        plans.add(search.draft)
    assert len(plans) == 1


def test_parts_are_cooled_elsewhere_and_one_that_is_lost_stays_as_it_was(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.crew, before = Crew(Here(lossy=2, count=2), search.data.problem), search.price
    monkeypatch.setattr(cooling, "SECONDS", 0.2)
    cooling.cool(search, search.lines[:1], search.budget.elapsed + 2.5)
    assert search.rejected == 0
    assert before is not None and search.price is not None and search.price < before
    search.crew = None


def test_a_late_part_holds_what_it_may_change_and_is_taken_when_it_comes(search: Search) -> None:
    whole = search.lines[0].annealer
    for number in range(4):
        cool = cooling.Cooling(search, search.lines)
        near, away = cool.share_out(2)
        future = Future[list[Group]]()
        groups = tuple(away.draft.groups[position] for position in away.share.groups)
        cool.late.append(cooling.Late(future, groups, away.share, cool.rounds))
        cool.join([_annealed(whole, near, number), None])
        (second,) = cool.share_out(1)
        assert not second.share.people & away.share.people
        cool.join([_annealed(whole, second, number)])
        future.set_result(_annealed(whole, away, number))
        cool.share_out(1)
        assert not cool.late and set(future.result()) <= set(cool.draft.groups)
        assert search._accept(cool.draft, search.evaluator.scorecard(cool.draft))


def test_a_part_that_is_later_still_is_given_up(search: Search) -> None:
    cool = cooling.Cooling(search, search.lines)
    (_, away) = cool.share_out(2)
    future = Future[list[Group]]()
    groups = tuple(away.draft.groups[position] for position in away.share.groups)
    cool.late.append(cooling.Late(future, groups, away.share, cool.rounds))
    for held in (1, 0):
        cool.share_out(1)
        assert len(cool.late) == held
    assert future.cancelled()


def _annealed(whole: Annealer, task: Parted, seed: int) -> list[Group]:
    part = Part(whole, task.draft, task.share, seed)
    part.anneal(MOVES, 30.0, 30.0)
    return part.groups()


def test_a_better_plan_from_elsewhere_is_taken_up(search: Search) -> None:
    line = annealing.Line(search, 9)
    line.annealer.load(search.draft)
    cool = cooling.Cooling(search, search.lines)
    line.annealer.anneal(3_000, 5.0, 0.5)
    assert search.offer(line.annealer.draft())
    cool.share_out(2)
    assert cool.draft == search.draft
