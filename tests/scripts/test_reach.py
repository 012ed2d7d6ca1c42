"""The table of what was to be reached: its rows, and one problem measured to its line and plot."""

from __future__ import annotations

from pathlib import Path

import pytest

from assignment.solver.limits import Limits
from scripts.benchmarks import reach
from scripts.benchmarks.benchmark import Result


def test_a_row_says_gap_target_and_what_it_was_before() -> None:
    city = next(t for t in reach.TARGETS if (t.size, t.regime) == ("city", "standing"))
    found = Result("city-11", "60×200×60", "可行", 1.2, 8_700, 8_526, 0, 120.4, "通过")
    line = reach.row(found, city, 120)
    assert line[5:8] == ["2.0", "2", "6.6"] and line[2] == "1.2"
    proved = Result("city-12", "60×200×60", "最优", 1.2, 8_700, 8_700, 0, 20.0, "通过")
    assert reach.row(proved, city, 120)[5:8] == ["**proved**", "2", "–"]


def test_every_problem_of_the_table_is_measured_and_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    county = reach.TARGETS[0]
    monkeypatch.setattr(reach, "TARGETS", (reach.Target("county", "standing", 0, 60, (11, 12)),))

    def at_once(name: str, problem: object, limits: Limits) -> Result:
        assert limits.time_limit == 7
        if name == "county-12":
            raise OSError("no memory")
        return Result(name, "", "最优", 0.5, 10, 10, 0, 1.0, "通过", ((0.5, 0.2), (1.0, 0.0)))

    monkeypatch.setattr(reach, "measure", at_once)
    page = tmp_path / "page.md"
    page.write_text("first\n<!-- reach county -->\nold\n<!-- end of reach county -->\nlast\n")
    paper = reach.Paper(tmp_path, page)
    assert reach.run([], Limits(60), 7, paper) == 1  # one problem failed, the other is measured
    printed = capsys.readouterr().out
    assert printed.count("**proved**") == 1 and county.seconds == 10
    assert "<svg" in (tmp_path / "gap-county.svg").read_text(encoding="utf-8")
    written = page.read_text(encoding="utf-8")
    assert written.startswith("first\n") and written.endswith("last\n") and "old" not in written
    assert "| county-11 |" in written and "no memory" in written
    assert reach.run([], Limits(60), 7, paper, ["city"]) == 0
    assert page.read_text(encoding="utf-8") == written
