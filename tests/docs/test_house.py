"""What the pages for successors say is so: the drawing, the files to touch, the words."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs import drawing

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for package in ("expert_pool", "assignment", "award")
    for path in (ROOT / package).rglob("*.py")
]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def test_the_house_is_drawn_as_the_contracts_have_it() -> None:
    assert drawing.drawn(page("architecture.md")) == page("architecture.md")


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    words = [
        word
        for line in page("glossary.md").splitlines()
        if line.startswith("| `")
        for word in re.findall(r"`(\w+)`", line.split("|")[1])
    ]
    text = "\n".join(path.read_text("utf-8") for path in SOURCES)
    known = set(re.findall(r"^(?:class )?(\w+)(?:\(|:| =)", text, re.MULTILINE))
    assert len(words) > 30
    assert [word for word in words if word not in known] == []


def test_every_door_opens_the_ledger_that_keeps_plan_and_books_one() -> None:
    doors = [path for package in ("api", "scripts") for path in (ROOT / package).rglob("*.py")]
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in doors}
    assert [name for name, text in texts.items() if re.search(r"\bLedger\(", text)] == []
    assert sum("open_ledger(" in text for text in texts.values()) >= 6
