"""隔离读表: the child process gives the same table and the same refusals, and its death is told in
words and hurts nobody.
"""

from __future__ import annotations

import os
import sys
from datetime import date

import pytest

from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawRow, RawTable, parse_table, table_json
from expert_pool.spreadsheet import apart, read_apart, read_table, write_table
from tests.hostile import corpus

SAMPLE = write_table(
    ["姓名", "手机", "出生日期"],
    [["赵龙", "18022930067", date(1961, 11, 9)], ["钱 一", "1.8e10", None]],
    title="名册",
)


def test_the_child_reads_what_the_parent_would() -> None:
    assert read_apart(SAMPLE, "a.xlsx", "expert") == read_table(SAMPLE, "a.xlsx", "expert")


def test_a_refusal_of_the_child_arrives_whole() -> None:
    with pytest.raises(Refusal, match="F2") as refused:
        read_apart(corpus.formula("=1+1"), "a.xlsx")
    assert (refused.value.code, refused.value.params["cell"]) == ("formula", "F2")


def child(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(
        apart, "_CHILD", f"from expert_pool.spreadsheet import apart; apart._limit(); {program}"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits there")
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("x = bytearray(2_000_000_000)", "too-large"),
        ("import os; os.kill(os.getpid(), 9)", "too-large"),
        ("import os; os.abort()", "too-large"),
        ("import os; os.kill(os.getpid(), 11)", "damaged"),
        ("raise ValueError", "damaged"),
        ("import time; time.sleep(60)", "too-large"),
    ],
)
def test_a_child_that_runs_wild_or_dies_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, program: str, code: str
) -> None:
    child(monkeypatch, program)
    monkeypatch.setattr(apart, "SECONDS", 2.0)
    with pytest.raises(Refusal) as refused:
        read_apart(SAMPLE, "a.xlsx")
    assert refused.value.code == code
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.message_zh)


def test_the_child_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_POOL_DATABASE_URL", "postgresql://u:secret@db/x")
    told = "import os, json; print(json.dumps(['told', ','.join(sorted(os.environ)), '', {}]))"
    child(monkeypatch, told)
    with pytest.raises(Refusal) as refused:
        read_apart(SAMPLE, "a.xlsx")
    assert "PATH" in refused.value.message_zh and "EXPERT_POOL" not in refused.value.message_zh
    assert os.environ["EXPERT_POOL_DATABASE_URL"]


def test_a_table_survives_the_way_as_text() -> None:
    rows = (
        RawRow(4, {"a": date(2026, 1, 2), "b": "2026-01-02", "c": 1.5, "d": None}, hidden=True),
    )
    table = RawTable("S", "题", 3, ("a", "b", "c", "d"), rows, ("注",))
    assert parse_table(table_json(table)) == table
