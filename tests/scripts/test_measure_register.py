"""专家库的实测, small: the figures are taken from a real server, and every save of the crowd is
stored.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from api import settings
from award.scoring.follow import open_ledger
from expert_pool import register
from expert_pool.ledger import audit, migrate
from scripts.benchmarks import measure_register
from tests import cast
from tests.storage import CLERK, Clock


def test_a_crowd_that_saves_at_once_is_stored_and_one_record_changes_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure_register, "AT_ONCE", 12)
    url = f"sqlite:///{tmp_path}/pool.db"
    migrate.upgrade(url)
    with measure_register.serving(url, tmp_path) as site:
        saves, edits = measure_register.at_once(site, "SQLite")
    assert saves.kept and saves.figure.startswith("12 份存下，答复 204 × 12")
    assert edits.kept and edits.figure == "答复 204 × 1、412 × 11"


def test_a_named_database_is_measured_with_the_key_that_sealed_its_log(
    tmp_path: Path,
) -> None:
    made, folder = tmp_path / "made", tmp_path / "measured"
    made.mkdir()
    folder.mkdir()
    url = f"sqlite:///{made}/pool.db"
    migrate.upgrade(url)
    ledger = open_ledger(url, Clock(), settings.read_secret(made / "secret.key"))
    with ledger.write(CLERK) as uow:
        uow.begin_sealing()
        register.enrol(uow, cast.expert("张三", "某单位"))
        uow.commit()
    ledger.close()
    measure_register._copied(made / "pool.db", folder / "pool.db", folder / "secret.key")
    key = settings.read_secret(folder / "secret.key")
    copied = open_ledger(f"sqlite:///{folder}/pool.db", Clock(), key)
    with copied.read() as session:
        assert audit.sealed(session) and audit.fits(session)
    copied.close()


def test_an_import_is_timed_and_a_row_that_is_taken_is_not_called_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure_register, "IMPORTED", 60)
    taken, refused = measure_register.imports(tmp_path)
    assert "新增 60 人" in taken.figure and taken.kept
    assert refused.kept is False  # 61 rows are within the real limit
