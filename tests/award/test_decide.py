"""From the scorebooks to the winners: the test numbers of the regulation's articles 4,
13(6)-(9), 14.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from assignment.reading import FormatError
from award.decision.core.ballot import Round, Share, Standing, Tally, check_round, passes, ranking
from award.decision.core.check import check
from award.decision.core.decide import decide
from award.decision.core.places import Quota, within
from award.decision.core.scores import book_score
from award.decision.core.year_file import read_year
from expert_pool.facts.refusal import Refusal
from tests.award.random_years import ITEMS, Json, case, flat, random_year, round_, to_bytes, year

SCHEMAS = Path(__file__).parents[2] / "award/decision/schemas"
YEAR, DECISION = (
    Draft202012Validator(json.loads((SCHEMAS / f"award-{name}-1.json").read_text("utf-8")))
    for name in ("year", "decision")
)
POINTS = {item["no"]: item["points"] for item in ITEMS}
LITERAL, STRICT = Share(Fraction(1, 2), True), Share(Fraction(1, 2), False)
TWO_THIRDS = Share(Fraction(2, 3), True)


def made(value: Json) -> Any:
    """The decision, after the checker has proved it."""
    data = to_bytes(value)
    decision = decide(data)
    assert check(data, decision) == ()
    return json.loads(decision)


def outcomes(value: Json) -> dict[str, str]:
    return {one["case"]: one["outcome"] for one in made(value)["outcomes"]}


def scored(document: Any, site: Any, award: str = "QUALITY", **settings: Any) -> Json:
    """The only case's total, before any vote."""
    value = year([case("A", award, document, site)], [], **settings)
    return dict(made(value)["totals"][0])


# scores (annex A 1-4) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "percent", "hundredths"), [(60, 55, 3300), (15, 5, 75), (80, 65, 5200)]
)
def test_an_item_is_points_times_percent(points: int, percent: int, hundredths: int) -> None:
    assert book_score({"x": points}, {"x": percent}) == hundredths


def test_all_items_alike_reach_the_lines() -> None:
    assert [book_score(POINTS, flat(percent)) for percent in (60, 55)] == [60000, 55000]


def test_every_book_is_a_multiple_of_a_quarter_point() -> None:
    assert all(points * 5 % 25 == 0 for points in POINTS.values())


def test_a_gap_is_never_nought() -> None:
    with pytest.raises(KeyError):
        book_score(POINTS, dict.fromkeys(list(POINTS)[1:], 60))


@pytest.mark.parametrize(
    ("document", "site", "award", "total", "meets"),
    [
        (flat(60), flat(60), "QUALITY", 60000, True),
        (flat(60, i4_4_3=55, i4_4_6=65), flat(60), "QUALITY", 59990, False),
        (flat(55), flat(55), "INNOVATION", 55000, True),
        (flat(55, i4_4_3=50, i4_4_6=60), flat(55), "INNOVATION", 54990, False),
        ("580", "620", "QUALITY", 60400, True),
    ],
)
def test_a_case_meets_its_line_to_the_hundredth(
    document: Any, site: Any, award: str, total: int, meets: bool
) -> None:
    found = scored(document, site, award)
    assert (found["total"], found["meets"]) == (total, meets)


def test_other_weights_reach_the_lower_line_only() -> None:
    weights = {"doc_weight": "0.3", "site_weight": "0.7"}
    assert scored("540", "590", "INNOVATION", **weights)["meets"] is True
    found = scored("540", "590", "QUALITY", **weights)
    assert (found["total"], found["meets"]) == (57500, False)
    found = scored("540", "590", "QUALITY", fallback_innovation="yes", **weights)
    assert (found["award"], found["meets"]) == ("INNOVATION", True)


@pytest.mark.parametrize(("compare", "meets"), [("rounded", True), ("exact", False)])
def test_rounding_across_the_line_is_named_under_both_rules(compare: str, meets: bool) -> None:
    value = year(
        [case("A", "QUALITY", flat(60), flat(60))],
        [],
        doc_rule="mean",
        site_rule="mean",
        doc_weight="0.35",
        site_weight="0.65",
        compare=compare,
    )
    one = value["cases"][0]
    one["document"]["books"][0]["percents"]["4.4.6"] = 55  # 10 points: 1799.5 / 3
    one["site"]["books"][0]["percents"]["4.4.6"] = 65
    one["site"]["books"][1]["percents"]["4.4.3"] = 55
    one["site"]["books"][1]["percents"]["4.4.7"] = 65  # 1800.25 / 3
    found = made(value)["totals"][0]
    assert (found["document"], found["site"]) == ("3599/6", "7201/12")
    assert (found["exact"], found["total"], found["meets"]) == ("143999/240", 60000, meets)
    assert found["rounding_matters"] is True


