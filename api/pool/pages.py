"""专家库盘点页: what is short for the applicants expected, and how evenly the work was shared over
the years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Query, Request, Response

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, TodayDep, ViewerDep
from api.kit.parts import Option
from api.kit.rendering import page
from api.pool import views
from award.groups.inventory import Wish, take_stock, trade_name, usual_mix
from expert_pool.facts.industry import Industries
from expert_pool.workload import burdens, fairness

router = Router(include_in_schema=False)
P = Permission
Number = Annotated[str, Query(max_length=4, pattern=r"^\d*$")]
Counts = Annotated[tuple[str, ...], Query(max_length=200)]
SPANS = (3, 5, 10)


@router.get("/pool", allow=P.READ_EXPERTS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    n: Number = "",
    reserve: Number = "1",
    code: Counts = (),
    count: Counts = (),
) -> Response:
    """`n` alone: the usual mix of trades; `code` and `count` (one each per trade): as the clerk
    said; neither: the year's applicants.
    """
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        said = _said(code, count)
        mix = said or (usual_mix(session, viewer, year.year, int(n), hidden) if n else None)
        stock = take_stock(session, viewer, year.year, Wish(mix, int(reserve or 0)), hidden)
    text, tone = views.conclusion(stock)
    view = {
        "stock": stock,
        "n": sum(mix.values()) if mix is not None else "",
        "expected": stock.expected,
        "reserve": stock.reserve,
        "text": text,
        "tone": tone,
        "mix": tuple(
            (line.code, line.name, line.cases)
            for line in sorted(stock.trades, key=lambda line: line.code)
        ),
        "plot": views.trade_plot(stock.trades),
        "supply": views.supply(stock.days),
        "alike": views.alike(stock.days),
        "tightest": views.tightest(stock.days),
        "divisions": tuple(
            Option(one, common.industry_words(one))
            for one in Industries.load().codes()
            if len(one) == 2
        ),
    }
    return page(request, "pool.html", view)


def _said(codes: Sequence[str], counts: Sequence[str]) -> Mapping[str, int] | None:
    """What the clerk wrote per trade; None when nothing was said.

    Fields left empty or unreadable count nothing.
    """
    pairs = {
        code: int(count)
        for code, count in zip(codes, counts, strict=False)
        if count.isdecimal() and len(count) <= 3 and int(count)
    }
    known = {code: number for code, number in pairs.items() if trade_name(code) != code}
    return known or None


@router.get("/pool/workload", allow=P.READ_EXPERTS)
def workload(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    span: Annotated[int, Query(ge=1, le=30)] = 3,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """历年工作量与荣誉, the busiest first."""
    with ledger.read() as session:
        year = common.current_year(session, viewer)
        last = year.year if year else today.year
        found = burdens(session, viewer, last - span + 1, last)
    measured = fairness(found)
    shown, pager = common.paged(found, number, "/pool/workload", {"span": str(span)})
    view = {
        "first": last - span + 1,
        "last": last,
        "spans": tuple(Option(str(one), f"近 {one} 年", chosen=one == span) for one in SPANS),
        "fairness": views.fairness_words(measured),
        "mean": round(measured.mean / max(measured.most, 1) * 100, 2),
        "worked": measured.worked,
        "plot": views.work_plot(found),
        "rows": views.work_lines(shown, measured.most),
        "pager": pager,
    }
    return page(request, "workload.html", view)
