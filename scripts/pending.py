"""待确认事项: what only a person can decide, as a workbook to fill in and as JSON; and the answers
read back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from expert_pool.facts.answers import answer_text
from expert_pool.facts.signs import entered
from expert_pool.facts.writing import Cell, Choice, as_text, clean
from expert_pool.facts.writing import Unreadable as NotRead
from scripts.files import Unreadable, read_json

SHORT = "不能安排"
TO_CORRECT = "须改正"
TO_ANSWER = "请确认"
LEFT_OUT = "未编入"
TO_SIGN = "发布前须签署声明"
TO_LOOK_OVER = "请核对"
ANSWERED = "已答复"
NOTE = "说明"

ANSWER, KEY, MEANING = "答复", "标识", "对照"
COLUMNS = (
    ("类别", 16),
    ("来源", 22),
    ("行号", 6),
    ("列", 14),
    ("原文", 26),
    ("事项", 56),
    ("可选答复", 40),
    (ANSWER, 30),
    (KEY, 30),
    (MEANING, 30),
)
HIDDEN = (KEY, MEANING)


@dataclass(frozen=True)
class Pending:
    """One line. With a `key` it is a question, and its answer counts in the next run; without one
    it is for information or correction.

    Answered questions stay in the file with their `answer`, so that the newest file alone is enough
    for the next run.
    """

    kind: str
    text: str
    source: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()
    key: str = ""
    answer: str = ""

    @property
    def meanings(self) -> dict[str, str]:
        """What is shown -> what it stands for."""
        return {choice.label: choice.value for choice in self.choices}


def as_json(lines: Iterable[Pending]) -> list[dict[str, object]]:
    return [asdict(line) for line in lines]


def as_workbook(lines: Sequence[Pending]) -> bytes:
    """One sheet; the answer column has a drop-down where there are choices; what only the program
    needs is hidden.
    """
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        page = workbook.add_worksheet("待确认事项")
        boxed = {"border": 1, "text_wrap": True, "valign": "top"}
        head, cell = (
            workbook.add_format(boxed | {"bold": True, "bg_color": "#E8EEF4"}),
            workbook.add_format(boxed),
        )
        # Text, or 9.10 becomes 9.1 and 0141 becomes 141 while it is typed.
        to_fill = workbook.add_format(boxed | {"bg_color": "#FFF8DC", "num_format": "@"})
        for position, (heading, width) in enumerate(COLUMNS):
            page.set_column(position, position, width, None, {"hidden": heading in HIDDEN})
            page.write_string(0, position, heading, head)
        answers = [heading for heading, _ in COLUMNS].index(ANSWER)
        for number, line in enumerate(lines, 1):
            for position, text in enumerate(_texts(line)):
                page.write_string(
                    number, position, text, to_fill if position == answers and line.key else cell
                )
            if _fits_a_list(line.meanings):
                page.data_validation(
                    number,
                    answers,
                    number,
                    answers,
                    {
                        "validate": "list",
                        "source": list(line.meanings),
                        "error_type": "information",
                    },
                )
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, len(lines)), answers)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
    return data.getvalue()


def _texts(line: Pending) -> tuple[str, ...]:
    meanings = json.dumps(line.meanings, ensure_ascii=False) if line.choices else ""
    row = "" if line.row is None else str(line.row)
    shown = {value: label for label, value in line.meanings.items()}.get(line.answer, line.answer)
    return (
        line.kind,
        line.source,
        row,
        line.column,
        line.value,
        line.text,
        "；".join(line.meanings),
        shown,
        line.key,
        meanings,
    )


def _fits_a_list(entries: Iterable[str]) -> bool:
    """Excel takes at most 255 characters of list, and reads a comma inside an entry as two
    entries.
    """
    joined = ",".join(entries)
    return 0 < len(joined) <= 255 and joined.count(",") == len(list(entries)) - 1


@dataclass(frozen=True)
class Answers:
    """`given`: key -> value; `refused`: answers that say nothing for sure, to be given again."""

    given: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[Pending, ...] = ()


def read_answers(path: Path) -> Answers:
    """The filled-in workbook, the JSON beside it with `answer` filled in, or a plain JSON object
    key -> answer.
    """
    if path.suffix.lower() == ".json":
        return _given(path, _answers_of_json(path, read_json(path)))
    return _given(path, _answers_of_workbook(path))


@dataclass(frozen=True)
class _Said:
    """One answer as it stands in the file; `row` as Excel shows it."""

    key: str
    cell: Cell
    meanings: Mapping[str, str]
    row: int | None = None


def _answers_of_json(path: Path, document: object) -> Iterable[_Said]:
    found: list[tuple[object, object, object]]
    if isinstance(document, Mapping):
        found = [(key, answer, ()) for key, answer in document.items()]
    elif isinstance(document, list) and all(isinstance(line, Mapping) for line in document):
        found = [
            (line.get("key", ""), line.get("answer", ""), line.get("choices", ()))
            for line in document
        ]
    else:
        raise Unreadable(f"{path}：应是“标识 → 答复”的 JSON 对象，或填好答复的待确认事项.json")
    for key, answer, choices in found:
        if not isinstance(key, str) or not isinstance(answer, str):
            raise Unreadable(f"{path}：{json.dumps(key, ensure_ascii=False)} 的答复应是文字")
        yield _Said(key, entered(answer), _meanings(path, choices))


def _meanings(path: Path, choices: object) -> Mapping[str, str]:
    try:
        return {str(one["label"]): str(one["value"]) for one in choices}  # type: ignore[attr-defined]
    except (TypeError, KeyError):
        raise Unreadable(f"{path}：“choices”应是带 label 和 value 的列表") from None


def _answers_of_workbook(path: Path) -> Iterable[_Said]:
    from expert_pool.facts.refusal import Refusal
    from expert_pool.spreadsheet.grid import grids_of_workbook
    from expert_pool.spreadsheet.guard import check_size, is_workbook

    try:
        data = path.read_bytes()
        check_size(data)
        rows = grids_of_workbook(data)[0].rows if is_workbook(data) else []
    except OSError:
        raise Unreadable(f"{path}：打不开") from None
    except Refusal as refusal:
        raise Unreadable(f"{path}：{refusal.message_zh}") from None
    headings = [as_text(cell).strip() for cell in rows[0]] if rows else []
    if not {ANSWER, KEY, MEANING} <= set(headings):
        raise Unreadable(f"{path}：缺少“{ANSWER}”或“{KEY}”列，应是本程序写出的待确认事项表")
    places = [headings.index(heading) for heading in (KEY, ANSWER, MEANING)]
    for number, row in enumerate(rows[1:], 2):
        key, answer, meaning = (row[at] if at < len(row) else None for at in places)
        yield _Said(as_text(key).strip(), answer, _meanings_in(path, number, meaning), number)


def _meanings_in(path: Path, row: int, cell: Cell) -> Mapping[str, str]:
    """The hidden column that says what each wording stands for."""
    try:
        found = json.loads(as_text(cell) or "{}")
    except (json.JSONDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Unreadable(f"{path}：第 {row} 行“{MEANING}”列被改动过，请用原来的待确认事项表")
    return found


def _given(path: Path, found: Iterable[_Said]) -> Answers:
    """The answers that were given, each as the value that its wording stands for."""
    given: dict[str, str] = {}
    refused: list[Pending] = []
    for said in found:
        text: str | NotRead = answer_text(said.key.partition("-")[0], said.cell)
        if isinstance(text, str):
            text = {clean(one): value for one, value in said.meanings.items()}.get(text, text)
        if text and not said.key:
            text = NotRead(str(text), "这一行没有要答复的问题，须改正的请改原来的表")
        if isinstance(text, str) and text and given.setdefault(said.key, text) != text:
            del given[said.key]
            text = NotRead(text, "同一个问题写了两种答复，请只留一种")
        if isinstance(text, NotRead):
            shown = as_text(said.cell)
            refused.append(
                Pending(TO_CORRECT, f"答复没有采用：{text.why}", path.name, said.row, ANSWER, shown)
            )
    return Answers(given, tuple(refused))
