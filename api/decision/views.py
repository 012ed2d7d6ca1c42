"""评定页的内容: dataclasses of the rooms become what the pages show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from api.kit.common import date_words
from api.kit.parts import Option
from api.kit.plots import Plot, Row, bars
from award.applicants.core import life
from award.decision import committee, evaluation, gather, notice, vote
from award.decision.committee import ROLES
from award.decision.papers import AWARDS, OUTCOMES, Frame, by_total, how_totals, points
from award.decision.papers import dissent_words as dissents
from award.decision.papers import severity_words as severity
from award.decision.papers import swap_words as swaps
from award.decision.tables import Objection, VoteRound
from award.scoring import store as scoring
from award.scoring.core.rubric import written
from award.year import store as year_store
from award.year.core.stages import name as stage_name
from award.year.store import YearView
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day

Json = dict[str, Any]
TONES = {
    "candidate": "ok", "proposed": "ok", "honoured": "ok", "below-line": "", "no-majority": "",
    "over-quota": "warn", "cancelled": "bad", "removed": "bad", "passed": "warn",
}  # fmt: skip
OBJECTION_STATES = {"": "未办结", "upheld": "成立", "rejected": "不成立"}


def frame(session: Session, year: YearView) -> Frame:
    rows = evaluation.firms(session, year.year).values()
    held = evaluation.row_of(session, year.year)
    on = local_day(held.noted_at) if held else year.reference_day
    return Frame(year.year, gather.names(rows), on)


def evaluation_page(session: Session, viewer: Viewer, year: YearView) -> Json:
    """综合评价: nothing of it before the site reports are signed."""
    held = evaluation.row_of(session, year.year)
    ready = held is not None or year.stage == "evaluation"
    view: Json = {
        "year": year.year,
        "stage": year.stage,
        "stage_name": stage_name(year.stage),
        "issued": held is not None,
        "digest": held.digest if held else "",
        "issued_by": f"{held.noted_name} {date_words(local_day(held.noted_at))}" if held else "",
        **_roster(session, year.year),
        "report": None,
        "link": "",
        "doubts": [
            {"name": row.name, "other": held.organisation, "year": held.year}
            for row in gather.applicants(session, year.year)
            if row.uid not in viewer.conflicted
            for held in gather.in_doubt(session, row)
        ],
    }
    if not ready:
        return view
    report = evaluation.preview(session, viewer, year.year)
    return {**view, "report": _report(frame(session, year), report)}


def link(public_url: str, token: str) -> str:
    return f"{public_url.rstrip('/')}/committee/{token}"


def for_members(session: Session, token_sha256: str) -> Json:
    """What a member of the committee reads before the vote: the issued report, nobody's own scores,
    no votes. Raises Refusal `bad-link`.
    """
    member = committee.by_link(session, token_sha256)
    if member is None:
        raise Refusal(
            "bad-link", "这个链接无效，或者表决已经结束。需要时请向审定办索取。", evaluation.BASIS
        )
    year = year_store.year(session, SYSTEM_VIEWER, member.year)
    report = evaluation.demand_issued(session, member.year)
    return {
        "year": member.year,
        "member": f"{member.name}（{member.unit}）",
        "report": _report(frame(session, year), report),
    }


def _report(shown: Frame, report: Json) -> Json:
    """The totals with their way and the aids beside them."""
    firm = {one["case"]: one for one in report["firmness"]}
    rows = []
    for one in by_total(report["totals"]):
        near = firm[one["case"]]
        rows.append(
            {
                "uid": one["case"],
                "name": shown.name(one["case"]),
                "award": AWARDS[one["award"]],
                "document": points(one["document"]),
                "site": points(one["site"]),
                "total": written(one["total"]),
                "line": written(one["line"]),
                "distance": points(near["distance"]),
                "steps": _steps(near, report["largest_item"]),
                "rank": near["rank"],
                "span": _span(near),
                "flips": bool(near["without"]),
                "meets": one["meets"],
                "rounding": one["rounding_matters"],
                "exact": one["exact"],
            }
        )
    return {
        "rows": rows,
        "how": how_totals(report),
        "severity": severity(shown, report),
        "deviations": _deviations(shown, report),
        "swaps": swaps(shown, report),
        "dissents": dissents(shown, report),
        "receipts": report["receipts"],
        "head": report["receipts_head"],
        "stopped": report["stopped"]["message"] if report["stopped"] else "",
        "note": report.get("note", ""),
        "settings": len([one for one in report["settings"].values() if one["value"]]),
    }


def _deviations(shown: Frame, report: Json) -> Plot | None:
    """各组宽严, where they can be compared: by how much a group is above or below the mean."""
    found = report["severity"]
    if found is None or len(found["groups"]) < 2 or len(found["parts"]) > 1:
        return None
    rows = []
    for group in found["groups"]:
        names = "、".join(shown.name(case) for case in group["cases"])
        rows.append(Row(f"评{names}的组", (float(Fraction(group["effect"])),)))
    return bars("各组宽严", ("与平均相差",), rows, " 分")


def _steps(near: Mapping[str, Any], largest: int) -> str:
    """相当于一个80分条款的1.7档."""
    step = near["steps"][1]
    return "" if step is None else f"现场一个{largest}分条款的{points(step, 1)}档"


def _span(near: Mapping[str, Any]) -> str:
    """Between which ranks; "" for who must not see them."""
    best, worst = near["best"], near["worst"]
    if best is None:
        return ""
    return f"第 {best} 名" if best == worst else f"第 {best}–{worst} 名"


def _roster(session: Session, year: int) -> Json:
    frozen = gather.frozen(session, year)
    return {
        "frozen": f"{frozen.document}，{frozen.noted_name}" if frozen else "",
        "members": [
            {
                "uid": one.uid,
                "name": one.name,
                "unit": one.unit,
                "role": ROLES[one.role],
                "linked": bool(one.token_sha256),
                "read": date_words(local_day(one.read_at)) if one.read_at else "",
            }
            for one in gather.members(session, year)
        ],
        "to_read": committee.open_to_members(session, year),
        "roles": tuple(
            Option(code, words, chosen=code == "member") for code, words in ROLES.items()
        ),
    }


# 表决 --------------------------------------------------------------------------------------------


def vote_page(session: Session, viewer: Viewer, actor: Actor, year: YearView) -> Json:
    """Counts only. A teller sees her own sheet; the other's when both are typed."""
    row = vote.current(session, year.year)
    cases = vote.candidates(session, year.year) if evaluation.row_of(session, year.year) else ()
    shown = [one for one in cases if one.uid not in viewer.conflicted]
    awards = gather.awards(session, year.year) if cases else {}
    view: Json = {
        "year": year.year,
        "stage": year.stage,
        "stage_name": stage_name(year.stage),
        "members": _roster(session, year.year)["members"],
        "cases": [
            {"uid": one.uid, "name": one.name, "award": AWARDS[awards.get(one.uid, one.award)]}
            for one in shown
        ],
        "past": [_past(one) for one in gather.rounds(session, year.year) if one.void_reason],
        "round": None,
        "result": None,
        "rulings": _rulings(session, viewer, year.year),
        "question": None,
        "yes_no": (Option("yes", "占"), Option("no", "不占")),
        "form": vote.form_of(session, year.year),
    }
    if row is not None:
        view["round"] = _round(session, viewer, actor, row)
        view |= _result(session, viewer, year.year, row)
    return view


