"""what every answer carries, whatever happened: headers, problem sentences, limits, no trace of
secrets (reliability T14, T17).
"""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kit import access
from api.kit.access import Permission, Router
from api.kit.logs import masked
from api.kit.middleware import SECURITY_HEADERS
from expert_pool.core.actor import Role
from expert_pool.ledger.audit import AuditEntry
from tests.access import calls
from tests.api.world import PASSWORD, TOKEN, World, captured_log

LOGIN = {"login": "jingban", "password": PASSWORD}


def _assert_guarded(client: TestClient, method: str, path: str, **more: object) -> int:
    answer = client.request(method, path, **more)  # type: ignore[arg-type]
    carried = {name: answer.headers.get(name) for name in SECURITY_HEADERS}
    assert carried == SECURITY_HEADERS | (
        {"Referrer-Policy": "no-referrer"} if "/feeds/" in path else {}
    ), (method, path)
    assert len(answer.headers["x-request-id"]) == 16
    if not path.startswith(("/static/", "/docs/assets/")):
        assert answer.headers["cache-control"] == "no-store", (method, path)
    return answer.status_code


def test_every_route_answers_with_the_security_headers(world: World) -> None:
    staff, stranger = (
        calls.client_for(world, Role.INSPECTOR),
        calls.client_for(world, Role.ANONYMOUS),
    )
    for door in access.doors(world.app):
        _assert_guarded(stranger, door.method, calls.path_of(door))
        if door.method == "GET":
            _assert_guarded(staff, door.method, calls.path_of(door))


def test_head_answers_as_get_without_a_body(world: World) -> None:
    clerk, stranger = world.client(Role.SECRETARIAT), calls.client_for(world, Role.ANONYMOUS)
    for client, path in (
        (clerk, "/import"),
        (clerk, "/api/v1/experts"),
        (clerk, "/api/v1/imports/templates/experts.xlsx"),
        (clerk, "/static/app.css"),
        (clerk, "/nowhere"),
        (stranger, "/api/v1/experts"),
        (stranger, "/login"),
        (stranger, "/healthz"),
    ):
        got, head = client.get(path), client.head(path)
        assert head.status_code == got.status_code, path
        assert head.content == b"", path
        assert head.headers.get("content-type") == got.headers.get("content-type"), path
        assert _assert_guarded(client, "HEAD", path) == got.status_code
    assert clerk.head("/api/v1/experts/e-1/merge").status_code in (404, 405)  # no GET, no HEAD


def test_errors_carry_the_security_headers_too(own_world: World) -> None:
    router = Router()

    @router.get("/api/v1/broken", allow=Permission.PUBLIC)
    def broken() -> None:
        raise RuntimeError("secret inner detail")

    own_world.app.include_router(router)
    client = own_world.stranger()
    seen = [
        _assert_guarded(client, "GET", "/nowhere"),
        _assert_guarded(client, "GET", "/api/v1/nowhere"),
        _assert_guarded(client, "GET", "/docs/assets/nothing.js"),
        _assert_guarded(client, "PATCH", "/health"),
        _assert_guarded(client, "GET", "/health", headers={"Host": "elsewhere.example"}),
        _assert_guarded(
            client,
            "POST",
            "/api/v1/session",
            content=b"{",
            headers={"Content-Type": "application/json"},
        ),
        _assert_guarded(
            client,
            "POST",
            "/api/v1/session",
            content=b"x" * 1_100_000,
            headers={"Content-Type": "application/json"},
        ),
        _assert_guarded(
            client,
            "POST",
            "/api/v1/session",
            json=LOGIN,
            headers={"Origin": "https://elsewhere.example"},
        ),
        _assert_guarded(client, "GET", "/api/v1/broken"),
    ]
    assert seen == [404, 404, 404, 405, 421, 422, 413, 403, 500]


def test_last_resort_tells_the_number_and_nothing_else(own_world: World) -> None:
    router = Router()

    @router.get("/api/v1/broken", allow=Permission.PUBLIC)
    def broken() -> None:
        raise RuntimeError("secret inner detail")

    own_world.app.include_router(router)
    log = captured_log()
    answer = own_world.stranger().get("/api/v1/broken")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    # The place and the kind of the error, not its words: they may quote what somebody typed.
    assert "secret inner detail" not in log.getvalue()
    assert re.search(r"RuntimeError.*test_edges.py:\d+ broken", log.getvalue())
    assert answer.json()["request_id"] in log.getvalue()


def test_wrong_fields_are_named_in_chinese(world: World) -> None:
    client = world.client(Role.SECRETARIAT)
    body = {"name": "", "seniority": 9, "industries": [{"code": "ZZ"}], "version": 7}
    answer = client.post("/api/v1/experts", json=body)
    assert answer.status_code == 422
    found = {item["field"]: item["reason"] for item in answer.json()["errors"]}
    assert found == {
        "name": "至少 1 个字",
        "employer": "必填",
        "seniority": "不能大于 5",
        "industries[0].code": "格式不对",
        "version": "没有这个字段，请删去或检查拼写",
    }


