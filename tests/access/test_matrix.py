"""every route x every role, against a reviewed table (reliability T1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from api.identity import signin
from api.kit import access
from api.kit.access import GRANTS, Door, Permission
from expert_pool.core.actor import SYSTEM, Role
from tests.access import calls
from tests.api import world as worlds
from tests.api.world import World

# Routes that end the session they are called with.
ENDS_SESSIONS = re.compile("session|logout|password|second-factor|links|account|enter|/l/|erase")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    built = worlds.build(tmp_path_factory.mktemp("matrix"))
    yield built
    built.ledger.close()


@pytest.fixture(scope="module")
def strangers(world: World) -> dict[Door, str]:
    """What every door says to somebody without a session."""
    client = calls.client_for(world, Role.ANONYMOUS)
    return {door: calls.outcome(client, door) for door in access.doors(world.app)}


def test_matrix_lists_exactly_the_routes_there_are(world: World) -> None:
    declared = {(door.method, door.path): door.allow.value for door in access.doors(world.app)}
    reviewed = {route: row["allow"] for route, row in calls.read_matrix().items()}
    assert reviewed == declared, (
        "run `python -m tests.access.make_matrix` and review the difference"
    )


def test_every_route_answers_a_stranger_as_reviewed(strangers: dict[Door, str]) -> None:
    reviewed = {route: row[Role.ANONYMOUS] for route, row in calls.read_matrix().items()}
    assert {(door.method, door.path): said for door, said in strangers.items()} == reviewed


@pytest.mark.parametrize("role", [role for role in calls.ROLES if role is not Role.ANONYMOUS])
def test_every_route_answers_the_role_as_reviewed(world: World, role: Role) -> None:
    reviewed = {route: row[role] for route, row in calls.read_matrix().items()}
    found = {}
    client = calls.client_for(world, role)
    for door in access.doors(world.app):
        found[door.method, door.path] = calls.outcome(client, door)
        if door.method != "GET" and ENDS_SESSIONS.search(door.path):
            client = calls.client_for(world, role)
    assert found == reviewed


def test_strangers_get_in_only_where_it_is_public(world: World) -> None:
    public = {
        (door.method, door.path)
        for door in access.doors(world.app)
        if door.allow is Permission.PUBLIC
    }
    assert {
        route for route, row in calls.read_matrix().items() if row[Role.ANONYMOUS] == "in"
    } == public


@pytest.mark.parametrize("state", ["expired", "disabled", "made-up"])
def test_a_session_that_is_no_more_opens_what_strangers_may(
    world: World, strangers: dict[Door, str], state: str
) -> None:
    client = calls.client_for(world, Role.INSPECTOR)
    now = world.clock.now
    try:
        if state == "expired":
            world.clock.forward(hours=2)
        elif state == "disabled":
            _set_disabled(world, True)
        else:
            client.cookies.clear()
            client.cookies.set("session", "A" * 43)
        assert {door: calls.outcome(client, door) for door in strangers} == strangers
    finally:
        world.clock.now = now
        if state == "disabled":
            _set_disabled(world, False)


def _set_disabled(world: World, disabled: bool) -> None:
    uid = world.accounts[Role.INSPECTOR]
    with world.ledger.write(SYSTEM) as uow:
        version = next(
            account.version for account in signin.accounts(uow.session) if account.uid == uid
        )
        signin.set_disabled(uow, uid, disabled, version)
        uow.commit()


def test_grants_are_these() -> None:
    staff = {
        "public",
        "own-session",
        "read-year",
        "read-experts",
        "read-applicants",
        "read-plans",
        "read-scores",
        "declare-staff-conflict",
    }
    assert {
        role.value: {permission.value for permission in granted} for role, granted in GRANTS.items()
    } == {
        "anonymous": {"public"},
        "expert": {"public", "own-session", "own-file", "own-book"},
        "secretariat": staff
        | {
            "decide-experts",
            "edit-year",
            "edit-experts",
            "edit-applicants",
            "import",
            "edit-plans",
            "issue-links",
            "publish-plans",
            "run-award",
            "tell-votes",
        },
        "approver": staff
        | {
            "decide-experts",
            "approve-plans",
            "publish-plans",
            "read-audit",
            "erase",
            "decide-staff-conflict",
            "run-award",
            "decide-award",
            "tell-votes",
        },
        "inspector": staff | {"read-audit"},
        "admin": {"public", "own-session", "manage-accounts", "monitor"},
        "system": set(),
    }
