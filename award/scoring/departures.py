"""偏离建议的决定（办法第十条、第十三条第四、五项）: where the leader or the office set something
else than the members' marks, the groups or the rule proposed, with reason and person.

For staff; nothing of an applicant whose report is not issued, nor of one they must keep away from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant
from award.scoring import store
from award.scoring.core import consensus as core
from award.scoring.core.consensus import Agreed, Row
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
    limits = None
    for row in rows:
        if row.applicant not in names:
            continue
        limits = limits or store.limits_of(session, year)
        rubric = store.rubric_of(session, year)
        leader = next((name for _, name, leads in json.loads(row.report)["members"] if leads), "")
        marks = store.locked_marks(session, year, row.stage, row.applicant)
        agreed = store.agreed_of(row)
        for line in core.matrix(rubric, marks, limits):
            held = agreed[line.item.no]
            if held.percent != line.suggestion:
                yield _item(row, line, held, names[row.applicant], leader)
        yield from _silent(session, row, names[row.applicant], leader)


def _item(row: Consensus, line: Row, held: Agreed, name: str, leader: str) -> Departure:
    beyond = "，超出各人评分，全体同意" if core.outside(line, held) else ""
    return Departure(
        f"{STAGES[row.stage]}合议",
        row.applicant,
        name,
        f"{line.item.no} 建议 {line.suggestion}%（各人 {line.low}%–{line.high}%）",
        f"{held.percent}%{beyond}",
        held.reason,
        leader,
        row.issued_at,
        core.ARTICLE,
    )


def _silent(session: Session, row: Consensus, name: str, leader: str) -> Iterator[Departure]:
    signed = session.scalars(
        select(ReportSignature).where(
            ReportSignature.consensus_id == row.id,
            ReportSignature.report_digest == row.report_digest,
            ReportSignature.kind == "silent",
        )
    )
    for one in signed:
        yield Departure(
            f"{STAGES[row.stage]}报告",
            row.applicant,
            name,
            f"{one.name}签名或书面不同意见",
            "没有签名，视为同意",
            one.text,
            leader,
            one.signed_at,
            core.ARTICLE,
        )
