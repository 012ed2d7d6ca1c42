"""guards live in the use case: every act on a plan, through every door, as every role, also of
staff with a conflict (办法第十六条).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import api
from api.groups.board import commands as on_jobs
from api.groups.draws import commands as on_draws
from api.groups.plans import commands as on_plans
from api.identity import staff_conflicts
from api.identity.tables import Account
from api.kit.access import may
from api.kit.commands import Command
from award.groups.tables import PlanDraw, PlanVersion, SolveJob
from award.year.tables import AwardYear
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import audit
from tests.api import drawn, story
from tests.api import world as worlds
from tests.api.story import FIRMS
from tests.api.world import World

ROLES = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.ADMIN, Role.EXPERT)


@dataclass(frozen=True)
class Doors:
    """One command with the page and the route that lead to it; either may be missing."""

    command: Command[Any, Any]
    page: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    route: str = ""
    body: dict[str, Any] = field(default_factory=dict)


def every_door(plan: str, member: str, case: str, trial: str, draw: str) -> dict[str, Doors]:
    board, route, pin = f"/board/{plan}", f"/api/v1/plans/{plan}", {"kind": "member"}
    held = pin | {"reviewer": member, "case": case}
    because, chosen = {"reason": "试"}, {"number": 0}
    return {
        "EDIT": Doors(
            on_plans.EDIT,
            f"{board}/leader",
            {"group": 0, "reviewer": member},
            f"{route}/edits",
            {"edit": {"kind": "lead", "group": 0, "member": member}, "reason": "试"},
        ),
        "ARRANGE": Doors(
            on_plans.ARRANGE,
            f"{board}/arrangement",
            {"wanted": '{"groups":[]}'},
            f"{route}/arrangement",
            {"groups": []},
        ),
        "MOVE": Doors(on_plans.MOVE, f"{board}/visit", {"case": case, "start": 0}),
        "UNDO": Doors(on_plans.UNDO, f"{board}/undo", {}, f"{route}/undo"),
        "REDO": Doors(on_plans.REDO, f"{board}/redo", {}, f"{route}/redo"),
        "PIN": Doors(on_plans.PIN, route=f"{route}/pins", body=held),
        "UNPIN": Doors(on_plans.UNPIN, route=f"{route}/pins/removal", body=held),
        "FORBID": Doors(
            on_plans.FORBID, f"{board}/forbid", {"reviewer": member, "case": case} | because
        ),
        "HOLD": Doors(on_plans.HOLD, f"{board}/hold", held),
        "HOLD_MEMBER": Doors(
            on_plans.HOLD_MEMBER, f"{board}/pin", {"reviewer": member, "case": case}
        ),
        "SUBMIT": Doors(on_plans.SUBMIT, f"{board}/submit", {}, f"{route}/submission", {}),
        "RECALL": Doors(on_plans.RECALL, f"{board}/recall", {}, f"{route}/recall"),
        "SEND_BACK": Doors(
            on_plans.SEND_BACK, f"{board}/send-back", because, f"{route}/return", because
        ),
        "APPROVE": Doors(on_plans.APPROVE, f"{board}/approve", {}, f"{route}/approval", {}),
        "REOPEN": Doors(on_plans.REOPEN, f"{board}/reopen", because, f"{route}/reopening", because),
        "PUBLISH": Doors(on_plans.PUBLISH, f"{board}/publish", {}, f"{route}/publication"),
        "WITHDRAW": Doors(
            on_plans.WITHDRAW, f"{board}/withdraw", because, f"{route}/withdrawal", because
        ),
        "COPY": Doors(on_plans.COPY, f"{board}/copy", {}, f"{route}/copies", {}),
        "DRAW": Doors(
            on_draws.DRAW,
            f"/draws/{draw}/draw",
            {"seed": "123", "source": "掷骰"},
            f"/api/v1/draws/{draw}/drawing",
            {"seed": "123", "source": "掷骰"},
        ),
        "PROPOSE_VOID": Doors(
            on_draws.PROPOSE_VOID,
            f"/draws/{draw}/void",
            because,
            f"/api/v1/draws/{draw}/voiding",
            because,
        ),
        "AGREE_AGAIN": Doors(
            on_draws.AGREE_AGAIN,
            f"/draws/{draw}/again",
            because,
            f"/api/v1/draws/{draw}/consent",
            because,
        ),
        "DECIDE_VOID": Doors(
            on_draws.DECIDE_VOID,
            f"/draws/{draw}/void/decide",
            because | {"decision": "agree"},
            f"/api/v1/draws/{draw}/voiding/decision",
            because | {"agreed": True},
        ),
        "ADOPT_TRIAL": Doors(
            on_jobs.ADOPT_TRIAL,
            f"/trials/{trial}/adopt",
            chosen,
            f"/api/v1/trials/{trial}/adoption",
            chosen,
        ),
        "ADOPT_REPAIR": Doors(
            on_jobs.ADOPT_REPAIR, "/repairs/0123456789abcdef/adopt", {"number": 0}
        ),
    }


# Stopping a solve changes no plan and shows none: whoever may start one may stop it.
NOT_ON_A_PLAN = {"CANCEL"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, Doors]]]:
    file, year = story._template()
    world = worlds.build(tmp_path_factory.mktemp("commands"), file, fresh=True)
    trial, draw = drawn.finish_trial(world, year), drawn.publish_set(world, year)
    with world.ledger.read() as session:
        row = session.scalars(select(PlanVersion)).one()
    book = story.ok(world.client(Role.SECRETARIAT).get(f"/api/v1/plans/{row.uid}"))["book"]
    group = book["groups"][0]
    doors = every_door(
        row.uid,
        group["seats"][1]["person"]["id"],
        group["visits"][0]["firm"]["id"],
        trial,
        draw,
    )
    yield world, doors
    world.app.state.engine.close()
    world.ledger.close()


def stored(world: World) -> list[tuple[Any, ...]]:
    """Every plan and set as it lies on the disk."""
    with world.ledger.read() as session:
        plans = session.execute(select(PlanVersion.uid, PlanVersion.version, PlanVersion.status))
        sets = session.execute(select(PlanDraw.uid, PlanDraw.version, PlanDraw.status))
        return sorted(tuple(row) for row in (*plans, *sets))


def knock(world: World, role: Role, doors: Doors) -> list[int]:
    """The answers at the page and at the route."""
    client = world.expert_client(world_expert(world)) if role is Role.EXPERT else world.client(role)
    found = []
    if doors.page:
        client.headers["Accept"] = "text/html"
        answer = client.post(doors.page, data={"version": 1} | doors.form, follow_redirects=False)
        found.append(answer.status_code)
    if doors.route:
        client.headers["Accept"] = "application/json"
        answer = client.post(doors.route, json=doors.body, headers={"If-Match": '"1"'})
        found.append(answer.status_code)
    return found


def world_expert(world: World) -> str:
    return story._template()[1].experts[0]


def test_every_command_on_plans_is_here(office: tuple[World, dict[str, Doors]]) -> None:
    _, doors = office
    named = {
        name
        for module in (on_plans, on_draws, on_jobs)
        for name, one in vars(module).items()
        if isinstance(one, Command)
    }
    assert named == set(doors) | NOT_ON_A_PLAN


def test_no_door_lets_in_who_has_no_permission(office: tuple[World, dict[str, Doors]]) -> None:
    world, doors = office
    before = stored(world)
    for name, one in doors.items():
        for role in ROLES:
            if not may(role, one.command.allow):
                assert set(knock(world, role, one)) == {403}, (name, role)
    assert stored(world) == before


def test_no_door_lets_in_staff_with_a_conflict(office: tuple[World, dict[str, Doors]]) -> None:
    """What is refused leaves the plan as it was, whatever the plan's state and the door."""
    world, doors = office
    with world.ledger.write(SYSTEM) as uow:
        for role in (Role.SECRETARIAT, Role.APPROVER):
            account = uow.load(Account, world.accounts[role])
            staff_conflicts.declare(uow, account.uid, FIRMS[0][0], "亲属")
        uow.commit()
    before = stored(world)
    for name, one in doors.items():
        for role in (Role.SECRETARIAT, Role.APPROVER):
            if may(role, one.command.allow):
                assert set(knock(world, role, one)) == {403}, (name, role)
    assert stored(world) == before


