"""专家库的实测: how fast its lists, searches and imports are, and what happens when two hundred
people save at once.

Against a real server in a process of its own, on a copy of a database that the demonstration made,
over HTTP as a browser comes.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import psutil
from sqlalchemy import select

from api import settings
from api.identity import signin
from api.identity.holder import Holder
from api.identity.sessions import Client, Desk
from award.applicants import rosters_in as intake
from award.scoring.follow import open_ledger
from award.year import store as year_store
from award.year import years as award_years
from award.year.store import YearFields
from expert_pool import plain, register, store
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Actor, Role
from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, backup, migrate
from expert_pool.spreadsheet import guard, write_table
from expert_pool.tables import Expert
from scripts import console
from scripts.benchmarks.table import machine
from scripts.operate import utc_now

LISTS = (
    "/",
    "/experts",
    "/experts?page=3",
    "/round",
    "/round?show=all",
    "/round/outbox",
    "/applicants",
    "/board",
    "/calendar",
    "/candidates",
    "/pool",
    "/pool?n=40",
    "/pool/workload?span=10",
    "/supervision",
    "/recusals",
    "/import",
    "/retention",
    "/api/v1/experts?limit=200",
)
PHONE = ("/me", "/me/data", "/me/conflicts", "/me/days")
PACKAGES = ("sqlalchemy", "fastapi", "python-calamine")
ROUNDS = 40
AT_ONCE = 200
IMPORTED = guard.MAX_ROWS


@dataclass(frozen=True)
class Line:
    """One figure with what it may be at most."""

    what: str
    figure: str
    limit: str
    kept: bool


@dataclass(frozen=True)
class Site:
    """A running server and the tokens of whoever has a session on it."""

    port: int
    process: psutil.Process
    ledger: Ledger
    desk: Desk

    def token(self, holder: Holder) -> tuple[str, str]:
        opened = self.desk.open(
            holder, timedelta(hours=8), Client("127.0.0.1", "benchmark"), utc_now()
        )
        return opened.token, opened.signed_in.csrf_token

    def work(self) -> float:
        """Milliseconds of processor time that the server has taken so far: what another program on
        the machine does is not in it.
        """
        all_of_it = [self.process, *self.process.children(recursive=True)]
        used = [one.cpu_times() for one in all_of_it]
        return float(sum(one.user + one.system for one in used)) * 1000

    def ask(
        self,
        session: tuple[str, str],
        method: str,
        path: str,
        body: object = None,
        match: int | None = None,
    ) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": f"session={session[0]}",
            "X-CSRF-Token": session[1],
            "Accept": "text/html,application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        if match is not None:
            headers["If-Match"] = f'"{match}"'
        try:
            line.request(method, path, data, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


def measure(database: Path | None, postgres: str) -> int:
    """A Markdown table an engine on standard output; exit code 1 when a limit was not kept.

    `database`: a SQLite file of `demo`, whose key lies beside it; None: one is made, with 300
    people and ten earlier years. `postgres`: address of an empty database that gets the same, or
    "".
    """
    console.out.print(
        f"{machine(utc_now().date(), PACKAGES)}，SQLite {sqlite3.sqlite_version}，负荷"
        f" {os.getloadavg()[0]:.1f}",
        markup=False,
    )
    with tempfile.TemporaryDirectory(prefix="measure-") as name:
        folder = Path(name)
        url, key = f"sqlite:///{folder}/pool.db", folder / "secret.key"
        if database is None:
            demonstration(url, settings.read_secret(key))
        else:
            _copied(database, folder / "pool.db", key)
        lines = [*measured(url, folder, "SQLite"), *imports(folder)]
        show("SQLite", lines)
        if postgres:
            demonstration(postgres, settings.read_secret(key))
            others = measured(postgres, folder, "PostgreSQL")
            show("PostgreSQL", others)
            lines += others
    return 0 if all(line.kept for line in lines) else 1


def _copied(database: Path, target: Path, key: Path) -> None:
    backup.backup(f"sqlite:///{database}", target)
    beside = database.with_name(key.name)
    if beside.exists():
        shutil.copy(beside, key)
    migrate.upgrade(f"sqlite:///{target}")


def measured(url: str, folder: Path, engine: str) -> list[Line]:
    with serving(url, folder) as site:
        return [*pages(site), *searches(site), *at_once(site, engine)]


def show(engine: str, lines: Sequence[Line]) -> None:
    console.out.print(f"\n{engine}\n\n| 项目 | 实测 | 上限 |\n|---|---|---|", markup=False)
    for line in lines:
        console.out.print(
            f"| {line.what} | {line.figure}{'' if line.kept else '（超出）'} | {line.limit} |",
            markup=False,
        )


@contextmanager
def serving(url: str, folder: Path, workers: int = 1) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {
        "database_url": url,
        "data_dir": folder,
        "secret_file": folder / "secret.key",
        "public_url": f"http://127.0.0.1:{port}",
    }
    loaded = settings.load(**given)
    secret = settings.read_secret(loaded.secret_file)
    environment = {
        **os.environ,
        **{f"{settings.PREFIX}{name.upper()}": str(value) for name, value in given.items()},
    }
    serve = f"run_serve('127.0.0.1', {port}, {workers})"
    program = f"from scripts.serving import run_serve; raise SystemExit({serve})"
    command = [sys.executable, "-c", program]
    server = subprocess.Popen(  # noqa: S603
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    ledger = open_ledger(url, utc_now)
    try:
        _wait(port)
        yield Site(port, psutil.Process(server.pid), ledger, Desk(ledger, loaded, secret))
    finally:
        server.terminate()
        server.wait(300)  # workers that are just starting end when they have started
        ledger.close()


def _wait(port: int) -> None:
    for _ in range(6000):  # a busy machine takes its time
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise Refusal("no-server", "测试用的服务没有启动。")


# pages
# --------------------------------------------------------------------------------------------------


def pages(site: Site) -> list[Line]:
    """Every list, one request after the other; the first of each is left out (templates are
    compiled once).
    """
    with site.ledger.read() as session:
        clerk = next(one for one in signin.accounts(session) if one.role is Role.SECRETARIAT)
        today = utc_now().date()
        years = year_store.years(session, SYSTEM_VIEWER)
        people = store.experts(session, SYSTEM_VIEWER, max(one.year for one in years), today)
    staff = site.token(Holder(clerk.uid, clerk.name, Role.SECRETARIAT))
    signed = next(row for row in people if row.state.declared)
    own = site.token(Holder(signed.uid, signed.fields.name, Role.EXPERT))
    console.err.print(f"{len(people)} 人，{len(years)} 个年度", markup=False)
    return [
        *(
            _page(
                site,
                staff,
                path,
                f"{path}（{len(people)} 人，{len(years)} 个年度）" if path == "/experts" else path,
            )
            for path in LISTS
        ),
        *(_page(site, own, path, f"手机 {path}") for path in PHONE),
    ]


def _page(site: Site, session: tuple[str, str], path: str, title: str) -> Line:
    before = site.work()
    times = timed(lambda: _good(site.ask(session, "GET", path), path), ROUNDS)
    figure = f"p95 {p95(times):.0f} ms，处理器 {(site.work() - before) / (ROUNDS + 1):.0f} ms"
    console.err.print(f"{title}：{figure}", markup=False)
    return Line(f"`{title}`", figure, "300 ms", p95(times) < 300)


def _good(answer: tuple[int, bytes], path: str) -> None:
    if answer[0] != 200:
        raise Refusal(
            "bad-answer", f"{path} 答复 {answer[0]}：{answer[1][:200].decode('utf-8', 'replace')}"
        )


def searches(site: Site) -> list[Line]:
    """By name, sound, initials, trade and employer, in the store: what the search itself costs on
    top of drawing a page.
    """
    with site.ledger.read() as session:
        row = store.experts(session, SYSTEM_VIEWER, 2026, date(2026, 9, 1))[7]
        sounds = str(session.scalar(select(Expert.pinyin).where(Expert.uid == row.uid)))
    words = {
        "姓名": row.fields.name,
        "拼音": sounds.split()[0],
        "首字母": sounds.split()[-1],
        "行业": "袜业",
        "单位": row.fields.employer[:6],
    }
    lines = []
    for kind, word in words.items():

        def search(word: str = word) -> None:
            with site.ledger.read() as session:
                assert store.experts(session, SYSTEM_VIEWER, 2026, date(2026, 9, 1), search=word)

        before = time.process_time()
        times = timed(search, ROUNDS)
        figure = (
            f"p95 {p95(times):.0f} ms，处理器"
            f" {(time.process_time() - before) * 1000 / (ROUNDS + 1):.0f} ms"
        )
        lines.append(Line(f"搜索：{kind}", figure, "100 ms", p95(times) < 100))
    return lines


def timed(act: Callable[[], None], rounds: int) -> list[float]:
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times


def p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


# imports
# --------------------------------------------------------------------------------------------------


def imports(folder: Path) -> list[Line]:
    """`IMPORTED` people from a workbook into an empty register: read, shown, written; one row more
    is refused.
    """
    url = f"sqlite:///{folder}/import.db"
    migrate.upgrade(url)
    ledger = open_ledger(url, utc_now)
    clerk = Actor("a-benchmark", "实测", Role.SECRETARIAT)
    with ledger.write(clerk) as uow:
        award_years.open_year(
            uow, 2026, YearFields("2026年度", date(2026, 9, 7), date(2026, 9, 25))
        )
        uow.commit()
    before = _work_of_all()
    marks: list[float] = [time.perf_counter()]
    batch = intake.open_batch(ledger, clerk, "experts", 2026, _workbook(IMPORTED), "两万行.xlsx")
    marks.append(time.perf_counter())
    with ledger.read() as session:
        found = intake.dry_run(session, SYSTEM_VIEWER, batch)
    marks.append(time.perf_counter())
    told = intake.apply(ledger, clerk, SYSTEM_VIEWER, batch, found.batch.row.version)
    marks.append(time.perf_counter())
    work = _work_of_all() - before
    took, looked, wrote = (after - before for before, after in pairwise(marks))
    try:
        intake.open_batch(ledger, clerk, "experts", 2026, _workbook(IMPORTED + 1), "多一行.xlsx")
        refusal = ""
    except Refusal as refused:
        refusal = refused.message_zh
    ledger.close()
    total = took + looked + wrote
    figure = (
        f"{total:.1f} s（读 {took:.1f}，试读 {looked:.1f}，写入 {wrote:.1f}；处理器 {work:.1f}"
        f" s），新增 {told['new']:,} 人"
    )
    return [
        Line(f"导入 {IMPORTED:,} 行", figure, "10 s", total < 10 and told["new"] == IMPORTED),
        Line(f"导入 {IMPORTED + 1:,} 行", f"拒绝：“{refusal}”", "明确拒绝", bool(refusal)),
    ]


def _work_of_all() -> float:
    """Seconds of processor time of this process and of the readers it has started."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _workbook(rows: int) -> bytes:
    headings = ("姓名", "性别", "工作单位", "职称", "手机", "熟悉行业", "不能参加的时间")
    said = ("9.8-9.11", "无", "每周三下午", "9月14日上午")
    people = (
        (
            f"赵{chr(0x4E00 + n % 20_000)}",
            "男女"[n % 2],
            f"单位{n % 500}",
            "高级工程师",
            f"138{n:08d}",
            "袜业、弹簧",
            said[n % 4],
        )
        for n in range(rows)
    )
    return write_table(headings, list(people), "专家台账")


