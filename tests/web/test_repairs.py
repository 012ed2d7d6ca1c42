"""Somebody declines: from the answer to the ways out, to a draft that keeps every rule."""

from __future__ import annotations

import re
import time

from expert_pool.core.actor import Role
from tests.api.story import FIRMS, PEOPLE, ok
from tests.web.conftest import Office
from tests.web.markup import Form, Page
from tests.web.test_own_duty import published  # noqa: F401 - a fixture


def form(text: str, action: str) -> Form:
    return next(one for one in Page(text).forms if one.action == action)


def wait(office: Office, job: str, seconds: float = 120) -> str:
    clerk, end = office.world.client(Role.SECRETARIAT), time.monotonic() + seconds
    while time.monotonic() < end:
        status = str(ok(clerk.get(f"/api/v1/jobs/{job}"))["status"])
        if status not in ("queued", "running"):
            return status
        time.sleep(0.2)
    raise AssertionError("the repair did not end")


def decline(office: Office, position: int) -> None:
    her = office.expert(position)
    fields = form(her.get("/me").text, "/me/duty").fields
    her.post(
        "/me/duty", data=fields | {"answer": "decline", "reason_kind": "personal", "reason": "手术"}
    )


def begin(office: Office) -> str:
    """Press the button; gives the job when it is over."""
    clerk, path = office.browser(Role.SECRETARIAT), f"/plans/{office.year.plan}/repair"
    begun = clerk.post(path, data=form(clerk.get(path).text, path).fields).text
    job = re.search(r"/board/jobs/([^/\"]+)/panel", begun)
    assert job is not None
    assert wait(office, job[1]) == "done"
    return job[1]


def test_a_day_that_is_lost_leads_to_ways_out_and_one_of_them_to_a_draft(published: Office) -> None:
    clerk, plan = published.browser(Role.SECRETARIAT), published.year.plan
    closing = form(clerk.get("/holidays?year=2026").text, "/holidays").fields
    clerk.post(
        "/holidays",
        data=closing
        | {"day": "2026-09-08", "kind": "closed", "name": "全市大会", "source": "办公室通知"},
    )
    job = begin(published)
    page = clerk.get(f"/plans/{plan}/repair").text
    assert "办法1" in page and "已证明不能改得更少" in page
    assert "目标总值" not in page and "现场评审晚结束" in page  # what it costs, in words
    assert clerk.get("/repairs").text.count("办法1") == 1
    assert f"{FIRMS[0][0]}：原定时间已不能用，改为9月" in page
    adopted = clerk.post(
        f"/repairs/{job}/adopt", data=form(page, f"/repairs/{job}/adopt").fields
    ).text
    assert "草案" in adopted and "第二版" in adopted


def test_a_refusal_that_nobody_can_make_good_says_what_would_help(published: Office) -> None:
    decline(published, 0)
    clerk, plan = published.browser(Role.SECRETARIAT), published.year.plan
    link = re.search(
        rf'href="(/plans/{plan}/repair\?declined=[^"]+)"', clerk.get("/round/duties").text
    )
    assert link is not None
    before = clerk.get(link[1]).text
    assert f"{PEOPLE[0][0]}已谢绝任务" in before and "找修补办法" in before
    begin(published)
    page = clerk.get(f"/plans/{plan}/repair").text
    assert "没有现成的修补办法" in page and "办法1" not in page


def test_without_a_repair_the_way_leads_to_the_board(published: Office) -> None:
    answer = published.browser(Role.SECRETARIAT).get("/repairs", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")


def test_an_approver_does_not_repair(published: Office) -> None:
    answer = published.browser(Role.APPROVER).get(f"/plans/{published.year.plan}/repair")
    assert answer.status_code == 403


def test_a_way_that_is_not_there_cannot_be_chosen(published: Office) -> None:
    job, clerk, path = (
        begin(published),
        published.browser(Role.SECRETARIAT),
        f"/plans/{published.year.plan}/repair",
    )
    page = clerk.get(path).text
    assert "不用改动" in page
    answer = clerk.post(f"/repairs/{job}/adopt", data=form(page, path).fields | {"number": "9"})
    assert answer.status_code == 404 and "没有这种修补办法" in answer.text
