"""Problem and plan files: round trip, digest, schemas, and a sentence that names the field for
everything that is wrong.
"""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from assignment import problem as problems
from assignment import solution as solutions
from assignment.check import check
from assignment.errors import FormatError
from tests import instances
from tests.brute import best_plan

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/data"
SHARED = ROOT.parent / "shared/data/problems"


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(load(ROOT / f"assignment/schemas/assignment-{name}-1.json"))


PROBLEM, PLAN = validator("problem"), validator("plan")


def test_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(PROBLEM.schema)
    Draft202012Validator.check_schema(PLAN.schema)


def test_every_field_of_the_schemas_is_described() -> None:
    bare = [
        path
        for schema in (PROBLEM.schema, PLAN.schema)
        for path, field in fields(schema, "")
        if "description" not in field
    ]
    assert bare == []


def fields(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            yield f"{path}.{name}", field
        for name, part in schema.items():
            yield from fields(part, f"{path}.{name}")
    elif isinstance(schema, list):
        for part in schema:
            yield from fields(part, path)


def test_the_plan_inside_a_problem_is_the_plan_of_the_plan_file() -> None:
    problem, plan = PROBLEM.schema, PLAN.schema
    assert {name: problem["$defs"][name] for name in plan["$defs"]} == plan["$defs"]
    assert problem["$defs"]["previous"]["properties"] == plan["properties"]


# Files
# --------------------------------------------------------------------------------------------------


def test_the_sample_problem_and_plan_are_kept() -> None:
    document, made = load(SAMPLES / "problems/village.json"), load(SAMPLES / "plans/village.json")
    PROBLEM.validate(document)
    PLAN.validate(made)
    problem, plan = problems.parse(document), solutions.parse(made)
    assert problems.to_json(problem) == document
    assert solutions.to_json(plan) == made
    assert check(problem, plan).violations == ()
    # Whoever changes how a digest is made orphans every stored plan.
    assert (
        problem.digest
        == made["problem_digest"]
        == "f62e1b781b940fed66e7c53ccbe480339f4a4dacde1c914085650b10b29c532a"
    )


PUBLISHED = [path for path in sorted(SHARED.glob("*.json")) if path.stat().st_size < 10**6]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_problem_files_keep_the_contract(path: Path) -> None:
    document = load(path)
    PROBLEM.validate(document)
    assert problems.to_json(problems.parse(document)) == document


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_problem_survives_its_file_and_the_schema_agrees(seed: int) -> None:
    problem = instances.tiny(seed)
    document = json.loads(json.dumps(problems.to_json(problem)))
    PROBLEM.validate(document)
    again = problems.parse(document)
    assert again == problem
    assert again.digest == problem.digest


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 200))
def test_a_plan_survives_its_file_and_the_schema_agrees(seed: int) -> None:
    plan = best_plan(instances.tiny(seed)) or solutions.Plan("0", "infeasible", ())
    document = json.loads(json.dumps(solutions.to_json(plan)))
    PLAN.validate(document)
    assert solutions.parse(document) == plan


def test_a_full_proof_sheet_survives_its_file() -> None:
    plan = solutions.Plan(
        "0",
        "infeasible",
        (),
        unassigned=("A1",),
        levels=(solutions.Level("span", 4, None),),
        standbys=(solutions.Standby(0, "E1", ("E2",)),),
        explanation=solutions.Explanation(
            (solutions.Reason("无人可评A1", ("H04",), ("E1",), ("A1",)),)
        ),
        solver=solutions.SolverInfo("1", 1, 0.5, 2, True),
    )
    document = solutions.to_json(plan)
    PLAN.validate(document)
    assert solutions.parse(document) == plan


