"""The year from its notice to signed site reports, every step real, and what each step refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from award.groups.gather import gather
from award.scoring import calibration, shortlist, store
from award.scoring.tables import Consensus, Scorebook
from award.year import stages
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.invariants import exceptions
from expert_pool.records import StageRecord
from tests.award.walk import MEMBERS, YEAR, Walk, opened
from tests.storage import CLERK, Clock, copy_sqlite


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


def test_a_calibration_case_is_scored_by_everybody_or_waived(walk: Walk) -> None:
    walk.notice()
    walk.applications()
    walk.qualify()
    walk.settings()
    source = "诸质奖审〔2026〕1号"
    walk.do(CLERK, lambda uow: stages.enter_setting(uow, YEAR, "calibration", "yes", source))
    walk.publish()
    with pytest.raises(Refusal, match="还没有评标定案例"):
        walk.move("documents")
    with walk.ledger.read() as session:
        items = calibration.items_of(store.rubric_of(session, YEAR))
    assert sum(item.points for item in items) == 410
    given = {item.no: 55 for item in items}
    with pytest.raises(Refusal, match="还没有评分"):
        walk.do(CLERK, lambda uow: calibration.note(uow, YEAR, walk.cast.experts[MEMBERS[0]], {}))
    for name in MEMBERS:
        uid = walk.cast.experts[name]
        walk.do(CLERK, lambda uow, uid=uid: calibration.note(uow, YEAR, uid, given))
    walk.move("documents")
    with walk.ledger.read() as session:
        assert set(calibration.marks(session, YEAR)) == {walk.cast.experts[n] for n in MEMBERS}
