"""偏离建议的决定（办法第十条、第十三条第四、五项）: where the leader or the office set something
else than the members' marks, the groups or the rule proposed, with reason and person.

For staff; nothing of an applicant whose report is not issued, nor of one they must keep away from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant
from award.scoring import store
from award.scoring.core import consensus as core
from award.scoring.core.consensus import Agreed
from award.scoring.core.scorebook import STAGES
from award.scoring.tables import Consensus, ReportSignature, ShortlistLine
from expert_pool.core.actor import Viewer


@dataclass(frozen=True)
class Departure:
    """One decision. `proposed` and `decided` are sentences; `who` decided it `at`."""

    kind: str
    applicant: str
    name: str
    proposed: str
    decided: str
    reason: str
    who: str
    at: datetime | None
    article: str


def departures(session: Session, viewer: Viewer, year: int) -> tuple[Departure, ...]:
    """Of one year, the newest first."""
    if not viewer.is_staff:
        return ()
    names = {
        row.uid: row.name
        for row in session.execute(
            select(Applicant.uid, Applicant.name).where(Applicant.year == year)
        )
        if row.uid not in viewer.conflicted
    }
    found = [*_places(session, year, names), *_reports(session, year, names)]
    return tuple(sorted(found, key=lambda one: (one.at is None, one.at), reverse=True))


def _places(session: Session, year: int, names: dict[str, str]) -> Iterator[Departure]:
    words = {True: "入围", False: "不入围"}
    rows = session.scalars(
        select(ShortlistLine).where(ShortlistLine.year == year).order_by(ShortlistLine.id)
    )
    for row in rows:
        if row.applicant not in names or row.inside == row.by_rule == row.proposed:
            continue
        group = "建议" if row.proposed else "不建议"
        yield Departure(
            "入围",
            row.applicant,
            names[row.applicant],
            f"按规则{words[row.by_rule]}，评审组{group}",
            words[row.inside],
            row.reason,
            row.decided_name,
            row.decided_at,
            "办法第十三条第四项",
        )


def _reports(session: Session, year: int, names: dict[str, str]) -> Iterator[Departure]:
    rows = session.scalars(
        select(Consensus)
        .where(Consensus.year == year, Consensus.state.in_(("issued", "signed")))
        .order_by(Consensus.id)
    )
    rubric = store.rubric_of(session, year)
    marks, silent = store.all_locked_marks(session, year), _silent(session, year)
    for row in rows:
        if row.applicant not in names:
            continue
        report = json.loads(row.report)
        leader = next((name for _, name, leads in report["members"] if leads), "")
        books = marks[row.stage, row.applicant].values()
        agreed = store.agreed_of(row)
        for item in rubric.items:
            values = [percents[item.no] for percents in books]
            if agreed[item.no].percent != core.suggestion(values, rubric.step):
                told = _Told(row, names[row.applicant], leader)
                yield _item(told, item.no, values, rubric.step, agreed[item.no])
        for one in silent.get(row.id, ()):
            if one.report_digest == row.report_digest:
                yield _unsigned(_Told(row, names[row.applicant], leader), one)


@dataclass(frozen=True)
class _Told:
    """A report, whose it is and who led."""

    row: Consensus
    name: str
    leader: str


def _item(told: _Told, no: str, values: Sequence[int], step: int, held: Agreed) -> Departure:
    low, high = min(values), max(values)
    beyond = "" if low <= held.percent <= high else "，超出各人评分，全体同意"
    return Departure(
        f"{STAGES[told.row.stage]}合议",
        told.row.applicant,
        told.name,
        f"{no} 建议 {core.suggestion(values, step)}%（各人 {low}%–{high}%）",
        f"{held.percent}%{beyond}",
        held.reason,
        told.leader,
        told.row.issued_at,
        core.ARTICLE,
    )


def _unsigned(told: _Told, one: ReportSignature) -> Departure:
    return Departure(
        f"{STAGES[told.row.stage]}报告",
        told.row.applicant,
        told.name,
        f"{one.name}签名或书面不同意见",
        "没有签名，视为同意",
        one.text,
        told.leader,
        one.signed_at,
        core.ARTICLE,
    )


def _silent(session: Session, year: int) -> dict[int, list[ReportSignature]]:
    """视为同意的, by report."""
    found: dict[int, list[ReportSignature]] = defaultdict(list)
    for one in session.scalars(
        select(ReportSignature)
        .join(Consensus, Consensus.id == ReportSignature.consensus_id)
        .where(Consensus.year == year, ReportSignature.kind == "silent")
        .order_by(ReportSignature.id)
    ):
        found[one.consensus_id].append(one)
    return found
