"""所依据的办法页: the numbers of the regulation and of the standard; to be corrected until the
notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, TodayDep, ViewerDep
from api.kit.fields import OfYear
from api.kit.rendering import page, see_other
from api.year.commands import BIND_RULES
from api.year.rules import views
from award.year.core import bound, regulation
from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)


@router.get("/steps/rules", allow=Permission.READ_YEAR)
def show(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.rules_page(session, common.chosen_year(session, viewer, of), today)
    return page(request, "rules.html", view)


@router.post("/steps/rules", allow=BIND_RULES.allow)
async def bind(request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep) -> Response:
    form = await common.words_of(request)
    await run_in_threadpool(_bind, form, viewer, actor, ledger)
    back = common.of_year("/steps/rules", common.year_said(form))
    return see_other(request, back, BIND_RULES.done)


def _bind(form: Mapping[str, str], viewer: Viewer, actor: Actor, ledger: Ledger) -> None:
    """What the form has not is as it was."""
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, common.year_said(form))
    BIND_RULES(
        ledger,
        actor,
        year.year,
        regulation.typed(json.loads(year.rules.document), _beginning(form, "number_")),
        bound.typed_rubric(json.loads(year.rules.rubric), _beginning(form, "points_")),
        form.get("reason", ""),
        _version(form),
    )


def _beginning(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    found = {name: words for name, words in form.items() if name.startswith(prefix)}
    return {name.removeprefix(prefix): words for name, words in found.items()}


def _version(form: Mapping[str, str]) -> int:
    said = form.get("version", "")
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise Refusal("invalid", "页面不完整，请刷新后再填。")
    return int(said)
