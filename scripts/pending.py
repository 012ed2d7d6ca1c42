"""待确认事项: what only a person can decide, as a workbook to fill in and as JSON; and the answers
read back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from expert_pool.facts.writing import Choice
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
        to_fill = workbook.add_format(boxed | {"bg_color": "#FFF8DC"})
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


def read_answers(path: Path) -> dict[str, str]:
    """The filled-in workbook, the JSON beside it with `answer` filled in, or a plain JSON object
    key -> answer.
    """
    if path.suffix.lower() == ".json":
        return _answers_of_json(path, read_json(path))
    return _answers_of_workbook(path)


def _answers_of_json(path: Path, document: object) -> dict[str, str]:
    found: list[tuple[str, str, Mapping[str, str]]]
    if isinstance(document, Mapping):
        found = [(key, answer, {}) for key, answer in document.items()]
    elif isinstance(document, list) and all(isinstance(line, Mapping) for line in document):
        found = [
            (
                line.get("key", ""),
                line.get("answer", ""),
                {c["label"]: c["value"] for c in line.get("choices", ())},
            )
            for line in document
        ]
    else:
        raise Unreadable(f"{path}：应是“标识 → 答复”的 JSON 对象，或填好答复的待确认事项.json")
    for key, answer, _ in found:
        if not isinstance(key, str) or not isinstance(answer, str):
            raise Unreadable(f"{path}：{json.dumps(key, ensure_ascii=False)} 的答复应是文字")
    return _given(found)


def _answers_of_workbook(path: Path) -> dict[str, str]:
    from expert_pool.facts.refusal import Refusal
    from expert_pool.spreadsheet.grid import grids_of_workbook
    from expert_pool.spreadsheet.guard import check_size

    try:
        data = path.read_bytes()
        check_size(data)
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in grids_of_workbook(data)[0].rows
        ]
    except OSError:
        raise Unreadable(f"{path}：打不开") from None
    except Refusal as refusal:
        raise Unreadable(f"{path}：{refusal.message_zh}") from None
    if not rows or not {ANSWER, KEY, MEANING} <= set(rows[0]):
        raise Unreadable(f"{path}：缺少“{ANSWER}”或“{KEY}”列，应是本程序写出的待确认事项表")
    places = [rows[0].index(heading) for heading in (KEY, ANSWER, MEANING)]
    found = []
    for row in rows[1:]:
        key, answer, meaning = (row[place] if place < len(row) else "" for place in places)
        found.append((key, answer, json.loads(meaning) if meaning else {}))
    return _given(found)


def _given(found: Iterable[tuple[str, str, Mapping[str, str]]]) -> dict[str, str]:
    """The answers that were given, each as the value that its wording stands for."""
    return {
        key: meanings.get(answer.strip(), answer.strip())
        for key, answer, meanings in found
        if key and answer.strip()
    }
