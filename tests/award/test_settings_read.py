"""Every setting of the second half is read: another value, another result. Those that only the
decision reads are turned over in tests/award/test_decide.py.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from award.decision import evaluation, gather, notice, vote
from award.decision.notice import ObjectionFields
from award.decision.vote import RulingFields, TallyFields
from award.honours import feedback
from award.year import stages
from award.year.core.settings import SETTINGS
from award.year.tables import YearSetting
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.ledger import UnitOfWork
from tests.award.story import Story
from tests.award.walk import YEAR
from tests.storage import CHIEF, CLERK

ARTICLE = "办法第十三条第八项"


def setting(story: Story, code: str, value: str) -> None:
    """As if the office had entered it so; the door is shut once its stage has begun."""

    def enter(uow: UnitOfWork) -> None:
        row = uow.session.query(YearSetting).filter_by(year=YEAR, code=code).one()
        with uow.change(row, "enter"):
            row.value = value

    story.do(CLERK, enter)


def lead(story: Story, about: str) -> str:
    story.go(9, 29)
    facts = ObjectionFields("有人说专利是买来的。", date(2026, 9, 29), about)
    return str(story.do(CLERK, lambda uow: notice.file_objection(uow, YEAR, facts)))


def published(story: Story) -> None:
    story.notice_stage()
    story.go(9, 28)
    day = date(2026, 9, 28)
    story.do(CLERK, lambda uow: notice.publish(uow, YEAR, day, "公告1号", "电话"))


def test_an_anonymous_objection_is_a_lead_until_the_office_takes_it_up(story: Story) -> None:
    published(story)
    uid = lead(story, story.firms[0])
    story.go(10, 12)
    assert json.loads(_file(story))["objections"] == []
    story.do(CLERK, lambda uow: notice.find(uow, uid, "专利证书属实。", False))
    on = date(2026, 10, 11)
    story.refused(
        CHIEF, lambda uow: notice.decide(uow, uid, False, "委员0", "", on), "须先立为异议"
    )
    story.refused(CLERK, lambda uow: notice.take_up(uow, uid, " "), "请写明立为异议的理由")
    story.do(CLERK, lambda uow: notice.take_up(uow, uid, "所述事实具体，可以核查。"))
    story.refused(CLERK, lambda uow: notice.take_up(uow, uid, "再立"), "已经是异议")
    story.refused(CHIEF, lambda uow: stages.move(uow, YEAR, "approval", _checks()), "还有1件异议")
    story.do(CHIEF, lambda uow: notice.decide(uow, uid, False, "委员0", "不成立", on))
    story.move("approval")


def test_a_lead_blocks_nothing_and_a_signed_objection_does(story: Story) -> None:
    published(story)
    lead(story, "")
    story.go(10, 12)
    story.move("approval")


def test_where_objections_need_no_name_an_anonymous_one_blocks(story: Story) -> None:
    setting(story, "objection_signed", "no")
    published(story)
    lead(story, "")
    story.go(10, 12)
    story.refused(CHIEF, lambda uow: stages.move(uow, YEAR, "approval", _checks()), "还有1件异议")


def test_a_recused_member_strikes_out_or_stays_away(story: Story) -> None:
    setting(story, "member_recusal", "whole")
    story.vote_stage()
    uid = str(story.do(CLERK, lambda uow: story._open(uow, 12)))
    votes = dict.fromkeys(story.firms, 8)
    told = TallyFields(12, 0, votes, {story.firms[0]: 1})
    story.refused(CLERK, lambda uow: vote.type_tally(uow, uid, told), "不参加表决")
    setting(story, "member_recusal", "struck")
    story.do(CLERK, lambda uow: vote.type_tally(uow, uid, told))


def test_no_slip_approves_more_than_the_setting_allows(story: Story) -> None:
    setting(story, "most_ticks", "2")
    story.vote_stage()
    uid = str(story.do(CLERK, lambda uow: story._open(uow, 12)))
    told = TallyFields(12, 0, dict.fromkeys(story.firms, 9))
    story.refused(CLERK, lambda uow: vote.type_tally(uow, uid, told), "每张最多赞成2家")


@pytest.mark.parametrize(("days", "first", "last"), [("5", "no", 10), ("5", "yes", 9)])
def test_the_period_is_counted_as_set(story: Story, days: str, first: str, last: int) -> None:
    setting(story, "notice_workdays", days)
    setting(story, "notice_first_day", first)
    published(story)
    with story.ledger.read() as session:
        found = notice.period_of(session, YEAR)
    assert found is not None
    assert found.last == date(2026, 10, last)


def test_an_enquiry_is_due_in_so_many_working_days(story: Story) -> None:
    setting(story, "enquiry_workdays", "2")
    published(story)
    uid = lead(story, "")
    with story.ledger.read() as session:
        (row,) = gather.objections(session, YEAR)
    assert (row.uid, row.due) == (uid, date(2026, 10, 8))


def test_a_place_stays_empty_or_is_filled_by_a_decision_on_record(story: Story) -> None:
    """One of the same award stood over the quota, the winner is gone."""
    gone, other = story.firms[:2]
    for uid in (gone, other):
        _set(story, uid, award="INNOVATION")
    story.notice_stage()
    _set(story, gone, state="disqualified")
    _set(story, other, state="over-quota")
    ruling = RulingFields("vacancy", (gone, other), "审委会", "纪要〔2026〕4号")
    story.refused(CHIEF, lambda uow: vote.rule(uow, YEAR, ruling), "没有需要这样决定的事")
    setting(story, "vacancy", "next")
    assert _vacancies(story) == {gone: (other,)}
    uid = str(story.do(CHIEF, lambda uow: vote.rule(uow, YEAR, ruling)))
    assert _vacancies(story) == {}
    story.refused(CHIEF, lambda uow: vote.withdraw_ruling(uow, uid, ""), "请写明撤回的理由")
    story.do(CHIEF, lambda uow: vote.withdraw_ruling(uow, uid, "审委会重议。"))
    assert _vacancies(story) == {gone: (other,)}


def _vacancies(story: Story) -> dict[str, tuple[str, ...]]:
    with story.ledger.read() as session:
        return vote.vacancies(session, YEAR)


def _set(story: Story, uid: str, **values: str) -> None:
    def act(uow: UnitOfWork) -> None:
        row = evaluation.firms(uow.session, YEAR)[uid]
        with uow.change(row, "state"):
            for name, value in values.items():
                setattr(row, name, value)

    story.do(CHIEF, act)


@pytest.mark.parametrize(
    "stage", ["applications", "documents", "evaluation", "vote", "notice", "honours"]
)
def test_no_stage_opens_with_an_empty_setting(stage: str) -> None:
    from award.year.core.stages import FORWARD

    move = next(one for one in FORWARD if one.after == stage)
    assert "settings" in move.needs
    assert {one.stage for one in SETTINGS.values()} == {
        one.after for one in FORWARD if "settings" in one.needs
    }


def test_an_empty_setting_keeps_the_vote_shut(story: Story) -> None:
    story.roster()
    story.do(CHIEF, lambda uow: evaluation.issue(uow, YEAR))
    story.do(CLERK, lambda uow: _drop(uow, "exactly_half"))
    story.refused(
        CHIEF,
        lambda uow: stages.move(uow, YEAR, "vote", _checks()),
        "还不能进入审查表决：赞成票恰好一半尚未填写。",
    )


@pytest.mark.parametrize(("shows", "words"), [("none", ""), ("band", "50%–65%"), ("points", "60%")])
def test_the_applicant_is_told_as_much_as_set(story: Story, shows: str, words: str) -> None:
    from award.honours import papers
    from award.scoring.store import rubric_of
    from tests.award.test_second_half_pages import text_of

    setting(story, "feedback_shows", shows)
    story.honours_stage()
    with story.ledger.read() as session:
        told = feedback.feedback(session, SYSTEM_VIEWER, story.firms[2])
        frame = papers.Frame(YEAR, {}, date(2026, 10, 20))
        said = text_of(papers.feedback_docx(frame, rubric_of(session, YEAR), told))
    assert (words or "%") in said if words else "%" not in said


def _checks() -> dict[str, stages.Check]:
    from award.archive.checks import CHECKS

    return dict(CHECKS)


def _file(story: Story) -> bytes:
    with story.ledger.read() as session:
        return gather.year_file(session, YEAR)


def _drop(uow: UnitOfWork, code: str) -> None:
    uow.session.query(YearSetting).filter_by(year=YEAR, code=code).delete()
