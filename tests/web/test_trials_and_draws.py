"""试算和随机抽取 in a browser without JavaScript: start, see the result, adopt, draw, void, check
again.
"""

from __future__ import annotations

import time

import pytest

from api.groups.draws import views
from assignment.solver.limits import Limits
from award.groups import draws, jobs, store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.api import drawn
from tests.api.story import YEAR
from tests.web.conftest import Office
from tests.web.markup import Page
from tests.web.test_forms import form_on


def newest_job(office: Office) -> store.JobView:
    with office.world.ledger.read() as session:
        return store.jobs(session, SYSTEM_VIEWER, YEAR)[0]


def newest_draw(office: Office) -> draws.DrawRow:
    with office.world.ledger.read() as session:
        return draws.draws(session, SYSTEM_VIEWER, YEAR)[0]


def until_over(office: Office) -> store.JobView:
    for _ in range(1200):
        if (job := newest_job(office)).over:
            return job
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_the_board_leads_to_both(office: Office) -> None:
    for role in (Role.SECRETARIAT, Role.INSPECTOR):
        client = office.browser(role)
        assert {"/trials", "/draws"} <= set(Page(client.get("/board").text).links)
        for path in ("/trials", "/draws"):
            page = Page(client.get(path).text)
            assert ("/board" in page.links, any(form.action == path for form in page.forms)) == (
                True,
                role is Role.SECRETARIAT,
            )


def test_a_trial_shows_every_goal_against_the_plan_in_hand_and_becomes_a_draft(
    office: Office,
) -> None:
    uid = drawn.finish_trial(office.world, office.year)
    clerk = office.browser(Role.SECRETARIAT)
    page = Page(clerk.get("/trials").text)
    for words in (
        "专业优先",
        "均衡优先",
        "现有方案",
        "人员与时间有变动（2 项）",
        "人员与时间相同",
        "1 个组：排不出的原因",
        "没有人可评",
        "排不出方案",
    ):
        assert words in page.text, words
    buttons = [form for form in page.forms if form.action == f"/trials/{uid}/adopt"]
    assert [form.fields["number"] for form in buttons] == [["0"], ["1"]]
    board = buttons[1].send(clerk)
    assert (
        board.url.path == "/board" and "第二版" in board.text and "已采用为新的草案" in board.text
    )
    compared = clerk.get("/board/compare")
    assert compared.status_code == 200 and "好在哪里，差在哪里" in compared.text
    watching = Page(office.browser(Role.INSPECTOR).get("/trials").text)
    assert (
        "专业优先" in watching.text
        and [form.action for form in watching.forms if form.action.endswith("/adopt")] == []
    )


