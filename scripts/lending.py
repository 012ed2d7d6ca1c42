"""借用的命令行: the same use cases as the page; the log names who typed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from award.groups import lending as with_plans
from expert_pool.core.conflict import KINDS
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.register import lending
from expert_pool.spreadsheet import loan_book
from scripts import console
from scripts.accounts import operator
from scripts.operate import DONE, answering, keyed

STATES = {lending.LENT: "借用中", lending.RETURNED: "已归还", lending.RECALLED: "已撤回"}


@contextmanager
def _ledger() -> Iterator[Ledger]:
    ledger = keyed()
    try:
        yield ledger
    finally:
        ledger.close()


@answering
def run_out(wanted: Sequence[lending.Wanted], terms: lending.Terms, output: Path) -> int:
    _demand_new(output)
    with _ledger() as ledger, ledger.write(operator()) as uow:
        number, text, digest = with_plans.lend(uow, wanted, terms)
        _save(output, text)
        uow.commit()
    console.out.print(f"借用单 {number} 写在 {output}，{len(wanted)} 人。", markup=False)
    return _tell(digest)


@answering
def run_in(sheet: Path, digest: str, others: Sequence[str]) -> int:
    with _ledger() as ledger, ledger.write(operator()) as uow:
        taken, uids = with_plans.borrow(uow, _text(sheet), digest, others)
        uow.commit()
    for person, uid in zip(taken.people, uids, strict=True):
        console.out.print(f"{uid}  {person.fields.name}", markup=False)
    console.out.print(f"已接收{taken.lender}的借用单 {taken.number}。", markup=False)
    return DONE


@answering
def run_return(number: str, output: Path) -> int:
    _demand_new(output)
    with _ledger() as ledger, ledger.write(operator()) as uow:
        text, digest = with_plans.give_back(uow, number)
        _save(output, text)
        uow.commit()
    console.out.print(f"归还单写在 {output}。", markup=False)
    return _tell(digest)


@answering
def run_take_back(sheet: Path, digest: str) -> int:
    with _ledger() as ledger, ledger.write(operator()) as uow:
        taken = with_plans.take_back(uow, _text(sheet), digest)
        uow.commit()
    for person in taken.people:
        console.out.print(f"{person.name}  {person.half_days} 个半天", markup=False)
    console.out.print(f"已收回借用单 {taken.number}。", markup=False)
    return DONE


@answering
def run_recall(number: str, reason: str) -> int:
    with _ledger() as ledger, ledger.write(operator()) as uow:
        people = lending.recall(uow, number, reason)
        uow.commit()
    console.out.print(f"已撤回借用单 {number}，{people} 人空出来了。", markup=False)
    return DONE


@answering
def run_list() -> int:
    with _ledger() as ledger, ledger.read() as session:
        rows = lending.loans(session)
    for row in rows:
        side = "借给" if row.side == "out" else "借自"
        console.out.print(
            f"{row.sheet}  {row.name}  {side}{row.office}  {row.first} 至 {row.last}"
            f"  {STATES[row.status]}",
            markup=False,
        )
    return DONE


def _tell(digest: str) -> int:
    console.out.print(f"校验码（写进函里，对方凭它接收）：{digest}", markup=False)
    return DONE


def _demand_new(output: Path) -> None:
    if output.exists():
        raise Refusal("exists", f"{output} 已经存在，不会覆盖。请换一个名字。")


def _save(output: Path, text: str) -> None:
    """Before the commit: a sheet that cannot be written lends nobody."""
    try:
        output.touch(mode=0o600)
        output.write_bytes(_bytes(text, output))
    except OSError:
        raise Refusal("unwritable", f"{output} 写不了，没有办理。请换一个目录。") from None


def _bytes(text: str, output: Path) -> bytes:
    if output.suffix.lower() != ".xlsx":
        return text.encode()
    return loan_book.workbook(text, {code: kind.zh for code, kind in KINDS.items()})


def _text(sheet: Path) -> str:
    try:
        data = sheet.read_bytes()
    except OSError:
        raise Refusal("unreadable", f"{sheet} 打不开，请检查文件名。") from None
    return loan_book.text_of(data)
