"""The sealed archive: the same bytes wherever it is made, every changed byte named, replayed by
one command.
"""

from __future__ import annotations

import json
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import bagit
import pytest
from typer.testing import CliRunner

from award.archive.core import bag
from award.archive.core.replay import book_path, receipt, replay, without_names
from award.decision.core.canonical import canonical
from award.decision.core.decide import decide
from scripts.cli import app
from tests.award.random_years import Json, random_year, to_bytes


def payload(value: Json) -> dict[str, bytes]:
    """A bag's files for a random year: its books with true receipts."""
    files: dict[str, bytes] = {}
    for case in value["cases"]:
        for stage in ("document", "site"):
            for book in case[stage]["books"]:
                marks = {no: {"percent": one} for no, one in book["percents"].items()}
                text = json.dumps({"marks": marks, "start": {}}, sort_keys=True)
                nonce = f"{case['id']}{stage}{book['reviewer']}"
                book["receipt"] = receipt(text, nonce)
                path = book_path(stage, case["id"], book["receipt"]).removeprefix("data/")
                files[path] = canonical({"book": text, "nonce": nonce, "state": book["state"]})
    files["year.json"] = to_bytes(value)
    files["decision.json"] = decide(files["year.json"])
    files["names.json"] = canonical({"cases": {"c00": "诸暨某某公司"}})
    return files


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return bag.pack("award-2026", payload(random_year(3)), {"Title": "2026年度"}, date(2026, 12, 1))


def test_a_bag_is_the_same_bytes_again(sealed: bytes) -> None:
    again = payload(random_year(3))
    turned = dict(reversed(again.items()))
    assert bag.pack("award-2026", turned, {"Title": "2026年度"}, date(2026, 12, 1)) == sealed
    assert bag.verify(sealed) == ()


def test_any_changed_byte_is_named(sealed: bytes) -> None:
    rng = Random(7)
    with zipfile.ZipFile(__import__("io").BytesIO(sealed)) as archive:
        entries = archive.infolist()
        directory = archive.start_dir
    for at in sorted(rng.sample(range(len(sealed)), 200)):
        changed = bytearray(sealed)
        changed[at] ^= 1 << rng.randrange(8)
        faults = bag.verify(bytes(changed))
        assert faults, at
        if at < directory:
            inside = max((one for one in entries if one.header_offset <= at), key=_offset)
            assert inside.filename.partition("/")[2] in {one.file for one in faults}, at


def _offset(entry: zipfile.ZipInfo) -> int:
    return entry.header_offset


def test_bytes_before_and_after_are_named(sealed: bytes) -> None:
    assert bag.verify(sealed + b"x")
    assert bag.verify(b"x" + sealed)
    assert bag.verify(sealed[:-1])
    assert bag.verify(b"") == (bag.Fault(bag.WHOLE, "不能读出，归档包已损坏。"),)


def test_files_added_and_taken_are_named(sealed: bytes) -> None:
    name, files = bag.unpack(sealed)
    more = bag._zip(name, files | {"data/more.txt": b""})
    assert {one.file for one in bag.verify(more)} == {"data/more.txt", bag.MANIFEST}
    less = bag._zip(name, {path: files[path] for path in files if path != "data/year.json"})
    assert {one.file for one in bag.verify(less)} == {"data/year.json", bag.MANIFEST}