def test_consensus_scores_cannot_round_across_a_line_with_weights_of_a_tenth() -> None:
    assert scored("599.75", "600.25")["rounding_matters"] is False


def test_a_void_book_counts_nowhere() -> None:
    value = year([case("A", "QUALITY", flat(60), flat(60))], [], doc_rule="mean")
    book = value["cases"][0]["document"]["books"][1]
    book["percents"], book["state"] = flat(100), "void"
    assert made(value)["totals"][0]["document"] == "600"


# vote (annex A 5, 6) ------------------------------------------------------------------------------


def test_quorum_and_need() -> None:
    assert [TWO_THIRDS.least(n) for n in (15, 16, 17, 18, 19)] == [10, 11, 12, 12, 13]
    assert [LITERAL.least(n) for n in (10, 12, 13, 14, 15)] == [5, 6, 7, 7, 8]
    assert [STRICT.least(n) for n in (10, 12, 13, 14, 15)] == [6, 7, 7, 8, 8]


def test_nobody_is_approved_by_no_slip() -> None:
    tally = Tally("t", 3, 0, {"F": 0}, {"F": 3})
    assert passes(tally, "F", LITERAL) is False


VOTES = {"A": 14, "B": 12, "C": 12, "D": 9, "E": 8, "F": 8, "G": 6, "H": 7}
TOTALS = {
    "A": "640", "B": "655", "C": "661", "D": "610", "E": "605", "F": "612", "G": "680", "H": "603",
}  # fmt: skip


def committee(**changes: Any) -> Json:
    """Annex A 6: eighteen members, fifteen present, one slip invalid."""
    scores = TOTALS | changes.pop("scores", {})
    votes = VOTES | changes.pop("votes", {})
    struck = changes.pop("struck", {})
    cases = [case(one, "QUALITY", scores[one], scores[one]) for one in sorted(scores)]
    return year(cases, [round_(votes, 15, 1, **struck)], **changes)


def test_the_vote_orders_by_votes_then_by_total() -> None:
    found = outcomes(committee())
    assert sorted(one for one in found if found[one] == "honoured") == ["A", "B", "C", "D", "F"]
    assert {found["E"], found["H"]} == {"over-quota"}
    assert found["G"] == "no-majority"  # though it has the highest score
    order = ranking((Standing(one, "QUALITY", Fraction(TOTALS[one])) for one in TOTALS), VOTES)
    assert [one for group in order for one in group] == ["A", "C", "B", "D", "F", "E", "H", "G"]


def test_exactly_half_fails_where_the_setting_says_so() -> None:
    assert outcomes(committee(exactly_half="fails"))["H"] == "no-majority"


def test_a_full_tie_across_the_cut_waits_for_a_person() -> None:
    value = committee(scores={"E": "612"})
    found = made(value)
    assert (found["stopped"]["code"], found["stopped"]["cases"]) == ("tie", ["E", "F"])
    value["rulings"] = [{"kind": "tie", "cases": ["E", "F"], "by": "chair", "record": "纪要"}]
    found = outcomes(value)
    assert (found["E"], found["F"]) == ("honoured", "over-quota")


def test_a_full_tie_that_decides_nothing_stops_nobody() -> None:
    assert made(committee(scores={"B": "661"}))["reached"] == "honours"


def test_no_name_number_or_entry_order_decides_a_tie() -> None:
    value = committee(scores={"E": "612"})
    value["cases"].reverse()
    assert made(value)["stopped"]["cases"] == ["E", "F"]


def test_an_earlier_winner_of_the_same_award_stands_outside_the_quota() -> None:
    value = committee()
    value["cases"][2]["history"] = [
        {"year": 2022, "award": "QUALITY", "amount": 200000, "revoked": False}
    ]
    found = made(value)["honours"]
    assert [one["case"] for one in found] == ["A", "B", "C", "D", "E", "F"]
    assert [one["case"] for one in found if one["counted"]] == ["A", "B", "D", "E", "F"]
    assert found[2]["amount"] == 0


def test_recusal_shrinks_the_base_of_that_candidate_only() -> None:
    candidates = made(committee(struck={"F": 2}, votes={"F": 6}))["vote"]["candidates"]
    said = {one["case"]: (one["base"], one["need"], one["passed"]) for one in candidates}
    assert said["F"] == (12, 6, True)
    assert said["G"] == (14, 7, False)
    strict = made(committee(struck={"F": 2}, votes={"F": 6}, exactly_half="fails"))["vote"]
    assert [one["need"] for one in strict["candidates"] if one["case"] == "F"] == [7]


