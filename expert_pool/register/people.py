"""人员用例: enrol, edit. Each is load, decide, save, log; the caller commits."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

from expert_pool.core.expert import ExpertFields, masked
from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.towns import Towns
from expert_pool.ledger import UnitOfWork
from expert_pool.register.pinyin import pinyin_of
from expert_pool.store import OWN_FORM
from expert_pool.tables import Expert, ExpertIndustry


def enrol(uow: UnitOfWork, wanted: ExpertFields, reason: str = "") -> str:
    """入库: a new expert; gives the public id.

    Not yet assignable: that takes an appointment, a declaration and free days.
    """
    _sound(wanted)
    expert = Expert(created_at=uow.now)
    write_expert(expert, wanted)
    return uow.add(expert, "e", "enrol", reason).uid


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
