"""综合评价用例（办法第十三条第六项）: totals with their way, the aids beside them, the report.

Once the report is issued no score changes, ever; what it says is what the committee votes on.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.applications import step
from award.applicants.tables import Applicant
from award.decision import gather
from award.decision.core.aids import Link, aids
from award.decision.core.canonical import canonical
from award.decision.tables import Evaluation
from award.scoring import calibration
from award.scoring import store as scoring
from award.scoring.tables import Consensus, ReportSignature
from award.year import stages
from award.year.core.stages import ROLES
from award.year.tables import YearSetting
from expert_pool.core.actor import Role, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = "办法第十三条第六项"
Json = dict[str, Any]
SHRINK = "severity_shrink"


def row_of(session: Session, year: int) -> Evaluation | None:
    return session.scalar(select(Evaluation).where(Evaluation.year == year))


def preview(session: Session, viewer: Viewer, year: int) -> Json:
    """What the report would say now, or says if it is issued. Staff only; an applicant from whom
    the viewer must keep away is left out.
    """
    if not viewer.is_staff:
        raise scoring.nothing()
    held = row_of(session, year)
    found = json.loads(held.report) if held is not None else report(session, year)
    return without(found, viewer.conflicted)


def without(found: Json, hidden: frozenset[str]) -> Json:
    """The report without some applicants.

    What compares all with all (ranks, swaps, severity, agreement) tells something of them as well,
    be it only by the place left open: it is left out then (None or nothing).
    """
    if not hidden & {one["case"] for one in (*found["totals"], *found["outcomes"])}:
        return found
    parts = ("totals", "outcomes", "firmness", "dissents")
    shown = {
        name: [one for one in found.get(name, ()) if one["case"] not in hidden] for name in parts
    }
    unplaced = dict.fromkeys(("rank", "best", "worst"))
    firmness = [{**one, **unplaced} for one in shown["firmness"]]
    stopped = found["stopped"]
    if stopped and hidden & set(stopped["cases"]):
        stopped = None
    compared = {"swaps": [], "severity": None, "agreement": None, "stopped": stopped}
    return {**found, **shown, "firmness": firmness, **compared}


def issue(uow: UnitOfWork, year: int, note: str = "") -> str:
    """出具综合评价报告: the totals become the candidates; gives the report's digest.

    Raises Refusal `wrong-stage`, `wrong-role`, `issued`, `not-ready` with what is missing.
    """
    stages.demand_stage(uow.session, year, "evaluation")
    demand_role(uow, Role.APPROVER)
    if row_of(uow.session, year) is not None:
        raise Refusal("issued", "综合评价报告已经出具，不能再改分。", BASIS)
    found = report(uow.session, year)
    if found["stopped"]:
        raise Refusal("not-ready", found["stopped"]["message"], found["stopped"]["article"])
    text = canonical({**found, "note": note.strip()}).decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = Evaluation(year=year, report=text, digest=digest, **noted(uow))
    uow.add(row, "ev", "issue")
    meets = {one["case"]: one["meets"] for one in found["totals"]}
    for firm in gather.applicants(uow.session, year):
        if firm.uid in meets:
            step(uow, firm, "candidate" if meets[firm.uid] else "below-line")
    return digest


def report(session: Session, year: int) -> Json:
    """综合评价报告 as data: settings with sources, totals, aids, head of receipts."""
    data = gather.year_file(session, year)
    value: Json = json.loads(data)
    made = gather.decision(session, year)
    stopped = made["stopped"] if made["reached"] == "none" else None
    link, said = _link(session, year)
    return {
        "year": year,
        "regulation": made["regulation"],
        "settings": value["settings"] | said,
        "totals": made["totals"],
        "outcomes": [
            one for one in made["outcomes"] if one["outcome"] not in ("withdrawn", "barred")
        ],
        "stopped": stopped,
        "dissents": _dissents(session, year),
        "receipts_head": receipts_head(session, year),
        "receipts": len(gather.receipts(session, year)),
        **aids(scoring.rubric_of(session, year), value, made, link),
    }


def receipts_head(session: Session, year: int) -> str:
    """Printed before anybody votes: SHA-256 over all receipt codes, one a line."""
    lines = "".join(f"{code}\n" for code in gather.receipts(session, year))
    return hashlib.sha256(lines.encode()).hexdigest()


def _link(session: Session, year: int) -> tuple[Link, Json]:
    """The calibration case and λ, and how the report tells the setting."""
    row = session.scalar(
        select(YearSetting).where(YearSetting.year == year, YearSetting.code == SHRINK)
    )
    said = {"value": row.value if row else None, "source": row.source if row else ""}
    marks = calibration.marks(session, year)
    return Link(Fraction(row.value if row else 0), marks), {SHRINK: said}


def _dissents(session: Session, year: int) -> list[Json]:
    """书面不同意见 of the signed reports; never who wrote it."""
    query = (
        select(Consensus.applicant, Consensus.stage, ReportSignature.text)
        .join(Consensus, Consensus.id == ReportSignature.consensus_id)
        .where(Consensus.year == year, Consensus.state == "signed")
        .where(ReportSignature.kind == "dissent")
        .where(ReportSignature.report_digest == Consensus.report_digest)
        .order_by(Consensus.applicant, Consensus.stage, ReportSignature.text)
    )
    return [
        {"case": row.applicant, "stage": row.stage, "text": row.text}
        for row in session.execute(query)
    ]


def demand_issued(session: Session, year: int) -> Json:
    """The report as issued. Raises Refusal `not-issued`; `changed` when the books behind it are no
    longer those that it was made from.
    """
    row = row_of(session, year)
    if row is None:
        raise Refusal("not-issued", "综合评价报告还没有出具。", BASIS)
    held: Json = json.loads(row.report)
    if held["totals"] != gather.decision(session, year)["totals"]:
        raise Refusal(
            "changed", "现在算出的总分与已出具的综合评价报告不同，请纪检监督人员查明。", BASIS
        )
    return held


def demand_role(uow: UnitOfWork, *roles: Role) -> None:
    """Raises Refusal `wrong-role`."""
    if uow.actor.role not in roles:
        who = "、".join(ROLES[role] for role in roles)
        raise Refusal("wrong-role", f"这件事由{who}办理。", "办法第九条")


def demand_past(uow: UnitOfWork, day: date, what: str, basis: str, field: str) -> None:
    """Raises Refusal `bad-date` for what cannot have happened yet."""
    if day > uow.today:
        raise Refusal("bad-date", f"{what}不能晚于今天。", basis, field=field)


def noted(uow: UnitOfWork) -> Json:
    return {"noted_at": uow.now, "noted_by": uow.actor.id, "noted_name": uow.actor.name}


def firms(session: Session, year: int) -> dict[str, Applicant]:
    """The applicants of the year by id."""
    rows = session.scalars(select(Applicant).where(Applicant.year == year))
    return {row.uid: row for row in rows}
