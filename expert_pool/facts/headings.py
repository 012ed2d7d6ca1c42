"""表头的含义: which field a heading means, by its words first and by what stands below it second.

Headings that people mapped once are remembered and go first. What rests on resemblance or on the
cells alone is marked unsure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from expert_pool.facts.dates import Written, read_date
from expert_pool.facts.table import HeadingMap, RawRow
from expert_pool.facts.towns import Towns
from expert_pool.facts.writing import Cell, Unreadable, blank, compact, person_name, phone

Kind = Literal["expert", "applicant", "groups"]
FILE = Path(__file__).parent / "data" / "headings.json"
SURE = 0.7
POSSIBLE = 0.45
IGNORED = ("number", "private")
SAMPLE = 60  # cells looked at per column
LONGEST_HEADING = 40
# Dates in a heading say which days are asked about, not what the column is (9月7日-25日不能参加的时
# 间).
DATES = re.compile(
    r"(20\d\d年?)?\d{1,2}[月./]\d{1,2}[日号]?((-|~|—|–|至|到)(\d{1,2}[月./])?\d{1,2}[日号]?)?(期间|之间|内)?|20\d\d年?度?"
)
DECORATION = re.compile(r"[*#·_:。,;!?\"'“”<>《》【】\[\]]|必填|选填|请填写|^\d+[.、]")


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a roster: its names, sure patterns and one wide pattern for free wordings, and
    whether several columns may carry it.
    """

    name: str
    label: str
    names: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    wide: re.Pattern[str] | None
    many: bool


@lru_cache(maxsize=2)
def vocabulary(kind: Kind) -> tuple[Field, ...]:
    document = json.loads(FILE.read_text("utf-8"))[kind]
    return tuple(
        Field(
            name,
            entry["label"],
            tuple(map(plain, entry["names"])),
            tuple(map(re.compile, entry.get("patterns", ()))),
            re.compile(entry["wide"]) if "wide" in entry else None,
            entry.get("many", False),
        )
        for name, entry in document.items()
    )


def labels(kind: Kind) -> Mapping[str, str]:
    return {field.name: field.label for field in vocabulary(kind)}


def plain(heading: Cell) -> str:
    """A heading without blanks, marks, hints in brackets and dates."""
    return _plain(compact(heading).lower())


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    text = re.sub(r"\((?:[^()]*(?:请|如|例|填|多个|必|可|格式|单位:|√|是/否|打)[^()]*)\)", "", text)
    text = re.sub(
        r"(?<=.)\((\w{1,6})\)$", r"\1" if re.search(r"\((部门|街道|产品|人)\)$", text) else "", text
    )
    text = DATES.sub("", text) or text
    return DECORATION.sub("", text)


def score(heading: str, field: Field) -> float:
    """0 to 1: how well a heading names the field."""
    text = plain(heading)
    parts = [text, *[part for part in re.split(r"[/|]", text) if len(part) >= 2 and part != text]]
    if (
        ">" in heading
    ):  # a heading over two rows: the lower one names the column, the upper one helps
        parts += [plain(part) for part in heading.split(">")[::-1]]
    return max(
        (
            _score_one(part, field) * (1.0 if i == 0 else 0.92)
            for i, part in enumerate(parts)
            if part
        ),
        default=0.0,
    )


@lru_cache(maxsize=32_768)
def _score_one(text: str, field: Field) -> float:
    if text in field.names:
        return 1.0
    if len(text) > LONGEST_HEADING:
        return 0.0
    best = 0.88 if any(pattern.fullmatch(text) for pattern in field.patterns) else 0.0
    if field.wide and field.wide.fullmatch(text):
        best = max(best, 0.72)
    own = _bigrams(text)
    for name in field.names:
        if len(name) >= 2 and name in text:
            tail = 0.1 if text.endswith(name) else 0.0
            best = max(best, 0.45 + 0.4 * len(name) / len(text) + tail)
        elif len(text) >= 2 and text in name:
            best = max(best, 0.4 + 0.35 * len(text) / len(name))
        elif shared := own & _bigrams(name):
            best = max(best, 1.24 * len(shared) / (len(own) + len(_bigrams(name))))
    return min(best, 0.95)


@lru_cache(maxsize=8192)
def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def row_score(cells: Sequence[str], kind: Kind) -> float:
    """How much a row looks like the heading row of a roster: the sum of each field's best cell."""
    words = {
        cell
        for cell in cells
        if cell and len(cell) <= 2 * LONGEST_HEADING and not re.fullmatch(r"[\d\s./:\-]+", cell)
    }
    total = 0.0
    for field in vocabulary(kind):
        if field.name not in IGNORED:
            best = max((score(word, field) for word in words), default=0.0)
            total += best if best >= SURE else 0.0
    return total


