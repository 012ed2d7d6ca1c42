"""运行状态与度量: what a load balancer, a monitoring program and the administrator are told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from expert_pool.core.actor import Role
from tests import portal
from tests.api import world as worlds
from tests.api.world import World, captured_log

TOKEN = "a1b2c3d4" * 5


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("watched")
    token = folder / "metrics.token"
    token.touch(mode=0o600)
    token.write_text(TOKEN + "\n")
    return worlds.build(folder, fresh=True, metrics_token_file=token, backup_dir=folder)


def at(world: World, address: str, host: str = "127.0.0.1:8000") -> TestClient:
    """A program at an address, asking by a host name."""
    client = TestClient(
        world.app, f"http://{host}", raise_server_exceptions=False, client=(address, 5000)
    )
    return portal.through(client)


def test_health_names_each_check(watched: World) -> None:
    told = watched.stranger().get("/health")
    assert told.status_code == 200
    body = told.json()
    assert (body["database"], body["schema_version"], body["key"]) == ("ok", "ok", "ok")
    assert body["status"] == ("ok" if body["disk"] == "ok" else "degraded")


def test_a_changed_key_and_a_foreign_schema_are_not_ready(watched: World) -> None:
    file = watched.settings.secret_file
    kept = file.read_text()
    file.write_text("0123456789abcdef" * 4)
    answer = watched.stranger().get("/health")
    assert (answer.status_code, answer.json()["key"]) == (503, "failed")
    file.unlink()
    assert watched.stranger().get("/health").json()["key"] == "failed"
    file.touch(mode=0o600)
    file.write_text(kept)
    assert watched.stranger().get("/health").status_code == 200


def test_alive_is_told_without_the_database(tmp_path: Path) -> None:
    world = worlds.build(tmp_path)
    with world.ledger.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only=0")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json()["schema_version"]) == (503, "failed")
    world.ledger.close()
    Path(str(world.ledger.engine.url.database)).write_bytes(b"no database at all" * 400)
    answer = world.stranger().get("/health")
    assert (answer.status_code, answer.json()["database"]) == (503, "failed")
    assert world.stranger().get("/health/live").json() == {"status": "ok"}
    assert world.stranger().get("/login").status_code == 200


@pytest.mark.parametrize(
    ("address", "host", "headers", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8000", {}, 200),
        ("::1", "[::1]:8000", {}, 200),
        # Through a proxy on the same machine.
        ("127.0.0.1", "127.0.0.1:8000", {"X-Forwarded-For": "10.0.0.9"}, 401),
        ("127.0.0.1", "testserver", {}, 401),
        ("10.0.0.9", "testserver", {}, 401),
        ("10.0.0.9", "testserver", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("10.0.0.9", "testserver", {"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ("10.0.0.9", "testserver", {"Authorization": f"Basic {TOKEN}"}, 401),
    ],
)
def test_metrics_are_for_this_machine_and_who_bears_the_token(
    watched: World, address: str, host: str, headers: dict[str, str], status: int
) -> None:
    client = at(watched, address, host)
    assert client.get("/metrics", headers=headers).status_code == status
    # Nothing else opens to a monitoring program.
    assert client.get("/api/v1/experts", headers=headers).status_code in (401, 421)


def test_metrics_count_by_template_and_name_nobody(watched: World) -> None:
    staff = watched.client(Role.SECRETARIAT)
    staff.get(f"/experts/{watched.an_expert}")
    staff.get("/l/" + "B" * 43)
    wrong = {"login": "jingban", "password": "cuo-de-kou-ling"}
    assert watched.stranger().post("/api/v1/session", json=wrong).status_code == 401
    told = watched.client(Role.ADMIN).get("/metrics")
    assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = told.text
    found = re.findall(
        r'expert_pool_requests_total\{method="GET",route="/experts/\{uid\}",status="200"\} (\d)',
        text,
    )
    assert len(found) == 1
    for wanted in (
        "expert_pool_request_seconds_bucket",
        'expert_pool_ready{check="database"} 1.0',
        "expert_pool_sessions",
        "expert_pool_failed_logins 1.0",
        "expert_pool_audit_entries",
        "expert_pool_disk_free_bytes",
        "process_resident_memory_bytes",
        "expert_pool_memory_bytes",
    ):
        assert wanted in text
    families = [family.name for family in text_string_to_metric_families(text)]
    assert len(families) == len(set(families))
    for unwanted in (watched.an_expert, "BBBB", "程知节", "jingban"):
        assert unwanted not in text


def test_each_request_is_one_line_with_its_number_and_no_path(watched: World) -> None:
    log = captured_log()
    staff = watched.client(Role.SECRETARIAT)
    staff.get(f"/experts/{watched.an_expert}?search=程知节")
    answer = staff.head("/static/none.css")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = [line for line in lines if line["event"] == "request"]
    assert [(one["route"], one["ids"], one["status"]) for one in told] == [
        ("/experts/{uid}", watched.an_expert, 200),
        ("/static/", "", 404),
    ]
    assert told[1]["request_id"] == answer.headers["x-request-id"]
    assert told[0]["viewer"] == watched.accounts[Role.SECRETARIAT]
    assert "程知节" not in log.getvalue()
