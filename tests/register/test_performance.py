"""Marks, deviations and proposals: known figures, both sides of every limit."""

from __future__ import annotations

from statistics import mean, stdev

import pytest

from expert_pool.core.eligibility import CandidateFacts, age_on, check
from expert_pool.core.performance import (
    RatingFacts,
    StageFacts,
    deviation,
    proposals,
    review_scores,
    year_mark,
)
from expert_pool.core.rulebook import rulebook
from tests.register.test_life import DAY

BOOK = rulebook()


def review(
    score: int, number: int = 0, year: int = 2026, rater: str = "secretariat"
) -> RatingFacts:
    return RatingFacts(year, f"企业{number}", "site", rater, score)


def scores(*pairs: tuple[float, float]) -> list[StageFacts]:
    return [
        StageFacts(2026, f"企业{n}", "site", own_score=own, consensus_score=agreed)
        for n, (own, agreed) in enumerate(pairs)
    ]


@pytest.mark.parametrize("count", [2, 5, 12, 31, 60])
def test_intervals_agree_with_the_textbook(count: int) -> None:
    from scipy import stats  # takes a second, which every process would wait for

    differences = [((7 * n) % 11) - 4 + 0.5 * (n % 2) for n in range(count)]
    found = deviation(scores(*((600 + one, 600) for one in differences)), 5)
    assert (
        found is not None
        and found.bias_low is not None
        and found.spread_low is not None
        and found.spread_high is not None
    )
    half = stats.t.ppf(0.975, count - 1) * stdev(differences) / count**0.5
    assert found.bias == pytest.approx(mean(differences))
    assert found.bias_low == pytest.approx(mean(differences) - half, rel=0.02, abs=0.05)
    assert found.spread == pytest.approx(stdev(differences))
    low, high = (
        stdev(differences) * ((count - 1) / stats.chi2.ppf(q, count - 1)) ** 0.5
        for q in (0.975, 0.025)
    )
    assert found.spread_low == pytest.approx(low, rel=0.05)
    if count >= 5:
        assert found.spread_high == pytest.approx(high, rel=0.05)
    assert found.few is (count < 5)


def test_leaning_is_said_only_with_enough_scores() -> None:
    few = deviation(scores(*[(640, 600), (641, 600), (642, 600), (643, 600)]), 5)
    many = deviation(scores(*[(640, 600), (641, 600), (642, 600), (643, 600), (644, 600)]), 5)
    even = deviation(scores(*[(640, 600), (560, 600), (610, 600), (590, 600), (601, 600)]), 5)
    assert [one.leaning for one in (few, many, even) if one] == ["", "偏高", ""]
    assert deviation([StageFacts(2026, "甲", "site", own_score=600.0)], 5) is None
    single = deviation(scores((610, 600)), 5)
    assert single is not None and (single.bias, single.bias_low, single.few) == (10, None, True)


def test_the_mark_weighs_the_sides_and_takes_off_what_happened() -> None:
    ratings = [
        review(90, rater="leader"),
        review(80),
        review(100, rater="applicant"),
        review(10, year=2025),
    ]
    stages = [
        StageFacts(2026, "企业0", "site", "late", "late"),
        StageFacts(2026, "企业1", "site", "no_show", "", True),
        StageFacts(2025, "企业2", "site", "no_show"),
    ]
    mark = year_mark(2026, ratings, stages, BOOK)
    assert mark.means == {"leader": 90, "secretariat": 80, "applicant": 100}
    assert mark.deductions == (
        ("迟到或早退", 1, 2),
        ("无故缺席", 1, 10),
        ("逾期提交", 1, 2),
        ("接受后推辞", 1, 2),
    )
    assert mark.mark == 88 - 16
    # A side that did not rate leaves its share to the others; nobody rated: no mark.
    assert year_mark(2026, [review(91, rater="leader"), review(80)], [], BOOK).mark == 86
    assert year_mark(2026, [], stages, BOOK).mark is None


