"""Two worlds that differ only in what somebody may not know, and what each of them answers.

A fact is one change of the stored data. All facts of a looker are put into the second world at
once, so that one pass over every readable door asks after all of them; which of them showed is
found by putting them in one by one, only when something did.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, inspect, select, text, update
from sqlalchemy.orm import Session

from api.identity import staff_conflicts
from api.identity.tables import Account
from api.kit import access
from assignment.solution import Explanation, Plan, Reason
from assignment.solver.limits import Limits
from award.applicants.tables import (
    Applicant,
    Attachment,
    Incident,
    Inquiry,
    InquiryAnswer,
    Opinion,
)
from award.groups import jobs
from award.groups.tables import CalendarEntry, DutyAnswer, PlanDraw, PlanVersion, SolveJob
from expert_pool.core.actor import SYSTEM, Role, Viewer
from expert_pool.core.hidden import NOTHING_HIDDEN
from expert_pool.ledger.base import Base, UtcDateTime
from expert_pool.tables import Expert, PerformanceRecord
from tests.api import drawn, story
from tests.api import world as worlds
from tests.api.story import YEAR, ok
from tests.api.world import World

Vary = Callable[[Session, "Cast"], None]
Answer = tuple[int, dict[str, str], Any, int]
Plant = tuple[Any, str, Any]  # module, name, what stands there instead
THEN = datetime(2026, 8, 19, 2, 0, tzinfo=UTC)
# Who looks, with what role; staff have a conflict with the firm of the far group.
STAFF = (Role.INSPECTOR, Role.SECRETARIAT, Role.APPROVER)
LOOKERS = (Role.EXPERT, *STAFF, Role.ADMIN, Role.ANONYMOUS)


@dataclass
class Cast:
    """Who is who: `own` looks, `other` is not to be seen; `near` and `far` are the groups with and
    without `own`.
    """

    plan: str
    trial: str
    draw: str
    job: str
    own: str
    other: str
    third: str
    firm: str
    firm_name: str
    near_firm: str
    tokens: dict[Role, str] = field(default_factory=dict)
    feed: str = ""
    now: datetime | None = None  # when it is asked; else the clock of the tests
    # More ids for the paths, by the first step of the path.
    known: dict[str, list[str]] = field(default_factory=dict)


def build(directory: Path) -> Pair:
    """The first world, published, with a session for each looker; closed, so that it can be
    copied.
    """
    world, year = story.build(directory)
    cast = _tell(world, year)
    with world.ledger.write(SYSTEM) as uow:
        for role in STAFF:
            account = uow.load(Account, world.accounts[role])
            staff_conflicts.declare(uow, account.uid, cast.firm_name, "亲属任职")
        served = PerformanceRecord(year=YEAR - 1, organisation="某公司", score=95, note="准时")
        served.expert_id = _id(uow.session, Expert, cast.own)
        uow.add(served, "r")
        asked = Inquiry(year=YEAR, department="市应急管理局", question="有无事故", sent_at=THEN)
        asked.due = date(2026, 9, 1)
        uow.add(asked, "q")
        uow.record("note", "applicant", cast.firm, None, {"text": "甲"}, f"{cast.firm_name}来访")
        uow.commit()
    cast.tokens = {role: world.client(role).cookies["session"] for role in (*STAFF, Role.ADMIN)}
    cast.tokens[Role.EXPERT] = world.expert_client(cast.own).cookies["session"]
    cast.feed = ok(world.expert_client(cast.own).post("/api/v1/my/feed"))["path"]
    return closed(world, cast)


def closed(world: World, cast: Cast) -> Pair:
    """The world in one file, so that copying it is copying all of it."""
    file = world.settings.data_dir / "pool.db"
    world.ledger.close()
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Pair(file, cast)


def _tell(world: World, year: story.Year) -> Cast:
    clerk, approver = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    plan = f"/api/v1/plans/{year.plan}"
    etag = clerk.get(plan).headers["etag"]
    approved = approver.post(f"{plan}/approval", json={}, headers={"If-Match": etag})
    published = clerk.post(f"{plan}/publication", headers={"If-Match": approved.headers["etag"]})
    assert published.status_code == 204
    near, far = ok(clerk.get(plan))["book"]["groups"]
    cast = Cast(
        year.plan,
        # What staff with a conflict may not see at all.
        drawn.finish_trial(world, year),
        drawn.publish_set(world, year),
        "",
        near["seats"][0]["person"]["id"],
        far["seats"][0]["person"]["id"],
        far["seats"][1]["person"]["id"],
        far["visits"][0]["firm"]["id"],
        far["visits"][0]["firm"]["name"],
        near["visits"][0]["firm"]["id"],
    )
    cast.job = _failed_job(world, cast)
    return cast


def _failed_job(world: World, cast: Cast) -> str:
    """A solve that found no plan, and says why."""
    with world.ledger.write(drawn.clerk(world)) as uow:
        uid = jobs.start(uow, YEAR, Limits(5))
        taken = jobs.claim(uow, uid, "test")
        assert taken is not None
        jobs.finish(uow, uid, _without_a_plan(taken[0].digest, cast, "没有人可评"))
        uow.commit()
    return uid


def _without_a_plan(digest: str, cast: Cast, words: str) -> Plan:
    said = Reason(f"{cast.firm}{words}", ("H04",), (cast.other,), (cast.firm,))
    return Plan(digest, "infeasible", (), explanation=Explanation((said,), (said,)))


# --- facts


def sql(statement: str) -> Vary:
    def vary(session: Session, cast: Cast) -> None:
        values = {"own": cast.own, "other": cast.other, "firm": cast.firm}
        done = session.execute(text(statement), values)
        assert done.rowcount == 1, statement  # type: ignore[attr-defined]

    return vary


def new(table: type[Base], **said: Any) -> Vary:
    """One more record: what is not said is filled as its column asks. `expert` and `applicant`
    name the person or firm it belongs to, "{firm}" and "{uid}" in a text the hidden firm.
    """

    def vary(session: Session, cast: Cast) -> None:
        values = {
            name: value.replace("{firm}", cast.firm_name).replace("{uid}", cast.firm)
            if isinstance(value, str)
            else value
            for name, value in said.items()
        }
        if "whose" in values:
            values["expert_id"] = _id(session, Expert, getattr(cast, values.pop("whose")))
        if "about" in values and table in (Opinion, Incident, Attachment, InquiryAnswer):
            values["applicant_id"] = _id(session, Applicant, getattr(cast, values.pop("about")))
        for column in inspect(table).columns:
            if column.key not in values and not column.nullable and column.key != "id":
                filled = _filler(column, session, table)
                if filled is not None:
                    values[column.key] = filled
        session.add(table(**values))

    return vary


def _filler(column: Any, session: Session, table: type[Base]) -> Any:
    if column.key == "uid":
        return f"z-{table.__tablename__}-{column.key}"[:32]
    if column.default is not None or column.server_default is not None:
        return 1 if column.key == "version" else None
    if isinstance(column.type, UtcDateTime):
        return THEN
    kinds: dict[type, Any] = {date: date(2026, 8, 1), str: "甲", bool: False, int: 1}
    return kinds[column.type.python_type]


def _id(session: Session, table: Any, uid: str) -> int:
    return int(session.scalars(select(table.id).where(table.uid == uid)).one())


def unfixed(session: Session, table: str) -> None:
    """Take the triggers off, which rightly refuse what is done here."""
    query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for name in session.scalars(query, {"table": table}).all():
        session.execute(text(f"DROP TRIGGER {name}"))


def swap_in_plan(session: Session, cast: Cast) -> None:
    """Another leader in the group that is not to be seen: not a byte of the rest changes."""
    unfixed(session, "plan_version")
    plan = session.scalars(select(PlanVersion).where(PlanVersion.uid == cast.plan)).one()
    assert f'"leader":"{cast.other}"' in plan.plan or f'"leader":"{cast.third}"' in plan.plan
    swapped = (
        plan.plan.replace(cast.other, "@").replace(cast.third, cast.other).replace("@", cast.third)
    )
    session.execute(update(PlanVersion).where(PlanVersion.id == plan.id).values(plan=swapped))


def other_reasons(session: Session, cast: Cast) -> None:
    job = session.scalars(select(SolveJob).where(SolveJob.uid == cast.job)).one()
    assert job.best_plan is not None and "没有人可评" in job.best_plan
    job.best_plan = job.best_plan.replace("没有人可评", "只有一位专家可评")


def other_notes(session: Session, cast: Cast) -> None:
    job = session.scalars(select(SolveJob).where(SolveJob.uid == cast.job)).one()
    job.notes = json.dumps([f"{cast.firm_name}的时间还没有答复"])
    job.curve = "[[1.0, 9, 3], [2.0, 5, 3]]"


def other_draw(session: Session, cast: Cast) -> None:
    row = session.scalars(select(PlanDraw).where(PlanDraw.uid == cast.draw)).one()
    row.digest, row.reached = "0" * 64, 7


def other_trial(session: Session, cast: Cast) -> None:
    job = session.scalars(select(SolveJob).where(SolveJob.uid == cast.trial)).one()
    job.results, job.objective = "[]", 4711


def declined(session: Session, cast: Cast) -> None:
    answer = DutyAnswer(uid="z-duty", version=1, year=YEAR, expert=cast.other, plan_uid=cast.plan)
    answer.fingerprint, answer.answer, answer.reason = "0" * 64, "declined", "与企业不和"
    answer.answered_at, answer.via = THEN, "office"
    session.add(answer)


def other_calendar(session: Session, cast: Cast) -> None:
    query = select(CalendarEntry).where(CalendarEntry.applicant == cast.firm)
    for row in session.scalars(query).all():
        row.sequence, row.changed_at = 9, THEN


def other_in_the_log(session: Session, _cast: Cast) -> None:
    unfixed(session, "audit_content")
    done = session.execute(
        text("UPDATE audit_content SET after = replace(after, '甲', '乙') WHERE after LIKE '%甲%'")
    )
    assert done.rowcount == 1  # type: ignore[attr-defined]


def answered(session: Session, cast: Cast) -> None:
    inquiry = session.scalars(select(Inquiry.id)).one()
    row = InquiryAnswer(uid="z-answer", version=1, inquiry_id=inquiry, answer="found")
    row.applicant_id = _id(session, Applicant, cast.firm)
    row.text, row.by_name, row.answered_at, row.via = "有事故", "王某", THEN, "office"
    session.add(row)


# --- asking


@contextmanager
def opened(base: Path, directory: Path, cast: Cast, facts: Sequence[Vary] = ()) -> Iterator[World]:
    directory.mkdir(exist_ok=True)
    world = worlds.build(directory, _varied(base, directory, cast, facts) if facts else base)
    world.clock.now = cast.now or world.clock.now
    yield world
    world.ledger.close()


def _varied(base: Path, directory: Path, cast: Cast, facts: Sequence[Vary]) -> Path:
    """A copy of the database with the facts put in."""
    template = directory / "template.db"
    shutil.copyfile(base, template)
    engine = create_engine(f"sqlite:///{template}")
    with Session(engine) as session:
        for vary in facts:
            vary(session, cast)
            session.flush()
        session.commit()
    engine.dispose()
    return template


@dataclass
class Pair:
    """The first world and, for each list of facts, the second."""

    base: Path
    cast: Cast
    counted: int = 0

    @contextmanager
    def world(self, facts: Sequence[Vary] = ()) -> Iterator[World]:
        """The world with the facts put in."""
        self.counted += 1
        folder = self.base.parent / str(self.counted)
        with opened(self.base, folder, self.cast, facts) as world:
            yield world

    def ask(
        self, role: Role, facts: Sequence[Vary] = (), asked: Sequence[str] | None = None
    ) -> dict[str, Answer]:
        """What these paths, or all of the role, answer in the world with the facts put in."""
        with self.world(facts) as world:
            wanted = paths(world, self.cast, role) if asked is None else asked
            return answers(world, self.cast.tokens.get(role, ""), wanted)

    def shown(self, role: Role, fact: Vary, asked: Sequence[str]) -> set[str]:
        """The paths on which the fact shows to the looker."""
        return differing(self.ask(role, (), asked), self.ask(role, [fact], asked))

    def demand_alike(
        self, role: Role, facts: Mapping[str, Vary], least: int, told: Set[str] = frozenset()
    ) -> None:
        """No fact shows but where it is `told`, and at least so many doors open: fewer would mean
        that nothing was asked.
        """
        one = self.ask(role)
        found = differing(one, self.ask(role, list(facts.values()), list(one)))
        if found != told:  # which of them, one by one
            which = {name: self.shown(role, fact, sorted(found)) for name, fact in facts.items()}
            pytest.fail(f"{role}: { ({name: shown for name, shown in which.items() if shown}) }")
        assert sum(answer[0] == 200 for answer in one.values()) >= least


def forgetting(module: Any, name: str, position: int = 1) -> Plant:
    """The function as it would be, had its author forgotten that staff have conflicts too."""
    told = getattr(module, name)

    def untold(*given: Any, **named: Any) -> Any:
        changed = list(given)
        changed[position] = blind(changed[position])
        return told(*changed, **named)

    return module, name, untold


def blind(viewer: Viewer) -> Viewer:
    return replace(viewer, conflicted=frozenset(), hidden=NOTHING_HIDDEN)


@dataclass(frozen=True)
class Leak:
    """A fault planted in the program, the door it opens, and the fact that shows there."""

    role: Role
    path: str
    plant: Callable[[], Plant]
    fact: str

    def demand_found(
        self, pair: Pair, facts: Mapping[str, Vary], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The comparison sees the fact there once the fault is planted, and not before."""
        asked = [self.path.format(**vars(pair.cast))]
        assert pair.shown(self.role, facts[self.fact], asked) == set()
        monkeypatch.setattr(*self.plant())
        assert pair.shown(self.role, facts[self.fact], asked) == set(asked)


