"""The whole year in a browser, as an office walks it, with the clicks counted: from an empty
database to published groups, then a decline, its repair, the letters of the difference, the visits.
"""

from __future__ import annotations

from typing import Any

import pytest

from assignment.seats import ways_to_seat
from award.groups import store as plan_store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from scripts import demo_workbooks
from scripts.demo_people import make_experts, make_firms
from tests.e2e.conftest import Site, expert_page, log_in
from tests.e2e.hand import Hand

pytestmark = [pytest.mark.e2e, pytest.mark.long]  # two minutes of a busy machine
YEAR, EXPERTS, FIRMS = 2026, 50, 20
CLICKS_TO_PUBLISHED = 40


def workbooks() -> dict[str, bytes]:
    firms = make_firms(7, FIRMS)
    people = make_experts(7, EXPERTS, firms)
    return {
        "experts": demo_workbooks.experts_workbook(people, YEAR, "9月7日-25日", 7),
        "applicants": demo_workbooks.firms_workbook(firms, YEAR, 7),
    }


def bring_in(hand: Hand, kind: str, content: bytes) -> None:
    hand.file(f"form[action='/import/{kind}'] input[type=file]", content, f"{kind}.xlsx")
    hand.click(f"form[action='/import/{kind}'] button")
    page = hand.page
    if page.locator("button:has-text('确认以上对应')").count():
        hand.click("button:has-text('确认以上对应')")
    if page.locator("[data-first-answers]").count():
        hand.click("[data-first-answers]")
        hand.click("button:has-text('保存回答')")
    if page.locator("summary:has-text('写入')").count():
        hand.click("summary:has-text('写入')")
    hand.click("button:has-text('写入')")
    hand.see("已写入名册")


def published(site: Site) -> plan_store.PlanView:
    with site.world.ledger.read() as session:
        found = plan_store.published(session, SYSTEM_VIEWER, YEAR)
    assert found is not None
    return found


def first_day(browser: Any, site: Site) -> Hand:
    """The clerk, from the empty database to a first draft."""
    clerk = Hand(log_in(browser, site, Role.SECRETARIAT))
    clerk.said.append("登录")
    clerk.type(
        year=str(YEAR),
        window_first="2026-09-07",
        window_last="2026-09-25",
        deadline="2026-06-30",
    )
    clerk.click("text=建立年度")
    files = workbooks()
    clerk.click(".side a[href='/import']")
    bring_in(clerk, "experts", files["experts"])
    clerk.click("a:has-text('再导入一份')")
    bring_in(clerk, "applicants", files["applicants"])
    clerk.click("a:has-text('登记声明与时间')")
    clerk.click("th.pick label")
    clerk.click("label:has-text('已收到签字的纸质声明')")
    clerk.click("text=登记纸质声明")
    clerk.click(".side a[href='/board']")
    clerk.click("button:has-text('开始编组')")
    wait_for_job(clerk.page)
    clerk.see("复核通过")
    return clerk


def wait_for_job(page: Any) -> None:
    page.wait_for_selector("#job")
    page.wait_for_selector("#job", state="detached", timeout=300_000)


def submit(clerk: Hand) -> None:
    clerk.click("summary:has-text('提交复核')")
    clerk.click("button:has-text('提交复核')")


def approve_and_publish(chief: Hand, site: Site) -> None:
    chief.page.goto(f"{site.address}/board")
    chief.said.append("编组")
    chief.click("summary:has-text('批准此方案')")
    chief.click("button:has-text('批准此方案')")
    chief.click("button:text-is('发布')")
    chief.see("已发布")


