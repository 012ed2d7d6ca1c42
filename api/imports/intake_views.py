"""导入页的内容: a dry run as people read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from api.imports.views import HeadingRow, ImportPage, ProblemRow, QuestionView, RowView, TradeRow
from api.kit.days import DayKind
from api.kit.parts import MiniCalendar, Option, mini_calendar
from api.kit.shell import Tone
from award.applicants.core.applicant import AWARDS
from award.applicants.rosters_in import DryRun
from expert_pool.facts.headings import labels
from expert_pool.facts.intake import HeadingMap, RawTable, RowQuestion, TradeUse, question_key
from expert_pool.facts.row_reading import NOT_A_TRADE
from expert_pool.facts.writing import as_text

SAMPLES = 3
SHOWN = 100  # rows of a preview on one page: a roster of thousands is not read line by line
NAMES = {"experts": "专家", "applicants": "申报组织", "records": "各项记录"}
# Questions that may also be answered in one's own words, and what to write.
FREE = {
    "trade": "其他行业代码，如 1763",
    "absence": "写明日期，如 9.8-9.10、每周三下午",
    "place": "写明镇街或县市",
    "birth": "写明年月，如 1975年6月",
    "founded": "写明年月，如 2004年10月",
    "employer": "写明工作单位",
    "employees": "写明人数",
}
SURENESS: dict[str, tuple[str, Tone]] = {
    "confirmed": ("已确认", "ok"),
    "sure": ("有把握", ""),
    "likely": ("较有把握", "accent"),
    "unsure": ("没把握", "warn"),
}
ORDER = {"没把握": 0, "较有把握": 1, "有把握": 2, "已确认": 3}
Words = Callable[[str], str]


def import_page(
    found: DryRun, tab: str, window: Sequence[date], mark: DayKind, code_words: Words
) -> ImportPage:
    """The dry run with the tab that matters most opened when none was asked for."""
    row = found.batch.row
    headings = heading_rows(row.kind, found.table, found.headings)
    if not tab:
        open_headings = any(one.state == "unsure" for one in headings)
        trades = any(not use.confirmed for use in found.parsed.trades)
        later = (
            "questions"
            if found.plan.questions
            else "new"
            if found.plan.new or not found.plan.changed
            else "changed"
        )
        tab = "headings" if open_headings else "trades" if trades else later
    view = _row_view(window, mark, code_words, row.kind)
    return ImportPage(
        uid=row.uid,
        version=row.version,
        kind=row.kind,
        filename=row.filename,
        title=f"导入{NAMES[row.kind]}",
        tab=tab,
        headings=headings,
        questions=tuple(_question(number, one) for number, one in enumerate(found.plan.questions)),
        answered=len(found.answers.keys() - {question.key for question in found.plan.questions}),
        problems=tuple(
            ProblemRow(one.row, one.column, one.value, one.reason) for one in found.plan.problems
        ),
        bad_rows=len({one.row for one in found.plan.problems}),
        new=tuple(view(draft, ()) for draft in found.plan.new),
        changed=tuple(
            view(one.after, tuple((f.label, f.before, f.after) for f in one.fields))
            for one in found.plan.changed
        ),
        unchanged=len(found.plan.unchanged),
        trades=tuple(
            sorted(
                (_trade(use, found.answers) for use in found.parsed.trades),
                key=lambda row: ORDER[row.state],
            )
        ),
        notes=found.plan.notes,
        shown=SHOWN,
    )


def heading_rows(kind: str, table: RawTable, headings: HeadingMap) -> tuple[HeadingRow, ...]:
    names = labels("expert" if kind == "experts" else "applicant")
    rows = []
    for number, heading in enumerate(table.headings):
        field = headings.fields.get(heading, "")
        cells = (as_text(row.cells.get(heading)).strip() for row in table.rows)
        samples = tuple(
            text for text, _ in zip((text for text in cells if text), range(SAMPLES), strict=False)
        )
        state = "unknown" if not field else "unsure" if heading in headings.unsure else "sure"
        options = (
            Option("", "不读这一列", chosen=not field),
            *(Option(n, label, chosen=n == field) for n, label in names.items()),
        )
        rows.append(HeadingRow(heading, samples, options, state, number))
    return tuple(rows)


def _question(number: int, one: RowQuestion) -> QuestionView:
    shown = one.rows or (one.row,)
    where = (
        f"第 {'、'.join(map(str, shown[:6]))} 行"
        + (" 等" if len(shown) > 6 else "")
        + f" · {one.column}"
    )
    options = tuple(
        Option(choice.value, choice.label, tone=_confidence(one.kind, choice.label, n))
        for n, choice in enumerate(one.proposals)
    )
    return QuestionView(
        one.key,
        number,
        where,
        _without_rows(one.text),
        one.value,
        options,
        FREE.get(one.kind, ""),
        len(shown),
    )


def _trade(use: TradeUse, answers: Mapping[str, str]) -> TradeRow:
    """What a word means: said by a person, else the best proposal, marked by how sure it is."""
    key = question_key("trade", use.word)
    best = use.proposals[0].confidence if use.proposals else "unsure"
    together = [one for one in use.proposals if one.confidence == best] if best != "unsure" else []
    choices = (
        [
            (
                ";".join(one.code for one in together),
                "；".join(f"{one.code} {one.name}" for one in together),
            )
        ]
        if len(together) > 1
        else []
    )
    choices += [(one.code, f"{one.code} {one.name}") for one in use.proposals]
    choices.append((NOT_A_TRADE.value, NOT_A_TRADE.label))
    said = answers.get(key, "")
    if said and said not in dict(choices):
        choices.insert(0, (said, said))
    if not use.proposals and not said:
        choices.insert(0, ("", "请选择或在“待确认”里填写代码"))
    chosen = said or choices[0][0]
    options = tuple(Option(value, label, chosen=value == chosen) for value, label in choices)
    state, tone = SURENESS["confirmed" if use.confirmed else best]
    return TradeRow(
        use.word,
        key,
        options,
        state,
        tone,
        "" if use.confirmed or not use.proposals else use.proposals[0].why,
        len(use.rows),
    )


def _confidence(kind: str, label: str, position: int) -> Tone:
    """Proposals for trades are marked: what only resembles is not sure."""
    if kind != "trade" or not re.match(r"[A-T]?\d*\s", label):
        return ""
    return "warn" if "（" in label else "ok" if position == 0 else ""


def _without_rows(text: str) -> str:
    """The page names the rows already."""
    return re.sub(r"（第 [\d、 等]+ 行）", "", text)


def _row_view(
    window: Sequence[date], mark: DayKind, code_words: Words, kind: str
) -> Callable[..., RowView]:
    def view(draft: Any, changes: tuple[tuple[str, str, str], ...]) -> RowView:
        expert = kind == "experts"
        away = draft.absences if expert else draft.closed
        text = draft.absence_text if expert else draft.closed_text
        place = draft.place_text
        line = " · ".join(
            part
            for part in (draft.employer if expert else AWARDS.get(draft.award, ""), place)
            if part
        )
        codes: list[tuple[str, Tone]] = [("质量管理", "accent")] if expert and draft.quality else []
        codes += [
            (
                code_words(item.code) + ("" if item.confirmed else " ？"),
                "" if item.confirmed else "warn",
            )
            for item in draft.industries
        ]
        calendar = mini_calendar(window, None if away is None else set(away), mark)
        needed = expert or bool(text)
        return RowView(
            draft.row,
            draft.name,
            line,
            tuple(codes),
            changes,
            text,
            calendar if needed else MiniCalendar(()),
        )

    return view
