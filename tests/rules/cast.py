"""The cast of the rule tests: seven reviewers, three firms, two working weeks cut by a weekend, and
a plan that keeps every rule.

    slot    0      1      2      3      4      5      6      7
            9月10日(四)    9月11日(五)    9月14日(一)    9月15日(二)
            上午   下午   上午   下午   上午   下午   上午   下午

Everybody sits in another town's bureau (one employer each) unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from assignment.check import check
from assignment.problem import Case, Policy, Problem, Reviewer, Slot
from assignment.solution import Group, Plan, Visit

SLOTS = tuple(Slot(date(2026, 9, day), half) for day in (10, 11, 14, 15) for half in ("AM", "PM"))


def _reviewer(
    name: str,
    *industries: str,
    quality: bool = False,
    leader: bool = False,
    seniority: int = 3,
    place: str = "城关",
) -> Reviewer:
    return Reviewer(
        name, quality, industries, leader, seniority, f"{name}的单位", place, (), 10, 0, 1
    )


REVIEWERS = (
    _reviewer("赵", "7452", quality=True, leader=True, seniority=5),
    _reviewer("钱", "1711"),
    _reviewer("孙", "1811", place="店口"),
    _reviewer("李", "1711", quality=True, leader=True, seniority=4),
    _reviewer("周", quality=True, leader=True, seniority=2),
    _reviewer("吴", "17", "18", seniority=1),
    _reviewer("郑", "C", place="枫桥"),
)
CASES = (
    Case("袜厂", ("1711",), "店口", 2, 3, (), "QUALITY"),
    Case("衬衫厂", ("1811",), "枫桥", 2, 3, (), "INNOVATION"),
    Case("袜机站", ("1711",), "城关", 0, 1, (), "QUALITY"),  # document review only
)
POLICY = Policy("standing", (3, 4), "division", True, True, "forbid", 60)
#          城关 店口 枫桥
TRAVEL = ((0, 30, 90), (30, 0, 40), (90, 40, 0))


def problem(
    *,
    reviewers: dict[str, dict[str, Any]] | None = None,
    cases: dict[str, dict[str, Any]] | None = None,
    policy: dict[str, Any] | None = None,
    **parts: Any,
) -> Problem:
    """The cast with changes: of persons and firms by name, of the policy, of any other part of the
    problem.
    """
    base = Problem(
        "cast",
        SLOTS,
        ("城关", "店口", "枫桥"),
        TRAVEL,
        tuple(replace(one, **(reviewers or {}).get(one.id, {})) for one in REVIEWERS),
        tuple(replace(one, **(cases or {}).get(one.id, {})) for one in CASES),
        (),
        (),
        (),
        replace(POLICY, **(policy or {})),
        {},
    )
    return replace(base, **parts)


def group(leader: str | None, *others: str, **starts: int | None) -> Group:
    """A group by its leader, the other members and its firms with their starts; every visit is as
    long as the cast says.
    """
    length = {case.id: case.half_days for case in CASES}
    members = others if leader is None else (leader, *others)
    return Group(
        leader, members, tuple(Visit(case, start, length[case]) for case, start in starts.items())
    )


def plan(of: Problem, *groups: Group, **parts: Any) -> Plan:
    return Plan(of.digest, parts.pop("status", "feasible"), groups, **parts)


def one_group() -> Group:
    return group("赵", "钱", "孙", 袜厂=0, 衬衫厂=2, 袜机站=None)


def two_groups() -> tuple[Group, Group]:
    return group("赵", "钱", "孙", 袜厂=0, 袜机站=None), group("李", "周", "吴", 衬衫厂=0)


def told(of: Problem, *groups: Group, **parts: Any) -> list[tuple[str, str]]:
    """What the checker says of a plan made of these groups: every violation of every rule."""
    return [
        (violation.rule, violation.text)
        for violation in check(of, plan(of, *groups, **parts)).violations
    ]
