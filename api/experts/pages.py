"""专家页: the list and one person; what may be changed is in expert_edits.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from api.careers import pages as careers
from api.careers.views import life_card
from api.experts import views
from api.identity import tokens
from api.kit import common, history
from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Search, Uid
from api.kit.parts import HistoryLine, Option, mini_calendar
from api.kit.rendering import page
from api.kit.templating import moment
from api.recusal.conflicts.views import BY_SHARE, conflict_kinds
from award.applicants import store as applicant_store
from award.groups import standing as yearly
from award.groups import store as plan_store
from award.groups.core.unfit import Unfit, badge, sentence
from award.year import store as year_store
from expert_pool import dossier, register, store
from expert_pool.core.actor import Viewer
from expert_pool.core.conflict import KINDS, PAIR_KINDS
from expert_pool.core.expert import masked
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.working_days import WorkingDays

router = Router(include_in_schema=False)
P = Permission
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
NO_YEAR = (Unfit("no-year"),)
STATES = (("", "全部"), ("yes", "可编组"), ("no", "暂不能编组"))


@router.get("/experts", allow=P.READ_EXPERTS)
def show_list(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    hidden: HiddenDep,
    q: Search = "",
    industry: Annotated[str, Query(max_length=4)] = "",
    assignable: Annotated[str, Query(max_length=3)] = "",
    number: PageNumber = 1,
) -> Response:
    with ledger.read() as session:
        year = common.current_year(session, viewer)
        today = common.china_day(now)
        total, divisions = store.breadth(session, viewer)
        found = store.found(session, viewer, search=q, industry=industry)
        reasons = yearly.standing(session, year.year).reasons if year else {}
        able = {uid for uid, against in reasons.items() if not against}
        kept = [uid for uid in found if not assignable or (uid in able) == (assignable == "yes")]
        uids, pager = common.paged(
            kept, number, "/experts", {"q": q, "industry": industry, "assignable": assignable}
        )
        shown = store.experts(
            session,
            viewer,
            year.year if year else today.year,
            today,
            organisations=hidden,
            only=uids,
        )
    view = {
        "subtitle": f"共 {total} 人" + (f"，{year.year} 年度可编组 {len(able)} 人" if year else ""),
        "q": q,
        "filtered": bool(q or industry or assignable),
        "industries": tuple(
            Option(code, common.industry_words(code), chosen=code == industry) for code in divisions
        ),
        "states": tuple(
            Option(value, title, chosen=value == assignable) for value, title in STATES
        ),
        "rows": tuple(_line(row, reasons.get(row.uid, NO_YEAR)) for row in shown),
        "pager": pager,
    }
    return page(request, "experts.html", view)


def _line(row: store.ExpertRow, reasons: tuple[Unfit, ...]) -> views.ExpertLine:
    fields = row.fields
    return views.ExpertLine(
        row.uid,
        fields.name,
        bool(fields.leader),
        fields.employer,
        fields.title,
        bool(fields.quality),
        tuple(common.industry_words(item.code) for item in fields.industries),
        common.town_words(fields.town_code, fields.place_text),
        tuple(map(badge, reasons)),
    )


def _duties(
    session: Session, viewer: Viewer, uid: str, year: year_store.YearView | None
) -> frozenset[HalfDay]:
    """The half-days on which the newest plan sends her out, as far as the viewer may see that
    plan.
    """
    newest = yearly.newest_plan(session, viewer, year.year) if year else None
    if newest is None or newest.status == "withdrawn":
        return frozenset()
    view = plan_store.plan(session, viewer, newest.uid)
    slots = view.problem.slots
    visits = (visit for group in view.plan.groups if uid in group.members for visit in group.visits)
    return frozenset(
        HalfDay(slots[position].date, slots[position].half)
        for visit in visits
        for position in visit.slots
    )


@router.get("/experts/{uid}", allow=P.READ_EXPERTS)
def show_one(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    hidden: HiddenDep,
    who: Search = "",
) -> Response:
    today = common.china_day(now)
    with ledger.read() as session:
        year = common.current_year(session, viewer)
        found = store.expert(
            session, viewer, uid, year.year if year else today.year, today, organisations=hidden
        )
        sent = views.link_lines(tokens.links_of(session, uid), now)
        view = _view(session, viewer, found, year, store.working_days(session), today, sent)
        others = common.people_to_choose(session, viewer, who, but=uid)
    return page(request, "expert.html", replace(view, others=others))


def _view(
    session: Session,
    viewer: Viewer,
    found: store.ExpertPage,
    year: year_store.YearView | None,
    calendar: WorkingDays,
    today: date,
    links: tuple[views.LinkLine, ...],
) -> views.ExpertView:
    fields = found.fields
    window = calendar.window(year.fields.window_first, year.fields.window_last) if year else ()
    free = found.availability
    absent = set(free.absences) if free.known else None
    signed = next((item for item in found.declarations if year and item.year == year.year), None)
    applicants = applicant_store.applicants(session, viewer, year.year) if year else ()
    lines = dossier.history(session, viewer, found.uid, 12)
    life = dossier.life(session, viewer, found.uid, today)
    standing = yearly.standing(session, year.year) if year else None
    # What counts when groups are formed: the office's list, and the grade given since.
    graded = {one.uid: one.fields.leader for one in standing.facts.experts} if standing else {}
    running = next((item for item in found.suspensions if item.lifted_at is None), None)
    return views.ExpertView(
        uid=found.uid,
        version=found.version,
        year=year.year if year else today.year,
        name=fields.name,
        employer=fields.employer,
        title=fields.title,
        reasons=tuple(map(sentence, standing.reasons.get(found.uid, ()) if standing else NO_YEAR)),
        suspension=running,
        facts=(
            ("性别", fields.gender),
            ("出生年月", common.month_words(fields.birth, fields.birth_precision)),
            ("学历", common.beside(fields.education, fields.education_text)),
            ("邮箱", fields.email or ""),
            *((("浙政钉账号", fields.zzd_account),) if fields.zzd_account else ()),
            ("手机", masked(fields.phone) if "*" not in fields.phone else fields.phone),
            ("身份证号", register.masked_identity(session, found.uid)),
            ("所在地", common.town_words(fields.town_code, fields.place_text)),
            (
                "组长资格",
                {True: "有", False: "无", None: "未知"}[graded.get(found.uid, fields.leader)],
            ),
            ("备注", fields.remark),
        ),
        quality=bool(fields.quality),
        codes=tuple(
            (common.industry_words(item.code), "" if item.confirmed else "warn")
            for item in fields.industries
        ),
        conflicts=tuple(views.conflict_line(item, today) for item in found.conflicts),
        pairs=views.pair_lines(found.pairs),
        pair_kinds=tuple(Option(code, KINDS[code].zh) for code in PAIR_KINDS),
        organisations=tuple(row.fields.name for row in applicants),
        applicants=tuple(
            Option(row.uid, row.fields.name) for row in applicants if row.withdrawn_at is None
        ),
        kinds=conflict_kinds(),
        by_share=BY_SHARE,
        availability_text=free.text,
        availability_known=free.known,
        availability_words=views.availability_words(free, window),
        calendar=mini_calendar(
            window, absent, common.marks(calendar), _duties(session, viewer, found.uid, year)
        ),
        life=life_card(
            life,
            today,
            careers.next_term(
                today, max((term.last for term in life.terms if not term.ended_on), default=None)
            ),
        ),
        declared=f"{common.date_words(common.china_day(signed.signed_at))}签署" if signed else "",
        history=tuple(
            HistoryLine(
                moment(line.at),
                history.action_words(line.action, line.kind),
                line.actor_name,
                line.reason,
            )
            for line in lines
        ),
        links=links,
    )
