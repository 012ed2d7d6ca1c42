"""Compile the kernel once per machine: `python -m assignment.solver.kernel.warm`. Numba keeps the
result beside the sources.

Compiling takes one to three minutes of one processor; two processes share it. A solve that finds
the kernel cold starts this in a child process and searches with CP-SAT meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba.core.dispatcher import Dispatcher

from assignment.solver.kernel import CACHE, state_of

# Columns and prices are compiled into the same folder and call the kernel; they change on their
# own.
CALLERS = ("columns", "prices")
MARKER = CACHE / "-".join(
    ["ready", *(state_of(Path(__file__).parent.parent / caller) for caller in CALLERS)]
)
OTHER_END = "other-end"
# The number of the process that compiling ends with, where a service begins it; a command may be
# over long before.
ENDS_WITH = "ASSIGNMENT_COMPILING_ENDS_WITH"


def is_warm() -> bool:
    return MARKER.exists()


def compile_all() -> None:
    """Call every compiled function once, on the smallest problem there is; a second process begins
    at the other end.
    """
    for caller in CALLERS:
        for old in CACHE.glob(f"{caller}_*"):
            shutil.rmtree(old, ignore_errors=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    helper = None if os.cpu_count() == 1 else _start(OTHER_END)
    with one_at_a_time():
        _anneal(construct=True)
        # Found ready, unless there is no helper or it died.
        _generate()
        _price()
    if helper is not None:
        helper.wait()
    MARKER.touch()
    for old in CACHE.parent.glob("kernel-*"):
        if old != CACHE:
            shutil.rmtree(old, ignore_errors=True)


def load() -> None:
    """Bring the compiled search into this process: what the first annealing would do by itself."""
    _anneal(construct=True)


def help_compiling() -> None:
    """The columns first, which share little with the search; then what the search calls last."""
    with one_at_a_time():
        _generate()
        _price()
        _anneal(construct=False)


def _anneal(construct: bool) -> None:
    from assignment.problem import parse
    from assignment.solver.kernel.annealer import Annealer

    annealer = Annealer(parse(_TINY), {"workload": 1}, 1000, 1)
    if construct:
        annealer.construct(lambda: False)
    annealer.anneal(1, 1.0, 1.0)
    annealer.load(annealer.draft())


def _generate() -> None:
    from assignment.problem import parse
    from assignment.solver.columns.generation import Generation

    Generation(parse(_TINY), {"workload": 1}, lambda: False).run()


def _price() -> None:
    from assignment.problem import parse
    from assignment.solver.prices.bound import Prices
    from assignment.solver.prices.search import Guided

    tiny: dict[str, Any] = {**_TINY, "policy": {**_TINY["policy"], "regime": "panel"}}
    prices = Prices(parse(tiny), lambda goal: 0)
    prices.run(lambda: False, 1)
    prices.teams_below(100, 1)
    line = Guided(prices, 1)
    line.construct()
    line.anneal(1, 1.0)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Within it, of all processes on this machine only one compiles a function; the others wait and
    read what it kept.

    Numba's index of a function is read, extended and written without a lock. None of ours calls
    itself, so that nobody waits in a circle.
    """
    ours: Any = Dispatcher
    plain = ours.compile

    def compile_locked(dispatcher: Any, signature: Any) -> Any:
        function = dispatcher.py_func
        if not function.__module__.startswith("assignment."):
            return plain(dispatcher, signature)
        with (CACHE / f"{function.__module__}.{function.__qualname__}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return plain(dispatcher, signature)

    ours.compile = compile_locked
    try:
        yield
    finally:
        ours.compile = plain


_compiling: list[subprocess.Popen[bytes]] = []  # kept, or Python complains that nobody waits


def compile_beside() -> None:
    """Compile in a child process; the caller goes on and asks `is_warm` from time to time."""
    if not any(child.poll() is None for child in _compiling):
        _compiling[:] = [_start()]


def _start(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "assignment.solver.kernel.warm", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def end_with(process: int) -> None:
    """End this process when that one has ended; what is half compiled is begun anew another time.
    Without effect where the system cannot tell (before Linux 5.3).
    """
    try:
        other = os.pidfd_open(process)
    except ProcessLookupError:
        os._exit(1)
    except (AttributeError, OSError):
        return
    threading.Thread(target=_end_after, args=(other,), daemon=True).start()


def _end_after(other: int) -> None:
    select.select([other], [], [])
    os._exit(1)


_TINY: dict[str, Any] = {
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
    "cases": [
        {
            "id": "C",
            "industries": [],
            "place": "P",
            "half_days": 1,
            "effort": 1,
            "closed": [],
            "award": "QUALITY",
        }
    ],
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
    if ENDS_WITH in os.environ:
        end_with(int(os.environ[ENDS_WITH]))
    help_compiling() if sys.argv[1:] == [OTHER_END] else compile_alone()