# at once
# --------------------------------------------------------------------------------------------------


def at_once(site: Site, engine: str) -> list[Line]:
    """Two hundred people save their free days in the same moment; two hundred hands change one
    record.
    """
    year = 2098
    with site.ledger.write(SYSTEM) as uow:
        wanted = YearFields(f"{year}年度", date(year, 9, 8), date(year, 9, 26))
        award_years.open_year(uow, year, wanted)
        uids = [
            register.enrol(
                uow, ExpertFields(f"同时{n}", f"单位{n}", industries=(Industry("1763"),))
            )
            for n in range(AT_ONCE)
        ]
        clerk = signin.create_account(
            uow, "shice", "实测", Role.SECRETARIAT, "shi-ce-kou-ling-2098-x", demo=True
        )
        uow.commit()
    sessions = [site.token(Holder(uid, "同时", Role.EXPERT)) for uid in uids]
    body = {
        "absences": [{"date": f"{year}-09-08", "half": "AM"}],
        "text": "",
        "first": f"{year}-09-08",
        "last": f"{year}-09-26",
    }
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as hands:
        said = Counter(
            hands.map(
                lambda one: site.ask(one, "PUT", f"/api/v1/my/availability/{year}", body, 0)[0],
                sessions,
            )
        )
    seconds = time.perf_counter() - began
    with site.ledger.read() as session:
        stored = sum(
            answer.away == {(date(year, 9, 8), "AM")}
            for answer in plain.answers(session, year).values()
        )
    saves = Line(
        f"{AT_ONCE} 人同时保存时间（{engine}）",
        f"{stored} 份存下，答复 {_told(said)}，{seconds:.1f} s",
        f"{AT_ONCE} 份，无差错",
        stored == said[204] == AT_ONCE,
    )
    staff = site.token(Holder(clerk, "实测", Role.SECRETARIAT))
    with ThreadPoolExecutor(AT_ONCE) as hands:
        edits = Counter(
            hands.map(
                lambda n: site.ask(
                    staff, "PATCH", f"/api/v1/experts/{uids[0]}", {"title": f"第{n}次"}, 1
                )[0],
                range(AT_ONCE),
            )
        )
    one = Line(
        f"{AT_ONCE} 次同时改一份资料（{engine}）",
        f"答复 {_told(edits)}",
        "恰好一次成功",
        edits == {204: 1, 412: AT_ONCE - 1},
    )
    return [saves, one]


def _told(said: Counter[int]) -> str:
    return "、".join(f"{status} × {count}" for status, count in sorted(said.items()))


def demonstration(url: str, secret: bytes) -> None:
    """Fills what is measured when nothing is named; `secret`: the key it will be served with."""
    from scripts.demo import Wishes, build

    build(
        url,
        Wishes(years=10, experts=300, time_limit=5.0),
        lambda text: console.err.print(text, markup=False),
        lambda _: None,
        lambda: "shi-ce-kou-ling-0000",
        utc_now(),
        secret,
    )
