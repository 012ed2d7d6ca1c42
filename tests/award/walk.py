"""A small year walked from its notice to signed site reports, step by step, by the use cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from assignment.edit import revalue
from assignment.problem import Problem
from assignment.solution import Group, Plan, SolverInfo, Visit
from award.applicants import applications, inquiries, qualification
from award.applicants.applications import ApplicationFields, OpinionFields, Paper
from award.applicants.core.eligibility import Decided
from award.applicants.core.replies import Said
from award.applicants.tables import Applicant
from award.groups import plans, signing
from award.groups.snapshot import build_problem
from award.scoring import agree, books, shortlist, store
from award.scoring.checks import CHECKS
from award.scoring.core.consensus import Agreed
from award.scoring.follow import open_ledger
from award.scoring.tables import Scorebook
from award.year import stages
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role, Viewer
from expert_pool.ledger import Ledger, UnitOfWork
from tests import cast
from tests.award.test_settings import ENTERED
from tests.storage import CHIEF, CLERK, SECRET, Clock

YEAR = cast.YEAR
SECOND = Actor("u-second", "钱核对", Role.SECRETARIAT)
MEMBERS = ("钱学勤", "褚珠宝", "李五金")  # the first leads
PDF = b"%PDF-1.7 "
EVALUATION = {"fallback_innovation": "no", "severity_shrink": "0.16"}


def office(hour: int, month: int, day: int) -> datetime:
    return datetime(2026, month, day, hour - 8, tzinfo=UTC)


@dataclass
class Walk:
    """One ledger with its clock and the public ids of its people and firms."""

    ledger: Ledger
    clock: Clock
    cast: cast.Cast = field(default_factory=cast.Cast)
    marks: Callable[[str, str, str], int] = lambda member, firm, no: 60

    def go(self, month: int, day: int, hour: int = 10) -> None:
        self.clock.now = max(self.clock.now, office(hour, month, day))

    def do(self, actor: Actor, act: Callable[[UnitOfWork], object]) -> object:
        with self.ledger.write(actor) as uow:
            found = act(uow)
            uow.commit()
        return found

    def expert(self, name: str) -> Actor:
        return Actor(self.cast.experts[name], name, Role.EXPERT)

    def viewer(self, name: str) -> Viewer:
        uid = self.cast.experts[name]
        return Viewer(uid, Role.EXPERT, uid)

    def move(self, wanted: str, actor: Actor = CHIEF) -> None:
        self.do(actor, lambda uow: stages.move(uow, YEAR, wanted, CHECKS))

    # the steps

    def notice(self) -> None:
        self.clock.now = office(10, 5, 20)
        self.cast = cast.settle(self.ledger)
        self.do(CLERK, lambda uow: applications.begin(uow, YEAR))
        source = "诸质奖审〔2026〕1号"
        self.do(CLERK, lambda uow: stages.enter_setting(uow, YEAR, "both_awards", "no", source))
        self.move("applications")

    def applications(self) -> None:
        for position, uid in enumerate(self.cast.firms.values()):
            self.apply(uid, position)

    def apply(self, uid: str, position: int = 0) -> None:
        self.do(CLERK, lambda uow: _apply(uow, uid, position))

    def decide(self, uid: str) -> None:
        self.do(CHIEF, lambda uow: _decide(uow, uid))

    def qualify(self) -> None:
        self.go(7, 1)
        self.move("qualification", CLERK)
        self.do(CLERK, lambda uow: self._ask(uow))
        for uid in self.cast.firms.values():
            self.decide(uid)

    def _ask(self, uow: UnitOfWork) -> None:
        for department in ("市应急管理局", "市市场监管局"):
            question = inquiries.QUESTIONS[department]
            uid = inquiries.ask(uow, YEAR, department, question, date(2026, 7, 20))
            said = [Said(firm, "none") for firm in self.cast.firms.values()]
            inquiries.answer(uow, uid, "王某", said, "office")

    def settings(self) -> None:
        def enter(uow: UnitOfWork) -> None:
            for code, value in (ENTERED | EVALUATION).items():
                stages.enter_setting(uow, YEAR, code, value, "诸质奖审〔2026〕1号")

        self.do(CLERK, enter)
        for actor in (CLERK, SECOND):
            self.do(actor, self._check)

    def _check(self, uow: UnitOfWork) -> None:
        for item in store.rubric_of(uow.session, YEAR).items:
            stages.check_item(uow, YEAR, item.no)

    def publish(self, members: tuple[str, ...] = MEMBERS) -> str:
        """A plan of one group over whoever may be planned now; approved and published."""

        def draft(uow: UnitOfWork) -> str:
            snapshot = build_problem(uow.session, YEAR)
            plan = self._plan(snapshot.problem, members)
            return plans.save_draft(uow, YEAR, snapshot.problem, plan, snapshot.names)

        uid = str(self.do(CLERK, draft))
        self.do(CHIEF, lambda uow: signing.publish(uow, uid, signing.approve(uow, uid, 1)))
        return uid

    def _plan(self, problem: Problem, members: tuple[str, ...]) -> Plan:
        people = tuple(self.cast.experts[name] for name in members)
        visits, at = [], 0
        for case in problem.cases:
            length = case.half_days
            visits.append(Visit(case.id, at if length else None, length))
            at += length + length % 2
        solver = SolverInfo("test", 1, 0.0, 1, True)
        group = Group(people[0], people, tuple(visits))
        return revalue(problem, Plan(problem.digest, "feasible", (group,), solver=solver))

    def documents(self) -> None:
        """Everything up to the open document review."""
        self.notice()
        self.applications()
        self.qualify()
        self.settings()
        self.publish()
        self.move("documents")

    def book(self, name: str, firm: str, stage: str) -> str:
        with self.ledger.read() as session:
            row = session.scalars(
                select(Scorebook)
                .where(Scorebook.expert == self.cast.experts[name], Scorebook.stage == stage)
                .where(Scorebook.applicant == firm, Scorebook.state != "void")
            ).one()
        return row.uid

    def fill(self, name: str, firm: str, stage: str = "document") -> str:
        """One whole book, item by item, not locked."""
        uid = self.book(name, firm, stage)

        def write(uow: UnitOfWork) -> None:
            book = store.own_book(uow.session, self.viewer(name), uid).book
            for item in store.rubric_of(uow.session, YEAR).items:
                mark = book.mark(item.no)
                percent = self.marks(name, firm, item.no)
                evidence = "现场查阅记录。" if stage == "site" else ""
                wanted = replace(
                    mark,
                    percent=percent,
                    strengths="有方法。",
                    evidence=evidence,
                    issues="查台账。",
                )
                books.save_item(uow, uid, item.no, wanted)

        self.do(self.expert(name), write)
        return uid

    def lock(self, name: str, firm: str, stage: str = "document") -> str:
        uid = self.book(name, firm, stage)
        return str(self.do(self.expert(name), lambda uow: books.lock(uow, uid)))

    def score(self, firm: str, stage: str = "document", members: tuple[str, ...] = MEMBERS) -> None:
        for name in members:
            self.fill(name, firm, stage)
            self.lock(name, firm, stage)

    def agree(self, firm: str, stage: str = "document", proposal: str = "yes") -> str:
        """The leader agrees on every item and issues the report; gives its digest."""
        leader = self.expert(MEMBERS[0])
        at = (YEAR, stage, firm)

        def act(uow: UnitOfWork) -> str:
            agree.accept_all(uow, *at, 0)
            view = store.consensus_view(uow.session, *at)
            for row in view.rows:
                if row.item.no not in view.agreed:
                    wanted = Agreed(row.suggestion, "讨论后按中位数。", "现场查阅记录。")
                    agree.agree_item(uow, *at, 0, row.item.no, wanted)
            agree.write_overview(uow, *at, 0, "组织概况。", proposal if stage == "document" else "")
            return agree.issue(uow, *at, 0)

        return str(self.do(leader, act))

    def sign(self, firm: str, stage: str, digest: str, members: tuple[str, ...] = MEMBERS) -> None:
        for name in members:
            self.do(self.expert(name), lambda uow: agree.sign(uow, YEAR, stage, firm, digest))

    def review(self, stage: str, firms: tuple[str, ...]) -> None:
        for firm in firms:
            self.score(firm, stage)
            self.sign(firm, stage, self.agree(firm, stage))

    def shortlist(self, inside: Mapping[str, bool], reasons: Mapping[str, str]) -> None:
        self.do(CHIEF, lambda uow: shortlist.decide(uow, SYSTEM_VIEWER, YEAR, inside, reasons))

    def states(self) -> dict[str, str]:
        with self.ledger.read() as session:
            query = select(Applicant.name, Applicant.state).where(Applicant.year == YEAR)
            return dict(session.execute(query).all())


def _apply(uow: UnitOfWork, uid: str, position: int) -> None:
    applications.fill(
        uow,
        uid,
        ApplicationFields(
            ("product",), ("patent",), True, date(2012, 3, 1), "month", date(2019, 1, 1)
        ),
    )
    for kind in ("form", "self-assessment", "evidence"):
        content = PDF + f"{kind} {position}".encode()
        applications.attach(uow, uid, Paper(kind, f"{kind}.pdf", content, 3))
    town = OpinionFields("town", "大唐街道", True, date(2026, 6, 10), "同意推荐")
    applications.give_opinion(uow, uid, town)
    applications.note_licence(uow, uid, "营业执照", None, True)
    applications.take_in(uow, uid)


def _decide(uow: UnitOfWork, uid: str) -> None:
    for condition in ("licences", "excellence", "others"):
        qualification.say(uow, uid, Decided(condition, "met", "已核对原件。"))
    qualification.decide(uow, uid, True, "符合第十二条各项条件。")


def opened(url: str, clock: Clock, secret: bytes = SECRET) -> Ledger:
    return open_ledger(url, clock, secret)
