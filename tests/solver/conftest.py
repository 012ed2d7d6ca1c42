"""Clocks that do not mind what else the machine does."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from assignment.solver import budget


@pytest.fixture
def working_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solve by the clock counts the seconds that this process works, not those that it waits."""
    monkeypatch.setattr(budget, "time", SimpleNamespace(perf_counter=time.process_time))


@pytest.fixture
def nothing_but_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solve that counts its work is ended by that alone: its clock stands still.

    Otherwise a busy machine may reach the limit in seconds first, and one plan is worth less work
    than another. What hangs is ended by whoever waits for the tests.
    """
    monkeypatch.setattr(budget.Counted, "elapsed", 0.0)
    monkeypatch.setattr(budget.Counted, "left", 600.0)
