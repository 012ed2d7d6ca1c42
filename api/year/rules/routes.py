"""所依据的办法接口: both documents of a year, whole; to be replaced until the notice."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, IfMatch, LedgerDep, TodayDep, ViewerDep, set_etag
from api.kit.fields import Input, Reason, Year, example
from api.year.commands import BIND_RULES
from api.year.rules import views
from award.year import store as year_store
from award.year import years
from award.year.core import regulation
from expert_pool.facts import rubric

router = Router(prefix="/api/v1", tags=["年度"])


class RulesIn(Input):
    """The documents as GET gives them, with the numbers of the version in force."""

    model_config = example(
        {
            "regulation": dict(regulation.newest_document()),
            "rubric": dict(rubric.newest_document()),
            "reason": "诸政办发〔2026〕3号",
        }
    )
    regulation: dict[str, Any]
    rubric: dict[str, Any]
    reason: Reason


@router.get("/years/{year}/rules", allow=Permission.READ_YEAR, summary="所依据的办法和评审标准")
def read_rules(
    year: Year, response: Response, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep
) -> dict[str, Any]:
    """`fixed`：已按通知固定，不能更换。"""
    with ledger.read() as session:
        view = year_store.year(session, viewer, year)
        fixed = years.bound_for_good(session, year, today)
    set_etag(response, view.version)
    return views.rules_out(view, fixed)


@router.put(
    "/years/{year}/rules",
    allow=BIND_RULES.allow,
    status_code=204,
    summary="登记所依据的办法和评审标准",
)
def bind_rules(
    year: Year,
    body: RulesIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """通知之日以前可以更换；评审标准有改动的条款须重新由两人核对。"""
    new = BIND_RULES(ledger, actor, year, body.regulation, body.rubric, body.reason, version)
    set_etag(response, new)
