"""一张表进台账 without a page: the steps of `rosters_in`, with the answers given by a file or
by a function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from award.applicants import rosters_in as intake
from expert_pool.core.actor import SYSTEM_VIEWER, Actor
from expert_pool.facts.intake import HeadingMap, RowProblem, RowQuestion, TradeUse, question_key
from expert_pool.ledger import Ledger

# An answer may raise a new question (which of two people, then what is left of them); nobody
# answers for ever.
ROUNDS = 5

Answer = Callable[[RowQuestion], str | None]


@dataclass(frozen=True)
class Brought:
    """What became of one workbook.

    `answers` holds every answer that was used, by the question's key.
    """

    filename: str
    rows: int
    counts: Mapping[str, int]
    problems: tuple[RowProblem, ...]
    questions: tuple[RowQuestion, ...]
    answered: tuple[RowQuestion, ...]
    answers: Mapping[str, str]
    headings: HeadingMap
    trades: tuple[TradeUse, ...]
    notes: tuple[str, ...]
    known_keys: frozenset[str] = frozenset()  # of every question that the file gave rise to

    @property
    def sentence(self) -> str:
        read = (
            f"{self.rows} 行，新增 {self.counts['new']}，更新 {self.counts['changed']}，未变"
            f" {self.counts['unchanged']}"
        )
        open_points = ((self.problems, "处须改正"), (self.questions, "处请确认"))
        return "；".join(
            [read, *(f"{len(points)} {words}" for points, words in open_points if points)]
        )


def bring_in(
    ledger: Ledger,
    actor: Actor,
    kind: intake.Kind,
    data: bytes,
    filename: str,
    year: int,
    given: Mapping[str, str] = MappingProxyType({}),
    answer: Answer = lambda question: None,
) -> Brought:
    """Everything of the file that can be read and is not in doubt is stored in one transaction; the
    rest comes back.

    `given` are answers by key, `answer` gives more when asked.
    """
    batch = intake.open_batch(ledger, actor, kind, year, data, filename)
    kept = intake.Readings[intake.DryRun]()
    found = _look(ledger, batch, kept)
    asked = {question.key: question for question in found.plan.questions}
    more = dict(given)
    for _ in range(ROUNDS):
        more |= {
            one.key: said
            for one in found.plan.questions
            if one.key not in more and (said := answer(one))
        }
        if more == found.answers:
            break
        intake.answer(ledger, actor, batch, found.batch.row.version, {}, more)
        found = _look(ledger, batch, kept)
        asked |= {question.key: question for question in found.plan.questions}
    intake.apply(ledger, actor, SYSTEM_VIEWER, batch, found.batch.row.version, kept)
    still_open = {question.key for question in found.plan.questions}
    return Brought(
        filename=filename,
        rows=len(found.table.rows),
        counts=found.summary,
        problems=found.plan.problems,
        questions=found.plan.questions,
        answered=tuple(
            question
            for key, question in asked.items()
            if key in found.answers and key not in still_open
        ),
        answers=found.answers,
        headings=found.headings,
        trades=found.parsed.trades,
        notes=tuple(dict.fromkeys(found.plan.notes)),
        known_keys=frozenset(
            (*asked, *(question_key("trade", use.word) for use in found.parsed.trades))
        ),
    )


def _look(ledger: Ledger, batch: str, kept: intake.Readings[intake.DryRun]) -> intake.DryRun:
    with ledger.read() as session:
        return intake.dry_run(session, SYSTEM_VIEWER, batch, kept)
