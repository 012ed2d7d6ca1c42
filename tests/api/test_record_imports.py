"""各项记录 through the interface and the page: who may, what is refused, what is masked, and that a
refused file changes nothing.
"""

from __future__ import annotations

import io
from typing import Any, get_args

import openpyxl

from api.imports.routes import RecordKind
from award.applicants import records_in as record_intake
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Role
from expert_pool.core.record_sheets import SHEETS, score
from expert_pool.ledger import audit
from expert_pool.spreadsheet import read_tables
from expert_pool.tables import Expert
from tests.api import story
from tests.api.story import ok
from tests.sheets.cast import book
from tests.web.conftest import Office
from tests.web.conftest import office as office
from tests.web.markup import Page

SERVICE = ["姓名", "年度", "评审的组织", "任组长", "半天数", "评价"]
TERM = ["姓名", "等级", "聘书编号", "聘期起", "聘期止"]
FIRM = story.FIRMS[0][0]


def send(client: Any, data: bytes, name: str = "记录.xlsx") -> Any:
    return client.post(
        "/api/v1/imports",
        data={"kind": "records", "year": story.YEAR},
        files={"file": (name, data)},
    )


def entries(office: Office) -> list[str]:
    with office.world.ledger.read() as session:
        return [line.kind for line in audit.entries(session, SYSTEM_VIEWER, limit=500)]