def test_the_digest_is_the_same_in_another_process() -> None:
    script = (
        "from tests import instances; print(*[instances.tiny(seed).digest for seed in range(12)])"
    )
    here = " ".join(instances.tiny(seed).digest for seed in range(12))
    for hash_seed in ("1", "2"):
        call = [sys.executable, "-c", script]
        other = subprocess.run(
            call,
            cwd=ROOT,
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert other.stdout.strip() == here


def test_the_digest_is_that_of_the_file_whatever_the_order_of_its_fields() -> None:
    document = problems.to_json(instances.tiny(7))
    shuffled = dict(Random(1).sample(list(document.items()), len(document)))
    assert problems.parse(shuffled).digest == problems.digest_of(document)


def test_a_problem_sent_to_another_process_leaves_its_notes_behind() -> None:
    problem = instances.tiny(7)
    before = len(pickle.dumps(problem))
    check(problem, solutions.Plan(problem.digest, "unknown", ()))
    assert len(pickle.dumps(problem)) == before
    assert pickle.loads(pickle.dumps(problem)) == problem


# Everything that can be wrong
# --------------------------------------------------------------------------------------------------

VILLAGE = load(SAMPLES / "problems/village.json")
Change = Callable[[dict[str, Any]], object]


def put(value: object, *path: str | int) -> Change:
    def change(document: dict[str, Any]) -> None:
        part: Any = document
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value

    return change


def drop(*path: str | int) -> Change:
    def change(document: dict[str, Any]) -> None:
        part: Any = document
        for step in path[:-1]:
            part = part[step]
        del part[path[-1]]

    return change


SPAN = "应是 [最小, 最大] 两个整数，最小不小于 {} 且不大于最大"
NO_CODE = "不是 GB/T 4754 的行业代码，请填门类字母或 2 至 4 位数字"
BROKEN_FIELDS: list[tuple[Change, str, str]] = [
    (
        put("assignment-problem/2", "format"),
        "format",
        "应是 “assignment-problem/1”，读到的是 'assignment-problem/2'",
    ),
    (drop("format"), "format", "应是 “assignment-problem/1”，读到的是 None"),
    (put(1, "extra"), "extra", "没有这个字段，请删去或检查拼写"),
    (drop("places"), "places", "缺少这个字段"),
    (put("", "id"), "id", "应是非空文字"),
    (put({}, "slots"), "slots", "应是一个列表"),
    (put("9月7日", "slots", 0, "date"), "slots[0].date", "应是 2026-09-07 这样的日期"),
    (put("20260910", "slots", 0, "date"), "slots[0].date", "应是 2026-09-07 这样的日期"),
    (put("NOON", "slots", 0, "half"), "slots[0].half", "应是 AM、PM 之一，读到的是 'NOON'"),
    (put(1, "slots", 0, "room"), "slots[0].room", "没有这个字段，请删去或检查拼写"),
    (put([1], "places"), "places[0]", "应是非空文字"),
    (put(1.5, "travel_minutes", 0, 1), "travel_minutes[0][1]", "应是整数"),
    (put(1, "travel_minutes", 0), "travel_minutes[0]", "应是一个列表"),
    (put(1, "reviewers", 0), "reviewers[0]", "应是一个 JSON 对象"),
    (put("yes", "reviewers", 0, "quality"), "reviewers[0].quality", "应是 true 或 false"),
    (
        put("Z", "reviewers", 0, "industries", 0),
        "reviewers[0].industries[0]",
        f"“Z” {NO_CODE}",
    ),
    (
        put("AB", "reviewers", 0, "industries", 0),
        "reviewers[0].industries[0]",
        f"“AB” {NO_CODE}",
    ),
    (put("98", "cases", 0, "industries", 0), "cases[0].industries[0]", f"“98” {NO_CODE}"),
    (put(6, "reviewers", 0, "seniority"), "reviewers[0].seniority", "应在 1 到 5 之间，读到的是 6"),
    (put(True, "reviewers", 0, "seniority"), "reviewers[0].seniority", "应是整数"),
    (
        put(-1, "reviewers", 0, "max_effort"),
        "reviewers[0].max_effort",
        "应在 0 到 1000000000 之间，读到的是 -1",
    ),
    (
        put(10**9 + 1, "reviewers", 0, "max_effort"),
        "reviewers[0].max_effort",
        "应在 0 到 1000000000 之间，读到的是 1000000001",
    ),
    (put(["0"], "reviewers", 0, "unavailable"), "reviewers[0].unavailable[0]", "应是整数"),
    (drop("cases", 0, "award"), "cases[0].award", "缺少这个字段"),
    (put([["E1", "A1"]], "barred"), "barred[0]", "应有 3 项"),
    (put([["E1", "A1", 3]], "barred"), "barred[0]", "前 3 项应是非空文字"),
    (put([["E1", "A1", "X", "2"]], "discouraged"), "discouraged[0][3]", "应是整数"),
    (put([["E1", "A1", 2.5]], "affinity"), "affinity[0][2]", "应是整数"),
    (put([0, 2], "policy", "group_size"), "policy.group_size", SPAN.format(1)),
    (put([1], "policy", "groups"), "policy.groups", SPAN.format(0)),
    (put(None, "policy", "max_parallel_visits"), "policy.max_parallel_visits", "应是整数"),
    (
        put("ad hoc", "policy", "regime"),
        "policy.regime",
        "应是 standing、panel 之一，读到的是 'ad hoc'",
    ),
    (
        put(["AM"], "policy", "regime"),
        "policy.regime",
        "应是 standing、panel 之一，读到的是 ['AM']",
    ),
    (put(1, "weights", "beauty"), "weights.beauty", "没有这个字段，请删去或检查拼写"),
    (put(-1, "weights", "span"), "weights.span", "应在 0 到 1000000000 之间，读到的是 -1"),
    (
        put([{"kind": "swap"}], "pins"),
        "pins[0].kind",
        "应是 member、leader、exclude、visit、together 之一，读到的是 'swap'",
    ),
    (put([{"kind": "member", "case": "A1"}], "pins"), "pins[0].reviewer", "缺少这个字段"),
    (
        put([{"kind": "visit", "case": "A1", "start": 0, "reviewer": "E1"}], "pins"),
        "pins[0].reviewer",
        "没有这个字段，请删去或检查拼写",
    ),
    (put([], "previous"), "previous", "应是一个 JSON 对象"),
    (put({"groups": [{"members": []}]}, "previous"), "previous.groups[0].leader", "缺少这个字段"),
    (put({"colour": 1}, "previous"), "previous.colour", "没有这个字段，请删去或检查拼写"),
]

# What no schema can see: how the parts fit together.
BROKEN_TOGETHER: list[tuple[Change, str, str]] = [
    (put("\ud800", "id"), "id", "应是非空文字"),  # half a surrogate pair has no UTF-8 form
    (put([3, 2], "policy", "group_size"), "policy.group_size", SPAN.format(1)),
    (put("E2", "reviewers", 0, "id"), "reviewers[1]", "编号 “E2” 重复"),
    (put("A2", "cases", 0, "id"), "cases[1]", "编号 “A2” 重复"),
    (put([[0]], "travel_minutes"), "travel_minutes", "应是 2 行 2 列的方阵，与 places 一致"),
    (put(["T1", "T1"], "places"), "places[1]", "编号 “T1” 重复"),
    (put(-1, "travel_minutes", 0, 1), "travel_minutes", "分钟数不能小于 0"),
    (
        put("2026-09-30", "slots", 0, "date"),
        "slots[1]",
        "时段须按日期、上午、下午的先后排列且不重复",
    ),
    (put("T9", "reviewers", 0, "place"), "reviewers[0].place", "“T9” 没有定义过"),
    (put("T9", "cases", 0, "place"), "cases[0].place", "“T9” 没有定义过"),
    (
        put([99], "reviewers", 0, "unavailable"),
        "reviewers[0].unavailable",
        "时段 99 不存在，时段编号从 0 到 5",
    ),
    (put([-1], "cases", 0, "closed"), "cases[0].closed", "时段 -1 不存在，时段编号从 0 到 5"),
    (put([["E9", "A1", "X"]], "barred"), "barred[0]", "“E9” 没有定义过"),
    (put([["E1", "A9", "X"]], "barred"), "barred[0]", "“A9” 没有定义过"),
    (put([["E1", "E9", "X"]], "barred_pairs"), "barred_pairs[0]", "“E9” 没有定义过"),
    (put([["E1", "E1", "X"]], "barred_pairs"), "barred_pairs[0]", "两个人不能是同一人"),
    (put([["E1", "A1", "X", -1]], "discouraged"), "discouraged[0]", "代价不能小于 0"),
    (put([["E1", "A9", 1]], "affinity"), "affinity[0]", "“A9” 没有定义过"),
    (put(["beauty"], "order"), "order[0]", "没有名为 “beauty” 的目标"),
    (put(["span", "span"], "order"), "order[1]", "编号 “span” 重复"),
    (
        put([{"kind": "member", "reviewer": "E9", "case": "A1"}], "pins"),
        "pins[0]",
        "“E9” 没有定义过",
    ),
    (put([{"kind": "together", "cases": ["A1", "A9"]}], "pins"), "pins[0]", "“A9” 没有定义过"),
    (
        put([{"kind": "visit", "case": "A1", "start": 6}], "pins"),
        "pins[0]",
        "时段 6 不存在，时段编号从 0 到 5",
    ),
]


def broken(document: Any, change: Change) -> Any:
    changed = copy.deepcopy(document)
    change(changed)
    return changed


def field_name(value: object) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(
    ("change", "field", "reason"), BROKEN_FIELDS + BROKEN_TOGETHER, ids=field_name
)
def test_a_wrong_problem_is_told_by_field(change: Change, field: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        problems.parse(broken(VILLAGE, change))
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert str(caught.value) == f"{field}：{reason}"


@pytest.mark.parametrize(("change", "field", "reason"), BROKEN_FIELDS, ids=field_name)
def test_the_schema_refuses_it_too(change: Change, field: str, reason: str) -> None:
    assert PROBLEM.is_valid(VILLAGE)
    assert not PROBLEM.is_valid(broken(VILLAGE, change)), (field, reason)


BROKEN_PLANS: list[tuple[Change, str, str]] = [
    (
        put("assignment-plan/9", "format"),
        "format",
        "应是 “assignment-plan/1”，读到的是 'assignment-plan/9'",
    ),
    (put(1, "colour"), "colour", "没有这个字段，请删去或检查拼写"),
    (drop("problem_digest"), "problem_digest", "缺少这个字段"),
    (
        put("perfect", "status"),
        "status",
        "应是 optimal、feasible、partial、infeasible、unknown 之一，读到的是 'perfect'",
    ),
    (put("12", "objective"), "objective", "应是整数"),
    (put(True, "bound"), "bound", "应是整数"),
    (put(3, "scorecard", "beauty"), "scorecard.beauty", "没有这个字段，请删去或检查拼写"),
    (put(0.5, "scorecard", "span"), "scorecard.span", "应是整数"),
    (drop("groups", 0, "members"), "groups[0].members", "缺少这个字段"),
    (put(7, "groups", 0, "leader"), "groups[0].leader", "应是非空文字"),
    (
        put(-1, "groups", 0, "visits", 0, "start"),
        "groups[0].visits[0].start",
        "应在 0 到 1000000000 之间，读到的是 -1",
    ),
    (drop("groups", 0, "visits", 0, "half_days"), "groups[0].visits[0].half_days", "缺少这个字段"),
    (
        put([{"goal": "beauty", "value": 1}], "levels"),
        "levels[0].goal",
        f"应是 {'、'.join(problems.GOALS)} 之一，读到的是 'beauty'",
    ),
    (
        put([{"group": -1, "member": "E1", "substitutes": []}], "standbys"),
        "standbys[0].group",
        "应在 0 到 1000000000 之间，读到的是 -1",
    ),
    (
        put({"conflict": [{"rules": []}]}, "explanation"),
        "explanation.conflict[0].text",
        "缺少这个字段",
    ),
    (put("soon", "solver", "time"), "solver.time", "应是秒数"),
    (put(0, "solver", "workers"), "solver.workers", "应在 1 到 1000000000 之间，读到的是 0"),
]


@pytest.mark.parametrize(("change", "field", "reason"), BROKEN_PLANS, ids=field_name)
def test_a_wrong_plan_is_told_by_field_and_refused_by_the_schema(
    change: Change, field: str, reason: str
) -> None:
    document = broken(load(SAMPLES / "plans/village.json"), change)
    with pytest.raises(FormatError) as caught:
        solutions.parse(document)
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert not PLAN.is_valid(document)


@pytest.mark.parametrize("document", [None, [], "text", 3, {}, {"format": []}])
def test_what_is_no_problem_at_all_is_refused(document: object) -> None:
    with pytest.raises(FormatError):
        problems.parse(document)
    with pytest.raises(FormatError):
        solutions.parse(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=4), parts, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_field_parsing_answers_or_refuses(data: st.DataObject) -> None:
    """No stack trace: any value anywhere is read, or told by field."""
    document = copy.deepcopy(VILLAGE)
    part: Any = document
    while True:
        step = data.draw(
            st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part)))
        )
        if not isinstance(part[step], dict | list) or not part[step] or data.draw(st.booleans()):
            break
        part = part[step]
    part[step] = data.draw(JSON)
    try:
        problem = problems.parse(document)
    except FormatError as error:
        assert error.field
    else:
        assert problems.to_json(problem) == document
