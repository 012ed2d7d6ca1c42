"""Every action without JavaScript: read the page, fill the form, press the button, see the
result.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kit import common
from award.applicants import store as applicant_store
from award.groups import standing
from award.groups import store as plan_store
from award.recusal.certificate import Overview
from award.year import store as year_store
from expert_pool import store
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from tests.api import story
from tests.api.world import PASSWORD, STAFF
from tests.web.conftest import Office
from tests.web.markup import Form, Page


def form_on(client: TestClient, path: str, action: str) -> Form:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return Page(answer.text).form(action)


def expert(office: Office, uid: str) -> store.ExpertPage:
    with office.world.ledger.read() as session:
        return store.expert(session, SYSTEM_VIEWER, uid, story.YEAR, office.world.clock().date())


def plan(office: Office, uid: str = "") -> plan_store.PlanView:
    with office.world.ledger.read() as session:
        return plan_store.plan(session, SYSTEM_VIEWER, uid or office.year.plan)


def test_log_in_and_out(office: Office) -> None:
    client = office.world.stranger()
    client.headers["Accept"] = "text/html"
    wrong = form_on(client, "/login", "/login").send(
        client, login=STAFF[Role.SECRETARIAT], password="not this one"
    )
    assert wrong.status_code == 401 and "登录名或口令不对" in wrong.text
    right = form_on(client, "/login?next=/experts", "/login").send(
        client, login=STAFF[Role.SECRETARIAT], password=PASSWORD
    )
    assert right.status_code == 200 and right.url.path == "/experts"
    out = Page(right.text).form("/logout").send(client)
    assert out.url.path == "/login"
    assert client.get("/experts", follow_redirects=False).status_code == 303


def test_form_without_token_or_from_an_older_page_is_refused(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    form = form_on(clerk, f"/experts/{uid}/edit", f"/experts/{uid}/edit")
    no_token = clerk.post(
        form.action,
        data={name: value for name, value in form.fields.items() if name != "csrf_token"},
    )
    assert no_token.status_code == 403 and "页面已过期" in no_token.text
    assert form.send(clerk, title="高级工程师").status_code == 200
    stale = form.send(clerk, title="工程师")
    assert stale.status_code == 412 and "已被改动" in stale.text
    assert expert(office, uid).fields.title == "高级工程师"


def test_editing_an_expert_keeps_the_masked_telephone_and_confirmed_words(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    form = form_on(clerk, f"/experts/{uid}/edit", f"/experts/{uid}/edit")
    assert form.fields["phone"] == ["138****5678"]
    form.send(clerk, industries="1763、3352")
    with office.world.ledger.read() as session:
        assert store.phone(session, SYSTEM_VIEWER, uid) == "13812345678"
    assert [item.code for item in expert(office, uid).fields.industries] == ["1763", "3352"]
    bad = form_on(clerk, f"/experts/{uid}/edit", f"/experts/{uid}/edit").send(
        clerk, industries="9999"
    )
    assert bad.status_code == 422 or "不是 GB/T 4754" in bad.text


def test_quick_buttons_of_the_tick_sheet_set_values_and_never_toggle(office: Office) -> None:
    own, uid = office.expert(), office.year.experts[0]

    def away() -> int:
        return len(expert(office, uid).availability.absences)

    form_on(own, "/me/days", "/me/days").send(own, press="全部可以")
    assert away() == 0
    form_on(own, "/me/days", "/me/days").send(own, press="全部可以")
    assert away() == 0
    form_on(own, "/me/days", "/me/days").send(own, press="只要上午")
    assert {item.half for item in expert(office, uid).availability.absences} == {"PM"}
    form = form_on(own, "/me/days", "/me/days")
    week_off = next(value for name, value, _ in form.buttons if value.startswith("week-off:"))
    before = away()
    form.send(own, quick=week_off)
    first = away()
    form_on(own, "/me/days", "/me/days").send(own, quick=week_off)
    assert first > before and away() == first
    form_on(own, "/me/days", "/me/days").send(own, free=["2026-09-08/AM"], quick="")
    days = form_on(own, "/me/days", "/me/days")
    assert days.fields["free"] == ["2026-09-08/AM"]
    assert expert(office, uid).availability.known


def test_ticks_outside_the_window_are_ignored_and_nonsense_is_refused(office: Office) -> None:
    own, uid = office.expert(), office.year.experts[0]
    form_on(own, "/me/days", "/me/days").send(
        own, free=["2026-12-31/AM", "2026-09-08/PM"], quick=""
    )
    assert form_on(own, "/me/days", "/me/days").fields["free"] == ["2026-09-08/PM"]
    bad = form_on(own, "/me/days", "/me/days").send(own, free=["tomorrow"], quick="")
    assert bad.status_code in (409, 422) and "时间的写法不对" in bad.text
    assert expert(office, uid).availability.version > 0


def test_expert_walks_through_the_year_from_a_personal_link(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[1]
    sheet = form_on(clerk, f"/experts/{uid}", f"/experts/{uid}/link").send(clerk)
    address = next(word for word in sheet.text.split() if "/l/" in word)
    path = "/l/" + address.split("/l/")[1].split("<")[0]
    assert "丰收" not in sheet.text  # a message names no applicant
    own = office.world.stranger()
    own.headers["Accept"] = "text/html"
    for _ in range(3):  # a GET never uses the link up
        assert own.get(path).status_code == 200
    home = form_on(own, path, path).send(own)
    assert home.url.path == "/me" and "您好" in home.text
    data = form_on(own, "/me/data", "/me/data").send(own, phone="139 1234 0000")
    assert data.url.path == "/me"
    with office.world.ledger.read() as session:
        assert store.phone(session, SYSTEM_VIEWER, uid) == "13912340000"
    page = Page(own.get("/me/conflicts").text)
    page.form("/me/conflicts").send(
        own, press="申报所勾选的", firm=[office.year.applicants[0]], kind="CONSULTING"
    )
    assert [item.kind for item in expert(office, uid).conflicts] == ["CONSULTING"]
    after = form_on(own, "/me/conflicts", "/me/conflicts").send(own, press="没有")
    assert after.url.path == "/me/days"
    tasks = own.get("/me").text
    assert tasks.count('class="done"') == 4


def test_names_of_applicants_are_shown_to_an_expert_only_after_signing(office: Office) -> None:
    with office.world.ledger.read() as session:
        firms = [
            row.fields.name
            for row in applicant_store.applicants(session, SYSTEM_VIEWER, story.YEAR)
        ]
    signed, unsigned = office.expert(), office.world.expert_client(office.world.experts[0])
    unsigned.headers["Accept"] = "text/html"
    assert all(name in signed.get("/me/conflicts").text for name in firms)
    told = [
        unsigned.get(path)
        for path in (
            "/me",
            "/me/conflicts",
            "/me/declaration",
            "/me/days",
            "/me/data",
            "/me/calendar",
        )
    ]
    assert told[1].url.path == "/me/declaration"
    assert not any(name in answer.text for name in firms for answer in told)


def test_plan_is_edited_approved_by_another_person_published_and_seen_by_the_expert(
    office: Office,
) -> None:
    clerk, chief, uid = (
        office.browser(Role.SECRETARIAT),
        office.browser(Role.APPROVER),
        office.year.plan,
    )
    group = plan(office).plan.groups[0]
    other = next(member for member in group.members if member != group.leader)
    page = Page(clerk.get("/board").text)
    lead = next(
        form
        for form in page.forms
        if form.action.endswith("/leader") and form.fields["reviewer"] == [other]
    )
    lead.send(clerk)
    assert plan(office).plan.groups[0].leader == other
    pin, older = (
        next(form for form in Page(clerk.get("/board").text).forms if form.action.endswith("/pin"))
        for _ in range(2)
    )
    pin.send(clerk)
    assert pin.send(clerk).status_code == 200  # pressed twice: answered as the first time
    stale = older.send(clerk)
    assert stale.status_code == 412 and len(plan(office).problem.pins or ()) == 1
    visit = form_on(clerk, f"/board/{uid}/visit?case={group.cases[0]}", f"/board/{uid}/visit")
    start = max(
        int(text)
        for text in _choices(clerk.get(f"/board/{uid}/visit?case={group.cases[0]}").text, "start")
    )
    moved = visit.send(clerk, start=str(start))
    assert "方案已调整" in moved.text and plan(office).plan.groups[0].visits[0].start == start
    assert not any(
        form.action.endswith("/approve") for form in Page(clerk.get("/board").text).forms
    )
    assert "复核通过" in chief.get("/board").text
    form_on(chief, "/board", f"/board/{uid}/approve").send(chief)
    published = form_on(clerk, "/board", f"/board/{uid}/publish").send(clerk)
    assert "已发布" in published.text and plan(office).row.status == "published"
    own = office.world.expert_client(other)
    own.headers["Accept"] = "text/html"
    assert "组长" in own.get("/me").text
    for name in ("roster.docx", "schedule.xlsx", "booklet.pdf"):
        assert clerk.get(f"/api/v1/plans/{uid}/documents/{name}").status_code == 200


def test_own_plan_cannot_be_approved_by_its_maker(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    page = Page(clerk.get("/board").text)
    token = page.form("/logout").fields["csrf_token"][0]
    answer = clerk.post(
        f"/board/{office.year.plan}/approve",
        data={"csrf_token": token, "version": str(plan(office).row.version)},
    )
    assert answer.status_code == 403 and plan(office).row.status == "draft"


def test_replacing_a_member_offers_only_people_who_keep_every_rule(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.plan
    member = plan(office).plan.groups[0].members[0]
    text = clerk.get(f"/board/{uid}/seat?group=0&reviewer={member}").text
    assert "不能接替" in text and "已在第二评审组" in text
    assert "总分" not in text
    take = next(
        form
        for form in Page(text).forms
        if form.action.endswith("/edit") and form.fields["kind"][0] in ("replace", "exchange")
    )
    assert "方案已调整" in take.send(clerk).text
    assert member not in plan(office).plan.groups[0].members


def test_year_window_and_rules_are_saved(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    form_on(clerk, "/year", "/year").send(
        clerk, window_last="2026-09-25", group_size_1="6", weight_route="7"
    )
    with office.world.ledger.read() as session:
        year = year_store.year(session, SYSTEM_VIEWER, story.YEAR)
    assert str(year.fields.window_last) == "2026-09-25"
    assert year.fields.policy.group_size == (3, 6) and dict(year.fields.weights or {})["route"] == 7
    bad = form_on(clerk, "/year", "/year").send(clerk, group_size_0="9", group_size_1="2")
    assert bad.status_code in (409, 422) and "最少不能大于最多" in bad.text


def test_holiday_correction_marks_the_day(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    form_on(clerk, "/holidays?year=2026", "/holidays").send(
        clerk, day="2026-09-09", kind="closed", name="全市大会", source="办公室通知"
    )
    with office.world.ledger.read() as session:
        assert not store.working_days(session).is_working(date(2026, 9, 9))
    assert "全市大会" in clerk.get("/holidays?year=2026").text
    assert "尚未公布" in clerk.get("/holidays?year=2031").text


def test_account_is_made_with_a_link_shown_once_and_switched_off(office: Office) -> None:
    admin = office.browser(Role.ADMIN)
    made = form_on(admin, "/accounts", "/accounts").send(
        admin, name="吴新", login="wuxin", role="secretariat"
    )
    (link,) = re.findall(r"/join/[A-Za-z0-9_-]{43}", made.text)
    shown = admin.get("/accounts").text
    assert link not in shown and "待本人设口令" in shown
    stranger = office.world.stranger()
    form_on(stranger, link, link).send(
        stranger, password="竹篮打水，一场空空啊", again="竹篮打水，一场空空啊"
    )
    assert "待本人设口令" not in admin.get("/accounts").text
    row, older = (
        next(
            form
            for form in Page(admin.get("/accounts").text).forms
            if form.fields.get("disabled") == ["yes"]
        )
        for _ in range(2)
    )
    row.send(admin)
    row_again = older.send(admin)
    assert row_again.status_code == 412  # an older page: sets, never toggles


def test_audit_page_verifies_the_chain_and_explains_changes(office: Office) -> None:
    clerk, inspector, uid = (
        office.browser(Role.SECRETARIAT),
        office.browser(Role.INSPECTOR),
        office.year.experts[0],
    )
    form_on(clerk, f"/experts/{uid}/edit", f"/experts/{uid}/edit").send(clerk, title="正高级工程师")
    text = inspector.get(f"/audit?kind=expert&object={uid}").text
    assert "修改专家" in text and "正高级工程师" in text
    assert "校验通过" in inspector.get("/audit?verify=yes").text
    proof = inspector.get(f"/audit/plans/{office.year.plan}").text
    assert plan(office).problem.digest in proof and proof.count("满足") == 17


def _choices(text: str, name: str) -> list[str]:
    return re.findall(rf'<input\s+type="radio"\s+name="{name}"\s+value="(\d+)"', text)


def test_conflicts_are_entered_decided_ended_and_withdrawn_with_reasons(office: Office) -> None:
    clerk, uid, page_of = (
        office.browser(Role.SECRETARIAT),
        office.year.experts[0],
        f"/experts/{office.year.experts[0]}",
    )
    form_on(clerk, page_of, f"{page_of}/conflicts").send(
        clerk, organisation="浙江丰收袜业有限公司", kind="ORG_REQUEST", evidence="来函"
    )
    conflict = expert(office, uid).conflicts[0]
    form_on(clerk, page_of, f"{page_of}/conflicts/{conflict.uid}/decide").send(
        clerk, decision="cleared", reason="所述不属实"
    )
    assert expert(office, uid).conflicts[0].decision == "cleared"
    form_on(clerk, page_of, f"{page_of}/conflicts/{conflict.uid}/end").send(
        clerk, until="2026-08-01", reason="已离职"
    )
    assert str(expert(office, uid).conflicts[0].until) == "2026-08-01"
    form_on(clerk, page_of, f"{page_of}/conflicts").send(
        clerk, organisation="诸暨飞跃水泵有限公司", kind="CONSULTING"
    )
    wrong = expert(office, uid).conflicts[1]
    form_on(clerk, page_of, f"{page_of}/conflicts/{wrong.uid}/withdraw").send(
        clerk, reason="登记到别人名下了"
    )
    # It keeps her away by law: nobody lifts that alone, whatever the act is called.
    assert expert(office, uid).conflicts[1].withdrawn_at is None
    assert "由您提出，请另一人决定" in clerk.get("/recusals").text
    chief = office.browser(Role.APPROVER)
    assert "1 项解除回避待另一人决定" in chief.get("/").text
    path = re.findall(r"/liftings/[a-z0-9-]+/decide", chief.get("/recusals").text)[0]
    form_on(chief, "/recusals", path).send(chief, decision="grant", reason="核对过原件")
    assert expert(office, uid).conflicts[1].withdrawn_at is not None


def test_two_experts_are_kept_out_of_one_group(office: Office) -> None:
    clerk, uid, other = (
        office.browser(Role.SECRETARIAT),
        office.year.experts[0],
        office.year.experts[1],
    )
    form_on(clerk, f"/experts/{uid}", f"/experts/{uid}/pairs").send(
        clerk, other=other, kind="SAME_GROUP_KIN", evidence="师生"
    )
    pair = expert(office, other).pairs[0]
    assert pair.other_uid == uid
    form_on(clerk, f"/experts/{other}", f"/experts/{other}/pairs/{pair.uid}/withdraw").send(
        clerk, reason="核实有误"
    )
    chief = office.browser(Role.APPROVER)
    path = re.findall(r"/liftings/[a-z0-9-]+/decide", chief.get("/recusals").text)[0]
    form_on(chief, "/recusals", path).send(chief, decision="refuse", reason="确是师生")
    assert expert(office, uid).pairs[0].withdrawn_at is None


def test_whole_telephone_number_needs_a_reason_and_leaves_a_trace(office: Office) -> None:
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[0]
    form = form_on(clerk, f"/experts/{uid}", f"/experts/{uid}/phone")
    assert "13812345678" not in clerk.get(f"/experts/{uid}").text
    assert "请写明查看的理由" in form.send(clerk, reason=" ").text
    assert "13812345678" in form.send(clerk, reason="通知评审时间").text
    trace = office.browser(Role.INSPECTOR).get(f"/audit?kind=expert&object={uid}").text
    assert "查看电话" in trace and "通知评审时间" in trace


def test_of_a_large_register_a_person_is_looked_for_before_she_is_chosen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drop-down of twenty thousand would be two megabytes of every expert's page."""
    clerk = office.browser(Role.SECRETARIAT)
    uid, other = office.year.experts[:2]
    chosen = f'<option value="{other}"'
    name = expert(office, other).fields.name
    pages = (f"/experts/{uid}", f"/applicants/{office.year.applicants[0]}")
    for path in pages:
        text = clerk.get(path).text
        assert "先找人" not in text and chosen in text
    monkeypatch.setattr(common, "MOST_TO_CHOOSE", 2)
    for path in pages:
        text = clerk.get(path).text
        assert "先找人" in text and chosen not in text
        assert chosen in clerk.get(path, params={"who": name}).text
        assert "没有找到“查无此人”" in clerk.get(path, params={"who": "查无此人"}).text


def test_the_list_of_recusals_is_found_anew_only_when_something_was_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    whole = standing.overview

    def overview(session: Session, viewer: Viewer, year: int) -> Overview:
        found.append(year)
        return whole(session, viewer, year)

    monkeypatch.setattr(standing, "overview", overview)
    clerk, uid = office.browser(Role.SECRETARIAT), office.year.experts[3]
    clerk.get("/recusals")
    before = len(found)
    clerk.get("/recusals?show=barred")
    clerk.get(f"/experts/{uid}")
    clerk.get("/recusals?show=soft")
    assert len(found) == before <= 1
    form_on(clerk, f"/experts/{uid}", f"/experts/{uid}/conflicts").send(
        clerk, organisation="诸暨闻所未闻有限公司", kind="CONSULTING", evidence="合同"
    )
    clerk.get("/recusals")
    assert len(found) == before + 1
