"""专家库盘点: what is short for the applicants expected, and how the work was shared over the
years.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, ViewerDep
from api.kit.fields import Year
from award.groups.inventory import Inventory, Wish, take_stock, usual_mix
from expert_pool.facts.refusal import Refusal
from expert_pool.workload import Burden, burdens

router = Router(prefix="/api/v1", tags=["专家"])
Expected = Annotated[
    int | None, Query(ge=1, le=500, description="预计申报家数；不填按本年度已登记的申报组织")
]
Reserve = Annotated[int, Query(ge=0, le=5, description="每家另备的对口专家数")]
LONGEST = 30


@router.get("/years/{year}/inventory", allow=Permission.READ_EXPERTS, summary="专家库盘点")
def read_inventory(
    year: Year,
    ledger: LedgerDep,
    viewer: ViewerDep,
    hidden: HiddenDep,
    expected: Expected = None,
    reserve: Reserve = 1,
) -> Inventory:
    """行业、组长和质量专家、时间各缺多少：按 Hall 条件计算，一人会两个行业不重复计数。"""
    with ledger.read() as session:
        mix = usual_mix(session, viewer, year, expected, hidden) if expected else None
        return take_stock(session, viewer, year, Wish(mix, reserve), hidden)


@router.get("/workload", allow=Permission.READ_EXPERTS, summary="历年工作量")
def read_workload(
    ledger: LedgerDep,
    viewer: ViewerDep,
    first: Annotated[int, Query(ge=2000, le=2100, description="自哪一年", examples=[2024])],
    last: Annotated[int, Query(ge=2000, le=2100, description="至哪一年", examples=[2026])],
) -> list[Burden]:
    """每位专家历年的评审家数、半天数、任组长的年度和评价，工作量最多的在前。"""
    if not 0 <= last - first < LONGEST:
        raise Refusal("out-of-range", f"起止年度应从小到大，不超过 {LONGEST} 年。", field="last")
    with ledger.read() as session:
        return list(burdens(session, viewer, first, last))
