"""忘记一个人: no column of the schema is left out, no word of hers is left in the database, and the
log still fits the rows.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, inspect, select, text
from sqlalchemy.orm import Session

from api.identity import forgetting
from award import erasure
from award.groups.tables import SolveJob
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.ledger import Base, Ledger, audit
from expert_pool.ledger.base import UtcDateTime
from expert_pool.ledger.invariants import exceptions
from expert_pool.ledger.reconcile import reconcile
from expert_pool.tables import Expert, ExpertIndustry
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite
from tests.use_cases.world import World, build

# Tables with nothing of somebody in the pool, or with what stays; each with the reason.
OF_STAFF = "account account_conflict login_attempt recovery_code"
OF_APPLICANTS = (
    "affiliation applicant applicant_closed applicant_former_name applicant_industry application"
    " attachment attachment_content award_year ban condition_word honour incident inquiry"
    " inquiry_answer licence opinion organisation_answer payment expense promotion revocation"
    " shortlist_line succession title_use year_setting yearly_round"
)
# Signed, voted, noted or published: kept as they are by the law of archives.
PAPERS = (
    "approval bundle bundle_content committee committee_member consensus evaluation objection"
    " paper_entry public_notice report_signature ruling site_duty site_plan vote_round"
    " vote_tally"
)
WORDS_OF_THE_HOUSE = (
    "announced_year day_override heading_memory rubric_check rubric_text trade_word"
)
FROM_PUBLIC_REGISTERS = "official shareholding"
CODES_ONLY = "availability_half_day calendar_entry calibration_mark plan_step"
DELETED_WHOLE = "identity_number login_session personal_link"
# The log by its contents; an import's rows go when it is closed, an answer kept for a day.
ELSEWHERE = "audit_content audit_entry done_request import_batch"
LEFT_ALONE = " ".join(
    (
        OF_STAFF,
        OF_APPLICANTS,
        PAPERS,
        WORDS_OF_THE_HOUSE,
        FROM_PUBLIC_REGISTERS,
        CODES_ONLY,
        DELETED_WHOLE,
        ELSEWHERE,
    )
).split()
# Columns that stay of the records about her: codes, numbers, digests, who of the staff did it.
STAYING = {
    "availability": "",
    "appointment": "grade certificate_no end_kind",
    "candidacy": "channel status",
    "conflict": "kind source decision",
    "declaration": "text_version text_sha256 signed_via",
    "duty_answer": "expert fingerprint plan_uid answer reason_kind via",
    "expert": "name source_pool served_years",
    "expert_industry": "code source_word",
    "import_row": "batch_uid kind filename sheet settled_how",
    "lifting": "kind target act outcome",
    "loan": "side sheet office own ref status digest appointment",
    "message": "kind about status channel link_uid",
    "pair_conflict": "kind",
    "performance_record": "organisation organisation_uscc",
    "personnel_decision": "rule effect decision",
    "plan_draw": ("status job_uid candidates digest seed source plan_uid void_reason again_reason"),
    "plan_version": (
        "status origin problem plan problem_digest anchor review withdraw_reason submit_note"
        " opinion return_reason"
    ),
    "rating": "organisation stage rater items",
    "scorebook": (
        "stage applicant expert state frozen_from rubric_digest sealed_book nonce receipt"
    ),
    "solve_job": (
        "status problem limits process phase curve best_plan error_code plan_uid kind task"
    ),
    "stage_record": "organisation stage attendance report",
    "suspension": "",
    "violation": "case_no kind finding measure",
    "waiver": "outcome",
}
BY_STAFF = ("_by", "_name")


def text_columns(table: Any) -> list[str]:
    return [one.key for one in inspect(table).columns if isinstance(one.type, String)]


def erased_columns(table: Any) -> set[str]:
    said = {name for part in erasure.PARTS if part.table is table for name in part.after}
    return (
        said
        | set(erasure.SAY_NAMES.get(table, ()))
        | (set(erasure.REGISTER) if table is Expert else set())
    )


def staying(table: Any, column: str) -> bool:
    known = STAYING[table.__tablename__].split()
    by_staff = column.endswith(BY_STAFF) and column not in erased_columns(table)
    return column == "uid" or column in known or by_staff


def test_every_column_of_the_schema_is_erased_or_stays_for_a_reason() -> None:
    tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    assert set(tables) == {*LEFT_ALONE, *STAYING}
    assert set(LEFT_ALONE) & set(STAYING) == set()
    for name in STAYING:
        table = tables[name]
        columns = set(text_columns(table))
        doubtful = {one for one in columns if staying(table, one)} & erased_columns(table)
        assert (name, doubtful) == (name, set())
        left = {one for one in columns - erased_columns(table) if not staying(table, one)}
        assert (name, left) == (name, set())


@dataclass
class House:
    ledger: Ledger
    world: World
    uid: str
    name: str
    canaries: set[str]


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """孙针织, with a row of each table about her, and a word of its own in every column of it."""
    ledger = Ledger(copy_sqlite(sqlite_template, tmp_path), Clock(), secret=b"k" * 32)
    world = build(ledger)
    uid = world.expert("孙针织")
    with ledger.write(CLERK) as uow:
        register.withdraw_conflict(uow, world.uid["conflict"], 1, "canary-lifted")
        register.keep_identity(uow, uid, "110101199003070011")
        job = uow.session.scalars(select(SolveJob)).first()
        assert job is not None
        job.notes = json.dumps(["孙针织还没有答复"])
        uow.record("note", "solve_job", job.uid, None, {"notes": "孙针织还没有答复"})
        uow.commit()
    with ledger.engine.execution_options(ledger_write=True).begin() as connection:
        found = set(_plant(Session(connection), uid))
    yield House(ledger, world, uid, "孙针织", found)
    ledger.close()


def _plant(session: Session, uid: str) -> Iterator[str]:
    expert = session.scalars(select(Expert).where(Expert.uid == uid)).one()
    who = erasure.Somebody(expert.id, expert.uid, expert.name)
    for column in ("education_text", "phone", "place_text", "remark", "title"):
        setattr(expert, column, f"canary-expert-{column}")
        yield f"canary-expert-{column}"
    for item in session.scalars(select(ExpertIndustry).where(ExpertIndustry.expert_id == who.id)):
        item.source_word = "canary-industry"
    for part in erasure.PARTS:
        words = [name for name in part.after if name in text_columns(part.table)]
        row = session.scalars(select(part.table).where(part.whose(part.table, who))).first()
        if row is None:
            row = _new(session, part, who)
            session.add(row)
        for name in words:
            if name not in ("name", "rater_name"):  # she is found by them
                word = f"canary-{part.table.__tablename__}-{name}"
                setattr(row, name, word)
                yield word
        session.flush()
    session.commit()


_numbers = itertools.count(1)


def _new(session: Session, part: erasure.Part, who: erasure.Somebody) -> Any:
    about: dict[str, Any] = {
        "expert_id": who.id,
        "expert": who.uid,
        "expert_a_id": who.id,
        "name": who.name,
        "rater_name": who.name,
        "void_reason": "x",
        "year": 2025,
        "conflict_id": session.scalar(text(f"SELECT id FROM conflict WHERE expert_id = {who.id}")),
        "target": session.scalar(text(f"SELECT uid FROM conflict WHERE expert_id = {who.id}")),
    }
    if part.table.__tablename__ == "rating" and not part.hers:
        about["expert_id"] = who.id % 5 + 1
    values = {}
    for column in inspect(part.table).columns:
        key = column.key
        if key in about:
            values[key] = about[key]
        elif key == "uid":
            values[key] = f"z-{next(_numbers)}"
        elif not column.nullable and key != "id":
            values[key] = _filler(column)
    return part.table(**values)


def _filler(column: Any) -> Any:
    if isinstance(column.type, UtcDateTime):
        return datetime(2026, 8, 1, tzinfo=UTC)
    kinds: dict[type, Any] = {date: date(2026, 8, 1), str: "", bool: False, int: 1}
    return kinds[column.type.python_type]


def everything(ledger: Ledger) -> str:
    """All that the database holds but published plans."""
    with ledger.read() as session:
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        lines = []
        for name in names:
            if name == "sqlite_sequence":
                continue
            kept = (
                " WHERE status NOT IN ('published', 'withdrawn')" if name == "plan_version" else ""
            )
            lines += [
                f"{name} {row}" for row in session.execute(text(f"SELECT * FROM {name}{kept}"))
            ]
        return "\n".join(lines)


def test_no_word_about_her_is_left_and_the_log_fits_the_rows(house: House) -> None:
    before = everything(house.ledger)
    assert {one for one in house.canaries if one not in before} == set()
    assert "canary-lifted" in before
    assert before.count(house.name) > 5
    with house.ledger.write(CHIEF) as uow:
        uow.record("update", "expert", house.uid, None, None, f"{house.name}来电，canary-why")
        uow.commit()
    with house.ledger.write(Actor(house.uid, house.name, Role.EXPERT)) as uow:
        register.request_erasure(
            uow, house.uid, 2026, "不再参加"
        )  # what she did stands by her number
        uow.commit()
    with house.ledger.read() as session:
        told = audit.entries(session, SYSTEM_VIEWER, actor_id=house.uid, limit=1)
    assert [one.actor_name for one in told] == [house.name]
    assert "canary-why" in everything(house.ledger)
    with house.ledger.write(CHIEF) as uow:
        erasure.forget(uow, uow.load(Expert, house.uid), "本人来信", forgetting)
        uow.commit()
    left = everything(house.ledger)
    assert [line for line in left.splitlines() if "canary" in line] == []
    escaped = json.dumps(house.name)[1:-1]
    found = [line[:200] for line in left.splitlines() if house.name in line or escaped in line]
    assert found == []
    with house.ledger.read() as session:
        assert audit.verify(session) == []
        planted = ("z-", "由来")  # put in past the program, as the test did
        assert [one for one in reconcile(session) if not all(p in one.why for p in planted)] == []
        assert [one for one in exceptions(session) if "z-" not in str(one)] == []
