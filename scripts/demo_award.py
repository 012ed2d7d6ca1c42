"""演示的两个旧年度: one from its notice to its sealed archive, one that stands still in the middle
of a stage. Every act is that of the person who would do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy import select

from award.applicants import applications, inquiries, qualification
from award.applicants.applications import ApplicationFields, OpinionFields, Paper
from award.applicants.core.eligibility import Decided
from award.applicants.core.replies import Said
from award.applicants.tables import Applicant
from award.archive import seal
from award.archive.checks import CHECKS
from award.archive.documents import issued
from award.decision import approval, committee, evaluation, gather, notice, vote
from award.decision.committee import MemberFields
from award.decision.notice import ObjectionFields
from award.decision.vote import RulingFields, TallyFields
from award.groups import signing
from award.honours import honours
from award.honours import store as honours_store
from award.honours.honours import ExpenseFields
from award.scoring import agree, books, calibration, shortlist, store
from award.scoring.core.consensus import Agreed
from award.scoring.core.scorebook import Book, Mark
from award.scoring.tables import Scorebook
from award.year import stages
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role, Viewer
from expert_pool.ledger import Ledger, UnitOfWork
from scripts.demo import CHIEF, CLERK, Story, window
from scripts.demo_people import DemoFirm

T = TypeVar("T")

SECOND = Actor("demo-second", "林复核", Role.SECRETARIAT)
SETTINGS: Mapping[str, str] = {
    "doc_rule": "consensus", "total_rule": "weighted", "doc_weight": "0.4", "site_weight": "0.6",
    "score_round": "0.01", "compare": "rounded", "shortlist_top": "5", "shortlist_min": "none",
    "shortlist_ties": "all", "shortlist_blind": "yes", "document_due": "none", "site_due": "none",
    "spread_points": "20", "spread_band": "yes", "comments_per_item": "1", "calibration": "yes",
    "department_silent": "blocks", "exactly_half": "passes", "most_ticks": "none",
    "member_recusal": "struck", "ballot": "secret", "notice_workdays": "5",
    "notice_first_day": "no", "enquiry_workdays": "5", "objection_signed": "yes",
    "fallback_innovation": "no", "quality_then_innovation": "none",
    "vacancy": "empty", "feedback_shows": "band", "retention": "30", "promotion_yearly": "1",
    "severity_shrink": "0.16",
}  # fmt: skip
UNITS = (
    "市政府", "市府办", "市市场监管局", "市发改局", "市经信局", "市财政局", "市税务局", "市商务局",
    "市科技局", "市统计局", "市建设局", "市农业农村局", "生态环境分局", "市应急管理局",
    "市人力社保局", "市文广旅游局", "海关诸暨办",
)  # fmt: skip
LEVELS = (65, 65, 60, 70, 55, 65)
VOTES = (13, 11, 9, 6, 12, 8)
LAST_BEFORE_END = "documents"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱"
GOOD = ("有系统的方法，职责清楚。", "各部门都在用，记录完整。", "指标逐年改进，有数据。")
BETTER = ("与标杆企业的比较不够。", "个别部门展开不充分。", "数据的分析可以更及时。")


@dataclass
class AwardYear:
    """One staged year of the demonstration. `story` lends its clock, people and workbooks."""

    story: Story
    ledger: Ledger
    year: int
    firms: Sequence[DemoFirm]
    random: Random
    asked: tuple[str, ...] = ()  # letters to departments
    round: str = ""
    votes: Mapping[str, int] = field(default_factory=dict)

    def act(self, actor: Actor, what: Callable[[UnitOfWork], T]) -> T:
        with self.ledger.write(actor) as uow:
            found = what(uow)
            uow.commit()
        return found

    def move(self, wanted: str, actor: Actor) -> None:
        self.act(actor, lambda uow: stages.move(uow, self.year, wanted, CHECKS))

    def go(self, month: int, day: int) -> None:
        self.story.clock.go_to(date(self.year, month, day))

    def walk(self) -> Iterator[str]:
        """The year as it went; pauses in the middle of every stage and names it."""
        for stage, begin, rest in (
            ("preparing", self._open, None),
            ("applications", self._receive, self._take_in),
            ("qualification", self._inquire, self._qualify),
            ("documents", lambda: self._begin_review("document"), self._finish_documents),
            ("site", lambda: self._begin_review("site"), self._finish_site),
            ("evaluation", self._seat, self._issue),
            ("vote", self._ballot, self._count),
            ("notice", self._publish, None),
            ("approval", self._submit, self._approve),
            ("honours", self._honour, self._archive),
        ):
            begin()
            yield stage
            if rest is not None:
                rest()
        self.move("archived", CHIEF)
        yield "archived"

    # to the signed site reports
    # --------------------------------------------------------------------

    def _open(self) -> None:
        self.go(5, 11)
        first, last = window(self.year)
        fields = YearFields(
            f"{self.year}年度诸暨市政府质量奖",
            first,
            last,
            date(self.year, 5, 11),
            date(self.year, 6, 30),
            YearPolicy(max_parallel_visits=3),
        )
        self.act(CLERK, lambda uow: award_years.open_year(uow, self.year, fields))
        self.act(CLERK, lambda uow: applications.begin(uow, self.year))
        said = (self.year, "both_awards", "no", f"诸质奖审〔{self.year}〕1号")
        self.act(CLERK, by(stages.enter_setting, *said))

    def _receive(self) -> None:
        """Half of the papers are looked through; one application lacks something."""
        self.move("applications", CHIEF)
        self.go(6, 12)
        self.story.bring_in_firms(self.year, self.firms)
        first, second, *_ = self.uids()
        self.act(CLERK, by(_apply, first, self.year))
        due = date(self.year, 6, 26)
        self.act(CLERK, by(applications.ask_supplement, second, "缺自评报告和镇街意见。", due))

    def _take_in(self) -> None:
        for uid in self.uids()[1:]:
            self.act(CLERK, by(_apply, uid, self.year))
        self.story.bring_in_people(self.year)

    def _inquire(self) -> None:
        """Two departments are asked, one has answered."""
        self.go(7, 12)
        self.move("qualification", CLERK)
        due = self.story.clock().date() + timedelta(days=7)

        def ask(uow: UnitOfWork) -> tuple[str, ...]:
            return tuple(
                inquiries.ask(uow, self.year, one, inquiries.QUESTIONS[one], due)
                for one in ("市应急管理局", "市市场监管局")
            )

        self.asked = self.act(CLERK, ask)
        self._answer(self.asked[0])

    def _answer(self, uid: str) -> None:
        said = [Said(one, "none") for one in self.uids()]
        self.act(CLERK, by(inquiries.answer, uid, "王某", said, "office"))

    def _qualify(self) -> None:
        self._answer(self.asked[1])
        for uid in self.uids():
            self.act(CHIEF, by(_qualify, uid))

        def enter(uow: UnitOfWork) -> None:
            for code, value in SETTINGS.items():
                stages.enter_setting(uow, self.year, code, value, f"诸质奖审〔{self.year}〕1号")

        self.act(CLERK, enter)
        for actor in (CLERK, SECOND):
            self.act(actor, self._check_rubric)

    def _check_rubric(self, uow: UnitOfWork) -> None:
        for item in store.rubric_of(uow.session, self.year).items:
            stages.check_item(uow, self.year, item.no)

    def _begin_review(self, stage: str) -> None:
        """Groups solved and published; the last book of all is still open."""
        self.go(*((7, 24) if stage == "document" else (8, 24)))
        uid = self.story.solve(self.year, 4.0)

        def publish(uow: UnitOfWork) -> None:
            signing.publish(uow, uid, signing.approve(uow, uid, 1, "按期"))

        self.act(CHIEF, publish)
        if stage == "document":
            self._calibrate()
        self.move("documents" if stage == "document" else "site", CHIEF)
        *before, last = self.planned(stage)
        for applicant in before:
            self._fill_all(applicant, stage)
            self._report(applicant, stage)
        self._fill_all(last, stage, leaving=1)

    def _calibrate(self) -> None:
        """Everybody has scored the 标定案例 at the training, its largest items."""

        def note(uow: UnitOfWork) -> None:
            items = calibration.items_of(store.rubric_of(uow.session, self.year))
            for line in calibration.lines(uow.session, self.year):
                level = self.random.choice((50, 55, 55, 60))
                given = {one.no: level + self.random.choice((-5, 0, 0, 5)) for one in items}
                calibration.note(uow, self.year, line.expert, given)

        self.act(CLERK, note)

    def _finish_review(self, stage: str) -> None:
        last = self.planned(stage)[-1]
        self._fill_all(last, stage)
        self._report(last, stage)

    def _finish_documents(self) -> None:
        self._finish_review("document")
        self._choose_sites()

    def _finish_site(self) -> None:
        self._finish_review("site")

    def planned(self, stage: str) -> tuple[str, ...]:
        with self.ledger.read() as session:
            seats = store.seats(store.plan_of(session, self.year, stage))
        return tuple(sorted({case for case, _ in seats}))

    def open_books(self, applicant: str, stage: str) -> Sequence[Scorebook]:
        with self.ledger.read() as session:
            return session.scalars(
                select(Scorebook)
                .where(Scorebook.year == self.year, Scorebook.stage == stage)
                .where(Scorebook.applicant == applicant, Scorebook.state == "open")
                .order_by(Scorebook.id)
            ).all()

    def _fill_all(self, applicant: str, stage: str, leaving: int = 0) -> None:
        rows = self.open_books(applicant, stage)
        with self.ledger.read() as session:
            names = store.names_of(session, [row.expert for row in rows])
        level = self._level(applicant)
        for row in rows[: len(rows) - leaving]:
            her = Actor(row.expert, names[row.expert], Role.EXPERT)
            self.act(her, by(self._fill, row, level))

    def _report(self, applicant: str, stage: str) -> None:
        """Consensus and the report, signed by all."""
        with self.ledger.read() as session:
            group = store.members(session, self.year, stage, applicant)
        leader = next(one for one in group if one.leader)
        head = Actor(leader.expert, leader.name, Role.EXPERT)
        digest = self.act(head, lambda uow: self._agree(uow, applicant, stage))
        for one in group:
            signer = Actor(one.expert, one.name, Role.EXPERT)
            self.act(signer, by(agree.sign, self.year, stage, applicant, digest))

    def _level(self, applicant: str) -> int:
        """What the firm is worth in percent, the same in both stages: two win whatever comes."""
        return LEVELS[self.uids().index(applicant) % len(LEVELS)]

    def _fill(self, uow: UnitOfWork, row: Scorebook, level: int) -> None:
        viewer = Viewer(row.expert, Role.EXPERT, row.expert)
        held = store.own_book(uow.session, viewer, row.uid).book
        lenient = self.random.choice((-5, 0, 0, 5))
        marks = {}
        for item in store.rubric_of(uow.session, self.year).items:
            start = held.start.get(item.no)
            percent = level + lenient + self.random.choice((-10, -5, 0, 0, 5, 10))
            if start is not None:
                percent = start + self.random.choice((0, 0, 0, 0, -5, 5))
            moved = start is not None and percent != start
            marks[item.no] = Mark(
                percent,
                self.random.choice(GOOD),
                self.random.choice(BETTER),
                "查台账和现场记录。" if start is None and self.random.random() < 0.2 else "",
                "现场查阅记录并访谈。" if moved else "",
            )
        books.replace_book(uow, row.uid, Book(marks, held.start))
        books.lock(uow, row.uid)

    def _agree(self, uow: UnitOfWork, applicant: str, stage: str) -> str:
        at = (self.year, stage, applicant)
        agree.accept_all(uow, *at, 0)
        view = store.consensus_view(uow.session, *at)
        for row in view.rows:
            if row.item.no not in view.agreed:
                wanted = Agreed(row.suggestion, "讨论后取中位数。", "现场查阅记录。")
                agree.agree_item(uow, *at, 0, row.item.no, wanted)
        proposal = "yes" if stage == "document" else ""
        agree.write_overview(uow, *at, 0, "组织概况、关键因素见自评报告。", proposal)
        return agree.issue(uow, *at, 0)

    def _choose_sites(self) -> None:
        self.go(8, 20)

        def decide(uow: UnitOfWork) -> None:
            found = shortlist.lines(uow.session, SYSTEM_VIEWER, self.year)
            inside = {one.uid: one.by_rule for one in found}
            reasons = {one.uid: "按规则名次未入围。" for one in found if not one.by_rule}
            shortlist.decide(uow, SYSTEM_VIEWER, self.year, inside, reasons)

        self.act(CHIEF, decide)

    # to the archive
    # --------------------------------------------------------------------------------

    def _seat(self) -> None:
        """The committee is entered, the report not yet issued."""
        self.go(9, 25)
        self.move("evaluation", CLERK)

        def seat(uow: UnitOfWork) -> None:
            for number, unit in enumerate(UNITS):
                role = "chair" if number == 0 else "vice" if number < 3 else "member"
                name = f"{SURNAMES[number]}委员"
                committee.add_member(uow, self.year, MemberFields(name, unit, role))

        self.act(CLERK, seat)

    def _issue(self) -> None:
        self.act(CHIEF, lambda uow: committee.freeze(uow, self.year, f"诸质奖审〔{self.year}〕3号"))
        self.act(CHIEF, lambda uow: evaluation.issue(uow, self.year, "全部按合议结果计算。"))

    def _ballot(self) -> None:
        """Seventeen members, fifteen there; one of two tellers has typed."""
        self.move("vote", CHIEF)
        self.go(9, 27)

        def opened(uow: UnitOfWork) -> str:
            there = [one.uid for one in gather.members(uow.session, self.year)][:15]
            return vote.open_round(uow, self.year, date(self.year, 9, 27), there, len(there))

        self.round = self.act(CLERK, opened)
        with self.ledger.read() as session:
            cases = [one.uid for one in vote.candidates(session, self.year)]
        order = self.uids()
        self.votes = {case: VOTES[order.index(case) % len(VOTES)] for case in cases}
        self._tell(CLERK)

    def _tell(self, teller: Actor) -> None:
        tally = TallyFields(15, 1, self.votes, {}, "纪检孙正")
        self.act(teller, by(vote.type_tally, self.round, tally))

    def _count(self) -> None:
        self._tell(SECOND)
        self._rule()
        self.act(CHIEF, lambda uow: vote.confirm(uow, self.round))

    def _rule(self) -> None:
        """What the text leaves open is decided by the committee, on record."""
        for _ in range(3):
            with self.ledger.read() as session:
                stopped = gather.decision(session, self.year)["stopped"] or {}
            if stopped.get("code") != "tie":
                return
            wanted = RulingFields(
                "tie", stopped["cases"], "审委会", f"审委会纪要〔{self.year}〕3号"
            )
            self.act(CHIEF, by(vote.rule, self.year, wanted))

    def _publish(self) -> None:
        self.move("notice", CHIEF)
        self.go(10, 8)
        day, document = date(self.year, 10, 8), f"诸质奖审公〔{self.year}〕1号"
        contact = "来信、来访或电话"
        self.act(CLERK, lambda uow: notice.publish(uow, self.year, day, document, contact))

    def object(self) -> None:
        """An objection that nobody has closed: the year stands still."""
        self.go(10, 10)
        with self.ledger.read() as session:
            listed = notice.proposed(session, self.year)
        about = listed[0].uid if listed else ""
        said = ObjectionFields(
            "反映近三年有重大投诉，请核查。", date(self.year, 10, 10), about, "某某"
        )
        self.act(CLERK, lambda uow: notice.file_objection(uow, self.year, said))

    def _submit(self) -> None:
        self.go(10, 27)
        self.move("approval", CHIEF)

    def _approve(self) -> None:
        self.go(11, 10)
        document = f"诸政发〔{self.year}〕19号"
        on = date(self.year, 11, 10)
        self.act(CHIEF, lambda uow: approval.approve(uow, self.year, document, on))

    def _honour(self) -> None:
        """All prizes but the last are paid."""
        self.move("honours", CHIEF)
        self.go(11, 24)
        self._pay(leaving=1)

    def _pay(self, leaving: int = 0) -> None:
        with self.ledger.read() as session:
            rows = honours_store.honours(session, SYSTEM_VIEWER, self.year)
        due = [(number, row) for number, row in enumerate(rows, 1) if row.amount and not row.paid]
        for number, row in due[: len(due) - leaving]:
            said = (row.uid, row.amount, date(self.year, 11, 24), f"支{number:03d}")
            self.act(CLERK, by(honours.pay, *said))

    def _archive(self) -> None:
        """All prizes, the account, the archive sealed and verified."""
        self._pay()
        line = ExpenseFields("fee", "18600", "评审员", "支101", date(self.year, 11, 24))
        self.act(CLERK, lambda uow: honours.spend(uow, self.year, line))
        self.act(CLERK, lambda uow: seal.seal(uow, self.year, issued(uow.session, self.year)))
        with self.ledger.read() as session:
            bundle = seal.live(session, self.year)[-1].uid
        self.act(CHIEF, lambda uow: seal.verify(uow, bundle))

    def end(self) -> None:
        """终止 by a document of the city government."""
        document = f"诸政发〔{self.year}〕11号"
        self.act(CHIEF, lambda uow: stages.end(uow, self.year, document))

    def uids(self) -> tuple[str, ...]:
        with self.ledger.read() as session:
            query = select(Applicant.uid).where(Applicant.year == self.year)
            return tuple(session.scalars(query.order_by(Applicant.id)))


def by(what: Callable[..., object], *said: object) -> Callable[[UnitOfWork], object]:
    return lambda uow: what(uow, *said)


def _apply(uow: UnitOfWork, uid: str, year: int) -> None:
    fields = ApplicationFields(
        ("product",), ("patent",), True, date(2012, 3, 1), "month", date(2018, 1, 1)
    )
    applications.fill(uow, uid, fields)
    for kind in ("form", "self-assessment", "evidence"):
        content = b"%PDF-1.7 " + f"{kind} {uid}".encode()
        applications.attach(uow, uid, Paper(kind, f"{kind}.pdf", content, 30))
    town = OpinionFields("town", "所在镇街", True, date(year, 6, 10), "同意推荐")
    applications.give_opinion(uow, uid, town)
    applications.note_licence(uow, uid, "营业执照", None, True)
    applications.take_in(uow, uid)


def _qualify(uow: UnitOfWork, uid: str) -> None:
    for condition in ("licences", "excellence", "others"):
        qualification.say(uow, uid, Decided(condition, "met", "已核对原件。"))
    qualification.decide(uow, uid, True, "符合第十二条各项条件。")


def tell(story: Story, year: int, firms: Sequence[DemoFirm], until: str) -> None:
    """The year as far as `until`, a stage, in whose middle it stands still."""
    told = AwardYear(story, story.ledger, year, firms, Random(story.wishes.seed + year))
    last = LAST_BEFORE_END if until == "ended" else until
    for stage in told.walk():
        if stage == last:
            break
    if until == "notice":
        told.object()
    elif until == "ended":
        told.end()
