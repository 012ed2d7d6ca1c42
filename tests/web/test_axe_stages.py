"""axe on the pages that only a year under way shows: applications, open and locked books,
consensus, reports, committee, vote, notice, money, archive; for the office, the leader, a member
and whoever holds a link. The year is walked on between two rounds of looking.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from starlette.testclient import TestClient

from api.identity.sessions import digest
from api.kit import access
from api.kit.access import may
from award.applicants import inquiries
from award.applicants.tables import Inquiry
from award.archive import seal
from award.decision import approval, committee, gather, notice, vote
from award.decision.notice import ObjectionFields
from award.duties import duties
from expert_pool.core.actor import Actor, Role
from expert_pool.ledger import UnitOfWork
from tests.api import world as worlds
from tests.award.story import Story
from tests.award.walk import MEMBERS, YEAR
from tests.storage import CHIEF, CLERK
from tests.web.test_axe import PARTS, examine, shape
from tests.web.test_pages import SKIPPED, STAFF

pytestmark = [pytest.mark.e2e, pytest.mark.long]
TOKEN = "T" * 43
AREAS = (
    "/applicants", "/archive", "/committee", "/decision", "/departures", "/honours", "/inquiries",
    "/intake", "/me", "/opinion", "/scoring", "/steps", "/supervision",
)  # fmt: skip
LEADER, MEMBER = MEMBERS[0], MEMBERS[1]


class Looking:
    """Who looks at what in one year; `seen` are the pages that opened."""

    def __init__(self, world: worlds.World) -> None:
        self.world, self.story = world, Story(world.ledger, world.clock)
        self.seen: set[str] = set()
        self._examined: set[tuple[str, frozenset[tuple[str, ...]]]] = set()

    @property
    def firm(self) -> str:
        return next(iter(self.story.cast.firms.values()))

    def clients(self) -> Iterator[tuple[Role, str, TestClient]]:
        """Anew for every round: sessions end as days pass."""
        for role in STAFF:
            yield role, role.value, self.world.client(role)
        for name in (LEADER, MEMBER):
            yield Role.EXPERT, name, self.world.expert_client(self.story.cast.experts[name])
        yield Role.ANONYMOUS, "stranger", self.world.stranger()

    def pages(self, stage: str) -> Iterator[tuple[TestClient, str]]:
        """What opens now, of whoever may see it; a page made of what it was made of in an earlier
        round, or for somebody else, is not looked at again.
        """
        doors = [one for one in access.doors(self.world.app) if _page(one)]
        for role, name, client in self.clients():
            client.headers["Accept"] = "text/html"
            for door in doors:
                if not may(role, door.allow):
                    continue
                path = self.path(door.path, stage, name)
                answer = client.get(path, follow_redirects=False)
                assert answer.status_code < 500, (name, path)
                if answer.status_code == 200 and "<html" in answer.text:
                    self.seen.add(door.path)
                    made_of = (door.path, frozenset(shape(answer.text)))
                    if made_of not in self._examined:
                        self._examined.add(made_of)
                        yield client, path

    def path(self, path: str, stage: str, name: str) -> str:
        owner = name if name in MEMBERS else MEMBER
        path = path.replace("{stage}", stage).replace("{applicant}", self.firm)
        path = path.replace("{no}", "4.1.2").replace("{token}", TOKEN).replace("{year}", str(YEAR))
        if "{book}" in path or path.startswith("/me/books"):
            book = self.book(owner, stage)
            path = path.replace("{book}", book).replace("{uid}", book)
        if path.startswith("/inquiries"):
            path = path.replace("{uid}", self.letter())
        return path.replace("{uid}", self.firm)

    def book(self, owner: str, stage: str) -> str:
        try:
            return self.story.book(owner, self.firm, stage)
        except NoResultFound:  # not yet
            return "b-none"

    def accept(self) -> None:
        """Books open to who has accepted."""
        for name in MEMBERS:
            her = self.story.expert(name)

            def act(uow: UnitOfWork, her: Actor = her) -> None:
                duty = duties.own(uow.session, her.id, YEAR, uow.today)
                assert duty is not None
                duties.answer_duty(uow, her.id, YEAR, duty.duty.fingerprint, True)

            self.story.do(her, act)

    def letter(self) -> str:
        with self.world.ledger.read() as session:
            return str(session.scalars(select(Inquiry.uid)).first())


def _page(door: access.Door) -> bool:
    return (
        door.method == "GET"
        and door.path.startswith(AREAS)
        and not door.path.startswith(SKIPPED)
        and not door.path.endswith((".docx", ".xlsx", ".zip", ".pdf", "/files/{file}"))
        and door.path not in PARTS
    )


def walked(looking: Looking) -> Iterator[tuple[TestClient, str]]:
    """Every page of the year, stage after stage."""
    story = looking.story
    story.notice()
    story.applications()
    yield from looking.pages("document")
    story.qualify()
    story.settings()
    story.do(CLERK, story._settings)
    story.do(CLERK, lambda uow: inquiries.issue_link(uow, looking.letter(), digest(TOKEN)))
    story.publish()
    looking.accept()
    story.move("documents")
    story.firms = tuple(story.cast.firms.values())
    story.fill(MEMBER, looking.firm)
    yield from looking.pages("document")  # one book open
    for name in (LEADER, MEMBERS[2]):
        story.fill(name, looking.firm)
    for name in MEMBERS:
        story.lock(name, looking.firm)
    yield from looking.pages("document")  # the leader's consensus before it is reached
    report = story.agree(looking.firm)
    story.sign(looking.firm, "document", report, MEMBERS[:2])
    yield from looking.pages("document")  # one signature missing
    story.sign(looking.firm, "document", report, MEMBERS[2:])
    story.review("document", story.firms[1:])
    story.shortlist(dict.fromkeys(story.firms, True), {})
    story.publish()
    looking.accept()
    story.move("site")
    story.fill(MEMBER, looking.firm, "site")
    yield from looking.pages("site")
    for name in (LEADER, MEMBERS[2]):
        story.fill(name, looking.firm, "site")
    for name in MEMBERS:
        story.lock(name, looking.firm, "site")
    yield from looking.pages("site")
    story.sign(looking.firm, "site", story.agree(looking.firm, "site"))
    story.review("site", story.firms[1:])
    story.move("evaluation", CLERK)
    yield from decided(looking)


def decided(looking: Looking) -> Iterator[tuple[TestClient, str]]:
    """From the report to the sealed archive."""
    story = looking.story
    yield from looking.pages("site")
    story.vote_stage()
    with story.ledger.read() as session:
        member = gather.members(session, YEAR)[1].uid
    story.do(CLERK, lambda uow: committee.issue_link(uow, member, digest(TOKEN)))
    ballot = story.round(dict(zip(story.firms, (11, 9, 5), strict=True)))
    yield from looking.pages("site")
    story.do(CHIEF, lambda uow: vote.confirm(uow, ballot))
    story.move("notice")
    story.go(9, 28)
    published = date(2026, 9, 28)
    story.do(CLERK, lambda uow: notice.publish(uow, YEAR, published, "公告1号", "电话或来信"))
    story.go(9, 29)
    facts = ObjectionFields("虚报专利。", date(2026, 9, 29), story.firms[0], "某某", "来信")
    objection = str(story.do(CLERK, lambda uow: notice.file_objection(uow, YEAR, facts)))
    yield from looking.pages("site")
    story.go(10, 12)
    story.do(CLERK, lambda uow: notice.find(uow, objection, "查无此事。", False))
    on = date(2026, 10, 12)
    story.do(CHIEF, lambda uow: notice.decide(uow, objection, False, "委员0", "不成立", on))
    story.move("approval")
    yield from looking.pages("site")
    story.go(10, 20)
    on = date(2026, 10, 20)
    story.do(CHIEF, lambda uow: approval.approve(uow, YEAR, "诸政发〔2026〕9号", on))
    story.move("honours")
    yield from looking.pages("site")
    story.do(CLERK, lambda uow: seal.seal(uow, YEAR, {"归档目录.txt": b"x"}))
    yield from looking.pages("site")


def test_axe_finds_nothing_serious_in_a_year_under_way(browser: Any, tmp_path: Path) -> None:
    looking = Looking(worlds.build(tmp_path, fresh=True))
    examine(browser, walked(looking))
    doors = {one.path for one in access.doors(looking.world.app) if _page(one)}
    assert doors - looking.seen == set()
