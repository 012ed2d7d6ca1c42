"""身份证号: sealed in the records, once in the register, read only with the key, gone with the
person; bank data never stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from api.identity import forgetting
from award import retention
from award.applicants import rosters_in as intake
from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.seal import Seal
from expert_pool.spreadsheet import write_table
from tests import cast
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite

CARD, OTHER = "110101199003070011", "110101199003070038"
HEADINGS = ("姓名", "工作单位", "手机", "身份证号", "开户银行及账号")


@pytest.fixture
def sealed(sqlite_template: Path, tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(
        copy_sqlite(sqlite_template, tmp_path), Clock(), secret=b"a secret of thirty-two bytes...."
    )
    cast.settle(opened)
    yield opened
    opened.close()


def somebody(ledger: Ledger, name: str, number: str = "") -> str:
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, cast.expert(name, "某院", cast.SOCKS))
        if number:
            register.keep_identity(uow, uid, number)
        uow.commit()
    return uid


def everything(ledger: Ledger) -> str:
    with ledger.read() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return "\n".join(
            str(row) for name in tables for row in session.execute(text(f"SELECT * FROM {name}"))
        )


def number_of(ledger: Ledger, uid: str) -> str:
    with ledger.read() as session:
        return register.identity_of(session, uid)


def test_a_number_is_kept_sealed_and_read_only_with_the_key(sealed: Ledger) -> None:
    uid = somebody(sealed, "甲一", f" {CARD[:6]} {CARD[6:]}")
    assert number_of(sealed, uid) == CARD
    assert CARD not in everything(sealed)
    other = Ledger(sealed.url, Clock(), secret=b"another secret of thirty-two byt")
    with other.read() as session:
        assert register.masked_identity(session, uid) == "已登记，密钥已更换，读不出"
        with pytest.raises(Refusal) as refused:
            register.identity_of(session, uid)
    other.close()
    assert refused.value.code == "no-key"
    with sealed.read() as session:
        assert register.masked_identity(session, uid) == CARD[:6] + "********" + CARD[-4:]


def test_no_number_stands_twice_and_a_wrong_one_is_refused(sealed: Ledger) -> None:
    somebody(sealed, "甲一", CARD)
    uid = somebody(sealed, "乙二")
    for number, code in (
        (CARD, "duplicate-id"),
        (CARD[:-1] + ("0" if CARD[-1] != "0" else "1"), "bad-id"),
        ("", "bad-id"),
    ):
        with sealed.write(CLERK) as uow, pytest.raises(Refusal) as refused:
            register.keep_identity(uow, uid, number)
        assert refused.value.code == code
    somebody(sealed, "丙三", OTHER)


def test_a_sealed_text_opens_for_its_owner_only() -> None:
    seal = Seal(b"x" * 32)
    kept = seal.close(CARD, "e-1")
    assert (
        seal.open(kept, "e-1"),
        seal.open(kept, "e-2"),
        Seal(b"y" * 32).open(kept, "e-1"),
        Seal().open(kept, "e-1"),
    ) == (
        CARD,
        None,
        None,
        None,
    )
    assert seal.close(CARD, "e-1") != kept and seal.mark(CARD) == seal.mark(CARD) != seal.mark(
        OTHER
    )
    with pytest.raises(Refusal):
        Seal().close(CARD, "e-1")


def test_an_import_seals_numbers_knows_people_by_them_and_leaves_bank_data_behind(
    sealed: Ledger,
) -> None:
    rows = [
        ("甲一", "某院", "13900000001", CARD, "工商银行 6222020000000001"),
        ("乙二", "某院", "13900000002", OTHER, ""),
    ]
    batch = intake.open_batch(
        sealed, CLERK, "experts", cast.YEAR, write_table(HEADINGS, rows), "名单.xlsx"
    )
    waiting = everything(sealed)
    assert (
        CARD not in waiting and "6222020000000001" not in waiting and "13900000001" not in waiting
    )
    with sealed.read() as session:
        found = intake.dry_run(session, SYSTEM_VIEWER, batch)
    assert any("开户银行及账号" in note and "没有保存" in note for note in found.plan.notes)
    assert intake.apply(sealed, CLERK, SYSTEM_VIEWER, batch, 1)["new"] == 2
    assert CARD not in everything(sealed)
    with sealed.read() as session:
        people = {
            row.fields.name: row.uid
            for row in store.experts(session, SYSTEM_VIEWER, cast.YEAR, cast.FIRST)
        }
    assert number_of(sealed, people["甲一"]) == CARD
    # A new telephone number and another employer, the same person.
    again = write_table(HEADINGS[:4], [("甲一", "另一单位", "13900000009", CARD)])
    batch = intake.open_batch(sealed, CLERK, "experts", cast.YEAR, again, "名单.xlsx")
    with sealed.read() as session:
        plan = intake.dry_run(session, SYSTEM_VIEWER, batch).plan
    assert [(one.before.uid, {item.field for item in one.fields}) for one in plan.changed] == [
        (people["甲一"], {"employer", "phone"})
    ]


def test_the_number_goes_with_the_person_and_when_asked_for(sealed: Ledger) -> None:
    first, second = somebody(sealed, "甲一", CARD), somebody(sealed, "乙二", OTHER)
    with sealed.write(CHIEF) as uow:
        retention.forget_on_request(uow, first, "本人来信", forgetting)
        register.drop_identity(uow, second, "不再需要")
        uow.commit()
    assert (number_of(sealed, first), number_of(sealed, second)) == ("", "")
    somebody(sealed, "丙三", CARD)
