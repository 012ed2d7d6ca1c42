"""演示年度: an earlier year with its record, then this year as it stands on the day the groups are
published.

Everything goes the way real data goes: workbooks written, read, questioned, answered, applied;
conflicts, declarations and days entered; solved in a child process; approved by one person and
published by another. Only the clock is staged, so that the dates fit the year.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from assignment.solver.limits import Limits
from award.groups import draws, jobs, runner, signing
from award.groups import store as assignment_store
from award.scoring.follow import open_ledger
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.core.stages import STAGES
from award.year.store import YearFields
from expert_pool import register, store
from expert_pool.core import declaration
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.facts.intake import RowQuestion
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork, migrate
from scripts import bring_in, demo_register, demo_workbooks
from scripts.demo_people import DemoExpert, DemoFirm, Trade, make_experts, make_firms

YEAR = 2026
CLERK = Actor("demo-clerk", "陈晓岚", Role.SECRETARIAT)
CHIEF = Actor("demo-chief", "何国栋", Role.APPROVER)
OFFICE_HOURS = 9
DRAW_SECONDS = 6.0  # enough for several plans


@dataclass(frozen=True)
class Wishes:
    """How large the demonstration is; `years` counts earlier years, `time_limit` is seconds for
    this year's solve. `until`: two years before all others, one archived, one that stands still in
    this stage; empty: neither.
    """

    years: int = 1
    experts: int = 60
    applicants: int = 20
    seed: int = 1
    time_limit: float = 15.0
    until: str = ""


class StagedClock:
    """The demonstration's own time, in Zhuji; it only goes forward."""

    def __init__(self) -> None:
        self.now = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=41)
        return self.now

    def go_to(self, day: date, hour: int = OFFICE_HOURS) -> None:
        self.now = max(self.now, datetime(day.year, day.month, day.day, hour - 8, 12, tzinfo=UTC))


