"""Regulation and rubric as data: what they say, what makes no sense in them, and that no number of
theirs is typed in code (办法第一、五、二十一条).
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from award.scoring import standard
from award.scoring.core.rubric import parse
from award.year import stages, store, years
from award.year.core import bound, regulation
from award.year.core.policy import YearPolicy
from award.year.core.regulation import Regulation
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.rubric import full_marks, newest_document
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK, Clock, copy_sqlite

ROOT = Path(__file__).parents[2]


def test_the_regulation_says_what_its_text_says() -> None:
    found = regulation.newest()
    assert (found.max_winners, found.max_quality, found.min_group_size) == (10, 5, 3)
    assert (found.quality_min_score, found.innovation_min_score) == (
        Decimal(600),
        Decimal(550),
    )
    assert (found.quorum, found.approval, found.approval_inclusive) == (
        Fraction(2, 3),
        Fraction(1, 2),
        None,
    )
    assert (found.award_quality_cny, found.award_innovation_cny) == (200_000, 100_000)
    assert (found.fraud_ban_years, found.post_award_revocation_years) == (5, 2)
    assert "doc_weight" in found.left_open and "public_notice_workdays" in found.left_open


def edited(
    change: dict[str, Any], document: Mapping[str, Any] = regulation.newest_document()
) -> dict[str, Any]:
    return deepcopy(dict(document)) | change


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        ({"max_winners": "10"}, "max_winners"),
        ({"max_winners": True}, "max_winners"),
        ({"max_winners": 4}, "max_quality"),
        ({"quorum": "2/0"}, "quorum"),
        ({"quorum": "3/2"}, "quorum"),
        ({"approval_inclusive": "yes"}, "approval_inclusive"),
        ({"quality_min_score": "六百"}, "quality_min_score"),
        ({"quality_min_score": "540"}, "quality_min_score"),
        ({"quality_min_score": "1001"}, "quality_min_score"),
        ({"quality_min_score": "NaN"}, "quality_min_score"),
        ({"quorum": "1e999999999"}, "quorum"),
        ({"fraud_ban_years": 10**12}, "fraud_ban_years"),
        ({"tie_break": "votes"}, "tie_break"),
        ({regulation.OPEN: 3}, regulation.OPEN),
    ],
)
def test_a_regulation_that_makes_no_sense_is_refused_by_entry(
    change: dict[str, Any], entry: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        regulation.parse(edited(change))
    assert (refusal.value.code, refusal.value.params["field"]) == ("bad-regulation", entry)


@pytest.mark.parametrize("item", fields(Regulation), ids=lambda item: item.name)
def test_every_entry_of_the_regulation_is_wanted(item: Any) -> None:
    written = edited({})
    name = regulation.OPEN if item.name == "left_open" else item.name
    del written[name]
    with pytest.raises(Refusal) as refusal:
        regulation.parse(written)
    assert refusal.value.params["field"] == name


def test_a_rubric_of_another_total_is_not_bound() -> None:
    assert full_marks() == regulation.newest().total_points == 1000
    other = edited({"total": 999}, newest_document())
    with pytest.raises(Refusal) as refusal:
        bound.bound_text(date(2026, 5, 8), rubric=other)
    assert (refusal.value.code, refusal.value.legal_basis) == ("bad-rubric", "办法第五条")


def test_one_content_has_one_digest() -> None:
    written = edited({})
    turned = dict(reversed(written.items()))
    assert regulation.digest(written) == regulation.digest(turned)
    assert regulation.digest(written) != regulation.digest(written | {"max_winners": 11})


# a year and what it goes by ---------------------------------------------------------------------


@pytest.fixture
def ledger(sqlite_template: Path, tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(copy_sqlite(sqlite_template, tmp_path), Clock())
    yield opened
    opened.close()


def rules(ledger: Ledger, year: int = cast.YEAR) -> bound.YearRules:
    with ledger.read() as session:
        return store.year(session, SYSTEM_VIEWER, year).rules


def test_a_year_is_bound_from_the_day_of_its_notice(ledger: Ledger) -> None:
    today = Clock()().date()
    for year, notice in ((2031, None), (2032, date.max), (2033, today)):
        with ledger.write(CLERK) as uow:
            wanted = YearFields("年度", date(year, 9, 1), date(year, 9, 9), notice)
            years.open_year(uow, year, wanted)
            uow.commit()
    assert [rules(ledger, year).bound_on for year in (2031, 2032, 2033)] == [None, None, today]


def noticed(ledger: Ledger, year: int) -> None:
    with ledger.write(CLERK) as uow:
        view = store.year(uow.session, SYSTEM_VIEWER, year)
        today = replace(view.fields, notice_date=Clock()().date())
        years.edit_year(uow, year, view.version, today)
        uow.commit()


def test_until_the_notice_a_wrong_number_is_corrected_and_its_confirmation_falls(
    ledger: Ledger,
) -> None:
    with ledger.write(CLERK) as uow:
        years.open_year(uow, 2031, YearFields("年度", date(2031, 9, 1), date(2031, 9, 9)))
        for item in ("4.1.2", "4.1.3", "4.1.4"):
            stages.check_item(uow, 2031, item)
        uow.commit()
    found = rules(ledger, 2031)
    document = json.loads(found.document)
    typed = regulation.typed(document, {"max_quality": " 4 ", "approval_inclusive": "no"})
    wrong = bound.typed_rubric(json.loads(found.rubric), {"4.1.2": "60"})
    right = bound.typed_rubric(json.loads(found.rubric), {"4.1.2": "45", "4.1.3": "35"})
    with ledger.write(CLERK) as uow:
        with pytest.raises(Refusal) as refusal:
            standard.bind_rules(uow, 2031, typed, wrong, "细则", 1)
        assert "分值之和不等于 1000" in refusal.value.message_zh
        with pytest.raises(Refusal) as refusal:
            standard.bind_rules(uow, 2031, typed, right, " ", 1)
        assert refusal.value.code == "reason-needed"
        assert standard.bind_rules(uow, 2031, typed, right, "诸政办发〔2026〕3号", 1) == 2
        with pytest.raises(Refusal) as refusal:
            standard.bind_rules(uow, 2031, typed, right, "晚了一步", 1)
        assert refusal.value.code == "stale"
        assert set(stages.checked(uow.session, 2031)) == {"4.1.4"}
        uow.commit()
    new = rules(ledger, 2031)
    assert (new.regulation.max_quality, new.regulation.approval_inclusive) == (4, False)
    assert new.bound_on == Clock()().date()
    assert replace(new.regulation, max_quality=5, approval_inclusive=None) == found.regulation
    by_no = parse(new.rubric).by_no
    assert (by_no["4.1.2"].points, by_no["4.1.2"].provenance) == (45, "memory")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"bands": 3}, "评审标准文件不完整"),
        ({"categories": [{"no": "4.1", "name": "领导", "points": 1000, "items": [1]}]}, "不完整"),
        ({"score_step_percent": 7}, "步长应能整除"),
        ({"standard": 19580}, "名称应是文字"),
        ({"bands": [[0, 5], [10, 99]]}, "从 0 到 100"),
    ],
)
def test_a_standard_that_cannot_be_scored_is_not_bound(
    ledger: Ledger, change: dict[str, Any], sentence: str
) -> None:
    rubric = edited(change, newest_document())
    with ledger.write(CLERK) as uow, pytest.raises(Refusal) as refusal:
        standard.bind_rules(uow, cast.YEAR, regulation.newest_document(), rubric, "细则", 1)
    assert (refusal.value.code, sentence in refusal.value.message_zh) == ("bad-rubric", True)


def test_a_bound_year_keeps_its_version_whatever_comes_later(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger.write(CLERK) as uow:
        wanted = YearFields("2031年度", date(2031, 9, 1), date(2031, 9, 9))
        years.open_year(uow, 2031, wanted)
        earlier = edited({"id": "zhuji-2020", "max_quality": 6, "min_group_size": 2})
        years.bind_rules(uow, 2031, earlier, reason="〔2020〕34号")
        uow.commit()
    found = rules(ledger, 2031)
    assert (found.regulation.id, found.regulation.max_quality) == ("zhuji-2020", 6)
    assert found.regulation_digest == regulation.digest(earlier)
    noticed(ledger, 2031)
    with ledger.write(CLERK) as uow, pytest.raises(Refusal) as refusal:
        years.bind_rules(uow, 2031)
    assert refusal.value.code == "bound"
    monkeypatch.setattr(regulation, "newest_document", dict)
    bound.rules_of.cache_clear()
    assert rules(ledger, 2031) == found


def test_groups_are_no_smaller_than_the_years_regulation_asks(ledger: Ledger) -> None:
    assert YearPolicy().group_size[0] == regulation.newest().min_group_size
    wanted = YearFields(
        "2031年度", date(2031, 9, 1), date(2031, 9, 9), policy=YearPolicy(group_size=(2, 4))
    )
    with ledger.write(CLERK) as uow, pytest.raises(Refusal) as refusal:
        years.open_year(uow, 2031, wanted)
    assert (refusal.value.code, refusal.value.params["field"]) == ("bad-policy", "group_size")


# no number of theirs in code ----------------------------------------------------------------------

# How somebody who types a number of the regulation or of the rubric would call it.
NUMBERS = ("int", "Decimal", "Fraction")
NAMES = {item.name for item in fields(Regulation) if item.type in NUMBERS} | {
    "winners", "quota", "max_innovation", "quality_line", "innovation_line", "min_score",
    "total", "total_score", "full_marks", "prize", "bonus", "amount_quality", "amount_innovation",
    "ban_years", "revocation_years", "operation_years", "clean_years", "score_step", "step_percent",
    "majority", "bands",
}  # fmt: skip


def typed_numbers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where one of the names is given a number: assignment, default or argument."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(one.id, node.value) for one in node.targets if isinstance(one, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            pairs = [(node.target.id, node.value)]
        elif isinstance(node, ast.keyword) and node.arg:
            pairs = [(node.arg, node.value)]
        elif isinstance(node, ast.arguments):
            given = [*node.posonlyargs, *node.args]
            pairs = [
                (one.arg, value)
                for one, value in zip(
                    given[len(given) - len(node.defaults) :], node.defaults, strict=True
                )
            ] + [
                (one.arg, value)
                for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True)
            ]
        for name, value in pairs:
            if name.lower() in NAMES and value is not None and number(value):
                yield value.lineno, name


def number(value: ast.expr) -> bool:
    """Whether a number other than 0 and 1 stands anywhere in it."""
    return any(
        isinstance(one, ast.Constant)
        and isinstance(one.value, int | float)
        and not isinstance(one.value, bool)
        and one.value not in (0, 1)
        for one in ast.walk(value)
    )


def test_no_number_of_regulation_or_rubric_is_typed_in_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for package in ("award", "expert_pool", "api", "scripts")
        for path in sorted((ROOT / package).rglob("*.py"))
        if "benchmarks" not in path.parts and "migrations" not in path.parts
        for line, name in typed_numbers(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "TOTAL = 1000",
        "def vote(quorum=Fraction(2, 3)): ...",
        "f(max_quality=5)",
        "quality_line: int = 600",
    ],
)
def test_the_search_finds_a_typed_number(code: str) -> None:
    assert list(typed_numbers(ast.parse(code)))
