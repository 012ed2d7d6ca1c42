"""逐行读取: what both rosters do with a cell: take it, report it as bad with row, column and
reason, or ask a person about it.

One pass over the table finds everything. A bad cell keeps its row out; an open question leaves only
that field unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from expert_pool.facts import absences as absence_reading
from expert_pool.facts import writing
from expert_pool.facts.absences import Absences, Meaning
from expert_pool.facts.dates import Written, read_date
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.industry import IndustryProposal, is_quality_word
from expert_pool.facts.intake import (
    UNKNOWN_ANSWERS,
    Context,
    HeadingMap,
    RawRow,
    RawTable,
    RowProblem,
    RowQuestion,
    TradeUse,
    question_key,
)
from expert_pool.facts.table import broken_cells
from expert_pool.facts.writing import Cell, Choice, Unreadable, as_text, blank, clean, tidy

T = TypeVar("T")
NOT_A_TRADE = Choice("无", "不是行业，不计")
UNKNOWN = absence_reading.UNKNOWN


class RowReader:
    """Reads the cells of one table and collects what is wrong and what is unclear."""

    def __init__(self, table: RawTable, headings: HeadingMap, context: Context) -> None:
        self.table = table
        self.headings = headings
        self.context = context
        self.problems: list[RowProblem] = []
        self.questions: list[RowQuestion] = []
        self.notes: list[str] = []
        self.bad_rows: set[int] = set()
        self._asked: dict[str, int] = {}
        self._refused: set[str] = set()
        self._absences: dict[tuple[Cell, Meaning], Absences | Unreadable | None] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self._columns: dict[str, list[str]] = {}
        for heading, field in headings.fields.items():
            self._columns.setdefault(field, []).append(heading)
        self._trades: dict[str, tuple[tuple[IndustryProposal, ...], list[int], str]] = {}

    def unread_columns(self) -> list[str]:
        """A note on the columns that were not read because nobody knows what they mean."""
        return unread_columns(self.headings.unknown, self.table.rows)

    def rows(self) -> Iterator[RawRow]:
        """The rows without error values; those with one are bad, whichever column it stands in."""
        for row in self.table.rows:
            broken = broken_cells(row, (*self.headings.fields, *self.headings.unknown))
            if not broken:
                yield row
                continue
            self.bad_rows.add(row.number)
            self.problems += [
                RowProblem(row.number, heading, reason, error) for heading, error, reason in broken
            ]

    # cells
    # ----------------------------------------------------------------------------------------------

    def has(self, field: str) -> bool:
        return field in self._columns

    def column(self, field: str) -> str:
        return self._columns.get(field, [field])[0]

    def cells(self, row: RawRow, field: str) -> list[Cell]:
        return [row.cells.get(heading) for heading in self._columns.get(field, ())]

    def cell(self, row: RawRow, field: str) -> Cell:
        """The first cell of the field that is not empty."""
        return next((cell for cell in self.cells(row, field) if not blank(cell)), None)

    def text(self, row: RawRow, field: str) -> str:
        cell = self.cell(row, field)
        return "" if blank(cell) else tidy(cell)

    def joined(self, row: RawRow, field: str) -> str:
        """The texts of all columns of the field, 、 between them."""
        return "、".join(tidy(cell) for cell in self.cells(row, field) if not blank(cell))

    def written(self, row: RawRow, field: str) -> str:
        """The original text, as kept beside what was read from it."""
        return as_text(self.cell(row, field)).strip()

    # findings
    # ----------------------------------------------------------------------------------------------

    def problem(self, row: RawRow, field: str, reason: str, value: Cell = None) -> None:
        shown = as_text(self.cell(row, field) if value is None else value).strip()
        self.problems.append(RowProblem(row.number, self.column(field), reason, shown[:200]))
        self.bad_rows.add(row.number)

    def ask(
        self,
        row: RawRow,
        field: str,
        kind: str,
        text: str,
        choices: Sequence[Choice],
        *about: str,
        read: Callable[[str], T | Unreadable],
    ) -> T | None:
        """What the answer given before means (`read`), or None after noting the question.

        An answer that cannot be read is a problem of its own and leaves the question open; 未知
        closes it without a value. `about` makes the key: it must not hold row numbers.
        """
        key = question_key(kind, *about)
        answer = self.context.answers.get(key, "").strip()
        if answer in UNKNOWN_ANSWERS:
            return None
        if answer:
            found = read(answer)
            if not isinstance(found, Unreadable):
                return found
            text += self._refuse(row, field, key, answer, found.why)
            choices = (*found.choices, *choices)
        asked = self._asked.setdefault(key, len(self.questions))
        if asked < len(self.questions):  # one answer serves every row of the same key
            self.questions[asked] = replace(
                self.questions[asked], rows=(*self.questions[asked].rows, row.number)
            )
            return None
        shown = as_text(self.cell(row, field)).strip()[:200]
        self.questions.append(
            RowQuestion(
                row.number,
                self.column(field),
                text,
                tuple(choices),
                key,
                kind,
                shown,
                (row.number,),
            )
        )
        return None

    def _refuse(self, row: RawRow, field: str, key: str, answer: str, why: str) -> str:
        """An answer that says nothing, once for all rows it would serve; the row is no bad one."""
        if key not in self._refused:
            self._refused.add(key)
            reason = f"答复“{answer}”看不明白：{why.rstrip('。')}。这个问题仍然待答，请重新答复"
            self.problems.append(RowProblem(row.number, self.column(field), reason, answer[:200]))
        return f"（上次的答复“{answer}”看不明白）"

    # readers
    # ----------------------------------------------------------------------------------------------

    def phone(self, row: RawRow, field: str, required: bool) -> str:
        if blank(self.cell(row, field)):
            if required and self.has(field):
                self.problem(row, field, "电话号码为空，请补上")
            return ""
        number = writing.phone(self.cell(row, field))
        if isinstance(number, Unreadable):
            self.problem(row, field, number.why)
            return ""
        return number

    def date(
        self, row: RawRow, field: str, kind: str, who: str, earliest: int, latest: int
    ) -> Written | None:
        """An impossible date is a bad row; one that could be two dates, or lacks its month, is a
        question.
        """
        cell = self.cell(row, field)
        found = read_date(cell, earliest, latest)
        if not isinstance(found, Unreadable):
            return found
        if not found.choices and not found.why.startswith("只有年份"):
            self.problem(row, field, found.why)
            return None

        def read(answer: str) -> Written | Unreadable:
            return read_date(answer, earliest, latest) or Unreadable(answer, "没有写日期")

        return self.ask(
            row,
            field,
            kind,
            f"{who}的{self.column(field)}“{found.text}”{found.why}。",
            found.choices,
            who,
            found.text,
            read=read,
        )

    def mark(
        self, row: RawRow, field: str, who: str, yes: Sequence[str] = (), no: Sequence[str] = ()
    ) -> bool | None:
        found = writing.mark(self.cell(row, field), yes, no)
        if not isinstance(found, Unreadable):
            return found

        def read(answer: str) -> bool | Unreadable:
            said = writing.mark(answer, yes, no)
            return Unreadable(answer, "应答“是”或“否”") if said is None else said

        return self.ask(
            row,
            field,
            "mark",
            f"{who}的“{self.column(field)}”写的是“{found.text}”，{found.why}。",
            found.choices,
            who,
            field,
            read=read,
        )

    def place(self, row: RawRow, field: str, who: str) -> str | None:
        """The code of the place, or None when it is not known (yet)."""
        text = self.text(row, field)
        if not text:
            return None
        match = self.context.towns.match(text)
        if match and match.certain:
            return match.town.code
        choices = [Choice(match.town.code, match.town.name)] if match else []
        why = match.why if match else f"认不出“{text}”是哪里"

        def read(answer: str) -> str | Unreadable:
            town = self.context.towns.get(answer) or self.context.towns.find(answer)
            return town.code if town else Unreadable(answer, "认不出是哪个镇街或县市区")

        return self.ask(
            row,
            field,
            "place",
            f"{who}的{self.column(field)}：{why}，请写出镇街或县市区。",
            [*choices, UNKNOWN],
            text,
            read=read,
        )

    def absences(
        self, row: RawRow, field: str, who: str, meaning: Meaning
    ) -> tuple[HalfDay, ...] | None:
        """Half-days read exactly; None when the cell is empty, or its meaning is being asked."""
        first, last = self.context.window
        cell = self.cell(row, field)
        if (cell, meaning) not in self._absences:
            self._absences[cell, meaning] = absence_reading.read(
                cell, first, last, meaning, self.context.working_days
            )
        found = self._absences[cell, meaning]
        if isinstance(found, Unreadable):
            choices = [*found.choices, *([] if UNKNOWN in found.choices else [UNKNOWN])]
            text = f"{who}：“{found.text}”{found.why}，请确认哪几天不能。"
            offered = {choice.value for choice in found.choices}

            def read(answer: str) -> Absences | Unreadable:
                return self._answered_absences(answer, answer in offered)

            found = self.ask(
                row,
                field,
                "absence",
                text,
                choices,
                who,
                found.text,
                first.isoformat(),
                last.isoformat(),
                read=read,
            )
        if found is None:
            return None
        assert isinstance(found, Absences)
        self.notes += [f"第 {row.number} 行{self.column(field)}：{note}。" for note in found.notes]
        return found.half_days

    def _answered_absences(self, answer: str, offered: bool) -> Absences | Unreadable:
        """Which days are not possible, as answered: days that all lie outside the window, unless
        they were offered, are a slip (9.10 stored as 9.1), not a "free".
        """
        first, last = self.context.window
        found = absence_reading.read(answer, first, last, "absent", self.context.working_days)
        if found is None:
            return Unreadable(answer, "没有写日期")
        beyond = isinstance(found, Absences) and not found.half_days and found.notes
        if beyond and not offered:
            return Unreadable(answer, "写的日子都在评审时间段以外；没有不便的请答“无”")
        return found

    # trades
    # ----------------------------------------------------------------------------------------------

    def trades(
        self, row: RawRow, field: str, whole: bool = False
    ) -> tuple[tuple[str, str, bool], ...]:
        """(code, word, confirmed by a person). Sure and likely proposals are taken, likely and
        unsure ones are also asked.

        `whole`: a cell known as one trade is not split (an applicant's 水暖管件、阀门).
        """
        industries = self.context.industries
        found: list[tuple[str, str, bool]] = []
        for cell in self.cells(row, field):
            if blank(cell):
                continue
            text = clean(cell)
            if text not in self._words:
                one = whole and (industries.understood(text) or text in self.context.trade_words)
                self._words[text] = (
                    (text,) if one else industries.split(text, self.context.trade_words)
                )
            for word in self._words[text]:
                if not is_quality_word(word) or industries.understood(word):
                    found += self._trade(row, field, word)
        return tuple(
            {code: (code, word, confirmed) for code, word, confirmed in reversed(found)}[code]
            for code in dict.fromkeys(f[0] for f in found)
        )

    def _trade(self, row: RawRow, field: str, word: str) -> list[tuple[str, str, bool]]:
        if word not in self._trades:
            self._trades[word] = (
                self.context.industries.propose(word, self.context.trade_words),
                [],
                field,
            )
        proposals, rows, _ = self._trades[word]
        rows.append(row.number)
        answered = self._answered_trade(row, field, word)
        if answered is not None:
            return [(code, word, True) for code in answered]
        confirmed = self._confirmed(word)
        taken = [p for p in proposals if p.confidence != "unsure"]
        return [(p.code, word, confirmed) for p in taken]

    def _confirmed(self, word: str) -> bool:
        return word in self.context.trade_words or self.context.industries.has_code(word)

    def _answered_trade(self, row: RawRow, field: str, word: str) -> tuple[str, ...] | None:
        """The codes of the answer, none where it is no trade; None while the question is open."""
        key = question_key("trade", word)
        answer = self.context.answers.get(key, "").strip()
        if not answer or answer in UNKNOWN_ANSWERS:
            return None
        if answer in (NOT_A_TRADE.value, NOT_A_TRADE.label):
            return ()
        codes = self._codes(answer)
        if isinstance(codes, Unreadable):
            self._refuse(row, field, key, answer, codes.why)
            return None
        return codes

    def _codes(self, answer: str) -> tuple[str, ...] | Unreadable:
        """The codes of an answer: codes themselves, or words that are sure; every part must be."""
        codes: list[str] = []
        for part in self._parts(answer):
            proposed = self.context.industries.propose(part)
            sure = [p.code for p in proposed if p.confidence == "sure"]
            if self.context.industries.known(part):
                codes.append(part)
            elif sure:
                codes += sure
            else:
                return Unreadable(answer, f"认不出“{part}”是哪个行业，请写行业代码")
        return tuple(dict.fromkeys(codes)) or Unreadable(answer, "没有写行业")

    def _parts(self, answer: str) -> Iterator[str]:
        """1763 袜业；181 is two codes; the name behind a code, whatever signs it holds, is none."""
        for piece in re.split(r"[;；]", answer):
            code, _, name = piece.strip().partition(" ")
            if self.context.industries.known(code) and not re.search(r"\d", name):
                yield code
            else:
                yield from filter(None, (part.strip() for part in re.split(r"[,，、]", piece)))

    def trade_questions(self) -> tuple[TradeUse, ...]:
        """Every trade word with its proposals; one question for each word that is not sure and not
        answered yet.
        """
        uses = []
        for word, (proposals, rows, field) in self._trades.items():
            key = question_key("trade", word)
            open_again = key in self._refused
            said = self.context.answers.get(key, "").strip()
            answered = bool(said) and said not in UNKNOWN_ANSWERS and not open_again
            uses.append(TradeUse(word, proposals, tuple(rows), answered or self._confirmed(word)))
            if answered or (proposals and proposals[0].confidence == "sure"):
                continue
            shown = "、".join(map(str, rows[:8])) + (" 等" if len(rows) > 8 else "")
            taken = (
                "，先按建议处理"
                if proposals and proposals[0].confidence == "likely"
                else "，确认前不计"
            )
            text = (
                f"“{word}”属于哪个行业（第 {shown}"
                f" 行）？{'没有相近的行业，请填行业代码' if not proposals else '请确认' + taken}。"
            )
            text += f"（上次的答复“{said}”看不明白）" if open_again else ""
            choices = (*_trade_choices(proposals), NOT_A_TRADE)
            self.questions.append(
                RowQuestion(
                    rows[0], self.column(field), text, choices, key, "trade", word, tuple(rows)
                )
            )
        return tuple(uses)


REPEATED = re.compile(r"\(\d+\)$")


def unread_columns(headings: Sequence[str], rows: Sequence[RawRow]) -> list[str]:
    """Notes on the columns of `headings` that hold something; repeated ones are told apart."""
    filled = [one for one in headings if any(not blank(row.cells.get(one)) for row in rows)]
    again = [one for one in filled if REPEATED.search(one)]
    unknown = [one for one in filled if one not in again]
    notes = [f"没有读入的列（不认识表头）：{'、'.join(unknown)}。"] if unknown else []
    if again:
        notes.append(
            f"没有读入的列（表头重复）：{'、'.join(again)}。右边若是并排的另一栏，请移到左边一栏的下面"
            "再导入；若是补充的内容，请并到前面同名的列里。"
        )
    return notes


def _trade_choices(proposals: Sequence[IndustryProposal]) -> list[Choice]:
    """Likely codes belong together; unsure ones are alternatives."""
    if proposals and proposals[0].confidence == "likely" and len(proposals) > 1:
        whole = Choice(
            ";".join(p.code for p in proposals), "；".join(f"{p.code} {p.name}" for p in proposals)
        )
        return [whole, *(Choice(p.code, f"{p.code} {p.name}") for p in proposals)]
    return [Choice(p.code, f"{p.code} {p.name}（{p.why}）") for p in proposals]
