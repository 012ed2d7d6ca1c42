"""Every invariant is kept by a furnished house, and broken by one statement each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from expert_pool.ledger import Ledger
from expert_pool.ledger.invariants import INVARIANTS, exceptions, main
from tests.storage import Clock, copy_sqlite
from tests.use_cases.world import build, tokens

# Invariant: the statements that break it. They run with foreign keys off and without triggers: as
# damage does.
BREAKS: dict[str, tuple[str, ...]] = {
    "expert-named": ("UPDATE expert SET name = ' ' WHERE id = 1",),
    "expert-seniority": ("UPDATE expert SET seniority = 6 WHERE id = 1",),
    "version-positive": ("UPDATE conflict SET version = 0",),
    "industry-order": ("UPDATE expert_industry SET position = 4 WHERE expert_id = 2",),
    "trade-order": ("UPDATE applicant_industry SET position = 1 WHERE applicant_id = 1",),
    "term-ordered": (
        "UPDATE appointment SET ended_on = '2020-01-01', end_reason = 'x' WHERE id = 1",
    ),
    "term-single": ("UPDATE appointment SET expert_id = 1 WHERE id = 2",),
    "term-reason": ("UPDATE appointment SET ended_on = '2026-01-01' WHERE id = 1",),
    "suspension-single": (
        (
            "INSERT INTO suspension (expert_id, year, reason, started_at, lift_reason, uid,"
            " version) SELECT expert_id, year, reason, started_at, '', 's-again', 1 FROM suspension"
            " WHERE id = 1"
        ),
    ),
    "suspension-reason": ("UPDATE suspension SET reason = ''",),
    "conflict-named": ("UPDATE conflict SET organisation = ''",),
    "conflict-ordered": ("UPDATE conflict SET since = '2026-01-02', until = '2026-01-01'",),
    "conflict-decided": ("UPDATE conflict SET decision = 'barred'",),
    "conflict-withdrawn": ("UPDATE conflict SET withdrawn_at = '2026-01-01 00:00:00'",),
    "pair-ordered": ("UPDATE pair_conflict SET expert_b_id = expert_a_id",),
    "declaration-hashed": ("UPDATE declaration SET text_sha256 = 'x' WHERE id = 1",),
    "availability-unknown": (
        "INSERT INTO availability_half_day VALUES (1, '2026-09-07', 'AM')",
        "UPDATE availability SET known = 0 WHERE id = 1",
    ),
    "availability-window": ("UPDATE availability SET first = NULL WHERE id = 1",),
    "half-day": ("INSERT INTO availability_half_day VALUES (1, '2026-09-07', 'XX')",),
    "score-range": (
        (
            "INSERT INTO performance_record (expert_id, year, organisation, organisation_uscc,"
            " leader, effort, score, note, uid, version) VALUES (1, 2025, 'x', '', 0, 2, 101, '',"
            " 'r-x', 1)"
        ),
    ),
    "candidacy-decided": ("UPDATE candidacy SET status = 'passed'",),
    "waiver-two-people": ("UPDATE waiver SET outcome = 'granted', decided_by = proposed_by",),
    "lifting-two-people": (
        "INSERT INTO lifting (kind, target, act, reason, proposed_by, proposed_name, outcome,"
        " decided_by, decided_name, decision_reason, proposed_at, uid, version) VALUES ('conflict',"
        " 'c', 'end', 'x', 'u', 'u', 'granted', 'u', 'u', 'x', '2026-01-01 00:00:00', 'y-1', 1)",
    ),
    "violation-decided": ("UPDATE violation SET finding = 'founded'",),
    "violation-suspends": (
        "UPDATE suspension SET lifted_at = '2026-08-01 00:00:00', lift_reason = 'x'",
    ),
    "rating-range": ("UPDATE stage_record SET own_score = 1001",),
    "year-window": ("UPDATE award_year SET window_first = '2026-12-31' WHERE year = 2026",),
    "applicant-award": ("UPDATE applicant SET award = 'GOLD' WHERE id = 1",),
    "applicant-withdrawn": (
        "UPDATE applicant SET withdraw_reason = '' WHERE withdrawn_at IS NOT NULL",
    ),
    "plan-status": ("UPDATE plan_version SET status = 'lost' WHERE number = 1",),
    "plan-numbered": ("UPDATE plan_version SET number = 9 WHERE number = 1",),
    "plan-published-once": (
        "UPDATE plan_version SET status = 'published' WHERE status = 'approved'",
    ),
    "plan-checked": ("UPDATE plan_version SET ok = 0 WHERE status = 'published'",),
    "plan-second-person": (
        "UPDATE plan_version SET approved_by = created_by WHERE status = 'published'",
    ),
    "plan-approved": ("UPDATE plan_version SET approved_at = NULL WHERE status = 'approved'",),
    "plan-anchored": ("UPDATE plan_version SET anchor = '' WHERE status = 'published'",),
    "job-status": ("UPDATE solve_job SET status = 'lost'",),
    "job-single": (
        (
            "INSERT INTO solve_job (year, status, problem, names, notes, limits, created_at,"
            " created_by, created_name, process, phase, elapsed, unassigned, reports,"
            " cancel_requested, error_code, error_text, curve, uid, version) SELECT year, status,"
            " problem, names, notes, limits, created_at, created_by, created_name, '', '', 0, 0, 0,"
            " 0, '', '', '[]', 'j-again', 1 FROM solve_job WHERE status = 'queued'"
        ),
    ),
    "draw-single": (
        (
            "INSERT INTO plan_draw (year, status, job_uid, candidates, names, digest, count,"
            " tolerance, cap, reached, opened_at, opened_by, opened_name, seed, source,"
            " void_reason, uid, version) SELECT year, status, job_uid, candidates, names, digest,"
            " count, tolerance, cap, reached, opened_at, opened_by, opened_name, seed, source,"
            " void_reason, 'w-again', 1 FROM plan_draw"
        ),
    ),
    "draw-whole": ("UPDATE plan_draw SET seed = '1 2 3'",),
    "draw-void-by-two": ("UPDATE plan_draw SET voiding_by = 'u-clerk', voided_by = 'u-clerk'",),
    "draw-after-opening": ("UPDATE plan_draw SET drawn_at = '2020-01-01 00:00:00'",),
    "draw-digest": ("UPDATE plan_draw SET candidates = replace(candidates, '600000', '600001')",),
    "job-over": ("UPDATE solve_job SET status = 'failed'",),
    "job-plan": ("UPDATE solve_job SET plan_uid = 'l-nowhere'",),
    "calendar-sequence": ("UPDATE calendar_entry SET sequence = -1 WHERE id = 1",),
    "calendar-cancelled": (
        "UPDATE plan_version SET status = 'withdrawn' WHERE status = 'published'",
    ),
    "import-closed": ("UPDATE import_batch SET status = 'applied'",),
    "import-row-settled": (
        (
            "INSERT INTO import_row (batch_uid, kind, filename, sheet, row, name, unit, reason,"
            " created_at, settled_at, settled_how, settled_note, uid, version) VALUES ('i',"
            " 'experts', 'f', '', 2, '赵龙', '', '', '2026-01-01', '2026-01-02', 'said', '',"
            " 'w-1', 1)"
        ),
    ),
    "session-owner": (
        (
            "INSERT INTO login_session (token_sha256, uid, created_at, seen_at, expires_at,"
            " address, user_agent) VALUES ('t', 'u', '2026-01-01', '2026-01-01', '2026-01-01',"
            " '', '')"
        ),
    ),
    "audit-counted": (
        "DELETE FROM audit_content WHERE entry_id = 2",
        "DELETE FROM audit_entry WHERE id = 2",
    ),
    "audit-contents": ("DELETE FROM audit_content WHERE entry_id = 2",),
    "expert-logged": ("UPDATE audit_entry SET object_id = 'x' WHERE kind = 'expert'",),
    "plan-logged": ("UPDATE audit_entry SET object_id = 'x' WHERE kind = 'plan_version'",),
    "plan-digest": (
        (
            "UPDATE plan_version SET problem = replace(problem, 'award-2026', 'award-2027') WHERE"
            " number = 1"
        ),
    ),
    "audit-chain": ("UPDATE audit_entry SET reason = '改' WHERE id = 2",),
}


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    ledger = Ledger(copy_sqlite(sqlite_template, folder), Clock(), tokens())
    build(ledger)
    with ledger.engine.execution_options(ledger_write=True).begin() as connection:
        # Damage does not ask triggers.
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    with ledger.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    ledger.close()
    return folder / "pool.db"


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(copy_sqlite(furnished, tmp_path), Clock())
    yield ledger
    ledger.close()


def test_there_are_enough_and_each_has_its_break() -> None:
    assert len(INVARIANTS) >= 40
    assert set(BREAKS) == {*INVARIANTS, "plan-digest", "draw-digest", "audit-chain"}


@pytest.mark.parametrize("name", BREAKS)
def test_it_finds_what_breaks_it(house: Ledger, name: str) -> None:
    with house.read() as session:
        assert exceptions(session) == []
    with house.engine.execution_options(ledger_write=True).begin() as connection:
        for statement in BREAKS[name]:
            connection.execute(text(statement))
    with house.read() as session:
        assert name in {one.invariant for one in exceptions(session)}


def test_the_operators_command_says_it(house: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(house.url) == 0
    assert capsys.readouterr().out == "不变量全部成立\n"
    with house.engine.execution_options(ledger_write=True).begin() as connection:
        connection.execute(text("UPDATE expert SET seniority = 6 WHERE id = 1"))
    assert main(house.url) == 1
    assert capsys.readouterr().out.startswith("expert-seniority  资历在 1 到 5 之间：e-")


def test_it_runs_on_both_engines(ledger: Ledger) -> None:
    build(ledger)
    with ledger.read() as session:
        assert exceptions(session) == []
