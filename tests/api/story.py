"""A year told through the interface: experts enrolled, appointed, declared and free, applicants
entered, groups formed.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from assignment.edit import revalue
from assignment.solution import Group, Plan, Visit
from award.groups import plans
from award.groups.snapshot import build_problem
from expert_pool.core import declaration
from expert_pool.core.actor import Actor, Role
from expert_pool.ledger import backup
from tests.api import world as worlds
from tests.api.world import World

YEAR = 2026
START = 2  # the second morning: everybody is away on the first
FIRST, LAST = date(2026, 9, 7), date(2026, 9, 18)
PEOPLE = (
    ("单雄信", "诸暨市质量协会", True, ["1763"]),
    ("曾朴", "绍兴文理学院", True, ["3441"]),
    ("解缙", "诸暨市检验检测中心", False, ["1763"]),
    ("查慎行", "浙江理工大学", False, ["3441"]),
    ("仇英", "诸暨市纺织学会", False, ["1763"]),
    ("区大相", "浙江工业大学", False, ["3441"]),
)
FIRMS = (("浙江丰收袜业有限公司", "1763"), ("诸暨飞跃水泵有限公司", "3441"))


@dataclass(frozen=True)
class Year:
    experts: tuple[str, ...]
    applicants: tuple[str, ...]
    plan: str = ""


def ok(answer: Any) -> Any:
    """The body of an answer that must have succeeded."""
    assert answer.status_code < 300, (answer.status_code, answer.text)
    return answer.json() if answer.content else {}


def build(directory: Path) -> tuple[World, Year]:
    """A world in which the year is told and one plan is drafted, copied from one that is told once
    per test process.
    """
    file, year = _template()
    return worlds.build(directory, file), year


@cache
def _template() -> tuple[Path, Year]:
    directory = Path(tempfile.mkdtemp(prefix="expert-pool-story-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    world = worlds.build(directory)
    told = tell(world)
    plan = draft(world, told)
    world.ledger.close()
    # Not a plain copy: what is still in the write-ahead log would be missing.
    return backup.backup(world.settings.database_url, directory / "told.db"), replace(
        told, plan=plan
    )


def draft(world: World, year: Year) -> str:
    """Two groups by hand, one per firm: the plan does not hang on how much time a solver gets.

    Its public id.
    """
    clerk = Actor(world.accounts[Role.SECRETARIAT], "secretariat-先生", Role.SECRETARIAT)
    with world.ledger.write(clerk) as uow:
        snapshot = build_problem(uow.session, YEAR)
        groups = tuple(
            Group(year.experts[position], year.experts[position::2], (Visit(firm, START, 2),))
            for position, firm in enumerate(year.applicants)
        )
        plan = revalue(snapshot.problem, Plan(snapshot.problem.digest, "feasible", groups))
        uid = plans.save_draft(uow, YEAR, snapshot.problem, plan, snapshot.names)
        uow.commit()
    return uid


def tell(world: World) -> Year:
    """Six experts and two applicants, ready to be planned."""
    clerk = world.client(Role.SECRETARIAT)
    year = {
        "year": YEAR,
        "title": "2026年度诸暨市政府质量奖",
        "window_first": str(FIRST),
        "window_last": str(LAST),
        "deadline": "2026-06-30",
    }
    ok(
        clerk.post(
            "/api/v1/years",
            json=year | {"policy": {"groups": [2, 2], "group_size": [3, 3], "max_groups": 1}},
        )
    )
    experts = tuple(_expert(world, clerk, *person) for person in PEOPLE)
    applicants = tuple(
        str(
            ok(
                clerk.post(
                    f"/api/v1/years/{YEAR}/applicants",
                    json={
                        "name": name,
                        "award": "QUALITY",
                        "industries": [{"code": code}],
                        "employees": 250,
                        "town_code": "330681001",
                        "phone": "13900001111",
                    },
                )
            )["uid"]
        )
        for name, code in FIRMS
    )
    for uid in experts:  # asked once the list is whole
        own = world.expert_client(uid)
        listed = [one["uid"] for one in ok(own.get(f"/api/v1/my/applicants/{YEAR}"))]
        ok(own.post(f"/api/v1/my/applicants/{YEAR}/answer", json={"seen": listed}))
    return Year(experts, applicants)


def _expert(
    world: World, clerk: TestClient, name: str, employer: str, quality: bool, codes: list[str]
) -> str:
    body = {
        "name": name,
        "employer": employer,
        "quality": quality,
        "leader": True,
        "seniority": 4,
        "phone": "13812345678",
        "town_code": "330681001",
        "industries": [{"code": code} for code in codes],
    }
    uid = str(ok(clerk.post("/api/v1/experts", json=body))["uid"])
    appointment = {
        "grade": "lead",
        "first": "2025-01-01",
        "last": "2027-12-31",
        "reason": "补录原聘任",
    }
    ok(clerk.post(f"/api/v1/experts/{uid}/appointments", json=appointment))
    own = world.expert_client(uid)
    ok(
        own.post(
            f"/api/v1/my/declaration/{YEAR}",
            json={"text_sha256": declaration.SHA256, "agreed": True},
        )
    )
    away = {
        "absences": [{"date": str(FIRST), "half": "AM"}],
        "first": str(FIRST),
        "last": str(LAST + timedelta(7)),
        "text": "9.7上午",
    }
    ok(own.put(f"/api/v1/my/availability/{YEAR}", json=away, headers={"If-Match": '"0"'}))
    return uid
