"""`expert-pool solve` in its child process: a plan, no plan with the reason, Ctrl-C, a child that
dies.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assignment import problem as problems
from assignment import solution
from assignment.check import check
from assignment.solution import SolverInfo
from assignment.solver.kernel import warm
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from scripts import child
from scripts.benchmarks.instances import generate
from scripts.cli import app
from scripts.files import read_json, write_json
from tests.scripts.conftest import tiny_problem

run = CliRunner().invoke


def test_solve_writes_the_best_plan_of_a_tiny_problem(problem_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = run(
        app, ["solve", str(problem_file), "-o", str(out), "--time-limit", "10", "--progress"]
    )
    assert result.exit_code == 0, result.output
    plan = solution.parse(read_json(out))
    assert (plan.status, plan.objective, set(plan.groups[0].members)) == (
        "optimal",
        12,
        {"r1", "r2", "r3"},
    )
    assert run(app, ["check", str(problem_file), str(out)]).exit_code == 0


def test_solve_without_output_prints_the_plan_alone(problem_file: Path) -> None:
    result = run(app, ["solve", str(problem_file), "--time-limit", "10"])
    assert solution.parse(json.loads(result.stdout)).objective == 12


def test_solve_of_an_impossible_problem_says_why(problem_file: Path, tmp_path: Path) -> None:
    document = tiny_problem()
    document["barred"] += [["r1", "c1", "KINSHIP"]]
    problem_file.write_text(json.dumps(document), encoding="utf-8")
    result = run(
        app, ["solve", str(problem_file), "-o", str(tmp_path / "out.json"), "--time-limit", "10"]
    )
    assert (result.exit_code, "原因" in result.output) == (1, True)
    assert solution.parse(read_json(tmp_path / "out.json")).explanation is not None


def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    problem = generate("county", 1)
    write_json(tmp_path / "p.json", problems.to_json(problem))
    command = [
        sys.executable,
        "-c",
        "from scripts.cli import app; app()",
        "solve",
        "p.json",
        "-o",
        "out.json",
        "--time-limit",
        "120",
        "--progress",
    ]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "改进" in line and "目标值 —" not in line:
                break
        pressed = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        process.stderr.read()
        assert process.wait() == 0
    assert time.monotonic() - pressed < 5
    assert check(problem, solution.parse(read_json(tmp_path / "out.json"))).ok


def _dies(*_: object) -> None:
    os.abort()


def test_child_that_dies_is_told_as_a_sentence(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(child, "_run", _dies)
    outcome = child.solve_in_child(problems.parse(tiny_problem()), Limits(5.0), lambda latest: None)
    assert (outcome.plan, "内存不足" in outcome.failure) == (None, True)


def _hungry(*_: object) -> int:
    return len(bytearray(1 << 50))


def _limits(*_: object) -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]


def test_a_child_that_wants_too_much_memory_says_so_and_the_command_lives_on() -> None:
    outcome = child.solve_in_child(
        problems.parse(tiny_problem()), Limits(5.0), lambda latest: None, _hungry
    )
    assert (outcome.answer, "内存不足" in outcome.failure) == (None, True)


def test_a_child_has_limits_of_memory_and_processor_time() -> None:
    outcome = child.solve_in_child(
        problems.parse(tiny_problem()), Limits(5.0), lambda latest: None, _limits
    )
    memory, seconds = outcome.answer
    assert 0 < memory < 1 << 50 and 0 < seconds < 10_000


def test_a_deterministic_solve_that_time_cuts_short_says_that_it_may_not_come_out_again(
    problem_file: Path, tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    info = SolverInfo("0", 1, 0.0, 1, deterministic=False)
    cut = solution.Plan(problems.parse(tiny_problem()).digest, "unknown", (), solver=info)
    monkeypatch.setattr("scripts.console.solve_with_progress", lambda *_: child.Outcome(cut))
    result = run(
        app, ["solve", str(problem_file), "-o", str(tmp_path / "x.json"), "--deterministic"]
    )
    assert (result.exit_code, "再算一次不一定相同" in result.output) == (1, True)


def _noisy(problem: problems.Problem, limits: Limits, tell: OnProgress, stop: ShouldStop) -> str:
    os.write(1, b"a library talks\n")
    return "done"


def test_compiling_is_no_part_of_a_counted_solve(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until the child has compiled the search nothing ends it; from then on its time runs."""
    compiled: list[bool] = []
    monkeypatch.setattr(warm, "is_warm", lambda: bool(compiled))
    monkeypatch.setattr(warm, "compile_all", lambda: compiled.append(True))
    child.compile_first()
    assert compiled == [True] and "只此一次" in capsys.readouterr().err
    child.compile_first()
    assert compiled == [True] and capsys.readouterr().err == ""
    counted = Limits(time_limit=3.0, deterministic=True)
    assert child._deadline(counted, began=False) == float("inf")
    assert child._deadline(counted, began=True) - time.monotonic() == pytest.approx(13, abs=1)


def test_what_a_library_prints_does_not_reach_the_plan(capfd: pytest.CaptureFixture[str]) -> None:
    outcome = child.solve_in_child(
        problems.parse(tiny_problem()), Limits(time_limit=5.0), lambda progress: None, _noisy
    )
    assert (outcome.answer, capfd.readouterr().out) == ("done", "")
