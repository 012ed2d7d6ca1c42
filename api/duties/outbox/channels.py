"""交付渠道: how messages leave the house. Each channel is one class; a message is marked as handed
over only when its channel has taken it.

There is no network here: SMS and 浙政钉 leave as files that the office's own platform or integrator
takes (docs/formats.md). Which channels an office has is a setting.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from api.identity import tokens
from api.identity.sessions import digest, new_token
from api.settings import Settings
from award.papers.media import EXCEL
from expert_pool import correspondence, register, store
from expert_pool.core.actor import Actor, Viewer
from expert_pool.core.messages import KINDS, LINK
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import SHANGHAI
from expert_pool.ledger import Ledger
from expert_pool.spreadsheet.writing import write_table

JSON_LINES = "application/jsonl; charset=utf-8"
AT_ONCE = 300
MOST_NAMED = 20
# A reminder must not kill the link of the message before it, which may be what is opened.
LIVING_LINKS = 3


@dataclass(frozen=True)
class Letter:
    """One message as it goes out, with its link: shown or sent once, kept nowhere.

    `uid` is the message's, `body` holds no link yet.
    """

    uid: str
    name: str
    phone: str
    account: str
    kind: str
    body: str
    link: str

    @property
    def text(self) -> str:
        return self.body.replace(LINK, self.link)


@dataclass(frozen=True)
class Parcel:
    """What a channel gives back to the person who handed the letters over; nothing when it sent
    them itself.
    """

    filename: str
    media_type: str
    content: bytes


class Channel(Protocol):
    """渠道. `deliver` raises Refusal when the letters were not taken; then nothing is marked as
    sent.
    """

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
        table = write_table(
            ("姓名", "手机号", "短信内容"),
            [(one.name, one.phone, one.text) for one in letters],
            "短信",
        )
        return Parcel(f"短信-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx", EXCEL, table)


class WorkNoticeFile:
    """浙政钉工作通知: one JSON object a line, which the integrator of the 专有钉钉 tenant sends by
    accountId over 政务外网.

    Experts outside the government directory have no account; for them the other channels stay
    (domain U5a).
    """

    code = "zzd"
    title = "浙政钉文件"
    by_phone = False

    def deliver(self, letters: Sequence[Letter], now: datetime) -> Parcel:
        lacking = [one.name for one in letters if not one.account]
        if lacking:
            named = "、".join(lacking[:MOST_NAMED]) + ("等" if len(lacking) > MOST_NAMED else "")
            raise Refusal(
                "no-account",
                f"有 {len(lacking)} 位专家没有登记浙政钉账号（{named}），没有交付任何通知。"
                "请只选有账号的专家交付；其余改用短信文件或打印信函，或者先在专家页补登账号。",
                field="uid",
            )
        lines = "".join(json.dumps(self._notice(one), ensure_ascii=False) + "\n" for one in letters)
        return Parcel(
            f"浙政钉-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}.jsonl",
            JSON_LINES,
            lines.encode("utf-8"),
        )

    def _notice(self, letter: Letter) -> dict[str, str]:
        """The link is the notice's own field: a card is tapped, not a line of text."""
        text = "\n".join(line for line in letter.body.split("\n") if line != LINK)
        title = f"政府质量奖评审：{KINDS.get(letter.kind, '通知')}"
        return {
            "accountId": letter.account,
            "bizMsgId": letter.uid,
            "title": title,
            "text": text,
            "link": letter.link,
        }


class PageChannel:
    """复制、打印: the page itself is the delivery; a person copies or prints it."""

    def __init__(self, code: str, title: str, by_phone: bool) -> None:
        self.code, self.title, self.by_phone = code, title, by_phone

    def deliver(self, letters: Sequence[Letter], now: datetime) -> None:
        return None


_ALL: tuple[Channel, ...] = (
    PageChannel("copy", "复制文本", True),
    PageChannel("print", "打印信函", False),
    FileChannel(),
    WorkNoticeFile(),
)
CHANNELS = {one.code: one for one in _ALL}


def offered(settings: Settings) -> tuple[Channel, ...]:
    """The channels this office has, in the order of its setting."""
    return tuple(CHANNELS[code] for code in settings.channels)


def hand_over(
    ledger: Ledger,
    actor: Actor,
    viewer: Viewer,
    uids: Sequence[str],
    channel: str,
    settings: Settings,
    *,
    again: bool = False,
) -> tuple[tuple[Letter, ...], Parcel | None]:
    """Make the links, read the numbers, give everything to the channel, and mark it: all of it, or
    nothing. What was given out before is given out once more only where `again` says so.
    """
    if channel not in settings.channels:
        raise Refusal("unknown-channel", "没有这种交付方式。")
    if not uids or len(uids) > AT_ONCE:
        raise Refusal("nobody", f"请勾选要交付的通知，一次最多 {AT_ONCE} 则。")
    letters = []
    with ledger.write(actor) as uow:
        messages = correspondence.messages_by_uid(uow.session, viewer, tuple(uids))
        given = [one for one in messages if one.sent_at is not None]
        if given and not again:
            when = given[0].sent_at.astimezone(SHANGHAI) if given[0].sent_at else uow.now
            raise Refusal(
                "already-sent",
                f"{given[0].name}等 {len(given)} 人的通知已在 {when.month}月{when.day}日"
                f" {when:%H:%M} 交付过，没有再次交付。确要重发，请到“已交付”里勾选。",
            )
        for message in messages:
            link = link_uid = ""
            if LINK in message.text:
                token = new_token()
                until = uow.now + timedelta(days=settings.link_days)
                link_uid = tokens.issue_link(
                    uow, "self", message.expert_uid, digest(token), until, living=LIVING_LINKS
                )
                link = f"{settings.public_url.rstrip('/')}/l/{token}"
            number = ""
            if CHANNELS[channel].by_phone:
                number = store.phone(uow.session, viewer, message.expert_uid)
                uow.record(
                    "read-phone",
                    "expert",
                    message.expert_uid,
                    None,
                    None,
                    f"交付通知（{CHANNELS[channel].title}）",
                )
            register.mark_sent(uow, message.uid, channel, link_uid)
            letters.append(
                Letter(
                    message.uid,
                    message.name,
                    number,
                    message.account,
                    message.kind,
                    message.text,
                    link,
                )
            )
        parcel = CHANNELS[channel].deliver(letters, uow.now)
        uow.commit()
    return tuple(letters), parcel
