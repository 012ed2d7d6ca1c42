"""部门回执 by Excel: out and in unchanged, what was filled in is shown and taken, tampering refused
by cell; by the office and by a department's link.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from api.identity.sessions import digest
from award.applicants import inquiries, replies
from award.applicants.core import replies as core
from award.applicants.core.replies import Asked, Said
from award.applicants.tables import Incident, Inquiry, InquiryAnswer
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.spreadsheet.forms import MANIFEST, FormColumn, FormOut, read_form, write_form
from tests.api import world as worlds
from tests.award.walk import YEAR, Walk
from tests.storage import CLERK

TODAY = date(2026, 7, 1)
QUESTION = "近3年有无重大安全事故"
ACCIDENT = Said("a-2", "objection", "2025年3月车间起火", "safety", date(2025, 3, 1), "month", True)
LIST = (
    Asked("a-1", "诸暨大东袜业有限公司", "91330681MA2D0000X1", "QUALITY"),
    Asked("a-2", "浙江山下湖珍珠有限公司", "", "INNOVATION", ACCIDENT, 2),
    Asked("a-3", "=HYPERLINK 公司", "91330681MA2D0000X3", "QUALITY", Said("a-3", "none"), 1),
)


def workbook(asked: tuple[Asked, ...] = LIST) -> bytes:
    columns = [
        FormColumn(heading, replies.WIDTHS[at], at > 3, replies.CHOICES.get(at, ()))
        for at, heading in enumerate(core.HEADINGS)
    ]
    lines = ("部门", QUESTION, "期限", "说明")
    manifest = core.manifest("iq-1", QUESTION, asked)
    page = FormOut(replies.PAGE, "回执", lines, columns, core.rows(asked, "王某"), manifest)
    return write_form(page)


def edited(change: Callable[[Any, Any], object], data: bytes = b"") -> bytes:
    found = openpyxl.load_workbook(io.BytesIO(data or workbook()))
    change(found[replies.PAGE], found[MANIFEST])
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def read(data: bytes, asked: tuple[Asked, ...] = LIST) -> core.Reply:
    return core.read(QUESTION, asked, *read_form(data, replies.PAGE), TODAY)


def put(**cells: object) -> Callable[[Any, Any], object]:
    def change(page: Any, hidden: Any) -> None:
        for place, value in cells.items():
            page[place] = value

    return change


def test_a_reply_comes_back_unchanged() -> None:
    found = read(workbook())
    assert (found.problems, found.changed, found.conflicts, found.notes) == ((), (), (), ())
    assert found.said == () and found.by_name == "王某"


def test_what_was_filled_in_is_shown_beside_what_stood_there() -> None:
    found = read(edited(put(E7="无异议", E9="有异议", F9="欠缴", G9="其他严重违法违规行为",
                            H9="2025", I9="否")))  # fmt: skip
    assert found.problems == ()
    assert found.changed == (
        "诸暨大东袜业有限公司：未答复 → 无异议",
        "=HYPERLINK 公司：无异议 → 有异议（欠缴；其他严重违法违规行为，2025）",
    )
    assert found.said[1] == Said(
        "a-3", "objection", "欠缴", "violation", date(2025, 1, 1), "year", False
    )
    assert core.from_json(core.to_json(found)) == ("王某", found.said)


REFUSED: dict[str, tuple[Callable[[Any, Any], object], str]] = {
    "another word": (put(E7="同意"), "E7写的是“同意”，应为无异议、有异议或不涉及。"),
    "objection without facts": (put(E7="有异议"), "F7请写明对诸暨大东袜业有限公司有异议的情况。"),
    "facts without an answer": (put(F7="起火"), "F7写了内容，E7还没有选答复。"),
    "another kind": (put(G8="火灾"), "G8写的是“火灾”，请从列表中选择种类。"),
    "kind without objection": (put(E7="无异议", G7="重大安全事故"), "G7写了不良记录，E7应为有异议"),
    "no day": (put(H8=None), "H8请写明发生日期"),
    "no date at all": (put(H8="去年春天"), "H8写的是“去年春天”"),
    "a day to come": (put(H8="2026-08-01"), "H8的日期晚于今天"),
    "day without kind": (put(G8=None), "H8写了内容，G8还没有选不良记录的种类。"),
    "another fault": (put(I8="可能"), "I8写的是“可能”，应为是、否或不明。"),
    "too long": (put(F8="长" * 1001), "F8超过1000字"),
    "an error value": (put(E7="#N/A"), "E7是错误值#N/A"),
    "nobody signs": (put(E10=None), "E10请填写答复人姓名。"),
    "another firm": (put(B7="别家公司"), "B7的申报组织与名单不符"),
    "another code": (put(C7="9133"), "C7的信用代码与名单不符"),
    "a row less": (lambda page, hidden: page.delete_rows(7), "B7的申报组织与名单不符"),
    "a row more": (lambda page, hidden: page.insert_rows(8), "B8的申报组织与名单不符"),
    "another heading": (put(E6="意见"), "E6的表头应是“答复”"),
    "beside the table": (put(J7="备注"), "J7在表格之外"),
    "below the table": (put(B12="另：见附件"), "B12在表格之外"),
    "another question": (
        lambda page, hidden: hidden.cell(3, 2, "其他"), "征求意见的事项已经改过",
    ),
    "a formula": (put(F8='="a"&"b"'), "单元格 F8 是公式"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_tampering_is_refused_cell_by_cell(kind: str) -> None:
    change, why = REFUSED[kind]
    try:
        said = read(edited(change)).problems
    except Refusal as refused:
        said = (refused.message_zh,)
    assert any(why in text for text in said), said


def test_answered_elsewhere_meanwhile_is_named_and_so_is_a_changed_list() -> None:
    now = (
        Asked("a-1", LIST[0].name, LIST[0].uscc, "QUALITY", Said("a-1", "none"), 1),
        Asked("a-3", LIST[2].name, LIST[2].uscc, "QUALITY", Said("a-3", "none"), 1),
        Asked("a-4", "新来公司", "", "QUALITY"),
    )
    found = read(edited(put(E7="不涉及")), now)
    assert found.problems == ()
    assert found.conflicts == ("诸暨大东袜业有限公司：网上现为无异议，表中为不涉及。",)
    assert found.notes == (
        "第8行的浙江山下湖珍珠有限公司已不在名单上，不用答复。",
        "新来公司是下载以后列入名单的，表中没有，请另行答复。",
    )


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    world = worlds.build(tmp_path_factory.mktemp("replies"), fresh=True)
    found = Walk(world.ledger, world.clock)
    found.notice()
    found.applications()
    found.world = world  # type: ignore[attr-defined]
    yield found
    world.ledger.close()


def ask(walk: Walk, department: str) -> str:
    return str(
        walk.do(
            CLERK, lambda uow: inquiries.ask(uow, YEAR, department, QUESTION, date(2026, 7, 20))
        )
    )


def filled(data: bytes) -> bytes:
    """Every applicant without objection, the first with an accident."""

    def change(page: Any, hidden: Any) -> None:
        for row in range(core.FIRST_ROW, core.FIRST_ROW + 3):
            page[f"E{row}"] = "无异议"
        page["E7"], page["F7"], page["G7"], page["H7"] = "有异议", "起火", "重大安全事故", "2025-03"
        page["E10"] = "周某"

    return edited(change, data)


def answers(walk: Walk, uid: str) -> list[tuple[str, str, str]]:
    with walk.ledger.read() as session:
        letter = session.query(Inquiry).filter_by(uid=uid).one()
        rows = session.query(InquiryAnswer).filter_by(inquiry_id=letter.id)
        return sorted((row.answer, row.by_name, row.via) for row in rows)


def test_a_department_answers_by_excel_behind_its_link(walk: Walk) -> None:
    uid = ask(walk, "市应急管理局")
    walk.do(CLERK, lambda uow: inquiries.issue_link(uow, uid, digest("T" * 43)))
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    door: TestClient = world.stranger()
    at = f"/opinion/{'T' * 43}"
    sheet = door.get(f"{at}/sheet.xlsx").content
    wrong = door.post(f"{at}/sheet", files={"file": ("回执.xlsx", edited(put(E7="好"), sheet))})
    assert wrong.status_code == 422 and "E7写的是“好”" in wrong.text
    shown = door.post(f"{at}/sheet", files={"file": ("回执.xlsx", filled(sheet))})
    assert (
        shown.status_code == 200 and "未答复 → 有异议（起火；重大安全事故，2025-03）" in shown.text
    )
    sealed = shown.text.split('name="sealed" value="')[1].split('"')[0]
    assert answers(walk, uid) == []
    done = door.post(f"{at}/sheet/take", data={"sealed": sealed}, follow_redirects=False)
    assert done.status_code == 303
    assert answers(walk, uid) == [
        ("none", "周某", "link"), ("none", "周某", "link"), ("objection", "周某", "link"),
    ]  # fmt: skip
    with walk.ledger.read() as session:
        noted = session.query(Incident).one()
        assert (noted.kind, noted.happened_on, noted.precision, noted.source) == (
            "safety", date(2025, 3, 1), "month", "市应急管理局",
        )  # fmt: skip
    again = door.post(f"/api/v1{at}/sheet/take", json={"sealed": sealed})
    assert again.status_code == 412  # answered meanwhile: to be looked at anew
    fresh = door.get(f"/api/v1{at}/sheet.xlsx").content
    told = door.post(f"/api/v1{at}/sheet", files={"file": ("回执.xlsx", fresh)}).json()
    assert told["changed"] == [] and told["by_name"] == "周某"
    assert door.get("/api/v1/opinion/wrong").status_code in (401, 403, 404)


def test_the_office_takes_in_what_came_back(walk: Walk) -> None:
    uid, other = ask(walk, "市市场监管局"), ask(walk, "市税务局")
    clerk = walk.world.client(Role.SECRETARIAT)  # type: ignore[attr-defined]
    sheet = clerk.get(f"/api/v1/inquiries/{uid}/sheet.xlsx").content
    files = {"file": ("回执.xlsx", filled(sheet))}
    wrong = clerk.post(f"/api/v1/inquiries/{other}/sheet", files=files)
    assert wrong.json()["detail"].startswith("这不是市税务局的回执。")
    shown = clerk.post(f"/api/v1/inquiries/{uid}/sheet", files=files).json()
    assert len(shown["changed"]) == 3
    taken = clerk.post(
        f"/api/v1/inquiries/{uid}/sheet/take", json={"sealed": shown["sealed"]}
    ).json()
    assert taken == {"answered": 3}
    assert {one[2] for one in answers(walk, uid)} == {"office"}
    assert clerk.get(f"/inquiries/{uid}/sheet.xlsx").status_code == 200
