"""编组表: the draft goes out, comes back changed, is looked at, becomes the draft by one press."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from award.groups import store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.web.conftest import Office
from tests.web.markup import Page


def plan_of(office: Office) -> store.PlanView:
    with office.world.ledger.read() as session:
        return store.plan(session, SYSTEM_VIEWER, office.year.plan)


def workbook(office: Office, clerk: TestClient) -> Any:
    answer = clerk.get(f"/api/v1/plans/{office.year.plan}/sheet.xlsx")
    return load_workbook(BytesIO(answer.content))


def saved(book: Any) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sent(office: Office, clerk: TestClient, content: bytes) -> Any:
    path = f"/board/{office.year.plan}/sheet"
    form = Page(clerk.get(path).text).form(path)
    return clerk.post(path, data=form.fields, files={"file": ("编组表.xlsx", content)})


def test_a_sheet_changed_outside_becomes_the_draft_and_can_be_undone(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    before = plan_of(office)
    book = workbook(office, clerk)
    sheet = book.active
    assert [cell.value for cell in sheet[2]][:5] == [
        "评审组",
        "组长",
        "组员",
        "申报组织",
        "现场评审时间",
    ]
    assert "没有差别" in sent(office, clerk, saved(book)).text
    firms = [row[3].value for row in sheet.iter_rows(min_row=3)]
    sheet.cell(3 + len(firms) - 1, 1).value = None  # the last firm waits
    shown = sent(office, clerk, saved(book))
    assert shown.status_code == 200
    assert f"暂不安排{firms[-1]}" in shown.text
    assert "办法第" in shown.text
    assert plan_of(office) == before
    form, older = (
        Page(text).form(f"/board/{plan}/arrangement")
        for text in (shown.text, sent(office, clerk, saved(book)).text)
    )
    done = clerk.post(form.action, data=form.fields)
    assert "已按表格修改草案" in done.text
    assert "撤销：按编组表修改" in done.text
    now = plan_of(office)
    names = {now.names.firm(case).name for case in now.plan.unassigned}
    assert (names, now.verdict.ok) == ({firms[-1]}, False)
    stale = clerk.post(older.action, data=older.fields)
    assert stale.status_code in (409, 412)
    assert "下载之后草案又改过" in sent(office, clerk, saved(book)).text
    undo = Page(done.text).form(f"/board/{plan}/undo")
    clerk.post(undo.action, data=undo.fields)
    assert plan_of(office).plan == before.plan


def test_cells_that_cannot_be_read_are_named_and_nothing_is_written(office: Office) -> None:
    clerk, before = office.browser(Role.SECRETARIAT), plan_of(office)
    book = workbook(office, clerk)
    book.active["C3"] = "张三丰、李3"
    book.active["E3"] = "哪天都行"
    shown = sent(office, clerk, saved(book))
    assert shown.status_code == 422
    assert "有 3 格读不出，草案没有改动" in shown.text
    assert "可以编组的评审员里没有张三丰" in shown.text
    with pytest.raises(StopIteration):
        Page(shown.text).form(f"/board/{office.year.plan}/arrangement")
    refused = sent(office, clerk, b"not a workbook")
    assert (refused.status_code, "没有读入" in refused.text) == (422, True)
    assert plan_of(office) == before


def test_the_interface_does_the_same(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), f"/api/v1/plans/{office.year.plan}"
    book = workbook(office, clerk)
    book.active["B3"], book.active["C3"] = (
        book.active["C3"].value.split("、")[0],
        "、".join([book.active["B3"].value, *book.active["C3"].value.split("、")[1:]]),
    )
    api = office.world.client(Role.SECRETARIAT)
    answer = api.post(f"{plan}/sheet", files={"file": ("编组表.xlsx", saved(book))})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["words"].endswith("组长") for one in told["differences"]] == [True]
    done = api.post(
        f"{plan}/arrangement",
        json=told["arrangement"],
        headers={"If-Match": answer.headers["etag"]},
    )
    assert done.status_code == 200, done.text
    assert clerk.get(f"/board?plan={office.year.plan}").status_code == 200
    approver = office.browser(Role.APPROVER)
    assert approver.get(f"/board/{office.year.plan}/sheet").status_code == 403
