"""The second half of a year, one method a step, on top of the walk through the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest

from award.archive.checks import CHECKS
from award.decision import approval, committee, evaluation, gather, notice, vote
from award.decision.committee import MemberFields
from award.decision.vote import TallyFields
from award.year import stages
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork, audit
from tests.award.walk import YEAR, Walk
from tests.cast import Cast
from tests.storage import CHIEF, CLERK, Clock

TELLER = Actor("u-teller", "孙计票", Role.SECRETARIAT)
DEPUTY = Actor("u-deputy", "吴副主任", Role.APPROVER)
LATER = {
    "exactly_half": "passes", "most_ticks": "none", "member_recusal": "struck", "ballot": "secret",
    "notice_workdays": "5", "notice_first_day": "no", "enquiry_workdays": "5",
    "objection_signed": "yes", "vacancy": "empty",
    "quality_then_innovation": "none", "feedback_shows": "band", "retention": "30",
    "promotion_yearly": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a test must know of a year that was told before it: the day it stands at and who takes
    part.
    """

    clock: Clock
    cast: Cast
    firms: tuple[str, ...]


@dataclass
class Story(Walk):
    """The second half, one method a step."""

    firms: tuple[str, ...] = ()
    said: dict[str, str] = field(default_factory=dict)  # settings other than LATER

    def evaluation_stage(self) -> None:
        self.documents()
        self.firms = tuple(self.cast.firms.values())
        self.do(CLERK, self._settings)
        self.review("document", self.firms)
        self.shortlist(dict.fromkeys(self.firms, True), {})
        self.publish()
        self.move("site")
        self.marks = lambda member, firm, no: 65 if firm == self.firms[0] and no == "4.1.2" else 60
        self.review("site", self.firms)
        self.move("evaluation", CLERK)

    def _settings(self, uow: UnitOfWork) -> None:
        for code, value in (LATER | self.said).items():
            stages.enter_setting(uow, YEAR, code, value, "诸质奖审〔2026〕1号")

    def move(self, wanted: str, actor: Actor = CHIEF) -> None:
        self.do(actor, lambda uow: stages.move(uow, YEAR, wanted, CHECKS))

    def roster(self, count: int = 15) -> None:
        self.go(9, 20)

        def enter(uow: UnitOfWork) -> None:
            for number in range(count):
                role = "chair" if number == 0 else "vice" if number < 3 else "member"
                committee.add_member(
                    uow, YEAR, MemberFields(f"委员{number}", f"单位{number}", role)
                )

        self.do(CLERK, enter)
        self.do(CHIEF, lambda uow: committee.freeze(uow, YEAR, "诸质奖审〔2026〕3号"))

    def vote_stage(self) -> str:
        self.roster()
        digest = str(self.do(CHIEF, lambda uow: evaluation.issue(uow, YEAR)))
        self.move("vote")
        return digest

    def round(self, votes: dict[str, int], present: int = 12, invalid: int = 1) -> str:
        uid = str(self.do(CLERK, lambda uow: self._open(uow, present)))
        for actor in (CLERK, TELLER):
            tally = TallyFields(present, invalid, votes, {}, "监票人甲")
            self.do(actor, lambda uow, tally=tally: vote.type_tally(uow, uid, tally))
        return uid

    def _open(self, uow: UnitOfWork, present: int) -> str:
        members = [one.uid for one in gather.members(uow.session, YEAR)][:present]
        return vote.open_round(uow, YEAR, date(2026, 9, 20), members, present)

    def notice_stage(self) -> None:
        self.vote_stage()
        uid = self.round(dict(zip(self.firms, (11, 9, 5), strict=True)))
        self.do(CHIEF, lambda uow: vote.confirm(uow, uid))
        self.move("notice")

    def honours_stage(self) -> None:
        self.notice_stage()
        self.go(9, 28)
        self.do(CLERK, lambda uow: notice.publish(uow, YEAR, date(2026, 9, 28), "公告1号", "电话"))
        self.go(10, 12)
        self.move("approval")
        self.go(10, 20)
        self.do(
            CHIEF, lambda uow: approval.approve(uow, YEAR, "诸政发〔2026〕9号", date(2026, 10, 20))
        )
        self.move("honours")

    def refused(self, actor: Actor, act: Callable[[UnitOfWork], object], words: str) -> None:
        before = self.head()
        with pytest.raises(Refusal, match=words) as refused:
            self.do(actor, act)
        assert refused.value.legal_basis.startswith("办法"), refused.value.code
        assert self.head() == before

    def head(self) -> str:
        with self.ledger.read() as session:
            return audit.head(session, self.clock()).hash
