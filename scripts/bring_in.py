"""一张表进台账: read, question, answer, apply. The one way in for the command line and the demonstration; the pages take the same steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy.orm import Session

from award import stages
from award import store as award_store
from award.core import roster as applicants_roster
from award.roster import known_applicants
from expert_pool import register, spreadsheet, store
from expert_pool.core import roster as experts_roster
from expert_pool.core.actor import SYSTEM_VIEWER, Actor
from expert_pool.facts.industry import Industries
from expert_pool.facts.intake import Context, HeadingMap, ImportPlan, Parsed, RawTable, RowProblem, RowQuestion, TradeUse, question_key
from expert_pool.ledger import Ledger, UnitOfWork

# An answer may raise a new question (which of two people, then what is left of them); nobody answers for ever.
ROUNDS = 5

Kind = Literal["experts", "applicants"]
Answer = Callable[[RowQuestion], str | None]
ROSTERS: Mapping[Kind, Any] = {"experts": experts_roster, "applicants": applicants_roster}


@dataclass(frozen=True)
class Brought:
    """What became of one workbook. `answers` holds every answer that was used, by the question's key."""

    filename: str
    rows: int
    new: int
    changed: int
    unchanged: int
    problems: tuple[RowProblem, ...]
    questions: tuple[RowQuestion, ...]
    answered: tuple[RowQuestion, ...]
    answers: Mapping[str, str]
    headings: HeadingMap
    trades: tuple[TradeUse, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        read = f"{self.rows} 行，新增 {self.new}，更新 {self.changed}，未变 {self.unchanged}"
        open_points = ((self.problems, "处须改正"), (self.questions, "处请确认"))
        return "；".join([read, *(f"{len(points)} {words}" for points, words in open_points if points)])


def bring_in(
    ledger: Ledger,
    actor: Actor,
    kind: Kind,
    data: bytes,
    filename: str,
    year: int,
    given: Mapping[str, str] = MappingProxyType({}),
    answer: Answer = lambda question: None,
) -> Brought:
    """Everything of the file that can be read and is not in doubt is stored in one transaction; the rest comes back.

    `given` are answers by key, `answer` gives more when asked.
    """
    table = spreadsheet.read_table(data, filename)
    roster = ROSTERS[kind]
    with ledger.read() as session:
        context = _context(session, year)
        headings = roster.map_headings(table.headings, store.heading_memory(session, kind), table.rows)
        existing = _existing(session, kind, year)
    parsed, asked, answers = _answered(roster.parse_rows, table, headings, context, given, answer)
    plan: ImportPlan[Any] = roster.diff(parsed, existing)
    with ledger.write(actor) as uow:
        register.remember_headings(
            uow, kind, {heading: field for heading, field in headings.fields.items() if heading not in headings.unsure}
        )
        _confirm_trades(uow, parsed, answers)
        _apply(uow, kind, plan, year, context)
        uow.commit()
    return Brought(
        filename=filename,
        rows=len(table.rows),
        new=len(plan.new),
        changed=len(plan.changed),
        unchanged=len(plan.unchanged),
        problems=plan.problems,
        questions=plan.questions,
        answered=tuple(question for question in asked if question.key in answers and question not in plan.questions),
        answers=answers,
        headings=headings,
        trades=parsed.trades,
        notes=(*table.notes, *plan.notes),
    )


def _context(session: Session, year: int) -> Context:
    fields = award_store.year(session, SYSTEM_VIEWER, year).fields
    return Context(
        year=year,
        window=(fields.window_first, fields.window_last),
        working_days=store.working_days(session),
        trade_words=store.trade_words(session),
    )


def _existing(session: Session, kind: Kind, year: int) -> Sequence[Any]:
    return register.known_experts(session, year) if kind == "experts" else known_applicants(session, year)


def _answered(
    parse: Callable[[RawTable, HeadingMap, Context], Parsed[Any]],
    table: RawTable,
    headings: HeadingMap,
    context: Context,
    given: Mapping[str, str],
    answer: Answer,
) -> tuple[Parsed[Any], tuple[RowQuestion, ...], dict[str, str]]:
    """Parse, answer, parse again until nothing new is answered. Gives the last reading, every question asked, every answer used."""
    parsed = parse(table, headings, context)
    asked = {question.key: question for question in parsed.questions}
    answers: dict[str, str] = {}
    more = dict(given)
    for _ in range(ROUNDS):
        more |= {question.key: said for question in parsed.questions if question.key not in more and (said := answer(question))}
        if more == answers:
            break
        answers = dict(more)
        parsed = parse(table, headings, replace(context, answers=answers))
        asked |= {question.key: question for question in parsed.questions}
    return parsed, tuple(asked.values()), answers


def _confirm_trades(uow: UnitOfWork, parsed: Parsed[Any], answers: Mapping[str, str]) -> None:
    """A trade word that somebody explained is not asked about again, in whichever file."""
    for use in parsed.trades:
        said = re.split("[,;，；]", answers.get(question_key("trade", use.word), ""))
        codes = [part.split()[0] for part in said if part.strip()]
        if codes and all(Industries.load().known(code) for code in codes):
            register.confirm_trade_word(uow, use.word, codes)


def _apply(uow: UnitOfWork, kind: Kind, plan: ImportPlan[Any], year: int, context: Context) -> None:
    if kind == "experts":
        register.apply_import(uow, plan, year, *context.window)
    else:
        stages.apply_applicants(uow, year, plan)
