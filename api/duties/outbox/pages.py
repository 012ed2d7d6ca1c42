"""发件箱: what is to go out, and the three ways in which a person hands it over: copy, print, a
file for the SMS platform.
"""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import Form, Query, Request, Response
from markupsafe import Markup

from api.duties.outbox.channels import CHANNELS, Letter, WorkNoticeFile, hand_over, offered
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, SettingsDep, ViewerDep
from api.kit.fields import Uid, UidText
from api.kit.files import attachment
from api.kit.rendering import page, see_other
from api.kit.templating import moment
from expert_pool import correspondence, register
from expert_pool.core.messages import ISSUER, KINDS, LINK, STATES

router = Router(include_in_schema=False)
P = Permission
Word = Annotated[str, Form(max_length=20)]
Uids = Annotated[tuple[UidText, ...], Form()]


@router.get("/round/outbox", allow=P.ISSUE_LINKS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    show: Annotated[str, Query(max_length=10)] = "waiting",
    account: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """`account` yes or no: only who has, or has not, an account of 浙政钉, so that both can be
    handed over in their own way.
    """
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        status = show if show in STATES else "waiting"
        rows = correspondence.outbox(session, viewer, year.year, status=status)
        counts = correspondence.counts(session, viewer, year.year)
    asked = WorkNoticeFile.code in settings.channels
    having = sum(bool(row.account) for row in rows)
    kept = (
        [
            row
            for row in rows
            if account not in ("yes", "no") or bool(row.account) is (account == "yes")
        ]
        if asked
        else rows
    )
    view = {
        "subtitle": f"{year.year} 年度 · 链接在交付时才生成，系统不保存",
        "tabs": tuple((code, words, counts.get(code, 0)) for code, words in STATES.items()),
        "show": status,
        "channels": tuple((one.code, one.title) for one in offered(settings)),
        "accounts": (
            ("", "全部", len(rows)),
            ("yes", "有浙政钉账号", having),
            ("no", "没有账号", len(rows) - having),
        )
        if asked
        else (),
        "account": account if account in ("yes", "no") else "",
        "rows": tuple(_line(row) for row in kept),
    }
    return page(request, "outbox.html", view)


def _line(row: correspondence.MessageView) -> dict[str, object]:
    channel = CHANNELS.get(row.channel)
    return {
        "uid": row.uid,
        "version": row.version,
        "expert": row.expert_uid,
        "name": row.name,
        "account": bool(row.account),
        "kind": KINDS.get(row.kind, row.kind),
        "text": row.text.replace(LINK, "（此处为本人链接）"),
        "when": f"{moment(row.sent_at)} {channel.title if channel else ''}"
        if row.sent_at
        else moment(row.created_at),
    }


@router.post("/round/outbox/hand-over", allow=P.ISSUE_LINKS)
def deliver(
    request: Request,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    now: NowDep,
    uid: Uids = (),
    channel: str = Form("copy"),
    again: Word = "",
) -> Response:
    """Not a redirect: the links are in this answer and nowhere else."""
    letters, parcel = hand_over(ledger, actor, viewer, uid, channel, settings, again=again == "yes")
    if parcel is not None:
        return attachment(parcel.content, parcel.media_type, parcel.filename)
    view = {
        "letters": tuple(_sheet(number, letter) for number, letter in enumerate(letters)),
        "print": channel == "print",
        "day": common.date_words(common.china_day(now)),
        "office": settings.office_phone,
        "address": settings.office_address,
        "issuer": ISSUER,
    }
    return page(request, "letters.html", view)


def _sheet(number: int, letter: Letter) -> dict[str, object]:
    salutation, lines = _letter_lines(letter.body)
    return {
        "id": f"letter-{number}",
        "name": letter.name,
        "phone": letter.phone,
        "kind": KINDS.get(letter.kind, ""),
        "text": letter.text,
        "salutation": salutation,
        "lines": lines,
        "link": letter.link,
        "square": _square(letter.link) if letter.link else "",
    }


def _letter_lines(body: str) -> tuple[str, tuple[str, ...]]:
    """The salutation, and what a letter says below it: the link is a square, the issuer signs."""
    lines = [line for line in body.split("\n") if line != LINK and line != f"——{ISSUER}"]
    salutation, _, first = lines[0].partition("，您好！")
    return f"{salutation}：", tuple(line for line in ("您好！" + first, *lines[1:]) if line)


def _square(link: str) -> Markup:
    """The link as a QR code: nobody types 43 letters off a sheet of paper."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(scale=4, border=2)
    return Markup(drawn)  # noqa: S704 - made here of a link of our own


@router.post("/round/outbox/{uid}/drop", allow=P.ISSUE_LINKS)
def drop(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Annotated[int, Form(ge=0, le=2_000_000_000)],
) -> Response:
    with ledger.write(actor) as uow:
        register.drop_message(uow, uid, version)
        uow.commit()
    return see_other(request, "/round/outbox", "dropped-message")
