"""The first half of an award year as its users walk it in a real browser: settings and intake at a
desk, a department behind its link, a reviewer on a 360-pixel phone without JavaScript, Excel and
paper, the leader's consensus, signatures, and what the inspector sees.

`YEAR_SHOTS=folder` keeps a picture of every page that is passed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from award.scoring.core import sheet
from award.scoring.tables import Scorebook
from expert_pool.core.actor import Role
from tests.api import world as worlds
from tests.award.test_settings import ENTERED
from tests.award.walk import MEMBERS, PDF, YEAR, Walk
from tests.e2e.conftest import Site, _free_port, _serve

pytestmark = pytest.mark.e2e
SHOTS = os.environ.get("YEAR_SHOTS", "")
LEADER, SECOND, THIRD = MEMBERS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = _free_port()
    folder = tmp_path_factory.mktemp("award-year")
    world = worlds.build(folder, fresh=True, public_url=f"http://127.0.0.1:{port}")
    yield from _serve(world, port, None)


class Desk:
    """Who sits where: a page per person, opened when it is wanted and anew after a long time."""

    def __init__(self, browser: Any, site: Site) -> None:
        self.browser, self.site = browser, site
        self.walk = Walk(site.world.ledger, site.world.clock)
        self.shots = 0

    def page(self, client: Any | None, width: int = 1366, scripts: bool = True) -> Any:
        context = self.browser.new_context(
            viewport={"width": width, "height": 740 if width < 500 else 800},
            locale="zh-CN",
            java_script_enabled=scripts,
            is_mobile=width < 500,
            has_touch=width < 500,
        )
        if client is not None:
            session = {"name": "session", "value": client.cookies["session"]}
            context.add_cookies([session | {"url": self.site.address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    def staff(self, role: Role) -> Any:
        return self.page(self.site.world.client(role))

    def phone(self, name: str) -> Any:
        """360 pixels, no JavaScript."""
        client = self.site.world.expert_client(self.walk.cast.experts[name])
        return self.page(client, 360, scripts=False)

    def go(self, page: Any, path: str, name: str = "") -> None:
        answer = page.goto(self.site.address + path)
        assert answer.status == 200, (path, answer.status, page.inner_text("body")[:300])
        if name:
            self.shot(page, name)

    def shot(self, page: Any, name: str) -> None:
        self.shots += 1
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth") if name else 0
        assert wide <= page.viewport_size["width"] + 1, (name, wide)
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{self.shots:02d}-{name}.png", full_page=True)


def said(page: Any) -> str:
    page.wait_for_load_state("networkidle")
    return str(page.inner_text("body"))


@pytest.mark.long
def test_the_first_half_of_a_year(browser: Any, site: Site, tmp_path: Path) -> None:
    desk = Desk(browser, site)
    notice(desk)
    intake(desk, tmp_path)
    departments(desk)
    decisions(desk)
    books(desk, tmp_path)
    consensus(desk)
    places(desk)
    visits(desk)
    supervision(desk)


def notice(desk: Desk) -> None:
    """Settings with their source, and the year goes on to its applications."""
    desk.walk.clock.now = desk.walk.clock.now.replace(month=5, day=20)
    desk.walk.notice()
    clerk = desk.staff(Role.SECRETARIAT)
    desk.go(clerk, "/steps", "steps")
    desk.go(clerk, "/steps/settings")
    form = clerk.locator("section.card form").first
    for field in form.locator("[name^=value_]").all():
        value = ENTERED[field.get_attribute("name").removeprefix("value_")]
        tag = field.evaluate("one => one.tagName")
        field.select_option(value) if tag == "SELECT" else field.fill(value)
    form.locator("button[type=submit]").click()
    assert "出处" in said(clerk)  # a value without a source is none
    form = clerk.locator("section.card form").first
    form.locator("[name=source]").fill("诸质奖审〔2026〕1号第三条")
    form.locator("button[type=submit]").click()
    desk.shot(clerk, "settings")
    desk.walk.settings()


def intake(desk: Desk, folder: Path) -> None:
    """One application comes in by the page, is sent back for what it lacks, and is complete."""
    walk, firm = desk.walk, next(iter(desk.walk.cast.firms.values()))
    clerk = desk.staff(Role.SECRETARIAT)
    desk.go(clerk, f"/intake/{firm}")
    clerk.check("[name=activity][value=product]")
    clerk.select_option("[name=local]", "yes")
    clerk.fill("[name=since]", "2012-03-01")
    clerk.click("form[action$='/form'] button[type=submit] >> visible=true")
    clerk.click("summary:has-text('通知补正')")
    clerk.fill("form[action$='/supplement'] [name=due]", "2026-06-20")
    clerk.click("form[action$='/supplement'] button[type=submit] >> visible=true")
    desk.shot(clerk, "supplement")
    for kind in ("form", "self-assessment", "evidence"):
        file = folder / f"{kind}.pdf"
        file.write_bytes(PDF + kind.encode())
        clerk.select_option("form[action$='/files'] [name=kind]", kind)
        clerk.set_input_files("[name=file]", file)
        clerk.click("form[action$='/files'] button[type=submit] >> visible=true")
    clerk.click("summary:has-text('登记意见')")
    clerk.fill("[name=unit]", "大唐街道")
    clerk.fill("form[action$='/opinions'] [name=on]", "2026-06-10")
    clerk.click("form[action$='/opinions'] button[type=submit] >> visible=true")
    clerk.click("summary:has-text('登记证照')")
    clerk.fill("form[action$='/licences'] [name=kind]", "营业执照")
    clerk.check("[name=forever]")
    clerk.click("form[action$='/licences'] button[type=submit] >> visible=true")
    clerk.click("button:has-text('核对齐全')")
    assert "已核对齐全" in said(clerk)
    desk.shot(clerk, "intake")
    for uid in list(walk.cast.firms.values())[1:]:
        walk.apply(uid)
    walk.go(7, 1)
    clerk = desk.staff(Role.SECRETARIAT)
    desk.go(clerk, "/intake", "intake-list")
    desk.go(clerk, "/steps")
    clerk.click("button:has-text('进入资格审查')")
    assert "年度已进入新的阶段" in said(clerk)


def departments(desk: Desk) -> None:
    """One answers on a phone behind its link, one by Excel; the office sees who has not."""
    clerk = desk.staff(Role.SECRETARIAT)
    desk.go(clerk, "/inquiries")
    for department in ("市应急管理局", "市市场监管局"):
        clerk.check(f"[name=ask][value='{department}']")
    clerk.fill("form.ask [name=due]", "2026-07-20")
    clerk.click("button:has-text('发出征求意见函')")
    links = []
    for number in range(2):
        clerk.locator("button:has-text('链接')").nth(number).click()
        links.append(clerk.locator(".notice .mono").inner_text())
    desk.shot(clerk, "inquiries")
    phone = desk.page(None, 360, scripts=False)
    phone.goto(links[0])
    for choice in phone.locator("input[value=none]").all():
        choice.check()
    phone.fill("[name=by_name]", "王某")
    phone.click("button:has-text('提交答复')")
    assert "答复已收到" in said(phone)
    desk.shot(phone, "opinion")
    other = desk.page(None, 360, scripts=False)
    other.goto(links[1])
    other.click("summary:has-text('用 Excel 答复')")
    with other.expect_download() as download:
        other.click("a:has-text('下载回执')")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    for row in (7, 8, 9):
        book["回执"][f"E{row}"] = "无异议"
    book["回执"]["E10"] = "李某"
    other.set_input_files("[name=file]", upload(book, "回执.xlsx"))
    other.click("button:has-text('交回回执')")
    desk.shot(other, "reply-read")
    other.click("button:has-text('写入 3 家的答复')")
    assert "已答复 3/3" in other.inner_text(".score-sum")
    desk.go(clerk, "/inquiries")
    assert clerk.locator("td.num:has-text('3/3')").count() == 2


def upload(book: Any, name: str) -> dict[str, Any]:
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": name, "mimeType": kind, "buffer": out.getvalue()}


def decisions(desk: Desk) -> None:
    """Conditions by the clerk, the decision by the approver; the groups; the review opens."""
    walk, firm = desk.walk, next(iter(desk.walk.cast.firms.values()))
    clerk = desk.staff(Role.SECRETARIAT)
    desk.go(clerk, f"/intake/{firm}")
    for condition in ("licences", "excellence", "others"):
        at = f"form[action$='/conditions/{condition}']"
        clerk.locator(f"details:has({at}) summary").click()
        clerk.fill(f"{at} [name=reason]", "已核对原件")
        clerk.click(f"{at} button")
    chief = desk.staff(Role.APPROVER)
    desk.go(chief, f"/intake/{firm}")
    chief.fill("form[action$='/decide'] [name=reason]", "符合第十二条各项条件")
    chief.click("button[value=pass]")
    desk.shot(chief, "eligibility")
    for uid in list(walk.cast.firms.values())[1:]:
        walk.decide(uid)
    walk.publish()
    desk.go(chief, "/steps", "steps-before-documents")
    chief.click("button:has-text('进入资料评审')")
    assert "年度已进入新的阶段" in said(chief)


def books(desk: Desk, folder: Path) -> None:
    """One book on the phone, one by Excel, one on paper by two clerks."""
    walk, firm = desk.walk, next(iter(desk.walk.cast.firms.values()))
    phone = desk.phone(SECOND)
    desk.go(phone, "/me", "reviewer-home")
    phone.click("button:has-text('接受')")
    desk.go(phone, "/me/books", "reviewer-books")
    assert "请在 2026年8月15日前锁定" in phone.inner_text("main")
    uid = walk.book(SECOND, firm, "document")
    desk.go(phone, f"/me/books/{uid}")
    taps = score(desk, phone)
    # Two taps an item and one to begin. Four seconds a tap, read band and loading included, and
    # eight to say one remark by the keyboard's microphone come to 23 × (2 × 4 + 8) s ≈ 6 minutes;
    # typed remarks of ten characters at one a second stay under ten.
    assert taps == 1 + 2 * 23
    assert "已评 23/23" in phone.inner_text(".score-sum")
    phone.click("button:has-text('锁定评分表')")
    assert len(phone.inner_text(".receipt")) == 16
    desk.shot(phone, "receipt")
    by_excel(desk, firm)
    by_paper(desk, firm, folder)
    for other in list(walk.cast.firms.values())[1:]:
        walk.score(other)


def score(desk: Desk, phone: Any) -> int:
    """All items by tapping; gives how many taps it took."""
    taps = 1
    with phone.expect_navigation():
        phone.tap("a:has-text('开始评分')")
    for number in range(23):
        if number == 3:
            desk.shot(phone, "item")
        phone.fill("[name=strengths]", "有方法，职责清楚。")
        phone.locator(".values label").filter(has_text="60" if number else "50").tap()
        with phone.expect_navigation():
            phone.tap("button[value=next]")
        taps += 2
    return taps


def by_excel(desk: Desk, firm: str) -> None:
    page = desk.phone(THIRD)
    desk.go(page, "/me")
    page.click("button:has-text('接受')")
    desk.go(page, f"/me/books/{desk.walk.book(THIRD, firm, 'document')}")
    page.click("summary:has-text('用 Excel 评分')")
    with page.expect_download() as download:
        page.click("a:has-text('下载评分表')")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    for row in range(sheet.FIRST_ROW, sheet.FIRST_ROW + 23):
        book["评分表"][f"E{row}"], book["评分表"][f"F{row}"] = 60, "流程清楚。"
    book["评分表"]["E7"] = 75
    page.set_input_files("[name=file]", upload(book, "评分表.xlsx"))
    page.click("button:has-text('读入')")
    desk.shot(page, "sheet-read")
    page.click("button:has-text('写入评分表')")
    page.click("button:has-text('锁定评分表')")
    assert "评分表已锁定" in said(page)


def by_paper(desk: Desk, firm: str, folder: Path) -> None:
    uid = desk.walk.book(LEADER, firm, "document")
    scan = folder / "签名件.pdf"
    scan.write_bytes(PDF)
    people = (
        desk.staff(Role.SECRETARIAT),
        desk.page(desk.site.world.another(Role.SECRETARIAT)),
    )
    for number, clerk in enumerate(people):
        desk.go(clerk, f"/scoring/document/{firm}/paper/{uid}")
        for field in clerk.locator("[name^=percent-]").all():
            field.fill("60")
        for field in clerk.locator("[name^=strengths-]").all():
            field.fill("战略清楚。")
        if not number:
            clerk.set_input_files("[name=scan]", scan)
            desk.shot(clerk, "paper")
        clerk.click("button:has-text('提交录入')")
    assert "两人录入一致" in said(people[1])


def consensus(desk: Desk) -> None:
    """The matrix by spread, reasons, remarks in the leader's words, the report, signatures."""
    walk, firm = desk.walk, next(iter(desk.walk.cast.firms.values()))
    chief = desk.phone(LEADER)
    desk.go(chief, "/me")
    chief.click("button:has-text('接受')")
    at = f"/me/consensus/document/{firm}"
    desk.go(chief, at, "matrix")
    chief.click("button:has-text('无须讨论的建议值')")
    item = chief.locator("#i4\\.1\\.2")
    form = item.locator("form[action$='/items/4.1.2']")
    form.locator("button").click()
    assert "请写理由" in said(chief)
    form = chief.locator("#i4\\.1\\.2 form[action$='/items/4.1.2']")
    form.locator("[name=reason]").fill("讨论后按中位数")
    form.locator("button").click()
    item = chief.locator("#i4\\.1\\.2")
    item.locator("summary:has-text('意见')").click()
    item.locator("[name=strengths]").fill("战略清楚，职责到人。")
    item.locator("button:has-text('保存意见')").click()
    chief.fill("[name=overview]", "主营袜业，外贸为主。")
    chief.check("[name=proposal][value=yes]")
    chief.click("form[action$='/overview'] button[type=submit] >> visible=true")
    chief.click("button:has-text('出具资料评审报告')")
    desk.shot(chief, "report")
    for name in MEMBERS:
        page = desk.phone(name)
        desk.go(page, at)
        if name == THIRD:
            page.click("summary:has-text('有不同意见')")
            page.fill("[name=dissent]", "4.1.2 我仍认为应为 75%。")
            page.click("button:has-text('提出书面不同意见')")
        else:
            page.click("button[value=sign]")
        assert "已签署" in said(page)
    desk.shot(page, "signed")
    for other in list(walk.cast.firms.values())[1:]:
        walk.sign(other, "document", walk.agree(other))
    office = desk.staff(Role.SECRETARIAT)
    desk.go(office, "/scoring", "progress")
    assert "评分表锁定期限：2026年8月15日" in office.inner_text("main")
    desk.go(office, f"/scoring/document/{firm}", "chain")