def paths(world: World, cast: Cast, role: Role) -> list[str]:
    """Every readable door of the role with ids of this world; query parameters with the values
    listed here.
    """
    values = {
        "year": [str(YEAR)],
        "expert_uid": [cast.own, cast.other],
        "other_uid": [cast.plan],
        "applicant_uid": [cast.firm, cast.near_firm],
        "applicant": [cast.firm, cast.near_firm],
        "stage": ["document", "site"],
        "name": ["roster.xlsx", "schedule.docx"],
        "kind": ["experts", "applicants"],
        "group": ["0", "1"],
        "member": [cast.own, cast.other],
        "link_uid": ["l-1"],
        "token": ["A" * 43],
        "no": ["4.1.2"],
    }
    values |= cast.known
    found = [cast.feed] if cast.feed else []
    for door in access.doors(world.app):
        if door.method == "GET" and access.may(role, door.allow):
            found += _filled(re.sub(r":\w+}", "}", door.path), values | _named(door.path, cast))
    if role in STAFF:
        found += _asked(cast)
    return sorted({path for path in found if not path.startswith(_ABOUT_THE_PROGRAM)})


# The program's own pages and figures, and the proof of the log, which rightly sees that a fact was
# put in.
_ABOUT_THE_PROGRAM = ("/docs", "/openapi.json", "/metrics", "/api/v1/audit/verification")


