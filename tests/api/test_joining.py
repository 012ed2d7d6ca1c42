"""两个人就是两个人: nobody opens another's account for himself, and the password alone binds no
second factor.
"""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.identity import joining, signin, staff_conflicts
from api.identity.tables import Account
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.facts.refusal import Refusal
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
    alone = world.stranger().post("/api/v1/join", json={"token": token, "password": OWN})
    assert alone.json()["code"] == "bad-link"  # the link is half of it
    body = {"token": token, "password": OWN, "code": made["code"].lower()}
    weak = world.stranger().post("/api/v1/join", json=body | {"password": "short"})
    assert weak.json()["code"] == "weak-password"
    assert world.stranger().post("/api/v1/join", json=body).status_code == 200
    assert log_in(world, OWN) == 200
    assert world.stranger().post("/api/v1/join", json=body).json()["code"] == "bad-link"  # once


def test_who_confirms_puts_no_code_of_his_own_in_place_of_the_other(
    world: World, second: TestClient
) -> None:
    made = world.client(Role.ADMIN).post("/api/v1/accounts", json=NEW).json()
    given = second.post(f"/api/v1/accounts/{made['uid']}/binding-code")
    assert given.json()["code"] == "decided"
    token = confirm(second, made["uid"])["link"].rsplit("/", 1)[1]
    for code in ("", "AAAA-BBBB-CCCC-DDDD"):
        told = {"token": token, "password": OWN, "code": code}
        assert world.stranger().post("/api/v1/join", json=told).json()["code"] == "bad-link"
    page = {"password": OWN, "again": OWN, "half": made["code"]}
    assert "口令已设好" in world.stranger().post(f"/join/{token}", data=page).text


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


# Full width, blanks, brackets, a compatibility sign, traditional, of one sound, alike to the eye.
VARIANTS = ["王 未龍", "王（未龙）", "王·未龙", "王未\uf9c4", "王末龙", "玉未龙", "汪未龙", "Ｗ"]


def test_a_name_that_reads_like_a_living_one_is_taken(world: World) -> None:
    with world.ledger.write(SYSTEM) as uow:
        joining.enter(uow, "wang", "王未龙", Role.APPROVER)
        joining.enter(uow, "w", "W", Role.SECRETARIAT)
        for name in VARIANTS:
            with pytest.raises(Refusal) as refused:
                joining.enter(uow, "wang2", name, Role.SECRETARIAT)
            assert (name, refused.value.code) == (name, "name-taken")
        for name in ("龙未王", "王未龙（质量科）"):
            joining.enter(uow, f"wang{len(name)}", name, Role.SECRETARIAT)


@pytest.mark.parametrize("name", ["Aлександр", "Α", "（）", "朱。娟"])
def test_a_name_is_written_with_signs_that_nobody_mistakes(world: World, name: str) -> None:
    with world.ledger.write(SYSTEM) as uow, pytest.raises(Refusal) as refused:
        joining.enter(uow, "zhu", name, Role.SECRETARIAT)
    assert refused.value.code == "bad-name"


def enter(world: World, login: str, link: str) -> TestClient:
    """Whoever comes in by a one-time link."""
    token = link.rsplit("/", 1)[1]
    joined = world.stranger().post("/api/v1/join", json={"token": token, "password": OWN})
    assert joined.status_code == 200
    client = world.stranger()
    told = {"login": login, "password": OWN}
    client.headers["X-CSRF-Token"] = client.post("/api/v1/session", json=told).json()["csrf_token"]
    return client


def open_case(world: World, client: TestClient) -> str:
    """The path of a case that somebody else has to decide."""
    told = {"kind": "GIFT", "occurred_on": "2026-05-01", "facts": "反映收受礼品"}
    made = client.post(f"/api/v1/experts/{world.an_expert}/violations", json=told)
    return f"/api/v1/violations/{made.json()['uid']}/decision"


def decide(client: TestClient, path: str) -> str:
    """The code of a refusal; empty when it was done."""
    body = {"founded": False, "measure": "none", "reason": "查无此事"}
    answer = client.post(path, json=body, headers={"If-Match": '"1"'})
    return str(answer.json().get("code", "")) if answer.content else ""


def test_an_administrator_is_not_two_clerks(world: World, second: TestClient) -> None:
    """Whoever opens two accounts, or resets a clerk's password, and comes in as both, is one
    person until another administrator says otherwise.
    """
    admin, uids, clerks = world.client(Role.ADMIN), [], []
    for login, name in (("jia", "周一"), ("yi", "钱塘")):
        told = {"login": login, "name": name, "role": "secretariat"}
        made = admin.post("/api/v1/accounts", json=told).json()
        uids.append(made["uid"])
        assert confirm(second, uids[-1])["code"] == "no-password"
        clerks.append(enter(world, login, made["link"]))
    path = open_case(world, clerks[0])
    assert decide(clerks[1], path) == "second-person"
    assert confirm(admin, uids[1])["code"] == "second-person"
    assert confirm(second, uids[1])["link"] == ""
    assert confirm(second, uids[1])["code"] == "decided"
    told = {"version": version_of(admin, uids[1]).strip('"'), "reason": "忘记口令"}
    reset = admin.post(f"/accounts/{uids[1]}/password", data=told).text
    link = re.findall(r"/join/[\w-]+", reset)[0]
    assert decide(enter(world, "yi", link), path) == "second-person"
    confirm(second, uids[1])
    with world.ledger.write(SYSTEM) as uow:
        link = joining.invite(uow, uids[1])  # the operator's command
        uow.commit()
    assert decide(enter(world, "yi", f"/{link}"), path) == ""


def test_a_new_account_of_the_same_name_is_the_same_person(world: World) -> None:
    """Not a second one for what the closed account began, and kept from the same firms."""
    with world.ledger.write(SYSTEM) as uow:
        old = joining.enter(uow, "sun", "孙改任", Role.SECRETARIAT)
        staff_conflicts.declare(uow, old.uid, "诸暨市大东袜业有限公司", "配偶任职")
        uow.commit()
    path = open_case(world, enter(world, "sun", f"/{old.token}"))
    with world.ledger.write(SYSTEM) as uow:
        signin.set_disabled(uow, old.uid, True, uow.load(Account, old.uid).version)
        new = joining.enter(uow, "sun2", "孙　改任", Role.APPROVER)
        uow.commit()
    client = enter(world, "sun2", f"/{new.token}")
    assert decide(client, path) == "second-person"
    with world.ledger.read() as session:
        known = signin.credentials(session, "sun2")
        assert known is not None and known.holder.known_as == {old.uid}
        kept = staff_conflicts.in_force(session, new.uid, *known.holder.known_as)
    assert kept == {"诸暨市大东袜业有限公司"}


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
