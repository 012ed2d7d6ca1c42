from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assignment.solver.limits import Limits
from award.groups import jobs
from expert_pool.core.actor import Actor, Role
from tests.api import drawn, story
from tests.api import world as worlds
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
    yield from _open(tmp_path, fresh=False)


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office shared by tests that only look; a trial has run, a candidate set is published, and
    a solve is waiting in it.
    """
    # An application of its own: the shared one is furnished anew for every other world.
    for office in _open(tmp_path_factory.mktemp("office"), fresh=True):
        drawn.finish_trial(office.world, office.year)
        drawn.publish_set(office.world, office.year)
        clerk = Actor(office.world.accounts[Role.SECRETARIAT], "经办", Role.SECRETARIAT)
        with office.world.ledger.write(clerk) as uow:
            jobs.start(uow, story.YEAR, Limits())
            uow.commit()
        yield office


def _open(directory: Path, *, fresh: bool) -> Iterator[Office]:
    file, year = story._template()
    world = worlds.build(directory, file, fresh=fresh)
    yield Office(world, year)
    world.app.state.engine.close()
    world.ledger.close()
