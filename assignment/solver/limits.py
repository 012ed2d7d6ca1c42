"""What a solve may use, and what it reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assignment.solution import Plan


@dataclass(frozen=True)
class Limits:
    """`time_limit` is wall seconds for everything, model building included.

    `deterministic`: same call, same plan, whatever the load.
    """

    time_limit: float = 60.0
    seed: int = 1
    workers: int = 2
    deterministic: bool = False


@dataclass(frozen=True)
class Progress:
    """One line of live progress.

    `objective`/`bound` are None until known; `plan` is set when it is a new best one.
    """

    elapsed: float
    phase: str  # a short Chinese text: 预检、初始编组、改进、证明界限
    objective: int | None
    bound: int | None
    unassigned: int
    plan: Plan | None = None


OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]
