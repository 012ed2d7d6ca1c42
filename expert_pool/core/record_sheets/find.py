"""认表: which kind of record a table of a workbook holds, by the name of its sheet or by its
headings.
"""

from __future__ import annotations

from collections.abc import Sequence

from expert_pool.core.record_sheets.catalogue import (
    ELSEWHERE,
    FINDING,
    HIDDEN_LISTS,
    NAME,
    PERSON,
    RECORD,
    SHEETS,
    RecordSheet,
)
from expert_pool.facts.writing import compact


def match_headings(
    sheet: RecordSheet, headings: Sequence[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Field (or one of our own columns) -> heading of the file; and the headings that mean nothing
    here.
    """
    wanted: dict[str, str] = {compact(one.heading): one.field for one in sheet.columns}
    own = {
        compact(one): one
        for one in ((RECORD, PERSON, NAME, *FINDING) if sheet.person else (RECORD,))
    }
    other = {compact(word): one.field for one in sheet.columns for word in one.also}
    found: dict[str, str] = {}
    for names in (wanted, own, other):
        for heading in headings:
            field_name = names.get(compact(heading.rsplit(">", 1)[-1]))
            if field_name and field_name not in found and heading not in found.values():
                found[field_name] = heading
    unread = [
        one
        for one in headings
        if one not in found.values() and compact(one) not in ("序号", "编号", "No.", "NO")
    ]
    return found, tuple(unread)


def score(cells: Sequence[str]) -> float:
    """How much a row looks like the headings of a sheet of records, in fields."""
    return (
        max(len(match_headings(sheet, cells)[0]) for sheet in SHEETS.values())
        if any(cells)
        else 0.0
    )


def lacking(sheet: RecordSheet, headings: Sequence[str]) -> tuple[str, ...]:
    """Columns that a table of this kind cannot do without.

    A table with 记录编号 may hold no more than what is to be changed.
    """
    found, _ = match_headings(sheet, headings)
    if RECORD in found or sheet.only_changes:
        return () if {RECORD, PERSON, NAME} & set(found) else (NAME,)
    who = (NAME,) if sheet.person and not {PERSON, NAME} & set(found) else ()
    return (*who, *(one.heading for one in sheet.columns if one.needed and one.field not in found))


def named(title: str) -> RecordSheet | None:
    return next((one for one in SHEETS.values() if compact(one.title) == compact(title)), None)


def elsewhere(title: str) -> str:
    """What to do with a sheet that is known and does not belong here; "" for any other."""
    return ELSEWHERE.get(title.strip(), "")


def ignored(title: str) -> bool:
    return title in HIDDEN_LISTS


def recognise(title: str, headings: Sequence[str]) -> RecordSheet | None:
    """By the sheet's name, else the one kind whose needed columns are all there and that explains
    most headings; None when in doubt.
    """
    sheet = named(title)
    if sheet is not None:
        return sheet
    fitting = [
        one
        for one in SHEETS.values()
        if not lacking(one, headings) and not (one.only_changes or one.reading_only)
    ]
    counted = sorted(
        ((len(match_headings(one, headings)[0]), one.key) for one in fitting), reverse=True
    )
    if not counted or counted[0][0] < 3 or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return None
    return SHEETS[counted[0][1]]
