"""人员用例: enrol, edit. Each is load, decide, save, log; the caller commits."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from expert_pool.core import person
from expert_pool.core.expert import ExpertFields, masked
from expert_pool.core.retention import GONE
from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.towns import Towns
from expert_pool.ledger import UnitOfWork
from expert_pool.plain import OWN_FORM
from expert_pool.register.organisations import known_answers
from expert_pool.register.pinyin import pinyin_of
from expert_pool.tables import Expert, ExpertIndustry


def enrol(
    uow: UnitOfWork, wanted: ExpertFields, reason: str = "", others: Collection[str] = ()
) -> str:
    """入库: a new expert; gives the public id. Refuses `exists` for who is in the register already
    and `maybe-same` for who may be; `others`: people of the register that somebody has looked at
    and found to be others.

    Not yet assignable: that takes an appointment, a declaration and free days.
    """
    _sound(wanted)
    found = who_is(uow.session, wanted, others)
    if found.known is not None:
        raise Refusal(
            "exists",
            f"库里已有{person.described(found.known)}，没有重复登记，请直接修改他的资料。",
            expert=found.known.uid,
        )
    if found.perhaps:
        raise Refusal("maybe-same", which_of(wanted.name, found.perhaps))
    expert = Expert(created_at=uow.now)
    write_expert(expert, wanted)
    return uow.add(expert, "e", "enrol", reason).uid


@dataclass(frozen=True)
class Known(person.Somebody):
    """Somebody of the register, as far as it tells people apart."""

    uid: str = ""


def who_is(
    session: Session, wanted: ExpertFields, others: Collection[str] = ()
) -> person.Match[Known]:
    """Who in the register it is, or may be: by name in any way of typing it, or by telephone.

    Two statements.
    """
    near = select(Expert).where(
        or_(
            Expert.name == wanted.name,
            Expert.pinyin == pinyin_of(wanted.name),
            (Expert.phone == wanted.phone) & (Expert.phone != ""),
        ),
        Expert.name.not_like(GONE + "%"),
        Expert.uid.not_in(tuple(others)),
    )
    known = (
        Known(row.name, row.phone, "", row.birth, row.birth_precision, row.employer, row.uid)
        for row in session.scalars(near.order_by(Expert.id))
    )
    one = person.Somebody(
        wanted.name, wanted.phone, "", wanted.birth, wanted.birth_precision, wanted.employer
    )
    return person.Register(known, known_answers(session)).find(one)


def which_of(name: str, perhaps: Sequence[Known]) -> str:
    """What is asked about somebody who may be one of several people of the register."""
    named = "；".join(f"{person.described(one)}（{one.uid}）" for one in perhaps)
    return (
        f"{name}是不是库里的{named}？"
        "是同一个人的，请直接修改他的资料；不是的，请确认后注明是另一个人再登记。"
    )


def edit_expert(
    uow: UnitOfWork, expert_uid: str, version: int, wanted: ExpertFields, reason: str = ""
) -> int:
    """修改资料: sets every field; gives the new version. Refuses "stale"."""
    expert = uow.load(Expert, expert_uid, version)
    if wanted.phone == masked(expert.phone):
        # A form that was shown the masked number sends it back.
        wanted = replace(wanted, phone=expert.phone)
    _sound(wanted)
    with uow.change(expert, "edit", reason):
        write_expert(expert, wanted)
    return expert.version


def expert_values(wanted: ExpertFields) -> dict[str, Any]:
    """The columns of the record, without its industries."""
    values = {
        field.name: getattr(wanted, field.name)
        for field in fields(ExpertFields)
        if field.name not in OWN_FORM
    }
    return {
        **values,
        "served_years": ",".join(map(str, wanted.served_years)),
        "pinyin": pinyin_of(wanted.name),
    }


def write_expert(expert: Expert, wanted: ExpertFields) -> None:
    for name, value in expert_values(wanted).items():
        setattr(expert, name, value)
    set_industries(
        expert, [(item.code, item.source_word, item.confirmed) for item in wanted.industries]
    )


def set_industries(expert: Expert, wanted: list[tuple[str, str, bool]]) -> None:
    """Replace the codes; rows that stay are kept, so that their key is not written twice."""
    kept = expert.industries[: len(wanted)]
    for row, values in zip(kept, wanted, strict=False):
        row.code, row.source_word, row.confirmed = values
    added = [
        ExpertIndustry(position=position, code=code, source_word=word, confirmed=confirmed)
        for position, (code, word, confirmed) in enumerate(wanted)
        if position >= len(kept)
    ]
    expert.industries[:] = kept + added


def _sound(wanted: ExpertFields) -> None:
    if not wanted.name.strip():
        raise Refusal("blank", "请填写姓名。", field="name")
    if not wanted.employer.strip():
        raise Refusal("blank", "请填写工作单位，没有单位的写“自由职业”或“退休”。", field="employer")
    if wanted.zzd_account is not None and not re.fullmatch(
        r"[A-Za-z0-9_\-]{1,64}", wanted.zzd_account
    ):
        raise Refusal(
            "bad-account",
            "浙政钉账号（accountId）只含字母、数字和下划线，请核对。",
            field="zzd_account",
        )
    if not 1 <= wanted.seniority <= 5:
        raise Refusal("out-of-range", "资历应在 1 到 5 之间。", field="seniority")
    if wanted.max_effort is not None and not 0 <= wanted.max_effort <= 400:
        raise Refusal("out-of-range", "每年可承担的半天数应在 0 到 400 之间。", field="max_effort")
    if wanted.town_code is not None and Towns.load().get(wanted.town_code) is None:
        raise Refusal("unknown-town", f"没有编码为 {wanted.town_code} 的镇街。", field="town_code")
    for item in wanted.industries:
        if not Industries.load().known(item.code):
            raise Refusal(
                "unknown-industry",
                f"{item.code} 不是 GB/T 4754-2017 的行业代码。",
                field="industries",
            )