STARTS: dict[str, dict[str, Any]] = {
    "/board/solve": {"preset": "specialist", "time_limit": 1},
    f"/api/v1/years/{story.YEAR}/jobs": {"seconds": 1},
    f"/api/v1/years/{story.YEAR}/draws": {"seconds": 1, "seed_from": "掷骰"},
    f"/api/v1/years/{story.YEAR}/trials": {"wishes": [{"title": "试"}], "seconds": 1},
}


def jobs_and_weights(world: World) -> tuple[object, ...]:
    with world.ledger.read() as session:
        jobs = session.scalars(select(SolveJob.uid).order_by(SolveJob.id)).all()
        return (*jobs, *session.execute(select(AwardYear.version, AwardYear.weights)).one())


@pytest.mark.parametrize("path", STARTS)
def test_who_has_a_conflict_starts_no_search(
    office: tuple[World, dict[str, Doors]], path: str
) -> None:
    """Nor does a refused start leave anything: no job, no other weights of the year."""
    world, _ = office
    with world.ledger.write(SYSTEM) as uow, suppress(Refusal):  # known from the test before
        account = uow.load(Account, world.accounts[Role.SECRETARIAT])
        staff_conflicts.declare(uow, account.uid, FIRMS[0][0], "亲属")
        uow.commit()
    client = world.client(Role.SECRETARIAT)
    page = path == "/board/solve"
    before = jobs_and_weights(world)
    sent = STARTS[path]
    answer = client.post(path, data=sent) if page else client.post(path, json=sent)
    assert answer.json()["code"] == "conflicted"
    assert jobs_and_weights(world) == before
    with world.ledger.read() as session:  # and who tried stands in the log
        tried = audit.entries(session, SYSTEM_VIEWER, kind="door", limit=50)
    assert path.replace(str(story.YEAR), "{year}") in {entry.object_id for entry in tried}


