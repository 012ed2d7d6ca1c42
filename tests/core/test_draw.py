"""The auditable draw: what the ticket is, that it cannot be steered, and that a replay finds every
kind of tampering.
"""

from __future__ import annotations

import copy
import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

from assignment import draw
from assignment.draw import TICKETS, Candidate, CandidateSet
from assignment.errors import Declined, FormatError
from assignment.likely import why_likely
from assignment.problem import Pin, Problem, digest_of
from assignment.solution import Group, Visit
from tests.solver.cast import cast

SCHEMAS = Path(__file__).parents[2] / "assignment/schemas"
SEED = "2026年11月23日 福彩3D 第2026318期 开奖号码 3 7 1"
COUNTED = "2026112332026318371"


def groups(*members: str) -> tuple[Group, ...]:
    """Two groups of two, each with two of the four firms: everybody may do everything."""
    first, second = members[:2], members[2:]
    return (
        Group(first[0], first, (Visit("A0", 0, 2), Visit("A1", 2, 2))),
        Group(second[0], second, (Visit("A2", 0, 2), Visit("A3", 2, 2))),
    )


@pytest.fixture(scope="module")
def problem() -> Problem:
    return cast()


@pytest.fixture(scope="module")
def found(problem: Problem) -> CandidateSet:
    plans = (
        groups("E0", "E1", "E2", "E3"),
        groups("E1", "E2", "E3", "E0"),
        groups("E2", "E3", "E0", "E1"),
    )
    shares = (500_000, 300_000, 200_000)
    return CandidateSet(
        problem,
        50,
        800,
        tuple(Candidate(share, plan) for share, plan in zip(shares, plans, strict=True)),
    )


def test_the_set_of_the_cast_is_sound(found: CandidateSet) -> None:
    assert draw.examine(found) == ()


def test_the_ticket_can_be_worked_out_by_hand(found: CandidateSet) -> None:
    record = draw.draw(found, SEED, "福彩中心网站")
    by_hand = int(hashlib.sha256(f"{found.digest}\n{COUNTED}".encode()).hexdigest(), 16) % 1_000_000
    assert record.ticket == by_hand
    assert record.chosen == (0 if by_hand < 500_000 else 1 if by_hand < 800_000 else 2)


def test_the_digest_is_that_of_the_file(found: CandidateSet) -> None:
    text = json.dumps(
        draw.to_json(found), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert found.digest == hashlib.sha256(text.encode()).hexdigest()
    assert draw.parse(json.loads(text)).digest == found.digest


def test_where_the_seed_comes_from_is_bound_by_the_digest(found: CandidateSet) -> None:
    said = replace(found, seed_from="福彩3D第2026318期，只写三位开奖号码")
    assert said.digest != found.digest
    assert draw.parse(json.loads(json.dumps(draw.to_json(said)))) == said


def test_every_part_of_the_set_changes_the_digest(found: CandidateSet) -> None:
    others = [
        replace(found, tolerance=51),
        replace(found, cap=801),
        replace(found, candidates=found.candidates[:2]),
        replace(found, candidates=found.candidates[::-1]),
        replace(found, problem=replace(found.problem, id="other")),
    ]
    assert len({found.digest, *(other.digest for other in others)}) == 6


def test_seeds_written_differently_count_the_same(found: CandidateSet) -> None:
    typed = "  2026年11月23日　福彩３Ｄ  第2026318期 开奖号码 3 7 1 "
    assert draw.draw(found, typed) == draw.draw(found, SEED)
    # Else whoever types "371", "3,7,1" or a letter that nobody sees could try until the plan suits.
    ways = (
        "371",
        "3 7 1",
        "３７１",
        "3,7,1",
        "3、7、1。",
        "3-7-1",
        "3\u200b71",
        "\ufeff371",
        "3\n7\t1",
        "3\x007 1",
        "\u202e371",
        "٣٧١",
        "③⑦①",
        "三371",
        "371а",
        "371a",
    )
    assert {draw.read_seed(one) for one in ways} == {"371"}
    assert draw.read_seed("0371") != draw.read_seed("371")


@pytest.mark.parametrize(
    "seed", ["", "  \n", "7" * 201, "，。—", "\u200b\u200b", "🎲", "三七一", "deadbeef"]
)
def test_no_seed_no_draw(found: CandidateSet, seed: str) -> None:
    with pytest.raises(Declined) as caught:
        draw.draw(found, seed)
    assert caught.value.code == "bad-seed"


def test_many_seeds_draw_each_plan_as_often_as_its_tickets(found: CandidateSet) -> None:
    drawn = Counter(draw.draw(found, str(number)).chosen for number in range(4000))
    for position, candidate in enumerate(found.candidates):
        assert abs(drawn[position] / 4000 - candidate.tickets / TICKETS) < 0.03


def test_the_likelihood_of_a_pair_is_the_sum_of_its_tickets(found: CandidateSet) -> None:
    by_hand = Counter[tuple[str, str]]()
    for candidate in found.candidates:
        for group in candidate.groups:
            for visit in group.visits:
                by_hand.update(
                    {(member, visit.case): candidate.tickets for member in group.members}
                )
    assert dict(found.likelihood) == dict(by_hand)
    assert found.reached == max(by_hand.values()) * 1000 // TICKETS == 800
    assert found.over_cap == ()
    over = replace(found, cap=700).over_cap
    assert {pair for pair, _ in over} == {
        pair for pair, tickets in by_hand.items() if tickets > 700_000
    }
    assert over


def test_a_record_replays_in_another_process(found: CandidateSet, tmp_path: Path) -> None:
    record = draw.draw(found, SEED, "福彩中心网站")
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(draw.record_json(record), ensure_ascii=False), encoding="utf-8")
    script = (
        "import json, sys\nfrom assignment import draw\n"
        "record = draw.parse_record(json.load(open(sys.argv[1], encoding='utf-8')))\n"
        "print(draw.replay(record), record.chosen, record.ticket)"
    )
    for hash_seed in ("0", "42"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": hash_seed},
        )
        assert done.stdout.strip() == f"() {record.chosen} {record.ticket}"


