"""What `expert-pool benchmark --spread` counts is what was sent and done."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from assignment.solver.kernel import warm
from assignment.solver.limits import Limits
from assignment.solver.portfolio import away
from scripts.benchmarks import spread
from scripts.benchmarks.reach import within
from tests import instances
from tests.solver.elsewhere import Here

pytestmark = pytest.mark.skipif(
    not warm.is_warm(), reason="the search is not compiled on this machine"
)


def test_tasks_bytes_and_losses_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "SHORTEST", 0.3)
    problem = instances.small(3)
    workers = spread.Metered(Here(lossy=2))
    runs = [
        spread.solved(problem, "一个", Limits(1.0, 1, 1)),
        spread.solved(problem, "帮忙", Limits(1.0, 1, 1), workers),
    ]
    done = runs[1].done
    assert done and sum(one.lost for one in done) == len(done) // 2
    assert runs[1].shared == len(pickle.dumps(problem))
    assert all(one.back > 0 and one.cpu > 0 for one in done if not one.lost)
    assert runs[1].cpu == pytest.approx(runs[1].own + sum(one.cpu for one in done))
    lines = list(spread.report(problem, runs, 1.0))
    assert any(line.startswith(f"| {spread.NAMES['cool']} | {len(done)} |") for line in lines)
    assert [line.split(" | ")[0] for line in lines[-2:]] == ["| 16", "| 64"]
    run = runs[1]
    assert 0 < run.first < run.wall and 0 < run.first_main < run.main
    assert run.begun < min(one.sent for one in done) and 0 < run.giving < run.main


def test_what_is_measured_stands_between_its_marks_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "前\n\n<!-- spread a -->\n旧\n<!-- end of spread a -->\n\n后\n", encoding="utf-8"
    )
    told = within(page, "spread a", "新")
    assert told == "前\n\n<!-- spread a -->\n\n新\n\n<!-- end of spread a -->\n\n后\n"
    assert within(page, "spread b", "新").endswith(
        "<!-- spread b -->\n\n新\n\n<!-- end of spread b -->\n"
    )
