"""账号命令: made here and by the demonstration only; the log names the operating system's user who
typed it.
"""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from rich.table import Table
from sqlalchemy.orm import Session

from api.identity import joining, signin, staff_conflicts
from api.settings import load
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.signs import visible
from expert_pool.facts.zone import local_day
from scripts import console
from scripts.operate import DONE, answering, keyed

ROLES = {
    Role.SECRETARIAT: "审定办经办",
    Role.APPROVER: "复核人",
    Role.INSPECTOR: "纪检监督",
    Role.ADMIN: "系统管理",
}


def operator() -> Actor:
    """Who types, by the account of the operating system; LOGNAME says what anybody likes."""
    return Actor("command-line", f"命令行（{_account_name()}）", Role.SYSTEM)


def _account_name() -> str:
    if os.name != "posix":
        return getpass.getuser()
    import pwd

    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container's user without a line in its list
        name = str(number)
    # `sudo -u` and `su` change the number; the person who logged in stands in the kernel's record.
    try:
        person = int(Path("/proc/self/loginuid").read_text("ascii"))
        came = pwd.getpwuid(person).pw_name if person != 2**32 - 1 else name
    except (OSError, ValueError, KeyError):
        return name
    return name if came == name else f"{came}，以 {name} 身份"


@answering
def run_add(login: str, name: str, role: str) -> int:
    ledger = keyed()
    with ledger.write(operator()) as uow:
        login, name = visible(login), visible(name)
        made = joining.enter(uow, login, name, Role(role))
        uow.commit()
    console.out.print(
        f"已新增账号 {signin.fold(login)}（{name}，{ROLES[Role(role)]}）。", markup=False
    )
    return _hand_over(made.token)


def _hand_over(token: str) -> int:
    """The link stands in this output and nowhere else."""
    console.out.print("请把一次性链接当面交给本人设口令，72 小时内有效：", markup=False)
    console.out.print(f"{load().public_url.rstrip('/')}/join/{token}", markup=False)
    return DONE


@answering
def run_list() -> int:
    ledger = keyed()
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
    console.out.print(f"已停用 {_set_disabled(login, True)}，其登录全部结束。", markup=False)
    return DONE


@answering
def run_enable(login: str) -> int:
    """For whoever was disabled as the only administrator, and so could be enabled by nobody."""
    console.out.print(f"已启用 {_set_disabled(login, False)}。", markup=False)
    return DONE


def _set_disabled(login: str, disabled: bool) -> str:
    """The login name as the account has it."""
    with keyed().write(operator()) as uow:
        entry = _find(uow.session, login)
        signin.set_disabled(uow, entry.uid, disabled, entry.version)
        uow.commit()
    return entry.login


@answering
def run_password(login: str) -> int:
    ledger = keyed()
    with ledger.write(operator()) as uow:
        entry = _find(uow.session, login)
        token = joining.invite(uow, entry.uid)
        uow.commit()
    console.out.print(f"{entry.login} 的原口令已作废，其登录全部结束。", markup=False)
    if entry.disabled:
        advice = f"expert-pool accounts enable {entry.login}"
        console.out.print(f"账号停用着，启用（{advice}）之后链接才能用。", markup=False)
    return _hand_over(token)


@answering
def run_factor(login: str) -> int:
    ledger = keyed()
    with ledger.write(operator()) as uow:
        code = joining.bind_code(uow, _find(uow.session, login).uid)
        uow.commit()
    console.out.print("请把绑定码当面交给本人，72 小时内有效：", markup=False)
    console.out.print(code, markup=False)
    return DONE


@answering
def run_conflicts(login: str) -> int:
    """回避 of one account, or of all, with the ids that `accounts decide` takes."""
    ledger = keyed()
    with ledger.read() as session:
        uid = _find(session, login).uid if login else ""
        rows = staff_conflicts.conflicts(session, uid)
    for row in rows:
        words = {"": "待决定，先回避", "barred": "应当回避", "cleared": "不需回避"}[row.decision]
        told = f"{row.name}　{row.organisation}　{row.reason}　{row.declared_name}登记　{words}"
        console.out.print(f"{row.uid}　{told}", markup=False)
    return DONE


@answering
def run_decide(conflict: str, barred: bool, reason: str) -> int:
    """For an office with one approver, whose own conflict nobody else there may decide."""
    ledger = keyed()
    with ledger.write(operator()) as uow:
        found = [one for one in staff_conflicts.conflicts(uow.session) if one.uid == conflict]
        if not found:
            raise Refusal("not-found", f"没有编号为 {conflict} 的回避登记。")
        staff_conflicts.decide(uow, conflict, found[0].version, barred, reason)
        uow.commit()
    words = "应当回避" if barred else "不需回避"
    console.out.print(f"已决定：{found[0].name}对{found[0].organisation}{words}。", markup=False)
    return DONE


def _find(session: Session, login: str) -> signin.AccountEntry:
    for entry in signin.accounts(session):
        if entry.login == signin.fold(login):
            return entry
    raise Refusal("not-found", f"没有登录名为 {login} 的账号。")
