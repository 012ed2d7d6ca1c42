"""专家库的实测, small: the figures are taken from a real server, and every save of the crowd is
stored.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from expert_pool.ledger import migrate
from scripts.benchmarks import measure_register


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


def test_an_import_is_timed_and_a_row_that_is_taken_is_not_called_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure_register, "IMPORTED", 60)
    taken, refused = measure_register.imports(tmp_path)
    assert "新增 60 人" in taken.figure and taken.kept
    assert refused.kept is False  # 61 rows are within the real limit
