"""申报组织页: list, one organisation, and the few things the office sets by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Form, Query, Request, Response
from sqlalchemy.orm import Session

from api.applicants import commands
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.days import length_words, stay_words
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Search, Uid
from api.kit.forms import FormDep
from api.kit.parts import Option, People, mini_calendar
from api.kit.rendering import page, see_other
from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.applicants.core.applicant import AWARDS
from award.applicants.tables import Applicant
from award.groups import standing as yearly
from award.groups import store as plan_store
from award.groups.books import book_of
from award.groups.gather import gather
from award.year import store as year_store
from expert_pool import dossier
from expert_pool.core.actor import Viewer
from expert_pool.core.conflict import KINDS
from expert_pool.core.recusal import MAX_REQUESTS
from expert_pool.facts.refusal import Refusal
from expert_pool.store import working_days

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
LENGTHS = {0: "只评资料，不到现场", 1: "半天", 2: "1 天", 3: "1 天半", 4: "2 天", 6: "3 天"}


@router.get("/applicants", allow=P.READ_APPLICANTS)
def show_list(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    q: Search = "",
    award: Annotated[str, Query(max_length=20)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    with ledger.read() as session:
        year = common.current_year(session, viewer)
        rows = applicant_store.applicants(session, viewer, year.year) if year else ()
    kept = [row for row in rows if (not award or row.fields.award == award) and _matches(row, q)]
    shown, pager = common.paged(kept, number, "/applicants", {"q": q, "award": award})
    counts = "，".join(
        f"{title} {sum(row.fields.award == code for row in rows)} 家"
        for code, title in AWARDS.items()
    )
    view = {
        "subtitle": (
            f"{year.year} 年度 {len(rows)} 家：{counts}"
            if year and rows
            else "本年度还没有申报组织"
        ),
        "q": q,
        "filtered": bool(q or award),
        "awards": (
            Option("", "全部奖项"),
            *(Option(code, title, chosen=code == award) for code, title in AWARDS.items()),
        ),
        "rows": tuple(_line(row) for row in shown),
        "pager": pager,
    }
    return page(request, "applicants.html", view)


def _matches(row: applicant_store.ApplicantRow, q: str) -> bool:
    fields = row.fields
    trades = " ".join(
        f"{common.industry_words(item.code)} {item.source_word}" for item in fields.industries
    )
    text = (
        f"{fields.name} {fields.uscc} {trades}"
        f" {common.town_words(fields.town_code, fields.place_text)}".lower()
    )
    return all(word in text for word in q.lower().split())


def _line(row: applicant_store.ApplicantRow) -> dict[str, object]:
    fields = row.fields
    return {
        "uid": row.uid,
        "name": fields.name,
        "uscc": fields.uscc,
        "withdrawn": row.withdrawn_at is not None,
        "award": AWARDS.get(fields.award, fields.award),
        "industries": tuple(common.industry_words(item.code) for item in fields.industries),
        "town": common.town_words(fields.town_code, fields.place_text),
        "length": length_words(row.half_days),
        "closed": fields.closed_text,
    }


@router.get("/applicants/{uid}", allow=P.READ_APPLICANTS)
def show_one(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    who: Search = "",
) -> Response:
    with ledger.read() as session:
        row = applicant_store.applicant(session, viewer, uid)
        year = year_store.year(session, viewer, row.year)
        calendar = working_days(session)
        barred, visit = _from_plan(session, viewer, row)
        may_know = row.uid not in viewer.conflicted
        silent = (
            sum(case == row.uid for _, case in gather(session, row.year).ties.unasked)
            if may_know
            else 0
        )
        requests = _requests(session, viewer, row) if may_know else ()
        people = common.people_to_choose(session, viewer, who) if may_know else People()
    fields = row.fields
    window = calendar.window(year.fields.window_first, year.fields.window_last)
    table = year.fields.policy.visit_half_days(fields.employees)
    choices = [Option("", f"按人数（{length_words(table)}）", chosen=fields.half_days is None)]
    choices += [
        Option(str(count), words, chosen=fields.half_days == count)
        for count, words in LENGTHS.items()
    ]
    view = {
        "uid": uid,
        "version": row.version,
        "name": fields.name,
        "award": AWARDS.get(fields.award, fields.award),
        "town": common.town_words(fields.town_code, fields.place_text),
        "withdrawn": row.withdrawn_at is not None,
        "facts": (
            ("统一社会信用代码", fields.uscc),
            ("成立时间", common.month_words(fields.founded, fields.founded_precision)),
            ("职工人数", f"{fields.employees} 人" if fields.employees is not None else ""),
            ("所属集团", fields.group_company),
            ("推荐单位", fields.recommender),
            ("联系人", f"{fields.contact}　{fields.phone}".strip()),
            ("以往获奖", fields.honours),
            ("现场评审时长", length_words(row.half_days)),
        ),
        "codes": tuple(
            (common.industry_words(item.code), "" if item.confirmed else "warn")
            for item in fields.industries
        ),
        "barred": barred,
        "silent": silent,
        "may_know": may_know,
        "requests": requests,
        "most": MAX_REQUESTS,
        "experts": people,
        "email": fields.email or "",
        "visit": visit,
        "closed_text": fields.closed_text,
        "calendar": mini_calendar(
            window, set(fields.closed) if fields.closed_known else None, common.marks(calendar)
        ),
        "lengths": tuple(choices),
        "group_company": fields.group_company,
    }
    return page(request, "applicant.html", view)


def _from_plan(
    session: Session, viewer: Viewer, row: applicant_store.ApplicantRow
) -> tuple[tuple[dict[str, str], ...], dict[str, str] | None]:
    """Who may not review this applicant as the register stands, and when its visit is as the newest
    plan has it.
    """
    if row.uid in viewer.conflicted:
        return (), None
    facts = gather(session, row.year)
    names = {expert.uid: expert.fields.name for expert in facts.experts}
    ties = sorted(
        (names[expert], expert, kind)
        for expert, case, kind in facts.ties.barred
        if case == row.uid and expert in names
    )
    barred = tuple(
        {"uid": expert, "name": name, "kind": KINDS[kind].zh if kind in KINDS else kind}
        for name, expert, kind in ties
    )
    newest = yearly.newest_plan(session, viewer, row.year)
    if newest is None:
        return barred, None
    book = book_of(session, plan_store.plan(session, viewer, newest.uid), explain=False)
    for group in book.groups:
        for visit in group.visits:
            if visit.firm.id == row.uid:
                return barred, {
                    "when": stay_words(visit),
                    "group": group.name,
                    "status": f"第 {newest.number} 版 · {newest.status_zh}",
                }
    return barred, None


def _requests(
    session: Session, viewer: Viewer, row: applicant_store.ApplicantRow
) -> tuple[dict[str, object], ...]:
    """申报组织申请回避的专家 of this year, and what became of each."""
    found = dossier.requests(session, viewer, row.fields.name, row.year)
    states = {"": ("待决定", "warn"), "barred": ("应当回避", "bad"), "cleared": ("不需回避", "ok")}
    return tuple(
        {
            "uid": item.expert_uid,
            "name": item.name,
            "evidence": item.evidence,
            "state": states[item.decision][0],
            "tone": states[item.decision][1],
        }
        for item in found
    )


@router.post("/applicants/{uid}/edit", allow=P.EDIT_APPLICANTS)
def edit(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    half_days: Text = "",
    group_company: Text = "",
    email: Text = "",
) -> Response:
    if half_days and not half_days.isdecimal():
        raise Refusal("out-of-range", "现场评审时长应从列表中选择。")
    with ledger.write(actor) as uow:
        before = applicant_store.fields_of(uow.load(Applicant, uid, version))
        length = int(half_days) if half_days else None
        wanted = replace(
            before,
            half_days=length,
            group_company=group_company.strip(),
            email=email.strip() or None,
        )
        award_applicants.edit_applicant(uow, uid, version, wanted)
        uow.commit()
    return see_other(request, f"/applicants/{uid}", "saved")


@router.post("/applicants/{uid}/withdraw", allow=commands.WITHDRAW_APPLICANT.allow)
def withdraw(uid: Uid, version: Version, reason: Text, sent: FormDep) -> Response:
    return sent.carry_out(f"/applicants/{uid}", commands.WITHDRAW_APPLICANT, uid, version, reason)
