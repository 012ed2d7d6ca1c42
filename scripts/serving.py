"""开服务: one web process, or several that answer at one port."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from api.kit import logs
from api.settings import LOOPBACK, PREFIX, BadSettings, Settings, load
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.engine import refusals
from scripts import console
from scripts.operate import DONE, REFUSED, keyed, say

if TYPE_CHECKING:
    from fastapi import FastAPI

COLLECTING = (20_000, 20, 50)  # thresholds of the garbage collector
# prometheus_client looks for this when it is imported (api/kit/metrics.py).
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
# EX_CONFIG of sysexits.h: starting once more mends nothing. The systemd unit knows it.
HOPELESS = 78
WANTS_SOMEBODY = frozenset(
    ("database-damaged", "schema-missing", "schema-old", "schema-new", "schema-foreign")
)
LEAVING_SECONDS = 10  # for answers under way when told to stop; what they save is saved either way
HUNG_SECONDS = 60  # a busy machine is no reason to kill a worker
TURN_SECONDS = 0.5

log = structlog.get_logger("expert_pool.serving")


def run_serve(host: str, port: int, workers: int = 1) -> int:
    """Open the server; several workers answer at one port, each a process of its own."""
    try:
        with refusals():
            return _open(host, port, workers)
    except (Refusal, BadSettings, OSError) as error:
        return _declined(error)


def _declined(error: Refusal | BadSettings | OSError) -> int:
    """Say it; the exit code tells whether another try may fare better."""
    say(error)
    lasting = isinstance(error, BadSettings) or getattr(error, "code", "") in WANTS_SOMEBODY
    return HOPELESS if lasting else REFUSED


def _open(host: str, port: int, workers: int) -> int:
    # Without a published address the server is for this machine alone, at the port it listens on.
    published = (
        {} if "EXPERT_POOL_PUBLIC_URL" in os.environ else {"public_url": f"http://127.0.0.1:{port}"}
    )
    settings = load(**published)
    refuse_open_http(settings, host)
    _free(host, port)
    # What every worker would refuse is refused here, once and before the slow part; several of them
    # would also race to make the first key.
    keyed().close()
    if workers == 1:
        return serve(settings, host, port)
    os.environ.update({f"{PREFIX}{name.upper()}": value for name, value in published.items()})
    return serve_together(settings, host, port, workers)


def refuse_open_http(settings: Settings, host: str) -> None:
    """Raises `BadSettings` when other machines could reach us and passwords would go in clear."""
    if host in LOOPBACK or settings.secure or settings.allow_http:
        return
    raise BadSettings(
        [
            f"监听地址 {host} 别的机器也连得上，口令和名单会明文经过网络。请在前面放终结 https 的"
            f"反向代理，把 {PREFIX}PUBLIC_URL 设为 https 地址；确在隔离内网用 http 的，另设"
            f" {PREFIX}ALLOW_HTTP=true 表示知悉风险；只在本机用的，不要写 --host。"
        ]
    )


def serve(settings: Settings, host: str, port: int) -> int:
    gc.set_threshold(*COLLECTING)  # while all is loaded too: the start is a sixth shorter
    from api.app import create_app

    app = create_app(settings)
    _say_where(settings)
    settle()
    config = _config(app, host, port)
    with suppress(KeyboardInterrupt):  # uvicorn hands the signal on once it has stopped
        Server(config).run()
    return DONE


def serve_together(settings: Settings, host: str, port: int, workers: int) -> int:
    """They count together, in a folder."""
    _say_where(settings)
    logs.configure(settings.log_level)
    with tempfile.TemporaryDirectory(prefix="expert-pool-") as folder:
        os.environ[SHARED_METRICS] = folder
        config = _config("scripts.serving:worker_app", host, port, factory=True, workers=workers)
        keeper = Keeper(config, [config.bind_socket()])
        keeper.run()
    return keeper.code


class Keeper(Multiprocess):
    """uvicorn's keeper of the web workers: one that has died is replaced. Ours tells of it, does
    not begin anew what cannot begin, and lets nobody wait for a worker that was only starting.
    """

    code = DONE

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._serving: set[int | None] = set()

    def keep_subprocess_alive(self) -> None:
        for place, worker in enumerate(self.processes):
            if self._answers(worker) or self.signal_queue:
                continue
            worker.kill()
            worker.join()
            log.warning("web-worker-died", worker=worker.pid, exit_code=worker.exitcode)
            if worker.exitcode in (STARTUP_FAILURE, HOPELESS):
                self.code = worker.exitcode
                self.should_exit.set()
                return
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()

    def _answers(self, worker: Process) -> bool:
        """Asked once; a signal that comes while it is waited for ends the waiting."""
        if not worker.process.is_alive():
            return False
        with suppress(OSError, EOFError):
            worker.parent_conn.send(b"ping")
            for _ in range(int(HUNG_SECONDS / TURN_SECONDS)):
                if worker.parent_conn.poll(TURN_SECONDS):
                    if worker.parent_conn.recv():
                        self._serving.add(worker.pid)
                    return True
                if self.signal_queue or not worker.process.is_alive():
                    return False
        return False

    def terminate_all(self) -> None:
        for worker in self.processes:
            if worker.pid in self._serving or worker.is_ready(TURN_SECONDS):
                worker.terminate()
            else:
                worker.kill()


def worker_app() -> FastAPI:
    """One of several web workers, made in its own process."""
    gc.set_threshold(*COLLECTING)
    from api.app import from_environment

    try:
        with refusals():
            app = from_environment()
    except (Refusal, BadSettings, OSError) as error:
        sys.exit(_declined(error))
    settle()
    return app


def settle() -> None:
    """What the program is made of stays: leaving it out of each collection takes the longest pauses
    out of the answers (p95 halved).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING)


def _say_where(settings: Settings) -> None:
    console.err.print(f"在浏览器打开 {settings.public_url} ；按 Ctrl-C 停止。", markup=False)


def _config(app: FastAPI | str, host: str, port: int, **more: Any) -> Config:
    # uvicorn's own access log would print personal links; ours leaves them out.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return Config(
        app,
        host=host,
        port=port,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        log_level="warning",
        backlog=1024,
        # Longer than a proxy keeps an idle connection (nginx: 60 s), or it now and then sends a
        # save into one that we are closing.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=LEAVING_SECONDS,
        **more,
    )


def _free(host: str, port: int) -> None:
    """Say it before the slow part of the start, and in words."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError:
        raise Refusal(
            "port", f"{host} 的端口 {port} 用不了，多半已被别的程序占用。请用 --port 换一个。"
        ) from None
