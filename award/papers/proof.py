"""方案证明单（办法第十七条）: where a version comes from, that it keeps every rule, what each
change cost, and how anybody checks it again. The page and the PDF/A show the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from award.groups.core.book import Letterhead
from award.papers.typeset import typeset
from award.papers.wording import clean


@dataclass(frozen=True)
class Column:
    """A column of a part's table: heading, share of the width, and where its cells stand."""

    title: str
    width: int
    align: str = "left"  # left / center / right


@dataclass(frozen=True)
class Part:
    """One section: a table with its rows, lines of text below it; `code` lines are long signs to be
    copied or compared.
    """

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    lines: tuple[str, ...] = ()
    code: bool = False


@dataclass(frozen=True)
class Proof:
    """The sheet: `subject` 2026年度…第三版, `issued` the moment of the last act that it tells."""

    uid: str
    subject: str
    version: str
    ok: bool
    parts: tuple[Part, ...]
    issued: datetime


def proof_pdf(proof: Proof) -> bytes:
    """PDF/A-2u; the same sheet gives the same bytes."""
    head = Letterhead()
    content = {
        "title": f"{proof.subject}方案证明单",
        "issuer": head.issuer,
        "secrecy": head.secrecy,
        "version": proof.version,
        "subject": proof.subject,
        "lacking": "",
        "parts": [_part(part) for part in proof.parts],
    }
    return typeset("proof.typ", content, proof.issued)


def _part(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "text": clean(part.text),
        "heads": [one.title for one in part.columns],
        "widths": [one.width for one in part.columns],
        "align": [one.align for one in part.columns],
        "rows": [[clean(cell) for cell in row] for row in part.rows],
        "lines": [[clean(line), part.code] for line in part.lines],
    }


def table(
    title: str, columns: Sequence[Column], rows: Sequence[tuple[str, ...]], text: str = ""
) -> Part:
    return Part(title, tuple(columns), tuple(rows), text)


def facts(title: str, rows: Sequence[tuple[str, str]]) -> Part:
    """Terms and what is said of each; empty ones are left out."""
    columns = (Column("项目", 1), Column("内容", 3))
    return Part(title, columns, tuple(row for row in rows if row[1]))