# What a person does for herself, or a department by its link, asks another permission than what
# the office does for them.
OWN = {"OWN_FILE", "PUBLIC"}
# The weights chosen at the start of a solve are kept with the year; who erases says so to her.
BESIDE = {"award_years.edit_year", "register.answer_erasure"}


def test_a_use_case_asks_one_permission_at_all_its_doors() -> None:
    """Read from the code: every door that calls a use case, by the name of what it calls."""
    asked: dict[str, set[tuple[str, str]]] = {}
    for file in sorted(Path(api.__file__).parent.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for door in (one for one in tree.body if isinstance(one, ast.FunctionDef)):
            allow = next(
                (
                    ast.unparse(word.value).rsplit(".", 1)[-1]
                    for decorator in door.decorator_list
                    if isinstance(decorator, ast.Call)
                    for word in decorator.keywords
                    if word.arg == "allow"
                ),
                "",
            )
            for call in (one for one in ast.walk(door) if isinstance(one, ast.Call)):
                first = call.args[0] if call.args else None
                if allow and isinstance(first, ast.Name) and first.id == "uow":
                    asked.setdefault(ast.unparse(call.func), set()).add((allow, door.name))
    assert len(asked) > 20
    mixed = {
        name: doors
        for name, doors in asked.items()
        if len({allow for allow, _ in doors} - OWN - {"allow"}) > 1 and name not in BESIDE
    }
    assert mixed == {}