Watch = Callable[[assignment_store.JobView], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Told:
    """What the console must say once: (login, name, role, password) per account and (name, why,
    token) per personal link.
    """

    accounts: tuple[tuple[str, str, Role, str], ...]
    links: tuple[tuple[str, str, str], ...]


def build(
    url: str,
    wishes: Wishes,
    say: Say,
    watch: Watch,
    make_password: Callable[[], str],
    now: datetime,
    secret: bytes,
) -> Told:
    """Fill a new database.

    `now` is the real time: personal links must live from today, not from the staged day. `secret`
    is the key of whoever will serve it: books that are still open are sealed with it.
    """
    migrate.upgrade(url)
    clock = StagedClock()
    clock.go_to(date(YEAR - wishes.years - 2 * bool(wishes.until), 3, 3))
    ledger = open_ledger(url, clock, secret)
    try:
        accounts = _staff(ledger, make_password)
        story = Story(ledger, clock, wishes, say, watch)
        if wishes.until:
            story.award_years()
        for year in range(YEAR - wishes.years, YEAR):
            story.earlier_year(year)
        story.this_year()
        clock.now = max(clock.now, now)
        return Told(accounts, story.links(now))
    finally:
        ledger.close()


def _staff(
    ledger: Ledger, make_password: Callable[[], str]
) -> tuple[tuple[str, str, Role, str], ...]:
    from api.identity import signin
    from expert_pool.core.actor import SYSTEM

    people = (
        ("jingban", CLERK.name, CLERK.role),
        ("fuhe", CHIEF.name, CHIEF.role),
        ("jijian", "孙正", Role.INSPECTOR),
        ("xitong", "吴敏", Role.ADMIN),
    )
    accounts = tuple((*person, make_password()) for person in people)
    with ledger.write(SYSTEM) as uow:
        for login, name, role, password in accounts:
            # Whoever logs in is the person of the story: nobody decides on what she entered
            # herself.
            told = next((actor.id for actor in (CLERK, CHIEF) if actor.name == name), "")
            signin.create_account(uow, login, name, role, password, demo=True, uid=told)
        uow.commit()
    return accounts


class Story:
    """The years as they went.

    Each step is one or a few units of work under the name of the person who would do it.
    """

    def __init__(
        self, ledger: Ledger, clock: StagedClock, wishes: Wishes, say: Say, watch: Watch
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self.wishes = wishes
        self.say = say
        self.watch = watch
        self.random = Random(wishes.seed)
        self.office = demo_register.Office(self._write, CLERK, CHIEF)
        self.firms: tuple[DemoFirm, ...] = make_firms(
            wishes.seed + YEAR - wishes.years, wishes.applicants * 3 // 5 if wishes.years else 0
        )
        everyone = make_firms(wishes.seed + YEAR, wishes.applicants, self.firms)
        self.this_years_firms = everyone
        both = tuple({firm.name: firm for firm in (*self.firms, *everyone)}.values())
        asked = {firm.trade.code for firm in both}
        staged = [
            firm for _, _, firms in self._staged() for firm in firms if firm.trade.code not in asked
        ]
        self.people = make_experts(wishes.seed, wishes.experts, (*both, *staged))
        self.truth = {
            word: trade.code
            for trade in _trades(both, self.people)
            for word in (trade.word, *trade.word.split("、"))
        }

    # --- the years
    # ----------------------------------------------------------------------------------------------

    def award_years(self) -> None:
        """Two staged years with few firms: one to its archive, one that stands still."""
        from scripts import demo_award

        for year, last, firms in self._staged():
            self.say(f"{year} 年度：从通知到{STAGES[last]}")
            demo_award.tell(self, year, firms, last)

    def _staged(self) -> Iterator[tuple[int, str, tuple[DemoFirm, ...]]]:
        """The staged years, how far each goes, who applies."""
        first, until = YEAR - self.wishes.years - 2, self.wishes.until
        for year, last, count in ((first, "archived", 6), (first + 1, until, 4)):
            made = make_firms(self.wishes.seed + year, count)
            firms = (replace(firm, closed="", staff=min(firm.staff, 280)) for firm in made)
            yield year, last, tuple(firms)

    def bring_in_firms(self, year: int, firms: Sequence[DemoFirm]) -> None:
        self._bring_in_firms(year, firms, "申报组织汇总表.xlsx")

    def bring_in_people(self, year: int) -> None:
        """The people of a staged year, appointed, with their declarations, free on every day."""
        people = tuple(
            replace(one, absences="无", remark="")
            for one in self.people[: len(self.people) * 4 // 5]
        )
        self._import_people(year, people)
        self._appoint(year)
        self._declare(year, leaving_out=())

    def solve(self, year: int, seconds: float) -> str:
        return self._solve(year, seconds)

    def earlier_year(self, year: int) -> None:
        """Four fifths of today's people, reviewed without incident; ends with ratings."""
        self.say(f"{year} 年度：导入、编组、发布、履职评价")
        people = tuple(
            replace(one, absences=one.absences or "无", remark="")
            for one in self.people[: len(self.people) * 4 // 5]
        )
        self._open(year)
        self._import_firms(year, self.firms)
        self._import_people(year, people)
        self._appoint(year)
        self._declare(year, leaving_out=())
        self._publish(year, min(5.0, self.wishes.time_limit))
        self.clock.go_to(date(year, 10, 20))
        published = self._published(year)
        demo_register.service(self.office, published, self.random)
        if year >= YEAR - 2:  # as far back as the rules of promotion look
            demo_register.review_year(self.office, published, self.random)
            self.clock.go_to(date(year, 11, 3))
            demo_register.after_the_year(self.office, published, self.random)

    def this_year(self) -> None:
        self.say(f"{YEAR} 年度：导入两张表，更正差错")
        self._open(YEAR)
        self._import_firms(YEAR, self.this_years_firms, misprints=True)
        self._import_people(YEAR, self.people, misprints=True)
        self._appoint(YEAR)
        self.clock.go_to(date(YEAR, 7, 20))
        row = self._people()[5]
        right = next(one.phone for one in self.people if one.name == row.fields.name)
        demo_register.correct_a_telephone_number(self.office, row, right)
        firms = [firm.name for firm in self.this_years_firms]
        demo_register.conflicts(self.office, self._people(), firms)
        self._suspend()
        self._declare(YEAR, leaving_out=self._undeclared())
        self.say(f"{YEAR} 年度：推荐和资格审查，违规线索，回避核查")
        demo_register.recommendations(self.office, YEAR, self.clock.go_to)
        demo_register.people_matters(self.office, self._people(), YEAR, self.clock.go_to)
        demo_register.conflict_matters(self.office, self._people(), YEAR, self.clock.go_to)
        self.say(f"{YEAR} 年度：求解，随机抽取，复核，发布")
        self._publish(YEAR, self.wishes.time_limit, drawn=True)

    def links(self, now: datetime) -> tuple[tuple[str, str, str], ...]:
        """Two who have not answered yet: one without free days, one without a signature."""
        from api.identity import links

        with self.ledger.read() as session:
            rows = store.experts(session, SYSTEM_VIEWER, YEAR, date(YEAR, 9, 1))
        silent = [row for row in rows if not row.state.availability_known and row.state.declared]
        unsigned = [row for row in rows if not row.state.declared]
        issued = []
        for row, why in [(row, "还没填可参加时间") for row in silent[:1]] + [
            (row, "还没签年度声明") for row in unsigned[:1]
        ]:
            _, token = links.issue_personal(self.ledger, CLERK, row.uid, now + timedelta(days=60))
            issued.append((row.fields.name, why, token))
        return tuple(issued)

    # --- steps
    # ----------------------------------------------------------------------------------------------

    @contextmanager
    def _write(self, actor: Actor = CLERK) -> Iterator[UnitOfWork]:
        with self.ledger.write(actor) as uow:
            yield uow
            uow.commit()

    def _open(self, year: int) -> None:
        self.clock.go_to(date(year, 5, 11))
        first, last = window(year)
        wanted = YearFields(
            title=f"{year}年度诸暨市政府质量奖",
            window_first=first,
            window_last=last,
            notice_date=date(year, 5, 11),
            deadline=date(year, 6, 30),
            # 陪同人员 for three visits at a time.
            policy=YearPolicy(max_parallel_visits=3),
        )
        with self._write() as uow:
            award_years.open_year(uow, year, wanted)

    def _import_firms(self, year: int, firms: Sequence[DemoFirm], misprints: bool = False) -> None:
        self.clock.go_to(date(year, 7, 2))
        if misprints:
            # One wrong check digit: the row is refused with its reason, and comes in with the
            # corrected workbook.
            wrong = [
                replace(
                    firms[0], uscc=firms[0].uscc[:-1] + ("0" if firms[0].uscc[-1] != "0" else "1")
                ),
                *firms[1:],
            ]
            self._bring_in_firms(year, wrong, "申报组织汇总表.xlsx")
            self.clock.go_to(date(year, 7, 3))
        self._bring_in_firms(
            year, firms, "申报组织汇总表（更正）.xlsx" if misprints else "申报组织汇总表.xlsx"
        )

    def _bring_in_firms(self, year: int, firms: Sequence[DemoFirm], filename: str) -> None:
        data = demo_workbooks.firms_workbook(firms, year, self.wishes.seed)
        bring_in.bring_in(
            self.ledger, CLERK, "applicants", data, filename, year, answer=self._answer
        )

    def _import_people(
        self, year: int, people: Sequence[DemoExpert], misprints: bool = False
    ) -> None:
        self.clock.go_to(date(year, 7, 9))
        if misprints:
            # A telephone number short of a digit: the row waits for the corrected workbook.
            wrong = [
                replace(one, phone=one.phone[:-1]) if place == 3 else one
                for place, one in enumerate(people)
            ]
            self._bring_in_people(year, wrong, "专家库台账.xlsx")
            self.clock.go_to(date(year, 7, 10))
        self._bring_in_people(
            year, people, "专家库台账（更正）.xlsx" if misprints else "专家库台账.xlsx"
        )

    def _bring_in_people(self, year: int, people: Sequence[DemoExpert], filename: str) -> None:
        first, last = window(year)
        asked = f"{first.month}月{first.day}日-{last.day}日"
        data = demo_workbooks.experts_workbook(people, year, asked, self.wishes.seed)
        bring_in.bring_in(self.ledger, CLERK, "experts", data, filename, year, answer=self._answer)

    def _answer(self, question: RowQuestion) -> str | None:
        """What the clerk would say: the true trade where a word was not sure, else the first
        reading offered.
        """
        for word, code in self.truth.items():
            if (
                word
                and word in question.text
                and any(code in choice.value for choice in question.proposals)
            ):
                return next(choice.value for choice in question.proposals if code in choice.value)
        return question.proposals[0].value if question.proposals else None

    def _appoint(self, year: int) -> None:
        """Terms of two years for everybody who has none; one in eight is new to the trade."""
        self.clock.go_to(date(year, 7, 16))
        with self.ledger.read() as session:
            rows = store.experts(session, SYSTEM_VIEWER, year, date(year, 9, 1))
        with self._write() as uow:
            for number, row in enumerate(rows, 1):
                if row.state.appointed_until is None:
                    grade = (
                        "lead"
                        if row.fields.leader
                        else "trainee"
                        if number % 8 == 0 and not row.fields.quality
                        else "reviewer"
                    )
                    certificate = f"诸质奖聘〔{year}〕{number:03d}号"
                    register.appoint(
                        uow,
                        row.uid,
                        grade,
                        date(year, 7, 1),
                        date(year + 2, 6, 30),
                        certificate,
                        date(year, 7, 16),
                    )

    def _declare(self, year: int, leaving_out: Sequence[str]) -> None:
        self.clock.go_to(date(year, 7, 28))
        with self.ledger.read() as session:
            rows = store.experts(session, SYSTEM_VIEWER, year, date(year, 9, 1))
        for row in rows:
            if row.uid not in leaving_out:
                with self._write(Actor(row.uid, row.fields.name, Role.EXPERT)) as uow:
                    register.sign_declaration(
                        uow, row.uid, year, declaration.VERSION, declaration.SHA256, "个人链接"
                    )

    def _publish(self, year: int, seconds: float, drawn: bool = False) -> None:
        """Solved in a child process, looked at by the clerk, approved by the chief, published by
        the clerk; `drawn`: by lot in between.
        """
        self.clock.go_to(date(year, 8, 24))
        plan_uid = self._solve(year, seconds)
        if drawn:
            plan_uid = self._draw(year, plan_uid) or plan_uid
        self.clock.go_to(date(year, 8, 26))
        with self._write(CHIEF) as uow:
            signing.approve(uow, plan_uid, self._version(plan_uid), "未排现场的组织另行安排")
        self.clock.go_to(date(year, 8, 28))
        with self._write() as uow:
            signing.publish(uow, plan_uid, self._version(plan_uid))

    def _solve(self, year: int, seconds: float) -> str:
        """With more time when there was too little: a slow or busy machine gets its demonstration
        too.
        """
        for longer in (1, 4, 16):
            with self._write() as uow:
                job = jobs.start(
                    uow, year, Limits(time_limit=seconds * longer, seed=self.wishes.seed)
                )
            view = self._wait(job)
            if view.plan_uid is not None:
                return view.plan_uid
        raise Refusal(
            "no-plan",
            f"这组演示数据没有求出方案：{view.error_text or view.status} 请换一个 --seed，或加大"
            " --experts。",
        )

    def _draw(self, year: int, plan_uid: str) -> str | None:
        """随机抽取: good plans beside the solved one are published, and dice thrown the day after
        choose; None when there is no choice.
        """
        said = f"{year}年8月25日例会当众掷骰六次，依次记下点数"
        with self._write() as uow:
            job = draws.start_draw(
                uow,
                year,
                Limits(time_limit=DRAW_SECONDS, seed=self.wishes.seed),
                said,
                keep=plan_uid,
            )
        self._wait(job)
        self.clock.go_to(date(year, 8, 25))
        with self.ledger.read() as session:
            found = draws.draws(session, SYSTEM_VIEWER, year)
        if not found:
            return None
        with self._write() as uow:
            return draws.draw_plan(
                uow,
                found[0].uid,
                found[0].version,
                "415263",
                "例会当众掷骰六次，纪检孙正在场，照片存档",
            )

    def _wait(self, job: str) -> assignment_store.JobView:
        with runner.make_executor() as executor:
            future = runner.launch(executor, self.ledger, job)
            while True:
                done = future.done()
                with self.ledger.read() as session:
                    view = assignment_store.job(session, SYSTEM_VIEWER, job)
                self.watch(view)
                if done:
                    break
                time.sleep(0.2)
            future.result()
        return view

    def _version(self, plan_uid: str) -> int:
        with self.ledger.read() as session:
            return assignment_store.plan(session, SYSTEM_VIEWER, plan_uid).row.version

    def _published(self, year: int) -> assignment_store.PlanView:
        with self.ledger.read() as session:
            published = assignment_store.published(session, SYSTEM_VIEWER, year)
        assert published is not None
        return published

    def _suspend(self) -> None:
        with self._write() as uow:
            register.suspend(uow, self._people()[-4].uid, "借调外地工作一年", YEAR)

    def _undeclared(self) -> tuple[str, ...]:
        return tuple(row.uid for row in self._people()[9::23])

    def _people(self) -> tuple[store.ExpertRow, ...]:
        with self.ledger.read() as session:
            return store.experts(session, SYSTEM_VIEWER, YEAR, date(YEAR, 9, 1))


def _trades(firms: Sequence[DemoFirm], people: Sequence[DemoExpert]) -> set[Trade]:
    return {firm.trade for firm in firms} | {trade for one in people for trade in one.trades}


def window(year: int) -> tuple[date, date]:
    """Three weeks from the first Monday on or after 7 September; in 2026 that is the 7th to the
    25th.
    """
    first = date(year, 9, 7)
    first += timedelta(days=-first.weekday() % 7)
    return first, first + timedelta(days=18)
