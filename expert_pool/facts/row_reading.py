"""逐行读取: what both rosters do with a cell: take it, report it as bad with row, column and
reason, or ask a person about it.

One pass over the table finds everything. A bad cell keeps its row out; an open question leaves only
that field unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

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
        self._absences: dict[tuple[Cell, Meaning], Absences | Unreadable | None] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self._columns: dict[str, list[str]] = {}
        for heading, field in headings.fields.items():
            self._columns.setdefault(field, []).append(heading)
        self._trades: dict[str, tuple[tuple[IndustryProposal, ...], list[int], str]] = {}

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
        self, row: RawRow, field: str, kind: str, text: str, choices: Sequence[Choice], *about: str
    ) -> str | None:
        """The answer given before, or None after noting the question.

        `about` makes the key: it must not hold row numbers.
        """
        key = question_key(kind, *about)
        answer = self.context.answers.get(key, "").strip()
        if answer:
            return answer
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
        answer = self.ask(
            row,
            field,
            kind,
            f"{who}的{self.column(field)}“{found.text}”{found.why}。",
            found.choices,
            who,
            found.text,
        )
        if answer is None or answer in UNKNOWN_ANSWERS:
            return None
        again = read_date(answer, earliest, latest)
        if isinstance(again, Unreadable):
            self.problem(row, field, f"答复“{answer}”：{again.why}")
            return None
        return again

    def mark(
        self, row: RawRow, field: str, who: str, yes: Sequence[str] = (), no: Sequence[str] = ()
    ) -> bool | None:
        found = writing.mark(self.cell(row, field), yes, no)
        if not isinstance(found, Unreadable):
            return found
        answer = self.ask(
            row,
            field,
            "mark",
            f"{who}的“{self.column(field)}”写的是“{found.text}”，{found.why}。",
            found.choices,
            who,
            field,
        )
        again = writing.mark(answer) if answer and answer not in UNKNOWN_ANSWERS else None
        return again if isinstance(again, bool) else None

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
        answer = self.ask(
            row,
            field,
            "place",
            f"{who}的{self.column(field)}：{why}，请写出镇街或县市区。",
            [*choices, UNKNOWN],
            text,
        )
        if answer is None or answer in UNKNOWN_ANSWERS:
            return None
        town = self.context.towns.get(answer) or self.context.towns.find(answer)
        return town.code if town else None

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
            answer = self.ask(
                row,
                field,
                "absence",
                text,
                choices,
                who,
                found.text,
                first.isoformat(),
                last.isoformat(),
            )
            if answer is None or answer in UNKNOWN_ANSWERS:
                return None
            found = absence_reading.read(answer, first, last, "absent", self.context.working_days)
            if isinstance(found, Unreadable):
                self.problem(row, field, f"答复“{answer}”还是看不明白：{found.why}")
                return None
        if found is None:
            return None
        assert isinstance(found, Absences)
        self.notes += [f"第 {row.number} 行{self.column(field)}：{note}。" for note in found.notes]
        return found.half_days

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
        answer = self.context.answers.get(question_key("trade", word), "").strip()
        if answer:
            return [(code, word, True) for code in self._codes(answer)]
        confirmed = self._confirmed(word)
        taken = [p for p in proposals if p.confidence != "unsure"]
        return [(p.code, word, confirmed) for p in taken]

    def _confirmed(self, word: str) -> bool:
        return word in self.context.trade_words or self.context.industries.has_code(word)

    def _codes(self, answer: str) -> tuple[str, ...]:
        """The codes of an answer: codes themselves, or words that are sure."""
        codes: list[str] = []
        for part in answer.replace("，", ",").replace("；", ";").replace(",", ";").split(";"):
            word = part.strip().split(" ")[0]
            if self.context.industries.known(word):
                codes.append(word)
            else:
                codes += [
                    p.code for p in self.context.industries.propose(part) if p.confidence == "sure"
                ]
        return tuple(dict.fromkeys(codes))

    def trade_questions(self) -> tuple[TradeUse, ...]:
        """Every trade word with its proposals; one question for each word that is not sure and not
        answered yet.
        """
        uses = []
        for word, (proposals, rows, field) in self._trades.items():
            key = question_key("trade", word)
            answered = bool(self.context.answers.get(key, "").strip())
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
            choices = (*_trade_choices(proposals), NOT_A_TRADE)
            self.questions.append(
                RowQuestion(
                    rows[0], self.column(field), text, choices, key, "trade", word, tuple(rows)
                )
            )
        return tuple(uses)


def _trade_choices(proposals: Sequence[IndustryProposal]) -> list[Choice]:
    """Likely codes belong together; unsure ones are alternatives."""
    if proposals and proposals[0].confidence == "likely" and len(proposals) > 1:
        whole = Choice(
            ";".join(p.code for p in proposals), "；".join(f"{p.code} {p.name}" for p in proposals)
        )
        return [whole, *(Choice(p.code, f"{p.code} {p.name}") for p in proposals)]
    return [Choice(p.code, f"{p.code} {p.name}（{p.why}）") for p in proposals]
