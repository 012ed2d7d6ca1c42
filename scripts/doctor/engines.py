"""体检之二：软件包、求解、网络上的位置."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from api.monitor.readiness import answers
from api.settings import LOOPBACK, PREFIX, Settings
from scripts.doctor.files import database_file

PROGRAM = "expert-pool"
# Whoever decides or inspects should not depend on a password alone.
GUARDED_ROLES = ("approver", "inspector")


def packages(_settings: Settings, _now: datetime) -> Iterator[str]:
    """What the program was built for against what is installed, extras left out."""
    for text in requires(PROGRAM) or ():
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        fault = package_fault(wanted)
        if fault:
            yield fault


def package_fault(wanted: Requirement) -> str:
    advice = "请按运行手册重新安装本程序所带的软件包。"
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return f"缺少软件包 {wanted.name}，{advice}"
    if not wanted.specifier.contains(found, prereleases=True):
        return f"软件包 {wanted.name} 是 {found}，本程序要 {wanted.specifier}，{advice}"
    return ""


def missing_driver(settings: Settings) -> str:
    """PostgreSQL is set and the package that speaks with it is not there."""
    if database_file(settings) is None and find_spec("psycopg") is None:
        return f"数据库设为 PostgreSQL，却没有装 psycopg，{extra('postgres')}"
    return ""


def interpreter(_settings: Settings, _now: datetime) -> Iterator[str]:
    """Searches, spreadsheets and further web workers are processes of their own."""
    if not startable(sys.executable):
        yield (
            f"本用户不能执行 {Path(sys.executable).resolve()}，求解、读表和多个网页进程都起不来，"
            "请用系统自带的 Python（/usr/bin/python3）重建虚拟环境。"
        )


def startable(program: str) -> bool:
    try:
        return subprocess.run([program, "-c", ""], check=False, timeout=60).returncode == 0  # noqa: S603
    except OSError:
        return False


def solver(settings: Settings, _now: datetime) -> Iterator[str]:
    cores = os.cpu_count() or 1
    if not settings.dask_scheduler and settings.solver_workers > cores:
        yield (
            f"{PREFIX}SOLVER_WORKERS 是 {settings.solver_workers}，本机只有 {cores} 个核，"
            f"只会互相拖慢，请改为 {cores} 以下。"
        )
    if not compiled():
        yield (
            "求解的加速部分还没有编译，第一次求解会慢几分钟，请以本用户的身份运行"
            f" {module('assignment.solver.kernel.warm')}。"
        )


def module(name: str) -> str:
    """The command with the Python of this installation, whose folder need not be on the path."""
    return f"{sys.executable} -m {name}"


def extra(name: str) -> str:
    """Offline the release folder brings it, elsewhere the package index."""
    return (
        f"请用带 {name} 的发布目录重装，能连包源的机器执行"
        f" {module('pip')} install 'expert-pool[{name}]'。"
    )


def compiled() -> bool:
    if find_spec("numba") is None:
        return False
    from assignment.solver.kernel import warm

    try:
        return warm.is_warm()
    except OSError:  # compiled by another user, where this one may not look
        return False


def dask(settings: Settings, _now: datetime) -> Iterator[str]:
    address = settings.dask_scheduler
    if not address:
        return
    if find_spec("distributed") is None:
        yield f"设了 Dask 调度器，却没有装 distributed，{extra('dask')}"
    elif not answers(address):
        yield f"{PREFIX}DASK_SCHEDULER：{address} 没有应答，请启动调度器，或删去此项在本机求解。"
    if database_file(settings) is not None:
        yield (
            f"设了 Dask 调度器，数据库却是 SQLite 文件，别的机器上的工作进程打不开它，请改用"
            f" PostgreSQL，或删去 {PREFIX}DASK_SCHEDULER。"
        )


def published(settings: Settings, _now: datetime) -> Iterator[str]:
    """What only matters once other machines reach us."""
    name = settings.public_url
    if any(f"//{host}" in name for host in LOOPBACK):
        return
    if settings.secure and not settings.trusted_proxies:
        yield (
            f"对外地址是 https，前面必有反向代理，{PREFIX}TRUSTED_PROXIES 却是空的：来源地址都成了"
            "代理的，一个人输错口令会锁住所有人，请写上代理的地址。"
        )
    wanting = [role for role in GUARDED_ROLES if role not in settings.second_factor_roles]
    if wanting:
        yield (
            f"对外服务而 {'、'.join(wanting)} 只凭口令登录，请在 {PREFIX}SECOND_FACTOR_ROLES"
            " 里写上这些角色。"
        )


CHECKS = (packages, interpreter, solver, dask, published)
