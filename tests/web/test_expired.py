"""A session that is over says so, and what was typed comes back to be copied."""

from __future__ import annotations

from datetime import timedelta

from expert_pool.core.actor import Role
from tests.web.conftest import Office
from tests.web.markup import Page

WORDS = "因为出差，第二周都不能参加"


def test_words_typed_into_an_expired_page_come_back(office: Office) -> None:
    her = office.expert(0)
    form = Page(her.get("/me/data").text).form("/me/data/erasure")
    clerk = office.browser(Role.SECRETARIAT)
    draft = Page(clerk.get("/board").text).form(f"/board/{office.year.plan}/submit")
    office.world.clock.now += timedelta(days=1)
    answer = form.send(her, reason=WORDS)
    assert answer.status_code == 401
    assert WORDS in answer.text and "重新点开发给您的个人链接" in answer.text
    clerk.headers["Referer"] = "http://testserver/board"
    refused = draft.send(clerk, note=WORDS)
    assert (refused.status_code, WORDS in refused.text) == (401, True)
    assert "csrf" not in refused.text and "/login?next=/board" in refused.text
    told = clerk.get("/board").text
    assert "登录已经过期，请重新登录。" in told


def test_a_stranger_s_form_is_not_read(office: Office) -> None:
    stranger = office.world.stranger()
    answer = stranger.post(
        "/me/data/erasure",
        data={"reason": WORDS},
        headers={"Accept": "text/html", "Origin": "http://testserver"},
        follow_redirects=False,
    )
    assert WORDS not in answer.text
    assert answer.headers["location"] == "/login"
