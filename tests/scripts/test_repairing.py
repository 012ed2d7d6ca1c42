"""`expert-pool repair` as its user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assignment import problem as problems
from assignment import solution
from assignment.solver.limits import Limits
from assignment.solver.solve import solve
from scripts.cli import app
from tests.solver.cast import document

run = CliRunner().invoke


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("repair")
    made = document()
    plan = solve(problems.parse(made), Limits(time_limit=5.0, workers=1))
    assert plan.groups and not plan.unassigned
    (folder / "problem.json").write_text(json.dumps(made), encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps(solution.to_json(plan)), encoding="utf-8")
    return folder / "problem.json", folder / "plan.json"


def test_options_come_with_what_they_change_and_cost_and_pass_the_check(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    member = json.loads(files[1].read_text())["groups"][0]["members"][-1]
    result = run(
        app,
        [
            "repair",
            *map(str, files),
            "--decline",
            member,
            "-o",
            str(tmp_path),
            "--time-limit",
            "8",
            "--options",
            "2",
        ],
    )
    assert result.exit_code == 0, result.output
    assert (
        "办法1：改动" in result.output
        and "已证明不能更少" in result.output
        and f"接替{member}" in result.output
    )
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written[0] == "option-1.json" and written[-1] == "problem.json"
    for name in written[:-1]:
        checked = run(app, ["check", str(tmp_path / "problem.json"), str(tmp_path / name)])
        assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (("--decline", "E99"), "没有评审员“E99”"),
        (("--closed", "A9:2026-09-07"), "没有评审对象“A9”"),
        (("--closed", "A0:9月7日"), "写成 编号:2026-09-10"),
        (("--away", "E0:2026-13-01"), "没有这一天"),
        (("--conflict", "E0"), "回避写成 评审员,评审对象"),
    ],
)
def test_a_mishap_that_cannot_be_read_is_told(
    files: tuple[Path, Path], wish: tuple[str, str], sentence: str
) -> None:
    result = run(app, ["repair", *map(str, files), *wish])
    assert (result.exit_code, sentence in result.output) == (2, True)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("A0:2026-09-08", (2, 3)),
        ("A0:2026-09-08AM", (2,)),
        ("A0:2026-09-08PM..2026-09-09AM", (3, 4)),
        ("A0:2026-09-08..2026-09-09", (2, 3, 4, 5)),
        ("A0:2027-01-01", ()),
    ],
)
def test_days_are_read_as_they_are_typed(text: str, slots: tuple[int, ...]) -> None:
    from scripts.repairing import _with_days

    assert _with_days(problems.parse(document()), text) == ("A0", slots)
