"""Every hostile file is refused with its reason, within a second, before any row comes out; every
merely messy one is read.
"""

import io
import random
import time
import tracemalloc
import zipfile
from datetime import date

import pytest

from expert_pool.core import roster
from expert_pool.facts.intake import Context, RawTable
from expert_pool.facts.refusal import Refusal
from expert_pool.spreadsheet import read_table
from expert_pool.spreadsheet.guard import MAX_ROWS
from tests.hostile import corpus

CONTEXT = Context(2026, (date(2026, 9, 7), date(2026, 9, 25)))
SECONDS = 1.0


@pytest.mark.parametrize("name", corpus.REFUSED)
def test_hostile_file_is_refused_with_its_reason(name: str) -> None:
    make, code = corpus.REFUSED[name]
    data = make()
    start = time.thread_time()
    with pytest.raises(Refusal) as refusal:
        read_table(data, "上传.xlsx")
    assert time.thread_time() - start < SECONDS
    assert refusal.value.code == code
    assert any("\u4e00" <= char <= "\u9fff" for char in refusal.value.message_zh)


@pytest.mark.parametrize("name", corpus.READ)
def test_messy_file_is_read(name: str) -> None:
    table = read_table(corpus.READ[name](), "上传.xlsx")
    parsed = roster.parse_rows(table, roster.map_headings(table.headings, {}, table.rows), CONTEXT)
    assert parsed.problems == ()
    assert [(draft.name, draft.phone, draft.birth) for draft in parsed.drafts] == [
        ("赵龙", "18022930067", date(1961, 11, 9))
    ]


def test_formula_refusal_names_the_cell() -> None:
    with pytest.raises(Refusal, match="F2"):
        read_table(corpus.formula("=1+1"), "上传.xlsx")


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    data = corpus.cached_bomb()
    tracemalloc.start()
    with pytest.raises(Refusal):
        read_table(data, "上传.xlsx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def _mutants(seed: int, number: int) -> list[bytes]:
    """The plain workbook with bytes changed, either of the archive or of a part inside it."""
    generator = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(corpus.plain())) as archive:
        names = archive.namelist()
    found = []
    for _ in range(number):
        if generator.random() < 0.5:
            data = bytearray(corpus.plain())
            for _ in range(generator.randint(1, 8)):
                data[generator.randrange(len(data))] = generator.randrange(256)
            found.append(bytes(data))
        else:
            name = generator.choice(names)

            def change(parts: dict[str, bytes], name: str = name) -> None:
                part = bytearray(parts[name])
                for _ in range(generator.randint(1, 8)):
                    part[generator.randrange(len(part))] = generator.randrange(256)
                parts[name] = bytes(part)

            found.append(corpus.repacked(change))
    return found


def _survives(data: bytes) -> None:
    try:
        table = read_table(data, "上传.xlsx")
    except Refusal:
        return
    assert isinstance(table, RawTable)
    try:
        roster.parse_rows(table, roster.map_headings(table.headings, {}, table.rows), CONTEXT)
    except Refusal as refusal:
        assert refusal.code == "no-name-column"


def test_damaged_files_are_read_or_refused_never_a_crash() -> None:
    for data in _mutants(1, 150):
        _survives(data)


@pytest.mark.long
def test_five_thousand_damaged_files() -> None:
    for data in _mutants(2, 5_000):
        _survives(data)


def _seconds_for(number: int) -> float:
    rows = "".join(
        f"{n},赵{chr(0x4E00 + n)},1961/11/9,某院,138{n:08},,袜业、弹簧,9.8-9.11\n"
        for n in range(number)
    )
    data = (",".join([*corpus.HEADINGS, "熟悉行业", "不便时间"]) + "\n" + rows).encode()
    start = time.thread_time()
    table = read_table(data, "上传.csv")
    parsed = roster.parse_rows(table, roster.map_headings(table.headings, {}, table.rows), CONTEXT)
    assert len(parsed.drafts) == number
    return time.thread_time() - start


def test_two_thousand_rows_are_read_within_three_seconds() -> None:
    assert _seconds_for(2_000) < 3


@pytest.mark.long
def test_as_many_rows_as_a_sheet_may_have_are_read_within_ten_seconds() -> None:
    assert _seconds_for(MAX_ROWS) < 10
