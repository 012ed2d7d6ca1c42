"""导出页: take the rosters away as workbooks; what may be in them depends on who asks and why."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Path, Request, Response

from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, ViewerDep
from api.kit.files import attachment
from api.kit.parts import Option
from api.kit.rendering import page
from award.applicants import rosters_out as exports
from award.papers.media import EXCEL
from award.year import store as year_store

router = Router(include_in_schema=False)
P = Permission


@router.get("/exports", allow=P.READ_EXPERTS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        current = common.needed_year(session, viewer).year
        years = tuple(
            Option(str(one.year), f"{one.year} 年度", chosen=one.year == current)
            for one in year_store.years(session, viewer)
        )
    return page(request, "exports.html", {"years": years})


@router.post("/exports/{kind}", allow=P.READ_EXPERTS)
def export(
    kind: Annotated[Literal["experts", "applicants"], Path()],
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    year: Annotated[int, Form(ge=2000, le=2100)],
    phones: Annotated[str, Form(max_length=3)] = "",
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    data, name = exports.export(
        ledger,
        actor,
        viewer,
        exports.Wish(kind, year, phones == "yes", reason, may(viewer.role, P.EDIT_EXPERTS)),
        hidden,
    )
    return attachment(data, EXCEL, name)
