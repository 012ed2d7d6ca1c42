from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from award.duties import duties
from expert_pool.core.actor import Actor, Role
from expert_pool.ledger import Ledger, backup
from tests.storage import Clock, copy_sqlite
from tests.use_cases.world import YEAR, World, build, fingerprint


@pytest.fixture(scope="session")
def told_once(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, World]:
    """A house with a published plan, one of whose three members has declined; built once and copied
    for every test.
    """
    folder = tmp_path_factory.mktemp("told")
    opened = Ledger(copy_sqlite(sqlite_template, folder), Clock())
    world = build(opened)
    her = Actor(world.expert("李五金"), "李五金", Role.EXPERT)
    with opened.write(her) as uow:
        duties.answer_duty(
            uow, her.id, YEAR, fingerprint(uow, world, her.name), False, "personal", "手术"
        )
        uow.commit()
    opened.close()
    return backup.backup(f"sqlite:///{folder / 'pool.db'}", folder / "whole.db"), world


@pytest.fixture
def told(told_once: tuple[Path, World], tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(copy_sqlite(told_once[0], tmp_path), Clock())
    yield opened
    opened.close()


@pytest.fixture
def world(told_once: tuple[Path, World]) -> World:
    return told_once[1]
