"""编组表的收发: the workbook of a plan, and one that comes back."""

from __future__ import annotations

from fastapi import UploadFile

from api.settings import Settings
from award.groups.core import sheet_in, sheet_out
from award.groups.store import PlanView
from expert_pool import spreadsheet
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawTable
from expert_pool.spreadsheet import SheetOut


def sheet_name(view: PlanView) -> str:
    return f"编组表-{view.row.name}.xlsx"


def sheet_of(view: PlanView, subject: str) -> bytes:
    """Refuses a part of a plan: a sheet speaks of all groups."""
    demand_whole(view)
    rows = sheet_out.rows(view.problem, view.plan, view.names)
    title = sheet_out.title(subject, view.row.number, view.row.version)
    sheet = SheetOut("编组表", sheet_out.HEADINGS, rows, title, sheet_out.WIDTHS)
    return spreadsheet.write_book((sheet,))


def table_of(file: UploadFile, settings: Settings) -> RawTable:
    largest = settings.upload_megabytes * 1_000_000
    data = file.file.read(largest + 1)
    if len(data) > largest:
        raise Refusal("too-large", f"文件超过 {settings.upload_megabytes} MB，请只交编组表。")
    return spreadsheet.read_apart(data, file.filename or "", sheet_in.KIND)


def demand_whole(view: PlanView) -> None:
    if view.hidden:
        raise Refusal("conflicted", "方案里有与您有回避关系的评审组，编组表须由其他人员办理。")
