"""Documentation is tested: what exists is documented, what is linked exists, and no file names the
machine it was written on.
"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from assignment.goals import GOALS
from assignment.rules import RULES
from expert_pool.core.life import STATES, TRANSITIONS, State
from expert_pool.core.rulebook import rulebook

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Written in two halves, so that this file does not name them itself.
FOREIGN = tuple(
    a + b
    for a, b in (
        ("/wo", "rk/"),
        ("/ho", "me/"),
        ("/ro", "ot/"),
        ("pypi", ".org"),
        ("python", "hosted"),
        ("mirrors", "."),
        ("/opt", "/pypi"),
    )
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing is tracked")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def commands() -> list[str]:
    found = []
    for name, command in get_command(_app()).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += (
            [f"expert-pool {name} {sub}" for sub in inner] if inner else [f"expert-pool {name}"]
        )
    return found


def _app():  # type: ignore[no-untyped-def]
    from scripts.cli import app

    return app


def test_every_command_is_documented() -> None:
    page = text("docs/operations.md")
    assert [command for command in commands() if f"`{command}" not in page] == []


def test_every_option_is_documented() -> None:
    page = text("docs/operations.md")
    missing = []
    for name, command in get_command(_app()).commands.items():  # type: ignore[attr-defined]
        for one in getattr(command, "commands", {name: command}).values():
            missing += [
                f"{name} {flag}"
                for option in one.params
                for flag in option.opts
                if flag.startswith("--") and f"`{flag}" not in page
            ]
    assert missing == []


def test_every_setting_is_documented() -> None:
    from api.settings import Settings

    page = text("docs/operations.md")
    prefix = str(Settings.model_config.get("env_prefix", ""))
    names = [(prefix + name).upper() for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in page] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_documented_with_its_title(rule) -> None:  # type: ignore[no-untyped-def]
    assert any(
        rule.id in line and rule.title in line for line in text("docs/rules.md").splitlines()
    )


def test_the_steps_of_a_reviewers_life_are_documented_as_they_are() -> None:
    def words(states: frozenset[State]) -> str:
        return "；".join(STATES[one] for one in STATES if one in states)

    steps = [
        f"| {row.zh} | {words(row.before)} | {words(row.after)} |" for row in TRANSITIONS.values()
    ]
    lines = text("docs/register.md").splitlines()
    start = lines.index(steps[0])
    assert lines[start : start + len(steps) + 1] == [*steps, ""]


def test_every_condition_and_personnel_rule_is_documented() -> None:
    page, book = text("docs/register.md"), rulebook()
    written = [one.zh for one in (*book.eligibility, *book.rules)] + list(book.measures.values())
    written += [
        f"{words} {points}"
        for rater in book.raters.values()
        for words, points in rater.items.values()
    ]
    assert [one for one in written if one not in page] == []


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.id)
def test_every_goal_is_documented_with_its_title(goal) -> None:  # type: ignore[no-untyped-def]
    assert any(
        f"`{goal.id}`" in line and goal.title in line
        for line in text("docs/formats.md").splitlines()
    )


@pytest.mark.parametrize(
    "schema",
    ["assignment-problem-1", "assignment-plan-1", "assignment-candidates-1", "assignment-draw-1"],
)
def test_every_field_of_the_files_is_documented(schema: str) -> None:
    page = text("docs/formats.md")
    names = _properties(json.loads(text(f"assignment/schemas/{schema}.json"))) - {"format", "date"}
    assert sorted(name for name in names if f"`{name}" not in page) == []


def _properties(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_properties, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", ())).union(*map(_properties, schema.values()))


def test_every_dependency_has_its_line_and_its_pin() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = project["dependencies"] + [
        one for extra in project["optional-dependencies"].values() for one in extra
    ]
    names = {re.split(r"[\[<>=~!]", one)[0].lower() for one in wanted} - {project["name"]}
    page, pins = (
        text("docs/architecture.md").lower(),
        {
            re.split("==", line)[0].lower().replace("_", "-")
            for line in text("constraints.txt").splitlines()
        },
    )
    assert (
        sorted(
            name
            for name in names
            if not re.search(rf"(?<![\w-]){re.escape(name.removeprefix('pytest-'))}(?![\w-])", page)
        )
        == []
    )
    assert sorted(names - pins) == []


def test_constraints_hold_no_address() -> None:
    assert [
        line
        for line in text("constraints.txt").splitlines()
        if not re.fullmatch(r"[\w.-]+==[\w.+-]+", line)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_resolve(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_file_that_a_page_names_exists() -> None:
    """In full, or from the folder that the page is about."""
    files = [f"/{path.relative_to(ROOT)}" for path in tracked()]
    path = re.compile(r"`((?:[\w-]+/)+|(?:[\w-]+/)*[\w-]+\.(?:py|html|json|csv))`", re.ASCII)
    named = {one for page in PAGES for one in path.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert [one for one in sorted(named) if not any(f"/{one}" in file for file in files)] == []


def test_no_tracked_file_names_a_machine_or_an_index() -> None:
    named = []
    for path in tracked():
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" in data[:8000]:
            continue
        named += [f"{path.relative_to(ROOT)}: {word}" for word in FOREIGN if word.encode() in data]
    assert named == []


def test_no_tracked_file_is_a_database_or_a_key() -> None:
    assert [
        path.name for path in tracked() if path.suffix in {".db", ".pem", ".key", ".sqlite"}
    ] == []
