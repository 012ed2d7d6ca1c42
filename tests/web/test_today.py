"""The first page: what waits for whom and since when, each line with its cure."""

from __future__ import annotations

from datetime import timedelta

from expert_pool.core.actor import Role
from tests.web.conftest import Office
from tests.web.markup import Page
from tests.web.test_own_duty import published  # noqa: F401 - a fixture


def lines(office: Office, role: Role) -> str:
    return office.browser(role).get("/").text


def test_a_plan_on_its_way_waits_for_the_approver_and_comes_back(office: Office) -> None:
    plan = office.year.plan
    clerk = office.browser(Role.SECRETARIAT)
    board = Page(clerk.get(f"/board?plan={plan}").text)
    board.form(f"/board/{plan}/submit").send(clerk, note="请看第一组")
    assert "等您复核" in lines(office, Role.APPROVER)
    assert "请看第一组" in lines(office, Role.APPROVER)
    assert "等复核人办理" in lines(office, Role.SECRETARIAT)
    office.world.clock.now += timedelta(days=2)
    assert "已 2 天" in lines(office, Role.APPROVER)

    chief = office.browser(Role.APPROVER)  # yesterday's session is over
    page = Page(chief.get(f"/board?plan={plan}").text)
    page.form(f"/board/{plan}/send-back").send(chief, reason="换一天")
    told = lines(office, Role.SECRETARIAT)
    assert "被退回" in told
    assert "换一天" in told


def test_duties_without_an_answer_wait_since_the_plan_was_published(published: Office) -> None:
    assert "位专家还没有答复任务" in lines(published, Role.SECRETARIAT)