@pytest.mark.parametrize(
    ("change", "code", "words_"),
    [
        ({"present": 9}, "vote-quorum", "应到15人，实到9人，不足三分之二（10人），表决无效。"),
        ({"present": 16}, "vote-present", "实到16人，多于应到15人。"),
        ({"issued": 16}, "vote-issued", "发出16张，多于实到15人。"),
        ({"returned": 16}, "vote-returned", "收回16张，多于发出的15张。"),
        (
            {"returned": 0},
            "vote-returned",
            "没有收回选票，这一轮没有表决；请核对计票单，或者重新投票。",
        ),
        ({"approve": 15}, "vote-approve", "赞成15票，多于有效票14张。"),
        ({"second": 12}, "vote-tallies", "两份计票不一致：赞成票为11票、12票。"),
        ({"teller": "t1"}, "vote-tellers", "两份计票单须由不同的人填写。"),
        ({"struck": 4}, "vote-approve", "赞成11票，多于有效票10张。"),
    ],
)
def test_a_round_that_may_not_count_is_refused(change: Json, code: str, words_: str) -> None:
    approve = change.get("approve", 11)
    one = Tally("t1", change.get("returned", 15), 1, {"C": approve}, {"C": change.get("struck", 0)})
    other = Tally(
        change.get("teller", "t2"),
        one.returned,
        1,
        {"C": change.get("second", approve)},
        one.struck,
    )
    round_made = Round(1, change.get("present", 15), change.get("issued", 15), (one, other))
    with pytest.raises(Refusal) as refused:
        check_round(round_made, 15, TWO_THIRDS, ["C"])
    assert (refused.value.code, refused.value.message_zh) == (code, words_)


def test_a_void_round_does_not_count() -> None:
    value = committee()
    spoilt = round_(dict.fromkeys(VOTES, 0), 15) | {"voided": "收回多于发出"}
    value["rounds"][0]["no"] = 2
    value["rounds"].insert(0, spoilt)
    assert made(value)["vote"]["round"] == 2


# quota and money (annex A 7, 8) -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quality", "innovation", "allowed"),
    [(5, 5, True), (4, 6, True), (0, 0, True), (6, 4, False), (5, 6, False), (3, 7, True)],
)
def test_the_quota(quality: int, innovation: int, allowed: bool) -> None:
    assert within(Quota(10, 5), quality, innovation) is allowed
    assert within(Quota(10, 6), 6, 4) is True


def ten(quality: int, innovation: int) -> Json:
    cases = [case(f"Q{n}", "QUALITY", str(610 + n), str(610 + n)) for n in range(quality)]
    cases += [case(f"I{n}", "INNOVATION", str(560 + n), str(560 + n)) for n in range(innovation)]
    return year(cases, [round_({one["id"]: 15 for one in cases}, 15)])


def winners(value: Json) -> list[int]:
    honours = made(value)["honours"]
    return [sum(one["award"] == award for one in honours) for award in ("QUALITY", "INNOVATION")]


def test_the_result_of_2020_stands_under_its_own_numbers_only() -> None:
    value = ten(6, 4)
    assert winners(value) == [5, 4]
    value["regulation"]["numbers"]["max_quality"] = 6
    assert winners(value) == [6, 4]


def test_places_left_by_the_first_award_go_to_the_second() -> None:
    assert winners(ten(3, 8)) == [3, 7]
    assert winners(ten(0, 0)) == [0, 0]


def test_ten_new_winners_cost_a_million_and_a_half() -> None:
    value = ten(5, 5)
    assert sum(one["amount"] for one in made(value)["honours"]) == 1_500_000
    value["cases"][0]["history"] = [
        {"year": 2023, "award": "INNOVATION", "amount": 100000, "revoked": False}
    ]
    honours = made(value)["honours"]
    assert sum(one["amount"] for one in honours) == 1_400_000
    assert [one["why"] for one in honours if one["case"] == "Q0"] == ["upgrade"]


def test_where_the_text_is_silent_a_person_decides_the_prize() -> None:
    value = ten(0, 1)
    value["cases"][0]["history"] = [
        {"year": 2023, "award": "QUALITY", "amount": 200000, "revoked": False}
    ]
    assert made(value)["stopped"]["code"] == "prize-silent"
    value["rulings"] = [
        {
            "kind": "prize",
            "cases": ["I0"],
            "amount": 0,
            "counted": True,
            "by": "chair",
            "record": "纪要",
        }
    ]
    assert made(value)["honours"][0] | {"on": ""} == {
        "case": "I0", "award": "INNOVATION", "amount": 0, "counted": True, "why": "ruled", "on": "",
    }  # fmt: skip


