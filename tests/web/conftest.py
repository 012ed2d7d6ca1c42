from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from expert_pool.core.actor import Role
from tests.api import story
from tests.api.world import World


@dataclass(frozen=True)
class Office:
    """A told year with one drafted plan, and a browser without JavaScript for each person."""

    world: World
    year: story.Year

    def browser(self, role: Role) -> TestClient:
        client = self.world.client(role)
        # A browser's form carries the token in a field, and asks for pages.
        del client.headers["X-CSRF-Token"]
        client.headers["Accept"] = "text/html,application/xhtml+xml"
        return client

    def expert(self, position: int = 0) -> TestClient:
        client = self.world.expert_client(self.year.experts[position])
        del client.headers["X-CSRF-Token"]
        client.headers["Accept"] = "text/html,application/xhtml+xml"
        return client


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    world, year = story.build(tmp_path)
    yield Office(world, year)
    world.app.state.engine.close()
    world.ledger.close()
