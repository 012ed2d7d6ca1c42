"""两万人的专家库: what every page a clerk opens costs with twenty thousand people on the register.

`python -m scripts.benchmarks.thousands [DATABASE_URL] [--experts 20000]`, on an empty database of
either engine (without one: a SQLite file that is thrown away); a database it has made before is
measured as it stands. The people come in by the real import, as many sheets as it takes; then each
page is asked of the application in this process. Figures are milliseconds of processor time: the
first answer after something of the year was changed, and the middle of three more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from faker import Faker
from sqlalchemy import func, select

from api import settings
from api.app import create_app
from api.identity import signin
from api.identity.holder import Holder
from api.identity.sessions import Client
from assignment.edit import revalue
from assignment.solution import SolverInfo
from award.applicants import applicants
from award.applicants.core.applicant import ApplicantFields, Trade
from award.applicants.tables import Applicant
from award.groups import plans
from award.groups import store as plan_store
from award.groups.snapshot import build_problem
from award.groups.tables import PlanVersion
from award.scoring.follow import open_ledger
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.facts.intake import RowQuestion
from expert_pool.facts.people import DIFFERENT
from expert_pool.ledger import Ledger, UnitOfWork, migrate
from expert_pool.spreadsheet import guard, write_table
from expert_pool.tables import Appointment, Declaration, Expert, PerformanceRecord
from scripts import console
from scripts.benchmarks.measure_award import Clock, ask, served_here
from scripts.benchmarks.office import by_hand
from scripts.bring_in import bring_in
from scripts.demo_people import HOUSES, TITLES, TRADES, WORDS
from scripts.serving import settle

YEAR = 2026
FIRST, LAST = date(YEAR, 9, 7), date(YEAR, 9, 25)
FIRMS, SEED = 60, 7
CLERK = Actor("a-clerk", "实测经办", Role.SECRETARIAT)
HEADINGS = (
    "姓名", "性别", "工作单位", "职称", "手机", "熟悉行业", "质量管理专家", "可任组长",
    "9月7日-25日不能参加的时间",
)  # fmt: skip
ABSENT = ("无", "9.8-9.11", "每周三下午", "9月14日上午", "", "无", "9.17-9.18")


def people(count: int) -> Iterator[tuple[str, ...]]:
    """Rows as an office writes them: namesakes as common as they are, employers of every size."""
    random, names = Random(SEED), Faker("zh_CN")
    names.seed_instance(SEED)
    small = [
        f"诸暨{first}{second}{trade.suffix}有限公司"
        for first in WORDS
        for second in WORDS
        for trade in TRADES
        if trade.suffix
    ]
    for number in range(count):
        yield (
            names.name(),
            random.choice("男女"),
            random.choice(HOUSES) if number % 3 else random.choice(small),
            random.choice(TITLES),
            f"138{number:08d}",
            "、".join(trade.word for trade in random.sample(TRADES, 2)),
            "是" if number % 3 == 0 else "否",
            "是" if number % 4 == 0 else "否",
            random.choice(ABSENT),
        )


def _answer(one: RowQuestion) -> str | None:
    """Namesakes are two people here: every row has a telephone number of its own."""
    if one.kind == "same":
        return DIFFERENT
    return one.proposals[0].value if one.proposals else None


@dataclass
class Office:
    ledger: Ledger
    clock: Clock

    def make(self, count: int) -> None:
        with self.ledger.write(CLERK) as uow:
            policy = YearPolicy(groups=(1, 30), max_parallel_visits=30)
            dates = (FIRST, LAST, date(YEAR, 5, 8), date(YEAR, 6, 30))
            award_years.open_year(uow, YEAR, YearFields(f"{YEAR}年度质量奖", *dates, policy))
            uow.commit()
        rows = list(people(count))
        for start in range(0, count, guard.MAX_ROWS):
            self._import(rows[start : start + guard.MAX_ROWS])
        with self.ledger.write(CLERK) as uow:
            self._firms(uow)
            self._sign(uow)
            uow.commit()
        self._plan()

    def _import(self, rows: Sequence[tuple[str, ...]]) -> None:
        begun = time.process_time()
        brought = bring_in(
            self.ledger,
            CLERK,
            "experts",
            write_table(HEADINGS, list(rows), "专家台账"),
            "专家台账.xlsx",
            YEAR,
            answer=_answer,
        )
        took = time.process_time() - begun
        console.err.print(f"导入：{brought.sentence}；处理器 {took:.1f} s", markup=False)

    def _sign(self, uow: UnitOfWork) -> None:
        ids = uow.session.scalars(select(Expert.id).order_by(Expert.id)).all()
        now = uow.now
        term = {"grade": "reviewer", "first": date(2025, 1, 1), "last": date(2027, 12, 31)}
        terms = [{"expert_id": one, **term} for one in ids]
        uow.insert(Appointment, terms, "t")
        signed = [
            {
                "expert_id": one,
                "year": YEAR,
                "text_version": "1",
                "text_sha256": "a" * 64,
                "signed_at": now,
                "signed_via": "benchmark",
                "answered_at": now,
            }
            for one in ids[: len(ids) * 9 // 10]
        ]
        uow.insert(Declaration, signed, "d")
        random = Random(SEED)
        past = [
            {
                "expert_id": one,
                "year": year,
                "organisation": f"诸暨往年{random.randrange(80)}有限公司",
                "effort": 4,
                "score": random.randrange(60, 100),
            }
            for year in (YEAR - 2, YEAR - 1)
            for one in random.sample(ids, min(len(ids), 180))
        ]
        uow.insert(PerformanceRecord, past, "p")
        uow.record("import", "expert", "benchmark", None, {"experts": len(ids)})

    def _firms(self, uow: UnitOfWork) -> None:
        random = Random(SEED)
        for number in range(FIRMS):
            trade = TRADES[number % len(TRADES)]
            words = f"{random.choice(WORDS)}{random.choice(WORDS)}{chr(0x7000 + number)}"
            name = f"诸暨{words}{trade.suffix}有限公司"
            wanted = ApplicantFields(
                name=name,
                award="QUALITY",
                town_code="330681005",
                employees=200,
                industries=(Trade(trade.code, "", True),),
            )
            applicants.enter_applicant(uow, YEAR, wanted)

    def _plan(self) -> None:
        with self.ledger.write(CLERK) as uow:
            snapshot = build_problem(uow.session, YEAR)
            plan = by_hand(snapshot.problem)
            plan = revalue(
                snapshot.problem, plan.with_(solver=SolverInfo("benchmark", 1, 0.0, 1, True))
            )
            plans.save_draft(uow, YEAR, snapshot.problem, plan, snapshot.names)
            uow.commit()
        console.err.print(f"方案：{plan.status}，{len(plan.groups)} 组", markup=False)


@dataclass(frozen=True)
class Desk:
    """Whoever asks, and what of: public ids of one expert, applicant, plan."""

    expert: str
    applicant: str
    plan: str
    leader: str
    case: str

    @property
    def office(self) -> tuple[str, ...]:
        who, firm, plan = self.expert, self.applicant, self.plan
        return (
            "/", "/steps", "/year", "/experts", "/experts?page=20", "/experts?q=王",
            "/experts?q=wang", "/experts?industry=1763", "/experts?assignable=yes",
            f"/experts/{who}", f"/experts/{who}/edit", f"/experts/{who}/days",
            f"/experts/{who}/years/{YEAR}", "/candidates", "/pool", "/pool?n=40", "/pool/workload",
            "/round", "/round?show=all", "/round/duties", "/round/outbox", "/applicants",
            f"/applicants/{firm}", f"/applicants/{firm}/reviews", "/recusals",
            f"/recusal?expert={who}&applicant={firm}", "/supervision", "/retention", "/import",
            "/exports", "/board", f"/board/{plan}/seat?group=0&reviewer={self.leader}",
            f"/board/{plan}/visit?case={self.case}",
            f"/board/{plan}/sheet", f"/plans/{plan}/repair", "/calendar",
            "/draws", "/trials", "/repairs", "/intake", "/inquiries", "/loans", "/staff-conflicts",
            "/holidays", "/scoring", "/decision", "/honours", "/archive",
            "/api/v1/experts?limit=200", f"/api/v1/years/{YEAR}/snapshot",
            f"/api/v1/years/{YEAR}/inventory", f"/api/v1/years/{YEAR}/recusals",
            f"/api/v1/years/{YEAR}/organisation-questions", f"/api/v1/years/{YEAR}/problem.json",
            f"/api/v1/years/{YEAR}/supervision", "/api/v1/liftings",
            f"/api/v1/workload?first={YEAR - 2}&last={YEAR}", f"/api/v1/experts/{who}",
        )  # fmt: skip


OWN = ("/me", "/me/data", "/me/conflicts", "/me/days", "/me/declaration", "/me/calendar")
INSPECTION = ("/", "/audit", "/departures", "/experts", "/recusals", "/board")
AGAIN = 3


def measure(url: str, folder: Path) -> list[tuple[str, str, float, float]]:
    """(who, page, first, again) in milliseconds of processor time."""
    given = served_here(url, folder)
    clock = Clock(datetime(YEAR, 8, 20, 2, tzinfo=UTC))
    app = create_app(given, clock=clock)
    ledger: Ledger = app.state.ledger
    with ledger.write(CLERK) as uow:
        accounts = {one.role: one.uid for one in signin.accounts(uow.session)}
        for role in {Role.SECRETARIAT, Role.INSPECTOR}.difference(accounts):
            words = "一个很长的口令一个很长的口令"
            accounts[role] = signin.create_account(uow, role.value, role.value, role, words)
        uow.commit()
    desk = _desk(ledger)
    settle()
    asked = [
        (Role.SECRETARIAT, accounts[Role.SECRETARIAT], desk.office),
        (Role.INSPECTOR, accounts[Role.INSPECTOR], INSPECTION),
        (Role.EXPERT, desk.expert, OWN),
    ]
    found = []
    for role, uid, paths in asked:
        holder = Holder(uid, "实测", role)
        opened = app.state.desk.open(holder, timedelta(hours=8), Client("127.0.0.1", "b"), clock())
        for path in paths:
            status, first = ask(app, path, opened.token)
            if status >= 400:
                raise SystemExit(f"{path} 答复 {status}，没有量到这一页。")
            again = median(ask(app, path, opened.token)[1] for _ in range(AGAIN))
            found.append((role.value, path, first, again))
            console.out.print(
                f"| {role.value} | `{path}` | {status} | {first:.0f} | {again:.0f} |", markup=False
            )
    return found


def _desk(ledger: Ledger) -> Desk:
    with ledger.read() as session:
        uid = session.scalars(select(PlanVersion.uid).order_by(PlanVersion.id.desc())).first()
        view = plan_store.plan(session, SYSTEM_VIEWER, uid or "")
        group = view.plan.groups[0]
        expert, applicant = (
            str(session.scalar(select(func.max(one)))) for one in (Expert.uid, Applicant.uid)
        )
        return Desk(expert, applicant, view.row.uid, group.members[0], group.cases[0])


def main() -> int:
    asked = argparse.ArgumentParser(description="两万人的专家库。")
    asked.add_argument("database", nargs="?", default="")
    asked.add_argument("--experts", type=int, default=20_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="thousands-") as folder:
        url = given.database or f"sqlite:///{folder}/thousands.db"
        given_file = url.partition("sqlite:///")[2]
        place = Path(given_file).parent if given_file else Path(folder)
        migrate.upgrade(url)
        clock = Clock(datetime(YEAR, 8, 10, 2, tzinfo=UTC))
        secret = settings.read_secret(place / "secret.key")
        ledger = open_ledger(url, clock, secret=secret)
        with ledger.read() as session:
            empty = session.scalar(select(func.count()).select_from(Expert)) == 0
        if empty:
            Office(ledger, clock).make(given.experts)
        ledger.close()
        measure(url, place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
