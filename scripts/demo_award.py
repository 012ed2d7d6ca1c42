"""演示的两个旧年度: one from its notice to its sealed archive, one that stands still in its public
notice with an objection open. Every act is that of the person who would do it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

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
from award.scoring import agree, books, shortlist, store
from award.scoring.core.consensus import Agreed
from award.scoring.core.scorebook import Book, Mark
from award.scoring.follow import open_ledger
from award.scoring.tables import Scorebook
from award.year import stages
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role, Viewer
from expert_pool.ledger import Ledger, UnitOfWork
from scripts.demo_people import DemoFirm

if TYPE_CHECKING:
    from scripts.demo import Story

SECOND = Actor("demo-second", "林复核", Role.SECRETARIAT)
SETTINGS: Mapping[str, str] = {
    "doc_rule": "consensus", "total_rule": "weighted", "doc_weight": "0.4", "site_weight": "0.6",
    "score_round": "0.01", "compare": "rounded", "shortlist_top": "5", "shortlist_min": "none",
    "shortlist_ties": "all", "shortlist_blind": "yes", "document_due": "none", "site_due": "none",
    "spread_points": "20", "spread_band": "yes", "comments_per_item": "1", "calibration": "no",
    "department_silent": "blocks", "exactly_half": "passes", "most_ticks": "none",
    "member_recusal": "struck", "ballot": "secret", "notice_workdays": "5",
    "notice_first_day": "no", "enquiry_workdays": "5", "objection_signed": "yes",
    "fallback_innovation": "no", "quality_then_innovation": "none",
    "vacancy": "empty", "feedback_shows": "band", "retention": "30", "promotion_yearly": "1",
}  # fmt: skip
UNITS = (
    "市政府", "市府办", "市市场监管局", "市发改局", "市经信局", "市财政局", "市税务局", "市商务局",
    "市科技局", "市统计局", "市建设局", "市农业农村局", "生态环境分局", "市应急管理局",
    "市人力社保局", "市文广旅游局", "海关诸暨办",
)  # fmt: skip
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

    def act(self, actor: Actor, what: Callable[[UnitOfWork], object]) -> object:
        with self.ledger.write(actor) as uow:
            found = what(uow)
            uow.commit()
        return found

    def move(self, wanted: str, actor: Actor) -> None:
        self.act(actor, lambda uow: stages.move(uow, self.year, wanted, CHECKS))

    def go(self, month: int, day: int) -> None:
        self.story.clock.go_to(date(self.year, month, day))

    # to the signed site reports
    # --------------------------------------------------------------------

    def applications(self) -> None:
        from scripts.demo import CHIEF, CLERK, window

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
        self.move("applications", CHIEF)
        self.go(6, 12)
        self.story.bring_in_firms(self.year, self.firms)
        for uid in self.uids():
            self.act(CLERK, by(_apply, uid, self.year))
        self.story.bring_in_people(self.year)

    def qualify(self) -> None:
        from scripts.demo import CHIEF, CLERK

        self.go(7, 12)
        self.move("qualification", CLERK)
        due = self.story.clock().date() + timedelta(days=7)

        def ask(uow: UnitOfWork) -> None:
            for department in ("市应急管理局", "市市场监管局"):
                question = inquiries.QUESTIONS[department]
                uid = inquiries.ask(uow, self.year, department, question, due)
                inquiries.answer(
                    uow, uid, "王某", [Said(one, "none") for one in self.uids()], "office"
                )

        self.act(CLERK, ask)
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

    def review(self, stage: str) -> None:
        """Groups solved and published, blind books, consensus, signed reports."""
        from scripts.demo import CHIEF, CLERK

        self.go(*((7, 24) if stage == "document" else (8, 24)))
        uid = self.story.solve(self.year, 4.0)

        def publish(uow: UnitOfWork) -> None:
            signing.publish(uow, uid, signing.approve(uow, uid, 1, "按期"))

        self.act(CHIEF, publish)
        self.move("documents" if stage == "document" else "site", CHIEF)
        for applicant in self.planned(stage):
            self._score(applicant, stage)
        if stage == "site":
            self.move("evaluation", CLERK)

    def planned(self, stage: str) -> tuple[str, ...]:
        with self.ledger.read() as session:
            seats = store.seats(store.plan_of(session, self.year, stage))
        return tuple(sorted({case for case, _ in seats}))

    def _score(self, applicant: str, stage: str) -> None:
        with self.ledger.read() as session:
            rows = session.scalars(
                select(Scorebook)
                .where(Scorebook.year == self.year, Scorebook.stage == stage)
                .where(Scorebook.applicant == applicant, Scorebook.state == "open")
            ).all()
            names = store.names_of(session, [row.expert for row in rows])
            group = store.members(session, self.year, stage, applicant)
            level = self._level(applicant)
        for row in rows:
            her = Actor(row.expert, names[row.expert], Role.EXPERT)
            self.act(her, by(self._fill, row, level))
        leader = next(one for one in group if one.leader)
        head = Actor(leader.expert, leader.name, Role.EXPERT)
        digest = str(self.act(head, lambda uow: self._agree(uow, applicant, stage)))
        for one in group:
            signer = Actor(one.expert, one.name, Role.EXPERT)
            self.act(signer, by(agree.sign, self.year, stage, applicant, digest))

    def _level(self, applicant: str) -> int:
        """What the firm is worth, the same in both stages: 50 to 70 percent."""
        return Random(f"{applicant}{self.year}").choice((55, 60, 60, 65, 65))

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

    def choose_sites(self) -> None:
        from scripts.demo import CHIEF

        self.go(8, 20)

        def decide(uow: UnitOfWork) -> None:
            found = shortlist.lines(uow.session, SYSTEM_VIEWER, self.year)
            inside = {one.uid: one.by_rule for one in found}
            reasons = {one.uid: "按规则名次未入围。" for one in found if not one.by_rule}
            shortlist.decide(uow, SYSTEM_VIEWER, self.year, inside, reasons)

        self.act(CHIEF, decide)

    # to the archive
    # --------------------------------------------------------------------------------

    def decide(self) -> None:
        """Report, committee, vote: seventeen members, two tellers."""
        from scripts.demo import CHIEF, CLERK

        self.go(9, 25)

        def seat(uow: UnitOfWork) -> None:
            for number, unit in enumerate(UNITS):
                role = "chair" if number == 0 else "vice" if number < 3 else "member"
                name = f"{SURNAMES[number]}委员"
                committee.add_member(uow, self.year, MemberFields(name, unit, role))

        self.act(CLERK, seat)
        self.act(CHIEF, lambda uow: committee.freeze(uow, self.year, f"诸质奖审〔{self.year}〕3号"))
        self.act(CHIEF, lambda uow: evaluation.issue(uow, self.year, "全部按合议结果计算。"))
        self.move("vote", CHIEF)
        self.go(9, 27)

        def opened(uow: UnitOfWork) -> str:
            there = [one.uid for one in gather.members(uow.session, self.year)][:15]
            return vote.open_round(uow, self.year, date(self.year, 9, 27), there, len(there))

        uid = str(self.act(CLERK, opened))
        with self.ledger.read() as session:
            cases = [one.uid for one in vote.candidates(session, self.year)]
        votes = {case: self.random.randint(6, 14) for case in cases}
        for actor in (CLERK, SECOND):
            tally = TallyFields(15, 1, votes, {}, "纪检孙正")
            self.act(actor, by(vote.type_tally, uid, tally))
        self._rule()
        self.act(CHIEF, lambda uow: vote.confirm(uow, uid))
        self.move("notice", CHIEF)

    def _rule(self) -> None:
        """What the text leaves open is decided by the committee, on record."""
        from scripts.demo import CHIEF

        for _ in range(3):
            with self.ledger.read() as session:
                stopped = gather.decision(session, self.year)["stopped"] or {}
            if stopped.get("code") != "tie":
                return
            wanted = RulingFields(
                "tie", stopped["cases"], "审委会", f"审委会纪要〔{self.year}〕3号"
            )
            self.act(CHIEF, by(vote.rule, self.year, wanted))

    def publish(self) -> None:
        from scripts.demo import CLERK

        self.go(10, 8)
        day, document = date(self.year, 10, 8), f"诸质奖审公〔{self.year}〕1号"
        self.act(
            CLERK, lambda uow: notice.publish(uow, self.year, day, document, "来信、来访或电话")
        )

    def object(self) -> None:
        """An objection that nobody has closed: the year stands still."""
        from scripts.demo import CLERK

        self.go(10, 10)
        with self.ledger.read() as session:
            listed = notice.proposed(session, self.year)
        about = listed[0].uid if listed else ""
        said = ObjectionFields(
            "反映近三年有重大投诉，请核查。", date(self.year, 10, 10), about, "某某"
        )
        self.act(CLERK, lambda uow: notice.file_objection(uow, self.year, said))

    def finish(self) -> None:
        """Approval, prizes, account, archive."""
        from scripts.demo import CHIEF, CLERK

        self.go(10, 27)
        self.move("approval", CHIEF)
        self.go(11, 10)
        document = f"诸政发〔{self.year}〕19号"
        on = date(self.year, 11, 10)
        self.act(CHIEF, lambda uow: approval.approve(uow, self.year, document, on))
        self.move("honours", CHIEF)
        self.go(11, 24)
        with self.ledger.read() as session:
            rows = honours_store.honours(session, SYSTEM_VIEWER, self.year)
        for number, row in enumerate(rows, 1):
            if row.amount:
                said = (row.uid, row.amount, date(self.year, 11, 24), f"支{number:03d}")
                self.act(CLERK, by(honours.pay, *said))
        line = ExpenseFields("fee", "18600", "评审员", "支101", date(self.year, 11, 24))
        self.act(CLERK, lambda uow: honours.spend(uow, self.year, line))
        self.act(CLERK, lambda uow: seal.seal(uow, self.year, issued(uow.session, self.year)))
        with self.ledger.read() as session:
            bundle = seal.live(session, self.year)[-1].uid
        self.act(CHIEF, lambda uow: seal.verify(uow, bundle))
        self.move("archived", CHIEF)

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


def tell(story: Story, year: int, firms: Sequence[DemoFirm], archived: bool) -> None:
    """The whole year to its archive, or into its notice, where it stands still."""
    with _sealing(story) as ledger:
        told = AwardYear(story, ledger, year, firms, Random(story.wishes.seed + year))
        told.applications()
        told.qualify()
        told.review("document")
        told.choose_sites()
        told.review("site")
        told.decide()
        told.publish()
        if archived:
            told.finish()
        else:
            told.object()


@contextmanager
def _sealing(story: Story) -> Iterator[Ledger]:
    """The story's ledger with a key: books are sealed until they are locked, and all of them
    are.
    """
    former = story.ledger
    ledger = open_ledger(former.url, story.clock, secrets.token_bytes(32))
    story.ledger = ledger
    try:
        yield ledger
    finally:
        story.ledger = former
        ledger.close()
