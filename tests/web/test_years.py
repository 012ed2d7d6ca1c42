"""Several years: a new one takes over what is ticked, and every earlier one stays readable."""

from __future__ import annotations

import json
import re

from award.year import stages
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from tests.api import story
from tests.web.conftest import Office
from tests.web.markup import Page

NEXT = story.YEAR + 1


def opened(office: Office) -> str:
    """The next year, opened from this one by the page; gives where the clerk arrives."""
    with office.world.ledger.write(Actor("c", "经办", Role.SECRETARIAT)) as uow:
        stages.enter_setting(uow, story.YEAR, "doc_rule", "mean", "细则第三条")
        stages.enter_setting(uow, story.YEAR, "document_due", f"{story.YEAR}-08-15", "通知")
        stages.write_text(uow, story.YEAR, "4.1.1", "组织的领导")
        uow.commit()
    clerk = office.browser(Role.SECRETARIAT)
    form = Page(clerk.get("/year/new").text).form("/year/new")
    answer = form.send(clerk, part=["rules", "settings", "texts"])
    return str(answer.url)


def test_a_new_year_takes_over_what_is_ticked_and_no_days(office: Office) -> None:
    assert opened(office).endswith("/year")
    with office.world.ledger.read() as session:
        old = year_store.year(session, SYSTEM_VIEWER, story.YEAR).fields
        new = year_store.year(session, SYSTEM_VIEWER, NEXT).fields
        assert new.policy == old.policy
        assert new.window_first.weekday() == old.window_first.weekday()
        assert new.window_first.year == NEXT and new.notice_date is None
        assert stages.values(session, NEXT) == {"doc_rule": "mean"}
        assert stages.texts(session, NEXT) == {"4.1.1": "组织的领导"}


def test_an_earlier_year_is_read_below_its_own_address(office: Office) -> None:
    opened(office)
    clerk, before = office.browser(Role.SECRETARIAT), f"/y/{story.YEAR}"
    plan = office.year.plan
    assert plan not in clerk.get("/board").text
    board = clerk.get(f"{before}/board").text
    assert plan in board and f"您在看 {story.YEAR} 年度" in board
    # every link and form of the page stays in its year, but the switch
    inside = re.sub(
        r'<details class="pop years">.*?</details>|<p class="past">.*?</p>', "", board, flags=re.S
    )
    links = set(re.findall(r'(?:href|action)="(/[^"]*)"', inside))
    assert {one for one in links if not one.startswith(before + "/")} == set()
    # pages that list a year's own
    firm = office.year.applicants[0]
    for path in ("/applicants", "/calendar", "/", "/round", "/recusals"):
        now, then = clerk.get(path).text, clerk.get(before + path).text
        assert f'aria-current="true">{NEXT}' in re.sub(r"\s+>", ">", now), path
        assert f"您在看 {story.YEAR} 年度" in then, path
    assert firm not in clerk.get("/applicants").text
    assert firm in clerk.get(before + "/applicants").text


def test_a_form_of_an_earlier_year_writes_to_it_and_comes_back_to_it(office: Office) -> None:
    opened(office)
    clerk, before = office.browser(Role.SECRETARIAT), f"/y/{story.YEAR}"
    form = Page(clerk.get(f"{before}/year").text).form(f"{before}/year")
    answer = form.send(clerk, title="改了名称")
    assert str(answer.url).endswith(f"{before}/year")
    with office.world.ledger.read() as session:
        titles = [one.fields.title for one in year_store.years(session, SYSTEM_VIEWER)]
    assert titles[1] == "改了名称" != titles[0]
    refused = form.send(clerk, title="")
    assert refused.status_code >= 400 and f"您在看 {story.YEAR} 年度" in refused.text
    assert clerk.get("/y/2031/board").status_code == 404
    assert json.loads(clerk.get(f"{before}/api/v1/years").text)


def test_the_log_in_page_leads_back_to_the_year(office: Office) -> None:
    stranger = office.world.stranger()
    asked = stranger.get(
        f"/y/{story.YEAR}/board", headers={"Accept": "text/html"}, follow_redirects=False
    )
    assert asked.headers["location"] == f"/login?next=/y/{story.YEAR}/board"


def test_a_new_year_goes_by_the_numbers_typed_before_its_notice(office: Office) -> None:
    opened(office)
    clerk, at = office.browser(Role.SECRETARIAT), f"/api/v1/years/{NEXT}/rules"
    form = Page(clerk.get("/steps/rules").text).form("/steps/rules")
    refused = form.send(clerk, number_max_quality="11", reason="细则第一条")
    assert "办法的数据有误，其中质量奖最多几家：质量奖的名额不能多于全部名额。" in refused.text
    done = form.send(clerk, number_max_quality="6", reason="诸政办发〔2026〕3号")
    assert "办法和评审标准已按此登记" in done.text
    told = office.world.client(Role.SECRETARIAT).get(at)
    assert (told.json()["regulation"]["max_quality"], told.json()["fixed"]) == (6, False)
    staff = office.world.client(Role.SECRETARIAT)
    body = {key: told.json()[key] for key in ("regulation", "rubric")} | {"reason": "更正"}
    body["regulation"] |= {"max_quality": 5}
    assert staff.put(at, json=body, headers={"If-Match": '"1"'}).status_code == 412
    changed = staff.put(at, json=body, headers={"If-Match": told.headers["ETag"]})
    assert changed.status_code == 204
    today = office.world.clock().date().isoformat()
    noticed = staff.patch(
        f"/api/v1/years/{NEXT}",
        json={"notice_date": today},
        headers={"If-Match": changed.headers["ETag"]},
    )
    assert noticed.status_code == 204
    late = staff.put(at, json=body, headers={"If-Match": noticed.headers["ETag"]})
    assert late.status_code == 409 and "不能更换" in late.json()["detail"]
    page = clerk.get("/steps/rules").text
    assert "已按通知固定" in page and 'action="/steps/rules"' not in page
