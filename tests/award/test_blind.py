"""盲评: until a book is locked, its numbers are nobody's but its reviewer's.

Two worlds that differ only in an open book answer everybody else with the same bytes, on every
readable route; and the planted words stand nowhere in the database file or a backup of it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.identity.sessions import digest
from api.kit import access
from award.applicants import inquiries
from award.applicants.tables import Inquiry
from award.scoring import agree, books, store
from award.scoring.core.scorebook import Book, Mark, to_json
from award.scoring.tables import Scorebook
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import backup
from expert_pool.ledger.seal import seal_of
from tests.api import world as worlds
from tests.award.walk import MEMBERS, YEAR, Walk
from tests.storage import CLERK

OWNER, COLLEAGUE, LEADER = "褚珠宝", "李五金", "钱学勤"
TOKEN = "T" * 43  # of a department's link
PLANTED = ("植入的优势一七三", "植入的问题四零九")
STAFF = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.ADMIN)
# The log and the counts of requests grow by looking; what the log holds is searched for in the file
# itself.
SKIPPED = (
    *("/docs", "/openapi.json", "/api/v1/jobs/{uid}/events", "/audit", "/api/v1/audit"),
    "/metrics",
)
# Where a number of a book could come from; the rest is asked by one of the office and one expert.
NEAR = (
    "/scoring",
    "/departures",
    "/opinion",
    "/me",
    "/steps",
    "/intake",
    "/applicants",
    "/api/v1/my",
    "/exports",
)
ALL_ROUTES = (Role.APPROVER.value, "钱学勤")
NUMBERED = re.compile(rb"[0-9a-f]{16}")  # of the request, on pages that refuse


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    world = worlds.build(tmp_path_factory.mktemp("blind"), fresh=True)
    found = Walk(world.ledger, world.clock)
    found.documents()
    found.world = world  # type: ignore[attr-defined]
    with found.ledger.read() as session:
        letter = session.scalars(select(Inquiry.uid)).first()
    assert letter is not None
    found.do(CLERK, lambda uow: inquiries.issue_link(uow, letter, digest(TOKEN)))
    for name in MEMBERS:
        found.fill(name, _firm(found))
    yield found
    world.ledger.close()


def _firm(walk: Walk) -> str:
    return next(iter(walk.cast.firms.values()))


def _clients(walk: Walk) -> dict[str, TestClient]:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    found = {role.value: world.client(role) for role in STAFF}
    found["stranger"] = world.stranger()
    for name in (COLLEAGUE, LEADER):
        found[name] = world.expert_client(walk.cast.experts[name])
    return found


def _answers(walk: Walk, clients: Mapping[str, TestClient]) -> dict[tuple[str, str], object]:
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    doors = [
        door
        for door in access.doors(world.app)
        if door.method == "GET" and not door.path.startswith(SKIPPED)
    ]
    paths = {path for door in doors for path in _paths(walk, door.path)}
    near = {path for path in paths if path.startswith(NEAR)}
    found: dict[tuple[str, str], object] = {}
    for who, client in clients.items():
        for path in sorted(paths if who in ALL_ROUTES else near):
            answer = client.get(path, follow_redirects=False)
            assert answer.status_code < 500, (who, path)
            body = _body(answer.content) if answer.status_code == 200 else b""
            found[who, path] = (answer.status_code, NUMBERED.sub(b"", body))
    return found


def _body(content: bytes) -> bytes:
    """A zip (Word, Excel) by its parts: the times inside are those of its making."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in sorted(archive.namelist()) if "core" not in name]
    return b"".join(parts)


def _paths(walk: Walk, path: str) -> set[str]:
    """The route about the owner's book and its applicant, wherever that makes sense."""
    firm = _firm(walk)
    book = walk.book(OWNER, firm, "document")
    path = path.replace("{stage}", "document").replace("{applicant}", firm)
    path = path.replace("{token}", TOKEN if path.count("/opinion/") else "x")
    path = path.replace("{no}", "4.1.2").replace("{book}", book).replace("{year}", str(YEAR))
    path = re.sub(r"\{year:\w+\}", str(YEAR), path)
    of_book = path.startswith(("/me/books", "/api/v1/my/books"))
    values = [book if of_book else firm] if "{uid}" in path else [""]
    return {re.sub(r"\{\w+\}", "x", path.replace("{uid}", value)) for value in values}