def map_headings(
    kind: Kind, headings: Sequence[str], remembered: Mapping[str, str], rows: Sequence[RawRow] = ()
) -> HeadingMap:
    """Each heading gets the field it fits best, each field (unless `many`) the heading that fits
    best.
    """
    fields = {field.name: field for field in vocabulary(kind)}
    known = {plain(heading): name for heading, name in remembered.items()}
    columns = {
        heading: [row.cells.get(heading) for row in rows if not blank(row.cells.get(heading))][
            :SAMPLE
        ]
        for heading in headings
    }
    chosen: dict[str, str] = {
        h: known[plain(h)]
        for h in headings
        if plain(h) in known and (known[plain(h)] in fields or not known[plain(h)])
    }
    unsure: list[str] = []
    ranked = sorted(
        (
            (score(heading, field), -order, heading, field)
            for order, heading in enumerate(headings)
            for field in fields.values()
        ),
        key=lambda item: (-item[0], -item[1]),
    )
    for points, _, heading, field in ranked:
        taken = not field.many and field.name not in IGNORED and field.name in chosen.values()
        if points < POSSIBLE or heading in chosen or taken:
            continue
        if _denied(kind, field.name, columns[heading]):
            continue
        chosen[heading] = field.name
        if points < SURE or field.name == "schedule":
            unsure.append(heading)
    for heading in headings:
        if heading not in chosen and (
            found := _by_content(kind, columns[heading], chosen.values())
        ):
            chosen[heading] = found
            unsure.append(heading)
    mapped = {heading: chosen[heading] for heading in headings if chosen.get(heading)}
    return HeadingMap(
        mapped,
        tuple(h for h in headings if h in unsure),
        tuple(h for h in headings if h not in chosen),
    )


def _share(test: Callable[[Cell], bool], values: Sequence[Cell]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _is_phone(value: Cell) -> bool:
    return isinstance(phone(value), str) and len(re.sub(r"\D", "", compact(value))) >= 7


def _is_code(value: Cell) -> bool:
    return (
        bool(re.fullmatch(r"[0-9A-Z]{17,18}", compact(value).upper()))
        and not compact(value).isdecimal()
    )


def _is_date(value: Cell) -> bool:
    return isinstance(read_date(value, 1900, 2100), Written)


def _is_gender(value: Cell) -> bool:
    return compact(value) in ("男", "女")


def _is_award(value: Cell) -> bool:
    return bool(re.search(r"(质量|创新)奖?$", compact(value)))


def _is_town(value: Cell) -> bool:
    match = Towns.load().match(compact(value))
    return match is not None and match.certain


def _is_name(value: Cell) -> bool:
    name = person_name(value)
    return not isinstance(name, Unreadable) and 2 <= len(name) <= 4


def _is_company(value: Cell) -> bool:
    return bool(
        re.search(r"公司|集团|厂$|医院|学校|学院|研究院|中心|局$|协会|合作社", compact(value))
    )


CONTENT: dict[str, Callable[[Cell], bool]] = {
    "phone": _is_phone,
    "uscc": _is_code,
    "gender": _is_gender,
    "award": _is_award,
}
WEAK_CONTENT: Mapping[Kind, dict[str, Callable[[Cell], bool]]] = {
    "expert": {"birth": _is_date, "place": _is_town, "name": _is_name, "employer": _is_company},
    "applicant": {"founded": _is_date, "place": _is_town, "name": _is_company, "contact": _is_name},
    "groups": {"firm": _is_company},
}


def _by_content(kind: Kind, values: Sequence[Cell], taken: Collection[str]) -> str:
    """The field that the cells themselves betray, if it is still free."""
    if len(values) < 3:
        return ""
    fields = {field.name for field in vocabulary(kind)}
    for name, test in (CONTENT | WEAK_CONTENT[kind]).items():
        if name in fields and name not in taken and _share(test, values) >= 0.9:
            return name
    return ""


def _denied(kind: Kind, name: str, values: Sequence[Cell]) -> bool:
    """A heading that says telephone over cells that are none is not the telephone column."""
    if len(values) < 3:
        return False
    if name in ("phone", "uscc"):
        return _share(lambda value: bool(re.search(r"\d", compact(value))), values) < 0.3
    if name == "name" and kind == "expert":
        return _share(_is_company, values) > 0.5
    if name == "name":
        return _share(_is_name, values) > 0.8 and _share(_is_company, values) < 0.2
    return False
