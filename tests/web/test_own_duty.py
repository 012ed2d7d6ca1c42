"""The expert's answer to her duty, from a form without JavaScript; names only after she has
accepted.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from api.kit import tick
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from tests.api.story import FIRMS, PEOPLE, YEAR, ok
from tests.web.conftest import Office
from tests.web.markup import Page


@pytest.fixture
def published(office: Office) -> Office:
    clerk, approver = office.world.client(Role.SECRETARIAT), office.world.client(Role.APPROVER)
    plan = f"/api/v1/plans/{office.year.plan}"
    etag = approver.post(
        f"{plan}/approval", json={}, headers={"If-Match": clerk.get(plan).headers["etag"]}
    ).headers["etag"]
    ok(clerk.post(f"{plan}/publication", headers={"If-Match": etag}))
    return office


def send(client: TestClient, path: str, **more: str | list[str]) -> str:
    """Fill in the form of /me that answers, as a browser does."""
    form = next(form for form in Page(client.get("/me").text).forms if form.action == path)
    return client.post(path, data=form.fields | more).text


def test_accepting_shows_whom_and_with_whom(published: Office) -> None:
    her = published.expert()
    before = her.get("/me").text
    assert "请您担任组长" in before and "9月8日（周二）" in before
    assert [name for name in (FIRMS[0][0], PEOPLE[2][0]) if name in before] == []
    after = send(her, "/me/duty", answer="accept")
    assert FIRMS[0][0] in after and PEOPLE[2][0] in after and "已接受" in after
    assert FIRMS[1][0] not in after


def test_declining_asks_for_the_reason_and_names_nobody(published: Office) -> None:
    her = published.expert()
    refused = send(her, "/me/duty", answer="decline", reason_kind="other")
    assert "请写明不能参加的原因" in refused
    declined = send(her, "/me/duty", answer="decline", reason_kind="other", reason="出国访学")
    assert "您已谢绝这次任务" in declined and "出国访学" in declined and FIRMS[0][0] not in declined
    assert "我的任务" in send(her, "/me/duty", answer="accept")


def test_declining_for_a_day_keeps_the_other_days(published: Office) -> None:
    her = published.expert()
    send(her, "/me/duty", answer="decline", reason_kind="time", away=["2026-09-08"])
    away = ok(her.get(f"/api/v1/my/availability/{YEAR}"))["absences"]
    assert [item["date"] for item in away].count("2026-09-08") == 2


def test_without_a_duty_there_is_nothing_to_decline(office: Office) -> None:
    assert (
        office.expert().get("/me/duty/decline", follow_redirects=False).headers["location"] == "/me"
    )


def test_undo_brings_back_the_days_saved_before(office: Office) -> None:
    her = office.expert()

    def away() -> object:
        return ok(her.get(f"/api/v1/my/availability/{YEAR}"))["absences"]

    before = away()
    sheet = next(form for form in Page(her.get("/me/days").text).forms if form.action == "/me/days")
    saved = her.post("/me/days", data=sheet.fields | {"quick": "none"}).text
    undo = next(form for form in Page(saved).forms if form.action == "/me/days/undo")
    assert away() != before
    her.post(undo.action, data=undo.fields)
    assert away() == before


@pytest.mark.parametrize(
    ("quick", "free"),
    [
        ("week-same:2026-09-14", {"2026-09-07/AM", "2026-09-14/AM"}),
        ("day-on:2026-09-15", {"2026-09-07/AM", "2026-09-15/AM", "2026-09-15/PM"}),
        ("day-off:2026-09-07", set()),
        ("week-off:2026-09-07", set()),
    ],
)
def test_quick_buttons_set_a_day_or_a_week(quick: str, free: set[str]) -> None:
    window = [date(2026, 9, 7) + timedelta(days) for days in (0, 1, 7, 8)]
    assert {
        f"{item.date}/{item.half}" for item in tick.chosen(["2026-09-07/AM"], window, quick)
    } == free
    assert tick.anchor(quick) in ("#w-2026-09-07", "#w-2026-09-14")


def test_a_button_nobody_drew_is_refused() -> None:
    with pytest.raises(Refusal):
        tick.chosen([], [], "week-half:2026-09-07")
