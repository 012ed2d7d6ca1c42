"""`plan`: two workbooks in, lists and schedule out. It plans what it can and lists what needs a
person.

The one way of the data, through a database of its own in the output folder: read, question, apply,
snapshot, solve in a child process, check, documents. It writes drafts and publishes nothing, so
experts who have not signed this year's declaration are planned and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.engine import URL

from assignment import goals, solution
from assignment import problem as problems
from assignment.check import check
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits
from assignment.standbys import standbys
from award.applicants import rosters_in as intake
from award.groups import plans
from award.groups import store as assignment_store
from award.groups.books import book_of
from award.groups.core.book import Book, Names, VisitEntry, day_zh
from award.groups.snapshot import Snapshot
from award.papers import calendar
from award.papers.kinds import DOCUMENTS
from award.scoring.follow import open_ledger
from award.year import years as award_years
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.intake import question_key
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, migrate
from scripts import bring_in, console, pending, same_names
from scripts.accounts import operator
from scripts.child import Outcome
from scripts.files import (
    Unreadable,
    check_folder,
    read_json,
    read_plan,
    write_bytes,
    write_json,
)
from scripts.operate import utc_now
from scripts.pending import NOTE, SHORT, Pending
from scripts.same_ids import SameIds, former_ids

PLANNED, NO_PLAN, UNREADABLE = 0, 1, 2
DATABASE = "台账.db"
NOTES_SHOWN = 20
PENDING = "待确认事项"
NO_APPLICANT = "没有可以编组的申报组织：须改正和未编入的各行写明了原因。"


@dataclass(frozen=True)
class Task:
    experts: Path
    applicants: Path
    year: int
    first: date
    last: date
    out: Path
    answers: pending.Answers
    limits: Limits
    progress: bool | None = None
    fresh: bool = False


@console.saying_unwritable
def run_plan(task: Task) -> int:
    check_folder(task.out)
    try:
        ledger = _fresh_ledger(task)
        brought = _bring_in(ledger, task)
    except (Unreadable, Refusal) as reason:
        console.err.print(
            reason.message_zh if isinstance(reason, Refusal) else str(reason), markup=False
        )
        return UNREADABLE
    try:
        return _plan(ledger, task, brought)
    finally:
        ledger.close()


def parse_window(text: str) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(part.strip()) for part in text.split(".."))
    except ValueError:
        raise Unreadable(f"--window {text}：应写成 2026-09-07..2026-09-25") from None
    if first > last:
        raise Unreadable(f"--window {text}：开始日期晚于结束日期")
    return first, last


def _fresh_ledger(task: Task) -> Ledger:
    ids = SameIds(former_ids(task.out / DATABASE))
    for suffix in ("", "-wal", "-shm"):
        (task.out / (DATABASE + suffix)).unlink(missing_ok=True)
    url = URL.create("sqlite", database=str(task.out / DATABASE))  # a ? in the path stays one
    migrate.upgrade(url)
    return open_ledger(url, utc_now, ids=ids)


def _bring_in(ledger: Ledger, task: Task) -> tuple[bring_in.Brought, ...]:
    with ledger.write(operator()) as uow:
        award_years.open_year(
            uow, task.year, YearFields(f"{task.year}年度诸暨市政府质量奖", task.first, task.last)
        )
        uow.commit()
    result = []
    files: tuple[tuple[intake.Kind, Path], ...] = (
        ("applicants", task.applicants),
        ("experts", task.experts),
    )
    for kind, path in files:
        data = _bytes(path)
        try:
            brought = bring_in.bring_in(
                ledger, operator(), kind, data, path.name, task.year, task.answers.given
            )
        except Refusal as refusal:
            raise Unreadable(f"{path.name}：{refusal.message_zh}") from None
        console.err.print(f"{path.name}：{brought.sentence}", markup=False)
        _say_notes(brought.notes)
        result.append(brought)
    _say_notes([f"答复第 {line.row} 行：{line.text}" for line in task.answers.refused])
    return tuple(result)


def _say_notes(notes: Sequence[str]) -> None:
    """What was left out or taken in a way that somebody should look at, on the terminal too."""
    for note in notes[:NOTES_SHOWN]:
        console.err.print(f"  · {note}", markup=False)
    if len(notes) > NOTES_SHOWN:
        console.err.print(f"  · 另有 {len(notes) - NOTES_SHOWN} 条说明，见“待确认事项.xlsx”")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Unreadable(f"{path}：打不开，请检查是不是文件、有没有读取权限") from None


def _plan(ledger: Ledger, task: Task, brought: tuple[bring_in.Brought, ...]) -> int:
    snapshot, names = same_names.settle(ledger, task.year, task.answers.given)
    problem = snapshot.problem
    former = None if task.fresh else _former(task, problem)
    write_json(task.out / "problem.json", problems.to_json(problem))
    plan, short = former or _solve(task, snapshot)
    lines = [
        *short,
        *task.answers.refused,
        *_unused(task.answers.given, brought, {line.key for line in names}),
        *_open_points(brought),
        *names,
        *_left_out(snapshot),
    ]
    if plan is None:
        console.err.print("没有方案。")
        _write_pending(task.out, lines)
        return NO_PLAN
    if violations := check(problem, plan).violations:
        raise AssertionError(f"the optimiser's plan breaks {violations[0].rule}")
    plan = plan.with_(standbys=standbys(problem, plan))
    with ledger.write(operator()) as uow:
        saved = plans.save_draft(uow, task.year, problem, plan, snapshot.names)
        uow.commit()
    with ledger.read() as session:
        book = replace(
            book_of(session, assignment_store.plan(session, SYSTEM_VIEWER, saved)),
            notes=snapshot.notes,
        )
    write_json(task.out / "plan.json", solution.to_json(plan))
    _write_documents(task.out, book)
    lines += [*_to_sign(snapshot, plan), *_trades(brought)]
    _write_pending(task.out, lines)
    _say_result(task.out, book, lines)
    return PLANNED


Solved = tuple[Plan | None, list[Pending]]


def _former(task: Task, problem: Problem) -> Solved | None:
    """The plan of an earlier run with the same two tables, answers, window and seed: a draft that
    people have looked at is not exchanged for another one behind their backs.
    """
    try:
        plan = read_plan(task.out / "plan.json")
        told = read_json(task.out / f"{PENDING}.json")
        short = [Pending(line["kind"], line["text"]) for line in told if line["kind"] == SHORT]
    except (Unreadable, TypeError, KeyError):
        return None
    if plan.solver is None or plan.solver.seed != task.limits.seed or not plan.groups:
        return None
    if plan.problem_digest != problem.digest or not check(problem, plan).ok:
        return None
    console.err.print(
        "两张表和上次的一样，沿用上次的方案；要重新求解，请加 --fresh，或换一个 --seed。"
    )
    return plan, short


def _solve(task: Task, snapshot: Snapshot) -> Solved:
    """The best plan, of part of the applicants where not all can be placed; and why not."""
    problem = snapshot.problem
    if not problem.cases:
        console.err.print(NO_APPLICANT)
        return None, [Pending(SHORT, NO_APPLICANT)]
    console.err.print(
        f"可编入评审员 {len(problem.reviewers)} 人，申报组织 {len(problem.cases)} 家，可用半天"
        f" {len(problem.slots)} 个。开始求解。"
    )
    live = console.err.is_terminal if task.progress is None else task.progress
    outcome = console.solve_with_progress(problem, task.limits, live)
    limits = task.limits
    if task.limits.deterministic and not _answered(outcome):
        # Counted work did not end in time on this machine; by the clock there is a plan at least.
        limits = replace(task.limits, deterministic=False)
        outcome = console.solve_with_progress(problem, limits, live)
    if outcome.plan is not None and outcome.plan.groups:
        return outcome.plan, []
    short = _why_none(snapshot, outcome.plan, outcome.failure)
    if outcome.incomplete is None:
        return None, short
    return _without(problem, outcome.incomplete, limits, live), short


def _answered(outcome: Outcome) -> bool:
    """A plan, a proof that there is none, or somebody's wish to stop."""
    if outcome.interrupted:
        return True
    return outcome.plan is not None and outcome.plan.status != "unknown" and not outcome.failure


