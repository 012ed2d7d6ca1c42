"""Each rule is left out of the joint model in turn, on a problem that tempts the model to break it:
the checker must catch it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assignment import problem as problems
from assignment.check import check
from assignment.rules import RULES as DECLARED
from assignment.solver import subsolve
from assignment.solver.data import Data
from assignment.solver.draft import Draft, to_plan
from assignment.solver.model_rules import RULES
from assignment.solver.scope import Box, Outside, Scope, boxes_needed
from tests.solver.cast import document

Change = Callable[[dict[str, Any]], None]


def _small_groups(d: dict[str, Any]) -> None:
    d["policy"] |= {"quality_required": False, "industry_level": "none"}


def _one_leader_short(d: dict[str, Any]) -> None:
    for person in d["reviewers"]:
        person["leader"] = person["id"] in ("E6", "E7")


def _quality_is_dear(d: dict[str, Any]) -> None:
    for person in d["reviewers"]:
        person["quality"] = person["id"] in ("E6", "E7")


def _specialists_are_dear(d: dict[str, Any]) -> None:
    for person in d["reviewers"]:
        person["industries"] = ["17"] if person["id"] in ("E6", "E7") else ["30"]


def _fresh_are_barred(d: dict[str, Any]) -> None:
    d["barred"] = [
        [f"E{number}", f"A{case}", "EMPLOYMENT"] for number in range(2) for case in range(4)
    ]


def _fresh_are_foes(d: dict[str, Any]) -> None:
    d["barred_pairs"] = [[f"E{a}", f"E{b}", "KIN"] for a in range(4) for b in range(a)]


def _fresh_are_colleagues(d: dict[str, Any]) -> None:
    for person in d["reviewers"][:4]:
        person["employer"] = "U"


def _nothing(d: dict[str, Any]) -> None:
    """Leaving a case out saves its work."""


def _two_are_cheap(d: dict[str, Any]) -> None:
    d["weights"] = {"leadership": 1}
    for person in d["reviewers"]:
        person["seniority"] = 5 if person["id"] == "E0" else 1


def _fresh_may_do_little(d: dict[str, Any]) -> None:
    for person in d["reviewers"][:4]:
        person["max_effort"] = 3


def _closed_early(d: dict[str, Any]) -> None:
    d["weights"] = {"span": 1}
    for case in d["cases"]:
        case["closed"] = [0]


def _absent_early(d: dict[str, Any]) -> None:
    d["weights"] = {"span": 1}
    for person in d["reviewers"]:
        person["unavailable"] = [0]


def _in_a_hurry(d: dict[str, Any]) -> None:
    d["weights"] = {"span": 1}
    d["policy"]["max_parallel_visits"] = 4


def _one_escort(d: dict[str, Any]) -> None:
    d["weights"] = {"span": 1}
    d["policy"]["max_parallel_visits"] = 1


def _pinned_veteran(d: dict[str, Any]) -> None:
    d["pins"] = [{"kind": "member", "reviewer": "E7", "case": "A0"}]


def _heavy_group(d: dict[str, Any]) -> None:
    d["weights"] = {"leadership": 1}
    d["policy"] |= {"groups": [1, 4], "group_effort": [2, 5]}


def _two_groups(d: dict[str, Any]) -> None:
    d["weights"] = {"leadership": 1}


TEMPTATIONS: dict[str, Change] = {
    "H01": _small_groups,
    "H02": _one_leader_short,
    "H03": _quality_is_dear,
    "H04": _specialists_are_dear,
    "H05": _fresh_are_barred,
    "H06": _fresh_are_foes,
    "H07": _fresh_are_colleagues,
    "H08": _nothing,
    "H09": _two_are_cheap,
    "H10": _fresh_may_do_little,
    "H11": _closed_early,
    "H12": _absent_early,
    "H13": _in_a_hurry,
    "H14": _one_escort,
    "H15": _pinned_veteran,
    "H16": _heavy_group,
    "H17": _two_groups,
}


def _broken(rule: str, drop: frozenset[str]) -> set[str]:
    """Rules that the checker finds broken in the best plan of the whole joint model without
    `drop`.
    """
    made = document()
    TEMPTATIONS[rule](made)
    problem = problems.parse(made)
    data = Data(problem)
    people, cases = tuple(range(data.n_reviewers)), tuple(range(data.n_cases))
    outside = Outside()
    scope = Scope(
        tuple(Box(cases, people) for _ in range(4)), cases, outside, (), boxes_needed(data, outside)
    )
    model = subsolve.build(data, scope, drop)
    answer = subsolve.solve(model, subsolve.Allowance(20.0))
    assert answer.groups is not None
    draft = Draft(tuple(group for group in answer.groups if group is not None))
    return {
        violation.rule for violation in check(problem, to_plan(data, draft, "feasible")).violations
    }


def test_the_model_has_every_declared_rule() -> None:
    assert list(RULES) == [rule.id for rule in DECLARED] == list(TEMPTATIONS)


@pytest.mark.parametrize("rule", RULES)
def test_a_plan_of_the_full_model_keeps_every_rule(rule: str) -> None:
    assert _broken(rule, frozenset()) == set()


@pytest.mark.parametrize("rule", RULES)
def test_the_checker_catches_a_rule_left_out_of_the_model(rule: str) -> None:
    assert rule in _broken(rule, frozenset({rule}))