def drag_and_undo(clerk: Hand, site: Site) -> None:
    """A visit to another half-day is one drag; replacing a person two clicks; both are undone."""
    page = clerk.page
    before = len(clerk.said)
    page.goto(f"{site.address}/calendar")
    bar = page.locator("[data-pick^='visit=']").first
    row = page.locator("tr[data-row]", has=bar).first
    bar.hover()
    page.mouse.down()
    page.mouse.move(700, 400, steps=4)
    free = row.locator("[data-spot].can-drop").first
    free.wait_for(state="visible")
    free.hover()
    free.hover()
    page.mouse.up()
    clerk.said.append("改期：一次拖动")
    page.wait_for_url("**/board?plan=*")
    clerk.see("方案已调整")
    page.click("button:has-text('撤销：')")
    clerk.see("已撤销上一步")
    for position in range(page.locator("a:text-is('更换')").count()):
        page.locator("a:text-is('更换')").nth(position).click()
        if page.locator("button:text-is('接替')").count():
            break
        page.go_back()
    page.locator("button:text-is('接替')").first.click()
    clerk.said += ["更换", "接替"]
    clerk.see("方案已调整")
    page.click("button:has-text('撤销：')")
    clerk.see("已撤销上一步")
    assert clerk.said[before:] == ["改期：一次拖动", "更换", "接替"]
    del clerk.said[before:]


def return_once(clerk: Hand, chief: Hand, site: Site) -> None:
    """The approver sends the draft back with words; the clerk reads them and submits again."""
    submit(clerk)
    chief.page.goto(f"{site.address}/board")
    chief.page.click("summary:has-text('退回')")
    chief.page.fill("textarea[name=reason]:visible", "请再看一看第二组")
    chief.page.click("form[action$='/send-back'] button")
    clerk.page.goto(f"{site.address}/board")
    clerk.see("请再看一看第二组")
    del clerk.said[-2:]


def write_letters(clerk: Hand, site: Site) -> int:
    """拟信并交付; how many people got one."""
    page = clerk.page
    page.goto(f"{site.address}/round/duties")
    count = int(page.inner_text(".letters-due h2").split()[1])
    page.click("button:has-text('给勾选的人拟信')")
    page.goto(f"{site.address}/round/outbox")
    page.click("button[name=channel][value=copy]")
    return count


def decline(browser: Any, site: Site, member: str) -> None:
    phone = expert_page(browser, site, member)
    phone.goto(f"{site.address}/me")
    phone.tap("a:has-text('不能参加')")
    phone.check("input[name=reason_kind][value=personal]")
    phone.tap("button:has-text('确认不能参加')")
    assert "审定办会另作安排" in phone.inner_text("body")


def repair(clerk: Hand, site: Site, plan: str) -> None:
    page = clerk.page
    page.goto(f"{site.address}/plans/{plan}/repair")
    page.click("button:has-text('找修补办法')")
    page.wait_for_selector("button:has-text('采用为新草案')", timeout=300_000)
    page.locator("button:has-text('采用为新草案')").first.click()
    clerk.see("草案")


def test_the_whole_year_in_a_browser(browser: Any, empty_site: Site) -> None:
    site = empty_site
    clerk = first_day(browser, site)
    chief = Hand(log_in(browser, site, Role.APPROVER))
    chief.said.append("登录")
    drag_and_undo(clerk, site)
    return_once(clerk, chief, site)
    submit(clerk)
    approve_and_publish(chief, site)
    clicks = clerk.clicks + chief.clicks
    assert clicks < CLICKS_TO_PUBLISHED, (clerk.said, chief.said)

    first = published(site)
    people = {member for group in first.plan.groups for member in group.members}
    assert write_letters(clerk, site) == len(people)
    declined = _replaceable(first)
    decline(browser, site, declined)
    repair(clerk, site, first.row.uid)
    submit(clerk)
    approve_and_publish(chief, site)
    second = published(site)
    assert declined not in {member for group in second.plan.groups for member in group.members}
    assert 0 < write_letters(clerk, site) < len(people) / 2
    clerk.page.goto(f"{site.address}/calendar?view=list")
    assert clerk.page.locator(".print-group").count() == len(second.plan.groups)
    assert clerk.page.complaints == [] and chief.page.complaints == []


def _replaceable(view: plan_store.PlanView) -> str:
    """Somebody whose seat another could take."""
    for group, there in enumerate(view.plan.groups):
        for member in there.members:
            if ways_to_seat(view.problem, view.plan, group, member).able:
                return member
    raise AssertionError("nobody in this plan could be replaced")