def _without(problem: Problem, incomplete: Plan, limits: Limits, live: bool) -> Plan:
    """No plan holds every applicant: the time that is left goes to the best plan for those that can
    be placed.
    """
    out = set(incomplete.unassigned)
    console.err.print(f"先安排其余 {len(problem.cases) - len(out)} 家。")
    rest = replace(
        problem,
        cases=tuple(case for case in problem.cases if case.id not in out),
        barred=tuple(row for row in problem.barred if row[1] not in out),
        discouraged=tuple(row for row in problem.discouraged if row[1] not in out),
    )
    better = console.solve_with_progress(rest, limits, live).plan
    if better is None or not better.groups or better.unassigned:
        return incomplete
    whole = better.with_(
        problem_digest=problem.digest,
        status="partial",
        unassigned=incomplete.unassigned,
        bound=None,
    )
    values = goals.scorecard(problem, whole)
    return whole.with_(scorecard=values, objective=goals.objective(problem, values))


def _write_documents(out: Path, book: Book) -> None:
    for name, kind in DOCUMENTS.items():
        write_bytes(out / f"{kind.title}{Path(name).suffix}", kind.make(book))
    folder, now = out / "calendars", utc_now()
    for old in folder.glob("*.ics"):
        old.unlink()
    events = calendar.entries(book, {})
    write_bytes(folder / "审定办.ics", calendar.office_ics(book, events, now=now))
    for group in book.groups:
        for seat in group.seats:
            # Two people of one name are told apart by the end of their ids.
            name = f"{group.name}-{seat.person.name}-{seat.person.id[-4:]}.ics"
            write_bytes(
                folder / name,
                calendar.expert_ics(book, seat.person.id, events, now=now, disclose=True),
            )


