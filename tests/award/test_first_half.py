"""The year from its notice to signed site reports, every step real, and what each step refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from award.groups.gather import gather
from award.scoring import shortlist, store
from award.scoring.tables import Consensus, Scorebook
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.invariants import exceptions
from expert_pool.records import StageRecord
from tests.award.walk import YEAR, Walk, opened
from tests.storage import CHIEF, Clock, copy_sqlite, sqlite_template  # noqa: F401


@pytest.fixture
def walk(sqlite_template: Path, tmp_path: Path) -> Iterator[Walk]:
    clock = Clock()
    ledger = opened(copy_sqlite(sqlite_template, tmp_path), clock)
    yield Walk(ledger, clock)
    ledger.close()


def test_a_year_from_its_notice_to_signed_site_reports(walk: Walk) -> None:
    walk.documents()
    firms = tuple(walk.cast.firms.values())
    assert set(walk.states().values()) == {"qualified"}
    with walk.ledger.read() as session:
        assert session.query(Scorebook).filter_by(stage="document", state="open").count() == 9
        facts = gather(session, YEAR)
        assert (facts.review, {row.half_days for row in facts.applicants}) == ("document", {0})
    with pytest.raises(Refusal, match="资料评审报告还没有签完"):
        walk.move("site")
    walk.review("document", firms)
    assert set(walk.states().values()) == {"document-reviewed"}
    with walk.ledger.read() as session:
        lines = shortlist.lines(session, SYSTEM_VIEWER, YEAR)
        assert [(one.name, str(one.score), one.proposed) for one in lines] == [
            ("", "600", True)
        ] * 3
    with pytest.raises(Refusal, match="入围名单还没有确定"):
        walk.move("site")
    with pytest.raises(Refusal, match="与评审组的建议不同，请写理由"):
        walk.shortlist({firms[0]: True, firms[1]: True, firms[2]: False}, {})
    walk.shortlist(
        {firms[0]: True, firms[1]: True, firms[2]: False}, {firms[2]: "材料不足以支撑现场评审。"}
    )
    with pytest.raises(Refusal, match="现场评审的编组方案还没有发布"):
        walk.move("site")
    walk.publish()
    walk.move("site")
    with walk.ledger.read() as session:
        facts = gather(session, YEAR)
        assert {row.uid for row in facts.applicants} == set(firms[:2])
        book = session.scalars(select(Scorebook).where(Scorebook.stage == "site")).first()
        assert book is not None
        assert set(store.content(session, book).start.values()) == {60}
    walk.marks = lambda member, firm, no: 65 if no == "4.1.2" else 60
    walk.review("site", firms[:2])
    from tests.storage import CLERK

    walk.move("evaluation", CLERK)
    assert sorted(walk.states().values()) == ["not-shortlisted", "site-reviewed", "site-reviewed"]
    with walk.ledger.read() as session:
        row = session.scalars(select(Consensus).where(Consensus.stage == "site")).first()
        assert row is not None
        report = json.loads(row.report)
        assert (report["total"], report["items"][0]["start"]) == (60250, 60)
        assert not report["items"][0]["open"] or report["items"][0]["issues"]
        noted = session.scalars(select(StageRecord)).all()
        assert {(one.own_score, one.consensus_score, one.report) for one in noted} == {
            (600.0, 600.0, "on_time"),
            (602.5, 602.5, ""),
        }
        assert exceptions(session) == []
