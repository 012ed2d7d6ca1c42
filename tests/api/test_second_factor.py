"""The second factor: RFC 6238, one use per code, recovery codes, roles that must have it; and
limits on guessing.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.identity import joining, second_factor
from api.identity.sessions import network_of
from expert_pool.core.actor import SYSTEM, Role
from tests import portal
from tests.api import world as worlds
from tests.api.world import PASSWORD, STAFF, World

RFC_SECRET = b"12345678901234567890"
# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
VECTORS = (
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert second_factor.code_at(RFC_SECRET, seconds // 30) == code


@pytest.mark.parametrize(
    ("late", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_code_is_good_for_a_step_around_its_time(late: int, good: bool) -> None:
    at = datetime.fromtimestamp(1111111109, UTC)
    code = second_factor.code_at(RFC_SECRET, second_factor.step_of(at))
    assert (
        second_factor.matching_step(RFC_SECRET, code, at + timedelta(seconds=late), None)
        is not None
    ) is good
    assert second_factor.matching_step(RFC_SECRET, code, at, second_factor.step_of(at)) is None


def test_a_sealed_secret_opens_for_its_account_and_key_only() -> None:
    sealed = second_factor.seal(b"k" * 64, RFC_SECRET, "a-1", b"n" * 12)
    assert second_factor.unseal(b"k" * 64, sealed, "a-1") == RFC_SECRET
    assert second_factor.unseal(b"k" * 64, sealed, "a-2") is None
    assert second_factor.unseal(b"x" * 64, sealed, "a-1") is None
    assert second_factor.unseal(b"k" * 64, "???", "a-1") is None
    assert base64.b64encode(RFC_SECRET).decode() not in sealed


def binding_code(world: World, role: Role) -> str:
    """As an administrator or the operator hands it over."""
    with world.ledger.write(SYSTEM) as uow:
        code = joining.bind_code(uow, world.accounts[role])
        uow.commit()
    return code


def bind(
    world: World, client: TestClient, role: Role = Role.APPROVER, proof: str = ""
) -> tuple[bytes, list[str]]:
    started = client.post("/api/v1/session/second-factor/start").json()
    secret = base64.b32decode(started["secret"] + "=" * (-len(started["secret"]) % 8))
    code = second_factor.code_at(secret, second_factor.step_of(world.clock.now))
    answer = client.post(
        "/api/v1/session/second-factor",
        json={
            "sealed": started["sealed"],
            "code": code,
            "password": PASSWORD,
            "proof": proof or binding_code(world, role),
        },
    )
    assert answer.status_code == 201, answer.text
    return secret, answer.json()["recovery_codes"]


def log_in(world: World, **more: str) -> tuple[int, str]:
    answer = world.stranger().post(
        "/api/v1/session", json={"login": STAFF[Role.APPROVER], "password": PASSWORD, **more}
    )
    return answer.status_code, answer.json().get("code", "")


def test_with_a_second_factor_the_password_alone_opens_nothing(world: World) -> None:
    secret, codes = bind(world, world.log_in(Role.APPROVER))
    assert log_in(world) == (401, "second-factor-needed")
    assert log_in(world, password="wrong-password") == (401, "bad-credentials")
    world.clock.forward(seconds=60)
    now = second_factor.code_at(secret, second_factor.step_of(world.clock.now))
    assert log_in(world, code=now) == (200, "")
    assert log_in(world, code=now) == (401, "bad-code")  # not twice
    assert log_in(world, code="000000") == (401, "bad-code")
    assert log_in(world, code=codes[0].upper().replace("-", " ")) == (200, "")
    assert log_in(world, code=codes[0]) == (401, "bad-code")
    for file in world.settings.data_dir.glob("pool.db*"):
        raw = file.read_bytes()
        assert (
            secret not in raw
            and second_factor.spelled(secret).encode() not in raw
            and codes[1].encode() not in raw
        )


def test_guessing_codes_closes_the_door(world: World) -> None:
    bind(world, world.log_in(Role.APPROVER))
    assert [log_in(world, code=f"{number:06}")[0] for number in range(10)] == [401] * 10
    assert log_in(world, code="000000") == (429, "too-many-failures")


def test_a_page_asks_for_the_code_in_a_second_step(world: World) -> None:
    secret, _ = bind(world, world.log_in(Role.APPROVER))
    world.clock.forward(seconds=60)
    browser = world.stranger()
    asked = browser.post(
        "/login", data={"login": STAFF[Role.APPROVER], "password": PASSWORD, "next": "/board"}
    )
    assert asked.status_code == 200 and "session" not in browser.cookies
    ticket = re.findall(r'name="ticket" value="([^"]+)"', asked.text)[0]
    assert browser.post("/login/code", data={"ticket": ticket, "code": "123456"}).status_code == 401
    forged = ticket.replace(ticket.split("|")[0], str(int(ticket.split("|")[0]) + 600))
    code = second_factor.code_at(secret, second_factor.step_of(world.clock.now))
    assert (
        "请重新输入口令" in browser.post("/login/code", data={"ticket": forged, "code": code}).text
    )
    entered = browser.post(
        "/login/code",
        data={"ticket": ticket, "code": code, "next": "/board"},
        follow_redirects=False,
    )
    assert entered.headers["location"] == "/board" and "session" in browser.cookies
    world.clock.forward(minutes=6)
    later = second_factor.code_at(secret, second_factor.step_of(world.clock.now))
    assert (
        world.stranger().post("/login/code", data={"ticket": ticket, "code": later}).status_code
        == 401
    )


def test_a_role_that_must_have_it_can_do_nothing_before(tmp_path: Path) -> None:
    world = worlds.build(tmp_path, second_factor_roles="approver,inspector")
    client = world.log_in(Role.INSPECTOR)
    assert client.get("/api/v1/audit").json()["code"] == "second-factor-due"
    assert (
        client.get("/audit", headers={"Accept": "text/html"}, follow_redirects=False).headers[
            "location"
        ]
        == "/second-factor"
    )
    assert "绑定之后才能继续" in client.get("/second-factor").text
    assert world.client(Role.SECRETARIAT).get("/api/v1/experts").status_code == 200
    bind(world, client, Role.INSPECTOR)
    assert client.get("/api/v1/audit").status_code == 200
    stopped = client.post(
        "/api/v1/session/second-factor/stop", json={"password": PASSWORD, "proof": "x"}
    )
    assert stopped.json()["code"] == "second-factor-due"
    world.ledger.close()


def test_the_password_alone_binds_no_factor_and_rebinds_none(world: World) -> None:
    """Whoever has stolen a password, or the session too, cannot put his own telephone in place."""
    client = world.log_in(Role.APPROVER)
    started = client.post("/api/v1/session/second-factor/start").json()
    secret = base64.b32decode(started["secret"] + "=" * (-len(started["secret"]) % 8))

    def confirm(proof: str) -> str:
        world.clock.forward(seconds=60)
        code = second_factor.code_at(secret, second_factor.step_of(world.clock.now))
        body = {"sealed": started["sealed"], "code": code, "password": PASSWORD, "proof": proof}
        answer = client.post("/api/v1/session/second-factor", json=body)
        return "" if answer.status_code == 201 else str(answer.json()["code"])

    other = binding_code(world, Role.INSPECTOR)
    assert [confirm(proof) for proof in ("", "AAAA-BBBB-CCCC-DDDD", other)] == ["bad-code"] * 3
    good = binding_code(world, Role.APPROVER)
    assert confirm(good.lower().replace("-", " ")) == ""
    assert confirm(good) == "bad-code"  # once
    world.clock.forward(seconds=60)
    now = second_factor.code_at(secret, second_factor.step_of(world.clock.now))
    stop = "/api/v1/session/second-factor/stop"
    alone = {"password": PASSWORD, "proof": ""}
    assert client.post(stop, json=alone).json()["code"] == "bad-code"
    assert client.post(stop, json=alone | {"proof": now}).status_code == 204


def test_the_administrator_resets_a_lost_factor_with_a_reason(world: World) -> None:
    bind(world, world.log_in(Role.APPROVER))
    admin, uid = world.client(Role.ADMIN), world.accounts[Role.APPROVER]
    assert next(one for one in admin.get("/api/v1/accounts").json() if one["uid"] == uid)[
        "second_factor"
    ]
    path = f"/accounts/{uid}/factor"
    assert admin.post(path, data={"reason": " "}).status_code == 422
    assert admin.post(path, data={"reason": "手机丢失，已当面核对"}).status_code == 200
    assert log_in(world) == (200, "")
    own = f"/accounts/{world.accounts[Role.ADMIN]}/factor"
    assert admin.post(own, data={"reason": "自己"}).status_code == 409


def test_the_page_binds_shows_a_picture_and_the_codes_once(world: World) -> None:
    client = world.log_in(Role.SECRETARIAT)
    started = client.post("/second-factor/start").text
    assert "<svg" in started and "style=" not in started
    sealed = re.findall(r'name="sealed" value="([^"]+)"', started)[0]
    spelled = re.findall(r'<span class="mono">([A-Z2-7]{32})</span>', started)[0]
    wrong = client.post(
        "/second-factor", data={"sealed": sealed, "code": "000000", "password": PASSWORD}
    )
    assert wrong.status_code == 422 and spelled in wrong.text
    code = second_factor.code_at(base64.b32decode(spelled), second_factor.step_of(world.clock.now))
    sent = {"sealed": sealed, "code": code, "proof": binding_code(world, Role.SECRETARIAT)}
    assert "口令不对" in client.post("/second-factor", data=sent | {"password": "x"}).text
    done = client.post("/second-factor", data=sent | {"password": PASSWORD}).text
    assert (
        len(re.findall(r"<li>([a-z2-7]{4}-){3}[a-z2-7]{4}</li>", done))
        == second_factor.RECOVERY_CODES
    )
    assert (
        client.post(
            "/second-factor/stop",
            data={"password": PASSWORD, "proof": _recovery(done)},
            follow_redirects=False,
        ).status_code
        == 303
    )
    assert client.get("/api/v1/session").status_code == 401


def _recovery(page: str) -> str:
    return re.findall(r"<li>([a-z2-7-]{19})</li>", page)[0]


def test_a_name_guessed_from_many_places_is_closed_for_a_while(tmp_path: Path) -> None:
    world = worlds.build(tmp_path, trusted_proxies="10.0.0.0/8", failures_per_minute=100)
    peer = portal.through(
        TestClient(world.app, raise_server_exceptions=False, client=("10.0.0.1", 1))
    )
    wrong = {"login": "jingban", "password": "x"}
    found = [
        peer.post(
            "/api/v1/session", json=wrong, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        ).status_code
        for number in range(51)
    ]
    assert found == [401] * 50 + [429]
    world.clock.forward(minutes=16)
    assert (
        peer.post(
            "/api/v1/session", json=wrong, headers={"X-Forwarded-For": "192.0.2.99"}
        ).status_code
        == 401
    )
    world.ledger.close()


def test_guessed_links_are_counted_by_place_and_a_good_one_is_refused_meanwhile(
    world: World,
) -> None:
    guesser = world.stranger()
    tried = [guesser.post("/l/" + "A" * 43).status_code for _ in range(61)]
    assert tried == [404] * 60 + [429]
    world.clock.forward(seconds=61)
    assert guesser.post("/l/" + "A" * 43).status_code == 404


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_line_is_one_place(address: str, place: str) -> None:
    assert network_of(address) == place
