"""偏离建议的决定页."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from api.inspection.departures import views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, ViewerDep
from api.kit.rendering import page

router = Router(include_in_schema=False)
P = Permission
OfYear = Annotated[int | None, Query(alias="year", ge=2000, le=2100)]


@router.get("/departures", allow=P.READ_AUDIT)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    of: OfYear = None,
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of).year
        view = views.seen(session, viewer, viewer.conflicted | hidden, year)
    return page(request, "departures.html", {"year": year, **view})
