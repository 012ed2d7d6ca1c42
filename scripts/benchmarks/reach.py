"""目标对照: generated problems of every size and both regimes, against what was to be reached, and
against the gaps before prices and lists (docs/benchmarks.md, 2026-11-28); a Markdown table and a
plot for each size in one run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from assignment.problem import Problem, Regime
from assignment.solver.limits import Limits
from scripts import console
from scripts.benchmarks.benchmark import Result, measure
from scripts.benchmarks.instances import generate
from scripts.benchmarks.plot import Curve, svg
from scripts.benchmarks.table import machine
from scripts.files import read_problem, write_bytes


@dataclass(frozen=True)
class Target:
    """What problems of this kind shall reach: a gap (0: proved best) within so many seconds."""

    size: str
    regime: Regime
    gap: float
    seconds: float
    numbers: tuple[int, ...]


TARGETS = (
    Target("county", "standing", 0.0, 10, (11, 12, 13, 14, 15, 16)),
    Target("county", "panel", 0.0, 60, (11, 12, 13, 14)),
    Target("city", "standing", 0.02, 120, (11, 12, 13, 14, 15, 16)),
    Target("city", "panel", 0.02, 120, (11, 12)),
    Target("province", "standing", 0.03, 600, (1,)),
    Target("province", "panel", 0.01, 600, (1,)),
    Target("stress", "standing", 0.05, 600, (1,)),
    Target("stress", "panel", 0.02, 600, (1,)),
)
# Per cent on two quiet cores; 0 where proved best.
BEFORE = {
    **{f"county-{number}": 0.0 for number in range(11, 17)},
    "county-panel-11": 0.0,
    "county-panel-12": 1.4,
    "county-panel-13": 0.5,
    "county-panel-14": 0.8,
    "county-panel-p1": 0.4,
    "city-11": 6.6,
    "city-p1": 2.1,
    "city-p2": 2.0,
    "city-panel-11": 1.7,
    "city-panel-p1": 3.1,
    "province-p1": 6.8,
    "province-panel-p1": 12.9,
    "stress-p1": 8.6,
    "stress-panel-1": 22.8,
}
HEADINGS = (
    "problem",
    "limit s",
    "first plan s",
    "objective",
    "proven bound",
    "gap %",
    "to reach %",
    "before %",
    "seconds",
    "check",
)


@dataclass(frozen=True)
class Paper:
    """Where what was measured goes: `folder` for plots, `page` for the tables between the marks of
    each size (docs/benchmarks.md).
    """

    folder: Path | None = None
    page: Path | None = None


def run(
    files: list[Path],
    limits: Limits,
    most: float | None,
    paper: Paper,
    sizes: Sequence[str] = (),
) -> int:
    """Problems of these sizes, or of all; `most` seconds each at most, where there is less time
    than the targets allow. A size is written down when it is done, and a problem that fails is a
    line that says so. Exit code 1 when the checker objects to any plan, or a problem failed.
    """
    listed, broken = _problems(files), False
    for size in dict.fromkeys(target.size for target in TARGETS):
        if sizes and size not in sizes:
            continue
        lines, curves = [_line(HEADINGS), _line(["---"] * len(HEADINGS))], []
        for name, make, target in listed:
            if target.size != size:
                continue
            limit = target.seconds if most is None else min(most, target.seconds)
            try:
                result = measure(name, make(), replace(limits, time_limit=limit))
            except Exception as reason:
                result = Result(name, size, "失败", None, None, None, 0, 0.0, f"失败：{reason!r}")
            lines.append(_line(row(result, target, limit)))
            curves.append(Curve(name, target.regime, result.curve))
            broken = broken or result.verdict != "通过"
            console.err.print(lines[-1], markup=False)
        _write(
            paper,
            size,
            "\n".join([when(f"{limits.workers} 个线程", limits.workers), "", *lines]),
            curves,
        )
    return 1 if broken else 0


def when(how: str, own: int = 2) -> str:
    """Machine, time and load of a measurement that itself makes a load of `own`."""
    now, load = datetime.now().astimezone(), os.getloadavg()[2]
    return (
        f"{machine(now.date())}；{now:%H:%M} 测毕，{how}，"
        f"前一刻钟负载 {load:.1f}（本机测量自身约占 {own}）"
    )


def _write(paper: Paper, size: str, table: str, curves: list[Curve]) -> None:
    console.out.print(f"\n{table}", markup=False, soft_wrap=True)
    if paper.folder is not None and any(curve.points for curve in curves):
        drawn = svg(curves, "差距随时间")
        write_bytes(paper.folder / f"gap-{size}.svg", drawn.encode())
    if paper.page is not None:
        write_bytes(paper.page, within(paper.page, f"reach {size}", table).encode())


def within(path: Path, mark: str, table: str) -> str:
    """The page at `path` with this table between the two marks, or behind all else where it has no
    such marks.
    """
    page = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    if begin not in page or end not in page:
        page = f"{page.rstrip()}\n\n{begin}\n{end}\n"
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n\n{table}\n\n{end}{rest.split(end, 1)[1]}"


def row(result: Result, target: Target, limit: float) -> list[str]:
    """One line of the table."""
    gap = None
    if result.objective is not None and result.bound is not None:
        gap = 100 * (result.objective - result.bound) / max(1, abs(result.objective))
    before = BEFORE.get(result.name)
    return [
        result.name,
        f"{limit:g}",
        "–" if result.first is None else f"{result.first:.1f}",
        console.number(result.objective),
        console.number(result.bound),
        "–" if gap is None else f"{gap:.1f}" if gap else "**proved**",
        f"{100 * target.gap:g}" if target.gap else "proved",
        "–" if before is None else f"{before:g}" if before else "proved",
        f"{result.seconds:.1f}",
        result.verdict,
    ]


def _problems(files: list[Path]) -> list[tuple[str, Callable[[], Problem], Target]]:
    """Files whose name begins with their size, then those to be made, when their turn comes."""
    listed: list[tuple[str, Callable[[], Problem], Target]] = []
    for path in files:
        problem = read_problem(path)
        for target in TARGETS:
            if path.stem.startswith(target.size) and problem.policy.regime == target.regime:
                listed.append((path.stem, partial(read_problem, path), target))
    for target in TARGETS:
        kind = "" if target.regime == "standing" else "-panel"
        for number in target.numbers:
            name = f"{target.size}{kind}-{number}"
            listed.append((name, partial(generate, target.size, number, target.regime), target))
    return listed


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
