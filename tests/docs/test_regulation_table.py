"""docs/regulation.md: every article, its room, its page and its test are there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.access.calls import read_matrix

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| (.+?) \| `(.+?)` \| `(.+?)` \| `(.+?)::(.+?)` \|$", re.M)


def test_every_article_has_its_room_page_and_test() -> None:
    text = (ROOT / "docs/regulation.md").read_text("utf-8")
    rows = ROW.findall(text)
    assert [int(row[0]) for row in rows] == list(range(1, 22))
    pages = {path for method, path in read_matrix() if method == "GET"}
    for article, _, room, *_rest in rows:
        assert (ROOT / room / "__init__.py").is_file(), (article, room)
    named = set(re.findall(r"`(/[^`]*)`", text))
    assert "/departures" in named and named <= pages, named - pages
    for file, test in re.findall(r"`(tests/\S+?)::(\w+)`", text):
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), test
