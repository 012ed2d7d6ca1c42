"""导入: a workbook on its way into the register: headings, what the rows say, what a person must
answer, what will change.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.kit.parts import MiniCalendar, Option
from api.kit.shell import Tone


@dataclass(frozen=True)
class HeadingRow:
    """One column of the workbook and what it is taken for."""

    heading: str
    samples: tuple[str, ...]
    options: tuple[Option, ...]
    state: str  # sure, unsure, unknown
    number: int


@dataclass(frozen=True)
class QuestionView:
    """One question to a person; answers are radio buttons, the last one may take words of their
    own.
    """

    key: str
    number: int
    where: str  # 第 6 行 · 熟悉行业
    text: str
    quoted: str  # the words in the workbook
    options: tuple[Option, ...]
    free: str = ""  # label of the free answer, empty when there is none
    rows: int = 1


@dataclass(frozen=True)
class RowView:
    """A row that will be new or changed."""

    row: int
    name: str
    line: str
    codes: tuple[tuple[str, Tone], ...]
    changes: tuple[tuple[str, str, str], ...] = ()  # field, before, after
    absence_text: str = ""
    calendar: MiniCalendar | None = None


@dataclass(frozen=True)
class ProblemRow:
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class TradeRow:
    """One trade word of the file and the codes it may mean; the best proposal is chosen until a
    person says otherwise.
    """

    word: str
    key: str
    options: tuple[Option, ...]
    state: str
    tone: Tone
    why: str
    rows: int


@dataclass(frozen=True)
class BatchRow:
    """One line of the list of imports."""

    uid: str
    kind: str
    filename: str
    status: str
    tone: Tone
    when: str
    by: str
    text: str
    open: bool


@dataclass(frozen=True)
class ImportPage:
    uid: str
    version: int
    kind: str
    filename: str
    title: str
    tab: str
    headings: tuple[HeadingRow, ...] = ()
    questions: tuple[QuestionView, ...] = ()
    answered: int = 0
    problems: tuple[ProblemRow, ...] = ()
    bad_rows: int = 0
    new: tuple[RowView, ...] = ()
    changed: tuple[RowView, ...] = ()
    unchanged: int = 0
    trades: tuple[TradeRow, ...] = ()
    notes: tuple[str, ...] = ()
    closed: bool = False
    summary: str = ""
    left: int = 0  # rows that were not written
    refusal: str = ""
    shown: int = 0

    @property
    def waiting(self) -> bool:
        """Whether something should be looked at before it is written."""
        return bool(self.questions) or any(one.state != "已确认" for one in self.trades)

    @property
    def headings_open(self) -> bool:
        """Whether a heading still waits for a person; what is only unknown is simply not read."""
        return any(row.state == "unsure" for row in self.headings)

    @property
    def tabs(self) -> tuple[tuple[str, str, int], ...]:
        return (
            ("questions", "待确认", len(self.questions)),
            ("trades", "行业对应", len(self.trades)),
            ("problems", "有误的行", self.bad_rows),
            ("new", "新增", len(self.new)),
            ("changed", "变更", len(self.changed)),
            ("headings", "表头对应", len(self.headings)),
        )
