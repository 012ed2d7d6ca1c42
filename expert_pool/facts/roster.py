"""名册的通用部分: rows of a sheet become drafts, drafts become what an import would change.

Written once for people and for firms; `Kind` says in what they differ. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from expert_pool.facts import headings as heading_words
from expert_pool.facts.compare import overlay
from expert_pool.facts.intake import (
    Change,
    Context,
    HeadingMap,
    ImportPlan,
    Parsed,
    RawRow,
    RawTable,
    RowQuestion,
    question_key,
)
from expert_pool.facts.people import DIFFERENT, digest, duplicates
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.row_reading import RowReader
from expert_pool.facts.writing import Choice

Draft = TypeVar("Draft")


@dataclass(frozen=True)
class Kind(Generic[Draft]):
    """一种名册. Drafts are dataclasses with `name`, `row`, `uid` and the fields of `labels`.

    `code`: as the headings name it. `one`: 同一个人, 同一家. `known`: how an entry already there is
    called; `update`, `new`: what the choices say beside it. `dated`: the date that has a precision.
    """

    code: Literal["expert", "applicant"]
    one: str
    known: str
    update: Callable[[Draft], str]
    new: str
    labels: Mapping[str, str]
    dated: str
    growing: Sequence[str]
    read: Callable[[RowReader, RawRow], Draft | None]
    alike: Callable[[Draft, Draft], bool]
    keys: Callable[[Draft], Iterable[str]]
    describe: Callable[[Draft], str]
    described: Callable[[Draft], str]
    show: Callable[[str, Any], str]
    same_value: Callable[[str, Any, Any], bool]


def map_headings(
    kind: Kind[Any],
    headings: Sequence[str],
    remembered: Mapping[str, str] | None,
    rows: Sequence[RawRow],
) -> HeadingMap:
    """What each heading means; `rows` help where the words do not."""
    return heading_words.map_headings(kind.code, headings, remembered or {}, rows)


def parse_rows(
    kind: Kind[Draft],
    table: RawTable,
    heading_map: HeadingMap,
    context: Context,
    remarks: Callable[[RowReader, Sequence[Draft]], Iterable[str]] = lambda _reader, _kept: (),
) -> Parsed[Draft]:
    """Every row: a draft, a bad row with its reasons, or part of a question.

    One pass, nothing guessed.
    """
    if "name" not in heading_map.fields.values():
        title = kind.labels["name"]
        raise Refusal("no-name-column", f"没有找到“{title}”一列，请在表头对应关系里指定。")
    reader = RowReader(table, heading_map, context)
    drafts = [draft for row in reader.rows() if (draft := kind.read(reader, row))]
    trades = reader.trade_questions()
    kept, same, notes = duplicates(
        drafts,
        context.answers,
        kind.alike,
        kind.describe,
        reader.column("name"),
        kind.one,
        kind.keys,
    )
    said = (*table.notes, *reader.unread_columns(), *reader.notes, *notes, *remarks(reader, kept))
    return Parsed(tuple(kept), tuple(reader.problems), (*reader.questions, *same), said, trades)


def compared(
    kind: Kind[Draft],
    parsed: Parsed[Draft],
    matched: Iterable[tuple[Draft, Draft | None]],
    questions: Sequence[RowQuestion],
) -> ImportPlan[Draft]:
    """`matched`: each draft with the entry it is, None for a new one. It is gone through before
    `questions` are read: matching may add to them.
    """
    new: list[Draft] = []
    changed: list[Change[Draft]] = []
    unchanged: list[Draft] = []
    for draft, before in matched:
        if before is None:
            new.append(draft)
            continue
        row: dict[str, Any] = {"row": getattr(draft, "row")}  # noqa: B009 - a field of any draft
        after, fields = overlay(
            before, draft, kind.labels, kind.show, kind.growing, kind.same_value
        )
        if not fields:
            unchanged.append(replace(before, **row))  # type: ignore[type-var]
            continue
        precision = f"{kind.dated}_precision"
        dated = any(one.field == kind.dated for one in fields)
        row[precision] = getattr(draft if dated else before, precision)
        changed.append(Change(before, replace(after, **row), fields))  # type: ignore[type-var]
    return ImportPlan(
        tuple(new),
        tuple(changed),
        tuple(unchanged),
        parsed.problems,
        (*parsed.questions, *questions),
        parsed.notes,
    )


def answered(
    kind: Kind[Draft],
    draft: Any,
    perhaps: Sequence[Any],
    answers: Mapping[str, str],
    questions: list[RowQuestion],
) -> Iterator[tuple[Draft, Draft | None]]:
    """What was said of somebody who may be known; nothing and a question while nobody has."""
    if not perhaps:
        yield draft, None
        return
    key = question_key("same", digest(draft), *sorted(one.uid for one in perhaps))
    choices = {f"is:{one.uid}": one for one in perhaps}
    answer = answers.get(key, "").strip()
    if answer == DIFFERENT:
        yield draft, None
    elif answer in choices:
        yield draft, choices[answer]
    else:
        named = "；".join(map(kind.described, perhaps))
        text = (
            f"第 {draft.row} 行（{kind.describe(draft)}）是不是{kind.known}{named}？"
            "确认前不导入这一行。"
        )
        offered = [Choice(value, kind.update(one)) for value, one in choices.items()]
        offered.append(Choice(DIFFERENT, f"不是{kind.one}，{kind.new}"))
        title = kind.labels["name"]
        questions.append(
            RowQuestion(
                draft.row, title, text, tuple(offered), key, "same", draft.name, (draft.row,)
            )
        )
