from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api import world as worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[worlds.World]:
    built = worlds.build(tmp_path)
    yield built
    built.ledger.close()


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[worlds.World]:
    """A world whose application the test may alter."""
    built = worlds.build(tmp_path, fresh=True)
    yield built
    built.ledger.close()