@pytest.mark.parametrize(
    ("grade", "marks", "absent", "proven", "rules"),
    [
        ("reviewer", [90] * 10, 0, 0, {"reviewer-to-lead"}),
        ("reviewer", [90] * 9, 0, 0, set()),
        ("reviewer", [90] * 9 + [89], 0, 0, set()),
        ("reviewer", [90] * 10, 1, 0, set()),
        ("trainee", [75, 75], 0, 0, {"trainee-to-reviewer"}),
        ("trainee", [75, 74], 0, 0, set()),
        ("reviewer", [59, 60], 0, 0, {"exit-low"}),
        ("reviewer", [60, 60], 0, 0, set()),
        ("reviewer", [10], 0, 0, set()),
        ("lead", [74, 75, 75], 0, 0, {"lead-lost"}),
        ("lead", [75, 75, 75], 0, 0, set()),
        ("lead", [], 2, 0, {"exit-absent"}),
        ("reviewer", [], 0, 1, {"exit-violation"}),
        ("reviewer", [], 1, 0, set()),
    ],
)
def test_proposals_on_both_sides_of_each_limit(
    grade: str, marks: list[int], absent: int, proven: int, rules: set[str]
) -> None:
    ratings = [review(score, number, 2025 + number % 2) for number, score in enumerate(marks)]
    stages = [StageFacts(2026, f"企业{number}", "site", "no_show") for number in range(absent)]
    assert {
        one.rule for one in proposals(grade, 2026, ratings, stages, [2026] * proven, BOOK)
    } == rules
    # Older than the span: as if it had not been.
    old = [RatingFacts(2024, one.organisation, one.stage, one.rater, one.score) for one in ratings]
    assert proposals(grade, 2026, old, [], [2024] * proven, BOOK) == ()


def test_what_was_decided_is_not_proposed_again_on_the_same_evidence() -> None:
    stages = [StageFacts(2025, f"企业{number}", "site", "no_show") for number in range(2)]
    low = [review(50, number, 2025) for number in range(2)]

    def proposed(
        more: list[StageFacts], marks: list[RatingFacts], decided: dict[str, int]
    ) -> set[str]:
        return {
            one.rule
            for one in proposals(
                "reviewer", 2026, [*low, *marks], [*stages, *more], [2025], BOOK, decided
            )
        }

    whole = {"exit-low", "exit-absent", "exit-violation"}
    assert proposed([], [], {}) == whole
    assert proposed([], [], dict.fromkeys(whole, 2025)) == set()
    assert proposed([], [], {"exit-absent": 2025}) == whole - {"exit-absent"}
    again = [StageFacts(2026, "企业9", "site", "no_show")]
    assert proposed(again, [], dict.fromkeys(whole, 2025)) == {"exit-absent"}  # once more
    assert proposed([], [review(55, 9, 2026)], dict.fromkeys(whole, 2025)) == {"exit-low"}
    assert (
        proposed([StageFacts(2026, "企业9", "site", "present")], [], dict.fromkeys(whole, 2025))
        == set()
    )


def test_sides_of_one_review_make_one_score() -> None:
    assert review_scores(
        [review(90, rater="leader"), review(60, rater="applicant"), review(70, 1)], BOOK
    ) == (80, 70)


def test_the_rulebook_adds_up() -> None:
    assert [
        sum(points for _, points in rater.items.values()) for rater in BOOK.raters.values()
    ] == [100, 100, 100]
    assert sum(rater.weight for rater in BOOK.raters.values()) == 100


def test_conditions_are_met_unmet_or_unknown() -> None:
    from datetime import date

    whole = CandidateFacts(date(1961, 8, 3), "本科", "", 5, "培训班", None, True)
    assert [one.result for one in check(whole, DAY)] == ["met"] * 5
    assert [one.result for one in check(CandidateFacts(), DAY)] == ["unknown"] * 5
    bare = CandidateFacts(date(1960, 8, 3), "大专", "工程师", 4, "无", None, False)
    assert [one.result for one in check(bare, DAY)] == ["unmet"] * 5
    assert check(CandidateFacts(title="高级工程师", education="大专"), DAY)[0].result == "met"
    # 65 until the day before the 66th birthday.
    assert [age_on(date(1960, 8, day), DAY) for day in (3, 4)] == [66, 65]
