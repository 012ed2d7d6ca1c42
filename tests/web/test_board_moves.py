"""The board by hand, as forms without script: pick up, put down, undo, forbid, let go."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient

from award.groups import signing, store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from tests.web.conftest import Office
from tests.web.markup import Form, Page


def form(text: str, action: str) -> Form:
    return Page(text).form(action)


def plan_of(office: Office) -> store.PlanView:
    with office.world.ledger.read() as session:
        return store.plan(session, SYSTEM_VIEWER, office.year.plan)


def test_whatever_is_picked_up_is_shown_every_place_with_its_price(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    found = plan_of(office)
    member = found.plan.groups[0].members[0]
    firm = found.plan.groups[0].cases[0]
    for asked in (
        f"member={member}&group=0",
        f"firm={firm}",
        f"reserve={member}",
        f"visit={firm}",
    ):
        page = clerk.get(f"/board/{plan}/moves?{asked}")
        assert page.status_code == 200
        assert "可以放到" in page.text
        part = clerk.get(f"/board/{plan}/moves?{asked}", headers={"HX-Request": "true"}).text
        assert "<html" not in part
        assert re.findall(r'data-to="([^"]+)"', part) == re.findall(r'data-to="([^"]+)"', page.text)
    assert clerk.get(f"/board/{plan}/moves?member=e-nobody&group=0").status_code == 404
    assert clerk.get(f"/board/{plan}/moves?firm=a-nobody").status_code == 404
    assert office.browser(Role.APPROVER).get(f"/board/{plan}/moves?firm={firm}").status_code == 403


def test_a_visit_is_moved_undone_and_moved_again(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    before = plan_of(office)
    firm = before.plan.groups[0].cases[0]
    page = clerk.get(f"/board/{plan}/moves?visit={firm}").text
    first = next(one for one in Page(page).forms if one.action == f"/board/{plan}/edit")
    assert "broken" not in first.fields
    assert clerk.post(first.action, data=first.fields, follow_redirects=False).status_code == 303
    moved = plan_of(office)
    assert (moved.plan.groups != before.plan.groups, moved.verdict.ok) == (True, True)

    board = clerk.get(f"/board?plan={plan}").text
    assert "撤销：" in board
    clerk.post(f"/board/{plan}/undo", data=form(board, f"/board/{plan}/undo").fields)
    assert plan_of(office).plan == before.plan
    board = clerk.get(f"/board?plan={plan}").text
    clerk.post(f"/board/{plan}/redo", data=form(board, f"/board/{plan}/redo").fields)
    assert plan_of(office).plan.groups == moved.plan.groups


def test_what_breaks_a_rule_is_refused_or_kept_by_choice(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    before = plan_of(office)
    member = before.plan.groups[0].members[0]
    fields = {"kind": "leave", "group": "0", "member": member, "version": str(before.row.version)}
    token = form(clerk.get(f"/board?plan={plan}").text, f"/board/{plan}/forbid").fields
    fields["csrf_token"] = token["csrf_token"]
    refused = clerk.post(f"/board/{plan}/edit", data=fields)
    assert refused.status_code == 409
    assert "没有改动：这样会违反规则" in refused.text
    assert plan_of(office) == before
    kept = clerk.post(
        f"/board/{plan}/edit", data=fields | {"broken": "keep"}, follow_redirects=False
    )
    assert kept.status_code == 303
    assert plan_of(office).verdict.ok is False
    short = clerk.post(f"/board/{plan}/edit", data=fields | {"kind": "exchange"})
    assert (short.status_code, "不完整" in short.text) == (422, True)


def test_a_pair_is_forbidden_with_a_reason_and_let_go(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    asked = form(clerk.get(f"/board?plan={plan}").text, f"/board/{plan}/forbid")
    case = plan_of(office).plan.groups[0].cases[0]
    without = clerk.post(asked.action, data=asked.fields | {"case": case, "reason": " "})
    assert (without.status_code, "理由" in without.text) == (422, True)
    clerk.post(asked.action, data=asked.fields | {"case": case, "reason": "去年意见不合"})
    held = plan_of(office)
    assert [pin.kind for pin in held.problem.pins or ()] == ["exclude"]
    assert "H15" in {one.rule for one in held.verdict.findings}
    board = clerk.get(f"/board?plan={plan}").text
    assert "不评审" in board
    letting = next(
        one
        for one in Page(board).forms
        if one.action == f"/board/{plan}/hold" and one.fields.get("kind") == ["exclude"]
    )
    clerk.post(letting.action, data=letting.fields)
    assert plan_of(office).problem.pins is None


def token_of(office: Office, clerk: TestClient) -> dict[str, Any]:
    """What every form of this session carries."""
    plan = office.year.plan
    board = clerk.get(f"/board?plan={plan}").text
    return {"csrf_token": form(board, f"/board/{plan}/forbid").fields["csrf_token"]}


def test_drops_that_mean_nothing_are_refused_in_words_and_change_nothing(office: Office) -> None:
    """On itself, into a full group, twice, from a page that another clerk's edit overtook, an undo
    after that edit.
    """
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    before = plan_of(office)
    groups, version = before.plan.groups, str(before.row.version)
    one, other = groups[0].members[0], groups[1].members[0]
    same = {"kind": "exchange", "group": "0", "other_group": "0", "member": one, "other": one}
    hostile = (
        same,
        same | {"other": groups[0].members[1]},
        {"kind": "move-member", "group": "0", "target": "0", "member": one},
        {"kind": "move-member", "group": "0", "target": "1", "member": one},
        {"kind": "move-member", "group": "1", "target": "0", "member": one},
        {"kind": "move-member", "group": "0", "target": "99", "member": one},
        {"kind": "join", "group": "0", "newcomer": one},
        {"kind": "replace", "group": "0", "member": one, "newcomer": groups[0].members[1]},
        {"kind": "move-case", "case": groups[0].cases[0], "target": "0"},
        {"kind": "move-visit", "case": groups[0].cases[0], "start": "9999"},
    )
    token = token_of(office, clerk)
    for fields in hostile:
        answer = clerk.post(f"/board/{plan}/edit", data=token | fields | {"version": version})
        assert answer.status_code in (409, 422), fields
        said = Page(answer.text)
        assert said.faults == [] and "。" in answer.text, fields
        assert plan_of(office) == before, fields
    swap = {"kind": "exchange", "group": "0", "other_group": "1", "member": one, "other": other}
    swap |= {"broken": "keep", "version": version}
    first = clerk.post(f"/board/{plan}/edit", data=token | swap, follow_redirects=False)
    assert first.status_code == 303
    after = plan_of(office)
    twice = clerk.post(f"/board/{plan}/edit", data=token | swap, follow_redirects=False)
    assert (twice.status_code, twice.headers["location"]) == (303, first.headers["location"])
    assert plan_of(office) == after
    token = token_of(office, clerk)
    for path, fields in (("edit", swap), ("undo", {"version": version})):
        stale = clerk.post(f"/board/{plan}/{path}", data=token | fields)
        assert stale.status_code in (409, 412), path
        assert "改" in stale.text
        assert plan_of(office) == after


def test_an_undo_after_publishing_is_refused(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    token = token_of(office, clerk)
    visit = plan_of(office).plan.groups[0].cases[0]
    page = clerk.get(f"/board/{plan}/moves?visit={visit}").text
    moved = next(one for one in Page(page).forms if one.action == f"/board/{plan}/edit")
    clerk.post(moved.action, data=moved.fields)
    chief = Actor(office.world.accounts[Role.APPROVER], "负责人", Role.APPROVER)
    with office.world.ledger.write(chief) as uow:
        approved = signing.approve(uow, plan, plan_of(office).row.version)
        version = signing.publish(uow, plan, approved)
        uow.commit()
    published = plan_of(office)
    for path in ("undo", "redo"):
        answer = clerk.post(f"/board/{plan}/{path}", data=token | {"version": str(version)})
        assert answer.status_code == 409
        assert "已发布" in answer.text
    assert plan_of(office) == published
    assert "撤销：" not in clerk.get(f"/board?plan={plan}").text