def _asked(cast: Cast) -> list[str]:
    word = cast.firm_name[2:6]
    return [
        f"/api/v1/experts?search={word}",
        "/api/v1/experts?industry=17",
        f"/api/v1/experts?year={YEAR - 1}",
        f"/experts?q={word}",
        f"/applicants?q={word}",
        "/api/v1/calendar?first=2026-09-01&last=2026-09-30",
        f"/recusal?expert={cast.own}&applicant={cast.near_firm}",
        f"/recusal?expert={cast.other}&applicant={cast.firm}",
        f"/pool/workload?first={YEAR - 3}&last={YEAR}",
        f"/board?plan={cast.plan}",
        "/round/outbox?show=sent",
        f"/supervision?year={YEAR - 1}",
        f"/honours?year={YEAR}",
    ]


def _named(path: str, cast: Cast) -> dict[str, list[str]]:
    """What `uid` may be, by what the path is about."""
    kinds = {
        "experts": [cast.own, cast.other],
        "applicants": [cast.firm, cast.near_firm],
        "intake": [cast.firm, cast.near_firm],
        "jobs": [cast.job, cast.trial],
        "trials": [cast.trial],
        "draws": [cast.draw],
        "my": [cast.own],
        "me": [cast.own],
    } | cast.known
    first = path.removeprefix("/api/v1").removeprefix("/board/jobs").split("/")[1]
    about = "jobs" if "/jobs/" in path else first
    return {"uid": kinds.get(about, [cast.plan])}


