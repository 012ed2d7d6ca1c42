"""The first page: what waits for whom and since when, each line with its cure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from award.groups import store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.api.story import YEAR
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


def test_after_publication_the_next_step_is_the_letters_and_on_a_day_of_visits_who_is_where(
    published: Office,
) -> None:
    told = lines(published, Role.SECRETARIAT)
    assert told.count("的任务是新的或有变动，还没有写信") == 1  # as the next step only
    assert "接受任务，才看得到评哪几家" in told
    assert "处现场评审" not in told
    with published.world.ledger.read() as session:
        plan = store.published(session, SYSTEM_VIEWER, YEAR)
    assert plan is not None
    visit = plan.plan.groups[0].visits[0]
    day = plan.problem.slots[visit.slots[0]].date
    published.world.clock.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    told = lines(published, Role.INSPECTOR)
    assert "处现场评审" in told
    assert f"第一评审组在{plan.names.firm(visit.case).name}（" in told
    assert "去催办" not in told  # an inspector looks on
    assert "去催办" in lines(published, Role.SECRETARIAT)
    published.world.clock.now = datetime(day.year + 1, 1, 1, 1, tzinfo=UTC)
    assert "去登记" in lines(published, Role.SECRETARIAT)
    told = lines(published, Role.INSPECTOR)
    assert "现场评审已经结束" in told
    assert "去登记" not in told