@pytest.mark.parametrize("field", ["version", "uid", "id", "created_at", "pinyin"])
def test_no_column_can_be_set_by_its_name(world: World, field: str) -> None:
    answer = world.client(Role.SECRETARIAT).post(
        "/api/v1/experts", json={"name": "张三", "employer": "退休", field: 1}
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("uid", ["x" * 65, "a%20b", "..", "中", "e'--"])
def test_ids_are_bounded(world: World, uid: str) -> None:
    assert world.client(Role.SECRETARIAT).get(f"/api/v1/experts/{uid}").status_code in (404, 422)


@pytest.mark.parametrize("year", ["9223372036854775808", "-1", "1999", "2101", "0x7ea"])
def test_years_are_bounded(world: World, year: str) -> None:
    assert world.client(Role.SECRETARIAT).get(f"/api/v1/years/{year}").status_code == 422


ORIGINS = {
    "our own page": ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 201),
    "another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}, 403),
    "a sister site": ({"Sec-Fetch-Site": "same-site"}, 403),
    "an old browser, our page": ({"Origin": "http://testserver"}, 201),
    "an old browser, another site": ({"Origin": "https://elsewhere.example"}, 403),
    "a sandboxed frame": ({"Origin": "null"}, 403),
    "a program": ({}, 201),
}


@pytest.mark.parametrize(("headers", "status"), ORIGINS.values(), ids=ORIGINS)
def test_changes_come_from_our_own_pages(
    world: World, headers: dict[str, str], status: int
) -> None:
    client = world.client(Role.SECRETARIAT)
    assert (
        client.post(
            "/api/v1/experts", json={"name": "张三", "employer": "退休"}, headers=headers
        ).status_code
        == status
    )


@pytest.mark.parametrize("token", [None, "", "0" * 64, "中"])
def test_changes_need_the_token_of_the_session(world: World, token: str | None) -> None:
    client = world.client(Role.SECRETARIAT)
    del client.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token.encode()}
    answer = client.post(
        "/api/v1/experts", json={"name": "张三", "employer": "退休"}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "bad-csrf")


def test_token_of_another_session_is_no_good(world: World) -> None:
    client, other = world.client(Role.SECRETARIAT), world.client(Role.SECRETARIAT)
    headers = {"X-CSRF-Token": other.headers["X-CSRF-Token"]}
    assert (
        client.post(
            "/api/v1/experts", json={"name": "张三", "employer": "退休"}, headers=headers
        ).status_code
        == 403
    )


def test_page_forms_carry_the_token_in_a_field(world: World) -> None:
    client = world.client(Role.SECRETARIAT)
    token = client.headers.pop("X-CSRF-Token")
    assert client.post("/logout", data={}, follow_redirects=False).status_code == 403
    assert (
        client.post("/logout", data={"csrf_token": token}, follow_redirects=False).status_code
        == 303
    )


def test_no_get_changes_anything(world: World) -> None:
    client = calls.client_for(world, Role.SECRETARIAT)
    with world.ledger.read() as session:
        before = _entries(session)
    for door in access.doors(world.app):
        if door.method == "GET":
            client.get(calls.path_of(door))
    with world.ledger.read() as session:
        assert _entries(session) == before


def _entries(session: Session) -> int:
    """All but the notes of who looked at what and who was refused, which asking is meant to
    leave.
    """
    notes = ("read", "refused")
    kept = select(func.count()).where(AuditEntry.action.not_in(notes))
    return session.scalar(kept) or 0


def test_no_token_reaches_the_log(world: World) -> None:
    log = captured_log()
    staff = world.client(Role.SECRETARIAT)
    tokens = [staff.cookies["session"], staff.headers["X-CSRF-Token"]]
    for purpose in ("self", "calendar"):
        path = staff.post(
            f"/api/v1/experts/{world.an_expert}/links", json={"purpose": purpose}
        ).json()["path"]
        tokens += TOKEN.findall(path)
        world.stranger().get(path)
        world.stranger().get(path[:-20])  # as a mail program may cut it
        world.stranger().get(f"/x/{tokens[-1][:20]}")
        world.stranger().post("/api/v1/links/exchange", json={"token": tokens[-1]})
    world.stranger().post("/api/v1/session", json={**LOGIN, "password": "wrong-" + "secret-word"})
    text = log.getvalue()
    assert len(tokens) == 4
    assert text.count('"request"') + text.count("request") > 6
    for token in [*tokens, *(one[:12] for one in tokens), "wrong-secret-word", PASSWORD]:
        assert token not in text


def test_masking_leaves_words_and_ids() -> None:
    assert masked("/l/" + "A" * 43) == "/l/***"
    assert masked("/api/v1/experts/e-0123456789abcde") == "/api/v1/experts/e-0123456789abcde"


def test_docs_page_loads_nothing_from_elsewhere(world: World) -> None:
    client = world.stranger()
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    for path in (
        "/docs/assets/swagger-ui-bundle.js",
        "/docs/assets/swagger-ui.css",
        "/docs/start.js",
        "/openapi.json",
    ):
        assert client.get(path).status_code == 200, path


def test_openapi_describes_every_operation_in_chinese(world: World) -> None:
    document = json.loads(world.stranger().get("/openapi.json").text)
    bare = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if not any(
                "一" <= letter <= "鿿" for letter in operation.get("summary", "")
            ) or not operation.get("tags"):
                bare.append((method, path))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None and "examples" not in _schema(document, body["schema"]):
                bare.append((method, path, "no example"))
    assert bare == []
    assert len(document["paths"]) > 40


def _schema(document: dict, schema: dict) -> dict:  # type: ignore[type-arg]
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return document["components"]["schemas"][name] if name else schema