# notice, objections, approval ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "step", "code"),
    [
        ({"approval": None}, "approval", "no-approval"),
        (
            {"approval": {"document": "x", "on": "2026-10-10", "removed": []}},
            "approval",
            "notice-running",
        ),
        ({"objections": [{"id": "o", "case": "A", "state": "open"}]}, "notice", "objection"),
        ({"notice": None}, "notice", "no-notice"),
        ({"rounds": []}, "vote", "no-round"),
    ],
)
def test_a_year_stops_where_something_is_missing(change: Json, step: str, code: str) -> None:
    stopped = made(committee() | change)["stopped"]
    assert (stopped["step"], stopped["code"]) == (step, code)


def test_an_unannounced_calendar_blocks_the_approval() -> None:
    value = committee()
    value["notice"]["announced_years"] = []
    found = made(value)
    assert found["stopped"]["message"] == "2026年节假日安排未公布，截止日待核。"
    assert found["notice"]["last_day"] == "2026-10-10"


@pytest.mark.parametrize(
    ("days", "counts", "last"),
    [("5", "no", "2026-10-10"), ("5", "yes", "2026-10-09"), ("7", "yes", "2026-10-12")],
)
def test_the_last_day_of_the_notice(days: str, counts: str, last: str) -> None:
    value = committee(notice_workdays=days, notice_first_day=counts)
    assert made(value)["notice"]["last_day"] == last


def test_a_cancelled_winner_leaves_its_place_empty_unless_a_person_decides() -> None:
    value = committee()
    value["objections"] = [{"id": "o", "case": "A", "state": "upheld"}]
    found = outcomes(value)
    assert (found["A"], found["E"]) == ("cancelled", "over-quota")
    value["rulings"] = [{"kind": "vacancy", "cases": ["A", "E"], "by": "chair", "record": "纪要"}]
    assert outcomes(value)["E"] == "honoured"
    value["rulings"][0]["cases"] = ["A", "G"]  # it never passed the vote
    assert made(value)["stopped"]["code"] == "vacancy"


def test_a_banned_organisation_cannot_win() -> None:
    value = committee()
    value["cases"][0] |= {"applied": "2031-03-10", "bans": [{"decided_on": "2026-03-10"}]}
    del (
        value["rounds"][0]["tallies"][0]["approve"]["A"],
        value["rounds"][0]["tallies"][1]["approve"]["A"],
    )
    assert outcomes(value)["A"] == "barred"
    value = committee()
    value["cases"][0] |= {"applied": "2031-03-11", "bans": [{"decided_on": "2026-03-10"}]}
    assert outcomes(value)["A"] == "honoured"


# the file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("cases.0.document.consensus.4.4.3", 52, "不在评分档上，应为0到100之间5的倍数"),
        ("cases.0.award", "GOLD", "应是 QUALITY、INNOVATION 之一，读到的是 'GOLD'"),
        ("settings.score_round.value", "0.001", "应是最多两位小数的分数，如 600 或 0.01"),
        ("settings.compare.source", "", "应是非空文字"),
        ("regulation.numbers.quorum", "3/2", "应在0到1之间"),
        ("cases.1.id", "A", "有重复的编号"),
    ],
)  # fmt: skip
def test_what_is_no_year_file_is_said_with_its_field(path: str, value: Any, sentence: str) -> None:
    whole: Any = committee()
    part, names = whole, path.replace("4.4.3", "4_4_3").split(".")
    for name in names[:-1]:
        part = part[int(name) if name.isdigit() else name]
    part[names[-1].replace("_", ".") if names[-1][0] == "4" else names[-1]] = value
    with pytest.raises(FormatError) as refused:
        read_year(to_bytes(whole))
    assert refused.value.reason == sentence
    assert refused.value.field.replace("[", ".").replace("]", "") in path


@pytest.mark.parametrize("seed", range(25))
def test_the_decision_has_every_property_that_the_checker_knows(seed: int) -> None:
    value = random_year(seed)
    decision = made(value)
    YEAR.validate(value)
    DECISION.validate(decision)


def test_schemas_describe_every_field() -> None:
    for schema in (YEAR.schema, DECISION.schema):
        Draft202012Validator.check_schema(schema)
        assert bare(schema) == []


def bare(schema: Any) -> list[str]:
    """Fields without a description."""
    if isinstance(schema, list):
        return [name for part in schema for name in bare(part)]
    if not isinstance(schema, dict):
        return []
    fields = schema.get("properties", {})
    here = [name for name, field in fields.items() if "description" not in field]
    return here + [name for part in schema.values() for name in bare(part)]


@pytest.mark.long
def test_a_thousand_random_years_agree() -> None:
    for seed in range(1000, 2000):
        made(random_year(seed))