# --- what needs a person
# --------------------------------------------------------------------------------------------------


def _open_points(brought: Iterable[bring_in.Brought]) -> Iterable[Pending]:
    for one in brought:
        for note in one.notes:
            yield Pending(NOTE, note, one.filename)
        for problem in one.problems:
            yield Pending(
                pending.TO_CORRECT,
                problem.reason,
                one.filename,
                problem.row,
                problem.column,
                problem.value,
            )
        for kind, questions in (
            (pending.TO_ANSWER, one.questions),
            (pending.ANSWERED, one.answered),
        ):
            for question in questions:
                yield Pending(
                    kind,
                    question.text,
                    one.filename,
                    question.row,
                    question.column,
                    question.value,
                    question.proposals,
                    question.key,
                    one.answers.get(question.key, ""),
                )


def _unused(
    given: Mapping[str, str], brought: Iterable[bring_in.Brought], names: Set[str]
) -> Iterable[Pending]:
    """Answers to questions that these two files do not raise (any more)."""
    known = frozenset(names).union(*(one.known_keys for one in brought))
    if count := len(given.keys() - known):
        yield Pending(NOTE, f"答复中有 {count} 条在这两张表里没有对应的问题，没有用到")


def _trades(brought: Iterable[bring_in.Brought]) -> Iterable[Pending]:
    """How each trade word was read, to look over; a code in the answer column replaces the
    reading.
    """
    seen: set[str] = set()
    for one in brought:
        for use in one.trades:
            if (
                not use.confirmed
                and use.word not in seen
                and use.proposals
                and use.proposals[0].confidence == "sure"
            ):
                seen.add(use.word)
                codes = "；".join(f"{proposal.code} {proposal.name}" for proposal in use.proposals)
                key = question_key("trade", use.word)
                yield Pending(
                    pending.TO_LOOK_OVER,
                    f"按 {codes} 处理",
                    one.filename,
                    use.rows[0],
                    "行业",
                    use.word,
                    key=key,
                )


