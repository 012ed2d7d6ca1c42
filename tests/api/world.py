"""A small house for tests: a migrated database with one account per role, two experts, and a client
for each of them.
"""

from __future__ import annotations

import copy
import io
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import structlog
from fastapi import FastAPI
from sqlalchemy import select
from starlette.datastructures import State
from starlette.testclient import TestClient

from api import settings as settings_room
from api.app import create_app, furnish, wrap
from api.identity import signin
from api.identity.holder import Holder
from api.identity.sessions import Client, cookie_name
from api.kit import logs
from api.settings import Settings
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.ledger import Ledger
from expert_pool.tables import Expert
from tests import portal
from tests.storage import SECRET, migrated

PASSWORD = "竹篮打水-一场空-真好"
STAFF = {
    Role.SECRETARIAT: "jingban",
    Role.APPROVER: "fuzeren",
    Role.INSPECTOR: "jijian",
    Role.ADMIN: "guanli",
}


@dataclass
class Clock:
    """The test's hands move it; nothing else does."""

    now: datetime = datetime(2026, 8, 20, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: int) -> None:
        self.now += timedelta(**by)


@dataclass
class World:
    app: FastAPI
    settings: Settings
    clock: Clock
    ledger: Ledger
    accounts: dict[Role, str]
    experts: tuple[str, ...]

    @property
    def an_expert(self) -> str:
        return self.experts[0]

    def stranger(self) -> TestClient:
        return portal.through(TestClient(self.app, raise_server_exceptions=False))

    def log_in(self, role: Role) -> TestClient:
        """A fresh client, logged in with the password, sending the session's token by itself."""
        client = self.stranger()
        answer = client.post("/api/v1/session", json={"login": STAFF[role], "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client

    def client(self, role: Role) -> TestClient:
        """A fresh client with a session of its own, opened without the cost of a password."""
        return self._with_session(Holder(self.accounts[role], f"{role.value}-先生", role))

    def another(self, role: Role, name: str = "另一位") -> TestClient:
        """A second person of a role, with an account of her own."""
        with self.ledger.write(SYSTEM) as uow:
            login = f"{role.value}2"
            uid = signin.create_account(uow, login, name, role, PASSWORD)
            uow.commit()
        return self._with_session(Holder(uid, name, role))

    def expert_client(self, expert_uid: str) -> TestClient:
        """A fresh client with a session of the expert's."""
        return self._with_session(Holder(expert_uid, "某专家", Role.EXPERT))

    def _with_session(self, holder: Holder) -> TestClient:
        opened = self.app.state.desk.open(
            holder, timedelta(hours=8), Client("testclient", "tests"), self.clock()
        )
        client = self.stranger()
        client.cookies.set(cookie_name(self.settings), opened.token)
        client.headers["X-CSRF-Token"] = opened.signed_in.csrf_token
        return client


def build(
    directory: Path, template: Path | None = None, *, fresh: bool = False, **more: object
) -> World:
    """A new world in a directory, a copy of a database (else of the empty one with the accounts);
    `more` are settings.

    Tests share one application for each way in, for making it takes a second; `fresh` gives one
    that a test may alter or keep.
    """
    file = directory / "pool.db"
    shutil.copyfile(template or _template(), file)
    file.chmod(0o600)
    key = directory / "secret.key"
    if not key.exists():
        key.write_bytes(SECRET)
        key.chmod(0o600)
    given = {
        "public_url": "http://testserver",
        "allow_http": True,
        "data_dir": directory,
        "secret_file": directory / "secret.key",
        "log_level": "error",
    }
    settings = settings_room.load(database_url=f"sqlite:///{file}", **(given | more))
    clock = Clock()
    app = _copied(settings) if fresh else _application(settings)
    furnish(app, settings, clock)
    with app.state.ledger.read() as session:
        accounts = {account.role: account.uid for account in signin.accounts(session)}
        experts = tuple(session.scalars(select(Expert.uid).order_by(Expert.id)))
    return World(app, settings, clock, app.state.ledger, accounts, experts)


def _application(settings: Settings) -> FastAPI:
    way_in = (settings.hosts, settings.secure, settings.root_path, settings.trusted_proxies)
    if way_in not in _applications:
        _applications[way_in] = _copied(settings) if _applications else create_app(settings)
    return _applications[way_in]


def _copied(settings: Settings) -> FastAPI:
    """An application beside the one that was made first, with its routes but with a state, a list
    of routes and a way in of its own.
    """
    first = next(iter(_applications.values()), None) or _application(settings)
    app = copy.copy(first)
    app.state = State(dict(first.state._state))
    app.router = copy.copy(first.router)
    app.router.routes, app.router.middleware_stack = list(first.router.routes), app.router.app
    app.user_middleware, app.middleware_stack = [], None
    wrap(app, settings)
    return app


_applications: dict[tuple[object, ...], FastAPI] = {}


@cache
def _template() -> Path:
    """One migrated database with the accounts, copied for every test: migrating and hashing take
    most of a second.
    """
    file = migrated().with_name("accounts.db")
    shutil.copyfile(migrated(), file)
    ledger = Ledger(f"sqlite:///{file}", Clock())
    with ledger.write(SYSTEM) as uow:
        for role, login in STAFF.items():
            signin.create_account(uow, login, f"{role.value}-先生", role, PASSWORD)
        for name, employer in (("程知节", "诸暨市质量协会"), ("徐霞客", "江阴游记社")):
            uow.add(
                Expert(name=name, employer=employer, phone="13800000000", created_at=uow.now), "e"
            )
        uow.commit()
    ledger.close()
    return file


def captured_log() -> io.StringIO:
    """Send the log into a buffer instead of standard error until the next `create_app`."""
    buffer = io.StringIO()
    logs.configure("debug")
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(buffer),
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
    return buffer


TOKEN = re.compile(r"[A-Za-z0-9_\-]{43}")