def tampered(found: CandidateSet, change: Any) -> Any:
    document = draw.record_json(draw.draw(found, SEED))
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["set"]["candidates"][0].update(tickets=499_999),
        lambda document: document["set"].update(cap=900),
        lambda document: document["set"]["problem"].update(id="another"),
        lambda document: document.update(digest="0" * 64),
        lambda document: document["set"]["candidates"].pop(),
    ],
)
def test_a_changed_set_is_refused(found: CandidateSet, change: Any) -> None:
    with pytest.raises(FormatError) as caught:
        draw.parse_record(tampered(found, change))
    assert caught.value.field == "digest"


def test_another_outcome_is_found(found: CandidateSet) -> None:
    record = draw.draw(found, SEED)
    other = replace(record, chosen=(record.chosen + 1) % 3)
    assert draw.replay(other) == (
        f"号码应落在第 {record.chosen + 1} 个方案，记录是第 {other.chosen + 1} 个",
    )
    assert len(draw.replay(replace(record, ticket=(record.ticket + 1) % TICKETS))) == 1
    assert draw.replay(replace(record, seed="别的种子")) != ()


def test_an_unsound_set_is_told_apart(found: CandidateSet, problem: Problem) -> None:
    first, second, third = found.candidates
    assert draw.examine(replace(found, candidates=())) == ("集合里没有备选方案",)
    assert "之和是 800000" in draw.examine(replace(found, candidates=(first, second)))[0]
    assert "有备选方案重复" in draw.examine(
        replace(found, candidates=(first, second, replace(third, groups=first.groups)))
    )
    alone = replace(third, groups=(replace(third.groups[0], members=("E2",)), third.groups[1]))
    assert any(
        "H01" in text for text in draw.examine(replace(found, candidates=(first, second, alone)))
    )
    served = groups("E4", "E5", "E6", "E7")  # who has served before costs more
    far = replace(found, tolerance=0, candidates=(first, second, replace(third, groups=served)))
    assert draw.examine(far) == ("第 3 个方案比最好的差，超出 0%",)


def test_nearness_is_asked_of_every_goal_of_the_order(problem: Problem) -> None:
    ordered = replace(problem, order=("peak",), weights={"workload": 1})
    best = dict.fromkeys(("peak", "workload"), 100)
    assert draw.near(ordered, {"peak": 105, "workload": 105}, best, 50)
    assert not draw.near(ordered, {"peak": 106, "workload": 50}, best, 50)
    assert not draw.near(ordered, {"peak": 50, "workload": 106}, best, 50)


def resealed(found: CandidateSet, change: Any) -> Any:
    """A record changed by somebody who writes the fitting digest beside it."""
    document = draw.record_json(draw.draw(found, SEED))
    change(document)
    return document | {"digest": digest_of(document["set"])}