def _left_out(snapshot: Snapshot) -> Iterable[Pending]:
    for one in snapshot.left_out:
        yield Pending(pending.LEFT_OUT, f"{one.name}：{'；'.join(one.reasons)}", "申报组织")
    for one in snapshot.not_assignable:
        yield Pending(pending.LEFT_OUT, f"{one.name}：{'；'.join(one.reasons)}", "评审员")
    for note in snapshot.notes:
        yield Pending(NOTE, note)


def _to_sign(snapshot: Snapshot, plan: Plan) -> Iterable[Pending]:
    seated = {member for group in plan.groups for member in group.members}
    for uid in snapshot.undeclared:
        if uid in seated:
            yield Pending(
                pending.TO_SIGN,
                f"{snapshot.names.person(uid).name}：发布前须签署年度利益冲突申报与保密承诺，并在聘期内",
                "评审员",
            )


def _why_none(snapshot: Snapshot, plan: Plan | None, failure: str) -> list[Pending]:
    explanation = plan.explanation if plan else None
    reasons = (
        [named(reason.text, snapshot.names) for reason in explanation.conflict]
        if explanation
        else []
    )
    remedies = (
        [f"可以这样解决：{named(reason.text, snapshot.names)}" for reason in explanation.remedies]
        if explanation
        else []
    )
    if not reasons:
        reasons = [
            failure
            or (
                f"{console.STATUS[plan.status] if plan else '没有求出方案'}；可加大 "
                "--time-limit 再试"
            )
        ]
    console.err.print("不能全部安排：")
    for text in (*reasons, *remedies):
        console.err.print(f"  · {text}", markup=False)
    return [Pending(pending.SHORT, text) for text in (*reasons, *remedies)]


def named(text: str, names: Names) -> str:
    """The optimiser's sentence with names in the place of ids."""
    for key, person in names.persons.items():
        text = text.replace(key, person.name)
    for key, firm in names.firms.items():
        text = text.replace(key, firm.name)
    return text


def _write_pending(out: Path, lines: list[Pending]) -> None:
    write_bytes(out / f"{PENDING}.xlsx", pending.as_workbook(lines))
    write_json(out / f"{PENDING}.json", pending.as_json(lines))


# --- the summary
# --------------------------------------------------------------------------------------------------


def _say_result(out: Path, book: Book, lines: list[Pending]) -> None:
    console.out.print(f"\n{book.title}（草案）")
    for group in book.groups:
        people = "、".join(
            f"{seat.person.name}（组长）" if seat.leader else seat.person.name
            for seat in group.seats
        )
        console.out.print(f"\n{group.name}　{people}", markup=False)
        for visit in group.visits:
            console.out.print(
                f"    {_when(visit)}　{visit.firm.name}　{visit.firm.town}", markup=False
            )
    if book.unassigned:
        console.out.print(
            f"\n未能安排：{'、'.join(firm.name for firm in book.unassigned)}", markup=False
        )
    proved = (
        f"，离理论最好最多差 {console.gap(book.objective, book.bound)}"
        if book.bound is not None
        else ""
    )
    console.out.print(
        f"\n已逐条复核，硬性规则全部符合；目标值 {console.number(book.objective)}{proved}。"
    )
    if book.provisional_days:
        console.out.print("注意：该年节假日安排尚未公布，工作日按推算。")
    kinds = (pending.TO_CORRECT, pending.TO_ANSWER, pending.LEFT_OUT, pending.TO_SIGN)
    console.out.print(
        "待办："
        + "，".join(f"{kind} {sum(line.kind == kind for line in lines)} 项" for kind in kinds)
    )
    console.out.print(
        f"全部文件在 {out}/ 。填好“待确认事项.xlsx”的“答复”列，加 --answers 再运行一次，"
        "方案就更完整。",
        markup=False,
    )


def _when(visit: VisitEntry) -> str:
    if not visit.stays:
        return "资料评审"
    first, halves = visit.stays[0], len(visit.stays)
    length = (
        f"{halves // 2} 天" if halves % 2 == 0 else "半天" if halves == 1 else f"{halves // 2} 天半"
    )
    return f"{day_zh(first.date)}{first.zh}起 {length}"
