"""The paper path: two clerks type a signed sheet apart, and only agreement locks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from award.scoring import books, paper, store
from award.scoring.core.scorebook import Mark
from award.scoring.tables import PaperEntry, Scorebook
from expert_pool.core.actor import Actor, Role, Viewer
from expert_pool.facts.refusal import Refusal
from tests.award.walk import MEMBERS, PDF, SECOND, YEAR, Walk, opened
from tests.storage import CLERK, Clock, copy_sqlite

SCAN = ("签名件.pdf", PDF + "扫描".encode())


@pytest.fixture(scope="module")
def walk(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Walk]:
    clock = Clock()
    ledger = opened(copy_sqlite(sqlite_template, tmp_path_factory.mktemp("paper")), clock)
    found = Walk(ledger, clock)
    found.documents()
    yield found
    ledger.close()


def typing(
    walk: Walk, actor: Actor, uid: str, marks: dict[str, Mark], scan: object = None
) -> object:
    viewer = Viewer(actor.id, Role.SECRETARIAT)
    return walk.do(actor, lambda uow: paper.type_sheet(uow, viewer, uid, marks, scan))  # type: ignore[arg-type]


def test_two_clerks_must_agree(walk: Walk) -> None:
    firm = next(iter(walk.cast.firms.values()))
    uid = walk.book(MEMBERS[1], firm, "document")
    with walk.ledger.read() as session:
        items = store.rubric_of(session, YEAR).items
    sheet = {item.no: Mark(60, "有方法。", saved=1) for item in items}
    with pytest.raises(Refusal, match="请附上有评审员签名的评分表扫描件"):
        typing(walk, CLERK, uid, sheet)
    assert typing(walk, CLERK, uid, sheet, SCAN) == paper.Typed("", True)
    with pytest.raises(Refusal, match="须由另一人再录一遍"):
        typing(walk, CLERK, uid, sheet)
    slip = {**sheet, "4.1.2": replace(sheet["4.1.2"], percent=65)}
    with pytest.raises(Refusal) as refused:
        typing(walk, SECOND, uid, slip)
    assert refused.value.message_zh.startswith("与另一人录入的不一致：4.1.2。")
    with walk.ledger.read() as session:
        entry = session.query(PaperEntry).one()
        assert entry.sealed_book.startswith("sealed:") and len(entry.scan_sha256) == 64
    done = typing(walk, SECOND, uid, sheet)
    assert isinstance(done, paper.Typed) and len(done.receipt) == 16 and not done.waiting
    with walk.ledger.read() as session:
        row = session.query(Scorebook).filter_by(uid=uid).one()
        assert (row.state, row.on_paper, row.receipt) == ("locked", True, done.receipt)


def test_paper_does_not_go_over_what_she_wrote_herself(walk: Walk) -> None:
    firm = list(walk.cast.firms.values())[1]
    uid = walk.book(MEMBERS[1], firm, "document")
    walk.do(
        walk.expert(MEMBERS[1]),
        lambda uow: books.save_item(uow, uid, "4.1.2", Mark(50)),
    )
    with walk.ledger.read() as session:
        items = store.rubric_of(session, YEAR).items
    with pytest.raises(Refusal, match="本人已在网上评分"):
        typing(walk, CLERK, uid, {item.no: Mark(60) for item in items}, SCAN)
    chief = Viewer("u-chief", Role.APPROVER)
    with pytest.raises(Refusal, match="没有找到"), walk.ledger.write(CLERK) as uow:
        paper.type_sheet(uow, chief, uid, {}, SCAN)