def _filled(path: str, values: Mapping[str, list[str]]) -> list[str]:
    variants = [path]
    while any("{" in one for one in variants):
        name = variants[0].split("{")[1].split("}")[0]
        variants = [
            one.replace("{" + name + "}", value)
            for one in variants
            for value in values.get(name, ["x"])
        ]
    return variants


_WRAPPED = re.compile("[0-9a-f]{128}")


def answers(world: World, token: str, asked: Sequence[str]) -> dict[str, Answer]:
    """What each path answers: status, headers, body, and how many statements it took."""
    client = world.stranger()
    if token:
        client.cookies.set("session", token)
    counted: list[str] = []
    event.listen(
        world.ledger.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: counted.append(statement),
    )
    found: dict[str, Answer] = {}
    for path in asked:
        counted.clear()
        client.headers["Accept"] = "*/*" if path.startswith("/api/") else "text/html"
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code < 500, (path, answer.text)
        headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        # A form's token is wrapped anew for every page, which is then packed to another length.
        headers.pop("content-length", None)
        body: Any = _WRAPPED.sub("", answer.text.replace(answer.headers["x-request-id"], ""))
        if answer.content.startswith(b"PK"):  # the archive tells the second it was made
            body = parts(answer.content)
        found[path] = (answer.status_code, headers, body, len(counted))
    return found


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"
        }


def differing(one: Mapping[str, Answer], two: Mapping[str, Answer]) -> set[str]:
    return {path for path in one if one[path] != two[path]}
