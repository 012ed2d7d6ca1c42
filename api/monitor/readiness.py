"""就绪检查: what must be right before people are sent here, and what may be wanting for a while.

Nothing is repaired and nothing explained: `expert-pool doctor` says what to do.
"""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from api.settings import Settings, secret_faults
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, migrate
from expert_pool.ledger.seal import Seal

State = Literal["ok", "degraded", "failed"]
# Below this share of free space writes will soon begin to fail (reliability T13).
LOW_SHARE = 0.10
SCHEDULER_SECONDS = 1.0


@dataclass(frozen=True)
class Checks:
    """Each by itself; without the first three nobody can work here."""

    database: State
    schema: State
    key: State
    solver: State
    disk: State

    @property
    def status(self) -> State:
        if "failed" in (self.database, self.schema, self.key):
            return "failed"
        return "ok" if self.solver == self.disk == "ok" else "degraded"


def look(ledger: Ledger, settings: Settings) -> Checks:
    """One short read transaction, two files and at most one connection to a scheduler."""
    database, schema = _database(ledger)
    return Checks(
        database=database,
        schema=schema,
        key="ok" if _key_stands(ledger, settings) else "failed",
        solver="ok" if _can_solve(settings.dask_scheduler) else "degraded",
        disk="ok" if free_share(settings) >= LOW_SHARE else "degraded",
    )


def free_share(settings: Settings) -> float:
    """Free part of the disk that holds the data, 0 to 1."""
    usage = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".")
    return usage.free / usage.total


def _database(ledger: Ledger) -> tuple[State, State]:
    try:
        with ledger.read() as session:
            connection = session.connection()
            try:
                migrate.check(connection)
            except Refusal:
                return "ok", "failed"
    except (SQLAlchemyError, Refusal):
        return "failed", "failed"
    return "ok", "ok"


def _key_stands(ledger: Ledger, settings: Settings) -> bool:
    """The key file is still the one this process began with."""
    if secret_faults(settings.secret_file):
        return False
    return Seal(settings.secret_file.read_bytes().strip()).mark("") == ledger.seal.mark("")


def _can_solve(scheduler: str) -> bool:
    if find_spec("ortools") is None:
        return False
    return not scheduler or answers(scheduler)


def answers(scheduler: str) -> bool:
    """Whether anybody listens at the scheduler's address."""
    parts = urlsplit(scheduler)
    try:
        address = (parts.hostname or "", parts.port or 8786)
        with socket.create_connection(address, SCHEDULER_SECONDS):
            return True
    except (OSError, ValueError):
        return False
