"""Compile the kernel once per machine: `python -m assignment.core.solver.kernel.warm`. Numba keeps the result beside the sources.

Compiling takes half a minute. A solve that finds the kernel cold starts this in a child process and searches with CP-SAT meanwhile.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import llvmlite
import numba
from llvmlite import binding


def marker() -> Path:
    """A file whose presence says that these sources are compiled for this machine."""
    from assignment.core.solver.kernel import search

    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), *sorted((here.parent / "columns").glob("*.py"))]
    stamps = [f"{path.name}:{path.stat().st_mtime_ns}" for path in sources]
    machine = [sys.version, numba.__version__, llvmlite.__version__, binding.get_host_cpu_name()]
    digest = hashlib.sha256("\n".join([*stamps, *machine]).encode()).hexdigest()[:16]
    return Path(search.anneal.stats.cache_path) / f"kernel-{digest}.ready"


def is_warm() -> bool:
    return marker().exists()


def compile_all() -> None:
    """Call every compiled function once, on the smallest problem there is."""
    from assignment.core.problem import parse
    from assignment.core.solver.kernel.annealer import Annealer

    problem = parse(_TINY)
    annealer = Annealer(problem, {"workload": 1}, 1000, 1)
    annealer.construct(lambda: False)
    annealer.anneal(1, 1.0, 1.0)
    annealer.load(annealer.draft())
    path = marker()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def compile_beside() -> subprocess.Popen[bytes]:
    """Compile in a child process; the caller goes on and asks `is_warm` from time to time."""
    return subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


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

if __name__ == "__main__":
    compile_all()
