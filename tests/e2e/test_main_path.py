"""The main path as people walk it, in a real browser: import, answers, groups, a change, a second
person, publication, a phone, paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from award.groups import store as plan_store
from expert_pool import store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.e2e.conftest import Site, expert_page, log_in

pytestmark = pytest.mark.e2e
WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"
STAFF_PAGES = (
    *("/", "/import", "/round?show=all", "/board", "/experts", "/applicants", "/year", "/holidays"),
    *("/calendar?view=gantt", "/calendar?view=month", "/calendar?view=list"),
)
OWN_PAGES = ("/me", "/me/data", "/me/declaration", "/me/conflicts", "/me/days", "/me/calendar")


def test_first_day_two_workbooks_come_in(browser: Any, empty_site: Site) -> None:
    page = log_in(browser, empty_site, Role.SECRETARIAT)
    assert page.url.endswith("/year")
    for name, value in (
        ("year", "2026"),
        ("window_first", "2026-09-07"),
        ("window_last", "2026-09-25"),
        ("deadline", "2026-06-30"),
    ):
        page.fill(f"[name={name}]", value)
    page.click("text=建立年度")
    assert page.url == f"{empty_site.address}/" and "去导入" in page.inner_text(".next")
    for kind, file in (
        ("experts", "专家库台账2026.xlsx"),
        ("applicants", "申报组织汇总表2026.xlsx"),
    ):
        bring_in(page, empty_site, kind, WORKBOOKS / file)
    page.goto(f"{empty_site.address}/round")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.check("[name=seen]")
    page.click("text=登记纸质声明")
    page.goto(empty_site.address)
    assert "21 家" in page.inner_text(".steps") or "22 家" in page.inner_text(".steps")
    with empty_site.world.ledger.read() as session:
        everyone = store.experts(session, SYSTEM_VIEWER, 2026, empty_site.world.clock().date())
    assert len(everyone) == 62 and all(
        row.state.declared for row in everyone if not row.state.suspended
    )
    assert page.complaints == []


def bring_in(page: Any, site: Site, kind: str, file: Path) -> None:
    """Upload, confirm the trades, answer what is asked, write; the same file again changes
    nothing.
    """
    upload(page, site, kind, file)
    page.click("nav.tabs a:has-text('行业对应')")
    page.click("text=确认以上对应")
    page.click("nav.tabs a:has-text('待确认')")
    for question in page.locator("fieldset.question").all():
        question.locator("input[type=radio]").first.check()
    if page.locator("fieldset.question").count():
        page.click("text=保存回答")
    assert page.locator("fieldset.question").count() == 0
    if kind == "experts":
        page.click("summary:has-text('写入')")
        page.click("button:has-text('写入名册')")
    else:
        page.click("button:has-text('写入')")
    assert "已写入名册" in page.inner_text("#messages")
    told = page.inner_text("main")
    assert ("处理没有写入的行" in told) == ("有误未写入" in told) and "看下一步" in told
    upload(page, site, kind, file)
    assert page.inner_text(".import-stats").split()[:4] == ["新增", "0", "变更", "0"]
    page.click("button:has-text('放弃')")


def upload(page: Any, site: Site, kind: str, file: Path) -> None:
    page.goto(f"{site.address}/import")
    page.set_input_files(f"form[action='/import/{kind}'] input[type=file]", str(file))
    page.click(f"form[action='/import/{kind}'] button")


def test_groups_are_formed_changed_approved_published_and_taken_home(
    browser: Any, told_site: Site
) -> None:
    assert told_site.year is not None
    clerk = log_in(browser, told_site, Role.SECRETARIAT)
    clerk.goto(f"{told_site.address}/board")
    clerk.click("summary:has-text('重新编组')")
    clerk.select_option("[name=time_limit]", "10")
    clerk.click("button:has-text('开始编组')")
    clerk.wait_for_selector("#job")  # live progress, by htmx
    clerk.wait_for_selector("#job", state="detached", timeout=150_000)
    clerk.goto(f"{told_site.address}/board")
    assert "第二版（草案）" in clerk.inner_text(".sub") and "复核通过" in clerk.inner_text("main")
    clerk.locator("details.seat > summary").nth(1).click()
    clerk.locator("button:visible:has-text('任组长')").click()
    assert "方案已调整" in clerk.inner_text("#messages")
    assert clerk.locator("button:has-text('批准此方案')").count() == 0
    chief = log_in(browser, told_site, Role.APPROVER)
    chief.goto(f"{told_site.address}/board")
    chief.click("summary:has-text('批准此方案')")
    chief.click("button:has-text('批准此方案')")
    chief.click("button:text-is('发布')")
    assert "已发布" in chief.inner_text("h1")
    chief.click("summary:has-text('下载')")
    with chief.expect_download() as waiting:
        chief.click("text=评审组名单（Word）")
    assert waiting.value.suggested_filename.endswith(".docx")
    with told_site.world.ledger.read() as session:
        published = plan_store.published(session, SYSTEM_VIEWER, 2026)
    assert published is not None
    phone = expert_page(browser, told_site, published.plan.groups[0].members[0])
    phone.goto(f"{told_site.address}/me")
    assert phone.locator(".duties").count() == 0
    phone.tap("button:has-text('接受')")
    assert "同组" in phone.inner_text(".duties")
    assert clerk.complaints == [] and chief.complaints == []


def test_nothing_scrolls_sideways_on_a_phone(browser: Any, told_site: Site) -> None:
    """360 pixels: wide tables scroll within their own frame, the page never does."""
    assert told_site.year is not None
    staff = log_in(browser, told_site, Role.SECRETARIAT)
    staff.set_viewport_size({"width": 360, "height": 740})
    ids = (f"/experts/{told_site.year.experts[0]}", f"/applicants/{told_site.year.applicants[0]}")
    for path in (*STAFF_PAGES, *ids):
        assert sideways(staff, told_site.address + path) == 0, path
    own = expert_page(browser, told_site, told_site.year.experts[0])
    for path in OWN_PAGES:
        assert sideways(own, told_site.address + path) == 0, path


def sideways(page: Any, address: str) -> int:
    answer = page.goto(address)
    assert answer.status == 200, address
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_expert_ticks_days_with_fingers_and_finds_targets_large_enough(
    browser: Any, told_site: Site
) -> None:
    assert told_site.year is not None
    page = expert_page(browser, told_site, told_site.year.experts[0])
    page.goto(f"{told_site.address}/me/days")
    boxes = page.locator(".week label").all()
    sizes = [box.bounding_box() for box in boxes]
    assert (
        boxes
        and min(size["height"] for size in sizes) >= 44
        and min(size["width"] for size in sizes) >= 36
    )
    page.tap("button:has-text('清空')")  # on the page itself: nothing is sent before 保存
    assert page.locator(".week input:checked").count() == 0
    page.locator(".week label").nth(2).tap()
    with page.expect_navigation():
        page.tap(".sticky-save button:has-text('保存')")
    with told_site.world.ledger.read() as session:
        view = store.availability(session, SYSTEM_VIEWER, told_site.year.experts[0], 2026)
    page.goto(f"{told_site.address}/me/days")
    assert page.locator(".week input:checked").count() == 1 and view.known


def test_calendar_prints_on_paper_without_buttons(browser: Any, told_site: Site) -> None:
    page = log_in(browser, told_site, Role.SECRETARIAT)
    page.emulate_media(media="print")
    for view in ("gantt", "month", "list"):
        page.goto(f"{told_site.address}/calendar?view={view}")
        assert (
            not page.is_visible(".side")
            and not page.is_visible(".actions")
            and page.is_visible(".print-foot")
        )
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_keyboard_reaches_the_content_first(browser: Any, told_site: Site) -> None:
    page = log_in(browser, told_site, Role.SECRETARIAT)
    page.goto(f"{told_site.address}/board")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
