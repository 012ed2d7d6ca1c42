"""是不是同一单位, on the command line: asked in 待确认事项 like everything else, answered by
--answers, remembered in the run's own records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from award.groups.snapshot import Snapshot, build_problem
from expert_pool import register
from expert_pool.core.recusal import ONE_FIRM, Doubt
from expert_pool.facts.writing import compact
from expert_pool.ledger import Ledger
from scripts import pending
from scripts.accounts import operator
from scripts.pending import Pending

SOURCE = "单位名称"
WORDS = {
    **{choice.value: choice.value for choice in ONE_FIRM},
    **{compact(choice.label): choice.value for choice in ONE_FIRM},
    **dict.fromkeys(("是", "同一单位", "是同一单位", "同一家"), "same"),
    **dict.fromkeys(("不是", "否", "不同", "不是同一家"), "different"),
}
# An answer may leave another name in doubt: with the group known, its companies are looked at.
ROUNDS = 5


def settle(
    ledger: Ledger, year: int, given: Mapping[str, str]
) -> tuple[Snapshot, tuple[Pending, ...]]:
    """The year as a problem, after every answer that was given; and the lines of what was asked."""
    answered: dict[str, tuple[Doubt, str]] = {}
    snapshot = _snapshot(ledger, year)
    for _ in range(ROUNDS):
        fresh = {
            doubt.key: (doubt, said)
            for doubt in snapshot.doubts
            if doubt.key not in answered and (said := WORDS.get(compact(given.get(doubt.key, ""))))
        }
        if not fresh:
            break
        answered |= fresh
        with ledger.write(operator()) as uow:
            for doubt, said in fresh.values():
                register.answer_organisation(
                    uow, doubt.written, doubt.official, said == "same", "待确认事项的答复"
                )
            uow.commit()
        snapshot = _snapshot(ledger, year)
    return snapshot, tuple(_lines(snapshot, given, answered))


def _snapshot(ledger: Ledger, year: int) -> Snapshot:
    with ledger.read() as session:
        return build_problem(session, year, drafting=True)


def _lines(
    snapshot: Snapshot, given: Mapping[str, str], answered: Mapping[str, tuple[Doubt, str]]
) -> Iterable[Pending]:
    for doubt in snapshot.doubts:
        text = doubt.text(_names(snapshot, doubt))
        if given.get(doubt.key, "").strip():
            text = f"答复“{given[doubt.key].strip()}”看不明白，请选“是”或“不是”。{text}"
        yield Pending(
            pending.TO_ANSWER,
            text,
            SOURCE,
            value=doubt.written,
            choices=ONE_FIRM,
            key=doubt.key,
        )
    for doubt, said in answered.values():
        yield Pending(
            pending.ANSWERED,
            doubt.text(_names(snapshot, doubt)),
            SOURCE,
            value=doubt.written,
            choices=ONE_FIRM,
            key=doubt.key,
            answer=said,
        )


def _names(snapshot: Snapshot, doubt: Doubt) -> list[str]:
    out = {one.uid: one.name for one in snapshot.not_assignable}
    return [out.get(uid) or snapshot.names.person(uid).name for uid in doubt.experts]
