"""身份证号用例（个人信息保护法第二十八、二十九条）: kept only sealed, once in the register, shown
masked, and gone when asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.facts.identifiers import identity_card, masked_id
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.writing import Unreadable, compact
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import no_key, seal_of
from expert_pool.tables import Expert, IdentityNumber

BASIS = "个人信息保护法第二十八条"


def keep_identity(uow: UnitOfWork, expert_uid: str, number: str) -> str:
    """登记身份证号. Refuses `bad-id`, `birth-differs`, and `duplicate-id` when somebody else has
    it.
    """
    expert = uow.load(Expert, expert_uid)
    card = identity_card(number)
    if card is None or isinstance(card, Unreadable):
        raise Refusal("bad-id", card.why + "。" if card else "请填写身份证号。", field="id_number")
    if expert.birth is not None and expert.birth_precision == "day" and expert.birth != card[0]:
        raise Refusal(
            "birth-differs",
            f"与登记的出生日期 {expert.birth.isoformat()} 不一致。",
            field="id_number",
        )
    seal, plain = seal_of(uow.session), compact(number).upper()
    mark = seal.mark(plain)
    other = uow.session.execute(
        select(Expert.uid, Expert.name).join(IdentityNumber).where(IdentityNumber.id_mark == mark)
    ).first()
    if other is not None and other.uid != expert_uid:
        raise Refusal(
            "duplicate-id",
            f"这个身份证号已经登记在{other.name}名下，请核对是不是同一个人。",
            field="id_number",
        )
    row = uow.session.scalar(select(IdentityNumber).where(IdentityNumber.expert_id == expert.id))
    if row is None:
        row = IdentityNumber(
            expert_id=expert.id,
            id_sealed=seal.close(plain, expert_uid),
            id_mark=mark,
            kept_at=uow.now,
        )
        return uow.add(row, "k", "keep").uid
    if row.id_mark != mark:
        with uow.change(row, "keep"):
            row.id_sealed, row.id_mark, row.kept_at = seal.close(plain, expert_uid), mark, uow.now
    return row.uid


def drop_identity(uow: UnitOfWork, expert_uid: str, reason: str = "") -> None:
    """删除身份证号: the number goes at once; that it was kept, and that it went, stands in the
    log.
    """
    expert = uow.load(Expert, expert_uid)
    row = uow.session.scalar(select(IdentityNumber).where(IdentityNumber.expert_id == expert.id))
    if row is not None:
        uow.remove(row, "delete", reason)


def identity_of(session: Session, expert_uid: str) -> str:
    """The whole number, "" when none is kept; the caller masks it or records who read it and why.

    Refuses `no-key`.
    """
    row = session.scalar(select(IdentityNumber).join(Expert).where(Expert.uid == expert_uid))
    if row is None:
        return ""
    number = seal_of(session).open(row.id_sealed, expert_uid)
    if number is None:
        raise no_key()
    return number


def masked_identity(session: Session, expert_uid: str) -> str:
    """330681********1234, "" when none is kept; in words when the key is no longer the one it was
    sealed with.
    """
    try:
        return masked_id(identity_of(session, expert_uid))
    except Refusal:
        return "已登记，密钥已更换，读不出"


def known_identities(session: Session) -> dict[int, str]:
    """By row number of the expert, for comparing an import with the register; empty without the
    key.
    """
    seal = seal_of(session)
    rows = (
        session.execute(
            select(IdentityNumber.expert_id, IdentityNumber.id_sealed, Expert.uid).join(Expert)
        )
        if seal.ready
        else ()
    )
    return {number: plain for number, sealed, uid in rows if (plain := seal.open(sealed, uid))}


def insert_identities(uow: UnitOfWork, people: Iterable[tuple[int, str, str]]) -> Mapping[int, str]:
    """Of many new people at once: (row number, uid, number); gives the uids of the records.

    Nothing is kept without the key.
    """
    seal = seal_of(uow.session)
    given = [one for one in people if one[2]] if seal.ready else []
    marks = [seal.mark(number) for _, _, number in given]
    if len(set(marks)) < len(marks):
        raise Refusal("duplicate-id", "表里有两行的身份证号相同，请先核对是不是同一个人。", BASIS)
    values = [
        {
            "expert_id": key,
            "id_sealed": seal.close(number, uid),
            "id_mark": mark,
            "kept_at": uow.now,
        }
        for (key, uid, number), mark in zip(given, marks, strict=True)
    ]
    return {row["expert_id"]: row["uid"] for row in uow.insert(IdentityNumber, values, "k")}
