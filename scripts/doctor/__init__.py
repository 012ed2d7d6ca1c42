"""体检: what is wrong with an installation and what to do about it, one sentence each; nothing is
changed.

A check takes the installation and gives its findings; the later rooms are only entered when the
earlier ones are sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from api.settings import BadSettings, Settings, load
from award.scoring.follow import open_ledger
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.engine import refusals
from scripts.doctor import engines, files, records

Clock = Callable[[], datetime]


def findings(clock: Clock) -> Iterator[str]:
    """Sentences, each naming what is wrong and what to do; none for a sound installation."""
    try:
        settings = load()
    except BadSettings as bad:
        yield from bad.faults
        return
    for check in (*files.CHECKS, *engines.CHECKS):
        yield from check(settings, clock())
    yield from _of_database(settings, clock)


def _of_database(settings: Settings, clock: Clock) -> Iterator[str]:
    missing = engines.missing_driver(settings)
    if missing:
        yield missing
        return
    try:
        yield from _of_records(settings, clock)
    except Refusal as refusal:
        yield refusal.message_zh


def _of_records(settings: Settings, clock: Clock) -> Iterator[str]:
    with refusals():
        secret = files.secret_of(settings)
        ledger = open_ledger(settings.database_url, clock, secret=secret)
        try:
            for check in records.CHECKS:
                yield from check(settings, ledger)
        finally:
            ledger.close()
