"""For all tests: passwords are hashed by the real algorithm at its least cost; one event loop answers all requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from expert_pool import passwords
from tests import portal

# Before anything is hashed.
THE_PROGRAMS_COST = dict(passwords.COST)
passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def event_loop_of_requests() -> Iterator[None]:
    with portal.opened():
        yield
