"""重复的行: rows that may be one person or one organisation are put to a person, and stay out until
answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from expert_pool.facts.intake import RowQuestion, question_key
from expert_pool.facts.writing import Choice

Draft = TypeVar("Draft")
DIFFERENT = "different"
MOST_COMPARED = 50  # with so many of one name or number, each is compared with the first ones only


def duplicates(
    drafts: Sequence[Draft],
    answers: Mapping[str, str],
    same: Callable[[Draft, Draft], bool],
    describe: Callable[[Draft], str],
    column: str,
    noun: str,
    keys: Callable[[Draft], Iterable[str]],
) -> tuple[list[Draft], list[RowQuestion], list[str]]:
    """Drafts to keep, questions, notes. `same`: worth asking; only entries that share one of `keys`
    are compared.

    Rows alike in every field are one row typed twice: the first is kept.
    """
    kept: list[Draft] = []
    questions: list[RowQuestion] = []
    notes: list[str] = []
    for group in _groups(drafts, same, keys):
        distinct = list({digest(draft): draft for draft in reversed(group)}.values())[::-1]
        if len(distinct) < len(group):
            rows = "、".join(str(_row(draft)) for draft in group)
            notes.append(f"第 {rows} 行有完全相同的内容，只取一行。")
        if len(distinct) == 1:
            kept.append(distinct[0])
            continue
        key = question_key("same", *sorted(map(digest, distinct)))
        answer = answers.get(key, "")
        by_answer = {f"keep:{digest(draft)}": draft for draft in distinct}
        if answer == DIFFERENT:
            kept += distinct
        elif answer in by_answer:
            kept.append(by_answer[answer])
        else:
            questions.append(_question(distinct, key, by_answer, describe, column, noun))
    return sorted(kept, key=_row), questions, notes


def _question(
    group: Sequence[Draft],
    key: str,
    by_answer: Mapping[str, Draft],
    describe: Callable[[Draft], str],
    column: str,
    noun: str,
) -> RowQuestion:
    rows = tuple(map(_row, group))
    lines = "；".join(f"第 {_row(draft)} 行（{describe(draft)}）" for draft in group)
    choices = [
        Choice(value, f"是{noun}，以第 {_row(draft)} 行为准") for value, draft in by_answer.items()
    ]
    choices.append(Choice(DIFFERENT, f"不是{noun}，都导入"))
    text = f"{lines}是不是{noun}？确认前都不导入。"
    return RowQuestion(
        rows[-1], column, text, tuple(choices), key, "same", getattr(group[0], "name", ""), rows
    )


def _groups(
    drafts: Sequence[Draft],
    same: Callable[[Draft, Draft], bool],
    keys: Callable[[Draft], Iterable[str]],
) -> list[list[Draft]]:
    """Connected by `same`."""
    parent = list(range(len(drafts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    buckets: dict[str, list[int]] = {}
    for i, draft in enumerate(drafts):
        for key in dict.fromkeys(key for key in keys(draft) if key):
            buckets.setdefault(key, []).append(i)
    for members in buckets.values():
        for position, i in enumerate(members):
            for j in members[: min(position, MOST_COMPARED)]:
                if root(i) != root(j) and same(drafts[i], drafts[j]):
                    parent[root(i)] = root(j)
    groups: dict[int, list[Draft]] = {}
    for i, draft in enumerate(drafts):
        groups.setdefault(root(i), []).append(draft)
    return list(groups.values())


def _row(draft: Any) -> int:
    return int(draft.row)


def digest(draft: Any) -> str:
    """What was written, not what was made of it: confirming a trade or answering a question leaves
    it as it is.
    """
    derived = (
        "row",
        "uid",
        "industries",
        "absences",
        "closed",
        "town_code",
        "birth",
        "birth_precision",
        "quality",
        "leader",
        "suspended_year",
    )
    written = {
        item.name: getattr(draft, item.name) for item in fields(draft) if item.name not in derived
    }
    marks = (getattr(draft, "quality", None), getattr(draft, "leader", None))
    words = sorted({item.source_word for item in draft.industries})
    return hashlib.sha256(repr((sorted(written.items()), words, marks)).encode()).hexdigest()[:12]
