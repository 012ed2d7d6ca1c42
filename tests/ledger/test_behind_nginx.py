"""Four web workers on PostgreSQL behind nginx, as deploy/nginx.conf has it, under a sub-path:
signing in, saving, a solve with its progress, feeds, limits shared by all, and one of them killed
while people save.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api import settings as settings_room
from api.identity.holder import Holder
from api.identity.sessions import Client, Desk
from assignment.edit import revalue
from assignment.solution import SolverInfo
from award.groups import plans
from award.groups.snapshot import build_problem
from award.scoring.follow import open_ledger
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.ledger import Ledger, audit, migrate
from scripts.benchmarks import busy
from scripts.benchmarks.office import by_hand
from scripts.operate import utc_now
from tests.conftest import ARGUMENTS, CHROMIUM
from tests.storage import drop_database, new_database

pytestmark = [pytest.mark.long, pytest.mark.postgres]
ROOT = Path(__file__).parents[2]
HOST, PREFIX = "pingshen.example.gov.cn", "/pingshen"
OUTSIDE = f"https://{HOST}{PREFIX}"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
PASSWORD = "mang-shi-kou-ling-2097-x"
EXPERTS, SAVES, READS = 24, 10, 15
WORKERS = 4
SERVE = ("serve", "--workers", str(WORKERS), "--port")


@dataclass
class House:
    """The service as it is reached from outside, and what stands behind it."""

    outside: int
    inside: int
    server: psutil.Process
    ledger: Ledger
    desk: Desk
    people: list[str]
    log: Path

    def client(self, uid: str = "", name: str = "", role: Role = Role.EXPERT) -> httpx.Client:
        """Signed in when somebody is named; never more than one request to a connection, so that
        either worker may answer the next.
        """
        client = httpx.Client(
            base_url=f"https://127.0.0.1:{self.outside}{PREFIX}",
            headers={"Host": HOST, "Origin": f"https://{HOST}", "Connection": "close"},
            verify=False,
            trust_env=False,
            timeout=60,
        )
        if uid:
            holder = Holder(uid, name, role)
            opened = self.desk.open(holder, timedelta(hours=1), Client("1", "t"), utc_now())
            client.headers["Cookie"] = f"__Host-session-pingshen={opened.token}"
            client.headers["X-CSRF-Token"] = opened.signed_in.csrf_token
        return client

    def workers(self) -> list[psutil.Process]:
        return [one for one in self.server.children() if _works(one)]


def _works(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # one that was killed may linger a while
        return any("spawn_main" in part for part in process.cmdline())
    return False


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _configured(folder: Path, plain: int, outside: int, inside: int) -> Path:
    """deploy/nginx.conf with the ports of this test, and the sub-path as its last lines say."""
    text = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{outside} ssl;"),
        ("127.0.0.1:8000", f"127.0.0.1:{inside}"),
        ("/etc/ssl/expert-pool", str(folder)),
        ("location = /metrics", f"location = {PREFIX}/metrics"),
        ("location / {", f"location {PREFIX}/ {{"),
    ):
        assert old in text
        text = text.replace(old, new)
    kept = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; events {{}}\n"
        f"http {{ {kept}\n{text} }}\n",
        "utf-8",
    )
    return file


@contextmanager
def _running(
    command: list[str], port: int, more: dict[str, str], told: Path
) -> Iterator[psutil.Process]:
    with told.open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **more}, stdout=subprocess.DEVNULL, stderr=log
        )
    try:
        for _ in range(6000):  # four workers start on a machine that may do other things
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail(f"nothing answers at {port}: {told.read_text('utf-8')}")
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(120)  # a worker that is just starting ends when it has started


def _certificate(folder: Path) -> None:
    key, chain = str(folder / "privkey.pem"), str(folder / "fullchain.pem")
    subject = ["-subj", f"/CN={HOST}", "-days", "2"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run([*made, "-keyout", key, "-out", chain], check=True, capture_output=True)


def _folder(factory: pytest.TempPathFactory) -> Path:
    """With a certificate, and open to the proxy's own user."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("反向代理的测试未运行：没有 nginx 或 openssl")
    folder = factory.mktemp("nginx")
    folder.chmod(0o755)
    _certificate(folder)
    return folder


