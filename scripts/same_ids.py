"""同样的人同样的编号: `plan` gives each person, organisation and visit the id it had before.

Where a register of an earlier run lies in the output folder, people and organisations found in it
keep their ids; everybody else is named by what the file says, so that the same files give the same
ids in any folder. The digest holds the telephone too: a name alone could be guessed back from it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from expert_pool.facts.writing import compact

LENGTH = 15  # as the random part of other ids
# What tells records of a kind: all of it goes into the digest, each pair alone finds a former id.
SAID = {"e": ("name", "employer", "phone"), "a": ("name", "uscc", "award")}
FOUND_BY = {"e": (("name", "employer"), ("name", "phone")), "a": (("uscc",), ("name",))}
TABLES = {"e": "expert", "a": "applicant"}
Key = tuple[str, ...]


def former_ids(database: Path) -> Mapping[Key, str]:
    """Prefix, field names and values -> id, of an earlier register; a key of two people is none."""
    if not database.is_file():
        return {}
    found: dict[Key, str] = {}
    twice: set[Key] = set()
    try:
        uri = database.resolve().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            for prefix, table in TABLES.items():
                for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our names
                    for key in _keys(prefix, dict(row)):
                        if found.setdefault(key, row["uid"]) != row["uid"]:
                            twice.add(key)
    except sqlite3.Error:  # not our database, or one of another version: nothing is known
        return {}
    return {key: uid for key, uid in found.items() if key not in twice}


def _keys(prefix: str, said: Mapping[str, Any]) -> list[Key]:
    keys = []
    for names in FOUND_BY.get(prefix, ()):
        values = [compact(str(said.get(name) or "")) for name in names]
        if all(values):
            keys.append((prefix, *names, *values))
    return keys


class SameIds:
    """Ids of one run: the former one, else a digest of what is said, counted where it repeats."""

    def __init__(self, former: Mapping[Key, str]) -> None:
        self._former = former
        self._given: set[str] = set()
        self._count: Counter[str] = Counter()

    def __call__(self, prefix: str, said: Mapping[str, Any]) -> str:
        known = next((self._former[k] for k in _keys(prefix, said) if k in self._former), "")
        uid = known if known and known not in self._given else self._made(prefix, said)
        self._given.add(uid)
        return uid

    def _made(self, prefix: str, said: Mapping[str, Any]) -> str:
        values = [compact(str(said.get(name) or "")) for name in SAID.get(prefix, ())]
        text = json.dumps([prefix, *values], ensure_ascii=False)
        while True:
            self._count[text] += 1
            digest = hashlib.sha256(f"{text}{self._count[text]}".encode()).hexdigest()
            uid = f"{prefix}-{digest[:LENGTH]}"
            if uid not in self._given:
                return uid