def test_other_programs_verify_it_too(sealed: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(__import__("io").BytesIO(sealed)) as archive:
        archive.extractall(tmp_path)
    inside = tmp_path / "award-2026"
    for manifest in (bag.MANIFEST, bag.TAGS):
        done = subprocess.run(
            ["sha256sum", "--strict", "--quiet", "-c", manifest], cwd=inside, capture_output=True
        )
        assert done.returncode == 0, done.stderr
    assert bagit.Bag(str(inside)).validate() is True


def test_replay_goes_from_the_scorebooks_to_the_winners(sealed: bytes) -> None:
    files = bag.unpack(sealed)[1]
    made = replay(files)
    assert made.faults == ()
    assert made.decision == files["data/decision.json"]


@pytest.mark.parametrize("what", ["book", "nonce", "percent", "decision", "extra", "gone"])
def test_what_does_not_agree_is_named_even_in_a_sound_bag(sealed: bytes, what: str) -> None:
    files = dict(bag.unpack(sealed)[1])
    path = next(name for name in files if name.startswith("data/scorebooks/document/"))
    book: dict[str, Any] = json.loads(files[path])
    if what == "book":
        book["book"] = book["book"].replace("5}", "0}", 1)
    elif what == "nonce":
        book["nonce"] += "1"
    elif what == "percent":
        year = json.loads(files["data/year.json"])
        parts = path.split("/")
        case = next(one for one in year["cases"] if one["id"] == parts[3])
        case["document"]["books"][0]["percents"]["4.1.2"] = 100
        files["data/year.json"] = canonical(year)
        files["data/decision.json"] = decide(files["data/year.json"])
        path = book_path("document", case["id"], case["document"]["books"][0]["receipt"])
    elif what == "decision":
        path = "data/decision.json"
        files[path] = files[path].replace(b'"year":2026', b'"year":2025')
    elif what == "gone":
        del files[path]
    if what in ("book", "nonce"):
        files[path] = canonical(book)
    if what == "extra":
        files["data/scorebooks/document/c00/zz.json"] = files[path]
        path = "data/scorebooks/document/c00/zz.json"
    assert path in {one.file for one in replay(files).faults}


@pytest.mark.parametrize("name", ["report", "settings", "evaluation", "honours"])
def test_papers_that_tell_another_story_are_named(sealed: bytes, name: str) -> None:
    """A forger who makes year file, decision and manifests anew leaves the signed papers behind."""
    files = dict(bag.unpack(sealed)[1])
    year, made = json.loads(files["data/year.json"]), json.loads(files["data/decision.json"])
    case, agreed = next(
        (one["id"], one["document"]["consensus"])
        for one in year["cases"]
        if one["document"]["consensus"]
    )
    items = [{"no": no, "percent": percent} for no, percent in agreed.items()]
    papers: dict[str, tuple[str, Any]] = {
        "report": (f"data/reports/document/{case}.json", {"items": items}),
        "settings": ("data/settings.json", year["settings"]),
        "evaluation": ("data/evaluation.json", {"totals": made["totals"]}),
        "honours": ("data/honours.json", {"honours": made["honours"]}),
    }
    path, true = papers[name]
    files[path] = canonical(true)
    assert path not in {one.file for one in replay(files).faults}
    if name == "report":
        items[0]["percent"] += 5
    elif name == "settings":
        true["doc_weight"]["value"] = "0.9"
    elif name == "evaluation":
        true["totals"] = [{**one, "total": 0} for one in true["totals"]] or [{}]
    else:
        true["honours"] = [{**one, "amount": 1} for one in true["honours"]]
    files[path] = canonical(true)
    assert path in {one.file for one in replay(files).faults}


@pytest.mark.parametrize("path", ["data/decision.json", "data/year.json"])
def test_files_that_nobody_can_read_are_named(sealed: bytes, path: str) -> None:
    files = bag.unpack(sealed)[1] | {path: b"\xff"}
    assert path in {one.file for one in replay(files).faults}


def test_a_copy_without_names_replays(sealed: bytes) -> None:
    files = without_names(bag.unpack(sealed)[1])
    assert "names.json" not in files
    copy = bag.pack("award-2026", files, {}, date(2026, 12, 1))
    assert replay(bag.unpack(copy)[1]).faults == ()
    assert "公司".encode() not in copy


def test_the_commands_say_it_in_words(sealed: bytes, tmp_path: Path) -> None:
    bundle, output, copy = tmp_path / "a.zip", tmp_path / "d.json", tmp_path / "b.zip"
    bundle.write_bytes(sealed)
    run = CliRunner()

    def said(*words: object) -> tuple[int, str]:
        result = run.invoke(app, ["award", *map(str, words)])
        return result.exit_code, result.output.replace("\n", "")

    code, text = said("replay", bundle, "-o", output)
    assert (code, text[:20]) == (0, "由评分表重新得出的结果与归档的逐字节相同")
    assert output.read_bytes() == bag.unpack(sealed)[1]["data/decision.json"]
    assert said("check", bundle) == (0, "另一套代码逐条核对：结果符合年度文件和办法。")
    year = tmp_path / "y.json"
    year.write_bytes(bag.unpack(sealed)[1]["data/year.json"])
    assert said("check", year, output)[0] == 0
    code, text = said("verify", bundle)
    assert code == 0
    assert "都与校验清单相符" in text
    assert said("without-names", bundle, copy)[0] == 0
    assert said("replay", copy)[0] == 0
    code, text = said("replay", year)
    assert code == 2
    assert "不是归档包" in text
    bundle.write_bytes(sealed.replace(b'"year":2026', b'"year":2025', 1))
    code, text = said("verify", bundle)
    assert code == 1
    assert "data/decision.json" in text
