"""日程页: the plan's visits by group, by month and as a list; what is printed is what is seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from api.groups.board import views as board_views
from api.groups.schedule.gantt import gantt
from api.kit import common
from api.kit import days as views
from api.kit.access import Permission, Router, may
from api.kit.deps import LedgerDep, TodayDep, ViewerDep
from api.kit.rendering import page
from award.groups import store
from award.groups.books import book_of
from award.groups.standing import newest_plan
from expert_pool.core.actor import Viewer
from expert_pool.store import working_days

router = Router(include_in_schema=False)
VIEWS = {"gantt": "group", "expert": "expert", "firm": "firm", "month": "", "list": ""}


@router.get("/calendar", allow=Permission.READ_PLANS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    view: Annotated[str, Query(max_length=10)] = "gantt",
    plan: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    view = view if view in VIEWS else "gantt"
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        rows = store.plans(session, viewer, year.year)
        published = next((row for row in rows if row.status == "published"), None)
        newest = newest_plan(session, viewer, year.year)
        uid = plan or next((row.uid for row in (published, newest) if row), "")
        found = store.plan(session, viewer, uid) if uid else None
        book = book_of(session, found, explain=False) if found else None
        mark = common.marks(working_days(session))
    shown: dict[str, Any] = {
        "book": book,
        "uid": uid,
        "view": view,
        "suffix": f"&plan={plan}" if plan else "",
        "subtitle": f"{year.year} 年度",
        "gantt": None,
        "months": (),
        "downloads": (),
        "other": "",
        "edits": "",
        "past": False,
    }
    if book and found:
        window = book.window
        visits = sum(bool(visit.stays) for group in book.groups for visit in group.visits)
        shown |= {
            "subtitle": f"{book.version_name} · {visits} 次现场评审",
            "gantt": gantt(book, found.problem, window, mark, VIEWS[view]) if VIEWS[view] else None,
            "months": views.months(book, window, mark) if view == "month" else (),
            "downloads": (*board_views.downloads(uid), *board_views.calendar_files(uid)),
            # A draft made after the published plan is another calendar to look at.
            "other": newest.uid
            if newest and newest.uid != uid and newest.status == "draft"
            else "",
            "edits": f"/board/{uid}" if _may_edit(viewer, found) and view == "gantt" else "",
            "past": found.row.status in ("draft", "approved")
            and bool(window)
            and max(window) < today,
        }
    return page(request, "calendar.html", shown)


def _may_edit(viewer: Viewer, found: store.PlanView) -> bool:
    may_do = may(viewer.role, Permission.EDIT_PLANS)
    return may_do and not found.hidden and found.row.status == "draft"