def _proxy(folder: Path, plain: int, outside: int, inside: int) -> list[str]:
    assert NGINX is not None
    return [NGINX, "-c", str(_configured(folder, plain, outside, inside))]


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, postgres_admin: str, postgres_template: str
) -> Iterator[House]:
    folder = _folder(tmp_path_factory)
    plain, outside, inside = _free(), _free(), _free()
    log = folder / "serve.log"
    url = new_database(postgres_admin, postgres_template)
    migrate.upgrade(url)
    given = {
        "database_url": url,
        "data_dir": str(folder),
        "secret_file": str(folder / "secret.key"),
        "public_url": OUTSIDE,
        "trusted_proxies": "127.0.0.1",
    }
    loaded = settings_room.load(**given)
    secret = settings_room.read_secret(loaded.secret_file)
    ledger = open_ledger(url, utc_now, secret)
    more = {f"{settings_room.PREFIX}{name.upper()}": value for name, value in given.items()}
    serve = [sys.executable, "-c", "from scripts.cli import app; app()", *SERVE, str(inside)]
    proxy = _proxy(folder, plain, outside, inside)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(busy, "EXPERTS", EXPERTS)
        small.setattr(busy, "FIRMS", 6)
        desk = Desk(ledger, loaded, secret)
        people: list[str] = []

        class Settled:
            def __init__(self) -> None:
                self.ledger = ledger

            def token(self, holder: Holder) -> tuple[str, str]:
                people.append(holder.uid)
                return "", ""

        busy.settle(Settled())  # type: ignore[arg-type]
    try:
        with (
            _running(serve, inside, more, log) as server,
            _running(proxy, outside, {}, folder / "nginx"),
        ):
            yield House(outside, inside, server, ledger, desk, people, log)
    finally:
        ledger.close()
        drop_database(postgres_admin, url)


