"""Groups are changed, submitted, returned, approved and published by keyboard alone: Tab, Enter,
Space, Escape and what is typed. What has the focus is always to be seen; there is no trap.
"""

from __future__ import annotations

from typing import Any

import pytest

from award.groups import store as plan_store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.e2e.conftest import Site, log_in

pytestmark = [pytest.mark.e2e, pytest.mark.long]
MOST_TABS = 400
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: "", seen: true};
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  return {
    name: (one.getAttribute("aria-label") || one.innerText || one.name || one.id || "").trim(),
    seen: ring && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keys:
    """A person without a mouse."""

    def __init__(self, page: Any, site: Site) -> None:
        self.page, self.site = page, site

    def go(self, path: str) -> None:
        self.page.goto(self.site.address + path)

    def reach(self, wanted: str) -> None:
        """Tab on until what has the focus is called so; every stop on the way is to be seen."""
        stops: list[str] = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(FOCUSED)
            assert found["seen"], (found["name"], self.page.url)
            stops.append(found["name"])
            if found["name"].replace("\n", "").startswith(wanted):
                return
        raise AssertionError((wanted, self.page.url, list(dict.fromkeys(stops))))

    def press(self, wanted: str, key: str = "Enter") -> None:
        self.reach(wanted)
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def send(self, wanted: str, key: str = "Enter") -> None:
        """A button or link that leads to another page."""
        self.reach(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, field: str, words: str) -> None:
        self.reach(field)
        self.page.keyboard.type(words)

    def sees(self, words: str) -> None:
        assert words in self.page.inner_text("body"), (words, self.page.url)


def plan_of(site: Site) -> plan_store.PlanView:
    assert site.year is not None
    with site.world.ledger.read() as session:
        return plan_store.plan(session, SYSTEM_VIEWER, site.year.plan)


def test_groups_from_draft_to_published_by_keyboard(browser: Any, told_site: Site) -> None:
    clerk = Keys(log_in(browser, told_site, Role.SECRETARIAT), told_site)
    board(clerk)
    hold(clerk)
    visit(clerk)
    chief = Keys(log_in(browser, told_site, Role.APPROVER), told_site)
    signing(clerk, chief)
    assert plan_of(told_site).row.status == "published"
    assert clerk.page.complaints == [] and chief.page.complaints == []


def board(clerk: Keys) -> None:
    """Picked up, put down with Escape, exchanged, undone, redone."""
    before = plan_of(clerk.site)
    clerk.go("/board")
    name = before.names.person(before.plan.groups[0].members[1]).name
    clerk.press(name)  # opens the seat
    clerk.send(f"{name}对调或调组")
    clerk.sees("可以放到")
    clerk.send("放到这里：与")
    clerk.sees("方案已调整")
    exchanged = plan_of(clerk.site)
    assert exchanged.plan.groups != before.plan.groups
    clerk.send("撤销：", "Space")
    assert plan_of(clerk.site).plan == before.plan
    clerk.send("重做：")
    assert plan_of(clerk.site).plan.groups == exchanged.plan.groups
    clerk.send("撤销：")


def hold(clerk: Keys) -> None:
    """Pinned and let go; a pair forbidden with a reason and let go; a menu closes on Escape."""
    found = plan_of(clerk.site)
    name = found.names.person(found.plan.groups[0].members[1]).name
    clerk.go("/board")
    clerk.press(name)
    clerk.send("固定")
    assert [pin.kind for pin in plan_of(clerk.site).problem.pins or ()] == ["member"]
    clerk.send("取消：")
    assert plan_of(clerk.site).problem.pins is None
    clerk.go("/board")
    clerk.press(name)
    clerk.press("不安排…")
    clerk.page.keyboard.press("Escape")
    assert clerk.page.evaluate("document.activeElement.innerText").strip() == "不安排…"
    clerk.page.keyboard.press("Enter")
    clerk.type("reason", "去年意见不合")
    clerk.send("记下")
    assert [pin.kind for pin in plan_of(clerk.site).problem.pins or ()] == ["exclude"]
    clerk.send("取消：")
    assert plan_of(clerk.site).problem.pins is None


def visit(clerk: Keys) -> None:
    """A visit to another half-day and back."""
    before = plan_of(clerk.site)
    firm = before.names.firm(before.plan.groups[0].cases[0]).name
    clerk.go("/board")
    clerk.send(f"{firm}改期")
    clerk.press("start", "Space")
    clerk.send("改期并复核")
    assert plan_of(clerk.site).plan.groups != before.plan.groups
    clerk.send("撤销：")
    assert plan_of(clerk.site).plan == before.plan


def signing(clerk: Keys, chief: Keys) -> None:
    """Submitted, returned with words, submitted again, approved by another, published."""
    clerk.press("提交复核")
    clerk.send("提交复核")
    chief.go("/board")
    chief.press("退回")
    chief.type("reason", "请再看第二组")
    chief.send("退回")
    clerk.go("/board")
    clerk.sees("请再看第二组")
    clerk.press("提交复核")
    clerk.send("提交复核")
    chief.go("/board")
    chief.press("批准此方案")
    chief.send("批准此方案")
    chief.send("发布")
    chief.sees("已发布")
