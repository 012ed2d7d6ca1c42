"""通知文字: what the office writes to experts. No text names an applicant, and none holds a link:
`LINK` stands for it until it goes out.

A telephone lies on a table, a letter is opened by a secretary: before somebody has accepted, a
message says when, never whom (河北 2025: 语音通知只告知时间和地点; domain 5.1). Afterwards neither:
names stand on her own page only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from expert_pool.core import organisation
from expert_pool.core.organisation_names import readings

LINK = "〔个人链接〕"
KINDS = {
    "ask": "年度征集",
    "remind": "催办",
    "offer": "任务通知",
    "change": "任务变动",
    "cancel": "任务取消",
}
STATES = {"waiting": "待发", "sent": "已交付", "dropped": "已作废"}
ISSUER = "诸暨市政府质量奖审定办"
SHORTEST_NAME = 2
SHORTEST_CORE = 4  # 质量 is in every message


def ask(name: str, year: int, due: date) -> str:
    return (
        f"{name}老师，您好！{year}年度政府质量奖评审即将开始。请打开下面的链接，核对资料、"
        "签署声明、填写可参加的时间，约两分钟，"
        f"请于{day(due)}前完成。链接仅限本人使用，请勿转发。\n{LINK}\n——{ISSUER}"
    )


def remind(name: str, missing: Sequence[str], due: date | None) -> str:
    until = f"请于{day(due)}前完成" if due else "请尽快完成"
    return (
        f"{name}老师，您好！您今年的{'、'.join(missing)}还没有完成，"
        f"未完成的专家不能参加编组。{until}，约两分钟。"
        f"链接仅限本人使用，请勿转发。\n{LINK}\n——{ISSUER}"
    )


def offer(name: str, leader: bool, when: str, due: date, changed: bool = False) -> str:
    """The days are told, the organisation is not."""
    first = "您的评审任务有变动" if changed else "现请您参加今年的现场评审"
    return (
        f"{name}老师，您好！{first}：{when}，担任{'组长' if leader else '组员'}，在诸暨市内。"
        f"请于{day(due)}前打开链接答复能否参加。链接仅限本人使用，请勿转发。\n{LINK}\n——{ISSUER}"
    )


def leader_changed(name: str) -> str:
    """Nothing of her own has changed, and she need not answer again."""
    return (
        f"{name}老师，您好！您接受的评审任务和时间不变，所在评审组的组长有变动，请打开链接查看，"
        f"不必再答复。链接仅限本人使用，请勿转发。\n{LINK}\n——{ISSUER}"
    )


def cancel(name: str) -> str:
    return (
        f"{name}老师，您好！原先请您参加的今年现场评审任务已取消，原定时间不再占用。感谢支持。"
        f"\n——{ISSUER}"
    )


def with_note(text: str, note: str) -> str:
    """The office's own sentence before the signature."""
    note = " ".join(note.split())
    if not note:
        return text
    body, signature = text.rsplit("\n", 1)
    return f"{body}\n{note}\n{signature}"


def named_in(text: str, organisations: Iterable[str]) -> str:
    """The first organisation that a text names, "" when none; blanks and invisible signs hide no
    name, and its short name gives it away as well.
    """
    plain = organisation.key(text)
    return next((name for name in organisations if _names(plain, name)), "")


def _names(plain: str, name: str) -> bool:
    full = organisation.key(name)
    short = {one.core for one in readings(name) if len(one.core) >= SHORTEST_CORE}
    return (len(full) >= SHORTEST_NAME and full in plain) or any(word in plain for word in short)


def day(on: date) -> str:
    return f"{on.month}月{on.day}日"
