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
        ledger.close()
        with closing(sqlite3.connect(path)) as connection:
            said = "\n".join(connection.iterdump()) + "\n"
            target.write_bytes(gzip.compress(said.encode("utf-8"), mtime=0))


if __name__ == "__main__":
    main()
