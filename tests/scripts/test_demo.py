"""`expert-pool demo`: a small demonstration, made by the real steps, looked at afterwards."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from api.identity import signin
from award.archive.core import bag
from award.archive.core.replay import replay
from award.groups import draws
from award.groups import store as assignment_store
from award.recusal import certificate as recusal
from expert_pool import dossier, imported, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.ledger import Ledger, audit
from scripts import demo
from scripts.cli import app
from scripts.demo_people import make_experts, make_firms
from tests.once import built_once

COMMAND = [
    "demo",
    "--no-award",
    "--experts",
    "30",
    "--applicants",
    "6",
    "--time-limit",
    "1",
    "--database",
]
DRAW_SECONDS = 2.0  # for so few firms enough to find several plans


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all test processes, and copied for each: it takes half a minute."""

    def build(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo, "DRAW_SECONDS", DRAW_SECONDS)
            result = CliRunner().invoke(app, [*COMMAND, str(folder / "demo.db")])
        assert result.exit_code == 0, result.output

    own = tmp_path_factory.mktemp("demo") / "own"
    shutil.copytree(built_once(tmp_path_factory, "demonstration", build), own)
    return own / "demo.db"


@pytest.fixture
def session(made: Path) -> Iterator[Session]:
    ledger = Ledger(f"sqlite:///{made}", lambda: datetime(2026, 9, 1, tzinfo=UTC))
    with ledger.read() as opened:
        yield opened
    ledger.close()


def test_both_years_are_published_by_another_than_who_approved(session: Session) -> None:
    for year in (2025, 2026):
        plans = assignment_store.plans(session, SYSTEM_VIEWER, year)
        assert [
            (row.status, row.ok, row.approved_name) for row in plans if row.status != "draft"
        ] == [("published", True, "何国栋")]


def test_the_published_plan_was_drawn_by_lot_and_the_draw_can_be_checked(session: Session) -> None:
    [row] = draws.draws(session, SYSTEM_VIEWER, 2026)
    found = draws.verify(session, SYSTEM_VIEWER, row.uid)
    assert (row.status, found.said, found.plan_status, found.as_drawn) == (
        "drawn",
        (),
        "已发布",
        True,
    )


def test_misprints_were_refused_and_came_in_corrected(session: Session) -> None:
    batches = {
        row.filename: json.loads(row.summary_json)
        for row in imported.import_batches(session, SYSTEM_VIEWER)
        if row.year == 2026
    }
    assert (
        batches["专家库台账.xlsx"]["problems"],
        batches["专家库台账（更正）.xlsx"]["problems"],
    ) == (1, 0)
    assert (
        batches["申报组织汇总表.xlsx"]["problems"],
        batches["申报组织汇总表（更正）.xlsx"]["problems"],
    ) == (1, 0)


def test_log_is_whole(session: Session) -> None:
    assert audit.verify(session) == []


def test_accounts_are_marked_and_of_every_role(session: Session) -> None:
    assert sorted(entry.role for entry in signin.accounts(session)) == [
        "admin",
        "approver",
        "inspector",
        "secretariat",
    ]


def test_some_have_not_answered_yet(session: Session) -> None:
    rows = store.experts(session, SYSTEM_VIEWER, 2026, date(2026, 9, 1))
    assert (
        any(not row.state.declared for row in rows),
        any(not row.state.availability_known for row in rows),
    ) == (True, True)


def test_every_page_of_the_register_has_something_to_show(session: Session) -> None:
    day = date(2026, 9, 1)
    states = Counter(view.status for view in dossier.candidacies(session, SYSTEM_VIEWER, day))
    assert states == {"open": 2, "appointed": 1, "rejected": 1}
    assert sorted(view.finding for view in dossier.violations(session, SYSTEM_VIEWER)) == [
        "",
        "unfounded",
    ]
    assert sorted(view.outcome for view in dossier.waivers(session, SYSTEM_VIEWER)) == [
        "",
        "granted",
    ]
    lines = dossier.year_list(session, SYSTEM_VIEWER, 2025, day)
    assert any(line.mark for line in lines)
    assert any(line.no_shows for line in lines)
    assert any(line.proposals for line in lines)
    assert {finding.side for finding in recusal.findings(session, SYSTEM_VIEWER, 2026)} >= {
        "hard",
        "pending",
        "soft",
        "cleared",
    }


def test_second_run_reuses_the_database(made: Path) -> None:
    before = made.read_bytes()
    result = CliRunner().invoke(app, [*COMMAND, str(made)])
    assert (result.exit_code, made.read_bytes() == before, "jingban" in result.output) == (
        0,
        True,
        True,
    )


def test_accounts_file_is_private(made: Path) -> None:
    assert made.with_name("demo-accounts.txt").stat().st_mode & 0o077 == 0


def test_people_are_the_same_for_the_same_seed() -> None:
    firms = make_firms(7, 10)
    assert (make_firms(7, 10), make_experts(7, 20, firms)) == (firms, make_experts(7, 20, firms))
    assert make_firms(8, 10) != firms


@pytest.mark.parametrize(
    ("year", "first"),
    [(2025, date(2025, 9, 8)), (2026, date(2026, 9, 7)), (2024, date(2024, 9, 9))],
)
def test_window_starts_on_a_monday(year: int, first: date) -> None:
    assert demo.window(year)[0] == first


@pytest.mark.long
def test_one_year_reaches_its_archive_and_one_stands_still(tmp_path: Path) -> None:
    database = tmp_path / "award.db"
    command = ["demo", "--years", "0", "--time-limit", "2", "--database", str(database)]
    assert CliRunner().invoke(app, command).exit_code == 0
    with closing(sqlite3.connect(database)) as connection:
        stages = dict(connection.execute("SELECT year, stage FROM award_year").fetchall())
        content = connection.execute("SELECT content FROM bundle_content").fetchone()[0]
    assert (stages[2024], stages[2025]) == ("archived", "notice")
    assert bag.verify(content) == ()
    assert replay(bag.unpack(content)[1]).faults == ()
