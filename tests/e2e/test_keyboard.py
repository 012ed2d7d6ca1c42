"""Workbooks come in, groups are changed, submitted, returned, approved and published, duties are
declined, repaired and written to by keyboard alone: Tab, Enter, Space, Escape, arrows and what is
typed. What has the focus is always to be seen, not under a bar; there is no trap.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from award.groups import signing as sealed
from award.groups import store as plan_store
from expert_pool import store as register_store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from tests.e2e.conftest import Site, expert_page, log_in

pytestmark = [pytest.mark.e2e, pytest.mark.long]
MOST_TABS = 400
WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: "", seen: true};
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const bare = !box.width || !top || one.contains(top) || top.contains(one)
    || (one.labels && [...one.labels].some((label) => label.contains(top)));
  return {
    name: (one.getAttribute("aria-label") || one.innerText || one.name || one.id || "").trim(),
    seen: ring && box.bottom > 0 && box.top < innerHeight && bare,
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


def test_workbooks_and_declarations_come_in_by_keyboard(browser: Any, empty_site: Site) -> None:
    clerk = Keys(log_in(browser, empty_site, Role.SECRETARIAT), empty_site)
    clerk.send("建立年度")
    clerk.go("/import")
    clerk.reach("file")
    with clerk.page.expect_file_chooser() as waiting:
        clerk.page.keyboard.press("Space")
    waiting.value.set_files(str(WORKBOOKS / "专家库台账2026.xlsx"))
    clerk.send("上传并试读")
    clerk.send("确认以上对应")
    while clerk.page.locator("fieldset.question").count():
        for number in range(clerk.page.locator("fieldset.question").count()):
            clerk.press(f"answer-{number}", "Space")
        clerk.send("保存回答")
    clerk.press("写入")
    clerk.send("写入名册")
    clerk.sees("已写入名册")
    clerk.send("登记声明与时间")
    clerk.press("选择", "Space")
    clerk.press("seen", "Space")
    clerk.send("登记纸质声明")
    clerk.sees("声明与承诺已登记")
    with empty_site.world.ledger.read() as session:
        everyone = register_store.experts(
            session, SYSTEM_VIEWER, 2026, empty_site.world.clock().date()
        )
    assert [row.state.declared for row in everyone].count(True) == 1
    assert clerk.page.complaints == []


def test_a_duty_is_declined_repaired_and_written_to_by_keyboard(
    browser: Any, told_site: Site
) -> None:
    row = plan_of(told_site).row
    chief = Actor(told_site.world.accounts[Role.APPROVER], "负责人", Role.APPROVER)
    with told_site.world.ledger.write(chief) as uow:
        sealed.publish(uow, row.uid, sealed.approve(uow, row.uid, row.version))
        uow.commit()
    gone = plan_of(told_site).plan.groups[0].members[1]
    her = Keys(expert_page(browser, told_site, gone), told_site)
    her.go("/me")
    her.send("不能参加")
    her.reach("reason_kind")
    her.page.keyboard.press("ArrowUp")  # round to the last of the three: 其他原因
    her.type("reason", "出国访学")
    her.send("确认不能参加")
    her.sees("您已谢绝这次任务")
    clerk = Keys(log_in(browser, told_site, Role.SECRETARIAT), told_site)
    clerk.go("/round/duties")
    clerk.send("给勾选的人拟信")
    clerk.press("选择", "Space")  # one of them keeps waiting
    clerk.send("复制文本")
    clerk.sees("逐条复制，发给本人")
    clerk.go("/round/duties")
    clerk.send("找人接替")
    clerk.send("找修补办法")
    clerk.page.wait_for_selector("#job", state="detached", timeout=120_000)
    clerk.go(f"/plans/{row.uid}/repair")
    clerk.sees("没有现成的修补办法")  # nobody else of this small register can sit there
    clerk.reach("按最新情况再找一次")
    assert clerk.page.complaints == []
