"""Files of the command line: what may not be read or written ends in one sentence, before work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from expert_pool import register
from expert_pool.ledger import Ledger
from scripts.cli import app
from scripts.files import Unreadable, Unwritable, check_output, read_json, read_problem
from scripts.same_ids import SameIds, former_ids
from tests import cast
from tests.storage import CLERK

VILLAGE = Path(__file__).parents[1] / "data" / "problems" / "village.json"
WINDOW = "2026-09-07..2026-09-25"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"barred": [["e1", "a1", "X"]], "barred": []}', "“barred”在同一个对象里写了两次"),
        ('{"a": {"id": 1, "id": 1}}', "“id”在同一个对象里写了两次"),
        ('{"a": %s}' % ("9" * 4301), "有 4301 位，太大了"),
        ('{"a": %s}' % ("9" * 4300), "有 4300 位，太大了"),
        ('{"a": -%s}' % ("9" * 40), "位，太大了"),
        ("[" * 200_000, "嵌套太深"),
        ('{"a": ', "第 1 行第 7 列读不下去"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "不是 JSON"),
    ],
)
def test_json_that_could_hide_something_or_never_end_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(Unreadable, match=said):
        read_json(write(tmp_path / "x.json", text))


@pytest.mark.parametrize("value", ["1000000000", "1000000001", "1e9", "NaN", "-Infinity", "1" * 30])
def test_a_huge_value_in_a_problem_is_answered_in_words(tmp_path: Path, value: str) -> None:
    text = json.dumps({"format": "assignment-problem/1", "id": "x", "slots": [], "places": "VALUE"})
    with pytest.raises(Unreadable):
        read_problem(write(tmp_path / "x.json", text.replace('"VALUE"', value)))


def test_an_output_is_checked_before_anything_is_computed(tmp_path: Path) -> None:
    check_output(tmp_path / "new" / "a?b #.json")
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "x.json", Path("/proc/x/y.json"), Path("a\0b")):
        with pytest.raises(Unwritable):
            check_output(path)


@pytest.mark.parametrize(
    "command",
    [
        ["solve", "{missing}", "-o", "/proc/x/plan.json"],
        [
            "plan",
            "{missing}",
            "{missing}",
            "--window",
            "2026-09-07..2026-09-25",
            "--out",
            "/proc/x",
        ],
        ["repair", "{missing}", "{missing}", "-o", "/proc/x"],
        ["draw", "pick", "{missing}", "1", "--source", "x", "-o", "/proc/x/y.json"],
    ],
)
def test_an_unwritable_output_has_its_own_exit_code(tmp_path: Path, command: list[str]) -> None:
    missing = str(tmp_path / "missing")
    result = CliRunner().invoke(app, [part.format(missing=missing) for part in command])
    assert result.exit_code == 3, result.output
    assert "不能在这个目录里写文件" in result.output
    assert list(tmp_path.iterdir()) == []


def test_ids_come_from_what_is_said() -> None:
    zhao = {"name": "赵龙", "employer": "甲院", "phone": "13812345678"}
    one, other = SameIds({}), SameIds({})
    first, twin = one("e", zhao), one("e", zhao)
    assert first != twin
    assert (other("e", zhao), other("e", zhao)) == (first, twin)
    assert other("e", {**zhao, "phone": "1"}) not in (first, twin)
    assert len({SameIds({})(prefix, {}) for prefix in ("t", "c", "v")}) == 3


def test_a_former_register_keeps_its_ids(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        uid = register.enrol(uow, cast.PEOPLE[0])
        uow.commit()
    person = cast.PEOPLE[0]
    former = former_ids(Path(sqlite_ledger.url.removeprefix("sqlite:///")))
    mended = {"name": person.name, "employer": person.employer, "phone": "13000000000"}
    assert SameIds(former)("e", mended) == uid
    ids = SameIds(former)
    assert len({ids("e", mended), ids("e", mended)}) == 2  # never one id for two people
    assert former_ids(write(tmp_path / "台账.db", "no database")) == {}
    assert former_ids(tmp_path / "none") == {}


def test_values_that_no_array_could_hold_are_refused_by_name(tmp_path: Path) -> None:
    village = json.loads(VILLAGE.read_text("utf-8"))

    def said(change: Callable[[dict[str, Any]], object]) -> str:
        document = json.loads(json.dumps(village))
        change(document)
        with pytest.raises(Unreadable) as refused:
            read_problem(write(tmp_path / "x.json", json.dumps(document)))
        return str(refused.value)

    assert "half_days" in said(lambda d: d["cases"][0].update(half_days=10**9))
    assert "group_size" in said(lambda d: d["policy"].update(group_size=[3, 10**9]))
    visit = {"case": "A2", "start": 10**9, "half_days": 1}
    assert "previous" in said(lambda d: d["previous"]["groups"][0].update(visits=[visit]))
