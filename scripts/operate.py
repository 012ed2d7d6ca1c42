"""装机、备份、校验: what keeps the installation running.

Every function prints and gives an exit code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from api.identity import forgetting, logged
from api.settings import BadSettings, load, read_secret
from award.retention import report
from award.scoring.follow import open_ledger
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.facts.zone import local_day
from expert_pool.ledger import Ledger, audit, migrate
from expert_pool.ledger.backup import backup, restore, verify
from expert_pool.ledger.engine import refusals, unwritable
from expert_pool.ledger.reconcile import take_stock
from scripts import backup_folder, console

DONE, REFUSED = 0, 1


def keyed() -> Ledger:
    """The ledger of this installation with the key its log is sealed with."""
    from api.app import keyed_ledger

    return keyed_ledger(load(), utc_now)[0]


def utc_now() -> datetime:
    return datetime.now(UTC)


def answering(command: Callable[..., int]) -> Callable[..., int]:
    """What the domain or the settings decline is printed as a sentence, with exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> int:
        try:
            with refusals():
                return command(*args, **kwargs)
        except (Refusal, BadSettings, OSError) as error:
            say(error)
        return REFUSED

    return run


def say(error: Refusal | BadSettings | OSError) -> None:
    """One sentence on standard error; an error of the machine that nobody knows is raised again."""
    if isinstance(error, Refusal):
        words = error.message_zh
    elif isinstance(error, BadSettings):
        words = str(error)
    else:
        lacking = unwritable(error)
        if lacking is None:
            raise error
        words = f"{error.filename or ''} {lacking.message_zh}".strip()
    console.err.print(words, markup=False)


@answering
def run_migrate() -> int:
    settings = load()
    saved = migrate.upgrade(settings.database_url)
    if saved is not None:
        console.out.print(f"升级前的备份：{saved}", markup=False)
    ledger = keyed()
    with ledger.write(SYSTEM) as uow:
        uow.begin_sealing()
        take_stock(uow)
        uow.commit()
    ledger.close()
    console.out.print("数据库已是本版本的结构。")
    return DONE


@answering
def run_backup(target: Path | None, keep_days: int | None = None) -> int:
    """To a named file, else to one named by the time in the backup folder; `keep_days`: older ones
    there are removed once the new one is whole.
    """
    settings = load()
    target = target or backup_folder.next_file(settings.backup_dir, utc_now())
    target.parent.mkdir(parents=True, exist_ok=True)
    backup(settings.database_url, target)
    console.out.print(f"已备份到 {target}（校验文件 {target.name}.sha256）", markup=False)
    if keep_days is not None:
        gone = backup_folder.remove_older(settings.backup_dir, utc_now(), keep_days)
        console.out.print(f"已删去 {keep_days} 天以前的备份 {gone} 份。")
    return DONE


@answering
def run_restore(source: Path) -> int:
    settings = load()
    if source.exists():  # before anything stands in the place of the database
        migrate.refuse_unknown(verify(source))
    restore(source, settings.database_url)
    migrate.upgrade(settings.database_url)
    console.out.print("已恢复。请再运行 expert-pool verify-audit 校验操作日志。")
    return DONE


@answering
def run_verify_audit(anchors: Path | None, keep: bool) -> int:
    """Verify the chain and its seals, against the anchors kept elsewhere when given, and that the
    records are as the log says; `keep` then adds today's anchor.
    """
    import api.areas  # every table of the program

    assert api.areas
    ledger = keyed()
    with ledger.read() as session:
        known = audit.kept_anchors(anchors) if anchors else ()
        broken = logged.verified(session, known)
        if anchors:
            broken += _lost(audit.told_anchors(session), known, anchors)
        head = audit.head(session, utc_now())
    for one in broken:
        console.out.print(one.why, markup=False)
    if broken:
        console.out.print(
            f"操作日志不完整，或者数据与日志不符：{len(broken)} 处。请保全数据库文件，报告纪检。"
        )
        return REFUSED
    console.out.print(f"操作日志完整，数据与日志相符，共 {head.entries} 条，末条摘要 {head.hash}")
    if anchors and keep:
        audit.keep_anchor(anchors, head)
        with ledger.write(SYSTEM) as uow:
            uow.record(audit.ANCHOR, "audit", str(head.entries), None, {"line": head.line})
            uow.commit()
        console.out.print(f"锚点已记入 {anchors}", markup=False)
    ledger.close()
    return DONE


def _lost(
    told: Sequence[audit.Anchor], kept: Sequence[audit.Anchor], file: Path
) -> Iterator[audit.Broken]:
    """Anchors that the log remembers and the file has no more: somebody emptied it."""
    lines = {one.line for one in kept}
    gone = [one for one in told if one.line not in lines]
    if gone:
        words = f"锚点文件 {file} 缺 {len(gone)} 个日志记有的锚点（最近一个 {gone[-1].at}）"
        yield audit.Broken(gone[-1].entries, f"{words}：文件被清空、换过或不见了")


@answering
def run_new_key(reason: str) -> int:
    """For a key that is lost and was kept nowhere: the log goes on with a new one, and says so."""
    settings = load()
    if settings.secret_file.exists():
        raise Refusal("exists", f"密钥文件 {settings.secret_file} 还在，不用换。")
    demand_reason(reason)
    ledger = open_ledger(settings.database_url, utc_now, read_secret(settings.secret_file))
    with ledger.write(SYSTEM) as uow:
        before = audit.head(uow.session, uow.now).entries
        uow.record(audit.NEW_KEY, "audit", str(before), None, {"before": before}, reason)
        uow.commit()
    ledger.close()
    console.out.print(f"已造新密钥 {settings.secret_file}，请另存一份锁好。", markup=False)
    console.out.print(f"日志第 {before} 条以前的封印不再核对；身份证号和第二重验证须重新登记。")
    return DONE


def run_doctor() -> int:
    """Every fault with what to do; exit code 1 when there is one."""
    from scripts.doctor import findings

    number = 0
    for number, sentence in enumerate(findings(utc_now), 1):
        console.out.print(f"{number}. {sentence}", markup=False)
    if number:
        console.out.print(f"共 {number} 处要处理。")
        return REFUSED
    console.out.print("没有发现问题。")
    return DONE


@answering
def run_retention() -> int:
    """The dry run, one line per record that is due."""
    settings = load()
    ledger = open_ledger(settings.database_url, utc_now)
    with ledger.read() as session:
        found = report(session, SYSTEM_VIEWER, local_day(utc_now()), forgetting)
    ledger.close()
    for proposal in found:
        console.out.print(
            f"{proposal.rule.id} {proposal.rule.zh}（保存 {proposal.rule.years}"
            f" 年）：{len(proposal.due)} 项",
            markup=False,
        )
        for one in proposal.due:
            console.out.print(f"  {one.uid}  {one.name}  {one.ended or ''}", markup=False)
    return DONE
