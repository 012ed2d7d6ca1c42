"""Year files: one that stands, and random ones that meet every rule from both sides."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from award.decision.core.canonical import canonical
from expert_pool.facts.rubric import newest_document

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
DATA = ROOT / "award/year/core/data"
REGULATION: Json = json.loads((DATA / "regulation_zhuji_2025.json").read_text("utf-8"))
RUBRIC: Json = dict(newest_document())
ITEMS = [item for category in RUBRIC["categories"] for item in category["items"]]
NUMBERS = (
    "max_winners", "max_quality", "quality_min_score", "innovation_min_score", "quorum",
    "quorum_inclusive", "approval", "approval_inclusive", "award_quality_cny",
    "award_innovation_cny", "fraud_ban_years",
)  # fmt: skip
SETTINGS: Json = {
    "doc_rule": "consensus", "site_rule": "consensus", "total_rule": "weighted",
    "doc_weight": "0.4", "site_weight": "0.6", "score_round": "0.01", "compare": "rounded",
    "fallback_innovation": "no", "exactly_half": "passes", "most_ticks": "none",
    "quality_then_innovation": None, "notice_workdays": "5", "notice_first_day": "no",
}  # fmt: skip


def flat(percent: int, **other: int) -> dict[str, int]:
    """Every item at one percentage but those named (4.4.3 as i4_4_3)."""
    found = {item["no"]: percent for item in ITEMS}
    found.update({name[1:].replace("_", "."): value for name, value in other.items()})
    return found


def worth(points: str, step: int = 5) -> dict[str, int]:
    """Percentages whose sum is so many points: 60 % and then items moved by one step at a time."""
    wanted = round(float(points) * 100)
    found = flat(60)
    gap = wanted - sum(item["points"] * found[item["no"]] for item in ITEMS)
    if gap % 50:  # a quarter: one step of the item of 15 points, the rest by those of 10
        found["4.4.3"] += _sign(gap, step)
        gap -= 15 * _sign(gap, step)
    for item in sorted(ITEMS, key=lambda one: -one["points"]):
        while (
            abs(gap) >= item["points"] * step and 0 <= found[item["no"]] + _sign(gap, step) <= 100
        ):
            found[item["no"]] += _sign(gap, step)
            gap -= item["points"] * _sign(gap, step)
    assert gap == 0, points
    return found


def _sign(gap: int, step: int) -> int:
    return step if gap > 0 else -step


def case(id_: str, award: str, document: Any, site: Any, **other: Any) -> Json:
    """A shortlisted case; scores as percentages by item or as points."""
    return {
        "id": id_,
        "award": award,
        "applied": "2026-06-20",
        "shortlisted": True,
        "left": "",
        "document": sheet(document),
        "site": sheet(site),
        "history": [],
        "bans": [],
    } | other


def sheet(score: Any, reviewers: int = 3) -> Json:
    percents = score if isinstance(score, dict) else worth(str(score))
    books = [
        {
            "reviewer": f"r{number}",
            "state": "locked",
            "receipt": f"{number:016x}",
            "percents": dict(percents),
        }
        for number in range(reviewers)
    ]
    return {"books": books, "consensus": dict(percents)}


def tally(teller: str, votes: dict[str, int], valid: int, invalid: int = 0, **struck: int) -> Json:
    return {
        "teller": teller,
        "returned": valid + invalid,
        "invalid": invalid,
        "approve": dict(votes),
        "struck": struck,
    }


def round_(votes: dict[str, int], present: int, invalid: int = 0, **struck: int) -> Json:
    return {
        "no": 1,
        "present": present,
        "issued": present,
        "voided": "",
        "tallies": [
            tally(one, votes, present - invalid, invalid, **struck) for one in ("t1", "t2")
        ],
    }


def year(cases: list[Json], rounds: list[Json], members: int = 18, **settings: Any) -> Json:
    """A year that runs to its honours, if the cases and the vote let it."""
    said = SETTINGS | settings
    return {
        "format": "award-year/1",
        "year": 2026,
        "regulation": {
            "id": REGULATION["id"],
            "digest": "0" * 64,
            "numbers": {name: REGULATION[name] for name in NUMBERS},
        },
        "rubric": {
            "id": RUBRIC["id"],
            "digest": "1" * 64,
            "step": 5,
            "items": [{"no": item["no"], "points": item["points"]} for item in ITEMS],
        },
        "settings": {
            name: {"value": value, "source": "审定办〔2026〕1号"} for name, value in said.items()
        },
        "cases": cases,
        "committee": {"members": [f"m{number:02}" for number in range(members)]},
        "rounds": rounds,
        "rulings": [],
        "notice": notice("2026-09-28"),
        "objections": [],
        "approval": {"document": "诸政发〔2026〕9号", "on": "2026-10-20", "removed": []},
    }


def notice(first: str) -> Json:
    """The real calendar of autumn 2026: 中秋 and 国庆 off, 10 October worked."""
    start = date.fromisoformat(first)
    off = {date(2026, 10, day) for day in range(1, 8)} | {
        date(2026, 9, day) for day in (25, 26, 27)
    }
    working = [
        day.isoformat()
        for day in (start + timedelta(number) for number in range(30))
        if (day.weekday() < 5 and day not in off) or day == date(2026, 10, 10)
    ]
    return {"first_day": first, "working_days": working, "announced_years": [2026]}


def to_bytes(value: Json) -> bytes:
    return canonical(value)


def random_year(seed: int) -> Json:
    """A year that may stop anywhere: small numbers, so that ties, cuts and boundaries are
    frequent.
    """
    rng = Random(seed)
    cases = [_random_case(rng, f"c{number:02}") for number in range(rng.randint(2, 16))]
    value = year(cases, [], rng.choice((15, 16, 17, 18, 19)), **_random_settings(rng))
    numbers = value["regulation"]["numbers"]
    numbers["max_winners"] = rng.choice((3, 4, 5, 10))
    numbers["max_quality"] = rng.choice((1, 2, 3, 5, 6))
    numbers["approval_inclusive"] = rng.choice((None, None, None, True, False))
    value["rounds"] = _random_rounds(rng, value)
    value["rulings"] = _random_rulings(rng, value)
    if rng.random() < 0.05:
        value["notice"] = None
    elif rng.random() < 0.05:
        value["notice"]["announced_years"] = []
    value["objections"] = [
        {"id": f"o{number}", "case": rng.choice([None, rng.choice(cases)["id"]]), "state": state}
        for number in range(rng.choice((0, 0, 1, 2)))
        for state in [
            rng.choice(
                (
                    "upheld",
                    "upheld",
                    "rejected",
                    "rejected",
                    "rejected",
                    *["open"] * (rng.random() < 0.3),
                )
            )
        ]
    ]
    value["approval"] = rng.choice((None, *[value["approval"]] * 9))
    if value["approval"]:
        value["approval"]["on"] = rng.choice(
            ("2026-10-09", "2026-10-10", "2026-10-12", *["2026-10-20"] * 6)
        )
        if rng.random() < 0.2:
            value["approval"]["removed"] = [{"case": rng.choice(cases)["id"], "reason": "r"}]
    return value


def _random_case(rng: Random, id_: str) -> Json:
    def books() -> Json:
        base = rng.choice((50, 55, 60, 60, 60, 60))
        agreed = flat(base)
        for item in rng.sample(ITEMS, rng.choice((0, 0, 0, 2))):
            agreed[item["no"]] += rng.choice((-5, 5))
        part = sheet(agreed)
        for book in part["books"]:
            for item in rng.sample(ITEMS, 5):
                book["percents"][item["no"]] += rng.choice((-5, 0, 5))
        if rng.random() < 0.2:
            part["books"][0]["state"] = "void"
        if rng.random() < 0.003:
            part["consensus"] = None
        return part

    history = [
        {
            "year": 2020 + number,
            "award": rng.choice(("QUALITY", "INNOVATION")),
            "amount": rng.choice((100000, 200000, 0)),
            "revoked": rng.random() < 0.2,
        }
        for number in range(rng.choice((0, 0, 0, 0, 1, 2)))
    ]
    bans = [{"decided_on": rng.choice(("2021-06-19", "2021-06-20", "2021-06-21", "2020-02-29"))}]
    made = case(
        id_,
        rng.choice(("QUALITY", "QUALITY", "INNOVATION")),
        flat(60),
        flat(60),
        shortlisted=rng.random() > 0.1,
        left=rng.choice(("", "", "", "", "", "", "withdrawn", "forgone")),
        history=history,
        bans=bans if rng.random() < 0.15 else [],
    )
    return made | {"document": books(), "site": books()}


def _random_settings(rng: Random) -> Json:
    weight = rng.choice(("0.4", "0.35", "0.3", "0.5"))
    found: Json = {
        "doc_weight": weight,
        "site_weight": f"{1 - float(weight):.2f}".rstrip("0"),
        "compare": rng.choice(("rounded", "exact")),
        "fallback_innovation": rng.choice(("yes", "no")),
        "exactly_half": rng.choice(("passes", "fails")),
        "notice_first_day": rng.choice(("yes", "no")),
        "notice_workdays": rng.choice(("5", "6", "7")),
    }
    for name in ("doc_rule", "site_rule"):
        found[name] = rng.choice(("consensus", "mean"))
    found["total_rule"] = rng.choice(("weighted", "weighted", "weighted", "site"))
    found["quality_then_innovation"] = rng.choice((None, "none", "paid", "ask"))
    found["score_round"] = rng.choice(("0.01", "0.1", "1"))
    if rng.random() < 0.03:
        found[rng.choice(("doc_weight", "compare", "exactly_half", "notice_workdays"))] = None
    return found


def _random_rounds(rng: Random, value: Json) -> list[Json]:
    """Over the candidates that `decide` finds; now and then a round that may not count."""
    from award.decision.core.decide import decide

    made = json.loads(decide(to_bytes(value)))
    candidates = [one["case"] for one in made["totals"] if one["meets"]]
    members = len(value["committee"]["members"])
    present = rng.randint(members * 2 // 3 - (rng.random() < 0.1), members)
    invalid = rng.choice((0, 0, 1, 2))
    struck = {one: rng.choice((1, 2)) for one in candidates if rng.random() < 0.1}
    valid = present - invalid
    votes = {
        one: min(valid - struck.get(one, 0), valid // 2 + rng.choice((-1, 0, 1, 1, 2)))
        for one in candidates
    }
    live = round_(votes, present, invalid, **struck)
    if candidates and rng.random() < 0.04:
        live["tallies"][1]["approve"][candidates[0]] -= 1
    rounds = [live]
    if rng.random() < 0.1:
        spoilt = copy.deepcopy(live) | {"voided": "收回多于发出"}
        live["no"] = 2
        rounds.insert(0, spoilt)
    if rng.random() < 0.03:
        live["voided"] = "重投"
    return rounds


def _random_rulings(rng: Random, value: Json) -> list[Json]:
    """What persons decided where the program stopped; sometimes they have not yet."""
    from award.decision.core.decide import decide

    rulings: list[Json] = []
    for _ in range(6):
        made = json.loads(decide(to_bytes(value | {"rulings": rulings})))
        stopped = made["stopped"] or {}
        if stopped.get("code") not in ("tie", "prize-silent") or rng.random() < 0.1:
            break
        if stopped["code"] == "tie":
            _decide_ties(rng, made, stopped["cases"], rulings)
        else:
            rulings.append(
                _ruling("prize", stopped["cases"][:1], amount=50000, counted=rng.random() < 0.5)
            )
    over = [one["case"] for one in made["outcomes"] if one["outcome"] == "over-quota"]
    gone = [one["case"] for one in made["outcomes"] if one["outcome"] in ("forgone", "cancelled")]
    if over and gone and rng.random() < 0.7:
        rulings.append(_ruling("vacancy", [rng.choice(gone), rng.choice(over)]))
    return rulings


def _decide_ties(rng: Random, made: Json, tied: list[str], rulings: list[Json]) -> None:
    awards = {one["case"]: one["award"] for one in made["totals"]}
    for award in ("QUALITY", "INNOVATION"):
        group = [one for one in tied if awards[one] == award]
        if len(group) > 1:
            rng.shuffle(group)
            rulings.append(_ruling("tie", group))


def _ruling(kind: str, cases: list[str], **more: Any) -> Json:
    return {"kind": kind, "by": "chair", "record": "审委会纪要〔2026〕3号", "cases": cases} | more