def _past(row: VoteRound) -> Json:
    return {"number": row.number, "on": date_words(row.held_on), "reason": row.void_reason}


def _round(session: Session, viewer: Viewer, actor: Actor, row: VoteRound) -> Json:
    held = gather.tallies(session, row)
    mine = next((one for one in held if one.noted_by == actor.id), None)
    differing = vote.differences(session, row) if len(held) == 2 else ()
    return {
        "uid": row.uid,
        "number": row.number,
        "on": date_words(row.held_on),
        "present": len(json.loads(row.present)),
        "issued": row.issued,
        "tellers": [one.noted_name for one in held],
        "mine": gather.counts(mine) if mine else None,
        "may_type": not vote.agreed(held) and (mine is not None or len(held) < 2),
        "agreed": vote.agreed(held),
        "differences": tuple(one for one in differing if not viewer.told_of(one)),
        "confirmed": row.confirmed_name,
    }


def _result(session: Session, viewer: Viewer, year: int, row: VoteRound) -> Json:
    """What follows from two equal tallies."""
    if not vote.agreed(gather.tallies(session, row)):
        return {}
    made = gather.decision(session, year)
    stopped = made["stopped"] or {}
    question = None
    if stopped.get("code") in ("tie", "prize-silent") and not viewer.conflicted & set(
        stopped["cases"]
    ):
        rows = evaluation.firms(session, year)
        question = {
            "kind": "tie" if stopped["code"] == "tie" else "prize",
            "text": vote.told(session, year, stopped).message_zh,
            "cases": [Option(uid, rows[uid].name) for uid in stopped["cases"]],
        }
    return {"result": _lines(session, viewer, year, made), "question": question}


def _lines(session: Session, viewer: Viewer, year: int, made: Json) -> Json | None:
    counted = made["vote"]
    if counted is None:
        return None
    rows = evaluation.firms(session, year)
    outcome = {one["case"]: one["outcome"] for one in made["outcomes"]}
    totals = {one["case"]: one for one in made["totals"]}
    placed = _places_tell_nothing(viewer, outcome)
    return {
        "members": counted["members"],
        "quorum": counted["quorum"],
        "valid": counted["valid"],
        "invalid": counted["invalid"],
        "rows": [
            {
                "name": rows[one["case"]].name,
                "award": AWARDS[totals[one["case"]]["award"]],
                "rank": one["rank"] if placed else None,
                "approve": one["approve"],
                "base": one["base"],
                "need": one["need"],
                "total": written(totals[one["case"]]["total"]),
                "outcome": OUTCOMES[outcome[one["case"]]],
                "tone": TONES.get(outcome[one["case"]], ""),
            }
            for one in sorted(counted["candidates"], key=lambda one: (one["rank"], one["case"]))
            if one["case"] not in viewer.conflicted
        ],
    }


