"""导出: masked by default, whole numbers only with right and reason, every export in the log, and
back in without a change.
"""

from __future__ import annotations

import io

import openpyxl

from expert_pool.core.actor import SYSTEM_VIEWER, Role
from expert_pool.core.record_sheets import SHEETS
from expert_pool.ledger import audit
from tests.api import story
from tests.api.story import ok
from tests.web.conftest import Office
from tests.web.conftest import office as office
from tests.web.markup import Page


def rows_of(content: bytes, sheet: int = 0) -> list[list[object]]:
    return [
        list(row)
        for row in openpyxl.load_workbook(io.BytesIO(content))
        .worksheets[sheet]
        .iter_rows(values_only=True)
    ]


def test_an_export_is_masked_logged_and_imports_without_a_change(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    for kind in ("experts", "applicants"):
        answer = clerk.post(f"/api/v1/exports/{kind}", json={"year": story.YEAR})
        assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
        text = str(rows_of(answer.content))
        assert "****" in text
        with office.world.ledger.read() as session:
            line = audit.entries(session, SYSTEM_VIEWER, limit=1)[0]
        assert (line.action, line.object_id) == ("export", str(story.YEAR))
        assert line.after is not None and line.after["phones"] is False and line.after["rows"] > 1
        sent = clerk.post(
            "/api/v1/imports",
            data={"kind": kind, "year": story.YEAR},
            files={"file": ("导出.xlsx", answer.content)},
        )
        shown = ok(clerk.get(f"/api/v1/imports/{sent.json()['uid']}"))
        assert (shown["new"], shown["changed"], shown["problems"], shown["questions"]) == (
            [],
            [],
            [],
            [],
        )
        assert shown["unchanged"] == line.after["rows"]


def test_whole_numbers_need_the_right_and_a_reason(office: Office) -> None:
    clerk, inspector = office.world.client(Role.SECRETARIAT), office.world.client(Role.INSPECTOR)
    wanted = {"year": story.YEAR, "phones": True, "reason": "会务短信通知"}
    assert (
        clerk.post("/api/v1/exports/experts", json=wanted | {"reason": " "}).json()["code"]
        == "reason-needed"
    )
    assert inspector.post("/api/v1/exports/experts", json=wanted).status_code == 403
    assert inspector.post("/api/v1/exports/experts", json={"year": story.YEAR}).status_code == 200
    whole = clerk.post("/api/v1/exports/experts", json=wanted)
    assert "****" not in str(rows_of(whole.content))
    with office.world.ledger.read() as session:
        assert audit.entries(session, SYSTEM_VIEWER, limit=1)[0].reason == "会务短信通知"


def test_the_export_page_gives_the_same_file_and_lists_the_records(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    form = Page(clerk.get("/exports").text).form("/exports/experts")
    answer = form.send(clerk, year=str(story.YEAR))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["专家台账", *(one.title for one in SHEETS.values())]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {
        "s",
        "n",
        "d",
    }
