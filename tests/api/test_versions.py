"""no change without the version that was read: 428 when it is missing, 412 when somebody else was
faster.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.kit import access
from expert_pool.core.actor import Role
from tests.api import story
from tests.api.story import YEAR, ok
from tests.api.world import World


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, story.Year]]:
    world, year = story.build(tmp_path_factory.mktemp("versions"))
    yield world, year
    world.ledger.close()


def _versioned(world: World) -> list[tuple[str, str, object]]:
    """(method, path, example body) of every operation that takes If-Match."""
    document = world.stranger().get("/openapi.json").json()
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if any(
                parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())
            ):
                schema = (
                    operation.get("requestBody", {})
                    .get("content", {})
                    .get("application/json", {})
                    .get("schema", {})
                )
                name = schema.get("$ref", "").rsplit("/", 1)[-1]
                examples = document["components"]["schemas"][name]["examples"] if name else [None]
                found.append((method.upper(), path, examples[0]))
    return found


STAFF = (Role.SECRETARIAT, Role.APPROVER, Role.ADMIN, Role.INSPECTOR)


def test_every_change_asks_for_the_version(told: tuple[World, story.Year]) -> None:
    world, year = told
    answers = {}
    doors = {(door.method, door.path): door.allow for door in access.doors(world.app)}
    for method, path, body in _versioned(world):
        role = next((one for one in STAFF if access.may(one, doors[method, path])), None)
        client = world.client(role) if role else world.expert_client(year.experts[0])
        filled = path.replace("{year}", str(YEAR)).replace("{uid}", "x-000000000000000")
        answers[method, path] = client.request(method, filled, json=body).status_code
    assert set(answers.values()) == {428}, answers
    assert len(answers) >= 25


def test_an_old_version_changes_nothing(told: tuple[World, story.Year]) -> None:
    world, year = told
    clerk, own = world.client(Role.SECRETARIAT), world.expert_client(year.experts[0])
    days = {"absences": [], "first": "2026-09-07", "last": "2026-09-18"}
    tries = [
        (
            clerk,
            "PATCH",
            f"/api/v1/experts/{year.experts[0]}",
            {"title": "教授"},
            f"/api/v1/experts/{year.experts[0]}",
        ),
        (
            clerk,
            "PATCH",
            f"/api/v1/applicants/{year.applicants[0]}",
            {"employees": 1},
            f"/api/v1/applicants/{year.applicants[0]}",
        ),
        (clerk, "PATCH", f"/api/v1/years/{YEAR}", {"title": "别的名称"}, f"/api/v1/years/{YEAR}"),
        (
            clerk,
            "POST",
            f"/api/v1/plans/{year.plan}/pins",
            {"kind": "together", "cases": list(year.applicants)},
            f"/api/v1/plans/{year.plan}",
        ),
        (own, "PATCH", "/api/v1/my", {"title": "教授"}, "/api/v1/my"),
        (own, "PUT", f"/api/v1/my/availability/{YEAR}", days, f"/api/v1/my/availability/{YEAR}"),
    ]
    for client, method, path, body, read in tries:
        before = client.get(read)
        for stale in ('"0"', '"999"', "*", "yesterday", '"99999999999999999999"'):
            assert (
                client.request(method, path, json=body, headers={"If-Match": stale}).status_code
                == 412
            ), (path, stale)
        assert client.get(read).content == before.content


def test_of_two_who_read_the_same_version_one_may_write(told: tuple[World, story.Year]) -> None:
    world, year = told
    path = f"/api/v1/experts/{year.experts[1]}"
    here, there = world.client(Role.SECRETARIAT), world.client(Role.SECRETARIAT)
    etag = here.get(path).headers["etag"]
    first = here.patch(path, json={"title": "研究员"}, headers={"If-Match": etag})
    second = there.patch(path, json={"phone": "13912345678"}, headers={"If-Match": etag})
    assert (first.status_code, second.status_code) == (204, 412)
    again = there.patch(
        path, json={"phone": "13912345678"}, headers={"If-Match": first.headers["etag"]}
    )
    assert again.status_code == 204
    fields = ok(here.get(path))["fields"]
    assert (fields["title"], fields["phone"]) == ("研究员", "139****5678")


def test_full_telephone_number_takes_a_reason_that_is_logged(
    told: tuple[World, story.Year],
) -> None:
    world, year = told
    clerk, inspector = world.client(Role.SECRETARIAT), world.client(Role.INSPECTOR)
    path = f"/api/v1/experts/{year.experts[2]}"
    assert "13812345678" not in clerk.get(path).text
    assert clerk.post(f"{path}/phone", json={"reason": ""}).status_code == 422
    assert ok(clerk.post(f"{path}/phone", json={"reason": "通知开会"})) == {"phone": "13812345678"}
    newest = ok(inspector.get("/api/v1/audit", params={"limit": 1}))[0]
    assert (newest["action"], newest["object_id"], newest["reason"]) == (
        "read-phone",
        year.experts[2],
        "通知开会",
    )
    assert ok(inspector.get("/api/v1/audit/verification"))["whole"] is True
