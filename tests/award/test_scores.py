"""Numbers of a scorebook and of the consensus: annex A of the order of work, items 1, 4 and 14."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from award.scoring.core import consensus, follow, scorebook, shortlist
from award.scoring.core.consensus import Agreed, Limits
from award.scoring.core.rubric import Rubric, parse, points, written
from award.scoring.core.scorebook import Book, Mark
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.rubric import NEWEST

TEXT = NEWEST.read_text("utf-8")
RUBRIC = parse(TEXT)
LIMITS = Limits(20)


def filled(percent: int, **others: int) -> Book:
    marks = {item.no: Mark(percent, strengths="有方法。", saved=1) for item in RUBRIC.items}
    for no, other in others.items():
        marks[no] = replace(marks[no], percent=other)
    return Book(marks)


def test_points_are_exact() -> None:
    def of(no: str, percent: int) -> str:
        return written(points(RUBRIC.item(no), percent))

    assert (of("4.4.2", 55), of("4.4.3", 5), of("4.7.2", 65)) == ("33.00", "0.75", "52.00")
    assert written(scorebook.total(RUBRIC, scorebook.complete(RUBRIC, filled(60)))) == "600.00"
    assert written(scorebook.total(RUBRIC, scorebook.complete(RUBRIC, filled(55)))) == "550.00"
    moved = filled(60, **{"4.4.3": 55, "4.4.6": 65})
    assert written(scorebook.total(RUBRIC, scorebook.complete(RUBRIC, moved))) == "599.75"


@given(st.lists(st.integers(0, 20), min_size=23, max_size=23))
def test_every_book_is_a_multiple_of_a_quarter_point(steps: list[int]) -> None:
    percents = {item.no: step * 5 for item, step in zip(RUBRIC.items, steps, strict=True)}
    assert scorebook.total(RUBRIC, percents) % 25 == 0


def _broken(**changes: object) -> Rubric:
    return parse(json.dumps({**json.loads(TEXT), **changes}))


def test_rubric_that_does_not_add_up_is_refused() -> None:
    assert (len(RUBRIC.items), RUBRIC.total, RUBRIC.step) == (23, 1000, 5)
    assert RUBRIC.digest == parse(json.dumps(json.loads(TEXT), indent=3)).digest
    for changes in ({"total": 999}, {"score_step_percent": 7}, {"bands": [[0, 5], [3, 100]]}):
        with pytest.raises(Refusal, match="评审标准有误"):
            _broken(**changes)
    with pytest.raises(Refusal, match="不完整"):
        parse('{"id": "x"}')


def test_off_the_scale_and_unknown_items_are_refused() -> None:
    for percent in (52, -5, 105):
        with pytest.raises(Refusal) as refused:
            scorebook.save_mark(RUBRIC, Book(), "4.1.2", Mark(percent))
        assert refused.value.message_zh == f"{percent}%不在评分档上，应为0到100之间5的倍数。"
    with pytest.raises(Refusal, match=r"没有条款 4\.9\.9"):
        scorebook.save_mark(RUBRIC, Book(), "4.9.9", Mark(50))


def test_two_windows_cannot_overwrite_each_other() -> None:
    once = scorebook.save_mark(RUBRIC, Book(), "4.1.2", Mark(50))
    assert once.mark("4.1.2") == Mark(50, saved=1)
    with pytest.raises(Refusal) as refused:
        scorebook.save_mark(RUBRIC, once, "4.1.2", Mark(60))
    assert refused.value.code == "stale"
    # Another item of the same book is another matter; saving the same again changes nothing.
    both = scorebook.save_mark(RUBRIC, once, "4.1.3", Mark(45))
    assert scorebook.save_mark(RUBRIC, both, "4.1.3", Mark(45, saved=1)) is both
    assert scorebook.from_json(scorebook.to_json(both)) == both


def test_empty_is_never_zero() -> None:
    book = filled(60)
    marks = dict(book.marks)
    del marks["4.4.3"]
    gap = Book(marks)
    assert gap.done(RUBRIC) == 22
    assert scorebook.gaps(RUBRIC, gap, 1, "document") == (
        "4.4.3尚未评分；没有内容请评0%并写理由。",
    )
    with pytest.raises(Refusal, match=r"4\.4\.3尚未评分"):
        scorebook.complete(RUBRIC, gap)
    zero = Book({**marks, "4.4.3": Mark(0)})
    assert scorebook.gaps(RUBRIC, zero, 0, "document") == ("4.4.3评0%，请写理由。",)
    said = Book({**marks, "4.4.3": Mark(0, improvements="没有预算管理的说明。")})
    assert scorebook.gaps(RUBRIC, said, 1, "document") == ()
    assert scorebook.gaps(RUBRIC, said, 2, "document")[0] == "4.1.2只写了1条意见，至少要2条。"


def test_site_book_begins_with_the_consensus_and_asks_for_evidence() -> None:
    start = {item.no: 55 for item in RUBRIC.items}
    book = Book({}, start)
    assert book.done(RUBRIC) == 23
    assert scorebook.gaps(RUBRIC, book, 1, "site") == ()
    moved = scorebook.save_mark(RUBRIC, book, "4.1.2", Mark(65))
    assert scorebook.gaps(RUBRIC, moved, 1, "site") == ("4.1.2由55%改为65%，请写现场证据。",)
    assert written(consensus.change(RUBRIC.item("4.1.2"), 55, 65)) == "5.00"


def test_receipt_is_of_the_book_and_its_nonce() -> None:
    text = scorebook.to_json(filled(60))
    code = scorebook.receipt(text, "n1")
    assert len(code) == 16 and code == scorebook.receipt(scorebook.to_json(filled(60)), "n1")
    assert code != scorebook.receipt(text, "n2")
    assert code != scorebook.receipt(scorebook.to_json(filled(60, **{"4.1.2": 65})), "n1")


def test_alike_and_copied_books_are_noticed() -> None:
    assert scorebook.all_alike(RUBRIC, filled(60))
    assert not scorebook.all_alike(RUBRIC, filled(60, **{"4.1.2": 65}))
    assert not scorebook.all_alike(RUBRIC, Book())
    numbers = [item.no for item in RUBRIC.items]
    mine = dict.fromkeys(numbers, 60)
    for differing, copied in ((2, True), (3, False)):
        other = {**mine, **dict.fromkeys(numbers[:differing], 65)}
        assert scorebook.suspiciously_equal(RUBRIC, mine, other) is copied


def row(*values: int, start: int | None = None) -> consensus.Row:
    books = {
        f"e{position}": {**dict.fromkeys(RUBRIC.by_no, 50), "4.1.2": value}
        for position, value in enumerate(values)
    }
    begun = None if start is None else dict.fromkeys(RUBRIC.by_no, start)
    return consensus.matrix(RUBRIC, books, LIMITS, begun)[0]


def test_suggestion_is_the_median_to_the_step() -> None:
    first = row(50, 55, 70)
    assert (first.spread, first.must_discuss, first.suggestion) == (20, True, 55)
    assert row(45, 50, 55, 65).suggestion == 55
    assert consensus.median((45, 50, 55, 65)) == Fraction(105, 2)
    assert (row(50, 55, 65).must_discuss, row(65, 70).must_discuss) == (False, True)
    assert not consensus.must_discuss(RUBRIC, (65, 70), Limits(20, bands=False))


def test_what_the_group_may_agree_on() -> None:
    wide = row(50, 55, 70)
    for agreed, why in (
        (Agreed(55), "4.1.2相差20个百分点，请写理由。"),
        (
            Agreed(75),
            "4.1.2定为75%，超出各评审员的50%到70%，请写理由，并由全体成员同意。",
        ),
        (Agreed(52, "商定"), "52%不在评分档上，应为0到100之间5的倍数。"),
    ):
        with pytest.raises(Refusal) as refused:
            consensus.demand_agreed(RUBRIC, wide, agreed)
        assert refused.value.message_zh == why
    with pytest.raises(Refusal, match=r"建议值是55%，改为50%请写理由"):
        consensus.demand_agreed(RUBRIC, row(50, 55, 60), Agreed(50))
    outside = Agreed(75, "现场材料", assents=("e0", "e1"))
    consensus.demand_agreed(RUBRIC, wide, outside)
    assert consensus.missing_assents(wide, outside, ("e0", "e1", "e2")) == ("e2",)
    moved = row(55, 65, 65, start=55)
    with pytest.raises(Refusal) as refused:
        consensus.demand_agreed(RUBRIC, moved, Agreed(65, "一致"))
    assert refused.value.message_zh == "4.1.2由55%改为65%，请写现场证据。"
    consensus.demand_agreed(RUBRIC, moved, Agreed(65, "一致", "首次会议记录"))


def test_consensus_is_finished_when_every_item_is_and_all_assent() -> None:
    books = {f"e{k}": dict.fromkeys(RUBRIC.by_no, value) for k, value in enumerate((50, 55, 60))}
    books["e2"]["4.1.2"] = 80
    rows = consensus.matrix(RUBRIC, books, LIMITS)
    taken = consensus.acceptable(rows, {})
    assert len(taken) == 22 and "4.1.2" not in taken
    with pytest.raises(Refusal, match=r"4\.1\.2还没有合议结果"):
        consensus.demand_finished(RUBRIC, rows, taken, books)
    taken["4.1.2"] = Agreed(85, "材料充分", assents=("e0", "e1"))
    with pytest.raises(Refusal, match="还有1人没有同意"):
        consensus.demand_finished(RUBRIC, rows, taken, books)
    taken["4.1.2"] = Agreed(85, "材料充分", assents=("e0", "e1", "e2"))
    consensus.demand_finished(RUBRIC, rows, taken, books)
    assert written(consensus.total(RUBRIC, taken)) == "565.00"
    assert consensus.by_spread(rows)[0].item.no == "4.1.2"


def test_books_follow_the_plan_and_the_people() -> None:
    books = [
        follow.Held("b-a", "firm", "a", "locked"),
        follow.Held("b-b", "firm", "b", "locked"),
        follow.Held("b-c", "firm", "c", "locked"),
    ]
    seats = {("firm", one) for one in "abc"}
    assert follow.follow(books, seats, follow.People()) == ()
    # b is found in conflict: void, and the substitute scores blind; a falls ill: locked, stays.
    changes = follow.follow(
        books,
        {("firm", "c"), ("firm", "d")},
        follow.People(recused=frozenset({("firm", "b")}), away=frozenset({"a"})),
    )
    assert [(one.act, one.expert) for one in changes] == [("void", "b"), ("create", "d")]
    assert follow.reopened(changes) == {"firm"}
    open_book = [follow.Held("b-a", "firm", "a", "open")]
    away = follow.People(away=frozenset({"a"}))
    assert [one.act for one in follow.follow(open_book, {("firm", "a")}, away)] == ["void"]


def test_suspended_member_is_frozen_until_decided_or_replaced() -> None:
    held = follow.Held("b-a", "firm", "a", "locked")
    frozen = replace(held, state="frozen")
    seats = {("firm", "a")}
    suspended = follow.People(suspended=frozenset({"a"}))

    def acts(book: follow.Held, people: follow.People, wanted: set[tuple[str, str]]) -> list[str]:
        return [one.act for one in follow.follow([book], wanted, people)]

    assert acts(held, suspended, seats) == ["freeze"]
    assert acts(frozen, suspended, seats) == []
    assert acts(frozen, follow.People(), seats) == ["thaw"]
    assert acts(frozen, suspended, set()) == ["void"]
    assert acts(held, follow.People(proven=frozenset({"a"})), seats) == ["void"]


def test_ties_at_the_cut_all_go_in() -> None:
    scores = {f"a{k}": Fraction(60_000 - 100 * k, 100) for k in range(7)}
    scores |= {"x": Fraction(54825, 100), "y": Fraction(54825, 100), "z": Fraction(500)}
    found = shortlist.by_rule(scores, shortlist.Rule(8, None))
    assert len(found.inside) == 9 and {"x", "y"} <= found.inside
    asked = shortlist.by_rule(scores, shortlist.Rule(8, None, ties=False))
    assert (len(asked.inside), asked.tied) == (7, {"x", "y"})
    least = shortlist.by_rule(scores, shortlist.Rule(8, Fraction(550)))
    assert len(least.inside) == 7
    assert shortlist.ranks(scores)["x"] == shortlist.ranks(scores)["y"] == 8
    with pytest.raises(Refusal, match="与评审组的建议不同"):
        shortlist.demand_reasons({"x": True}, {"x": False}, {})
