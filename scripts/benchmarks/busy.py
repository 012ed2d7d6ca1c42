"""忙时: three hundred experts save their free days while a plan is solved and a clerk works, on
several web workers.

Twice: twenty at a time, each sending the next as soon as one is answered, which shows how much the
house can bear; and all within a minute of the last reminder, which is as busy as it gets.

`python -m scripts.benchmarks.busy [DATABASE_URL] [--workers 2]`, on an empty database (without one:
a SQLite file that is thrown away). Half, 95 and 99 of a hundred answers came within the times that
are printed, by kind of request; seconds of processor time are those of the web workers and of the
search apart. On a machine that does other things, only the latter mean much.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path
from random import Random
from statistics import quantiles

from api.identity import signin
from api.identity.holder import Holder
from award.applicants import applicants
from award.applicants.core.applicant import ApplicantFields, Trade
from award.year import years as award_years
from award.year.store import YearFields
from expert_pool import register
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.ledger import migrate
from scripts import console
from scripts.benchmarks.measure_register import Site, at_once, serving

YEAR = 2097
FIRST, LAST = date(YEAR, 9, 8), date(YEAR, 9, 26)
EXPERTS, FIRMS, AT_A_TIME, ROUNDS, MINUTE = 300, 40, 20, 2, 60
PAGES = ("/", "/round", "/experts", "/board", "/applicants", "/api/v1/experts?limit=200")
SAVE = "评审员保存"
Session = tuple[str, str]
TRADES = ("1763", "3352", "2438")


def main() -> int:
    asked = argparse.ArgumentParser(description="忙时的答复时间。")
    asked.add_argument(
        "database", nargs="?", default="", help="空库的地址，PostgreSQL 或 SQLite；不写就另造。"
    )
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="busy-") as folder:
        database = given.database or f"sqlite:///{folder}/busy.db"
        migrate.upgrade(database)
        with serving(database, Path(folder), given.workers) as site:
            for line in at_once(site, f"{given.workers} 个网页进程"):
                console.out.print(f"{line.what}：{line.figure}", markup=False)
            work(site)
    return 0


@dataclass
class Measured:
    """Milliseconds and answers by kind of request."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True)
class Hour:
    """The house with its people, each asking in her session."""

    site: Site
    clerk: Session
    people: Sequence[Session]

    def save(self, seen: Measured, number: int, due: float | None = None) -> None:
        """The `number`-th save of all: everybody's first, then everybody's second and so on."""
        version = 1 + number // EXPERTS
        body = {
            "absences": [{"date": f"{YEAR}-09-{9 + version:02}", "half": "AM"}],
            "text": "",
            "first": FIRST.isoformat(),
            "last": LAST.isoformat(),
        }
        path, person = f"/api/v1/my/availability/{YEAR}", self.people[number % EXPERTS]
        ask = partial(self.site.ask, person, "PUT", path, body, version)
        seen.told[SAVE][timed(seen.times[SAVE], due, ask)] += 1

    def read(self, seen: Measured, number: int, due: float | None = None) -> None:
        page = PAGES[number % len(PAGES)]
        ask = partial(self.site.ask, self.clerk, "GET", page)
        seen.told[page][timed(seen.times[page], due, ask)] += 1


def work(site: Site) -> None:
    hour = Hour(site, *settle(site))
    seconds = {"seconds": 60 + MINUTE}
    status, answer = site.ask(hour.clerk, "POST", f"/api/v1/years/{YEAR}/jobs", seconds)
    console.out.print(f"开始求解：{status} {answer.decode()[:200]}", markup=False)
    show(site, f"{EXPERTS} 人各存 {ROUNDS} 次，{AT_A_TIME} 人同时、一个接一个", partial(rush, hour))
    show(site, f"{EXPERTS} 人在 {MINUTE} 秒里各存一次", partial(minute, hour))


def rush(hour: Hour, seen: Measured) -> None:
    with ThreadPoolExecutor(AT_A_TIME) as hands, ThreadPoolExecutor(1) as desk:
        looked = [desk.submit(hour.read, seen, number) for number in range(60)]
        for version in range(ROUNDS):
            first = version * EXPERTS
            list(hands.map(partial(hour.save, seen), range(first, first + EXPERTS)))
        for one in looked:
            one.result()


