"""数据库升级: Alembic migrations from the first table on, always with a backup before, never on an
unknown newer schema.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL, make_url

from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.backup import backup
from expert_pool.ledger.engine import make_engine, reader, refusals, writer

if TYPE_CHECKING:  # loaded for an upgrade only: every web worker looks at the number of the schema
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
_REVISION = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def config() -> Config:
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return settings


def head() -> str:
    """The newest schema this program knows: the one revision that no other follows."""
    known = _revisions(MIGRATIONS)
    (newest,) = known.keys() - known.values()
    return newest


@cache
def _revisions(folder: Path) -> dict[str, str]:
    """Revision -> the one before it, as Alembic reads them; once per process, since a program's
    own migrations do not change while it runs.
    """
    said = (
        dict(_REVISION.findall(file.read_text("utf-8")))
        for file in sorted((folder / "versions").glob("v*.py"))
    )
    return {one["revision"]: one.get("down_revision", "") for one in said}


def current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    return None if found is None else str(found)


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
    from alembic import command

    settings = config()
    with writer(engine).begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return saved


def refuse_unknown(found: str) -> None:
    if found not in _revisions(MIGRATIONS):
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
