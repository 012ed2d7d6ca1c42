"""两个人就是两个人: nobody opens another's account for himself, and the password alone binds no
second factor.
"""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.identity import signin
from expert_pool.core.actor import SYSTEM, Role
from tests.api.world import PASSWORD, STAFF, World

NEW = {"login": "xinren", "name": "辛仁", "role": "approver"}
OWN = "只有本人才知道的一句话"


@pytest.fixture
def second(world: World) -> TestClient:
    """Another administrator than the one every world has."""
    with world.ledger.write(SYSTEM) as uow:
        uid = signin.create_account(uow, "guanli2", "管二", Role.ADMIN, PASSWORD)
        uow.commit()
    world.accounts[Role.ADMIN], first = uid, world.accounts[Role.ADMIN]
    client = world.client(Role.ADMIN)
    world.accounts[Role.ADMIN] = first
    return client


def log_in(world: World, password: str) -> int:
    told = {"login": NEW["login"], "password": password}
    return world.stranger().post("/api/v1/session", json=told).status_code


def version_of(client: TestClient, uid: str) -> str:
    rows = {row["uid"]: row["version"] for row in client.get("/api/v1/accounts").json()}
    return f'"{rows[uid]}"'


def confirm(client: TestClient, uid: str) -> dict[str, str]:
    headers = {"If-Match": version_of(client, uid)}
    answer = client.post(f"/api/v1/accounts/{uid}/confirmation", headers=headers)
    return dict(answer.json())


@pytest.mark.parametrize("role", ["approver", "inspector", "admin"])
def test_who_checks_others_is_let_in_by_two_administrators(
    world: World, second: TestClient, role: str
) -> None:
    first = world.client(Role.ADMIN)
    made = first.post("/api/v1/accounts", json=NEW | {"role": role}).json()
    assert made["link"] == ""
    assert confirm(first, made["uid"])["code"] == "second-person"
    assert log_in(world, OWN) == 401
    link = confirm(second, made["uid"])["link"]
    assert confirm(second, made["uid"])["code"] == "decided"
    token = link.rsplit("/", 1)[1]
    body = {"token": token, "password": OWN}
    weak = world.stranger().post("/api/v1/join", json=body | {"password": "short"})
    assert weak.json()["code"] == "weak-password"
    assert world.stranger().post("/api/v1/join", json=body).status_code == 200
    assert log_in(world, OWN) == 200
    assert world.stranger().post("/api/v1/join", json=body).json()["code"] == "bad-link"  # once


def test_a_clerk_needs_one_administrator_and_sets_her_own_password(world: World) -> None:
    admin = world.client(Role.ADMIN)
    made = admin.post("/api/v1/accounts", json=NEW | {"role": "secretariat"}).json()
    assert "password" not in made
    # An account without a password opens to nothing, not even to what hides its absence.
    assert log_in(world, "nobody has this password") == 401
    token = made["link"].rsplit("/", 1)[1]
    world.clock.forward(hours=73)
    late = world.stranger().post("/api/v1/join", json={"token": token, "password": OWN})
    assert (late.status_code, late.json()["code"]) == (404, "bad-link")


def test_two_living_accounts_never_have_one_name(world: World) -> None:
    admin = world.client(Role.ADMIN)
    again = NEW | {"name": "secretariat -\u3000先生", "role": "secretariat"}
    refused = admin.post("/api/v1/accounts", json=again).json()
    assert refused["code"] == "name-taken" and STAFF[Role.SECRETARIAT] in refused["detail"]


def test_a_link_prefetched_by_a_chat_program_is_still_good(world: World) -> None:
    admin = world.client(Role.ADMIN)
    made = admin.post("/api/v1/accounts", json=NEW | {"role": "secretariat"}).json()
    path = "/join/" + made["link"].rsplit("/", 1)[1]
    stranger = world.stranger()
    assert [stranger.get(path).status_code for _ in range(2)] == [200, 200]
    assert stranger.get("/join/" + "A" * 43).text.replace("A" * 43, "") == stranger.get(
        path
    ).text.replace(path.rsplit("/", 1)[1], "")
    done = stranger.post(path, data={"password": OWN, "again": OWN})
    assert "口令已设好" in done.text and log_in(world, OWN) == 200


def test_an_administrator_gives_no_binding_code_to_himself(world: World) -> None:
    admin = world.client(Role.ADMIN)
    own = admin.post(f"/api/v1/accounts/{world.accounts[Role.ADMIN]}/binding-code")
    assert own.json()["code"] == "own-account"
