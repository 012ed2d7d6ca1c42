"""`repair`: somebody declined, a firm moved its date, a conflict came late.

Several ways out, fewest changes first, each with its price.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignment import problem as problems
from assignment import solution
from assignment.check import check
from assignment.mishap import (
    Away,
    Closed,
    Conflict,
    Declines,
    Mishap,
    happen,
    pin_words,
    taken_back,
)
from assignment.problem import Problem
from assignment.solution import Explanation, Plan
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from scripts import console
from scripts.child import solve_in_child
from scripts.files import Unreadable, check_folder, read_plan, read_problem, write_json
from scripts.problem_files import FOUND, NOT_FOUND, UNREADABLE

if TYPE_CHECKING:
    from assignment.solver.repair import Repair, Repairs

# Seconds when nobody says otherwise, the start of the process included: up to so many cases, and
# above.
MANY_CASES, QUICK, LONG = 100, 3.5, 25.0

_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(AM|PM)?(?:\.\.(\d{4}-\d{2}-\d{2})(AM|PM)?)?")


@dataclass(frozen=True)
class Wishes:
    """What happened, as typed."""

    declines: Sequence[str] = ()
    away: Sequence[str] = ()
    closed: Sequence[str] = ()
    conflicts: Sequence[str] = ()


@console.saying_unwritable
def run_repair(
    problem_file: Path,
    plan_file: Path,
    wishes: Wishes,
    out: Path | None,
    limits: Limits,
    timed: bool,
    most: int,
) -> int:
    if out is not None:
        check_folder(out)
    try:
        before, previous = read_problem(problem_file), read_plan(plan_file)
        mishaps = tuple(_mishaps(before, wishes))
    except Unreadable as reason:
        console.err.print(str(reason), markup=False)
        return UNREADABLE
    if not previous.groups:
        console.err.print(f"{plan_file}：方案没有编组，无从修补", markup=False)
        return UNREADABLE
    problem = happen(before, mishaps)
    for pin in taken_back(before, mishaps):
        console.err.print(f"人工指定作废：{pin_words(pin)}", markup=False)
    if not timed:
        limits = replace(limits, time_limit=QUICK if len(problem.cases) <= MANY_CASES else LONG)
    outcome = solve_in_child(problem, limits, lambda latest: None, partial(_work, previous, most))
    if outcome.answer is None:
        console.err.print(outcome.failure or "没有结果")
        return NOT_FOUND
    return _report(problem, previous, outcome.answer, out)


def _work(
    previous: Plan, most: int, problem: Problem, limits: Limits, tell: OnProgress, stop: ShouldStop
) -> Repairs:
    from assignment.solver.repair import repair

    return repair(problem, previous, limits, tell, stop, most)


def _report(problem: Problem, previous: Plan, found: Repairs, out: Path | None) -> int:
    from assignment.solver.repair import staying_close, words

    for violation in found.broken:
        console.out.print(f"原方案：{violation.text}", markup=False)
    if not found.broken:
        console.out.print("原方案的其余部分仍符合每条规则。")
    if not found.options:
        return _report_none(found.why)
    asked = staying_close(problem, previous)
    for number, option in enumerate(found.options, 1):
        verdict = check(asked, option.plan)
        if not verdict.ok:
            raise AssertionError(f"option {number} breaks {verdict.violations[0].rule}")
        console.out.print(f"办法{number}：{_price(option, found.bound)}")
        for sentence in words(problem, previous, option):
            console.out.print(f"  · {sentence}", markup=False)
    if out is not None:
        write_json(out / "problem.json", problems.to_json(asked))
        for number, option in enumerate(found.options, 1):
            write_json(out / f"option-{number}.json", solution.to_json(option.plan))
        console.err.print(
            f"已写入 {out}：problem.json 和 {len(found.options)} 份方案", markup=False
        )
    return FOUND


def _report_none(why: Explanation | None) -> int:
    console.out.print("没有找到安排全部组织的修补办法。")
    for reason in why.conflict if why is not None else ():
        console.out.print(f"原因：{reason.text}", markup=False)
    for reason in why.remedies if why is not None else ():
        console.out.print(f"可以：{reason.text}", markup=False)
    return NOT_FOUND


def _price(option: Repair, bound: int) -> str:
    least = "，已证明不能更少" if option.least else f"，已证明至少 {bound} 处"
    cost = (
        f"目标值增加 {option.cost:,}"
        if option.cost > 0
        else f"目标值减少 {-option.cost:,}"
        if option.cost
        else "目标值不变"
    )
    return f"改动 {option.changes} 处{least}；{cost}"


# What happened
# --------------------------------------------------------------------------------------------------


def _mishaps(problem: Problem, wishes: Wishes) -> list[Mishap]:
    found: list[Mishap] = [
        Declines(_known(one, problem.reviewer_index, "评审员")) for one in wishes.declines
    ]
    for text in wishes.away:
        who, slots = _with_days(problem, text)
        found.append(Away(_known(who, problem.reviewer_index, "评审员"), slots))
    for text in wishes.closed:
        who, slots = _with_days(problem, text)
        found.append(Closed(_known(who, problem.case_index, "评审对象"), slots))
    for text in wishes.conflicts:
        reviewer, comma, case = text.partition(",")
        if not comma:
            raise Unreadable(f"“{text}”：回避写成 评审员,评审对象")
        found.append(
            Conflict(
                _known(reviewer, problem.reviewer_index, "评审员"),
                _known(case, problem.case_index, "评审对象"),
            )
        )
    return found


def _known(one: str, index: dict[str, Any], what: str) -> str:
    if one not in index:
        raise Unreadable(f"问题文件里没有{what}“{one}”")
    return one


def _with_days(problem: Problem, text: str) -> tuple[str, tuple[int, ...]]:
    """`E0001:2026-09-10..2026-09-11AM`: whom, and the slots meant."""
    who, _, days = text.rpartition(":")
    match = _DAYS.fullmatch(days)
    if not who or match is None:
        raise Unreadable(
            f"“{text}”：写成 编号:2026-09-10、编号:2026-09-10AM 或 编号:2026-09-10..2026-09-11"
        )
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[3] or match[1])
    except ValueError:
        raise Unreadable(f"“{text}”：没有这一天") from None
    begin = (first, match[2] or "AM")
    end = (last, match[4] or (match[2] if match[3] is None and match[2] else "PM"))
    return who, tuple(
        position
        for position, slot in enumerate(problem.slots)
        if begin <= (slot.date, slot.half) <= end
    )
