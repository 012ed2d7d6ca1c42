"""`demo`: make the demonstration database once, say its accounts and links, and serve it on this
machine only.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from award.groups.store import JobView
from expert_pool.ledger import migrate
from scripts import console, demo
from scripts.accounts import ROLES
from scripts.operate import DONE, answering, utc_now
from scripts.serving import serve

# Where the notes file says which address; the port may be another one next time.
SITE = "SITE"
# Syllables for passwords that can be read out and typed: four of 64 and four digits are 37 random
# bits, for a loopback demonstration.
SYLLABLES = (
    "an",
    "bai",
    "chun",
    "dan",
    "fen",
    "gao",
    "hai",
    "jin",
    "kan",
    "lan",
    "mei",
    "nan",
    "ping",
    "qing",
    "ran",
    "shan",
    "tao",
    "wan",
    "xue",
    "yun",
    "zhu",
    "bo",
    "cheng",
    "deng",
    "fang",
    "gui",
    "heng",
    "jing",
    "kai",
    "lin",
    "mao",
    "ning",
    "pan",
    "qiu",
    "rui",
    "song",
    "ting",
    "wei",
    "xin",
    "yang",
    "zhi",
    "bin",
    "chang",
    "dong",
    "fei",
    "guo",
    "hong",
    "jia",
    "kang",
    "ling",
    "ming",
    "nuo",
    "pu",
    "quan",
    "ru",
    "shu",
    "tong",
    "wen",
    "xiang",
    "yu",
    "zhou",
    "hua",
    "lei",
    "mu",
)


@answering
def run_demo(database: Path, wishes: demo.Wishes, fresh: bool, port: int | None) -> int:
    url = f"sqlite:///{database}"
    notes = database.with_name(database.stem + "-accounts.txt")
    if fresh:
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
    if not database.exists():
        _make(url, database, notes, wishes)
    else:
        migrate.upgrade(url)
    if notes.exists():
        console.out.print(
            notes.read_text(encoding="utf-8").replace(SITE, f"http://127.0.0.1:{port or 8000}"),
            markup=False,
        )
    if port is None:
        console.out.print(f"演示库：{database}。加 --serve 打开网页。", markup=False)
        return DONE
    from api.settings import load

    return serve(
        load(
            database_url=url,
            data_dir=database.parent,
            secret_file=_secret_file(database),
            public_url=f"http://127.0.0.1:{port}",
            log_level="warning",
        ),
        "127.0.0.1",
        port,
    )


def _secret_file(database: Path) -> Path:
    """The key that the demonstration is made and served with."""
    return database.with_name("demo-secret.key")


def _make(url: str, database: Path, notes: Path, wishes: demo.Wishes) -> None:
    """Under another name until it is whole, so that a break-off never leaves half a demonstration
    behind.
    """
    beside = database.with_name(database.name + ".part")
    for suffix in ("", "-wal", "-shm"):
        beside.with_name(beside.name + suffix).unlink(missing_ok=True)
    from api.settings import read_secret

    secret = read_secret(_secret_file(database))
    with _Watch(wishes.time_limit) as watch:
        told = demo.build(
            f"{url}.part", wishes, console.err.print, watch, new_password, utc_now(), secret
        )
    _write_notes(notes, told)
    beside.rename(database)


def _write_notes(notes: Path, told: demo.Told) -> None:
    table = Table(
        "登录名", "口令", "姓名", "角色", title="演示账号（只在演示库里有效）", title_justify="left"
    )
    for login, name, role, password in told.accounts:
        table.add_row(login, password, name, ROLES[role])
    with console.out.capture() as capture:
        console.out.print(table)
        console.out.print("评审员个人链接（手机上看）：")
        for name, why, token in told.links:
            console.out.print(f"  {name}（{why}）：{SITE}/l/{token}", markup=False)
    notes.touch(mode=0o600)
    notes.write_text(capture.get(), encoding="utf-8")


def new_password() -> str:
    return (
        "-".join(secrets.choice(SYLLABLES) for _ in range(4)) + f"-{secrets.randbelow(10_000):04d}"
    )


class _Watch:
    """A bar on the terminal while a solve job runs; silent elsewhere."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            console=console.err,
            transient=True,
        )

    def __enter__(self) -> _Watch:
        self.task: TaskID | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def __call__(self, job: JobView) -> None:
        if self.task is None:
            self.bar.start()
            self.task = self.bar.add_task("", total=self.seconds)
        figures = (
            f"{job.phase}  目标值 {console.number(job.objective)}  下界 {console.number(job.bound)}"
        )
        self.bar.update(self.task, completed=min(job.elapsed, self.seconds), description=figures)
