"""The interface does what the pages do: a reviewer's book and the office's shortlist by JSON."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator

import openpyxl
import pytest

from api.scoring.own import views
from award.applicants.tables import Applicant
from award.scoring import sheets, site_day, store
from award.scoring.tables import Consensus, Scorebook, SitePlan
from expert_pool.core.actor import SYSTEM, Role
from tests.api import world as worlds
from tests.award.walk import MEMBERS, PDF, YEAR, Walk


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    world = worlds.build(tmp_path_factory.mktemp("interface"), fresh=True)
    found = Walk(world.ledger, world.clock)
    found.documents()
    found.world = world  # type: ignore[attr-defined]
    yield found
    world.ledger.close()


def test_a_book_is_scored_locked_and_agreed_by_the_interface(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    firm = next(iter(walk.cast.firms.values()))
    for name in MEMBERS[1:]:
        walk.score(firm, members=(name,))
    leader = world.expert_client(walk.cast.experts[MEMBERS[0]])
    book = f"/api/v1/my/books/{walk.book(MEMBERS[0], firm, 'document')}"
    assert leader.get(book).status_code == 404  # not told whom she reviews before she accepts
    duty = leader.get(f"/api/v1/my/duties/{YEAR}")
    assert duty.status_code in (200, 404)
    mark = {"percent": 60, "strengths": "有方法。", "saved": 0}
    refused = leader.put(f"{book}/items/4.1.2", json=mark | {"percent": 52})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "52%不在评分档上，应为0到100之间5的倍数。",
    )
    walk.fill(MEMBERS[0], firm)
    stale = leader.put(f"{book}/items/4.1.2", json=mark)
    assert stale.status_code == 412
    receipt = leader.post(f"{book}/lock").json()["receipt"]
    assert len(receipt) == 16
    assert leader.post(f"{book}/lock").status_code == 409
    at = f"/api/v1/my/{YEAR}/consensus/document/{firm}"
    assert leader.post(f"{at}/accept").json() == {"accepted": 23}
    said = {"overview": "组织概况。", "proposal": "yes"}
    assert leader.put(f"{at}/overview", json=said).status_code == 204
    words = f"{at}/items/4.1.2/remarks"
    assert (
        leader.put(words, json={"strengths": ""})
        .json()["detail"]
        .startswith("4.1.2的优势和改进至少要留1条。")
    )
    colleague = world.expert_client(walk.cast.experts[MEMBERS[1]])
    assert colleague.put(words, json={"strengths": "我改"}).status_code == 403
    said = {"strengths": "战略清楚。\n\n 职责到人。 ", "improvements": "标杆少。"}
    assert leader.put(words, json=said | {"version": 1}).status_code == 412
    assert leader.put(words, json=said).status_code == 204
    shown = next(row for row in leader.get(at).json()["rows"] if row["no"] == "4.1.2")
    assert [one["lines"] for one in shown["remarks"]] == [
        ["战略清楚。", "职责到人。"], ["标杆少。"], ["查台账。"],
    ]  # fmt: skip
    digest = leader.post(f"{at}/report").json()["digest"]
    with walk.ledger.read() as session:
        report = json.loads(session.query(Consensus).filter_by(applicant=firm).one().report)
        book = session.query(Scorebook).filter_by(uid=walk.book(MEMBERS[1], firm, "document")).one()
    assert report["items"][0]["strengths"] == ["战略清楚。", "职责到人。"]
    assert report["items"][1]["strengths"] == ["有方法。"]
    assert "战略清楚" not in book.sealed_book  # her own book stays as she wrote it
    for name in MEMBERS:
        client = world.expert_client(walk.cast.experts[name])
        assert client.post(f"{at}/signatures", json={"digest": digest}).status_code == 204
    clerk = world.client(Role.SECRETARIAT)
    chain = clerk.get(f"/api/v1/years/{YEAR}/scoring/document/{firm}").json()
    assert (chain["total"], chain["state"], len(chain["rows"])) == ("600.00", "已签完", 23)
    chief = world.client(Role.APPROVER)
    places = {"places": [{"applicant": firm, "inside": True}]}
    early = chief.post(f"/api/v1/years/{YEAR}/shortlist", json=places)
    assert early.status_code == 409 and "报告还没有签完" in early.json()["detail"]
    assert clerk.post(f"/api/v1/years/{YEAR}/shortlist", json=places).status_code == 403


def test_steps_and_settings_by_the_interface(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    clerk, chief = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    steps = clerk.get(f"/api/v1/years/{YEAR}/steps").json()
    assert (steps["stage"], steps["next"]) == ("documents", "site")
    refused = chief.post(f"/api/v1/years/{YEAR}/steps/move", json={"wanted": "vote"})
    assert refused.json()["detail"].startswith("现在是资料评审，不能进入审查表决。")
    assert (
        clerk.post(f"/api/v1/years/{YEAR}/steps/move", json={"wanted": "site"})
        .json()["detail"]
        .startswith("进入现场评审须由审定办负责人办理。")
    )
    fixed = clerk.put(
        f"/api/v1/years/{YEAR}/settings/doc_weight", json={"value": "0.5", "source": "x"}
    )
    assert fixed.status_code == 409 and "资料评审已经开始" in fixed.json()["detail"]
    assert len(clerk.get(f"/api/v1/years/{YEAR}/intake").json()) == 3
    words = {"text": "有系统的方法。"}
    at = f"/api/v1/years/{YEAR}/rubric"
    assert clerk.put(f"{at}/texts/process:50-65", json=words).status_code == 204
    unknown = clerk.put(f"{at}/texts/process:50-99", json=words)
    assert unknown.json()["detail"] == "本年度标准没有这个条款或评分档。"
    told = {one["key"]: one["text"] for one in clerk.get(at).json()["bands"]}
    assert told["process:50-65"] == "有系统的方法。"
    assert len(clerk.get(f"/api/v1/years/{YEAR}/inquiries").json()["letters"]) == 2


def test_a_paper_sheet_is_typed_by_two_people_by_the_interface(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    firm = list(walk.cast.firms.values())[2]
    book = walk.book(MEMBERS[1], firm, "document")
    at = f"/api/v1/years/{YEAR}/scoring/document/{firm}/paper/{book}"
    first, second = world.client(Role.SECRETARIAT), world.another(Role.SECRETARIAT)
    assert first.get(f"{at}/sheet.docx").content.startswith(b"PK")
    items = [one["no"] for one in first.get(at).json()["items"]]
    marks = {no: {"percent": 60, "strengths": "有方法。"} for no in items}
    assert first.post(at, json={"marks": marks}).json()["detail"].startswith("请附上")
    scan = base64.b64encode(PDF).decode()
    sent = {"marks": marks, "scan_name": "签名件.pdf", "scan": scan}
    assert first.post(at, json=sent).json() == {"receipt": "", "waiting": True}
    elsewhere = at.replace(firm, next(iter(walk.cast.firms.values())))
    assert second.post(elsewhere, json={"marks": marks}).status_code == 404
    reason = {"reason": "看错一行"}
    assert second.post(f"{at}/withdrawal", json=reason).status_code == 404  # not hers
    assert first.post(f"{at}/withdrawal", json=reason).status_code == 204
    assert first.post(at, json=sent).json()["waiting"]
    done = second.post(at, json={"marks": marks}).json()
    assert (len(done["receipt"]), done["waiting"]) == (16, False)


def test_material_incidents_and_calibration_by_the_interface(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    clerk = world.client(Role.SECRETARIAT)
    one, other = list(walk.cast.firms.values())[:2]
    at = f"/api/v1/intake/{one}"
    file = clerk.get(at).json()["files"][0]["uid"]
    assert clerk.get(f"{at}/files/{file}").content.startswith(PDF)
    reason = {"reason": "传错"}
    for path in (f"files/{file}", f"files/{file}/removal"):
        ask = clerk.post if path.endswith("removal") else clerk.get
        said = {"json": reason} if ask == clerk.post else {}
        assert ask(f"/api/v1/intake/{other}/{path}", **said).status_code == 404
    late = clerk.post(f"{at}/files/{file}/removal", json=reason)
    assert late.json()["detail"].startswith("这份申报现在是“")
    told = {"kind": "complaint", "happened_on": "2026-01-05"}
    made = clerk.post(f"{at}/incidents", json=told).json()["uid"]
    fault = {"org_fault": False, "reason": "调查结论"}
    put = f"incidents/{made}/fault"
    assert clerk.put(f"/api/v1/intake/{other}/{put}", json=fault).status_code == 404
    assert clerk.put(f"{at}/{put}", json=fault).status_code == 204
    assert clerk.get(at).json()["incidents"][0]["fault"] == "非组织责任"
    assert clerk.post(f"{at}/incidents/{made}/withdrawal", json=reason).status_code == 204
    assert clerk.get(at).json()["incidents"] == []
    assert clerk.get(f"{at}/conclusion.docx").content.startswith(b"PK")
    case = f"/api/v1/years/{YEAR}/calibration"
    shown = clerk.get(case).json()
    assert (len(shown["items"]), len(shown["lines"]), shown["open"]) == (6, 3, False)
    given = {"percents": {item["no"]: 55 for item in shown["items"]}}
    closed = clerk.put(f"{case}/{shown['lines'][0]['expert']}", json=given)
    assert closed.status_code == 409 and closed.json()["detail"].startswith("现在是资料评审")


def test_a_reviewer_brings_her_excel_sheet_and_reads_earlier_years(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    firm = list(walk.cast.firms.values())[1]
    her = world.expert_client(walk.cast.experts[MEMBERS[2]])
    at = f"/api/v1/my/books/{walk.book(MEMBERS[2], firm, 'document')}"
    assert her.get(f"{at}/sheet.xlsx").status_code == 404  # not told whom she reviews yet
    with walk.ledger.read() as session:
        book = store.own_book(session, walk.viewer(MEMBERS[2]), at.rpartition("/")[2])
        sheet = sheets.write_sheet(
            session, book, session.query(Applicant).filter_by(uid=firm).one()
        )
    found = openpyxl.load_workbook(io.BytesIO(sheet))
    found["评分表"]["A2"] = "申报组织：别家有限公司"  # another's sheet pasted over hers
    pasted = io.BytesIO()
    found.save(pasted)
    refused = her.post(f"{at}/sheet", files={"file": ("表.xlsx", pasted.getvalue())})
    assert refused.json()["detail"].startswith("A2写的不是“申报组织：")
    shown = her.post(f"{at}/sheet", files={"file": ("表.xlsx", sheet)}).json()
    assert (shown["done"], shown["changed"]) == (0, [])
    assert her.post(f"{at}/sheet/take", json={"sealed": shown["sealed"]}).status_code == 204
    assert her.post(f"{at}/sheet/take", json={"sealed": "AAAA"}).status_code == 412
    page = her.get(f"/y/{YEAR}/me/books")
    assert page.status_code == 200 and "其他年度" not in page.text


def test_what_departs_from_a_proposal_is_listed_with_reason_and_person(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    firm = list(walk.cast.firms.values())[1]
    walk.score(firm)
    at = f"/api/v1/my/{YEAR}/consensus/document/{firm}"
    leader, *others = (world.expert_client(walk.cast.experts[name]) for name in MEMBERS)
    assert leader.post(f"{at}/accept").json() == {"accepted": 23}
    wanted = {"percent": 75, "reason": "三人都低估了战略"}
    assert leader.put(f"{at}/items/4.1.2", json=wanted).status_code == 204
    for member in others:
        assert member.post(f"{at}/items/4.1.2/assent", json={"percent": 75}).status_code == 204
    said = {"overview": "组织概况。", "proposal": "no", "proposal_reason": "规模小"}
    assert leader.put(f"{at}/overview", json=said).status_code == 204
    path = f"/api/v1/years/{YEAR}/departures"
    inspector = world.client(Role.INSPECTOR)
    assert inspector.get(path).json()["decided"] == []  # nothing before the report is issued
    assert leader.post(f"{at}/report").status_code == 200
    shown = inspector.get(path).json()
    [one] = shown["decided"]
    assert (one["proposed"], one["decided"], one["reason"], one["who"]) == (
        "4.1.2 建议 60%（各人 60%–60%）",
        "75%，超出各人评分，全体同意",
        "三人都低估了战略",
        MEMBERS[0],
    )
    assert any(line["action"] == "撤回纸质评分表的录入" for line in shown["logged"])
    logged = len(shown["logged"])
    told = inspector.get("/departures").text
    assert "<p>1 项</p>" in told and f"<p>{logged} 项</p>" in told and "翻页" not in told
    beyond = inspector.get("/departures?logged=2").text  # each list is turned by itself
    assert "三人都低估了战略" in beyond and f"共 {logged} 条" in beyond
    assert "撤回纸质评分表的录入" in told and "撤回纸质评分表的录入" not in beyond
    assert world.client(Role.SECRETARIAT).get(path).status_code == 403


def test_the_day_by_which_books_are_locked_is_told_to_the_office(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    shown = world.client(Role.SECRETARIAT).get("/scoring?stage=document").text
    assert "评分表锁定期限：<b>2026年8月15日</b>" in shown and "已过期限" not in shown
    walk.go(8, 16)
    shown = world.client(Role.SECRETARIAT).get("/scoring?stage=document").text
    assert "已过期限，还有人没有锁定" in shown


def test_the_office_sets_what_the_day_of_a_visit_starts_from(walk: Walk) -> None:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    clerk = world.client(Role.SECRETARIAT)
    planned, fresh = list(walk.cast.firms.values())[:2]
    day = SitePlan(
        year=YEAR, applicant=planned, text="09:00 开始", written_at=world.clock(), written_by="组长"
    )
    with world.ledger.write(SYSTEM) as uow:
        uow.add(day, "sp", "write")
        uow.commit()

    def starts() -> list[str]:
        with world.ledger.read() as session:
            firms = (planned, fresh)
            return [views.day_of(session, YEAR, firm)["site_plan"] for firm in firms]

    assert starts() == ["09:00 开始", site_day.FIRST]
    path = f"/api/v1/years/{YEAR}"
    said = {"text": "09:00–09:30 首次会议\r\n09:30–11:00 现场巡视\r\n"}
    assert clerk.put(f"{path}/site-day", json=said).status_code == 204
    assert starts() == ["09:00 开始", "09:00–09:30 首次会议\n09:30–11:00 现场巡视"]
    assert clerk.get(f"{path}/settings").json()["site_day"] == starts()[1]
    assert "09:30–11:00 现场巡视</textarea>" in clerk.get("/steps/settings").text
    log = world.client(Role.INSPECTOR).get("/audit?kind=rubric_text").text
    assert "改现场评审日程的样本" in log and "09:30–11:00 现场巡视" in log
    refused = clerk.put(f"{path}/site-day", json={"text": "时" * 4001})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "文字超过 4000 字，请精简。",
    )
    assert world.client(Role.INSPECTOR).put(f"{path}/site-day", json=said).status_code == 403
    assert clerk.put(f"{path}/site-day", json={"text": ""}).status_code == 204
    assert starts() == ["09:00 开始", site_day.FIRST]
