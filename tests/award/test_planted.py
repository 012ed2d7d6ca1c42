"""Wrong decisions, planted one by one: each must be found by the property checker, and named by
its rule.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from award.decision.core.canonical import canonical
from award.decision.core.check import check
from award.decision.core.decide import decide
from tests.award.random_years import Json, case, flat, random_year, round_, to_bytes, year

TIE = {"kind": "tie", "cases": ["F", "E"], "by": "chair", "record": "纪要"}
WON = {"year": 2022, "award": "QUALITY", "amount": 200000, "revoked": False}
LESSER = {"year": 2023, "award": "INNOVATION", "amount": 100000, "revoked": False}


def story() -> Json:
    """Five places and eight candidates: a repeat winner, an upgrade, a banned one, one under the
    line, a tie that a person decided, a void book, a total that only rounding brings to the line.
    """
    scores = {
        "A": "640", "B": "655", "C": "661", "D": "610", "E": "612", "F": "612",
        "G": "680", "H": "603",
    }  # fmt: skip
    cases = [case(one, "QUALITY", scores[one], scores[one]) for one in scores]
    by_id = {one["id"]: one for one in cases}
    by_id["C"]["history"], by_id["D"]["history"] = [WON], [LESSER]
    by_id["A"]["document"]["books"][0] |= {"state": "void", "percents": flat(90)}
    cases.append(case("L", "QUALITY", "599", "600"))
    cases.append(case("X", "QUALITY", "700", "700", bans=[{"decided_on": "2026-01-05"}]))
    cases.append(case("Y", "QUALITY", "700", "700"))
    votes = {"A": 14, "B": 12, "C": 12, "D": 9, "E": 8, "F": 8, "G": 6, "H": 7, "Y": 13}
    value = year(cases, [round_(votes, 15, 1, D=1)], doc_rule="mean")
    value["rulings"] = [TIE]
    value["objections"] = [{"id": "o1", "case": "H", "state": "rejected"}]
    return value


def near() -> Json:
    """Annex A 3: the exact total is a hair under the line."""
    value = year(
        [case("A", "QUALITY", flat(60), flat(60))],
        [round_({}, 15)],
        doc_rule="mean", site_rule="mean",
        doc_weight="0.35", site_weight="0.65", compare="exact",
    )  # fmt: skip
    value["cases"][0]["document"]["books"][0]["percents"]["4.4.6"] = 55
    value["cases"][0]["site"]["books"][0]["percents"]["4.4.6"] = 65
    value["cases"][0]["site"]["books"][1]["percents"] |= {"4.4.3": 55, "4.4.7": 65}
    return value


def as_if(true: Json, change: Callable[[Json], None]) -> list[str]:
    """Decide a year in which something else were true, and hand it in for the true one."""
    false = copy.deepcopy(true)
    change(false)
    return rules(true, json.loads(decide(to_bytes(false))))


def rules(true: Json, made: Json) -> list[str]:
    data = to_bytes(true)
    made["year_file"] = hashlib.sha256(data).hexdigest()
    return sorted({one.rule for one in check(data, canonical(made))})


def of(value: Json, id_: str) -> Json:
    return next(one for one in value["cases"] if one["id"] == id_)


def void_counted(value: Json) -> None:
    of(value, "A")["document"]["books"][0]["state"] = "locked"


def ban_forgotten(value: Json) -> None:
    of(value, "X")["bans"] = []
    for tally in value["rounds"][0]["tallies"]:
        tally["approve"]["X"] = 14


def line_lowered(value: Json) -> None:
    value["regulation"]["numbers"]["quality_min_score"] = "599"
    for tally in value["rounds"][0]["tallies"]:
        tally["approve"]["L"] = 14


def base_unshrunk(value: Json) -> None:
    for tally in value["rounds"][0]["tallies"]:
        tally["struck"] = {}


def votes_changed(value: Json) -> None:
    for tally in value["rounds"][0]["tallies"]:
        tally["approve"]["H"] = 10


def tie_turned(value: Json) -> None:
    value["rulings"][0]["cases"] = ["E", "F"]


def half_up_the_line(value: Json) -> None:
    value["settings"]["compare"]["value"] = "rounded"
    for tally in value["rounds"][0]["tallies"]:
        tally["approve"]["A"] = 15


PLANTED: dict[str, tuple[Callable[[Json], None], set[str]]] = {
    "base": (base_unshrunk, {"base"}),
    "quota": (lambda v: v["regulation"]["numbers"].update(max_quality=6), {"quota"}),
    "tie": (tie_turned, {"tie"}),
    "line": (line_lowered, {"line"}),
    "votes": (votes_changed, {"vote"}),
    "repeat counted": (lambda v: of(v, "C").update(history=[]), {"quota", "money"}),
    "money": (lambda v: of(v, "D").update(history=[]), {"money"}),
    "ban": (ban_forgotten, {"excluded"}),
    "notice end": (lambda v: v["settings"]["notice_first_day"].update(value="yes"), {"notice-end"}),
    "void book counted": (void_counted, {"score"}),
    "need": (lambda v: v["settings"]["exactly_half"].update(value="fails"), {"need"}),
    "cancelled forgotten": (
        lambda v: v["objections"][0].update(case="A", state="upheld"),
        {"gone"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_decision_is_caught(name: str) -> None:
    change, expected = PLANTED[name]
    assert expected <= set(as_if(story(), change)), name


def test_a_winner_out_of_order_is_caught() -> None:
    true = story()
    made = json.loads(decide(to_bytes(true)))
    for one in made["outcomes"]:
        one["outcome"] = {"D": "over-quota", "H": "honoured"}.get(one["case"], one["outcome"])
    for one in made["honours"]:
        if one["case"] == "D":
            one |= {"case": "H", "amount": 200000, "why": "new"}
    made["honours"].sort(key=lambda one: one["case"])
    assert rules(true, made) == ["order"]


def test_the_true_decision_stands() -> None:
    assert as_if(story(), lambda value: None) == []
    assert as_if(near(), lambda value: None) == []


def test_rounding_up_to_the_line_is_caught() -> None:
    assert "line" in as_if(near(), half_up_the_line)


def test_a_missing_approval_is_caught() -> None:
    true = story() | {"approval": None}
    found = as_if(true, lambda value: value.update(approval=story()["approval"]))
    assert {"approval", "step"} <= set(found)


@pytest.mark.parametrize("seed", (1, 7, 11))
def test_any_changed_value_of_a_decision_is_caught(seed: int) -> None:
    """Every number, flag and text of a decision, one at a time; words of the reason apart, which
    a person reads.
    """
    true = random_year(seed)
    made = json.loads(decide(to_bytes(true)))
    for path in leaves(made):
        if path[0] in ("year_file", "stopped"):
            continue
        other = copy.deepcopy(made)
        part: Any = other
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = changed(part[path[-1]])
        assert rules(true, other), path


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for name in value for found in leaves(value[name], (*path, name))]
    if isinstance(value, list):
        return [found for n, part in enumerate(value) for found in leaves(part, (*path, n))]
    return [path]


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}1" if value else "x"
