"""日程页: the plan's visits by group, by month and as a list; what is printed is what is seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.groups.board import views as board_views
from api.kit import common
from api.kit import days as views
from api.kit.access import Permission, Router
from api.kit.books import book_of
from api.kit.deps import LedgerDep, ViewerDep
from api.kit.rendering import page
from api.kit.yearly import newest_plan
from award.groups import store
from expert_pool.store import working_days

router = Router(include_in_schema=False)
VIEWS = ("gantt", "month", "list")


@router.get("/calendar", allow=Permission.READ_PLANS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    view: Annotated[str, Query(max_length=10)] = "gantt",
    plan: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        published = next(
            (row for row in store.plans(session, viewer, year.year) if row.status == "published"),
            None,
        )
        newest = published or newest_plan(session, viewer, year.year)
        uid = plan or (newest.uid if newest else "")
        book = book_of(session, store.plan(session, viewer, uid)) if uid else None
        mark = common.marks(working_days(session))
    view = view if view in VIEWS else "gantt"
    window = book.window if book else ()
    visits = (
        sum(bool(visit.stays) for group in book.groups for visit in group.visits) if book else 0
    )
    shown = {
        "book": book,
        "view": view,
        "suffix": f"&plan={plan}" if plan else "",
        "subtitle": f"{year.year} 年度 · 第 {book.version} 版 · {book.status} · {visits} 次现场评审"
        if book
        else f"{year.year} 年度",
        "gantt": views.gantt(book, window, mark) if book and view == "gantt" else None,
        "months": views.months(book, window, mark) if book and view == "month" else (),
        "downloads": (*board_views.downloads(uid), *board_views.calendar_files(uid)) if uid else (),
    }
    return page(request, "calendar.html", shown)
