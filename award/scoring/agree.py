"""合议用例（办法第十条）: the leader brings the locked books together, the members assent and sign.

Nothing here is open before every live book is locked. The report is what is signed: its digest
binds the signatures, a changed report wants new ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from award.applicants.applications import step
from award.applicants.tables import Applicant
from award.scoring import store
from award.scoring.core import consensus as core
from award.scoring.core import report as reports
from award.scoring.core.consensus import Agreed
from award.scoring.core.scorebook import TEXTS
from award.scoring.follow import consensus_of
from award.scoring.record import note_record
from award.scoring.store import ConsensusView
from award.scoring.tables import Consensus, ReportSignature
from award.year import stages
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork, stale

BASIS = "办法第十条"
DONE = {"document": "document-reviewed", "site": "site-reviewed"}
SIGNED, DISSENT, SILENT = "signed", "dissent", "silent"
KINDS = {SIGNED: "签名", DISSENT: "书面不同意见", SILENT: "未签名也未提出不同意见，视为同意"}
LONGEST = 4000
# What a leader may put in her own words; site issues are those of the document report.
REMARKS = {
    "document": ("strengths", "improvements", "issues"),
    "site": ("strengths", "improvements"),
}


def accept_all(uow: UnitOfWork, year: int, stage: str, applicant: str, version: int) -> int:
    """一次接受建议值 for every item that needs no discussion; gives how many."""
    row, view = _led(uow, year, stage, applicant, version)
    fresh = core.acceptable(view.rows, view.agreed)
    if fresh:
        _set(uow, row, {**view.agreed, **fresh}, "accept")
    return len(fresh)


def agree_item(
    uow: UnitOfWork, year: int, stage: str, applicant: str, version: int, no: str, wanted: Agreed
) -> None:
    """合议一个条款, by the leader, with reason where one is asked for, with evidence on site."""
    row, view = _led(uow, year, stage, applicant, version)
    rubric = store.rubric_of(uow.session, year)
    rubric.item(no)
    found = next(one for one in view.rows if one.item.no == no)
    held = view.agreed.get(no)
    # Who had assented to another value has not assented to this one; whoever sets it assents.
    assents = held.assents if held and held.percent == wanted.percent else ()
    wanted = replace(
        wanted,
        reason=wanted.reason.strip(),
        evidence=wanted.evidence.strip(),
        settles=wanted.settles.strip(),
        assents=tuple(sorted({*assents, uow.actor.id})),
    )
    core.demand_agreed(rubric, found, wanted)
    _set(uow, row, {**view.agreed, no: wanted}, "agree")


def assent(uow: UnitOfWork, year: int, stage: str, applicant: str, no: str, percent: int) -> None:
    """同意超出各评审员评分的合议值, by a member. `percent` is the value she was shown."""
    row, view = _member(uow, year, stage, applicant)
    held = view.agreed.get(no)
    if held is None or held.percent != percent:
        raise Refusal("stale", f"{no}的合议值刚有变动，请看过再定。", BASIS)
    assents = tuple(sorted({*held.assents, uow.actor.id}))
    _set(uow, row, {**view.agreed, no: replace(held, assents=assents)}, "assent")


def write_overview(
    uow: UnitOfWork,
    year: int,
    stage: str,
    applicant: str,
    version: int,
    overview: str,
    proposal: str = "",
    proposal_reason: str = "",
) -> None:
    """概况与关键因素, and in the document review whether the group proposes a site visit."""
    row, _ = _led(uow, year, stage, applicant, version)
    if len(overview) > LONGEST:
        raise Refusal("too-long", f"概况超过 {LONGEST} 字，请精简。", BASIS, field="overview")
    if proposal not in ("", "yes", "no"):
        raise Refusal(
            "invalid", "请选择是否建议进入现场评审。", "办法第十条第一项", field="proposal"
        )
    with uow.change(row, "write"):
        row.overview = overview.replace("\r\n", "\n").strip()
        row.proposal, row.proposal_reason = proposal, proposal_reason.strip()


def write_remarks(
    uow: UnitOfWork,
    year: int,
    stage: str,
    applicant: str,
    version: int,
    no: str,
    said: Mapping[str, str],
) -> None:
    """改写一个条款的优势、改进和现场问题 as they will stand in the report, one remark a line.

    The members' own books stay as they are. Raises Refusal `unknown-item`, `too-long`, or
    `remarks-needed` when fewer are left than the year asks for.
    """
    row, _ = _led(uow, year, stage, applicant, version)
    store.rubric_of(uow.session, year).item(no)
    texts = {kind: _lines(no, kind, said[kind]) for kind in REMARKS[stage] if kind in said}
    wanted = int(stages.values(uow.session, year)["comments_per_item"])
    merged = store.remarks(uow.session, year, stage, applicant)[no]
    left = sum(
        len(texts[kind].splitlines()) if kind in texts else len(merged[kind])
        for kind in ("strengths", "improvements")
    )
    if stage == "document" and left < wanted:
        raise Refusal("remarks-needed", f"{no}的优势和改进至少要留{wanted}条。", BASIS, item=no)
    held = store.edited_remarks(row)
    own = {kind: text for kind, text in texts.items() if text.splitlines() != merged[kind]}
    fresh = {one: kinds for one, kinds in held.items() if one != no} | ({no: own} if own else {})
    if fresh != held:
        with uow.change(row, "write-remarks"):
            row.remarks = json.dumps(fresh, ensure_ascii=False, sort_keys=True)


def _lines(no: str, kind: str, said: str) -> str:
    if len(said) > LONGEST:
        raise Refusal(
            "too-long", f"{no}的{TEXTS[kind]}超过 {LONGEST} 字，请精简。", BASIS, field=kind
        )
    return "\n".join(line.strip() for line in said.splitlines() if line.strip())


def issue(uow: UnitOfWork, year: int, stage: str, applicant: str, version: int) -> str:
    """出具评审报告: every item agreed; gives the digest the members sign."""
    row, view = _led(uow, year, stage, applicant, version)
    rubric = store.rubric_of(uow.session, year)
    signers = [one.expert for one in view.signers]
    core.demand_finished(rubric, view.rows, view.agreed, signers)
    if not row.overview:
        raise Refusal("blank", "请先写组织概况与关键因素。", BASIS, field="overview")
    if stage == "document" and not row.proposal:
        raise Refusal("blank", "请写明是否建议进入现场评审。", "办法第十条第一项", field="proposal")
    text = reports.to_json(
        reports.build(
            rubric,
            view.rows,
            view.agreed,
            store.report_remarks(uow.session, year, stage, applicant),
            reports.Frame(
                year,
                stage,
                applicant,
                tuple((one.expert, one.name, one.leader) for one in view.signers),
                row.overview,
                row.proposal,
                row.proposal_reason,
                store.site_issues(uow.session, year, applicant) if stage == "site" else {},
            ),
        )
    )
    with uow.change(row, "issue"):
        row.report, row.report_digest = text, reports.digest(text)
        row.state, row.issued_at, row.issued_by = "issued", uow.now, uow.actor.id
    return row.report_digest


def take_up_again(uow: UnitOfWork, year: int, stage: str, applicant: str, reason: str) -> None:
    """收回未签完的报告, by the leader: signatures over it count no more."""
    row, _ = _member(uow, year, stage, applicant, leading=True)
    if row.state != "issued":
        raise Refusal("wrong-state", "报告还没有出具，或者已经签完，不能收回。", BASIS)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明收回报告的理由。", BASIS)
    with uow.change(row, "take-up", reason):
        row.state, row.report, row.report_digest = "open", "", ""
        row.issued_at, row.reopen_reason = None, reason.strip()


def sign(
    uow: UnitOfWork,
    year: int,
    stage: str,
    applicant: str,
    digest: str,
    dissent: str | None = None,
) -> None:
    """在评审报告上签名, or put a dissent in writing (`dissent` is its text).

    When the last member has, the report is complete and the application goes on.
    """
    row, view = _member(uow, year, stage, applicant)
    _demand_issued(row)
    if digest != row.report_digest:
        raise Refusal("stale", "报告刚有变动，没有签名。请看过新的报告再签。", BASIS)
    if dissent is not None and not dissent.strip():
        raise Refusal("reason-needed", "请写明不同意见。", BASIS, field="dissent")
    if (
        stage == "document"
        and dissent is not None
        and any(one.expert == uow.actor.id and one.leader for one in view.members)
    ):
        raise Refusal("invalid", "组长对自己出具的报告有不同意见，请收回报告后再议。", BASIS)
    kind = SIGNED if dissent is None else DISSENT
    _put(uow, row, uow.actor.id, uow.actor.name, kind, (dissent or "").strip())
    _finish(uow, row)


def mark_silent(
    uow: UnitOfWork, year: int, applicant: str, expert: str, digest: str, reason: str
) -> None:
    """注明某成员没有签名也没有书面不同意见: it counts as consent (现场评审, 参照招标投标法实施条例
    第五十三条), by the leader.
    """
    row, view = _member(uow, year, "site", applicant, leading=True)
    _demand_issued(row)
    if digest != row.report_digest:
        raise Refusal("stale", "报告刚有变动，请看过再定。", BASIS)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明怎样通知过本人、为什么没有签名。", BASIS)
    left = {one.expert: one.name for one in view.unsigned}
    if expert not in left:
        raise Refusal("not-found", "这位成员不需要注明，可能已经签名。", BASIS)
    if expert == uow.actor.id:
        raise Refusal("invalid", "组长须自己签名。", BASIS)
    _put(uow, row, expert, left[expert], SILENT, reason.strip())
    _finish(uow, row)


def _finish(uow: UnitOfWork, row: Consensus) -> None:
    view = store.consensus_view(uow.session, row.year, row.stage, row.applicant)
    if view.unsigned:
        return
    with uow.change(row, "complete"):
        row.state, row.signed_at = "signed", uow.now
    step(uow, uow.load(Applicant, row.applicant), DONE[row.stage])
    note_record(uow, view)


def _put(uow: UnitOfWork, row: Consensus, expert: str, name: str, kind: str, text: str) -> None:
    said = store.signatures(uow.session, row)
    if any(one.expert == expert for one in said):
        raise Refusal("exists", "您已经在这份报告上签名。", BASIS)
    fresh = ReportSignature(
        consensus_id=row.id,
        expert=expert,
        name=name,
        kind=kind,
        text=text,
        report_digest=row.report_digest,
        signed_at=uow.now,
    )
    uow.add(fresh, "sg", kind, text)


def _demand_issued(row: Consensus) -> None:
    if row.state != "issued":
        raise Refusal("wrong-state", "报告还没有出具，或者已经签完。", BASIS)


def _set(uow: UnitOfWork, row: Consensus, agreed: dict[str, Agreed], action: str) -> None:
    with uow.change(row, action):
        row.agreed = store.agreed_json(agreed)


def _led(
    uow: UnitOfWork, year: int, stage: str, applicant: str, version: int
) -> tuple[Consensus, ConsensusView]:
    """The consensus that this leader may work on."""
    row, view = _member(uow, year, stage, applicant, leading=True)
    if row.version != version and version:
        raise stale(row.version)
    if row.state != "open":
        raise Refusal("wrong-state", "报告已经出具，要改请先收回。", BASIS)
    return row, view


def _member(
    uow: UnitOfWork, year: int, stage: str, applicant: str, leading: bool = False
) -> tuple[Consensus, ConsensusView]:
    if stage not in store.YEAR_STAGE:
        raise store.nothing()
    store.demand_seat(uow.session, uow.actor.id, year, stage, applicant)
    view = store.consensus_view(uow.session, year, stage, applicant)
    me = next((one for one in view.signers if one.expert == uow.actor.id), None)
    if uow.actor.role is not Role.EXPERT or me is None:
        raise store.nothing()
    if leading and not me.leader:
        raise Refusal("forbidden", "这件事由组长办理。", BASIS)
    stages.demand_stage(uow.session, year, store.YEAR_STAGE[stage])
    if closed := store.why_closed(view.members):
        raise Refusal("books-open", closed, BASIS)
    return consensus_of(uow, year, stage, applicant), view
