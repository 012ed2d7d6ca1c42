"""偏离建议的决定接口."""

from __future__ import annotations

from typing import Any

from api.inspection.departures import views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, ViewerDep
from api.kit.fields import Year

router = Router(prefix="/api/v1", tags=["监督"])
P = Permission


@router.get("/years/{year}/departures", allow=P.READ_AUDIT, summary="偏离建议的决定和放宽的回避")
def read_departures(
    year: Year, viewer: ViewerDep, ledger: LedgerDep, hidden: HiddenDep
) -> dict[str, list[dict[str, Any]]]:
    with ledger.read() as session:
        number = common.chosen_year(session, viewer, year).year
        return views.seen(session, viewer, viewer.conflicted | hidden, number)
