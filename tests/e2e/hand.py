"""A person at the screen whose clicks are counted; typing is not a click."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PATIENCE = (
    120_000  # milliseconds: a busy machine writes fifty people in no less than twenty seconds
)


class Hand:
    """`said` lists what was clicked, for whoever wonders where the clicks went."""

    def __init__(self, page: Any) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        self.said: list[str] = []

    @property
    def clicks(self) -> int:
        return len(self.said)

    def click(self, what: str) -> None:
        try:
            self.page.click(what)
        except Exception as error:
            words = self.page.inner_text("body")[:1500]
            raise AssertionError(f"{what} at {self.page.url}\n{words}") from error
        self.said.append(what)

    def drag(self, thing: str, place: str) -> None:
        self.page.drag_and_drop(thing, place)
        self.said.append(f"{thing} → {place}")

    def file(self, field: str, content: bytes, name: str) -> None:
        payload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.set_input_files(field, payload)
        self.said.append(field)

    def type(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)

    def see(self, words: str) -> None:
        assert words in self.page.inner_text("body"), (words, self.page.url)


def picture(page: Any, name: str, folder: Path | None) -> None:
    """For a person who looks at the walk afterwards."""
    if folder is not None:
        page.screenshot(path=str(folder / f"{name}.png"))
