"""Gap over time as a drawing: well-formed, inside its frame, and steps where the reports were."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from typer.testing import CliRunner

from scripts.benchmarks.plot import HEIGHT, WIDTH, Curve, svg
from scripts.cli import app

NAMESPACE = "{http://www.w3.org/2000/svg}"


def lines(drawing: str) -> list[str]:
    return [
        path.get("d", "")
        for path in ElementTree.fromstring(drawing).iter(f"{NAMESPACE}path")
        if path.get("fill") == "none"
    ]


def test_a_curve_goes_down_in_steps() -> None:
    (path,) = lines(svg([Curve("a", "county", ((1.0, 0.5), (10.0, 0.25), (100.0, 0.0)))], "差距"))
    heights = [float(value) for value in re.findall(r"V([\d.]+)", path)]
    begin = float(path.split("H")[0].split()[1])
    assert len(heights) == 2 and begin < heights[0] < heights[1]


def test_nothing_leaves_the_frame() -> None:
    drawing = svg([Curve("a", "county", ((0.0, 3.0), (0.001, 0.9), (5000.0, 0.0)))], "差距")
    numbers = [
        float(value) for path in lines(drawing) for value in re.findall(r"[MHV ]([\d.]+)", path)
    ]
    assert numbers and all(0 <= value <= max(WIDTH, HEIGHT) for value in numbers)


def test_groups_share_a_colour_and_names_are_escaped() -> None:
    drawing = svg(
        [
            Curve("a<b", "county", ((1, 0.1),)),
            Curve("c", "county", ((1, 0.2),)),
            Curve("d", "city", ((1, 0.3),)),
        ],
        "x&y",
    )
    colours = [
        path.get("stroke")
        for path in ElementTree.fromstring(drawing).iter(f"{NAMESPACE}path")
        if path.get("fill") == "none"
    ]
    assert colours[0] == colours[1] != colours[2]


def test_without_any_gap_there_are_still_axes() -> None:
    assert lines(svg([Curve("a", "county", ())], "差距")) == []


def test_the_command_draws_what_it_measured(problem_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "gap.svg"
    result = CliRunner().invoke(
        app, ["benchmark", str(problem_file), "--time-limit", "20", "--plot", str(target)]
    )
    assert result.exit_code == 0
    assert len(lines(target.read_text(encoding="utf-8"))) == 1
