"""`expert-pool draw`: from a problem file to a record that anybody replays, and what a tampered
record says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assignment import draw, solution
from assignment.check import check
from assignment.draw import Candidate, CandidateSet
from assignment.problem import digest_of, to_json
from scripts.cli import app
from scripts.files import read_json, write_json
from tests.core.test_draw import groups
from tests.scripts.conftest import tiny_problem
from tests.solver.cast import cast

run = CliRunner().invoke
SAID = "福彩3D第2026318期开奖号码"


@pytest.fixture
def set_file(tmp_path: Path) -> Path:
    """Two candidates of the cast, as likely as not."""
    shares = (
        Candidate(500_000, groups("E0", "E1", "E2", "E3")),
        Candidate(500_000, groups("E1", "E2", "E3", "E0")),
    )
    write_json(tmp_path / "set.json", draw.to_json(CandidateSet(cast(), 50, 600, shares, SAID)))
    return tmp_path / "set.json"


@pytest.fixture
def record_file(set_file: Path) -> Path:
    done = run(
        app,
        [
            "draw",
            "pick",
            str(set_file),
            "3 7 1",
            "--source",
            "当众",
            "-o",
            str(set_file.with_name("record.json")),
        ],
    )
    assert done.exit_code == 0, done.output
    return set_file.with_name("record.json")


def replayed(path: Path, *more: str) -> tuple[int, str]:
    result = run(app, ["draw", "replay", str(path), *more])
    return result.exit_code, result.output


def test_a_problem_file_becomes_a_set_a_record_and_a_plan(tmp_path: Path) -> None:
    problem = cast(
        reviewers=[person | {"carried_effort": 0} for person in to_json(cast())["reviewers"]]
    )
    paths = {name: str(tmp_path / f"{name}.json") for name in ("problem", "set", "record", "plan")}
    write_json(Path(paths["problem"]), to_json(problem))
    more = ["--seed-from", SAID, "--cap", "90", "--time-limit", "3", "--workers", "1"]
    sought = run(app, ["draw", "candidates", paths["problem"], "-o", paths["set"], *more])
    assert sought.exit_code == 0, sought.output
    found = draw.parse(read_json(Path(paths["set"])))
    assert found.digest in sought.output
    assert (found.seed_from, found.tolerance, found.cap, found.problem) == (SAID, 50, 900, problem)
    picked = run(
        app,
        [
            "draw",
            "pick",
            paths["set"],
            "３ 7-1",
            "--source",
            "开奖",
            "-o",
            paths["record"],
            "--plan",
            paths["plan"],
        ],
    )
    assert picked.exit_code == 0, picked.output
    record = draw.parse_record(read_json(Path(paths["record"])))
    assert (record.seed, record.source) == ("371", "开奖")
    plan = solution.parse(read_json(Path(paths["plan"])))
    assert plan.groups == found.candidates[record.chosen].groups
    assert check(problem, plan).ok
    assert replayed(Path(paths["record"]), "--digest", found.digest[:8])[0] == 0


def test_a_problem_without_a_plan_has_no_set_but_reasons(tmp_path: Path) -> None:
    document = tiny_problem()
    document["barred"] += [["r1", "c1", "KINSHIP"]]
    write_json(tmp_path / "problem.json", document)
    result = run(
        app,
        [
            "draw",
            "candidates",
            str(tmp_path / "problem.json"),
            "-o",
            str(tmp_path / "set.json"),
            "--seed-from",
            SAID,
            "--time-limit",
            "3",
        ],
    )
    assert (result.exit_code, "  · " in result.output, (tmp_path / "set.json").exists()) == (
        1,
        True,
        False,
    )


def test_what_candidates_cannot_begin_with_is_refused(
    tmp_path: Path, problem_file: Path, plan_file: Path
) -> None:
    command = [
        "draw",
        "candidates",
        str(problem_file),
        "-o",
        str(tmp_path / "set.json"),
        "--seed-from",
    ]
    assert run(app, [*command, "  "]).exit_code == 2
    plan, problem = read_json(plan_file), read_json(problem_file)
    short = plan["groups"][0]
    write_json(plan_file, plan | {"groups": [short | {"members": short["members"][:2]}]})
    broken = run(app, [*command, SAID, "--start", str(plan_file)])
    assert (broken.exit_code, "不能从这份方案开始，它不符合规则 H01" in broken.output) == (2, True)
    problem["cases"].append(problem["cases"][0] | {"id": "c2"})
    write_json(problem_file, problem)
    write_json(plan_file, plan | {"status": "partial", "unassigned": ["c2"]})
    partial = run(app, [*command, SAID, "--start", str(plan_file)])
    assert (partial.exit_code, "还没有安排c2" in partial.output) == (2, True)


def test_replaying_agrees_and_says_what_was_drawn(record_file: Path) -> None:
    record = draw.parse_record(read_json(record_file))
    code, output = replayed(record_file)
    assert code == 0
    assert f"号码 {record.ticket:06d}，抽中第 {record.chosen + 1} 个方案" in output
    assert "复核通过" in output and SAID in output


def test_a_set_alone_can_be_replayed_before_the_draw(set_file: Path) -> None:
    digest = draw.parse(read_json(set_file)).digest
    assert replayed(set_file, "--digest", digest.upper())[0] == 0
    assert replayed(set_file, "--digest", "0" * 64)[0] == 1
    assert replayed(set_file, "--digest", digest[:7])[0] == 2


def tampered(path: Path, **changes: Any) -> Path:
    document = read_json(path)
    for name, value in changes.items():
        document[name] = value
    write_json(path, document)
    return path


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"ticket": 7}, 1, "记录是 000007"),
        ({"seed": "372"}, 1, "算出的号码是"),
        ({"seed": "，"}, 1, "请填写种子"),
        ({"digest": "0" * 64}, 2, "集合已被改动"),
        ({"chosen": 9}, 2, "应在 0 到 1 之间"),
        ({"source": None}, 2, "source：应是文字"),
        ({"format": "assignment-draw/2"}, 2, "assignment-draw/1"),
        ({"more": 1}, 2, "没有这个字段"),
    ],
)
def test_a_tampered_record_is_found_out(
    record_file: Path, change: dict[str, Any], code: int, words: str
) -> None:
    found, output = replayed(tampered(record_file, **change))
    assert (found, words in output) == (code, True), output


def test_a_set_exchanged_along_with_its_digest_is_found_out_by_the_published_one(
    record_file: Path,
) -> None:
    document = read_json(record_file)
    published = document["digest"]
    document["set"]["candidates"].reverse()
    again = draw.draw(draw.parse(document["set"]), "371", "当众")
    write_json(
        record_file,
        document
        | {"digest": digest_of(document["set"]), "ticket": again.ticket, "chosen": again.chosen},
    )
    assert replayed(record_file)[0] == 0
    code, output = replayed(record_file, "--digest", published)
    assert (code, "与公布的" in output) == (1, True)


def test_a_faulty_set_is_not_drawn_from(set_file: Path) -> None:
    document = read_json(set_file)
    document["candidates"][0]["tickets"] = 1
    write_json(set_file, document)
    result = run(
        app,
        [
            "draw",
            "pick",
            str(set_file),
            "371",
            "--source",
            "当众",
            "-o",
            str(set_file.with_name("record.json")),
        ],
    )
    assert (
        result.exit_code,
        "之和是 500001" in result.output,
        set_file.with_name("record.json").exists(),
    ) == (1, True, False)
    assert run(app, ["draw", "replay", str(set_file)]).exit_code == 1


@pytest.mark.parametrize(("seed", "source"), [("，", "当众"), ("7" * 201, "当众"), ("371", " ")])
def test_without_seed_or_source_nothing_is_drawn(set_file: Path, seed: str, source: str) -> None:
    result = run(
        app,
        [
            "draw",
            "pick",
            str(set_file),
            seed,
            "--source",
            source,
            "-o",
            str(set_file.with_name("record.json")),
        ],
    )
    assert (result.exit_code, set_file.with_name("record.json").exists()) == (1, False)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "null",
        json.dumps({"format": "assignment-plan/1"}),
        json.dumps({"format": draw.SET_FORMAT}),
    ],
)
def test_what_is_no_record_ends_with_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "record.json").write_text(content, encoding="utf-8")
    code, output = replayed(tmp_path / "record.json")
    assert (code, "record.json：" in output) == (2, True), output
