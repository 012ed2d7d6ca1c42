"""Who looked at which plan stands in the log, once an hour."""

from __future__ import annotations

from pathlib import Path

from api.identity import staff_conflicts
from api.identity.tables import Account
from expert_pool.core.actor import SYSTEM, Role
from tests.api import story
from tests.api.story import FIRMS, ok
from tests.api.world import World


def looks(world: World) -> list[tuple[str, str, str]]:
    lines = ok(
        world.client(Role.INSPECTOR).get("/api/v1/audit", params={"kind": "plan", "limit": 200})
    )
    return [
        (line["actor_role"], line["object_id"], line["after"]["page"])
        for line in lines
        if line["action"] == "read"
    ]


def test_looking_at_a_plan_is_noted_once_an_hour_for_each_person(tmp_path: Path) -> None:
    world, year = story.build(tmp_path)
    clerk, approver = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    for _ in range(3):
        clerk.get(f"/api/v1/plans/{year.plan}")
        clerk.get("/board", params={"plan": year.plan})
    approver.get("/calendar")
    clerk.get("/experts")
    first = ("secretariat", year.plan, "/api/v1/plans/{uid}")
    assert looks(world) == [("approver", year.plan, "/calendar"), first]
    assert "第一版" in world.client(Role.INSPECTOR).get("/audit?topic=reads").text
    world.clock.forward(minutes=20)
    clerk.get(f"/api/v1/plans/{year.plan}")
    assert len(looks(world)) == 2
    world.clock.forward(minutes=41)
    world.client(Role.SECRETARIAT).get("/board", params={"plan": year.plan})
    assert looks(world)[0] == ("secretariat", year.plan, "/board")
    world.ledger.close()


def test_somebody_turned_away_has_not_looked(tmp_path: Path) -> None:
    world, year = story.build(tmp_path)
    assert world.expert_client(year.experts[0]).get(f"/api/v1/plans/{year.plan}").status_code == 403
    assert world.stranger().get(f"/api/v1/plans/{year.plan}").status_code == 401
    assert looks(world) == []
    world.ledger.close()


def test_the_log_leaves_out_what_a_conflicted_reader_must_keep_away_from(tmp_path: Path) -> None:
    world, year = story.build(tmp_path)
    clerk, expert = world.client(Role.SECRETARIAT), year.experts[0]
    ok(
        clerk.post(
            f"/api/v1/experts/{expert}/conflicts",
            json={"kind": "KINSHIP", "organisation": FIRMS[1][0], "source": "office"},
        )
    )
    ok(
        clerk.post(
            f"/api/v1/experts/{expert}/conflicts",
            json={"kind": "KINSHIP", "organisation": FIRMS[0][0], "source": "office"},
        )
    )

    def told(role: Role) -> str:
        client = world.client(role)
        return client.get("/api/v1/audit", params={"limit": 200}).text + client.get("/audit").text

    assert FIRMS[1][0] in told(Role.INSPECTOR) and year.applicants[1] in told(Role.INSPECTOR)
    with world.ledger.write(SYSTEM) as uow:
        account = uow.load(Account, world.accounts[Role.INSPECTOR])
        staff_conflicts.declare(uow, account.uid, FIRMS[1][0], "亲属")
        uow.commit()
    assert FIRMS[1][0] not in told(Role.INSPECTOR) and year.applicants[1] not in told(
        Role.INSPECTOR
    )
    assert FIRMS[0][0] in told(Role.INSPECTOR)
    assert FIRMS[1][0] in told(Role.APPROVER)
    assert world.client(Role.INSPECTOR).get("/api/v1/audit/verification").json()["whole"]
    world.ledger.close()
