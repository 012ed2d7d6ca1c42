"""Every act of the second half by every role in every stage, against one table: who may, and when.

What is refused names its article and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from award.archive import seal
from award.archive.tables import Bundle
from award.decision import approval, committee, evaluation, gather, notice, vote
from award.decision.committee import MemberFields
from award.decision.notice import ObjectionFields
from award.decision.tables import Honour
from award.decision.vote import RulingFields, TallyFields
from award.honours import honours
from award.honours.honours import EarlierFields, ExpenseFields, RevocationFields
from award.honours.tables import Revocation
from award.year.core.stages import STAGES
from award.year.tables import AwardYear
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from tests.award.story import Story
from tests.award.walk import YEAR
from tests.storage import CHIEF, CLERK

GATES = ("wrong-role", "wrong-stage")  # what this table is about; all else is another test's
OFFICE = frozenset({Role.SECRETARIAT, Role.APPROVER})
CHIEFS = frozenset({Role.APPROVER})
ALL = frozenset(STAGES)
OPEN = ALL - {"archived", "ended"}
DAY = date(2026, 10, 12)
ROLES = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.EXPERT, Role.ADMIN)


@dataclass(frozen=True)
class Act:
    who: frozenset[Role]
    when: frozenset[str]
    do: Callable[[UnitOfWork, dict[str, str]], object]


HEARING = frozenset({"notice", "approval"})


def stages(*names: str) -> frozenset[str]:
    return frozenset(names)


MEMBER = MemberFields("甲", "乙", "member")
TIE = RulingFields("tie", (), "审委会", "纪要")
FRAUD = RevocationFields("fraud", "x", "文", DAY)
FEE = ExpenseFields("fee", "1", "甲", "凭", DAY)
EARLIER = EarlierFields(2020, "甲公司", "", "QUALITY", 1, date(2020, 12, 1), "文")
NONE = TallyFields(0, 0, {})
ACTS = {
    "加入名单": Act(OFFICE, OPEN, lambda uow, _: committee.add_member(uow, YEAR, MEMBER)),
    "去掉成员": Act(OFFICE, OPEN, lambda uow, of: committee.remove_member(uow, of["member"], "x")),
    "发链接": Act(OFFICE, ALL, lambda uow, of: committee.issue_link(uow, of["member"], "d")),
    "固定名单": Act(CHIEFS, stages("evaluation"), lambda uow, _: committee.freeze(uow, YEAR, "文")),
    "出具报告": Act(CHIEFS, stages("evaluation"), lambda uow, _: evaluation.issue(uow, YEAR)),
    "开始表决": Act(OFFICE, stages("vote"), lambda uow, _: vote.open_round(uow, YEAR, DAY, (), 0)),
    "计票": Act(OFFICE, stages("vote"), lambda uow, of: vote.type_tally(uow, of["round"], NONE)),
    "宣布无效": Act(CHIEFS, stages("vote"), lambda uow, of: vote.void_round(uow, of["round"], "x")),
    "确认表决": Act(CHIEFS, stages("vote"), lambda uow, of: vote.confirm(uow, of["round"])),
    "登记决定": Act(CHIEFS, ALL, lambda uow, _: vote.rule(uow, YEAR, TIE)),
    "公示": Act(
        OFFICE, stages("notice"), lambda uow, _: notice.publish(uow, YEAR, DAY, "文", "信")
    ),
    "登记异议": Act(
        OFFICE, HEARING, lambda uow, _: notice.file_objection(uow, YEAR, ObjectionFields("事", DAY))
    ),
    "立为异议": Act(OFFICE, HEARING, lambda uow, of: notice.take_up(uow, of["objection"], "x")),
    "核查": Act(OFFICE, HEARING, lambda uow, of: notice.find(uow, of["objection"], "x", False)),
    "主任审查": Act(
        CHIEFS,
        HEARING,
        lambda uow, of: notice.decide(uow, of["objection"], False, "主任", "", DAY),
    ),
    "批准": Act(CHIEFS, stages("approval"), lambda uow, _: approval.approve(uow, YEAR, "文", DAY)),
    "发放奖金": Act(OFFICE, ALL, lambda uow, of: honours.pay(uow, of["honour"], 1, DAY, "凭")),
    "注明未发": Act(OFFICE, ALL, lambda uow, of: honours.mark_open(uow, of["honour"], "x")),
    "撤销": Act(
        CHIEFS,
        stages("honours", "archived"),
        lambda uow, of: honours.revoke(uow, of["honour"], FRAUD),
    ),
    "追缴": Act(OFFICE, ALL, lambda uow, of: honours.recover(uow, of["revocation"], 0, DAY)),
    "登记经费": Act(OFFICE, OPEN, lambda uow, _: honours.spend(uow, YEAR, FEE)),
    "以前获奖": Act(OFFICE, ALL, lambda uow, _: honours.enter_earlier(uow, EARLIER)),
    "承继": Act(OFFICE, ALL, lambda uow, _: honours.succeed(uow, "", "", "文")),
    "推广": Act(OFFICE, ALL, lambda uow, of: honours.promote(uow, of["honour"], "会", DAY, "照片")),
    "称号": Act(
        OFFICE, ALL, lambda uow, of: honours.see_title(uow, of["honour"], "文字", "image", DAY)
    ),
    "封存": Act(OFFICE, stages("honours"), lambda uow, _: seal.seal(uow, YEAR)),
    "核验": Act(OFFICE, ALL, lambda uow, of: seal.verify(uow, of["bundle"])),
}


@pytest.fixture(scope="module")
def told(reviewed_story: Story) -> Iterator[tuple[Story, dict[str, str]]]:
    """A year with one of everything: an objection, honours, a revocation, a sealed bag."""
    story = reviewed_story
    story.notice_stage()
    story.go(9, 28)
    story.do(CLERK, lambda uow: notice.publish(uow, YEAR, date(2026, 9, 28), "文", "信"))
    story.go(9, 29)
    facts = ObjectionFields("事", date(2026, 9, 29))
    objection = str(story.do(CLERK, lambda uow: notice.file_objection(uow, YEAR, facts)))
    story.go(10, 12)
    story.move("approval")
    story.do(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", DAY))
    story.move("honours")
    story.do(CLERK, lambda uow: seal.seal(uow, YEAR))
    with story.ledger.read() as session:
        first, second = session.scalars(select(Honour.uid).order_by(Honour.id)).all()
        of = {
            "member": gather.members(session, YEAR)[1].uid,
            "round": gather.rounds(session, YEAR)[0].uid,
            "objection": objection,
            "honour": first,
            "bundle": session.scalars(select(Bundle.uid)).one(),
        }
    wanted = RevocationFields("fraud", "x", "文", DAY)
    story.do(CHIEF, lambda uow: honours.revoke(uow, second, wanted))
    with story.ledger.read() as session:
        of["revocation"] = session.scalars(select(Revocation.uid)).one()
    yield story, of


@pytest.mark.parametrize("name", ACTS)
def test_who_may_do_it_and_when(name: str, told: tuple[Story, dict[str, str]]) -> None:
    story, of = told
    act, before = ACTS[name], story.head()
    wrong = []
    for stage in STAGES:
        for role in ROLES:
            through = _through(story, Actor(f"u-{role}", f"{role}某", role), stage, act, of)
            if through is not (role in act.who and stage in act.when):
                wrong.append((stage, str(role), through))
    assert wrong == []
    assert story.head() == before


def _through(story: Story, actor: Actor, stage: str, act: Act, of: dict[str, str]) -> bool:
    """Whether the act got past who and when; nothing is kept of it."""
    with story.ledger.write(actor) as uow:
        uow.session.execute(select(AwardYear)).scalar_one().stage = stage
        uow.session.flush()
        try:
            act.do(uow, of)
        except Refusal as refused:
            assert refused.code not in GATES or refused.legal_basis.startswith("办法")
            return refused.code not in GATES
    return True
