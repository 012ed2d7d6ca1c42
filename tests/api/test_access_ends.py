"""权限随事由终止: dismissal, a new link in place of a lost one, the end of a link; at once, in
every open window and calendar.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from api.groups.board import routes
from api.identity import links, signin, tokens
from assignment.solver.limits import Limits
from award.groups import jobs
from expert_pool import register
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Actor, Role
from expert_pool.ledger import audit
from tests import portal
from tests.api import story
from tests.api.world import World

DAYS = timedelta(days=30)


def link(world: World, lasts: timedelta = DAYS) -> str:
    end = world.clock() + lasts
    return links.issue_personal(world.ledger, SYSTEM, world.an_expert, end)[1]


def enter(world: World, token: str) -> TestClient:
    client = world.stranger()
    answer = client.post("/api/v1/links/exchange", json={"token": token})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return client


def inside(client: TestClient) -> bool:
    return client.get("/api/v1/my").status_code == 200


def test_a_dismissed_expert_is_out_at_once_with_her_calendar(world: World) -> None:
    today = world.clock().date()
    with world.ledger.write(SYSTEM) as uow:
        first, last = today - DAYS, today + DAYS
        register.appoint(uow, world.an_expert, "lead", first, last, reason="补录原聘任")
        uow.commit()
    token = link(world)
    client = enter(world, token)
    feed = client.post("/api/v1/my/feed").json()["path"]
    assert inside(client) and world.stranger().get(feed).status_code == 200
    with world.ledger.write(SYSTEM) as uow:
        register.dismiss(uow, world.an_expert, "违反评审纪律")
        uow.commit()
    assert not inside(client)
    assert world.stranger().get(feed).status_code == 404
    refused = world.stranger().post("/api/v1/links/exchange", json={"token": token})
    assert refused.json()["code"] == "bad-link"


def test_a_new_link_ends_what_the_lost_one_opened(world: World) -> None:
    client = enter(world, link(world))
    link(world)
    assert not inside(client)


def test_no_session_outlives_the_link_that_opened_it(world: World) -> None:
    client = enter(world, link(world, timedelta(minutes=10)))
    assert inside(client)
    world.clock.forward(minutes=11)
    assert not inside(client)


@pytest.mark.parametrize("disabled", [False, True], ids=["logged out", "disabled"])
def test_an_open_stream_ends_with_the_right_to_look(tmp_path: Path, disabled: bool) -> None:
    """Not with its quarter of an hour."""
    world, _ = story.build(tmp_path)
    with world.ledger.write(SYSTEM) as uow:
        uid = jobs.start(uow, story.YEAR, Limits(5))
        uow.commit()
    clerk, account = world.client(Role.SECRETARIAT), world.accounts[Role.SECRETARIAT]
    cookie = f"session={clerk.cookies['session']}".encode()
    scope = {"type": "http", "app": world.app, "method": "GET", "headers": [(b"cookie", cookie)]}

    async def silence() -> dict[str, str]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def watched() -> list[str | None]:
        shown = routes.read_job(uid, world.ledger, SYSTEM_VIEWER)
        stream = routes.watch_job(uid, Request(scope, silence), world.ledger, shown)
        seen = [(await anext(stream)).event, (await anext(stream)).event]
        with world.ledger.write(SYSTEM) as uow:
            if disabled:
                signin.set_disabled(uow, account, True, 1)
            else:
                tokens.end_all_sessions(uow, account)
            uow.commit()
        return seen + [one.event async for one in stream]

    assert portal.awaited(watched()) == ["progress", "progress"]
    world.ledger.close()


def test_an_unknown_job_has_no_events(world: World) -> None:
    clerk = world.client(Role.SECRETARIAT)
    answer = clerk.get("/api/v1/jobs/j-unknown/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_refusals_and_looks_at_a_whole_list_stand_in_the_log_once_an_hour(world: World) -> None:
    clerk, admin = world.client(Role.SECRETARIAT), world.client(Role.ADMIN)
    for _ in range(3):
        clerk.get("/api/v1/experts")
        assert admin.get("/api/v1/experts").status_code == 403
    with world.ledger.read() as session:
        entries = audit.entries(session, SYSTEM_VIEWER, limit=50)
    told = [(one.action, one.kind, one.object_id, one.actor_role) for one in entries]
    assert told.count(("read", "expert", "all", "secretariat")) == 1
    assert told.count(("refused", "door", "/api/v1/experts", "admin")) == 1


def test_a_failed_log_in_stands_in_the_log_of_its_account(world: World) -> None:
    body = {"login": "fuzeren", "password": "not the password"}
    assert world.stranger().post("/api/v1/session", json=body).status_code == 401
    with world.ledger.read() as session:
        uid = world.accounts[Role.APPROVER]
        entries = audit.entries(session, SYSTEM_VIEWER, kind="account", object_id=uid)
    assert entries[0].action == "fail-log-in" and "password" not in str(entries[0].after)


def test_a_clock_set_back_and_forth_lengthens_no_session(world: World) -> None:
    """Idle for half an hour ends it, and eight hours after it began, whatever the clock did."""
    clerk = world.log_in(Role.SECRETARIAT)

    def alive() -> bool:
        return clerk.get("/api/v1/session").status_code == 200

    world.clock.forward(days=-1)
    assert alive()
    world.clock.forward(days=1, minutes=29)
    assert alive()  # not idle: it was used while the clock stood a day back, and again now
    for _ in range(16):
        world.clock.forward(minutes=28)
        alive()
    world.clock.forward(minutes=20)
    assert not alive()
    world.clock.forward(hours=-9)
    assert world.log_in(Role.SECRETARIAT).get("/api/v1/session").status_code == 200
    with world.ledger.read() as session:  # the log keeps its order, not the clock's
        assert audit.verify(session) == []


def test_the_document_says_that_a_guess_too_many_is_refused(world: World) -> None:
    """Of whoever is in, as of whoever comes in."""
    document = world.client(Role.SECRETARIAT).get("/openapi.json").json()
    for path in ("/api/v1/session/second-factor", "/api/v1/session/second-factor/stop"):
        assert "429" in document["paths"][path]["post"]["responses"]


def test_who_declares_a_conflict_leads_no_search_about_it_any_longer(tmp_path: Path) -> None:
    """Her search stops, by whichever door it is entered, and says so to others; theirs goes on."""
    world, _ = story.build(tmp_path)
    found = []
    for role, (firm, _) in zip((Role.SECRETARIAT, Role.APPROVER), story.FIRMS, strict=True):
        with world.ledger.write(Actor(world.accounts[role], "某人", role)) as uow:
            job = jobs.start(uow, story.YEAR, Limits(5))
            uow.commit()
        chief = world.client(Role.APPROVER)
        entered = {"organisation": firm, "reason": "配偶在该公司任职"}
        entered["account"] = world.accounts[Role.SECRETARIAT]
        assert "回避已登记" in chief.post("/staff-conflicts/enter", data=entered).text
        with world.ledger.write(SYSTEM) as uow:
            taken = jobs.claim(uow, job, "test")
            jobs.fail(uow, job, "interrupted")
            uow.commit()
        shown = chief.get(f"/api/v1/jobs/{job}").json()
        found.append((taken is None, shown["status"], jobs.STOPPED in shown["notes"]))
    assert found == [(True, "cancelled", True), (False, "failed", False)]