def _places_tell_nothing(viewer: Viewer, outcome: Mapping[str, str]) -> bool:
    """A place left open would tell where a hidden organisation stands, none left open that it fell
    out; but everybody may know that one has withdrawn.
    """
    return all(outcome[case] == "withdrawn" for case in viewer.conflicted & set(outcome))


def _rulings(session: Session, viewer: Viewer, year: int) -> list[Json]:
    """What persons decided, but for applicants from whom the viewer keeps away."""
    rows = evaluation.firms(session, year)
    kinds = {"tie": "平票的先后", "prize": "奖金和名额", "vacancy": "空额递补"}
    return [
        {
            "uid": one.uid,
            "kind": kinds[one.kind],
            "cases": "、".join(rows[uid].name for uid in json.loads(one.cases)),
            "amount": f"{one.amount:,}元，{'占' if one.counted else '不占'}名额"
            if one.kind == "prize"
            else "",
            "by": one.decided_by,
            "record": one.record,
            "withdrawn": one.withdraw_reason if one.withdrawn_at else "",
            "vacancy": one.kind == "vacancy",
            "live": vote.withdrawable(session, one),
        }
        for one in vote.rows_of(session, year)
        if not viewer.conflicted & set(json.loads(one.cases))
    ]


# 公示、批准 --------------------------------------------------------------------------------------


def notice_page(session: Session, viewer: Viewer, year: YearView) -> Json:
    row, period = gather.notice_row(session, year.year), notice.period_of(session, year.year)
    approval = gather.approval_row(session, year.year)
    rows = evaluation.firms(session, year.year)
    seen = [
        {**one, "award": AWARDS[one["award"]], "state": life.name(rows[one["case"]].state)}
        for one in notice.listed(session, year.year)
        if one["case"] not in viewer.conflicted
    ]
    return {
        "year": year.year,
        "stage": year.stage,
        "stage_name": stage_name(year.stage),
        "proposed": seen,
        "removable": [one for one in seen if rows[one["case"]].state == "proposed"],
        "about": [Option(one["case"], one["name"]) for one in seen],
        "notice": None
        if row is None
        else {
            "document": row.document,
            "contact": row.contact,
            "on": date_words(row.published_on),
            "words": notice.words(period) if period else "",
            "unsettled": bool(period and period.unsettled),
        },
        "objections": [
            _objection(one, rows[one.applicant].name if one.applicant in rows else "")
            for one in gather.objections(session, year.year)
            if one.applicant not in viewer.conflicted and not viewer.told_of(one.facts)
        ],
        "rulings": [one for one in _rulings(session, viewer, year.year) if one["vacancy"]],
        "pairs": [
            Option(f"{gone}>{one}", f"{rows[gone].name}空出的，由{rows[one].name}递补")
            for gone, waiting in vote.vacancies(session, year.year).items()
            for one in waiting
            if not viewer.conflicted & {gone, one}
        ],
        "chair": getattr(committee.chair_of(session, year.year), "name", ""),
        "approval": None
        if approval is None
        else {
            "document": approval.document,
            "on": date_words(approval.approved_on),
            "removed": [
                {"name": rows[uid].name, "why": why}
                for uid, why in json.loads(approval.removed).items()
                if uid not in viewer.conflicted
            ],
        },
    }


def _objection(row: Objection, about: str) -> Json:
    return {
        "uid": row.uid,
        "about": about or "公示名单",
        "applicant": row.applicant,
        "from_name": row.from_name or "匿名",
        "on": date_words(row.received_on),
        "due": date_words(row.due),
        "facts": row.facts,
        "finding": row.finding,
        "proven": row.proven,
        "found_name": row.found_name,
        "state": "线索" if row.lead else OBJECTION_STATES[row.decision],
        "open": not row.decision,
        "lead": row.lead,
        "note": row.decision_note,
        "chair": row.chair,
    }


def needed_report(session: Session, viewer: Viewer, year: YearView) -> Json:
    """For papers. Raises Refusal `not-issued`; nothing for who must keep away from somebody."""
    report = evaluation.preview(session, viewer, year.year)
    if evaluation.row_of(session, year.year) is None:
        raise Refusal("not-issued", "综合评价报告还没有出具。", evaluation.BASIS)
    return report


def demand_free(session: Session, viewer: Viewer, year: int) -> None:
    """A whole list is no paper for somebody who must keep away from one on it."""
    if viewer.conflicted & set(evaluation.firms(session, year)):
        raise scoring.nothing()
