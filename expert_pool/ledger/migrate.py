"""数据库升级: Alembic migrations from the first table on, always with a backup before, never on an
unknown newer schema.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.engine import URL, make_url

from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.backup import backup
from expert_pool.ledger.engine import make_engine, reader, refusals, writer

MIGRATIONS = Path(__file__).parent / "migrations"


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return settings


def head() -> str:
    return _head(MIGRATIONS)


@cache
def _head(_folder: Path) -> str:
    """Read once per process; a program's own migrations do not change while it runs."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision is not None
    return revision


def current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def check(connection: Connection) -> None:
    """Refuse to work on any schema but the newest this program knows."""
    found, newest = current(connection), head()
    if found == newest:
        return
    if found is None:
        raise Refusal("schema-missing", "数据库还没有建立。请先运行 expert-pool migrate。")
    refuse_unknown(found)
    raise Refusal(
        "schema-old",
        f"数据库结构是旧版（{found}），本程序需要 {newest}。请先运行 expert-pool migrate"
        " 升级（会自动备份）。",
    )


def upgrade(url: str | URL) -> Path | None:
    """Create the database or bring it to the newest schema; gives the backup made before (SQLite),
    None if there was nothing to do or save.

    A killed upgrade leaves the old schema or the new one: all steps are one transaction on both
    engines.
    """
    file = _file(url)
    if file is not None and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    engine = make_engine(url)
    try:
        with refusals():
            return _upgrade(url, engine, file)
    finally:
        engine.dispose()


def _upgrade(url: str | URL, engine: Engine, file: Path | None) -> Path | None:
    with reader(engine).connect() as connection:
        found = current(connection)
        empty = not inspect(connection).get_table_names()
    if found == head():
        return None
    if found is not None:
        refuse_unknown(found)
    elif not empty:
        raise Refusal(
            "schema-foreign",
            "这个数据库里已有别的程序的表，不能在其中建立本系统。请换一个数据库。",
        )
    saved = backup(url, _free_name(file, found)) if file is not None and found is not None else None
    settings = config()
    with writer(engine).begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return saved


def refuse_unknown(found: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if found not in known:
        raise Refusal(
            "schema-new",
            f"数据库由更新版本的程序建立（{found}），本程序不认识，没有做任何改动。请安装新版程序再打开。",
        )


def _file(url: str | URL) -> Path | None:
    parsed = make_url(url)
    return (
        Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
    )


def _free_name(file: Path, revision: str) -> Path:
    name, number = file.with_name(f"{file.name}.{revision}.bak"), 1
    while name.exists():
        number += 1
        name = file.with_name(f"{file.name}.{revision}-{number}.bak")
    return name
