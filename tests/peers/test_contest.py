"""`expert-pool benchmark --peers`: every method on the same problem, and what the table says of
them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assignment.check import check
from assignment.problem import Pin, Problem, to_json
from assignment.solver.limits import Limits
from scripts.benchmarks import timefold
from scripts.benchmarks.contest import OURS, Run, compete, methods, settings
from scripts.benchmarks.instances import generate
from scripts.benchmarks.matching import plan_of, read
from scripts.benchmarks.monolith import monolith
from scripts.benchmarks.office import by_hand
from scripts.benchmarks.plain import row
from scripts.benchmarks.table import HEADINGS, rows
from scripts.benchmarks.transportation import flow
from scripts.cli import app
from tests.instances import small
from tests.solver.test_affinity import panels


@pytest.mark.parametrize("regime", ["standing", "panel"])
@pytest.mark.parametrize("seed", range(1, 5))
def test_an_office_forms_groups_that_keep_the_rules_it_can_see(regime: str, seed: int) -> None:
    problem = generate("county", seed, regime)  # type: ignore[arg-type]
    plan = by_hand(problem)
    # Too few groups can be all that it gets wrong: nobody at the desk goes back to start again.
    assert {violation.rule for violation in check(problem, plan).violations} <= {"H17"}
    assert len(plan.unassigned) < len(problem.cases)


def test_an_office_survives_problems_of_all_shapes() -> None:
    """Pins and roles it overlooks, but never the rules on people and days."""
    for seed in range(60):
        problem = replace(small(seed), pins=None)
        plan = by_hand(problem)
        assert {violation.rule for violation in check(problem, plan).violations} <= {"H17"}


def test_one_model_for_everything_proves_a_small_problem() -> None:
    problem = panels(4)
    plan = monolith(problem, Limits(time_limit=20))
    asked = read(problem)
    assert asked is not None and check(problem, plan).ok
    assert plan.scorecard["fairness"] <= -asked.least(flow(asked))


def test_one_model_states_its_bound_of_the_objective() -> None:
    problem = replace(panels(4), order=None, weights={"affinity": 2})
    plan = monolith(problem, Limits(time_limit=20))
    assert (plan.status, plan.bound) == ("optimal", plan.objective) and check(problem, plan).ok


def test_the_literature_is_asked_only_what_it_knows() -> None:
    assert set(methods(generate("county", 1))) - {timefold.NAME} < set(methods(panels(1)))


def test_timefold_is_asked_for_standing_groups_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    county = generate("county", 1)
    assert timefold.NAME in methods(county) and timefold.NAME not in methods(panels(1))
    assert timefold.NAME not in methods(
        replace(county, pins=(Pin("exclude", county.reviewers[0].id, county.cases[0].id),))
    )
    monkeypatch.setattr(timefold, "find_spec", lambda name: None)
    (run,) = compete("county", county, Limits(time_limit=1), [timefold.NAME])
    assert (run.plan, run.failure) == (None, "没有装 timefold")
    monkeypatch.setattr(timefold, "find_spec", lambda name: object())
    monkeypatch.setattr(timefold, "which", lambda name: None)
    (run,) = compete("county", county, Limits(time_limit=1), [timefold.NAME])
    assert (run.plan, run.failure) == (None, "没有 Java")


@pytest.mark.skipif(bool(timefold.missing()), reason="Timefold or Java is not here")
def test_timefold_hands_in_a_plan_that_the_checker_judges() -> None:
    county = generate("county", 1)
    (run,) = compete("county", county, Limits(time_limit=5), [timefold.NAME])
    assert run.plan is not None and {
        case for group in run.plan.groups for case in group.cases
    } == set(county.case_index)


def test_scores_are_asked_for_the_total_and_for_the_weakest_first() -> None:
    plain = replace(panels(1), order=None, weights={"affinity": 1})
    assert [(name, one.order) for name, one in settings("x", plain)] == [
        ("x 总分", None),
        ("x 先保最弱", ("fairness", "affinity")),
    ]
    assert settings("y", generate("county", 1)) == [("y", generate("county", 1))]


def test_rows_give_multiples_of_ours_only_between_complete_plans_that_pass() -> None:
    problem: Problem = replace(panels(6), order=None, weights={"affinity": 1})
    asked = read(problem)
    assert asked is not None
    best = plan_of(problem, flow(asked))
    none = flow(asked)
    none[0] = False
    runs = [
        Run(problem, "x", OURS, best, seconds=2.0),
        Run(problem, "x", "慢", best, seconds=5.0),
        Run(problem, "x", "缺", plan_of(problem, none), seconds=1.0),
        Run(problem, "x", "无", None, failure="内存不足"),
    ]
    column = {heading: position for position, heading in enumerate(HEADINGS)}
    shown = [
        (row[column["目标÷我"]], row[column["秒÷我"]], row[column["复核"]]) for row in rows(runs)
    ]
    assert shown == [
        ("1", "1", "通过"),
        ("1", "2.5", "通过"),
        ("—", "0.5", "通过"),
        ("—", "—", "内存不足"),
    ]


def test_methods_race_in_processes_of_their_own() -> None:
    problem = panels(2)
    seen: list[str] = []
    runs = compete(
        "small",
        problem,
        Limits(time_limit=5),
        [OURS, "最小费用流"],
        lambda run: seen.append(run.method),
    )
    assert seen == [OURS, "最小费用流"] and [(run.failure, run.broken) for run in runs] == [
        ("", 0),
        ("", 0),
    ]
    ours, other = (run.plan for run in runs)
    assert ours is not None and other is not None
    assert ours.status == "optimal" and ours.scorecard["fairness"] <= other.scorecard["fairness"]
    assert all((run.seconds or 0) > 0 and (run.megabytes or 0) > 10 for run in runs)


def test_a_method_that_fails_is_a_row_that_says_so() -> None:
    (run,) = compete("none", panels(2), Limits(time_limit=1), ["没有这种方法"])
    assert run.plan is None and run.failure


def test_the_command_prints_the_table_with_date_and_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.benchmarks.contest.methods", lambda problem: ["手工办法"])
    monkeypatch.setattr("scripts.benchmarks.contest.compile_ours", lambda: None)
    file = tmp_path / "small.json"
    file.write_text(
        json.dumps(to_json(replace(panels(2), order=None, weights={"affinity": 1}))),
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, ["benchmark", "--peers", "--time-limit", "5", str(file)])
    lines = [
        line.split(" | ")[:2] for line in result.output.splitlines() if line.startswith("| small")
    ]
    assert result.exit_code == 0 and "ortools" in result.output
    assert lines == [["| small 总分", "手工办法"], ["| small 先保最弱", "手工办法"]]


def test_the_milliseconds_of_both_at_the_same_work_are_a_row() -> None:
    cells = row("small", replace(panels(2), order=None, weights={"affinity": 1}), turns=1).split(
        "|"
    )
    assert cells[1].strip() == "small"
    assert all(float(cell) > 0 for cell in cells[2:6])
