"""账号命令: made here and by the demonstration only; the log names the operating system's user who
typed it.
"""

from __future__ import annotations

import getpass
import sys

from rich.table import Table
from sqlalchemy.orm import Session

from api.identity import signin
from api.settings import load
from award.scoring.follow import open_ledger
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.signs import visible
from expert_pool.facts.zone import local_day
from scripts import console
from scripts.operate import DONE, answering, utc_now

ROLES = {
    Role.SECRETARIAT: "审定办经办",
    Role.APPROVER: "复核人",
    Role.INSPECTOR: "纪检监督",
    Role.ADMIN: "系统管理",
}


def operator() -> Actor:
    return Actor("command-line", f"命令行（{getpass.getuser()}）", Role.SYSTEM)


@answering
def run_add(login: str, name: str, role: str) -> int:
    ledger = open_ledger(load().database_url, utc_now)
    with ledger.write(operator()) as uow:
        login, name = visible(login), visible(name)
        signin.create_account(uow, login, name, Role(role), _password())
        uow.commit()
    console.out.print(
        f"已新增账号 {signin.fold(login)}（{name}，{ROLES[Role(role)]}）。", markup=False
    )
    return DONE


@answering
def run_list() -> int:
    ledger = open_ledger(load().database_url, utc_now)
    with ledger.read() as session:
        entries = signin.accounts(session)
    table = Table("登录名", "姓名", "角色", "状态", "开立时间")
    for entry in entries:
        table.add_row(
            entry.login,
            entry.name,
            ROLES.get(entry.role, entry.role),
            "停用" if entry.disabled else "可用",
            local_day(entry.created_at).isoformat(),
        )
    console.out.print(table)
    return DONE


@answering
def run_disable(login: str) -> int:
    ledger = open_ledger(load().database_url, utc_now)
    with ledger.write(operator()) as uow:
        entry = _find(uow.session, login)
        signin.set_disabled(uow, entry.uid, True, entry.version)
        uow.commit()
    console.out.print(f"已停用 {entry.login}，其登录全部结束。", markup=False)
    return DONE


@answering
def run_password(login: str) -> int:
    ledger = open_ledger(load().database_url, utc_now)
    with ledger.write(operator()) as uow:
        entry = _find(uow.session, login)
        signin.set_password(uow, entry.uid, _password())
        uow.commit()
    console.out.print(f"已更改 {entry.login} 的口令，其登录全部结束。", markup=False)
    return DONE


def _find(session: Session, login: str) -> signin.AccountEntry:
    for entry in signin.accounts(session):
        if entry.login == signin.fold(login):
            return entry
    raise Refusal("not-found", f"没有登录名为 {login} 的账号。")


def _password() -> str:
    """From the terminal, twice and unseen; from a pipe, one line.

    Never from an argument, which the shell would remember.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("口令：")
    if getpass.getpass("再输一遍：") != password:
        raise Refusal("mismatch", "两次输入的口令不一致，没有改动。")
    return password
