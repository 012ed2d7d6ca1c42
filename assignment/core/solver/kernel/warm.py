"""Compile the kernel once per machine: `python -m assignment.core.solver.kernel.warm`. Numba keeps the result beside the sources.

Compiling takes half a minute. A solve that finds the kernel cold starts this in a child process and searches with CP-SAT meanwhile.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

from assignment.core.solver.kernel import CACHE, state_of

# The columns are compiled into the same folder and call the kernel; they change on their own.
MARKER = CACHE / f"ready-{state_of(Path(__file__).parent.parent / 'columns')}"


def is_warm() -> bool:
    return MARKER.exists()


def compile_all() -> None:
    """Call every compiled function once, on the smallest problem there is."""
    for old in CACHE.glob("columns_*"):
        shutil.rmtree(old, ignore_errors=True)
    from assignment.core.problem import parse
    from assignment.core.solver.columns.generation import Generation
    from assignment.core.solver.kernel.annealer import Annealer

    problem = parse(_TINY)
    annealer = Annealer(problem, {"workload": 1}, 1000, 1)
    annealer.construct(lambda: False)
    annealer.anneal(1, 1.0, 1.0)
    annealer.load(annealer.draft())
    Generation(problem, {"workload": 1}, lambda: False).run()
    CACHE.mkdir(parents=True, exist_ok=True)
    MARKER.touch()
    for old in CACHE.parent.glob("kernel-*"):
        if old != CACHE:
            shutil.rmtree(old, ignore_errors=True)


def compile_beside() -> subprocess.Popen[bytes]:
    """Compile in a child process; the caller goes on and asks `is_warm` from time to time."""
    return subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed words


_TINY = {
    "format": "assignment-problem/1",
    "id": "warm",
    "slots": [{"date": "2026-09-07", "half": "AM"}],
    "places": ["P"],
    "travel_minutes": [[0]],
    "reviewers": [
        {
            "id": "R",
            "quality": False,
            "industries": [],
            "leader": False,
            "seniority": 1,
            "employer": "U",
            "place": "P",
            "unavailable": [],
            "max_effort": 1,
            "carried_effort": 0,
            "max_groups": 1,
        }
    ],
    "cases": [{"id": "C", "industries": [], "place": "P", "half_days": 1, "effort": 1, "closed": [], "award": "QUALITY"}],
    "barred": [],
    "barred_pairs": [],
    "discouraged": [],
    "policy": {
        "regime": "standing",
        "group_size": [1, 1],
        "industry_level": "none",
        "quality_required": False,
        "leader_required": False,
        "same_employer": "allow",
        "same_day_travel_minutes": 60,
    },
    "weights": {},
}


def compile_alone() -> None:
    """Unless another process on this machine is at it."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with (CACHE.parent / "compiling.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        if not is_warm():
            compile_all()


if __name__ == "__main__":
    compile_alone()