def test_the_proxy_itself_speaks_chinese(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where nobody stands behind it, and to who sends too much."""
    folder, outside = _folder(tmp_path_factory), _free()
    address = f"https://127.0.0.1:{outside}{PREFIX}/import"
    with (
        _running(_proxy(folder, _free(), outside, _free()), outside, {}, folder / "nginx"),
        httpx.Client(headers={"Host": HOST}, verify=False, trust_env=False, timeout=60) as client,
    ):
        away = client.get(address)
        large = client.post(address, content=bytes(13_000_000))
    assert (away.status_code, large.status_code) == (502, 413)
    assert "已经办成的不会重复" in away.text and "文件太大" in large.text
    for one in (away, large):
        assert one.headers["content-type"] == "text/html; charset=utf-8"


def test_addresses_are_those_from_outside(house: House) -> None:
    with house.client() as stranger:
        moved = stranger.get("/experts", headers={"Accept": "text/html"})
        assert (moved.status_code, moved.headers["location"].split("?")[0]) == (
            303,
            f"{PREFIX}/login",
        )
        page = stranger.get("/login").text
        assert set(re.findall(r'(?:href|src|action)="(/[^"/]*)', page)) == {PREFIX}
        given = {"login": "mangshi", "password": PASSWORD}
        answer = stranger.post("/login", data=given)
        assert answer.status_code == 303 and answer.headers["location"].startswith(PREFIX)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-session-pingshen=")
        assert "Secure" in cookie and "Path=/;" in cookie and "HttpOnly" in cookie
        assert stranger.get("/metrics").status_code == 404
    with house.client(house.people[0], "忙时0") as expert:
        feed = expert.post("/api/v1/my/feed").json()["path"]
    with house.client() as calendar:
        file = calendar.get(feed)
        assert file.status_code == 200 and file.text.startswith("BEGIN:VCALENDAR")
        assert f"127.0.0.1:{house.inside}" not in file.text


def test_guesses_are_counted_by_all_workers_together(house: House) -> None:
    told = []
    for _ in range(12):
        with house.client() as guesser:
            given = {"login": "nobody", "password": "wrong-wrong-wrong"}
            told.append(guesser.post("/api/v1/session", json=given).status_code)
    assert told == [401] * 10 + [429] * 2


def test_a_form_sent_twice_at_once_is_one_act(house: House) -> None:
    clerk = house.client(house.people[-1], "忙时", Role.SECRETARIAT)
    page = f"/experts/{house.people[0]}"
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', clerk.get(page).text)
    assert token is not None
    del clerk.headers["X-CSRF-Token"]
    form = {"csrf_token": token[1], "reason": "出国进修一年", "scope": "open"}
    with ThreadPoolExecutor(2) as hands:
        sent = [hands.submit(partial(clerk.post, f"{page}/suspend", data=form)) for _ in range(2)]
        places = [one.result().headers.get("location") for one in sent]
    assert places[0] == places[1] is not None
    with house.ledger.read() as session:
        assert len(audit.entries(session, SYSTEM_VIEWER, kind="suspension")) == 1


def test_a_solve_tells_its_progress_while_it_runs(house: House) -> None:
    clerk = house.client(house.people[-1], "忙时", Role.SECRETARIAT)
    job = clerk.post(f"/api/v1/years/{busy.YEAR}/jobs", json={"seconds": 6}).json()
    came: list[float] = []
    over = ""
    path = f"/api/v1/jobs/{job['uid']}/events"
    with clerk.stream("GET", path, timeout=180) as answer:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                came.append(time.monotonic())
                over = line
    assert over == "event: over" and len(came) >= 3
    assert came[-1] - came[0] > 1.0  # as they were told, not all at the end


@pytest.fixture(scope="module")
def outside_browser(browser: Any, house: House) -> Iterator[Any]:
    """Finds the proxy of this test under the address that the world knows."""
    found = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{house.outside}"
    running = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, found])
    yield running
    running.close()


def test_a_clerk_works_over_four_workers(house: House, outside_browser: Any) -> None:
    """Logs in, drags a visit to another half-day, takes it back, finds the calendar's file,
    signs out: each request may meet another worker.
    """
    draft(house)
    context = outside_browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", ignore_https_errors=True
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.goto(f"{OUTSIDE}/login")
    page.fill("[name=login]", "mangshi")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{OUTSIDE}/")
    page.goto(f"{OUTSIDE}/calendar")
    drag(page)
    page.wait_for_url("**/board?plan=*")
    assert "方案已调整" in page.inner_text("body")
    page.click("button:has-text('撤销：')")
    page.wait_for_load_state()
    assert "已撤销上一步" in page.inner_text("body")
    page.goto(f"{OUTSIDE}/calendar")
    paths = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    assert [one for one in paths if one.startswith(f"{PREFIX}/") and one.endswith("/calendar.ics")]
    page.click("button[title='退出登录']")
    page.wait_for_url("**/login*")
    page.goto(f"{OUTSIDE}/board")
    assert "/login" in page.url
    assert complaints == []


def draft(house: House) -> None:
    clerk = Actor(house.people[-1], "忙时", Role.SECRETARIAT)
    with house.ledger.write(clerk) as uow:
        snapshot = build_problem(uow.session, busy.YEAR)
        plan = by_hand(snapshot.problem).with_(solver=SolverInfo("by hand", 1, 0.0, 1, True))
        plan = revalue(snapshot.problem, plan)
        plans.save_draft(uow, busy.YEAR, snapshot.problem, plan, snapshot.names)
        uow.commit()


def drag(page: Any) -> None:
    """A visit to the first half-day of its row that is free for it."""
    bar = page.locator("[data-pick^='visit=']").first
    row = page.locator("tr[data-row]", has=bar).first
    bar.hover()
    page.mouse.down()
    page.mouse.move(700, 400, steps=4)
    free = row.locator("[data-spot].can-drop").first
    free.wait_for(state="visible")
    free.hover()
    free.hover()
    page.mouse.up()


def test_no_saved_answer_is_lost_when_a_worker_is_killed(house: House) -> None:
    """Who got 204 has what he saved; who got 502 or a broken line was told so; and the dead
    worker is replaced.
    """
    before = {one.pid for one in house.workers()}
    assert len(before) == WORKERS
    saved: dict[str, int] = {}
    told: dict[int, int] = {}

    def save(uid: str) -> None:
        with house.client(uid, "某专家") as expert:
            for version in range(1, 1 + SAVES):
                answer = expert.put(
                    f"/api/v1/my/availability/{busy.YEAR}",
                    json={
                        "absences": [{"date": f"{busy.YEAR}-09-{9 + version:02}", "half": "AM"}],
                        "text": "",
                        "first": busy.FIRST.isoformat(),
                        "last": busy.LAST.isoformat(),
                    },
                    headers={"If-Match": f'"{saved.get(uid, 1)}"'},
                )
                told[answer.status_code] = told.get(answer.status_code, 0) + 1
                if answer.status_code == 204:
                    saved[uid] = saved.get(uid, 1) + 1
                else:
                    return

    def read() -> None:
        """Whoever only looks never sees that a worker died: another one is asked."""
        with house.client(house.people[-1], "忙时", Role.SECRETARIAT) as clerk:
            for _ in range(READS):
                looked.append(clerk.get("/experts").status_code)

    looked: list[int] = []
    with ThreadPoolExecutor(8) as hands, ThreadPoolExecutor(4) as desks:
        asked = [hands.submit(save, uid) for uid in house.people[:EXPERTS]]
        asked += [desks.submit(read) for _ in range(4)]
        time.sleep(1)
        os.kill(min(before), signal.SIGKILL)
        for one in asked:
            one.result()
    assert looked == [200] * 4 * READS
    assert set(told) <= {204, 412, 502, 504} and told[204] > 2 * EXPERTS, told
    with house.client() as reader:
        for uid, version in saved.items():
            reader.headers.update(house.client(uid, "某专家").headers)
            kept = reader.get(f"/api/v1/my/availability/{busy.YEAR}")
            assert kept.json()["version"] in (version, version + 1), (uid, version)
    for _ in range(600):
        if len(house.workers()) == WORKERS and {one.pid for one in house.workers()} != before:
            break
        time.sleep(0.2)
    assert len(house.workers()) == WORKERS
    (line,) = [one for one in house.log.read_text("utf-8").splitlines() if "worker-died" in one]
    said = json.loads(line)
    assert (said["worker"], said["exit_code"]) == (min(before), -signal.SIGKILL)
    with house.ledger.read() as session:
        assert audit.verify(session) == []


def test_figures_are_those_of_all_workers(house: House) -> None:
    direct = httpx.Client(base_url=f"http://127.0.0.1:{house.inside}", trust_env=False, timeout=60)

    def counted() -> float:
        text = direct.get("/metrics", headers={"Connection": "close"}).text
        families = {family.name: family for family in text_string_to_metric_families(text)}
        assert families["expert_pool_memory_bytes"].samples[0].value > WORKERS * 100e6
        return sum(
            sample.value
            for sample in families["expert_pool_requests"].samples
            if sample.name.endswith("_total") and sample.labels["route"] == "/health/live"
        )

    first = counted()
    for _ in range(20):
        assert direct.get("/health/live", headers={"Connection": "close"}).status_code == 200
    assert counted() - first == 20
