"""A refused form comes back with what was typed, whichever form it is; secrets never do."""

from __future__ import annotations

import html
import re

import pytest
from httpx import Response
from starlette.testclient import TestClient

from api.kit.refilled import Refused, refilled
from expert_pool.core.actor import Role
from tests.use_cases.world import CARD
from tests.web.conftest import Office
from tests.web.markup import Page

SITE = "http://testserver"


def send(client: TestClient, page: str, action: str, **values: str | list[str]) -> Response:
    """As a browser does from `page`, which the request names as its referrer."""
    form = Page(client.get(page).text).form(action)
    base = str(client.base_url).rstrip("/")
    return client.post(action, data=form.fields | values, headers={"Referer": base + page})


def test_a_refused_form_comes_back_filled_in_on_its_own_page(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    page = f"/experts/{uid}"
    typed = {
        "organisation": "甲 & “乙”公司",
        "kind": "OTHER",
        "since": "2026-08-01",
        "until": "2026-07-01",
        "evidence": "三年前",
    }
    answer = send(clerk, page, f"{page}/conflicts", **typed)
    assert answer.status_code == 422 and "起始日期不能晚于结束日期" in answer.text
    back = Page(answer.text)
    assert back.faults == [] and back.title.startswith(Page(clerk.get(page).text).title[:2])
    form = back.form(f"{page}/conflicts")
    assert {name: form.fields[name][-1] for name in typed} == typed
    assert answer.text.count("autofocus") == 1 and re.search(
        r'<input[^>]*name="until"[^>]*autofocus', answer.text
    )
    # Sent again from there, refused again: the page is still known, though its address is the
    # form's now.
    again = clerk.post(
        form.action,
        data=form.fields | {"until": "2026-06-01"},
        headers={"Referer": str(answer.url)},
    )
    assert again.status_code == 422 and 'value="2026-06-01"' in again.text
    done = clerk.post(form.action, data=form.fields | {"until": "2026-08-02"})
    assert done.status_code == 200 and "回避情形已登记" in done.text


def test_of_many_forms_with_one_address_the_one_that_was_sent_is_filled() -> None:
    row = (
        '<form method="post" action="/x"><input type="hidden" name="uid" value="{0}"><input'
        ' name="reason" value=""></form>'
    )
    text = (
        "<div id='messages' aria-live=\"polite\"></div><details"
        f" class='pop'>{row.format('a')}</details>{row.format('b')}"
    )
    found = refilled(text, Refused("/x", {"uid": ["a"], "reason": ["<b>"]}, "NOTICE"), "/list")
    assert found is not None
    assert [
        html.unescape(value) for value in re.findall(r'name="reason" value="([^"]*)"', found)
    ] == ["<b>", ""]
    assert (
        found.index("NOTICE") < found.index('value="a"')
        and '<details class="pop" open>' in found
        and "<b>" not in found
    )
    assert refilled(text, Refused("/y", {}, "NOTICE"), "/list") is None


@pytest.mark.parametrize(
    "name", ["csrf_token", "password", "old", "new", "again", "code", "id_number"]
)
def test_secrets_are_never_written_back(name: str) -> None:
    text = (
        f'<form method="post" action="/x"><input name="{name}"><input type="password"'
        ' name="other"><input name="note"></form>'
    )
    found = refilled(
        text, Refused("/x", {name: ["s3cret"], "other": ["s3cret"], "note": ["kept"]}, ""), "/p"
    )
    assert found is not None and "s3cret" not in found and "kept" in found


def test_an_identity_number_refused_is_not_echoed_but_everything_else_is(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    wrong = CARD[:-1] + "0"
    answer = send(
        clerk,
        f"/experts/{uid}/edit",
        f"/experts/{uid}/edit",
        id_number=wrong,
        remark="周三以后联系",
    )
    assert answer.status_code == 422 and wrong not in answer.text and "周三以后联系" in answer.text


def test_passwords_refused_are_not_echoed(office: Office) -> None:
    answer = send(
        office.browser(Role.SECRETARIAT),
        "/password",
        "/password",
        old="不对的口令一二三",
        new="short",
        again="short",
    )
    assert (
        answer.status_code == 422
        and "不对的口令" not in answer.text
        and 'value="short"' not in answer.text
    )


def test_a_form_without_a_page_of_its_own_still_says_why(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    fields = Page(clerk.get(f"/experts/{uid}").text).form(f"/experts/{uid}/suspend").fields
    answer = clerk.post(
        f"/experts/{uid}/suspend", data=fields | {"reason": " "}
    )  # no referrer, and nothing to get at this address
    assert answer.status_code == 422 and "请写明理由" in answer.text and "返回" in answer.text


def test_another_site_cannot_name_the_page(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    fields = Page(clerk.get(f"/experts/{uid}").text).form(f"/experts/{uid}/suspend").fields | {
        "reason": " "
    }
    for told in ("//evil.example/", "https://evil.example/", "/api/v1/experts", "/logout"):
        answer = clerk.post(
            f"/experts/{uid}/suspend",
            data=fields | {"came_from": told},
            headers={"Referer": "https://evil.example/x"},
        )
        assert answer.status_code == 422 and "evil" not in answer.text


def test_two_telephones_at_once_lose_no_tick(office: Office) -> None:
    first, second = office.expert(), office.expert()
    sheets = [Page(client.get("/me/days").text).form("/me/days") for client in (first, second)]
    one, other = "2026-09-09/AM", "2026-09-10/PM"
    for client, sheet, ticked in zip((first, second), sheets, ([one], [other]), strict=True):
        answer = client.post(
            "/me/days",
            data=sheet.fields | {"free": ticked, "quick": "", "text": f"只有{ticked[0][8:10]}日"},
        )
    assert answer.status_code == 412 and "这里的内容已被改动，刚才没有保存" in answer.text
    back = Page(answer.text).form("/me/days")
    assert (back.fields["free"], back.fields["text"]) == ([other], ["只有10日"])
    assert "可参加 1 个半天" in answer.text  # what was saved meanwhile
    marks = dict(re.findall(r'value="([^"]+)"[^>]*data-saved="(on|off)"', answer.text))
    assert marks == {one: "on", other: "off"}
    assert second.post("/me/days", data=back.fields | {"quick": ""}).status_code == 200
    assert Page(first.get("/me/days").text).form("/me/days").fields["free"] == [other]


def test_what_others_saved_meanwhile_stands_beside_what_was_typed(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    page = f"/experts/{uid}/edit"
    stale = Page(clerk.get(page).text).form(page).fields
    assert send(clerk, page, page, title="正高级工程师", gender="女").status_code == 200
    answer = clerk.post(
        page,
        data=stale | {"title": "研究员", "gender": "男"},
        headers={"Referer": str(clerk.base_url) + page},
    )
    assert (
        answer.status_code == 412
        and "现在保存的是：正高级工程师" in answer.text
        and "现在保存的是：女" in answer.text
    )
    assert clerk.post(page, data=Page(answer.text).form(page).fields).status_code == 200
    assert "研究员" in clerk.get(f"/experts/{uid}").text
