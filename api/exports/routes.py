"""导出名册: workbooks that the import reads back; telephone numbers masked unless asked for with a
reason.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import Field

from api.kit.access import Permission, Router, may
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, ViewerDep
from api.kit.fields import Input, Note, YearNumber, example
from api.kit.files import attachment
from award.applicants import rosters_out as exports
from award.papers.media import EXCEL

router = Router(prefix="/api/v1", tags=["导入"])


class ExportIn(Input):
    model_config = example({"year": 2026, "phones": False, "reason": ""})
    year: YearNumber
    phones: bool = Field(False, description="含完整电话；须写明用途，记入操作日志")
    reason: Note = ""


@router.post(
    "/exports/{kind}", allow=Permission.READ_EXPERTS, summary="导出名册", response_class=Response
)
def export_roster(
    kind: Annotated[Literal["experts", "applicants"], Path()],
    body: ExportIn,
    ledger: LedgerDep,
    actor: ActorDep,
    viewer: ViewerDep,
    hidden: HiddenDep,
) -> Response:
    """导出的表可以直接再导入：没有改动的格子不会引起任何变化。"""
    data, name = exports.export(
        ledger,
        actor,
        viewer,
        exports.Wish(
            kind, body.year, body.phones, body.reason, may(viewer.role, Permission.EDIT_EXPERTS)
        ),
        hidden,
    )
    return attachment(data, EXCEL, name)
