"""只办一次: a request sent twice with one key is carried out once, also when the answer to the
first was lost.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.identity.tables import AccountConflict
from api.kit import once
from award.year import years
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.ledger.repeated import DoneRequest
from expert_pool.tables import Expert
from tests.api.world import World
from tests.web.markup import Page

NEWCOMER = {"name": "卫新人", "employer": "绍兴文理学院", "industries": [{"code": "1763"}]}
KEY = {"Idempotency-Key": "0123456789abcdef"}


def people(world: World) -> int:
    with world.ledger.read() as session:
        return session.scalar(select(func.count()).select_from(Expert)) or 0


def send(client: TestClient, body: dict[str, Any], key: dict[str, str] | None = None) -> Any:
    return client.post("/api/v1/experts", json=body, headers=KEY if key is None else key)


def test_sent_twice_it_is_done_once_and_answers_the_same(world: World) -> None:
    clerk, before = world.client(Role.SECRETARIAT), people(world)
    first, second = send(clerk, NEWCOMER), send(clerk, NEWCOMER)
    assert (
        (first.status_code, first.json())
        == (second.status_code, second.json())
        == (
            201,
            first.json(),
        )
    )
    assert people(world) == before + 1
    assert send(clerk, NEWCOMER, {}).status_code in (201, 409)  # without a key it is asked anew


def test_a_key_belongs_to_one_request_of_one_person(world: World) -> None:
    clerk, other = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    assert send(clerk, NEWCOMER).status_code == 201
    assert send(clerk, NEWCOMER | {"name": "卫老人"}).json()["code"] == "key-reused"
    told = {"organisation": "某某袜业有限公司", "reason": "亲属任职"}
    assert other.post("/api/v1/staff-conflicts", json=told, headers=KEY).status_code == 201


def test_a_refused_request_may_be_mended_and_sent_again(world: World) -> None:
    clerk = world.client(Role.SECRETARIAT)
    assert send(clerk, NEWCOMER | {"name": ""}).status_code == 422
    assert send(clerk, NEWCOMER).status_code == 201
    assert send(clerk, NEWCOMER, {"Idempotency-Key": "short"}).json()["code"] == "bad-key"


def test_a_refusal_that_counted_a_guess_is_no_deed(world: World) -> None:
    """Something of it was kept, the guess; it is refused again, not said to be done."""
    clerk = world.client(Role.SECRETARIAT)
    for password in ("wrong", "wrong", "still wrong"):
        told = {"password": password, "proof": "123456"}
        answer = clerk.post("/api/v1/session/second-factor/stop", json=told, headers=KEY)
        assert answer.json()["code"] == "wrong-password"
    assert send(clerk, NEWCOMER).status_code == 201


def test_a_conflict_declared_since_closes_the_answer_that_was_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Done once all the same, but what it told of the organisation is out of her sight."""
    monkeypatch.setattr(once, "_PAUSE", 0.0)
    clerk = world.client(Role.SECRETARIAT)
    with world.ledger.write(SYSTEM) as uow:
        years.open_year(uow, 2026, YearFields("2026年度", date(2026, 9, 7), date(2026, 9, 18)))
        uow.commit()
    firm = {"name": "诸暨市大东袜业有限公司", "award": "QUALITY"}

    def enter() -> Any:
        return clerk.post("/api/v1/years/2026/applicants", json=firm, headers=KEY)

    first = enter()
    assert (first.status_code, enter().json()) == (201, first.json())
    told = {"organisation": "大东袜业", "reason": "配偶任职"}
    assert clerk.post("/api/v1/staff-conflicts", json=told).status_code == 201
    assert enter().json()["code"] == "already-done"


def test_done_and_the_answer_lost_it_is_not_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the server had died between the commit and the answer."""
    clerk, before = world.client(Role.SECRETARIAT), people(world)
    with monkeypatch.context() as crash:
        crash.setattr(once, "_keep", lambda *_: None)
        assert send(clerk, NEWCOMER).status_code == 201
    monkeypatch.setattr(once, "_PAUSE", 0.0)
    assert send(clerk, NEWCOMER).json()["code"] == "already-done"
    assert people(world) == before + 1


def test_ten_at_once_do_it_once(world: World) -> None:
    clerk, before = world.client(Role.SECRETARIAT), people(world)
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: send(clerk, NEWCOMER).status_code, range(10)))
    assert people(world) == before + 1 and set(codes) <= {201, 409}
    with world.ledger.read() as session:
        assert session.scalar(select(func.count()).select_from(DoneRequest)) == 1


def declared(world: World) -> int:
    with world.ledger.read() as session:
        return session.scalar(select(func.count()).select_from(AccountConflict)) or 0


def test_a_form_of_a_page_pressed_twice_makes_one_thing(world: World) -> None:
    """Without JavaScript: the browser sends the same form of the same page again."""
    clerk = world.client(Role.SECRETARIAT)
    form = Page(clerk.get("/staff-conflicts").text).form("/staff-conflicts")
    told = form.fields | {"organisation": "某某袜业有限公司", "reason": "亲属任职"}
    first, second = (
        clerk.post("/staff-conflicts", data=told, follow_redirects=False) for _ in "12"
    )
    assert (first.status_code, first.headers["location"]) == (
        second.status_code,
        second.headers["location"],
    )
    assert first.status_code == 303 and declared(world) == 1
    # Other words, or the page drawn anew: another wish.
    assert (
        clerk.post("/staff-conflicts", data=told | {"organisation": "另一公司"}).status_code == 200
    )
    assert declared(world) == 2
    # Gone back to the page and pressed once more after something else: not answered from memory.
    again = clerk.post("/staff-conflicts", data=told, follow_redirects=False)
    assert (again.status_code, declared(world)) == (409, 2)  # it stands already


def test_ten_presses_at_once_make_one_link_and_all_see_it(world: World) -> None:
    """What shows a secret is kept sealed."""
    clerk, uid = world.client(Role.SECRETARIAT), world.an_expert
    form = Page(clerk.get(f"/experts/{uid}").text).form(f"/experts/{uid}/link")
    with ThreadPoolExecutor(10) as pool:
        pages = list(pool.map(lambda _: clerk.post(form.action, data=form.fields), range(10)))
    links = {found for page in pages for found in re.findall(r"/l/[\w-]{43}", page.text)}
    assert {page.status_code for page in pages} == {200} and len(links) == 1
    with world.ledger.read() as session:
        rows = session.scalars(select(DoneRequest)).all()
    kept = "".join(f"{row.headers}{row.body!r}" for row in rows)
    assert len(rows) == 1 and links.pop().removeprefix("/l/") not in kept


def test_a_file_asked_for_again_from_the_same_page_is_made_anew(world: World) -> None:
    with world.ledger.write(SYSTEM) as uow:
        days = date(2026, 9, 7), date(2026, 9, 18)
        years.open_year(uow, 2026, YearFields("2026年度", *days))
        uow.commit()
    clerk = world.client(Role.SECRETARIAT)
    token = Page(clerk.get("/staff-conflicts").text).form("/staff-conflicts").fields["csrf_token"]
    wanted = {"csrf_token": token, "year": "2026", "phones": "yes", "reason": "通知"}
    answers = [clerk.post("/exports/experts", data=wanted) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert all("attachment" in one.headers["content-disposition"] for one in answers)
    with world.ledger.read() as session:
        assert session.scalar(select(func.count()).select_from(DoneRequest)) == 0
