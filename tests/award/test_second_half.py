"""The year from signed site reports to its sealed archive, every step real, and what each
refuses.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from award.applicants.tables import Ban
from award.archive import seal
from award.archive.checks import CHECKS
from award.archive.core import bag
from award.archive.core.replay import replay
from award.archive.documents import issued
from award.decision import approval, evaluation, gather, notice, vote
from award.decision.core.check import check
from award.decision.core.decide import decide
from award.decision.notice import ObjectionFields
from award.decision.tables import Honour, VoteRound
from award.decision.vote import TallyFields
from award.honours import honours
from award.honours import store as honours_store
from award.honours.honours import EarlierFields, ExpenseFields, RevocationFields
from award.year import stages
from award.year.core.stages import NEEDS
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.invariants import exceptions
from tests.award.random_years import Json
from tests.award.story import TELLER, Story
from tests.award.test_second_half_pages import text_of
from tests.award.walk import YEAR
from tests.storage import CHIEF, CLERK


def test_every_need_of_the_table_has_its_answer() -> None:
    assert set(CHECKS) == set(NEEDS)


def test_a_year_goes_from_signed_site_reports_to_its_sealed_archive(story: Story) -> None:
    story.refused(
        CHIEF, lambda uow: stages.move(uow, YEAR, "vote", CHECKS), "综合评价报告还没有出具"
    )
    story.refused(CLERK, lambda uow: evaluation.issue(uow, YEAR), "审定办负责人办理")
    story.roster()
    story.do(CHIEF, lambda uow: evaluation.issue(uow, YEAR, "全部按合议结果。"))
    story.refused(CHIEF, lambda uow: evaluation.issue(uow, YEAR), "已经出具，不能再改分")
    assert set(story.states().values()) == {"candidate"}
    with story.ledger.read() as session:
        report = evaluation.preview(session, SYSTEM_VIEWER, YEAR)
    assert [one["total"] for one in report["totals"]].count(60150) == 1
    assert len(report["severity"]["parts"]) == 1
    assert report["settings"]["doc_weight"]["source"] == "诸质奖审〔2026〕1号"
    assert report["receipts"] == 18
    story.move("vote")
    _vote(story)
    story.move("notice")
    _notice(story)
    story.move("approval")
    _approval(story)
    story.move("honours")
    _honours(story)
    _archive(story)
    story.move("archived")
    with story.ledger.read() as session:
        assert exceptions(session) == []


def _vote(story: Story) -> None:
    a, b, c = story.firms
    few = _members(story)[:9]
    story.go(9, 20)
    story.refused(
        CLERK,
        lambda uow: vote.open_round(uow, YEAR, date(2026, 9, 20), few, 9),
        "应到15人，实到9人，不足三分之二（10人），表决无效。",
    )
    uid = str(story.do(CLERK, lambda uow: story._open(uow, 12)))
    votes = {a: 11, b: 9, c: 5}
    wrong = TallyFields(13, 0, votes)
    story.refused(CLERK, lambda uow: vote.type_tally(uow, uid, wrong), "收回13张，多于发出的12张")
    story.do(CLERK, lambda uow: vote.type_tally(uow, uid, TallyFields(12, 1, votes)))
    story.refused(CHIEF, lambda uow: vote.confirm(uow, uid), "两名计票人")
    other = TallyFields(12, 1, {a: 11, b: 10, c: 5})
    story.do(TELLER, lambda uow: vote.type_tally(uow, uid, other))
    story.refused(CHIEF, lambda uow: stages.move(uow, YEAR, "notice", CHECKS), "9票、10票")
    story.do(TELLER, lambda uow: vote.type_tally(uow, uid, TallyFields(12, 1, votes)))
    story.refused(
        TELLER, lambda uow: vote.type_tally(uow, uid, other), "两份计票单已经一致，不能再改"
    )
    story.do(CHIEF, lambda uow: vote.confirm(uow, uid))
    assert sorted(story.states().values()) == ["no-majority", "proposed", "proposed"]


def _members(story: Story) -> list[str]:
    with story.ledger.read() as session:
        return [one.uid for one in gather.members(session, YEAR)]


def _notice(story: Story) -> None:
    story.go(9, 28)
    found = story.do(
        CLERK, lambda uow: notice.publish(uow, YEAR, date(2026, 9, 28), "公告1号", "电话或来信")
    )
    assert getattr(found, "last", None) == date(2026, 10, 10)
    story.go(9, 29)
    facts = ObjectionFields("虚报专利。", date(2026, 9, 29), story.firms[0], "某某", "来信")
    uid = str(story.do(CLERK, lambda uow: notice.file_objection(uow, YEAR, facts)))
    story.refused(
        CHIEF, lambda uow: stages.move(uow, YEAR, "approval", CHECKS), "10月10日止，尚未期满"
    )
    story.go(10, 11)
    story.refused(
        CHIEF, lambda uow: stages.move(uow, YEAR, "approval", CHECKS), "还有1件异议没有办结"
    )
    on = date(2026, 10, 11)
    story.refused(
        CHIEF, lambda uow: notice.decide(uow, uid, False, "委员0", "", on), "没有调查核实"
    )
    story.do(CLERK, lambda uow: notice.find(uow, uid, "查无此事。", False))
    story.refused(CHIEF, lambda uow: notice.decide(uow, uid, True, "委员0", "", on), "没有查证属实")
    story.do(CHIEF, lambda uow: notice.decide(uow, uid, False, "委员0", "不成立", on))


def _approval(story: Story) -> None:
    story.refused(
        CHIEF, lambda uow: stages.move(uow, YEAR, "honours", CHECKS), "还没有市政府的批准文件"
    )
    early = date(2026, 10, 10)
    story.refused(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", early), "尚未期满")
    story.go(10, 20)
    story.do(
        CHIEF, lambda uow: approval.approve(uow, YEAR, "诸政发〔2026〕9号", date(2026, 10, 20))
    )
    assert sorted(story.states().values()) == ["awarded", "awarded", "no-majority"]


def _honours(story: Story) -> None:
    with story.ledger.read() as session:
        rows = honours_store.honours(session, SYSTEM_VIEWER, YEAR)
    first, second = rows
    story.refused(CLERK, lambda uow: honours.pay(uow, first.uid, 1, uow.today, "凭1"), "应发")
    story.refused(
        CHIEF, lambda uow: stages.move(uow, YEAR, "archived", CHECKS), "还没有发放，也没有注明原因"
    )
    story.do(CLERK, lambda uow: honours.pay(uow, first.uid, first.amount, uow.today, "凭1"))
    story.refused(
        CLERK, lambda uow: honours.pay(uow, first.uid, first.amount, uow.today, "凭1"), "已经发放"
    )
    story.do(CLERK, lambda uow: honours.mark_open(uow, second.uid, "账户信息待补。"))
    line = ExpenseFields("fee", "1,200.50", "评审员", "凭2", date(2026, 10, 20))
    story.do(CLERK, lambda uow: honours.spend(uow, YEAR, line))
    with story.ledger.read() as session:
        lines = honours_store.lines(session, SYSTEM_VIEWER, YEAR)
    assert [line.fen for line in lines] == [first.amount * 100, 120050]


def _archive(story: Story) -> None:
    story.refused(CHIEF, lambda uow: stages.move(uow, YEAR, "archived", CHECKS), "归档包还没有封存")
    digest = str(story.do(CLERK, lambda uow: seal.seal(uow, YEAR, {"归档目录.txt": b"x"})))
    with story.ledger.read() as session:
        row = seal.live(session, YEAR)[0]
        content = seal.content_of(session, digest)
        outsider = Viewer("u-x", Role.SECRETARIAT, conflicted=frozenset(story.firms[:1]))
        with pytest.raises(Refusal, match="没有找到"):
            seal.current(session, outsider, YEAR)
    assert bag.verify(content) == ()
    assert replay(bag.unpack(content)[1]).faults == ()
    assert b"13800" not in content  # telephone numbers stay out
    story.refused(CLERK, lambda uow: seal.verify(uow, row.uid), "须由另一人办理")
    story.do(CHIEF, lambda uow: seal.verify(uow, row.uid))


def test_what_the_program_decided_is_proved_by_the_checker(story: Story) -> None:
    story.honours_stage()
    with story.ledger.read() as session:
        data = gather.year_file(session, YEAR)
        rows = session.scalars(select(Honour)).all()
    decision = decide(data)
    assert check(data, decision) == ()
    won = {one["case"] for one in json.loads(decision)["honours"]}
    assert {row.applicant for row in rows} == won
    with story.ledger.read() as session:  # what was published stays so after the award
        assert {one["case"] for one in notice.listed(session, YEAR)} == won
        assert notice.submitted(session, YEAR) == notice.listed(session, YEAR)
        made = issued(session, YEAR)
        names = [row.name for row in gather.applicants(session, YEAR) if row.uid in won]
    for paper in ("公示.docx", "请示.docx"):
        said = text_of(made[paper])
        assert all(name in said for name in names)
    assert "2026年10月12日" in text_of(made["请示.docx"])


def test_a_void_round_is_followed_by_a_new_one_and_a_quota_holds(story: Story) -> None:
    story.vote_stage()
    a, b, c = story.firms
    uid = story.round({a: 11, b: 11, c: 11})
    story.refused(CLERK, lambda uow: vote.void_round(uow, uid, "x"), "审定办负责人办理")
    story.refused(CHIEF, lambda uow: vote.void_round(uow, uid, ""), "请写明表决无效的理由")
    story.do(CHIEF, lambda uow: vote.void_round(uow, uid, "发错了票。"))
    again = story.round({a: 6, b: 5, c: 4})
    story.do(CHIEF, lambda uow: vote.confirm(uow, again))
    with story.ledger.read() as session:
        assert [row.number for row in session.scalars(select(VoteRound))] == [1, 2]
    assert sorted(story.states().values()) == ["no-majority", "no-majority", "proposed"]


def test_fraud_brings_the_money_back_and_a_ban(story: Story) -> None:
    story.honours_stage()
    with story.ledger.read() as session:
        row = honours_store.honours(session, SYSTEM_VIEWER, YEAR)[0]
    story.do(CLERK, lambda uow: honours.pay(uow, row.uid, row.amount, uow.today, "凭1"))
    on = date(2027, 3, 10)
    story.clock.now = story.clock.now.replace(year=2027, month=3, day=10)

    def revoke(*said: Any) -> Callable[[UnitOfWork], object]:
        return lambda uow: honours.revoke(uow, row.uid, RevocationFields(*said))

    story.refused(CHIEF, revoke("fraud", "造假", "", on), "批准文件")
    late = date(2028, 10, 21)
    story.refused(CHIEF, revoke("incident", "事故", "文", on, late), "获奖后2年内")
    uid = str(story.do(CHIEF, revoke("fraud", "造假", "诸政〔2027〕2号", on)))
    story.refused(CLERK, lambda uow: honours.recover(uow, uid, row.amount + 1, on), "应收回")
    story.do(CLERK, lambda uow: honours.recover(uow, uid, row.amount, on, on, on))
    assert "revoked" in story.states().values()
    with story.ledger.read() as session:
        ban = session.scalars(select(Ban)).one()
    assert (ban.decided_on, ban.until) == (on, date(2032, 3, 10))


def test_an_earlier_award_is_found_across_a_change_of_name_and_code(story: Story) -> None:
    firm = story.firms[0]
    old, new = "91330681MA288QUK20", "91330681704482202X"

    def enter(uow: UnitOfWork) -> None:
        row = evaluation.firms(uow.session, YEAR)[firm]
        with uow.change(row, "edit"):
            row.uscc = new
        on = date(2023, 12, 1)
        won = EarlierFields(2023, "旧名称公司", old, "INNOVATION", 100000, on, "诸政发〔2023〕1号")
        honours.enter_earlier(uow, won)

    story.do(CLERK, enter)
    assert _case(story, firm)["history"] == []
    story.do(CLERK, lambda uow: honours.succeed(uow, old, new, "市监变更〔2024〕7号"))
    assert _case(story, firm)["history"] == [
        {"year": 2023, "award": "INNOVATION", "amount": 100000, "revoked": False}
    ]


def _case(story: Story, firm: str) -> Json:
    with story.ledger.read() as session:
        cases = json.loads(gather.year_file(session, YEAR))["cases"]
    return next(dict(one) for one in cases if one["id"] == firm)


def test_a_title_names_its_year_and_stays_off_products(story: Story) -> None:
    story.honours_stage()
    with story.ledger.read() as session:
        uid = honours_store.honours(session, SYSTEM_VIEWER, YEAR)[0].uid
    on = date(2026, 11, 1)

    def seen(text: str, medium: str) -> object:
        return story.do(CLERK, lambda uow: honours.see_title(uow, uid, text, medium, on))

    assert seen("2026年度诸暨市政府质量奖", "image") == ""
    assert seen("诸暨市政府质量奖", "image") == "荣誉称号须注明获奖年度。"
    assert seen("2026年度诸暨市政府质量奖", "product") == "荣誉称号不得用于产品宣传。"
