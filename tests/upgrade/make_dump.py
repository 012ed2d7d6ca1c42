"""Writes `released/<schema>.sql.gz`: a database with one of everything, to be upgraded by every
later program.

Run once when a schema is released: `python -m tests.upgrade.make_dump`. Never run again for the
same schema.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from api.identity import signin
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.ledger import Ledger, migrate
from tests.storage import Clock
from tests.use_cases.world import build, tokens


def main() -> None:
    target = Path(__file__).parent / "released" / f"{migrate.head()}.sql.gz"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.db"
        migrate.upgrade(f"sqlite:///{path}")
        ledger = Ledger(f"sqlite:///{path}", Clock(), tokens())
        build(ledger)
        _accounts(ledger)
        ledger.close()
        with closing(sqlite3.connect(path)) as connection:
            said = "\n".join(connection.iterdump()) + "\n"
            target.write_bytes(gzip.compress(said.encode("utf-8"), mtime=0))


def _accounts(ledger: Ledger) -> None:
    people = {
        Role.ADMIN: ("guanli", "王管理"),
        Role.SECRETARIAT: ("jingban", "张经办"),
        Role.APPROVER: ("fuhe", "李复核"),
    }
    with ledger.write(SYSTEM) as uow:
        for role, (login, name) in people.items():
            signin.create_account(uow, login, name, role, f"{login}-de-kou-ling-2026")
        uow.commit()


if __name__ == "__main__":
    main()
