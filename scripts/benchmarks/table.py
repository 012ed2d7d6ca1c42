"""对照表: runs of a contest as rows, with each method's value and time as a multiple of ours."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from scripts import console
from scripts.benchmarks.contest import OURS, Run

HEADINGS = (
    "问题",
    "方法",
    "目标值",
    "下界",
    "未安排",
    "最弱",
    "总分",
    "首案秒",
    "秒",
    "CPU 秒",
    "MB",
    "目标÷我",
    "秒÷我",
    "复核",
)
PACKAGES = ("ortools", "scipy", "numba", "timefold")


def rows(runs: Sequence[Run]) -> list[tuple[str, ...]]:
    """Runs of one problem; ours among them."""
    ours = next((run for run in runs if run.method == OURS), None)
    return [_row(run, ours) for run in runs]


def _row(run: Run, ours: Run | None) -> tuple[str, ...]:
    plan = run.plan
    if plan is None or not plan.groups:
        verdict = run.failure or (console.STATUS[plan.status] if plan else "无解")
        return (
            run.name,
            run.method,
            *["—"] * 6,
            _figure(run.seconds),
            _figure(run.cpu),
            _whole(run.megabytes),
            "—",
            "—",
            verdict,
        )
    by_score = bool(run.problem.affinity)
    best = ours.plan if ours is not None else None
    # An objective with cases left out, or of a plan that breaks rules, compares with nothing.
    fair = (
        best is not None
        and not plan.unassigned
        and not best.unassigned
        and not run.broken
        and not run.problem.order
    )
    return (
        run.name,
        run.method,
        console.number(plan.objective),
        console.number(plan.bound),
        str(len(plan.unassigned)),
        console.number(-plan.scorecard["fairness"]) if by_score else "—",
        console.number(-plan.scorecard["affinity"]) if by_score else "—",
        _figure(run.first),
        _figure(run.seconds),
        _figure(run.cpu),
        _whole(run.megabytes),
        _ratio(plan.objective, best.objective) if fair and best is not None else "—",
        _ratio(run.seconds, ours.seconds) if ours is not None else "—",
        f"{run.broken} 处不符" if run.broken else "通过",
    )


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _whole(value: int | None) -> str:
    return "—" if value is None else str(value)


def _ratio(value: float | None, unit: float | None) -> str:
    return "—" if value is None or not unit else f"{value / unit:.3g}"


def markdown(lines: Iterable[Sequence[str]]) -> str:
    right = {
        "目标值",
        "下界",
        "未安排",
        "最弱",
        "总分",
        "首案秒",
        "秒",
        "CPU 秒",
        "MB",
        "目标÷我",
        "秒÷我",
    }
    rule = ["---:" if heading in right else "---" for heading in HEADINGS]
    return "\n".join("| " + " | ".join(line) + " |" for line in (HEADINGS, rule, *lines))


def machine(today: date, packages: Sequence[str] = PACKAGES) -> str:
    """When and where: without it the seconds mean nothing."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in _lines(Path("/proc/cpuinfo"))
            if line.startswith("model name")
        ),
        platform.processor() or "?",
    )
    memory = next(
        (
            int(line.split()[1]) // (1 << 20)
            for line in _lines(Path("/proc/meminfo"))
            if line.startswith("MemTotal")
        ),
        0,
    )
    versions = "，".join(f"{name} {_version(name)}" for name in packages if _version(name))
    return (
        f"{today.isoformat()}，{model} × {os.cpu_count()}，{memory} GiB，Python"
        f" {platform.python_version()}，{versions}"
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