def places(desk: Desk) -> None:
    """The shortlist by codes; against the groups' proposal only with a reason."""
    firm = list(desk.walk.cast.firms.values())[2]
    chief = desk.staff(Role.APPROVER)
    desk.go(chief, "/scoring/shortlist", "shortlist")
    assert "珍珠" not in chief.inner_text("main")  # decided by codes
    chief.select_option(f"[name=inside-{firm}]", "no")
    chief.click("button:has-text('确定入围名单')")
    assert "请写理由" in said(chief)
    chief.select_option(f"[name=inside-{firm}]", "no")
    chief.fill(f"[name=reason-{firm}]", "材料不足以支撑现场评审")
    chief.click("button:has-text('确定入围名单')")
    desk.shot(chief, "shortlisted")
    desk.walk.publish()
    desk.go(chief, "/steps")
    chief.click("button:has-text('进入现场评审')")
    assert "年度已进入新的阶段" in said(chief)


def visits(desk: Desk) -> None:
    """The day's plan, evidence for what moved, the site report; one member is silent."""
    walk = desk.walk
    firm, other = list(walk.cast.firms.values())[:2]
    walk.marks = lambda member, uid, no: 65 if no == "4.1.2" else 60
    chief = desk.phone(LEADER)
    at = f"/me/consensus/site/{firm}"
    desk.go(chief, f"/me/site/{firm}", "site-day")
    chief.click("button:has-text('保存日程')")
    for member in MEMBERS:
        walk.fill(member, firm, "site")
        walk.lock(member, firm, "site")
    desk.go(chief, at)
    chief.click("button:has-text('无须讨论的建议值')")
    form = chief.locator("#i4\\.1\\.2 form[action$='/items/4.1.2']")
    if not form.is_visible():
        chief.locator("#i4\\.1\\.2 summary").first.click()
    form.locator("[name=reason]").fill("现场核实")
    form.locator("[name=evidence]").fill("战略评审记录，2026年4月会议室")
    form.locator("button").click()
    desk.shot(chief, "site-matrix")
    chief.fill("[name=overview]", "现场与材料相符。")
    chief.click("form[action$='/overview'] button[type=submit] >> visible=true")
    chief.click("button:has-text('出具现场评审报告')")
    for name in MEMBERS[:2]:
        page = desk.phone(name)
        desk.go(page, at)
        page.click("button[value=sign]")
    desk.go(chief, at)
    chief.click("summary:has-text('有人没有签名')")
    chief.fill("form[action$='/silent'] [name=reason]", "9月10日、11日两次电话通知")
    chief.click("button:has-text('注明视为同意')")
    desk.shot(chief, "site-signed")
    walk.score(other, "site")
    walk.sign(other, "site", walk.agree(other, "site"))
    clerk = desk.staff(Role.SECRETARIAT)
    desk.go(clerk, "/steps")
    clerk.click("button:has-text('进入综合评价')")
    assert "年度已进入新的阶段" in said(clerk)
    with desk.walk.ledger.read() as session:
        assert session.query(Scorebook).filter_by(year=YEAR, state="locked").count() == 15


def supervision(desk: Desk) -> None:
    """What the inspector looks at, and that nothing there can be written."""
    firm = next(iter(desk.walk.cast.firms.values()))
    page = desk.staff(Role.INSPECTOR)
    desk.go(page, "/scoring?stage=site", "inspector-progress")
    desk.go(page, f"/scoring/site/{firm}", "inspector-chain")
    assert "锁定前查看分数：无" in page.inner_text("main")
    assert page.locator("main form[method=post]").count() == 0
    desk.go(page, "/departures", "departures")
    told = page.inner_text("main")
    assert "材料不足以支撑现场评审" in told and "没有签名，视为同意" in told
    assert page.locator("main form[method=post]").count() == 0
