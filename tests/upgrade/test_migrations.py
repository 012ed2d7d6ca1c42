"""Upgrades: from nothing, from every released schema, never by half, never on a schema that is not
known.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import DBAPIError

from award.applicants.tables import Applicant
from award.scoring.tables import Scorebook
from award.year import stages
from expert_pool import register
from expert_pool.core.actor import SYSTEM
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Base, Ledger, audit, backup, migrate
from expert_pool.ledger.engine import make_engine, reader, writer
from expert_pool.ledger.invariants import exceptions
from expert_pool.ledger.reconcile import reconcile, take_stock
from expert_pool.tables import Expert
from tests import cast
from tests.award.walk import EVALUATION, MEMBERS, YEAR, Walk, opened
from tests.storage import CLERK, Clock, drop_database, new_database

RELEASED_FOLDER = Path(__file__).parent / "released"
RELEASED = sorted(path.name.partition(".")[0] for path in RELEASED_FOLDER.glob("*.sql*"))


def test_the_migrated_schema_is_the_models(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    assert scripts.get_heads() == [migrate.head()]  # read without Alembic
    assert [script.revision for script in scripts.walk_revisions()][-1] == "0001"


def test_upgrading_twice_does_nothing(url: str) -> None:
    assert migrate.upgrade(url) is None


def test_an_empty_database_is_refused_until_it_is_migrated(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        Ledger(f"sqlite:///{tmp_path}/pool.db", Clock())
    assert caught.value.code == "schema-missing"


def test_a_newer_schema_is_refused_by_ledger_and_upgrade(url: str) -> None:
    _stamp(url, "9999")
    for act in (lambda: Ledger(url, Clock()), lambda: migrate.upgrade(url)):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "schema-new"
        assert "没有做任何改动" in caught.value.message_zh


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE wiki (page TEXT)")
    with pytest.raises(Refusal) as caught:
        migrate.upgrade(f"sqlite:///{tmp_path}/other.db")
    assert caught.value.code == "schema-foreign"


@pytest.fixture
def one_migration_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The project's migrations and one that comes after them."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for file in (migrate.MIGRATIONS / "env.py", *(migrate.MIGRATIONS / "versions").glob("v*.py")):
        (folder / file.relative_to(migrate.MIGRATIONS)).write_text(file.read_text("utf-8"), "utf-8")
    head = migrate.head()
    (folder / "versions" / "v9000_next.py").write_text(
        "from alembic import op\n"
        f'revision = "9000"\ndown_revision = "{head}"\nbranch_labels = depends_on = None\n'
        "def upgrade():\n"
        "    op.execute('CREATE TABLE next_thing (name TEXT)')\n"
        "    op.execute(\"INSERT INTO trade_word VALUES ('新', '1763', '升级')\")\n"
        "    import os\n"
        "    if os.environ.get('BREAK_MIGRATION'):\n"
        "        raise RuntimeError('power cut')\n",
        "utf-8",
    )
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    return folder


def test_an_old_schema_says_what_to_do(url: str, one_migration_more: Path) -> None:
    with pytest.raises(Refusal) as caught:
        Ledger(url, Clock())
    assert (caught.value.code, "expert-pool migrate" in caught.value.message_zh) == (
        "schema-old",
        True,
    )


def test_an_upgrade_keeps_the_data_and_makes_a_backup_first(
    sqlite_ledger: Ledger, one_migration_more: Path
) -> None:
    people = cast.settle(sqlite_ledger)
    before = _rows(sqlite_ledger.url)
    saved = migrate.upgrade(sqlite_ledger.url)
    assert saved is not None
    backup.verify(saved)
    assert _rows(f"sqlite:///{saved}") == before
    assert {**before, "trade_word": 1, "next_thing": 0} == _rows(sqlite_ledger.url)
    assert before["expert"] == len(people.experts)


def test_a_failed_upgrade_leaves_the_old_schema_whole(
    url: str, one_migration_more: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREAK_MIGRATION", "1")
    before, head = _rows(url), _revision(url)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate.upgrade(url)
    assert _rows(url) == before
    assert _revision(url) == head
    monkeypatch.delenv("BREAK_MIGRATION")
    migrate.upgrade(url)
    assert _rows(url)["next_thing"] == 0


def _restored(schema: str, folder: Path) -> str:
    """A database as a program of that schema left it; the longer dumps are packed."""
    plain = RELEASED_FOLDER / f"{schema}.sql"
    packed = plain.with_suffix(".sql.gz")
    said = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    path = folder / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(said.decode("utf-8"))
    return f"sqlite:///{path}"


def _onto_postgresql(old: str, schema: str, admin: str) -> str:
    """The same rows in a PostgreSQL database that went through the same migrations."""
    url = new_database(admin)
    source, target = make_engine(old), make_engine(url)
    tables, settings = MetaData(), migrate.config()
    with writer(target).begin() as into, reader(source).connect() as out:
        settings.attributes["connection"] = into
        command.upgrade(settings, schema)
        # A plan of the dump is published already: what guards it would not let its parts in.
        into.execute(text("SET LOCAL session_replication_role = replica"))
        into.execute(text("SET LOCAL timezone = 'UTC'"))  # as SQLite keeps its instants
        tables.reflect(into)
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in out.execute(select(table))]
            if table.name == "alembic_version" or not rows:
                continue
            into.execute(table.insert(), rows)
            if "id" in table.primary_key.columns:
                into.execute(_NEXT, {"table": table.name, "last": max(r["id"] for r in rows)})
    source.dispose()
    target.dispose()
    return url


_NEXT = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Gives a database of each engine as a program of that schema left it."""
    if request.param == "sqlite":
        yield lambda schema: _restored(schema, tmp_path)
        return
    admin, made = request.getfixturevalue("postgres_admin"), list[str]()

    def give(schema: str) -> str:
        made.append(_onto_postgresql(_restored(schema, tmp_path), schema, admin))
        return made[-1]

    yield give
    for one in made:
        drop_database(admin, one)


