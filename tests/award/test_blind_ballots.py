"""Two worlds that differ in one teller's sheet only answer everybody else alike, until the second
sheet is in; nobody's vote is anywhere at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from starlette.testclient import TestClient

from api.identity import signin, staff_conflicts
from award.decision import tables, vote
from award.decision.tables import VoteRound, VoteTally
from award.decision.vote import TallyFields
from expert_pool.core.actor import SYSTEM, Actor, Role
from expert_pool.ledger.audit import AuditContent, AuditEntry
from tests.api import world as worlds
from tests.award.story import Story
from tests.award.walk import YEAR
from tests.storage import CLERK

PATHS = (
    "/decision/vote", "/decision", "/decision/notice", "/steps", "/", "/archive",
    f"/api/v1/years/{YEAR}/vote", f"/api/v1/years/{YEAR}/evaluation", f"/api/v1/years/{YEAR}/steps",
)  # fmt: skip
TOKEN = re.compile(r'name="csrf_token" value="\w+"')
OTHERS = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR)


@pytest.fixture
def voting(story: Story, tmp_path: Path) -> Iterator[worlds.World]:
    """One of two sheets is typed, by somebody none of the readers is."""
    story.vote_stage()
    uid = str(story.do(CLERK, lambda uow: story._open(uow, 12)))
    told = TallyFields(12, 1, dict(zip(story.firms, (7, 3, 2), strict=True)))
    story.do(CLERK, lambda uow: vote.type_tally(uow, uid, told))
    now = story.clock.now
    story.ledger.close()
    folder = tmp_path / "web"
    folder.mkdir()
    built = worlds.build(folder, tmp_path / "pool.db")
    built.clock.now = now
    with built.ledger.write(SYSTEM) as uow:
        for role, login in worlds.STAFF.items():
            signin.create_account(uow, login, f"{login}先生", role, worlds.PASSWORD)
        uow.commit()
    with built.ledger.read() as session:
        built.accounts.update({one.role: one.uid for one in signin.accounts(session)})
    yield built
    built.ledger.close()


def _seen(clients: dict[Role, TestClient]) -> dict[tuple[Role, str], str]:
    found = {}
    for role, client in clients.items():
        for path in PATHS:
            answer = client.get(path, headers={"Accept": "text/html, application/json"})
            assert answer.status_code == 200, (role, path)
            found[role, path] = TOKEN.sub("", answer.text)  # masked anew on every page
    return found


def test_two_worlds_that_differ_in_a_tellers_sheet_answer_alike(voting: worlds.World) -> None:
    clients = {role: voting.client(role) for role in OTHERS}
    before = _seen(clients)
    with voting.ledger.read() as session:
        (row,) = session.scalars(select(VoteTally)).all()
        query = select(AuditContent.after).join(AuditEntry, AuditEntry.id == AuditContent.entry_id)
        kept = session.scalars(query.where(AuditEntry.object_id == row.uid)).all()
    first = json.loads(row.tally_json)
    other = {**first, "approve": dict.fromkeys(first["approve"], 11), "invalid": 0}
    assert kept
    assert first.pop("salt")
    assert not any("approve" in (part or "") for part in kept)
    with voting.ledger.write(SYSTEM) as uow:
        uow.session.execute(
            text("UPDATE vote_tally SET tally_json = :said"), {"said": json.dumps(other)}
        )
        uow.commit()
    assert _seen(clients) == before


def test_who_keeps_away_reads_nothing_of_the_firm_in_what_two_sheets_differ(
    voting: worlds.World, story: Story
) -> None:
    """Neither its name nor its votes; of the others she does."""
    hidden, seen = story.firms[0], story.firms[1]
    with voting.ledger.write(SYSTEM) as uow:
        names = dict(uow.session.execute(text("SELECT uid, name FROM applicant")).all())
        account = voting.accounts[Role.INSPECTOR]
        staff_conflicts.declare(uow, account, names[hidden], "亲属任职")
        uow.commit()
    other = Actor("u-other", "另一位", Role.SECRETARIAT)
    with voting.ledger.write(other) as uow:
        uid = uow.session.scalars(select(VoteRound.uid)).one()
        told = TallyFields(12, 1, dict(zip(story.firms, (8, 4, 2), strict=True)))
        vote.type_tally(uow, uid, told)
        uow.commit()
    for role, shown in ((Role.APPROVER, 2), (Role.INSPECTOR, 1)):
        page = voting.client(role).get(f"/api/v1/years/{YEAR}/vote").json()
        said = page["round"]["differences"]
        assert len(said) == shown and any(names[seen] in one for one in said)
        assert (names[hidden] in str(page)) is (role is Role.APPROVER)


def test_no_table_joins_a_member_with_a_vote() -> None:
    """Counts hang on a round and a teller; who was there hangs on the round alone."""
    columns = {column.name for column in inspect(VoteTally).columns}
    assert columns == {
        "id", "uid", "version", "round_id", "scrutineer", "tally_json", "noted_at", "noted_by",
        "noted_name",
    }  # fmt: skip
    for mapper in tables.Base.registry.mappers:
        keys = {key.column.table.name for key in mapper.local_table.foreign_keys}
        assert "committee_member" not in keys, mapper