def minute(hour: Hour, seen: Measured) -> None:
    """An answer's time counts from when it was due to be asked for, so that waiting for one's turn
    is not left out.
    """
    chance = Random(YEAR)
    saves = ((chance.uniform(0, MINUTE), hour.save, ROUNDS * EXPERTS + k) for k in range(EXPERTS))
    reads = ((float(second), hour.read, second) for second in range(MINUTE))
    began = time.perf_counter()
    with ThreadPoolExecutor(EXPERTS) as hands:
        asked = []
        for after, act, number in sorted([*saves, *reads], key=itemgetter(0)):
            due = began + after
            time.sleep(max(0.0, due - time.perf_counter()))
            asked.append(hands.submit(act, seen, number, due))
        for one in asked:
            one.result()


def show(site: Site, what: str, load: Callable[[Measured], None]) -> None:
    seen, before, search = Measured(), site.work(), _search(site)
    began = time.perf_counter()
    load(seen)
    took = time.perf_counter() - began
    search = _search(site) - search
    web = site.work() - before - search
    console.out.print(
        f"{what}，求解和经办同时进行：{took:.1f} s；"
        f"网页处理器 {web / 1000:.1f} s，求解 {search / 1000:.1f} s",
        markup=False,
    )
    pages = [one for kind, some in seen.times.items() if kind != SAVE for one in some]
    for kind, some in {**seen.times, "经办的各页": pages}.items():
        answers = dict(sorted(seen.told[kind].items())) if kind in seen.told else ""
        console.out.print(f"{kind}：{_figures(some)} {answers}", markup=False)


def _search(site: Site) -> float:
    """Milliseconds of processor time of the solving processes that live now."""
    used = [
        one.cpu_times()
        for one in site.process.children(recursive=True)
        if any("forkserver" in part for part in one.cmdline())
    ]
    return float(sum(one.user + one.system for one in used)) * 1000


def timed(times: list[float], due: float | None, ask: Callable[[], tuple[int, bytes]]) -> int:
    began = time.perf_counter() if due is None else due
    status, _ = ask()
    times.append((time.perf_counter() - began) * 1000)
    return status


def _figures(times: Sequence[float]) -> str:
    ranked = quantiles(times, n=100, method="inclusive")
    marks = ("p50", ranked[49]), ("p95", ranked[94]), ("p99", ranked[98]), ("最长", max(times))
    return "，".join(f"{name} {value:.0f} ms" for name, value in marks)


def settle(site: Site) -> tuple[Session, list[Session]]:
    """Three hundred appointed and signed experts, forty applicants, a clerk; their sessions."""
    with site.ledger.write(SYSTEM) as uow:
        award_years.open_year(uow, YEAR, YearFields(f"{YEAR}年度", FIRST, LAST))
        people = []
        for number in range(EXPERTS):
            wanted = ExpertFields(
                f"忙时{number}",
                f"{chr(0x5000 + number)}{chr(0x6000 + number)}研究院",
                leader=number % 5 == 0,
                quality=number % 3 == 0,
                industries=(Industry(TRADES[number % 3], confirmed=True),),
            )
            uid = register.enrol(uow, wanted)
            register.appoint(uow, uid, "reviewer", date(YEAR, 1, 1), date(YEAR, 12, 31))
            register.sign_declaration(uow, uid, YEAR, "1", "a" * 64, "benchmark")
            register.save_availability(uow, uid, YEAR, (), "", 0, FIRST, LAST)
            people.append((uid, wanted.name))
        for number in range(FIRMS):
            name = f"诸暨市{chr(0x7000 + number)}{chr(0x8000 + number)}有限公司"
            trade = Trade(TRADES[number % 3], "", True)
            firm = ApplicantFields(
                name=name,
                award="QUALITY",
                town_code="330681005",
                employees=200,
                industries=(trade,),
            )
            applicants.enter_applicant(uow, YEAR, firm)
        clerk = signin.create_account(
            uow, "mangshi", "忙时", Role.SECRETARIAT, "mang-shi-kou-ling-2097-x", demo=True
        )
        uow.commit()
    sessions = [site.token(Holder(uid, name, Role.EXPERT)) for uid, name in people]
    return site.token(Holder(clerk, "忙时", Role.SECRETARIAT)), sessions


if __name__ == "__main__":
    sys.exit(main())
