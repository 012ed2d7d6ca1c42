"""Books of another make: other headings in another order, other words, other absences; compared
with the truth row by row.
"""

from datetime import date
from typing import Any

import pytest

from award.applicants.core import sheet_in as applicants_roster
from expert_pool.core import roster as experts_roster
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.intake import Context, Parsed
from expert_pool.spreadsheet import read_table
from tests.import_ import office

CONTEXT = Context(2026, (office.FIRST, office.LAST))


def read(data: bytes, roster: Any) -> Parsed[Any]:
    table = read_table(data, "台账.xlsx")
    headings = roster.map_headings(table.headings, {}, table.rows)
    assert not headings.unknown
    parsed: Parsed[Any] = roster.parse_rows(table, headings, CONTEXT)
    return parsed


def half_days(meant: set[tuple[date, str]] | None) -> tuple[HalfDay, ...] | None:
    return None if meant is None else tuple(sorted(HalfDay(day, half) for day, half in meant))  # type: ignore[arg-type]


def same_day(draft_date: date, precision: str, meant: date | tuple[int, int]) -> bool:
    return (
        (draft_date.year, draft_date.month) == meant
        if isinstance(meant, tuple)
        else draft_date == meant and precision == "day"
    )


def trades_found(industries: Any, meant: list[set[str]]) -> bool:
    """Every trade meant is among the codes, and no code comes from nowhere."""
    codes = {item.code for item in industries}
    allowed = set().union(*meant) if meant else set()
    hit = all(
        any(code.startswith(one) or one.startswith(code) for code in codes for one in options)
        for options in meant
    )
    return hit and all(
        any(code.startswith(one) or one.startswith(code) for one in allowed) for code in codes
    )


@pytest.mark.parametrize("seed", range(12))
def test_experts_of_another_office_are_read_as_they_are_meant(seed: int) -> None:
    book = office.experts(seed)
    parsed = read(book.data, experts_roster)
    assert {problem.row: problem.column for problem in parsed.problems} == book.bad
    held = {row for pair in book.twins for row in pair}
    assert [question.rows for question in parsed.questions if question.kind == "same"] == book.twins
    assert {q.row: q.value for q in parsed.questions if q.kind == "absence"} == book.asked
    assert {draft.row for draft in parsed.drafts} == set(book.truth) - set(book.bad) - held
    for draft in parsed.drafts:
        truth = book.truth[draft.row]
        for name in (
            "name",
            "phone",
            "town_code",
            "quality",
            "leader",
            "suspended_year",
            "served_years",
            "recuse",
        ):
            assert getattr(draft, name) == truth[name], (draft.row, name)
        assert same_day(draft.birth, draft.birth_precision, truth["birth"]), (
            draft.row,
            draft.birth,
            truth["birth"],
        )
        assert draft.absences == (
            None if truth["absences"] == "ask" else half_days(truth["absences"])
        ), (draft.row, draft.absence_text)
        assert trades_found(draft.industries, truth["trades"]), (draft.row, draft.industries)


@pytest.mark.parametrize("seed", range(12))
def test_applicants_of_another_office_are_read_as_they_are_meant(seed: int) -> None:
    book = office.applicants(seed)
    parsed = read(book.data, applicants_roster)
    assert {problem.row: problem.column for problem in parsed.problems} == book.bad
    assert {q.row: q.value for q in parsed.questions if q.kind == "absence"} == book.asked
    assert {draft.row for draft in parsed.drafts} == set(book.truth) - set(book.bad)
    for draft in parsed.drafts:
        truth = book.truth[draft.row]
        for name in ("name", "uscc", "award", "town_code", "employees", "phone", "past_awards"):
            assert getattr(draft, name) == truth[name], (draft.row, name)
        assert same_day(draft.founded, draft.founded_precision, truth["founded"])
        expected = None if truth["closed"] == "ask" else half_days(truth["closed"] or set())
        assert draft.closed == expected, (draft.row, draft.closed_text)
        assert trades_found(draft.industries, truth["trades"]), (draft.row, draft.industries)


@pytest.mark.parametrize("seed", range(3))
def test_reading_the_same_book_twice_changes_nothing(seed: int) -> None:
    for data, roster in (
        (office.experts(seed).data, experts_roster),
        (office.applicants(seed).data, applicants_roster),
    ):
        parsed = read(data, roster)
        first = roster.diff(parsed, ())
        again = roster.diff(parsed, first.new)
        assert len(first.new) == len(parsed.drafts)
        assert (again.new, again.changed, len(again.unchanged)) == ((), (), len(parsed.drafts))
