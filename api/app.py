"""应用: one factory that puts settings, ledger, routes, pages and middleware together, and refuses
to start half-guarded.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import areas
from api import settings as settings_room
from api.groups import solving
from api.identity.sessions import Desk
from api.kit import access, deps, errors, logs, middleware, openapi
from api.settings import BadSettings, Settings
from award.applicants.rosters_in import Readings
from award.scoring.follow import open_ledger
from expert_pool.ledger import Ledger, audit


def from_environment() -> FastAPI:
    """For `uvicorn api.app:from_environment --factory`."""
    return create_app(settings_room.load())


def create_app(settings: Settings, *, clock: Callable[[], datetime] = deps.utc_now) -> FastAPI:
    """The application on a migrated database.

    Raises `BadSettings` or `UndeclaredRoute` instead of starting unsafely.
    """
    logs.configure(settings.log_level)
    app = FastAPI(
        title="评审专家库与评审组编排",
        summary="谁可以评、谁评谁、何时评。",
        description=openapi.DESCRIPTION,
        version=version("expert-pool"),
        openapi_url=None,  # our own route serves it, declared like every other
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        openapi_tags=openapi.TAGS,
        generate_unique_id_function=lambda route: route.name,
    )
    furnish(app, settings, clock)
    app.state.admit = deps.admit
    app.state.static_mounts = set()
    app.state.mount_static = mount_static
    errors.install(app)
    areas.install_routes(app)
    openapi.install(app)
    areas.install_pages(app)
    wrap(app, settings)
    access.audit(app)
    return app


def furnish(app: FastAPI, settings: Settings, clock: Callable[[], datetime]) -> None:
    """What the routes find in `app.state`: the records, the time, the log-in desk, the solving
    engine.
    """
    app.state.settings = settings
    app.state.clock = clock
    app.state.ledger, secret = keyed_ledger(settings, clock)
    app.state.desk = Desk(app.state.ledger, settings, secret)
    app.state.engine = solving.Engine(settings)
    app.state.rosters_read, app.state.records_read = Readings(), Readings()


def keyed_ledger(settings: Settings, clock: Callable[[], datetime]) -> tuple[Ledger, bytes]:
    """The ledger with the key that its log was sealed with, and that key; made where nothing has
    been sealed yet.

    Raises `BadSettings` when the key is gone or another.
    """
    file = settings.secret_file
    if not file.exists():
        ledger = open_ledger(settings.database_url, clock)
        with ledger.read() as session:
            lost = audit.sealed(session)
        ledger.close()
        if lost:
            raise BadSettings(settings_room.secret_faults(file))
    secret = settings_room.read_secret(file)
    connections = settings.database_connections
    ledger = open_ledger(settings.database_url, clock, secret, connections=connections)
    with ledger.read() as session:
        known = audit.fits(session)
    if not known:
        ledger.close()
        words = f"密钥文件 {file} 不是写操作日志时用的那一个，{settings_room.KEPT_KEY}。"
        raise BadSettings([f"{settings_room.PREFIX}SECRET_FILE：{words}"])
    return ledger, secret


def mount_static(app: FastAPI, path: str, directory: Path) -> None:
    """Serve the program's own files, cacheable and open to everyone; the only mounts the audit
    accepts.
    """
    app.state.static_mounts.add(path)
    app.mount(path, StaticFiles(directory=directory), name=path.strip("/").replace("/", "-"))


def wrap(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost: proxy, log, headers, last resort, host."""
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(middleware.Heads)
    app.add_middleware(middleware.KnownHosts, hosts=settings.hosts)
    app.add_middleware(errors.LastResort)
    app.add_middleware(middleware.SecurityHeaders, secure=settings.secure)
    app.add_middleware(middleware.OfYear)
    app.add_middleware(middleware.RequestLog)
    if settings.root_path:
        app.add_middleware(middleware.SubPath, root=settings.root_path)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    reaper = asyncio.create_task(solving.reap_forever(app.state.ledger))
    with _told_to_stop(app.state.engine.leave):
        yield
    reaper.cancel()
    await run_in_threadpool(app.state.engine.close)
    app.state.ledger.close()


@contextmanager
def _told_to_stop(leave: Callable[[], None]) -> Iterator[None]:
    """Within it `leave` is called as soon as the signal to stop comes. uvicorn tells the
    application only when the last connection has gone, and whoever watches a search stays as long
    as it runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # a server inside a test: nobody sends it signals
        return
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def told(number: int, frame: FrameType | None) -> None:
        leave()
        handler = former[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in former:
        signal.signal(number, told)
    yield
