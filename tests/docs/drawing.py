"""The import contracts of pyproject.toml as the drawing in docs/architecture.md.

`python -m tests.docs.drawing` puts it there anew; a test compares.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
FIRST, LAST = "<!-- drawn from the import contracts -->", "<!-- end of the drawing -->"


def drawing() -> str:
    """One flow chart for each order of layers, one line for each thing forbidden."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contracts: Sequence[Mapping[str, Any]] = linter["contracts"]
    ordered = [one for one in contracts if one["type"] == "layers"]
    others = [one for one in contracts if one["type"] != "layers"]
    parts = ["\n".join(chart(one)) for one in ordered]
    return "\n\n".join([*parts, "\n".join(map(sentence, others))])


def chart(contract: Mapping[str, Any]) -> Iterator[str]:
    """Its layers from above to below; names side by side know nothing of each other."""
    yield f"**{contract['name']}**" + "".join(
        f" (inside `{container}/`)" for container in contract.get("containers", ())
    )
    yield ""
    yield "```mermaid"
    yield "flowchart TB"
    rows = [row.replace(" | ", " · ") for row in contract["layers"]]
    for number, row in enumerate(rows):
        yield f'    l{number}["{row}"]'
    yield "    " + " --> ".join(f"l{number}" for number in range(len(rows)))
    yield "```"


def sentence(contract: Mapping[str, Any]) -> str:
    """`a`, `b` import none of `c`, `d`."""
    sources = listed(contract.get("source_modules") or contract.get("ancestors") or ())
    forbidden = listed(contract.get("forbidden_modules", ()))
    excepted = sorted(
        {one.split(" -> ")[0].removesuffix(".**") for one in contract.get("ignore_imports", ())}
    )
    said = f"- **{contract['name']}**: {sources}"
    verb = "imports" if sources.count("`") == 2 else "import"
    said += f" {verb} none of {forbidden}" if forbidden else ""
    return said + (f", except {listed(excepted)}." if excepted else ".")


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def drawn(page: str) -> str:
    """The page with the drawing as the contracts have it now."""
    before, _, rest = page.partition(FIRST)
    _, _, after = rest.partition(LAST)
    return f"{before}{FIRST}\n\n{drawing()}\n\n{LAST}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
