"""what a person may not know must not show: two worlds that differ only in hidden facts answer with
the same bytes (reliability T2).

Each fact is one change of the stored data; for each, the list says who may not know it. Every
readable route is then asked in both worlds, with every documented parameter, and status, headers,
body and number of SQL statements are compared.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select, text, update
from sqlalchemy.orm import Session

from api.identity import staff_conflicts
from api.identity.tables import Account
from api.kit import access
from award.groups.tables import PlanVersion
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.tables import Conflict, Expert, PerformanceRecord
from tests.api import drawn, story
from tests.api import world as worlds
from tests.api.story import YEAR, ok
from tests.api.world import World

Vary = Callable[[Session, "Cast"], None]


class Cast:
    """Who is who: `own` looks, `other` is not to be seen; `near` and `far` are the groups with and
    without `own`.
    """

    def __init__(self, world: World, year: story.Year) -> None:
        clerk, approver = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
        plan = f"/api/v1/plans/{year.plan}"
        etag = clerk.get(plan).headers["etag"]
        etag = approver.post(f"{plan}/approval", json={}, headers={"If-Match": etag}).headers[
            "etag"
        ]
        assert clerk.post(f"{plan}/publication", headers={"If-Match": etag}).status_code == 204
        near, far = ok(clerk.get(plan))["book"]["groups"]
        self.plan = year.plan
        # What staff with a conflict may not see at all.
        self.trial, self.draw = drawn.finish_trial(world, year), drawn.publish_set(world, year)
        self.own, self.other = near["seats"][0]["person"]["id"], far["seats"][0]["person"]["id"]
        self.third = far["seats"][1]["person"]["id"]
        self.hidden_firm = far["visits"][0]["firm"]
        assert self.own != self.other
        self.seen: dict[str, dict[str, Any]] = {}  # per looker, what the first world answers


def _sql(statement: str) -> Vary:
    def vary(session: Session, cast: Cast) -> None:
        done = session.execute(
            text(statement), {"own": cast.own, "other": cast.other, "firm": cast.hidden_firm["id"]}
        )
        assert done.rowcount == 1, statement  # type: ignore[attr-defined]

    return vary


def _person(session: Session, uid: str) -> Expert:
    return session.scalars(select(Expert).where(Expert.uid == uid)).one()


def _conflict(whose: str, kind: str, source: str) -> Vary:
    def vary(session: Session, cast: Cast) -> None:
        person = _person(session, getattr(cast, whose))
        facts = {
            "kind": kind,
            "source": source,
            "organisation": cast.hidden_firm["name"],
            "recorded_at": person.created_at,
        }
        session.add(Conflict(expert_id=person.id, uid="c-901", version=1, **facts))

    return vary


def _marks(session: Session, cast: Cast) -> None:
    person = _person(session, cast.own)
    session.add(
        PerformanceRecord(
            expert_id=person.id,
            year=2025,
            organisation="某公司",
            score=61,
            note="迟到",
            uid="r-902",
            version=1,
        )
    )


def _newcomer(session: Session, cast: Cast) -> None:
    session.add(
        Expert(
            name="新人",
            employer="某单位",
            created_at=_person(session, cast.own).created_at,
            uid="e-903",
            version=1,
        )
    )


def _swap_in_plan(session: Session, cast: Cast) -> None:
    """Another leader in the group that is not to be seen: not a byte of the rest changes."""
    for name in session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'plan_version'")
    ).all():
        session.execute(
            text(f"DROP TRIGGER {name}")
        )  # it is published, and the records rightly refuse
    plan = session.scalars(select(PlanVersion).where(PlanVersion.uid == cast.plan)).one()
    assert f'"leader":"{cast.other}"' in plan.plan or f'"leader":"{cast.third}"' in plan.plan
    swapped = (
        plan.plan.replace(cast.other, "@").replace(cast.third, cast.other).replace("@", cast.third)
    )
    session.execute(update(PlanVersion).where(PlanVersion.id == plan.id).values(plan=swapped))


# What an expert may not know about others, nor what others said about her.
FROM_EXPERTS: dict[str, Vary] = {
    "another's telephone": _sql("UPDATE expert SET phone = '13700000000' WHERE uid = :other"),
    "another's name": _sql("UPDATE expert SET name = '欧阳不二' WHERE uid = :other"),
    "another's free days": _sql(
        "UPDATE availability SET text = '全忙' WHERE expert_id = (SELECT id FROM expert WHERE uid ="
        " :other)"
    ),
    "another's declaration": _sql(
        "DELETE FROM declaration WHERE expert_id = (SELECT id FROM expert WHERE uid = :other)"
    ),
    "another's conflict": _conflict("other", "KINSHIP", "declared"),
    "what was reported about her": _conflict("own", "ORG_REQUEST", "reported"),
    "marks for her service": _marks,
    "a new expert": _newcomer,
    "the firm of another group": _sql(
        "UPDATE applicant SET name = '某某', phone = '13600000000' WHERE uid = :firm"
    ),
    "who leads another group": _swap_in_plan,
}
# What she is told all the same: whoever has signed answers a list of all applicants about her
# conflicts.
TOLD = {"the firm of another group": frozenset({f"/api/v1/my/applicants/{YEAR}"})}
# What a staff member who must keep away from an applicant may not know.
FROM_CONFLICTED_STAFF: dict[str, Vary] = {
    "who leads the hidden group": _swap_in_plan,
    "who has a conflict with the applicant": _conflict("other", "KINSHIP", "declared"),
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("two-worlds")


@pytest.fixture(scope="module")
def base(directory: Path) -> Iterator[tuple[Path, Cast, dict[str, str], str]]:
    """The first world, published, with a session for each looker; closed, so that it can be
    copied.
    """
    world, year = story.build(directory)
    cast = Cast(world, year)
    with world.ledger.write(SYSTEM) as uow:
        account = uow.load(Account, world.accounts[Role.INSPECTOR])
        staff_conflicts.declare(uow, account.uid, cast.hidden_firm["name"], "亲属任职")
        uow.commit()
    tokens = {
        "expert": world.expert_client(cast.own).cookies["session"],
        "conflicted": world.client(Role.INSPECTOR).cookies["session"],
    }
    feed = ok(world.expert_client(cast.own).post("/api/v1/my/feed"))["path"]
    world.ledger.close()
    with closing(sqlite3.connect(directory / "pool.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield directory / "pool.db", cast, tokens, feed


@contextmanager
def _world(base: Path, directory: Path, cast: Cast, vary: Vary | None) -> Iterator[World]:
    directory.mkdir()
    template = directory / "template.db"
    shutil.copyfile(base, template)
    if vary is not None:
        engine = create_engine(f"sqlite:///{template}")
        with Session(engine) as session:
            vary(session, cast)
            session.commit()
        engine.dispose()
    world = worlds.build(directory, template)
    yield world
    world.ledger.close()


def _paths(world: World, cast: Cast, role: Role, feed: str) -> list[str]:
    """Every readable route of the role with ids of this world; query parameters with each of their
    listed values.
    """
    values = {
        "year": [str(YEAR)],
        "expert_uid": [cast.own, cast.other],
        "other_uid": [cast.plan],
        "name": ["roster.xlsx", "schedule.docx"],
    }
    values |= {"kind": ["experts"], "link_uid": ["l-1"], "token": ["A" * 43]}
    uids = [cast.own, cast.other, cast.plan, cast.hidden_firm["id"], cast.trial, cast.draw]
    found = [feed]
    for door in access.doors(world.app):
        if (
            door.method == "GET"
            and access.may(role, door.allow)
            and door.path.startswith("/api/")
            and "events" not in door.path
        ):
            variants = [door.path]
            while any("{" in path for path in variants):
                name = variants[0].split("{")[1].split("}")[0]
                variants = [
                    path.replace("{" + name + "}", value)
                    for path in variants
                    for value in values.get(name, uids)
                ]
            found += variants
    listed = [
        f"/api/v1/experts?{query}"
        for query in (f"search={cast.hidden_firm['name'][:2]}", "industry=17", f"year={YEAR - 1}")
    ]
    return found + listed + ["/api/v1/calendar?first=2026-09-01&last=2026-09-30", "/health"]


def _answers(world: World, token: str, paths: list[str]) -> dict[str, Any]:
    client = world.stranger()
    client.cookies.set("session", token)
    counted: list[str] = []
    event.listen(
        world.ledger.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: counted.append(statement),
    )
    answers = {}
    for path in paths:
        counted.clear()
        answer = client.get(path)
        headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        body: Any = answer.text.replace(answer.headers["x-request-id"], "")
        if (
            "openxmlformats" in headers["content-type"]
        ):  # the archive around it tells the second it was made
            headers.pop("content-length")
            body = {
                name: part
                for name, part in _parts(answer.content).items()
                if name != "docProps/core.xml"
            }
        answers[path] = (answer.status_code, headers, body, len(counted))
    return answers


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("fact", FROM_EXPERTS)
def test_an_expert_cannot_tell(
    base: tuple[Path, Cast, dict[str, str], str], tmp_path: Path, fact: str
) -> None:
    _compare(base, tmp_path, "expert", Role.EXPERT, FROM_EXPERTS[fact], TOLD.get(fact, frozenset()))


@pytest.mark.parametrize("fact", FROM_CONFLICTED_STAFF)
def test_conflicted_staff_cannot_tell(
    base: tuple[Path, Cast, dict[str, str], str], tmp_path: Path, fact: str
) -> None:
    _compare(base, tmp_path, "conflicted", Role.INSPECTOR, FROM_CONFLICTED_STAFF[fact])


def _compare(
    base: tuple[Path, Cast, dict[str, str], str],
    tmp_path: Path,
    looker: str,
    role: Role,
    vary: Vary,
    told: frozenset[str] = frozenset(),
) -> None:
    cast, tokens = base[1], base[2]
    one = _first_world(base, tmp_path, looker, role)
    with _world(base[0], tmp_path / "two", cast, vary) as world:
        two = _answers(world, tokens[looker], list(one))
    differing = {path for path in one if one[path] != two[path]}
    assert differing == told
    assert sum(answer[0] == 200 for answer in one.values()) >= 6


def _first_world(
    base: tuple[Path, Cast, dict[str, str], str], tmp_path: Path, looker: str, role: Role
) -> dict[str, Any]:
    """What the looker sees of the world as it is: asked once, as it is the same for every fact."""
    file, cast, tokens, feed = base
    if looker not in cast.seen:
        with _world(file, tmp_path / "one", cast, None) as world:
            paths = [
                path
                for path in _paths(world, cast, role, feed)
                if not (role is Role.INSPECTOR and "/audit" in path)
            ]
            cast.seen[looker] = _answers(world, tokens[looker], paths)
    return cast.seen[looker]


def test_the_comparison_finds_what_is_not_hidden(
    base: tuple[Path, Cast, dict[str, str], str], tmp_path: Path
) -> None:
    """The instrument works: a fact the expert may know shows at once."""
    with pytest.raises(AssertionError, match="/api/v1/my"):
        _compare(
            base,
            tmp_path,
            "expert",
            Role.EXPERT,
            _sql("UPDATE expert SET phone = '13700000000' WHERE uid = :own"),
        )