def test_records_are_read_shown_applied_and_then_unchanged(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    data = book(
        评审记录=[
            SERVICE,
            ["仇英", 2019, FIRM, "是", 2, 90],
            ["仇英", 2018, FIRM, "", 2, 101],
            ["查无此人", 2018, FIRM, "", 2, 80],
        ],
        聘任=[TERM, ["解缙", "评审员", "甲〔2018〕1号", "2018-01-01", "2020-12-31"]],
    )
    before = entries(office)
    batch = f"/api/v1/imports/{ok(send(clerk, data))['uid']}"
    answer = clerk.get(batch)
    shown = ok(answer)
    assert [(one["sheet"], one["row"], one["name"]) for one in shown["new"]] == [
        ("appointments", 2, "解缙"),
        ("service", 2, "仇英"),
    ]
    assert [(one["sheet"], one["row"], one["column"]) for one in shown["problems"]] == [
        ("评审记录", 3, "评价"),
        ("评审记录", 4, "姓名"),
    ]
    assert entries(office) == ["import_batch", *before]  # looking writes nothing
    summary = ok(clerk.post(f"{batch}/application", headers={"If-Match": answer.headers["etag"]}))
    assert summary == {"new": 2, "changed": 0, "unchanged": 0, "problems": 2, "questions": 0}
    assert sorted(entries(office)[: len(entries(office)) - len(before)]) == [
        "appointment",
        "import_batch",
        "import_batch",
        *("import_row",) * 2,  # the rows that stayed out wait for a person
        "performance_record",
    ]
    assert clerk.get(batch).status_code == 409
    again = ok(clerk.get(f"/api/v1/imports/{ok(send(clerk, data))['uid']}"))
    assert (again["new"], again["changed"], again["unchanged"]) == ([], [], 2)


def test_an_export_comes_back_without_a_change(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    answer = clerk.post("/api/v1/exports/experts", json={"year": story.YEAR})
    titles = openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    assert titles == ["专家台账", *(one.title for one in SHEETS.values())]
    shown = ok(clerk.get(f"/api/v1/imports/{ok(send(clerk, answer.content))['uid']}"))
    assert (shown["new"], shown["changed"], shown["problems"]) == ([], [], [])
    assert shown["unchanged"] >= 3 * len(story.PEOPLE)  # details, terms, free days
    assert any("年度声明" in note and "本人在个人链接上签署" in note for note in shown["notes"])


def test_mail_addresses_are_masked_like_telephone_numbers(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    with office.world.ledger.write(SYSTEM) as uow:
        row = uow.load(Expert, office.year.experts[0])
        with uow.change(row, "edit"):
            row.email = "shan@example.com"
        uow.commit()
    masked = clerk.post("/api/v1/exports/experts", json={"year": story.YEAR})
    whole = clerk.post(
        "/api/v1/exports/experts", json={"year": story.YEAR, "phones": True, "reason": "会务通知"}
    )
    cells = [
        {
            cell.value
            for row in openpyxl.load_workbook(io.BytesIO(answer.content))["其他资料"].iter_rows()
            for cell in row
        }
        for answer in (masked, whole)
    ]
    assert ("s****@example.com" in cells[0], "shan@example.com" in cells[0]) == (True, False)
    assert ("s****@example.com" in cells[1], "shan@example.com" in cells[1]) == (False, True)


NOT_HERE = {
    "年度声明": "本人在个人链接上签署",
    "申请与资格审查": "推荐与资格审查",
    "定级与退出决定": "逐项决定",
    "股东名单": "整份名单",
    "操作日志": "由系统记录",
    "评审组名单": "编组、复核、发布",
    "专家台账": "“专家台账”一栏",
    "随便一张": "看不出是哪一种记录",
    "聘任": "缺少“等级”“聘期起”“聘期止”一列",
}


def test_what_cannot_be_brought_in_is_refused_in_words_and_changes_nothing(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    before = entries(office)
    for title, words in NOT_HERE.items():
        answer = send(
            clerk,
            book(**{title: [["姓名", "年度", "签署时间"], ["曾朴", 2026, "2026-08-01 09:00"]]}),
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "no-records")
        assert words in answer.json()["detail"], title
    assert entries(office) == before
    assert ok(clerk.get("/api/v1/imports")) == []


def test_records_belong_in_their_own_box(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    data = book(聘任=[["记录编号", *TERM], ["", "曾朴", "评审员", "", "2018-01-01", "2020-12-31"]])
    answer = clerk.post(
        "/api/v1/imports",
        data={"kind": "experts", "year": story.YEAR},
        files={"file": ("聘任.xlsx", data)},
    )
    assert answer.json()["code"] == "wrong-kind" and "各项记录" in answer.json()["detail"]


def test_only_the_desk_brings_records_in(office: Office) -> None:
    data = book(评审记录=[SERVICE, ["仇英", 2019, FIRM, "", 2, 90]])
    uid = ok(send(office.world.client(Role.SECRETARIAT), data))["uid"]
    for role in (Role.APPROVER, Role.INSPECTOR, Role.ADMIN):
        other = office.world.client(role)
        assert send(other, data).status_code == 403
        assert other.get(f"/api/v1/imports/{uid}").status_code == 403
        assert (
            other.post(
                f"/api/v1/imports/{uid}/application", headers={"If-Match": '"1"'}
            ).status_code
            == 403
        )


def test_every_kind_has_a_blank_sheet_that_comes_back_empty(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    assert get_args(RecordKind) == tuple(one.key for one in record_intake.IMPORTABLE)
    for sheet in record_intake.IMPORTABLE:
        answer = clerk.get(f"/api/v1/imports/templates/records/{sheet.key}.xlsx")
        workbook = openpyxl.load_workbook(io.BytesIO(answer.content))
        head = [cell.value for cell in workbook[sheet.title][3]]
        assert {one.heading for one in sheet.columns if one.needed} <= set(head)
        assert not {one.heading for one in sheet.columns if one.house} & set(head)
        assert [len(table.rows) for table in read_tables(answer.content, "模板.xlsx", score)] == [0]
    assert send(clerk, answer.content).json()["code"] == "no-records"


def test_the_page_leads_from_the_file_to_what_was_written(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    page = Page(clerk.get("/import").text)
    assert "以前各届的聘任" in page.text and "只供查阅" in page.text
    data = book(
        评审记录=[SERVICE, ["仇英", 2019, FIRM, "是", 2, 90], ["仇英", "去年", FIRM, "", 2, 80]]
    )
    token = {"csrf_token": page.form("/import/records").fields["csrf_token"]}
    sent = clerk.post(
        "/import/records", data=token, files={"file": ("旧账.xlsx", data)}, follow_redirects=True
    )
    shown = Page(sent.text)
    assert (
        "去年" in shown.text
        and "年度应写 2024 这样的年份" in shown.text
        and "写入 1 条" in shown.text
    )
    new = Page(clerk.get(f"{sent.url.path}?tab=new").text)
    assert "评审的组织：" + FIRM in new.text
    done = Page(shown.form(f"{sent.url.path}/apply").send(clerk, follow_redirects=True).text)
    assert "新增 1，变更 0，无变化 0；1 处有误未写入" in done.text
    refused = clerk.post(
        "/import/records",
        data=token,
        files={"file": ("声明.xlsx", book(年度声明=[["姓名", "年度"], ["曾朴", 2026]]))},
    )
    assert refused.status_code == 422 and "只供查阅" in refused.text


def test_too_many_rows_at_once_are_refused_in_words(office: Office) -> None:
    clerk = office.world.client(Role.SECRETARIAT)
    rows = [
        ["仇英", "师生", f"某{number}公司", "师生"]
        for number in range(record_intake.MOST_SINGLE + 1)
    ]
    answer = send(clerk, book(回避情形=[["姓名", "情形", "单位", "依据"], *rows]))
    assert answer.json()["code"] == "too-many-rows" and "1,000" in answer.json()["detail"]