def first_group(document: Any) -> Any:
    return document["set"]["candidates"][0]["groups"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda document: document["set"].update(candidates=[]), "没有备选方案"),
        (lambda document: document["set"]["candidates"][0].update(tickets=1), "之和是 500001"),
        (lambda document: first_group(document)["members"].append("E99"), "没有的编号：E99"),
        (lambda document: first_group(document).update(leader="E98"), "没有的编号：E98"),
        (lambda document: first_group(document)["visits"][0].update(case="A9"), "没有的编号：A9"),
        (
            lambda document: first_group(document)["visits"][0].update(start=700),
            "没有的编号：时段 700",
        ),
        (lambda document: first_group(document)["visits"].pop(), "不合规则 H08"),
        (lambda document: first_group(document).update(members=[]), "第 1 个方案不合规则"),
        (lambda document: document.update(seed="，"), "请填写种子"),
        (lambda document: document.update(seed="7" * 300), "请填写种子"),
    ],
)
def test_a_record_made_to_fit_is_found_out_in_words(
    found: CandidateSet, change: Any, words: str
) -> None:
    said = draw.replay(draw.parse_record(resealed(found, change)))
    assert any(words in sentence for sentence in said), said


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_record_it_is_read_or_refused(
    found: CandidateSet, data: st.DataObject
) -> None:
    """No stack trace: any value anywhere, digest fitted or not."""
    document = draw.record_json(draw.draw(found, SEED))
    part: Any = document["set"] if data.draw(st.booleans()) else document["set"]["candidates"]
    while True:
        step = data.draw(
            st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part)))
        )
        if (
            not isinstance(part[step], dict | list)
            or not part[step]
            or data.draw(st.integers(0, 4)) == 0
        ):
            break
        part = part[step]
    part[step] = data.draw(
        st.sampled_from(
            [None, [], {}, "", "E1", "E5", "A0", 0, 1, -1, 3, 10**9, True, 1.5, ["E0"], [0, 2]]
        )
    )
    try:
        said = draw.replay(draw.parse_record(document | {"digest": digest_of(document["set"])}))
    except FormatError as error:
        assert str(error)
    else:
        assert all(isinstance(sentence, str) for sentence in said)


def test_why_a_pair_is_likely(found: CandidateSet, problem: Problem) -> None:
    pair = ("E0", "A0")
    pinned = replace(problem, pins=(Pin("member", "E0", "A0"),))
    assert why_likely(replace(found, problem=pinned), pair) == "已由人工固定"
    alone = replace(found, candidates=(Candidate(TICKETS, groups("E0", "E1", "E2", "E3")),))
    assert why_likely(alone, pair) == "在允许的差距内只找到一个方案"
    away = replace(
        problem,
        reviewers=tuple(
            one if one.id in ("E0", "E1", "E2", "E3") else replace(one, max_effort=0)
            for one in problem.reviewers
        ),
    )
    assert (
        why_likely(replace(found, problem=away), pair)
        == "按现在的人员和时间，没有别人能单独接替而不违反规则"
    )
    # Another costs (6+4)²-6² instead of 4²: 48 more, and nothing may be lost.
    assert (
        why_likely(replace(found, tolerance=0), pair) == "换人会使总分再差至少 48，超出允许的差距"
    )
    assert why_likely(replace(found, tolerance=1000), pair).startswith("可以换人")


def test_sets_and_records_keep_their_schemas(found: CandidateSet) -> None:
    names = ("problem", "plan", "candidates", "draw")
    schemas = {
        one["$id"]: one
        for name in names
        for one in [json.loads((SCHEMAS / f"assignment-{name}-1.json").read_text(encoding="utf-8"))]
    }
    known = Registry().with_resources(
        (key, Resource.from_contents(schema)) for key, schema in schemas.items()
    )
    validator = Draft202012Validator(schemas["urn:expert-pool:assignment-draw:1"], registry=known)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    document = json.loads(
        json.dumps(draw.record_json(draw.draw(replace(found, seed_from="掷骰六次"), SEED, "当众")))
    )
    validator.validate(document)
    for change in (
        lambda broken: broken.update(ticket=TICKETS),
        lambda broken: broken.update(more=1),
        lambda broken: broken.pop("source"),
        lambda broken: broken["set"].update(cap=0),
        lambda broken: broken["set"].update(seed_from=""),
        lambda broken: broken["set"].update(format="assignment-candidates/2"),
        lambda broken: broken["set"]["candidates"][0].update(tickets=0),
        lambda broken: broken["set"]["candidates"][0]["groups"][0].pop("members"),
        lambda broken: broken["set"]["problem"].pop("slots"),
    ):
        broken = copy.deepcopy(document)
        change(broken)
        assert not validator.is_valid(broken)
        with pytest.raises(FormatError):
            draw.parse_record(broken | {"digest": digest_of(broken["set"])})
