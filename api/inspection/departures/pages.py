"""偏离建议的决定页."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Query, Request, Response

from api.inspection.departures import views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, ViewerDep
from api.kit.fields import OfYear
from api.kit.rendering import page

router = Router(include_in_schema=False)
P = Permission


@router.get("/departures", allow=P.READ_AUDIT)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    of: OfYear = None,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
    logged: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of).year
        found = views.seen(session, viewer, viewer.conflicted | hidden, year)
    return page(request, "departures.html", {"year": year, **_paged(found, of, number, logged)})


def _paged(
    found: Mapping[str, Sequence[object]], of: int | None, number: int, logged: int
) -> dict[str, object]:
    """A page of each list; turning one leaves the other where it is."""
    at = {"page": number, "logged": logged}
    view: dict[str, object] = {}
    for name, key in (("decided", "page"), ("logged", "logged")):
        kept = {"year": str(of or "")} | {one: str(at[one]) for one in at if at[one] > 1}
        view[name], view[f"{name}_pager"] = common.paged(
            found[name], at[key], "/departures", kept, key=key
        )
    return view
