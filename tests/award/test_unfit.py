"""Reasons against planning somebody: codes with parameters, and words for each."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import award
from award.groups.core.unfit import WORDS, NotAssignable, Unfit, badge, kind, sentence, term_gap

DAYS = (date(2026, 9, 7), date(2026, 9, 8))


def test_every_code_that_is_given_has_words_and_every_word_is_used() -> None:
    folder = Path(award.__file__).parent / "groups"
    text = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    given = set(re.findall(r'Unfit\(\s*"([\w-]+)"', text)) | {"trainee", "no-term"}
    assert given | {"no-year"} == set(WORDS)


def test_badges_and_kinds_need_no_more_than_the_sentence_does() -> None:
    for words in WORDS.values():
        needed = [{part[1] for part in Formatter().parse(one) if part[1]} for one in words]
        assert needed[1] <= needed[0] and needed[2] <= needed[0]


def test_terms_are_over_short_or_missing() -> None:
    def found(*terms: tuple[date, date], trainee: bool = False) -> list[str]:
        return [reason.code for reason in term_gap(terms, trainee, DAYS)]

    assert found() == ["no-term"]
    assert found(trainee=True) == ["trainee"]
    assert found((date(2020, 1, 1), date(2026, 9, 6))) == ["term-over"]
    assert found((date(2020, 1, 1), date(2026, 9, 7))) == ["term-short"]
    assert found((date(2020, 1, 1), date(2026, 9, 7)), (DAYS[1], DAYS[1])) == []


def test_words_are_made_where_they_are_shown() -> None:
    reason = Unfit("term-short", (date(2026, 9, 7), *DAYS))
    assert sentence(reason).startswith("聘期（至 2026-09-07）没有覆盖")
    assert (badge(reason), kind(reason)) == ("聘期", "聘期")
    assert NotAssignable("e-1", "王五", (Unfit("suspended", ("核查",)),)).reasons == (
        "暂停使用：核查",
    )
