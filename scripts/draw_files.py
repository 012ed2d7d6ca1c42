"""`draw candidates`, `draw pick`, `draw replay`: sets and records on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from assignment import draw, solution
from assignment.draw import TICKETS, CandidateSet, Draw
from assignment.errors import Declined, FormatError
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from scripts import console
from scripts.files import Unreadable, check_output, read_json, read_problem, write_json
from scripts.problem_files import FOUND, NOT_FOUND, UNREADABLE, read_start

SHORTEST_DIGEST = 8
MOST_SAID = 20


@dataclass(frozen=True)
class Sought:
    """What the set should be like; `tolerance` and `cap` in thousandths."""

    seed_from: str
    tolerance: int
    cap: int


@console.saying_unwritable
def run_candidates(
    problem_file: Path,
    output: Path,
    sought: Sought,
    start_file: Path | None,
    limits: Limits,
    progress: bool | None,
) -> int:
    if not sought.seed_from.strip():
        return _said("请用 --seed-from 写明种子将取自何处、怎样写。", UNREADABLE)
    check_output(output)
    try:
        problem = read_problem(problem_file)
        start = read_start(problem, start_file) if start_file else None
    except Unreadable as reason:
        return _said(str(reason), UNREADABLE)
    if start is not None and start.unassigned:
        names = "、".join(start.unassigned)
        sentence = f"{start_file}：这份方案还没有安排{names}，抽取须从安排了全部对象的方案出发。"
        return _said(sentence, UNREADABLE)
    live = console.err.is_terminal if progress is None else progress
    outcome = console.solve_with_progress(problem, limits, live, partial(_search, sought, start))
    if outcome.interrupted:
        console.err.print("已按要求停止，以至此找到的为准。")
    found: CandidateSet | Plan | None = outcome.answer
    if isinstance(found, CandidateSet):
        write_json(output, draw.to_json(found))
        _tell_set(found)
        console.err.print(f"已写入 {output}。请先公布校验码，再取种子。", markup=False)
        return FOUND
    console.err.print(
        outcome.failure or "没有找到安排全部对象的方案，可延长时限，或用 solve 看原因。"
    )
    for one in (
        found.explanation.conflict if found is not None and found.explanation is not None else ()
    ):
        console.err.print(f"  · {one.text}", markup=False)
    return NOT_FOUND


def _search(
    sought: Sought,
    start: Plan | None,
    problem: Problem,
    limits: Limits,
    tell: OnProgress,
    stop: ShouldStop,
) -> CandidateSet | Plan | None:
    """In the child: the set, or what explains why there is none."""
    from assignment.draw.candidates import Wish
    from assignment.draw.variety import look

    found = look(problem, Wish(sought.tolerance, sought.cap), limits, start, tell, stop)
    return (
        replace(found, seed_from=" ".join(sought.seed_from.split()))
        if isinstance(found, CandidateSet)
        else found
    )


@console.saying_unwritable
def run_pick(
    candidates_file: Path, seed: str, source: str, output: Path, plan_file: Path | None
) -> int:
    for wanted in (output, plan_file):
        if wanted is not None:
            check_output(wanted)
    try:
        found = draw.parse(read_json(candidates_file))
    except (Unreadable, FormatError) as reason:
        return _said(_named(candidates_file, reason), UNREADABLE)
    if found.faults:
        return _listed("备选方案集有误，不能抽取：", found.faults)
    if not source.strip():
        return _said("请用 --source 写明种子的来由。", NOT_FOUND)
    try:
        record = draw.draw(found, seed, source)
    except Declined as declined:
        return _said(declined.message_zh, NOT_FOUND)
    write_json(output, draw.record_json(record))
    _tell_set(found)
    _tell_draw(record)
    if plan_file is not None:
        write_json(plan_file, solution.to_json(found.plan(record.chosen)))
    console.err.print(f"已写入 {output}", markup=False)
    return FOUND


def run_replay(record_file: Path, digest: str) -> int:
    wanted = digest.strip().lower()
    if wanted and len(wanted) < SHORTEST_DIGEST:
        return _said(f"校验码至少给前 {SHORTEST_DIGEST} 位。", UNREADABLE)
    try:
        document = read_json(record_file)
        record = None if _is_set(document) else draw.parse_record(document)
        found = draw.parse(document) if record is None else record.chosen_from
    except (Unreadable, FormatError) as reason:
        return _said(_named(record_file, reason), UNREADABLE)
    said = list(found.faults if record is None else draw.replay(record))
    if not found.digest.startswith(wanted):
        said.insert(0, f"集合校验码是 {found.digest}，与公布的 {wanted} 不符")
    if said:
        return _listed(f"复核发现 {len(said)} 处不符：", said)
    _tell_set(found)
    if record is None:
        console.out.print("复核通过：每个备选方案都合规，差距都在容许之内。还没有抽取。")
    else:
        _tell_draw(record)
        console.out.print(
            "复核通过：校验码与内容一致，每个备选方案都合规，由种子重算得到同一个号码和同一个方案。"
        )
    return FOUND


def _is_set(document: Any) -> bool:
    return isinstance(document, dict) and document.get("format") == draw.SET_FORMAT


def _tell_set(found: CandidateSet) -> None:
    console.out.print(f"集合校验码 {found.digest}", markup=False)
    over = len(found.over_cap)
    cap = (
        f"，超过上限 {found.cap / 10:g}% 的有 {over} 对"
        if over
        else f"，没有超过上限 {found.cap / 10:g}%"
    )
    console.out.print(
        f"备选方案 {len(found.candidates)} 个；任一搭配的可能性最高 {found.reached / 10:g}%{cap}"
    )
    console.out.print(f"种子取自：{found.seed_from or '没有写明'}", markup=False)


def _tell_draw(record: Draw) -> None:
    share = record.chosen_from.candidates[record.chosen].tickets * 100 / TICKETS
    console.out.print(f"种子 {record.seed}（{record.source}）", markup=False)
    console.out.print(
        f"号码 {record.ticket:06d}，抽中第 {record.chosen + 1} 个方案（原有 {share:.1f}% 的可能）"
    )


def _named(path: Path, reason: Exception) -> str:
    return str(reason) if isinstance(reason, Unreadable) else f"{path}：{reason}"


def _said(sentence: str, code: int) -> int:
    console.err.print(sentence, markup=False)
    return code


def _listed(head: str, said: tuple[str, ...] | list[str]) -> int:
    console.out.print(head)
    for sentence in said[:MOST_SAID]:
        console.out.print(f"  · {sentence}", markup=False)
    if len(said) > MOST_SAID:
        console.out.print(f"  ……另有 {len(said) - MOST_SAID} 处")
    return NOT_FOUND
