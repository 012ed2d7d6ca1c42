"""委员的阅读链接: the issued report and nothing else, until the vote is confirmed."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from api.identity.sessions import digest
from award.decision import committee, evaluation, gather, vote
from award.scoring import agree
from award.scoring.tables import Consensus, ReportSignature
from expert_pool.ledger import UnitOfWork
from tests.api import world
from tests.award.story import Story
from tests.award.walk import MEMBERS, YEAR
from tests.storage import CHIEF, CLERK

TOKEN = "a-token-of-a-member"


def test_a_member_reads_the_issued_report_until_the_vote_is_confirmed(
    story: Story, tmp_path: Path
) -> None:
    _dissent(story)
    story.roster()
    with story.ledger.read() as session:
        member = gather.members(session, YEAR)[1].uid
    story.refused(
        CLERK, lambda uow: committee.issue_link(uow, member, digest(TOKEN)), "报告出具以后"
    )
    story.do(CHIEF, lambda uow: evaluation.issue(uow, YEAR))
    story.do(CLERK, lambda uow: committee.issue_link(uow, member, digest(TOKEN)))
    story.move("vote")
    uid = story.round(dict.fromkeys(story.firms, 9))
    story.ledger.close()  # what is in its log of writes goes into the file
    folder = tmp_path / "web"
    folder.mkdir()
    built = world.build(folder, tmp_path / "pool.db")
    built.clock.now = story.clock.now
    stranger = built.stranger()
    html = stranger.get(f"/committee/{TOKEN}", headers={"Accept": "text/html"}).text
    for said in ("601.50", "委员1（单位1）", "相同的评审员相连", "现场数据不足。"):
        assert said in html
    for name in (*MEMBERS, *story.cast.experts.values()):
        assert name not in html  # whose scores they are
    assert "赞成" not in html  # two tallies agree, and yet nobody's votes are told
    told = stranger.get(f"/api/v1/committee-report/{TOKEN}").json()
    (dissent,) = told["report"]["dissents"]
    assert dissent.endswith("（现场评审）：现场数据不足。")
    assert not set(story.cast.experts.values()) & set(json.dumps(told).split('"'))
    assert stranger.get("/api/v1/committee-report/another").status_code == 404
    assert stranger.post(f"/committee/{TOKEN}").status_code == 405
    with built.ledger.read() as session:
        rows = {one.uid: one for one in gather.members(session, YEAR)}
        assert [one.uid for one in rows.values() if one.read_at] == [member]
    with built.ledger.write(CHIEF) as uow:
        vote.confirm(uow, uid)
        uow.commit()
    assert stranger.get(f"/committee/{TOKEN}").status_code == 404
    built.ledger.close()


def test_a_new_link_ends_the_earlier_one(story: Story) -> None:
    story.vote_stage()
    with story.ledger.read() as session:
        member = gather.members(session, YEAR)[0].uid
    for token in ("first", "second"):
        story.do(CLERK, lambda uow, token=token: committee.issue_link(uow, member, _hash(token)))
    with story.ledger.read() as session:
        assert committee.by_link(session, _hash("first")) is None
        assert committee.by_link(session, "") is None
        found = committee.by_link(session, _hash("second"))
    assert found is not None
    assert found.uid == member


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _dissent(story: Story) -> None:
    """One signature under the site report of the first firm becomes a dissent."""

    def put(uow: UnitOfWork) -> None:
        at = {"year": YEAR, "stage": "site", "applicant": story.firms[0]}
        report = uow.session.query(Consensus).filter_by(**at).one()
        rows = uow.session.query(ReportSignature).filter_by(report_digest=report.report_digest)
        held = rows.order_by(ReportSignature.id.desc()).first()
        assert held is not None
        with uow.change(held, "dissent"):
            held.kind, held.text = agree.DISSENT, "现场数据不足。"

    story.do(CLERK, put)
