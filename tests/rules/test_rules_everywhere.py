"""Every rule lives in rules.py, docs/rules.md and one test file, under one id and one title."""

import re
from pathlib import Path

from assignment.rules import RULES

ROOT = Path(__file__).parents[2]
IDS = [f"H{number:02}" for number in range(1, 18)]


def test_the_rules_are_h01_to_h17() -> None:
    assert [rule.id for rule in RULES] == IDS


def test_every_rule_has_a_line_in_the_documentation() -> None:
    table = re.findall(
        r"^\| (H\d\d) \| (.+?) \| (.+?) \| (.+?) \|$",
        (ROOT / "docs/rules.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert [(line[0], line[1]) for line in table] == [(rule.id, rule.title) for rule in RULES]


def test_every_example_is_a_sentence_the_checker_can_say() -> None:
    table = re.findall(
        r"^\| (H\d\d) \|.*\| (.+?) \|$",
        (ROOT / "docs/rules.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    source = (ROOT / "assignment/rules.py").read_text(encoding="utf-8")
    for rule, example in table:
        patterns = [_pattern(text) for text in re.findall(r'"([^"]*\{[rcgw]\d\}[^"]*)"', source)]
        assert any(re.fullmatch(pattern, example) for pattern in patterns), (rule, example)


def _pattern(sentence: str) -> str:
    return re.sub(r"\\{\w\d\\}", ".+", re.escape(sentence)) + ".*"


def test_every_rule_has_its_own_test_file() -> None:
    files = sorted(path.name for path in Path(__file__).parent.glob("test_h*.py"))
    assert [name[5:8].upper() for name in files] == IDS
    for name in files:
        first = (Path(__file__).parent / name).read_text(encoding="utf-8").split("\n", 1)[0]
        assert first.startswith(f'"""{name[5:8].upper()} '), name


def test_every_rule_names_its_basis() -> None:
    assert [
        rule.id
        for rule in RULES
        if not rule.legal_basis.startswith("《诸暨市政府质量奖评审管理办法")
    ] == []