@pytest.mark.parametrize("schema", RELEASED)
def test_every_released_schema_upgrades_with_its_data(
    schema: str, released: Callable[[str], str]
) -> None:
    url = released(schema)
    before, said = _rows(url), _contents(url)
    assert _revision(url) == schema
    migrate.upgrade(url)
    now = _contents(url)
    for table, rows in said.items():
        columns = [name for name in now[table][0] if name in rows[0]]
        assert columns == list(rows[0]), table
        assert [{name: row[name] for name in columns} for row in now[table]] == rows, table
    ledger = Ledger(url, Clock())
    with ledger.read() as session:
        assert exceptions(session) == []
        assert audit.verify(session) == []
    with ledger.write(SYSTEM) as uow:  # as `expert-pool migrate` does
        take_stock(uow)
        uow.commit()
    with ledger.read() as session:
        # 0016 was never released: it logged a scorebook before its first, empty contents.
        assert schema == "0016" or reconcile(session) == []
    stock = _rows(url)["audit_entry"] - before["audit_entry"]
    with ledger.write(CLERK) as uow:  # and goes on from there
        register.enrol(uow, cast.expert("新来的", "某单位"))
        uow.commit()
    ledger.close()
    after = _rows(url)
    grown = {"expert": 1, "audit_entry": 1 + stock, "audit_content": 1 + stock}
    kept = {table: rows - grown.get(table, 0) for table, rows in after.items() if table in before}
    assert kept == before
    assert before["expert"] > 0
    assert before["plan_version"] > 0


def test_no_schema_is_taken_back() -> None:
    """What 升级 promises: back is only through the backup."""
    for script in ScriptDirectory.from_config(migrate.config()).walk_revisions():
        with pytest.raises(NotImplementedError, match="restored from its backup"):
            script.module.downgrade()


def test_a_year_in_the_middle_of_its_site_visits_goes_on_after_the_upgrade(tmp_path: Path) -> None:
    """Schema 0016: one site report signed, of the other applicant one open, sealed book."""
    url = _restored("0016", tmp_path)
    migrate.upgrade(url)
    clock = Clock()
    ledger = opened(url, clock)
    with ledger.read() as session:
        people = dict(session.execute(select(Expert.name, Expert.uid)).all())
        firms = dict(session.execute(select(Applicant.name, Applicant.uid)).all())
        states = {one.state: one.uid for one in session.scalars(select(Applicant))}
        assert session.query(Scorebook).filter_by(state="locked").count() == 12
    walk = Walk(ledger, clock, cast.Cast(people, firms))
    firm = states["shortlisted"]
    walk.lock(MEMBERS[0], firm, "site")
    walk.score(firm, "site", MEMBERS[1:])
    walk.sign(firm, "site", walk.agree(firm, "site"))
    for code, value in EVALUATION.items():
        walk.do(
            CLERK, partial(stages.enter_setting, year=YEAR, code=code, value=value, source="1号")
        )
    walk.move("evaluation", CLERK)
    assert sorted(walk.states().values()) == ["not-shortlisted", "site-reviewed", "site-reviewed"]
    with ledger.read() as session:
        assert exceptions(session) == []
    ledger.close()


def test_there_is_a_dump_of_every_released_schema() -> None:
    """A released schema is one the changelog names: 0.1.0 stood at 0006, 0.2.0 at 0025; 0001 is the
    first that held data, 0016 a year in the middle, 0027 the first with accounts. Each dump was
    made by the program of its day, by `tests.upgrade.make_dump`.
    """
    line = [
        script.revision for script in ScriptDirectory.from_config(migrate.config()).walk_revisions()
    ]
    assert {"0001", "0006", "0016", "0025", "0027"} <= set(RELEASED) <= set(line)


@pytest.mark.postgres
def test_both_engines_get_the_same_tables(postgres_admin: str, sqlite_template: Path) -> None:
    url = new_database(postgres_admin)
    migrate.upgrade(url)
    assert set(_rows(url)) == set(_rows(f"sqlite:///{sqlite_template}"))


def test_a_trigger_outlives_the_upgrade(sqlite_ledger: Ledger, one_migration_more: Path) -> None:
    cast.settle(sqlite_ledger)
    migrate.upgrade(sqlite_ledger.url)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        sqlite_ledger.engine.execution_options(ledger_write=True).begin() as connection,
    ):
        connection.execute(text("DELETE FROM audit_entry"))


def _rows(url: str) -> dict[str, int]:
    from sqlalchemy import inspect

    engine = make_engine(url)
    with engine.connect() as connection:
        tables = [
            table for table in inspect(connection).get_table_names() if table != "alembic_version"
        ]
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables
        }
    engine.dispose()
    return counts


def _contents(url: str) -> dict[str, list[dict[str, object]]]:
    """Every row of every table that has one, by its key."""
    engine, tables = make_engine(url), MetaData()
    with reader(engine).connect() as connection:
        tables.reflect(connection)
        found = {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }
    engine.dispose()
    return {name: rows for name, rows in found.items() if rows}


def _revision(url: str) -> str | None:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = migrate.current(connection)
    engine.dispose()
    return found


def _stamp(url: str, revision: str) -> None:
    engine = make_engine(url)
    with engine.execution_options(ledger_write=True).begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    engine.dispose()
