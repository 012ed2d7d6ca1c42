"""交付渠道: how messages leave the house. Each channel is one class; a message is marked as handed over only when its channel has taken it.

There is no network here: SMS and 浙政钉 are classes of this shape that a site adds with its own contract and keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from api.sessions import digest, new_token
from expert_pool import correspondence, register, signin, store
from expert_pool.core.actor import Actor, Viewer
from expert_pool.core.messages import LINK
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.spreadsheet.writing import write_table

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 300
# A reminder must not kill the link of the message before it, which may be what is opened.
LIVING_LINKS = 3


@dataclass(frozen=True)
class Letter:
    """One message as it goes out, with the link in it: shown or sent once, kept nowhere."""

    name: str
    phone: str
    kind: str
    text: str


@dataclass(frozen=True)
class Parcel:
    """What a channel gives back to the person who handed the letters over; nothing when it sent them itself."""

    filename: str
    media_type: str
    content: bytes


class Channel(Protocol):
    """渠道. `deliver` raises Refusal when the letters were not taken; then nothing is marked as sent."""

    code: str
    title: str
    by_phone: bool  # whether it needs the number; what is not needed is not read

    def deliver(self, letters: Sequence[Letter], now: datetime) -> Parcel | None: ...


class FileChannel:
    """文件: a table that a site's SMS platform or a mail merge takes."""

    code = "file"
    title = "短信文件"
    by_phone = True

    def deliver(self, letters: Sequence[Letter], now: datetime) -> Parcel:
        table = write_table(("姓名", "手机号", "短信内容"), [(one.name, one.phone, one.text) for one in letters], "短信")
        return Parcel(f"短信-{now:%Y%m%d-%H%M}.xlsx", EXCEL, table)


class PageChannel:
    """复制、打印: the page itself is the delivery; a person copies or prints it."""

    def __init__(self, code: str, title: str, by_phone: bool) -> None:
        self.code, self.title, self.by_phone = code, title, by_phone

    def deliver(self, letters: Sequence[Letter], now: datetime) -> None:
        return None


_ALL: tuple[Channel, ...] = (PageChannel("copy", "复制文本", True), PageChannel("print", "打印信函", False), FileChannel())
CHANNELS = {one.code: one for one in _ALL}


def hand_over(
    ledger: Ledger, actor: Actor, viewer: Viewer, uids: Sequence[str], channel: str, public_url: str, link_days: int
) -> tuple[tuple[Letter, ...], Parcel | None]:
    """Make the links, read the numbers, give everything to the channel, and mark it: all of it, or nothing."""
    if channel not in CHANNELS:
        raise Refusal("unknown-channel", "没有这种交付方式。")
    if not uids or len(uids) > AT_ONCE:
        raise Refusal("nobody", f"请勾选要交付的通知，一次最多 {AT_ONCE} 则。")
    letters = []
    with ledger.write(actor) as uow:
        for message in correspondence.messages_by_uid(uow.session, viewer, tuple(uids)):
            text, link_uid = message.text, ""
            if LINK in text:
                token = new_token()
                until = uow.now + timedelta(days=link_days)
                link_uid = signin.issue_link(uow, "self", message.expert_uid, digest(token), until, living=LIVING_LINKS)
                text = text.replace(LINK, f"{public_url.rstrip('/')}/l/{token}")
            number = ""
            if CHANNELS[channel].by_phone:
                number = store.phone(uow.session, viewer, message.expert_uid)
                uow.record("read-phone", "expert", message.expert_uid, None, None, f"交付通知（{CHANNELS[channel].title}）")
            register.mark_sent(uow, message.uid, channel, link_uid)
            letters.append(Letter(message.name, number, message.kind, text))
        parcel = CHANNELS[channel].deliver(letters, uow.now)
        uow.commit()
    return tuple(letters), parcel
