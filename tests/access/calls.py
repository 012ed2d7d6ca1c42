"""Calling every route as every kind of caller, harmlessly: unknown ids, no body, no If-Match."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.kit import access
from api.kit.access import Door
from expert_pool.core.actor import Role
from tests.api.world import World

MATRIX = Path(__file__).with_name("matrix.csv")
ROLES = (Role.ANONYMOUS, Role.EXPERT, Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.ADMIN)
NOBODY = "x-000000000000000"


def path_of(door: Door) -> str:
    """The route with well-formed values that name nothing."""
    return re.sub(r"\{year(:\w+)?\}", "2099", re.sub(r"\{(?!year)[^}]+\}", NOBODY, door.path))


def client_for(world: World, role: Role) -> TestClient:
    if role is Role.ANONYMOUS:
        return world.stranger()
    return world.expert_client(world.an_expert) if role is Role.EXPERT else world.client(role)


def outcome(client: TestClient, door: Door) -> str:
    """`401`, `403`, or `in`: the door opened, whatever the room behind it said.

    A failure of ours is its own answer.
    """
    answer = client.request(door.method, path_of(door), follow_redirects=False)
    if answer.status_code >= 500:
        return str(answer.status_code)
    problem = (
        answer.json()
        if answer.headers.get("content-type") == "application/problem+json"
        else {"code": ""}
    )
    return {"not-signed-in": "401", "forbidden": "403"}.get(problem["code"], "in")


def expected(door: Door, role: Role) -> str:
    """What the table of grants says; used to draft rows of the matrix, which people review."""
    if access.may(role, door.allow):
        return "in"
    return "401" if role is Role.ANONYMOUS else "403"


def read_matrix() -> dict[tuple[str, str], dict[str, str]]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {(row["method"], row["path"]): row for row in csv.DictReader(file)}


def write_matrix(app: FastAPI) -> None:
    """Add rows for new routes, drop those of routes that are gone; rows that people reviewed stay
    unless the permission changed.
    """
    known = read_matrix() if MATRIX.exists() else {}
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["method", "path", "allow", *ROLES], lineterminator="\n")
        out.writeheader()
        for door in access.doors(app):
            drafted = {"method": door.method, "path": door.path, "allow": door.allow.value} | {
                role: expected(door, role) for role in ROLES
            }
            reviewed = known.get((door.method, door.path), drafted)
            out.writerow(reviewed if reviewed["allow"] == door.allow.value else drafted)
