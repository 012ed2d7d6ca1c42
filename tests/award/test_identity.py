"""Bans and earlier awards meet the organisation whatever its name and code were: spellings defeat
neither, and what only a person can say is asked.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from award.applicants import applications, qualification
from award.applicants.applications import record_ban
from award.applicants.identity import Known
from award.decision import approval, evaluation, gather
from award.honours import honours
from award.honours.honours import EarlierFields
from award.year import stages
from expert_pool import register
from expert_pool.core.organisation import Answer
from expert_pool.ledger import UnitOfWork
from tests.award.story import Story
from tests.award.walk import YEAR
from tests.storage import CHIEF, CLERK

OLD, NEW = "91330681MA288QUK20", "91330681704482202X"
OWN = Known({NEW}, ["诸暨大唐袜业有限公司", "大唐织袜厂"])


@pytest.mark.parametrize(
    ("name", "uscc", "found"),
    [
        ("诸暨大唐袜业有限公司", "", Answer.SAME),
        ("诸暨市大唐袜业有限公司", "", Answer.SAME),
        (" 诸暨大唐袜业（有限公司） ", "", Answer.SAME),
        ("大唐织袜厂", "", Answer.SAME),  # a former name
        ("某某纺织有限公司", NEW, Answer.SAME),  # its code
        ("诸暨大唐袜业", OLD, Answer.SAME),
        ("诸暨大堂袜业有限公司", "", Answer.ASK),  # typed by sound
        ("大唐集团", "", Answer.ASK),
        ("诸暨大堂袜业有限公司", OLD, Answer.DIFFERENT),  # two codes, two organisations
        ("诸暨店口铜业有限公司", "", Answer.DIFFERENT),
    ],
)
def test_who_is_the_same(name: str, uscc: str, found: Answer) -> None:
    assert OWN.compare(name, uscc) is found


def test_a_persons_answer_goes_before_what_names_say() -> None:
    from expert_pool.core.organisation import pair

    written = pair("诸暨大唐袜业有限公司", "诸暨大堂袜业有限公司")
    for said, found in ((True, Answer.SAME), (False, Answer.DIFFERENT)):
        one = Known(OWN.codes, ["诸暨大唐袜业有限公司"], {written: said})
        assert one.compare("诸暨大堂袜业有限公司", "") is found


def _name(story: Story) -> str:
    with story.ledger.read() as session:
        return evaluation.firms(session, YEAR)[story.firms[0]].name


def _win(story: Story, name: str, code: str = "") -> None:
    on = date(2023, 12, 1)
    won = EarlierFields(2023, name, code, "QUALITY", 200000, on, "诸政发〔2023〕1号")
    story.do(CLERK, lambda uow: honours.enter_earlier(uow, won))


def test_a_repeat_winner_is_known_under_another_spelling_and_asked_under_a_doubtful(
    story: Story,
) -> None:
    name = _name(story)
    assert name.startswith("诸暨") and name.endswith("有限公司")
    _win(story, name.removeprefix("诸暨").removesuffix("有限公司") + "集团")
    story.roster()
    story.do(CHIEF, lambda uow: evaluation.issue(uow, YEAR))
    with story.ledger.read() as session:
        row = evaluation.firms(session, YEAR)[story.firms[0]]
        (held,) = gather.in_doubt(session, row)
        assert gather.history(session, row) == ()
    story.refused(CHIEF, lambda uow: _move(uow, "vote"), "可能是同一家")
    answer = (name, held.organisation)
    story.do(CLERK, lambda uow: register.answer_organisation(uow, *answer, True, "查过代码"))
    story.move("vote")
    (case,) = [one for one in _cases(story) if one["id"] == story.firms[0]]
    assert [one["award"] for one in case["history"]] == ["QUALITY"]
    _refused_twice(story, name)


def _refused_twice(story: Story, name: str) -> None:
    """The same award of the same organisation is not entered twice, spelt otherwise."""
    on = date(2023, 12, 1)
    again = EarlierFields(2023, name, "", "QUALITY", 200000, on, "诸政发〔2023〕1号")
    story.refused(CLERK, lambda uow: honours.enter_earlier(uow, again), "已经登记")


def _cases(story: Story) -> list[dict[str, list[dict[str, str]]]]:
    with story.ledger.read() as session:
        return list(json.loads(gather.year_file(session, YEAR))["cases"])


def _move(uow: UnitOfWork, wanted: str) -> None:
    from award.archive.checks import CHECKS

    stages.move(uow, YEAR, wanted, CHECKS)


def test_a_ban_holds_for_every_spelling_and_for_the_successor(story: Story) -> None:
    name = _name(story)
    spelt = "诸暨市" + name.removeprefix("诸暨")
    days = date(2026, 3, 10), date(2031, 3, 10)
    story.do(CHIEF, lambda uow: record_ban(uow, spelt, "", *days, "诸政〔2026〕2号"))
    with story.ledger.read() as session:
        row = evaluation.firms(session, YEAR)[story.firms[0]]
        assert applications.ban_of(session, row.name, row.uscc) is not None
        found = {one.condition: one for one in qualification.findings(session, row)}
    assert found["ban"].verdict == "unmet"
    assert any(one["bans"] for one in _cases(story) if one["id"] == story.firms[0])


def test_a_ban_of_what_may_be_the_same_is_put_to_a_person(story: Story) -> None:
    short = _name(story).removeprefix("诸暨").removesuffix("有限公司") + "集团"
    days = date(2026, 3, 10), date(2031, 3, 10)
    story.do(CHIEF, lambda uow: record_ban(uow, short, "", *days, "诸政〔2026〕2号"))
    with story.ledger.read() as session:
        row = evaluation.firms(session, YEAR)[story.firms[0]]
        assert applications.ban_of(session, row.name, row.uscc) is None
        found = {one.condition: one for one in qualification.findings(session, row)}
    assert (found["ban"].verdict, short in found["ban"].reason) == ("person", True)


def test_an_incident_after_the_deadline_stands_against_the_approval(story: Story) -> None:
    from award.applicants import inquiries
    from award.applicants.core.replies import Said

    story.notice_stage()
    story.go(9, 28)
    _publish(story)
    winner = next(
        uid for name, uid in story.cast.firms.items() if story.states()[name] == "proposed"
    )
    said = Said(winner, "objection", "火灾", "complaint", date(2026, 9, 1), "day", None)
    uid = str(story.do(CLERK, lambda uow: inquiries.note_incident(uow, winner, said, "应急局")))
    story.go(10, 12)
    story.refused(CHIEF, lambda uow: _move(uow, "approval"), "责任尚未查明")
    story.do(CLERK, lambda uow: inquiries.find_fault(uow, uid, True, "调查结论"))
    story.move("approval")
    on = date(2026, 10, 12)
    story.refused(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", on), "是这家组织的责任")
    story.do(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", on, {winner: "有责事故"}))
    assert "disqualified" in story.states().values()


def test_an_incident_that_came_to_light_late_stands_against_the_approval(story: Story) -> None:
    from award.applicants import inquiries
    from award.applicants.core.replies import Said

    story.notice_stage()
    story.go(9, 28)
    _publish(story)
    winner = next(
        uid for name, uid in story.cast.firms.items() if story.states()[name] == "proposed"
    )
    said = Said(winner, "objection", "事故", "safety", date(2025, 3, 1), "day", True)
    uid = str(story.do(CLERK, lambda uow: inquiries.note_incident(uow, winner, said, "应急局")))
    story.go(10, 12)
    story.move("approval")
    on = date(2026, 10, 12)
    ahead = date(2026, 10, 13)
    story.refused(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", ahead), "不能晚于今天")
    story.refused(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", on), "资格审查时没有查到")
    story.do(CLERK, lambda uow: inquiries.drop_incident(uow, uid, "记错了组织"))
    story.do(CHIEF, lambda uow: approval.approve(uow, YEAR, "文", on))
    assert "awarded" in story.states().values()


def _publish(story: Story) -> None:
    from award.decision import notice

    day = date(2026, 9, 28)
    story.do(CLERK, lambda uow: notice.publish(uow, YEAR, day, "公告1号", "电话"))
