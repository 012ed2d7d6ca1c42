"""评审年度的实测: how much processor time every page of the first half of an award year takes.

A city's year: 300 experts with ten years of record, 60 applicants in 20 groups of three, 180
scorebooks locked and agreed, 30 site visits. The pages are asked of the application itself, in this
process; what another program on the machine does is not in the figures.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI

from api import settings
from api.app import create_app
from api.identity import signin
from api.identity.holder import Holder
from api.identity.sessions import Client
from assignment.edit import revalue
from assignment.problem import Problem
from assignment.solution import Group, Plan, SolverInfo, Visit
from award.applicants import applicants, applications, inquiries, qualification
from award.applicants.applications import ApplicationFields, OpinionFields, Paper
from award.applicants.core.applicant import ApplicantFields, Trade
from award.applicants.core.eligibility import Decided
from award.applicants.core.replies import Said
from award.duties import duties
from award.groups import plans, signing
from award.groups.snapshot import build_problem
from award.scoring import agree, books, shortlist, store
from award.scoring.checks import CHECKS
from award.scoring.core.consensus import Agreed
from award.scoring.core.scorebook import Book, Mark
from award.scoring.follow import open_ledger
from award.scoring.tables import Scorebook
from award.year import stages
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.store import YearFields
from expert_pool import register
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Actor, Role
from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.ledger import Ledger, UnitOfWork, migrate
from expert_pool.records import StageRecord
from expert_pool.tables import Expert
from scripts import console
from scripts.demo_award import SETTINGS, by
from scripts.serving import settle

YEAR = 2026
EXPERTS, EARLIER, FIRMS, MEMBERS, EACH = 300, 10, 60, 3, 3
TRADES = ("1763", "3352", "2438", "1311", "3311")
CLERK = Actor("a-clerk", "实测经办", Role.SECRETARIAT)
SECOND = Actor("a-second", "实测复核", Role.SECRETARIAT)
CHIEF = Actor("a-chief", "实测负责", Role.APPROVER)
ASKED = 20  # times each page
LIMIT_MS = 300
SOURCE = "诸质奖审〔2026〕1号"


@dataclass
class Clock:
    now: datetime = datetime(2026, 5, 11, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def go(self, month: int, day: int) -> None:
        self.now = max(self.now, datetime(YEAR, month, day, 2, tzinfo=UTC))


@dataclass
class City:
    """A year with many applicants, told up to its site visits."""

    ledger: Ledger
    clock: Clock
    firms: list[str] = field(default_factory=list)
    experts: list[str] = field(default_factory=list)

    def do(self, actor: Actor, act: Callable[[UnitOfWork], Any]) -> Any:
        with self.ledger.write(actor) as uow:
            found = act(uow)
            uow.commit()
        return found

    def move(self, wanted: str, actor: Actor = CHIEF) -> None:
        self.do(actor, lambda uow: stages.move(uow, YEAR, wanted, CHECKS))

    def take_in(self) -> None:
        """To where every application waits for its decision."""
        self.do(CLERK, self._people)
        self.do(CLERK, lambda uow: stages.enter_setting(uow, YEAR, "both_awards", "no", SOURCE))
        self.move("applications")
        self.do(CLERK, self._applications)
        self.do(CLERK, self._declare)
        self.clock.go(7, 2)
        self.move("qualification", CLERK)

    def review_all(self) -> None:
        """To signed reports of both reviews."""
        self.do(CLERK, self._departments)
        self.do(CHIEF, self._decide)
        self.do(CLERK, self._settings)
        for actor in (CLERK, SECOND):
            self.do(actor, self._check)
        self.publish()
        self.move("documents")
        for uid in self.firms:
            self.review("document", uid)
        self.do(CHIEF, self._places)
        self.publish()
        self.move("site")
        for uid in self.sites():
            self.review("site", uid)

    def _people(self, uow: UnitOfWork) -> None:
        for year in range(YEAR - EARLIER, YEAR):
            fields = _year_fields(year)
            award_years.open_year(uow, year, fields)
        award_years.open_year(uow, YEAR, _year_fields(YEAR))
        applications.begin(uow, YEAR)
        first, last = date(YEAR, 8, 3), date(YEAR, 9, 25)
        for number in range(EXPERTS):
            trade = Industry(_trade(number // MEMBERS), "", True)
            uid = register.enrol(
                uow,
                ExpertFields(
                    name=f"专家{number:03d}",
                    employer=f"单位{number % 90}",
                    quality=number % 3 == 0,
                    leader=number % 3 == 0,
                    seniority=4,
                    industries=(trade,),
                ),
            )
            register.appoint(uow, uid, "reviewer", date(2025, 1, 1), date(2027, 12, 31))
            register.save_availability(uow, uid, YEAR, (), "", 0, first, last)
            self.experts.append(uid)
            row = uow.load(Expert, uid)
            uow.session.add_all(
                StageRecord(
                    expert_id=row.id,
                    year=year,
                    organisation=f"往年组织{number % 60}",
                    stage="document",
                    own_score=550.0 + number % 40,
                    consensus_score=560.0,
                    uid=f"sr-{number}-{year}",
                    version=1,
                )
                for year in range(YEAR - EARLIER, YEAR)
            )

    def _applications(self, uow: UnitOfWork) -> None:
        for number in range(FIRMS):
            trade = Trade(_trade(number // EACH), "", True)
            award = "INNOVATION" if number % 3 == 2 else "QUALITY"
            uid = applicants.enter_applicant(
                uow,
                YEAR,
                ApplicantFields(
                    name=f"诸暨实测{number:02d}有限公司",
                    award=award,
                    employees=200,
                    industries=(trade,),
                ),
            )
            self.firms.append(uid)
            form = ApplicationFields(
                ("product",), ("patent",), True, date(2012, 3, 1), "month", date(2019, 1, 1)
            )
            applications.fill(uow, uid, form)
            for kind in ("form", "self-assessment", "evidence"):
                content = b"%PDF-1.7 " + f"{kind} {uid}".encode()
                applications.attach(uow, uid, Paper(kind, f"{kind}.pdf", content, 3))
            town = OpinionFields("town", "大唐街道", True, date(YEAR, 6, 10), "同意推荐")
            applications.give_opinion(uow, uid, town)
            applications.note_licence(uow, uid, "营业执照", None, True)
            applications.take_in(uow, uid)

    def _declare(self, uow: UnitOfWork) -> None:
        """After the list of applicants is there, which they answer about."""
        for uid in self.experts:
            register.sign_declaration(uow, uid, YEAR, "2026-1", "a" * 64, "benchmark")

    def _departments(self, uow: UnitOfWork) -> None:
        for department, question in inquiries.QUESTIONS.items():
            uid = inquiries.ask(uow, YEAR, department, question, date(YEAR, 7, 20))
            said = [Said(firm, "none") for firm in self.firms]
            inquiries.answer(uow, uid, "王某", said, "office")

    def _decide(self, uow: UnitOfWork) -> None:
        for uid in self.firms:
            for condition in ("licences", "excellence", "others"):
                qualification.say(uow, uid, Decided(condition, "met", "已核对原件。"))
            qualification.decide(uow, uid, True, "符合第十二条各项条件。")

    def _settings(self, uow: UnitOfWork) -> None:
        for code, value in {**SETTINGS, "shortlist_top": "30", "calibration": "no"}.items():
            stages.enter_setting(uow, YEAR, code, value, SOURCE)

    def _check(self, uow: UnitOfWork) -> None:
        for item in store.rubric_of(uow.session, YEAR).items:
            stages.check_item(uow, YEAR, item.no)

    def publish(self) -> None:
        def draft(uow: UnitOfWork) -> str:
            snapshot = build_problem(uow.session, YEAR)
            plan = self._plan(snapshot.problem)
            return str(plans.save_draft(uow, YEAR, snapshot.problem, plan, snapshot.names))

        self.clock.go(7, 25)
        uid = self.do(CLERK, draft)
        self.do(CHIEF, lambda uow: signing.publish(uow, uid, signing.approve(uow, uid, 1, "按期")))

    def _plan(self, problem: Problem) -> Plan:
        """Groups of three, each with its cases; the site visits go to the same groups."""
        groups = []
        place = {uid: number // EACH for number, uid in enumerate(self.firms)}
        for number in range(FIRMS // EACH):
            people = tuple(self.experts[number * MEMBERS : (number + 1) * MEMBERS])
            visits, at = [], 0
            for case in problem.cases:
                if place[case.id] == number:
                    length = case.half_days
                    visits.append(Visit(case.id, at if length else None, length))
                    at += length + length % 2
            if visits:
                groups.append(Group(people[0], people, tuple(visits)))
        solver = SolverInfo("benchmark", 1, 0.0, 1, True)
        return revalue(problem, Plan(problem.digest, "feasible", tuple(groups), solver=solver))

    def review(self, stage: str, applicant: str) -> None:
        with self.ledger.read() as session:
            group = store.members(session, YEAR, stage, applicant)
            rows = {
                row.expert: row.uid
                for row in session.query(Scorebook).filter_by(
                    year=YEAR, stage=stage, applicant=applicant, state="open"
                )
            }
        people = [Actor(one.expert, one.name, Role.EXPERT) for one in group]
        for number, actor in enumerate(people):
            self.do(actor, by(self._fill, rows[actor.id], number))
        digest = self.do(people[0], lambda uow: self._agree(uow, stage, applicant))
        for actor in people:
            self.do(actor, by(agree.sign, YEAR, stage, applicant, digest))

    def _fill(self, uow: UnitOfWork, uid: str, number: int) -> None:
        row = uow.load(Scorebook, uid)
        held = store.content(uow.session, row)
        level = 50 + 5 * (self.firms.index(row.applicant) % 5)
        marks = {}
        for at, item in enumerate(store.rubric_of(uow.session, YEAR).items):
            percent = held.start.get(item.no, level + 5 * ((at + number) % 3))
            marks[item.no] = Mark(percent, "有方法。", "展开不够。", "查台账。" * (at % 2))
        books.replace_book(uow, uid, Book(marks, held.start))
        books.lock(uow, uid)

    def _agree(self, uow: UnitOfWork, stage: str, applicant: str) -> str:
        at = (YEAR, stage, applicant)
        agree.accept_all(uow, *at, 0)
        view = store.consensus_view(uow.session, *at)
        for row in view.rows:
            if row.item.no not in view.agreed:
                wanted = Agreed(row.suggestion, "讨论后取中位数。", "现场查阅。")
                agree.agree_item(uow, *at, 0, row.item.no, wanted)
        agree.write_overview(uow, *at, 0, "组织概况。", "yes" if stage == "document" else "")
        return agree.issue(uow, *at, 0)

    def _places(self, uow: UnitOfWork) -> None:
        found = shortlist.lines(uow.session, SYSTEM_VIEWER, YEAR)
        inside = {one.uid: one.by_rule for one in found}
        reasons = {one.uid: "按规则名次。" for one in found}
        shortlist.decide(uow, SYSTEM_VIEWER, YEAR, inside, reasons)

    def accept(self) -> None:
        """One group takes on its site visits, and is told whom it reviews."""
        group = self.firms.index(self.sites()[0]) // EACH
        for uid in self.experts[group * MEMBERS : (group + 1) * MEMBERS]:
            with self.ledger.read() as session:
                duty = duties.own(session, uid, YEAR, self.clock().date())
            if duty is not None:
                actor = Actor(uid, "专家", Role.EXPERT)
                said = (uid, YEAR, duty.duty.fingerprint, True)
                self.do(actor, by(duties.answer_duty, *said))

    def sites(self) -> tuple[str, ...]:
        with self.ledger.read() as session:
            return tuple(
                sorted({case for case, _ in store.seats(store.plan_of(session, YEAR, "site"))})
            )


def _trade(group: int) -> str:
    """A group and its applicants are of one trade."""
    return TRADES[group % len(TRADES)]


def _year_fields(year: int) -> YearFields:
    return YearFields(
        f"{year}年度诸暨市政府质量奖",
        date(year, 8, 3),
        date(year, 9, 25),
        date(year, 5, 8),
        date(year, 6, 30),
        YearPolicy(groups=(1, 30), group_size=(3, 5), max_parallel_visits=30),
    )


WAITING = ("/steps", "/intake", "/inquiries")


def pages(city: City) -> dict[str, tuple[Role, tuple[str, ...]]]:
    """By who asks: the pages of the first half."""
    firm = city.sites()[0]
    with city.ledger.read() as session:
        book = session.query(Scorebook).filter_by(applicant=firm, stage="document").first()
        assert book is not None
        her, uid = book.expert, book.uid
    office = (
        "/steps", "/steps/settings", "/steps/rubric", "/intake", f"/intake/{firm}",
        "/inquiries", "/scoring", "/scoring?stage=document", "/scoring/calibration",
        "/scoring/shortlist", f"/scoring/document/{firm}", f"/scoring/site/{firm}",
        "/scoring/visits.docx", "/scoring/shortlist.docx", f"/scoring/document/{firm}/report.docx",
        f"/intake/{firm}/conclusion.docx", f"/api/v1/years/{YEAR}/scoring/document",
    )  # fmt: skip
    own = (
        "/me/books", f"/me/books/{uid}", f"/me/books/{uid}/sheet.xlsx",
        f"/me/consensus/document/{firm}", f"/me/consensus/site/{firm}",
    )  # fmt: skip
    return {
        "审定办": (Role.SECRETARIAT, office),
        "纪检": (Role.INSPECTOR, ("/departures", f"/scoring/document/{firm}")),
        her: (Role.EXPERT, own),
    }


def ask(
    app: FastAPI, path: str, cookie: str, form: Mapping[str, str] | None = None
) -> tuple[int, float]:
    """One page of the application itself, or one `form` sent to it: its status and milliseconds of
    processor time.
    """
    place, _, query = path.partition("?")
    body = b"" if form is None else urlencode(form).encode()
    kind = b"application/x-www-form-urlencoded"
    sent = [] if form is None else [(b"content-type", kind), (b"origin", b"http://127.0.0.1")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
        "method": "GET" if form is None else "POST",
        "scheme": "http", "path": place, "raw_path": place.encode(), "query_string": query.encode(),
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "headers": [
            (b"host", b"127.0.0.1"), (b"cookie", f"session={cookie}".encode()),
            (b"content-length", str(len(body)).encode()), *sent,
        ],
    }  # fmt: skip
    status = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    async def whole() -> None:
        await app(scope, receive, send)

    begun = time.process_time()
    asyncio.run(whole())
    return status[0], (time.process_time() - begun) * 1000


def served_here(url: str, folder: Path) -> settings.Settings:
    """Of an application that is asked in this process only."""
    return settings.load(
        database_url=url,
        data_dir=folder,
        secret_file=folder / "secret.key",
        public_url="http://127.0.0.1",
        allow_http=True,
        log_level="error",
    )


def measure(folder: Path, say: Callable[[str], None]) -> list[tuple[str, str, float, float]]:
    """(who, page, median, p95) in milliseconds of processor time."""
    url = f"sqlite:///{folder}/award.db"
    given = served_here(url, folder)
    migrate.upgrade(url)
    clock = Clock()
    app = create_app(given, clock=clock)
    with app.state.ledger.write(SYSTEM) as uow:
        for role in (Role.SECRETARIAT, Role.INSPECTOR):
            signin.create_account(uow, role.value, role.value, role, "一个很长的口令一个很长的口令")
        uow.commit()
    city = City(open_ledger(url, clock, settings.read_secret(given.secret_file)), clock)
    begun = time.process_time()
    with app.state.ledger.read() as session:
        accounts = {one.role: one.uid for one in signin.accounts(session)}
    found = []

    def look(who: str, role: Role, paths: Iterable[str], when: str = "") -> None:
        holder = Holder(accounts.get(role, who), who, role)
        for path in paths:
            middle, late = _asked(app, clock, holder, path)
            found.append((role.value, path + when, middle, late))
            say(f"| {role.value} | `{path}`{when} | {middle:.0f} | {late:.0f} |")

    city.take_in()
    look("审定办", Role.SECRETARIAT, WAITING, " (all waiting)")
    city.review_all()
    city.accept()
    settle()  # as a server is once it has begun: making the year is no part of an answer
    say(f"造数据和以上各页：{time.process_time() - begun:.0f} 秒处理器时间")
    for who, (role, paths) in pages(city).items():
        look(who, role, paths)
    return found


def _asked(app: FastAPI, clock: Clock, holder: Holder, path: str) -> tuple[float, float]:
    session = app.state.desk.open(holder, timedelta(hours=8), Client("127.0.0.1", "b"), clock())
    status, _ = ask(app, path, session.token)
    if status != 200:
        raise SystemExit(f"{path}: {status}")
    taken = [ask(app, path, session.token)[1] for _ in range(ASKED)]
    return quantiles(taken, n=2)[0], quantiles(taken, n=20)[-1]


def slow(found: Iterable[tuple[str, str, float, float]]) -> Sequence[str]:
    return [path for _, path, _, p95 in found if p95 > LIMIT_MS]


def run() -> int:
    """Print the table; 1 when a page takes longer than it may."""
    with tempfile.TemporaryDirectory() as place:
        late = slow(measure(Path(place), lambda text: console.out.print(text, markup=False)))
    console.out.print(f"超过 {LIMIT_MS} 毫秒的：{'、'.join(late) or '没有'}", markup=False)
    return int(bool(late))
