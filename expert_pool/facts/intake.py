"""导入的中间结果: a table as read, and what a roster makes of its rows: drafts, bad rows,
questions, and the difference to what is known.

Shared by the expert roster and the applicant roster; nothing here knows a column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from expert_pool.facts.industry import Industries, IndustryProposal
from expert_pool.facts.table import HeadingMap as HeadingMap
from expert_pool.facts.table import RawRow as RawRow
from expert_pool.facts.table import RawTable as RawTable
from expert_pool.facts.towns import Towns
from expert_pool.facts.working_days import WorkingDays
from expert_pool.facts.writing import Choice, clean

Draft = TypeVar("Draft")


@dataclass(frozen=True)
class RowProblem:
    """A row that stays out until the file is corrected: where, what is written there, and why it
    cannot be taken.

    `sheet` is named where a file has several.
    """

    row: int
    column: str
    reason: str
    value: str
    sheet: str = ""


@dataclass(frozen=True)
class RowQuestion:
    """Something a person decides. `key` stays the same when the same file is read again, so an
    answer is given once.

    `kind`: absence, trade, same, place, mark, birth, founded, award, employees, remark, employer,
    recuse. `rows`: every row concerned.
    """

    row: int
    column: str
    text: str
    proposals: tuple[Choice, ...]
    key: str
    kind: str = ""
    value: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class TradeUse:
    """One trade word of the file: its proposals, where it stands, and whether people have confirmed
    it already.
    """

    word: str
    proposals: tuple[IndustryProposal, ...]
    rows: tuple[int, ...]
    confirmed: bool


@dataclass(frozen=True)
class Context:
    """What reading a roster needs to know.

    `window` bounds the visits; `trade_words` were confirmed by people; `answers`: key -> value.
    """

    year: int
    window: tuple[date, date]
    industries: Industries = field(default_factory=Industries.load)
    towns: Towns = field(default_factory=Towns.load)
    working_days: WorkingDays = field(default_factory=WorkingDays)
    trade_words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed(Generic[Draft]):
    """Everything one pass over a table found."""

    drafts: tuple[Draft, ...]
    problems: tuple[RowProblem, ...]
    questions: tuple[RowQuestion, ...]
    notes: tuple[str, ...] = ()
    trades: tuple[TradeUse, ...] = ()


@dataclass(frozen=True)
class FieldChange:
    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change(Generic[Draft]):
    """`after` is what to store: the known entry with what the file says laid over it."""

    before: Draft
    after: Draft
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class ImportPlan(Generic[Draft]):
    """What an import would do; shown before anything is written.

    Importing the same file twice gives only `unchanged`.
    """

    new: tuple[Draft, ...]
    changed: tuple[Change[Draft], ...]
    unchanged: tuple[Draft, ...]
    problems: tuple[RowProblem, ...]
    questions: tuple[RowQuestion, ...]
    notes: tuple[str, ...] = ()


UNKNOWN_ANSWERS = ("未知", "不知道", "还不知道", "跳过", "不清楚", "不详")


def question_key(kind: str, *parts: str) -> str:
    """Stable over files and machines, and without personal data in clear."""
    digest = hashlib.sha256("\x1f".join(clean(part) for part in parts).encode()).hexdigest()
    return f"{kind}-{digest[:16]}"