def test_a_trial_of_three_presets_runs_and_shows_what_each_does(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    form = form_on(clerk, "/trials", "/trials")
    assert form.fields["preset"] == ["specialist", "balance", "travel"]
    running = form.send(clerk, time_limit="6", low="1", high="2")
    assert running.url.path == "/trials" and "正在试算" in running.text + "正在试算" * (
        "等待开始" in running.text
    )
    assert until_over(office).status == "done"
    page = Page(clerk.get("/trials").text)
    for title in ("专业优先", "均衡优先", "少跑路"):
        assert f"{title}，1–2 个组" in page.text
    assert len([form for form in page.forms if form.action.endswith("/adopt")]) == 3


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"preset": []}, "请至少选一种侧重"),
        ({"first": "明天"}, "2026-09-07 这样的日期"),
        ({"first": "2026-10-09", "last": "2026-10-01"}, "开始日期不能晚于结束日期"),
        ({"low": "两个"}, "评审组个数应是整数"),
        ({"low": "3", "high": "2"}, "组数"),
        ({"low": "0", "high": "0"}, "组数"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(
    office: Office, values: dict[str, str], words: str
) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    answer = form_on(clerk, "/trials", "/trials").send(clerk, **values)
    assert answer.status_code in (409, 422) and words in answer.text, answer.text[-600:]


def test_a_draw_from_the_search_to_the_inspectors_check(office: Office) -> None:
    clerk, inspector = office.browser(Role.SECRETARIAT), office.browser(Role.INSPECTOR)
    form = form_on(clerk, "/draws", "/draws")
    assert (form.fields["tolerance"], form.fields["cap"]) == (["5"], ["50"])
    blank = form.send(clerk, seed_from="  ")
    assert blank.status_code == 422 and "种子将取自何处" in blank.text
    form.send(clerk, seed_from="当众掷骰六次", time_limit="4", tolerance="50", cap="90")
    assert until_over(office).status == "done"
    row = newest_draw(office)
    listed = clerk.get("/draws").text
    assert row.digest[:16] in listed and "去抽取" in listed and "开始寻找" not in listed
    shown = inspector.get(f"/draws/{row.uid}").text
    for words in (row.digest, "当众掷骰六次", f"{row.count} 个", "待抽取"):
        assert words in shown
    assert [form.action for form in Page(shown).forms if form.action != "/logout"] == []
    done = form_on(clerk, f"/draws/{row.uid}", f"/draws/{row.uid}/draw").send(
        clerk, seed="3 5 1 2 6 6", source="纪检在场"
    )
    assert done.status_code == 200 and "抽取完成" in done.text and "351266" in done.text
    drawn_row = newest_draw(office)
    assert (drawn_row.status, drawn_row.seed, drawn_row.source) == ("drawn", "351266", "纪检在场")
    assert f"/board?plan={drawn_row.plan_uid}" in Page(done.text).links
    checked = inspector.get(f"/draws/{row.uid}?verify=yes").text
    assert "复核通过" in checked and "存为第二版（草案），其后没有改动" in checked
    drawn.change_draft(office.world, drawn_row.plan_uid or "")
    assert "其后有人工改动" in inspector.get(f"/draws/{row.uid}?verify=yes").text
    assert "抽取备选方案集" in inspector.get("/audit?topic=draws").text


def test_a_form_from_before_the_draw_draws_nothing(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), drawn.publish_set(office.world, office.year)
    old = form_on(clerk, f"/draws/{uid}", f"/draws/{uid}/draw")
    assert old.send(clerk, seed="，", source="开奖").status_code == 422
    assert old.send(clerk, seed="371", source=" ").status_code == 422
    assert old.send(clerk, seed="371", source="开奖").status_code == 200
    assert old.send(clerk, seed="999", source="开奖").status_code == 412
    assert newest_draw(office).seed == "371"


def test_a_void_set_stays_on_record_and_makes_room(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), drawn.publish_set(office.world, office.year)
    drawing = form_on(clerk, f"/draws/{uid}", f"/draws/{uid}/draw")
    asked = form_on(clerk, f"/draws/{uid}", f"/draws/{uid}/void").send(
        clerk, reason="两位专家临时退出"
    )
    assert "两位专家临时退出" in asked.text and "等待另一人决定" in asked.text
    assert [
        one.action for one in Page(asked.text).forms if "/draws/" in one.action
    ] == []  # neither drawn nor decided by her
    fields = drawing.fields | {"version": "2"}
    assert (
        clerk.post(drawing.action, data=fields | {"seed": "371", "source": "开奖"}).status_code
        == 409
    )
    chief = office.browser(Role.APPROVER)
    kept = form_on(chief, f"/draws/{uid}", f"/draws/{uid}/void/decide").send(
        chief, press="不同意", reason="种子已经公布"
    )
    assert "不作废" in kept.text
    form_on(clerk, f"/draws/{uid}", f"/draws/{uid}/void").send(
        clerk, reason="两位专家临时退出，附请假单"
    )
    done = form_on(chief, f"/draws/{uid}", f"/draws/{uid}/void/decide").send(
        chief, press="同意作废", reason="请假单属实"
    )
    assert "两位专家临时退出，附请假单" in done.text and "已作废" in done.text
    log = office.browser(Role.INSPECTOR).get("/audit?topic=draws").text
    assert [
        log.count(words) for words in ("提出作废备选方案集", "不同意作废备选方案集", "请假单属实")
    ] == [2, 1, 1]
    assert "开始寻找" in clerk.get("/draws").text
    assert drawn.publish_set(office.world, office.year) != uid


def test_pairs_over_the_cap_are_listed_with_the_reason(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), drawn.publish_set(office.world, office.year)
    text = clerk.get(f"/draws/{uid}").text
    assert "超过上限的搭配" in text and "共 4 对" in text and "100 %" in text
    with office.world.ledger.read() as session:
        page = views.draw_page(draws.draw(session, SYSTEM_VIEWER, uid), True, None)
    assert {row.why != "" for row in page.over} == {True}
    assert [(row.first, row.last) for row in page.tickets] == [
        ("000000", "599999"),
        ("600000", "999999"),
    ]


def test_a_stopped_search_publishes_nothing_and_a_failed_one_says_why(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    with office.world.ledger.write(drawn.clerk(office.world)) as uow:
        job = draws.start_draw(uow, YEAR, Limits(5), "掷骰")
        uow.commit()
    panel = Page(clerk.get("/draws").text)
    assert "停止，不公布" in panel.text and "等待开始" in panel.text
    assert "停止，不公布" in clerk.get("/board").text  # one solve at a time: the board shows it too
    stopped = panel.form(f"/board/jobs/{job}/cancel").send(clerk)
    assert stopped.url.path == "/draws"
    with office.world.ledger.write(drawn.clerk(office.world)) as uow:
        assert jobs.claim(uow, job, "test") is None
        uow.commit()
    assert "没有公布任何方案" in clerk.get("/draws").text
    assert clerk.get(f"/board/jobs/{job}/panel").headers["HX-Redirect"] == "/draws"
    with office.world.ledger.write(drawn.clerk(office.world)) as uow:
        job = draws.start_draw(uow, YEAR, Limits(5), "掷骰")
        assert jobs.claim(uow, job, "test") is not None
        jobs.finish_task(uow, job, why=drawn.nowhere(office.year, "x"))
        uow.commit()
    text = clerk.get("/draws").text
    assert (
        "没有找到备选方案" in text
        and "浙江丰收袜业有限公司没有人可评" in text
        and "开始寻找" in text
    )
    # Of the plan that the board shows it says nothing.
    assert "没有人可评" not in clerk.get("/board").text
