"""名册导入的步骤: read, show, ask, apply; nothing is written to the register before `apply`.

The file's rows wait in the batch; each look (`dry_run`) reads them anew with the headings and
answers given so far, so that it always shows what applying would do now.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy.orm import Session

from award.applicants import applicants as award_applicants
from award.applicants.core import sheet_in as applicant_roster
from award.applicants.core import sheet_out as applicant_sheet
from award.applicants.known import known_applicants
from award.year import store as year_store
from expert_pool import imported, register, spreadsheet, store
from expert_pool.core import roster as expert_roster
from expert_pool.core import roster_sheet as expert_sheet
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Viewer
from expert_pool.core.hidden import KEPT_AWAY, Hidden
from expert_pool.core.record_sheets import RECORD
from expert_pool.facts.headings import Kind as RosterKind
from expert_pool.facts.headings import row_score
from expert_pool.facts.industry import Industries
from expert_pool.facts.intake import (
    Context,
    HeadingMap,
    ImportPlan,
    Parsed,
    RawTable,
    RowProblem,
    question_key,
)
from expert_pool.facts.own_sheet import UID, settle
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawRow, parse_table, table_json
from expert_pool.facts.writing import blank, tidy
from expert_pool.imported import BatchPage
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.seal import seal_of

Kind = Literal["experts", "applicants"]
_ROSTERS: dict[str, tuple[ModuleType, RosterKind]] = {
    "experts": (expert_roster, "expert"),
    "applicants": (applicant_roster, "applicant"),
}
BANK = re.compile(r"银行|开户|卡号|账号|帐号|账户|帐户")
MOST_APPLICANTS = 2_000  # a year has some dozens
SHEETS: dict[str, ModuleType] = {"experts": expert_sheet, "applicants": applicant_sheet}
TEMPLATES = {
    "experts": (spreadsheet.expert_template, "专家台账模板.xlsx"),
    "applicants": (spreadsheet.applicant_template, "申报组织汇总表模板.xlsx"),
}


T = TypeVar("T")


@dataclass(frozen=True)
class DryRun:
    """What applying would do now.

    `plan` has ExpertDraft or ApplicantDraft; `parsed.trades` are the trade words of the file.
    """

    batch: BatchPage
    table: RawTable
    headings: HeadingMap
    parsed: Parsed[Any]
    plan: ImportPlan[Any]
    answers: Mapping[str, str]
    window: tuple[date, date]

    @property
    def summary(self) -> dict[str, int]:
        plan = self.plan
        counted = {
            "new": plan.new,
            "changed": plan.changed,
            "unchanged": plan.unchanged,
            "problems": plan.problems,
            "questions": plan.questions,
        }
        return {name: len(found) for name, found in counted.items()}

    @property
    def taken(self) -> tuple[register.Taken, ...]:
        """Whom applying would take over or knows already."""
        plan = self.plan
        drafts = (*plan.new, *(change.after for change in plan.changed), *plan.unchanged)
        return tuple(register.Taken(draft.name, _unit(draft)) for draft in drafts)

    @property
    def refused(self) -> tuple[register.RefusedRow, ...]:
        """The rows that would stay out: bad ones, and those that wait for an answer."""
        plan = self.plan
        kept = {draft.row for draft in (*plan.new, *plan.unchanged)}
        kept |= {change.after.row for change in plan.changed}
        why: dict[int, list[str]] = {}
        for problem in plan.problems:
            why.setdefault(problem.row, []).append(f"{problem.column}：{problem.reason}")
        for question in plan.questions:
            for number in question.rows:
                why.setdefault(number, []).append(question.text)
        name, unit = (
            self.headings.headings("name"),
            self.headings.headings("uscc") or self.headings.headings("employer"),
        )
        return tuple(
            register.RefusedRow(
                row.number, _first(row, name), _first(row, unit), "；".join(why[row.number])
            )
            for row in self.table.rows
            if row.number in why and row.number not in kept
        )


def _first(row: RawRow, headings: Sequence[str]) -> str:
    """What the row says below the first of these headings that is filled."""
    cells = (row.cells.get(heading) for heading in headings)
    return next((tidy(cell) for cell in cells if not blank(cell)), "")


def _unit(draft: Any) -> str:
    """What tells namesakes apart, as `refused` reads it from the row."""
    return str(getattr(draft, "uscc", "") or getattr(draft, "employer", ""))


def open_batch(
    ledger: Ledger, actor: Actor, kind: Kind, year: int, data: bytes, filename: str
) -> str:
    """收下一个文件; its public id.

    Refuses hostile files and foreign types before anything is kept.
    """
    table = spreadsheet.read_apart(data, filename, _ROSTERS[kind][1])
    table = without_bank_data(table)
    _refuse_the_other(table, kind)
    if kind == "applicants" and len(table.rows) > MOST_APPLICANTS:
        raise Refusal(
            "too-many-rows",
            f"表里有 {len(table.rows):,} 行，申报组织一次最多导入 {MOST_APPLICANTS:,} 家。",
        )
    with ledger.write(actor) as uow:
        year_store.year(uow.session, Viewer(actor.id, actor.role), year)
        uid = register.open_import(
            uow, kind, year, filename, sha256(data).hexdigest(), table_json(table)
        )
        uow.commit()
    return uid


def without_bank_data(table: RawTable) -> RawTable:
    """Accounts and card numbers are paid with elsewhere: such columns are left behind before
    anything is stored.
    """
    bank = tuple(heading for heading in table.headings if BANK.search(heading))
    if not bank:
        return table
    rows = tuple(
        replace(row, cells={name: cell for name, cell in row.cells.items() if name not in bank})
        for row in table.rows
    )
    note = f"“{'”“'.join(bank)}”一列像银行信息，本系统不需要，没有读入，也没有保存。"
    return replace(
        table,
        headings=tuple(one for one in table.headings if one not in bank),
        rows=rows,
        notes=(*table.notes, note),
    )


def _refuse_the_other(table: RawTable, kind: Kind) -> None:
    """Two files taken for each other: the headings say much more of the other roster (two fields or
    more), or are those of records.
    """
    if RECORD in table.headings:
        raise Refusal("wrong-kind", f"“{table.sheet}”是各项记录的表，请在“各项记录”一栏导入。")
    own, other = ("expert", "applicant") if kind == "experts" else ("applicant", "expert")
    if row_score(table.headings, other) > row_score(table.headings, own) + 2:  # type: ignore[arg-type]
        here, there = (
            ("专家台账", "申报组织汇总表") if kind == "experts" else ("申报组织汇总表", "专家台账")
        )
        raise Refusal("wrong-kind", f"这张表的表头像{there}，不像{here}，是不是放错了？")


def dry_run(
    session: Session, viewer: Viewer, uid: str, kept: Readings[DryRun] | None = None
) -> DryRun:
    """试读; `kept` are the readings to look into first.

    Raises Refusal `not-found`, or `closed` once the import is over and its rows are gone.
    """
    batch = still_open(session, viewer, uid)
    if kept is None:
        return _read(session, batch, viewer.hidden)
    seen_by = frozenset(viewer.hidden)
    return kept.once(session, batch, lambda: _read(session, batch, viewer.hidden), seen_by)


def still_open(session: Session, viewer: Viewer, uid: str) -> BatchPage:
    batch = imported.import_batch(session, viewer, uid)
    if batch.row.status != "open":
        raise Refusal("closed", "这次导入已经结束，试读内容不再保留。")
    return batch


class Readings(Generic[T]):
    """The last two readings, kept by whoever offers the steps: looking at the next tab, or applying
    what was just shown, need not read thousands of rows again.
    """

    kept = 2

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[Hashable, ...], T] = OrderedDict()

    def once(
        self, session: Session, batch: BatchPage, read: Callable[[], T], *seen_by: Hashable
    ) -> T:
        """Whatever was written since, anywhere in the records, makes it another reading: the log's
        last hash tells.
        """
        key = (
            batch.row.uid,
            batch.row.version,
            audit.head(session, datetime.min.replace(tzinfo=UTC)).hash,
            *seen_by,
        )
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = read()
            while len(self._found) > self.kept:
                with suppress(KeyError):  # another thread was faster
                    self._found.popitem(last=False)
        return found


def _read(session: Session, batch: BatchPage, hidden: Hidden) -> DryRun:
    roster, _ = _ROSTERS[batch.row.kind]
    table, headings = read_headings(session, batch)
    year = batch.row.year or 0
    fields = year_store.year(session, SYSTEM_VIEWER, year).fields
    window = (fields.window_first, fields.window_last)
    answers = json.loads(batch.answers_json)
    context = Context(
        year=year,
        window=window,
        working_days=store.working_days(session),
        trade_words=store.trade_words(session),
        answers=answers,
    )
    load: Any = register.known_experts if batch.row.kind == "experts" else known_applicants
    known, sheet = load(session, year, hidden), SHEETS[batch.row.kind]
    settled = settle(table, {one.uid: one for one in known}, sheet.written, sheet.KEPT)
    parsed = roster.parse_rows(settled.rest, headings, context)
    parsed = replace(
        parsed,
        drafts=tuple(replace(one, uid=settled.uids.get(one.row, "")) for one in parsed.drafts),
    )
    if batch.row.kind == "experts" and not seal_of(session).ready:
        parsed = replace(parsed, drafts=tuple(replace(one, id_number="") for one in parsed.drafts))
    plan = roster.diff(parsed, known, answers, register.known_answers(session))
    untouched = tuple(replace(one, row=number) for number, one in settled.same)
    plan = replace(plan, unchanged=(*plan.unchanged, *untouched))
    if hidden:
        plan = _set_apart(plan, headings, lambda *row: _kept_away(roster.about(*row), hidden))
    return DryRun(batch, table, headings, parsed, plan, answers, window)


def _kept_away(about: Iterable[tuple[str, str]], hidden: Hidden) -> tuple[str, str] | None:
    return next((one for one in about if one[1] in hidden), None)


def _set_apart(
    plan: ImportPlan[Any],
    headings: HeadingMap,
    kept_away: Callable[[Any, Any | None], tuple[str, str] | None],
) -> ImportPlan[Any]:
    """The plan without the rows that somebody else must import; each of them is named."""
    rows: list[tuple[Any, Any | None]] = [(draft, None) for draft in plan.new]
    rows += [(one.after, one.before) for one in plan.changed]
    apart = {draft.row: found for draft, before in rows if (found := kept_away(draft, before))}
    problems = [
        RowProblem(row, (headings.headings(field) or (field,))[0], KEPT_AWAY, name)
        for row, (field, name) in apart.items()
    ]
    return replace(
        plan,
        new=tuple(one for one in plan.new if one.row not in apart),
        changed=tuple(one for one in plan.changed if one.after.row not in apart),
        problems=tuple(sorted((*plan.problems, *problems), key=lambda one: one.row)),
    )


def read_headings(session: Session, batch: BatchPage) -> tuple[RawTable, HeadingMap]:
    """表头的含义 as remembered and said so far; works even where the rows cannot be read with it
    yet.
    """
    table, said = parse_table(batch.table_json), json.loads(batch.headings_json)
    roster, _ = _ROSTERS[batch.row.kind]
    own = SHEETS[batch.row.kind].FIELDS if UID in table.headings else {}
    headings = roster.map_headings(
        table.headings, own | store.heading_memory(session, batch.row.kind) | said, table.rows
    )
    # What a person has just confirmed is sure.
    return table, replace(
        headings, unsure=tuple(heading for heading in headings.unsure if heading not in said)
    )


def answer(
    ledger: Ledger,
    actor: Actor,
    uid: str,
    version: int,
    headings: Mapping[str, str],
    answers: Mapping[str, str],
) -> int:
    """确认表头（字段为空表示不读这一列）、回答疑问; the new version."""
    with ledger.write(actor) as uow:
        new_version = register.answer_import(uow, uid, version, headings, answers)
        uow.commit()
    return new_version


def apply(
    ledger: Ledger,
    actor: Actor,
    viewer: Viewer,
    uid: str,
    version: int,
    kept: Readings[DryRun] | None = None,
    term: tuple[date, date] | None = None,
) -> dict[str, int]:
    """入库: what is sure is stored in one transaction; bad rows and open questions stay out and are
    counted. With a `term` the newcomers are appointed for it in the same transaction: the office's
    list is the list of those it has appointed, said by the clerk, not assumed.
    """
    with ledger.write(actor) as uow:
        found = dry_run(uow.session, viewer, uid, kept)
        kind, year = found.batch.row.kind, found.batch.row.year or 0
        sure = {
            heading: field
            for heading, field in found.headings.fields.items()
            if heading not in found.headings.unsure
        }
        register.remember_headings(uow, kind, sure)
        for use in found.parsed.trades:
            codes = _codes(found.answers.get(question_key("trade", use.word), ""))
            if codes and not use.word.isdecimal():  # 141 may be another code in the next file
                register.confirm_trade_word(uow, use.word, codes)
        if kind == "experts":
            entered = register.apply_import(uow, found.plan, year, *found.window).new
            if term is not None:
                for expert, draft in zip(entered, found.plan.new, strict=True):
                    grade = "lead" if draft.leader else "reviewer"
                    register.appoint(uow, expert, grade, *term, reason="随名册导入登记")
        else:
            award_applicants.apply_applicants(uow, year, found.plan)
        register.follow_refused(uow, uid, found.refused, found.taken)
        register.close_import(uow, uid, version, "applied", found.summary)
        uow.commit()
    return found.summary


def drop(ledger: Ledger, actor: Actor, uid: str, version: int) -> None:
    """放弃导入: the rows go, nothing was written."""
    with ledger.write(actor) as uow:
        register.close_import(uow, uid, version, "dropped", {})
        uow.commit()


def _codes(said: str) -> list[str]:
    """GB/T 4754 codes of an answer such as “1763 袜业、C”; empty when it names none."""
    codes = [part.split()[0] for part in re.split("[,;，；、]", said) if part.strip()]
    return codes if codes and all(Industries.load().known(code) for code in codes) else []
