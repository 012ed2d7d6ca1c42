"""现场评审通知 of the scoring page: the plan in force with what its leaders have planned."""

from __future__ import annotations

from datetime import date

import pytest

from api.scoring.office import files
from award.papers import site
from award.scoring.tables import SitePlan
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from tests.award.story import Story
from tests.award.walk import YEAR
from tests.documents.test_word import opened, text_of
from tests.storage import CLERK

TODAY = date(2026, 9, 1)


def test_the_notice_has_the_leaders_day_today_and_the_office_telephone(story: Story) -> None:
    first, *others = story.firms
    day = {"year": YEAR, "written_at": story.clock(), "written_by": "组长"}

    def write(uow: UnitOfWork) -> None:
        uow.add(SitePlan(applicant=first, text="09:00 首次会议\n10:00 巡视", **day), "sp", "write")

    story.do(CLERK, write)
    with story.ledger.read() as session:
        made = files.visits_file(session, SYSTEM_VIEWER, YEAR, TODAY, "0575-87000000")
        text = text_of(opened(bytes(made.body)))
        kept_away = Viewer("s", Role.SECRETARIAT, conflicted=frozenset({first}))
        seen = files.visits_file(session, kept_away, YEAR, TODAY, "")
        assert "10:00 巡视" not in text_of(opened(bytes(seen.body)))
        with pytest.raises(Refusal):
            files.visits_file(session, SYSTEM_VIEWER, YEAR + 5, TODAY, "")
    assert "四、日程安排：09:00 首次会议；10:00 巡视。" in text
    assert text.count(site.LATER) == len(others)
    assert text.count("2026年9月1日") == len(story.firms)
    assert text.count("电话0575-87000000") == len(story.firms)