def _vary(walk: Walk, percent: int, words: str) -> None:
    """Other marks in the owner's open book, of the same shape; nothing else changes."""
    uid = walk.book(OWNER, _firm(walk), "document")
    with walk.ledger.write(walk.expert(OWNER)) as uow:
        rubric = store.rubric_of(uow.session, YEAR)
        marks = {item.no: Mark(percent, words, saved=1) for item in rubric.items}
        sealed = seal_of(uow.session).wrap(to_json(Book(marks)), uid)
        done = uow.session.execute(
            update(Scorebook).where(Scorebook.uid == uid).values(sealed_book=sealed)
        )
        assert done.rowcount == 1  # type: ignore[attr-defined]
        uow.session.commit()


def test_two_worlds_that_differ_in_an_open_book_answer_alike(walk: Walk) -> None:
    clients = _clients(walk)
    _vary(walk, 10, "弱")
    first = _answers(walk, clients)
    assert sum(answer[0] == 200 for answer in first.values()) > 100  # type: ignore[index]
    _vary(walk, 95, "强")
    second = _answers(walk, clients)
    assert {key for key in first if first[key] != second[key]} == set()
    # The owner's own page does differ: the comparison can see.
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    own = world.expert_client(walk.cast.experts[OWNER])
    page = f"/me/books/{walk.book(OWNER, _firm(walk), 'document')}/items/4.1.2"
    assert 'value="95" checked' in own.get(page).text or own.get(page).status_code == 404


def test_open_book_stands_in_clear_nowhere_on_disk(walk: Walk, tmp_path: Path) -> None:
    firm = list(walk.cast.firms.values())[1]
    for name in MEMBERS:
        walk.fill(name, firm)
    uid = walk.book(OWNER, firm, "document")

    def plant(uow: object) -> None:
        book = store.own_book(uow.session, walk.viewer(OWNER), uid).book  # type: ignore[attr-defined]
        mark = replace(book.mark("4.1.2"), percent=35, strengths=PLANTED[0], issues=PLANTED[1])
        books.save_item(uow, uid, "4.1.2", mark)  # type: ignore[arg-type]

    walk.do(walk.expert(OWNER), plant)
    file = Path(walk.ledger.url.removeprefix("sqlite:///"))

    def on_disk(name: str) -> str:
        saved = backup.backup(walk.ledger.url, tmp_path / name)
        parts = [saved, *file.parent.glob(file.name + "*")]
        return "".join(part.read_bytes().decode("utf-8", "replace") for part in parts)

    before = on_disk("before.db")
    assert not any(words in before for words in PLANTED)
    assert '"percent":35' not in before
    walk.lock(OWNER, firm)
    after = on_disk("after.db")
    assert all(words in after for words in PLANTED)  # the search can see


def test_colleagues_book_is_like_an_unknown_one(walk: Walk) -> None:
    uid = walk.book(OWNER, _firm(walk), "document")

    def act(book: str) -> Refusal:
        with pytest.raises(Refusal) as refused, walk.ledger.write(walk.expert(COLLEAGUE)) as uow:
            books.save_item(uow, book, "4.1.2", Mark(50, saved=0))
        return refused.value

    theirs, none = act(uid), act("b-000000000000000")
    assert (theirs.code, theirs.message_zh) == (none.code, none.message_zh)
    assert theirs.message_zh == "没有找到。"
    world: worlds.World = walk.world  # type: ignore[attr-defined]
    client = world.expert_client(walk.cast.experts[COLLEAGUE])
    pages = [client.get(f"/me/books/{one}") for one in (uid, "b-000000000000000")]
    assert [page.status_code for page in pages] == [404, 404]


def test_nothing_is_agreed_before_everybody_has_locked(walk: Walk) -> None:
    firm = _firm(walk)
    for locked, left in ((), 3), ((MEMBERS[0],), 2), ((MEMBERS[1],), 1):
        for name in locked:
            walk.lock(name, firm)
        with walk.ledger.read() as session:
            view = store.consensus_view(session, YEAR, "document", firm)
        assert (view.rows, view.state) == ((), "waiting")
        with (
            pytest.raises(Refusal, match=f"还有{left}人没有锁定，不能合议"),
            walk.ledger.write(walk.expert(LEADER)) as uow,
        ):
            agree.accept_all(uow, YEAR, "document", firm, 0)


def test_without_a_secret_file_nothing_is_scored(walk: Walk) -> None:
    from tests.award.walk import opened

    bare = opened(walk.ledger.url, walk.clock, b"")
    with bare.read() as session:
        row = session.scalars(select(Scorebook).where(Scorebook.state == "open")).first()
        assert row is not None
    owner = next(name for name, uid in walk.cast.experts.items() if uid == row.expert)
    with pytest.raises(Refusal) as refused, bare.write(walk.expert(owner)) as uow:
        books.save_item(uow, row.uid, "4.1.2", Mark(50))
    assert refused.value.code == "no-key"
    bare.close()
