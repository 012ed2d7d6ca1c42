"""第二重验证页: bind an authenticator, see the recovery codes once, switch it off."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import Form, Request, Response
from markupsafe import Markup

from api.identity import binding as factors
from api.identity import factor
from api.identity.sessions import SignedIn
from api.kit.access import Permission, Router
from api.kit.deps import DeskDep, LedgerDep, NowDep, SignedInDep
from api.kit.rendering import page, see_other
from api.kit.shell import Message
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
Password = Annotated[str, Form(max_length=1000)]
Second = Annotated[str, Form(max_length=40)]


@router.get("/second-factor", allow=Permission.OWN_SESSION)
def show(request: Request, signed_in: SignedInDep, ledger: LedgerDep) -> Response:
    if signed_in.viewer.role is Role.EXPERT:  # she comes in by her link
        return see_other(request, "/me")
    return _draw(request, signed_in, ledger)


@router.post("/second-factor/start", allow=Permission.OWN_SESSION)
def start(request: Request, signed_in: SignedInDep, ledger: LedgerDep, desk: DeskDep) -> Response:
    """Not a redirect: the secret is on this page only, and is kept by nobody before it is
    confirmed.
    """
    return _draw(request, signed_in, ledger, factors.begin(desk, signed_in))


@router.post("/second-factor", allow=Permission.OWN_SESSION)
def enable(
    request: Request,
    signed_in: SignedInDep,
    ledger: LedgerDep,
    desk: DeskDep,
    now: NowDep,
    sealed: Annotated[str, Form(max_length=200)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    password: Password = "",
    proof: Second = "",
) -> Response:
    try:
        codes = factors.confirm(desk, signed_in, sealed, code, factors.Proof(password, proof), now)
    except Refusal as refusal:
        started = factors.again(desk, signed_in, sealed)
        return _draw(
            request, signed_in, ledger, started, messages=(Message(refusal.message_zh, "bad"),)
        )
    return _draw(request, signed_in, ledger, codes=codes)


@router.post("/second-factor/stop", allow=Permission.OWN_SESSION)
def disable(
    request: Request,
    signed_in: SignedInDep,
    desk: DeskDep,
    ledger: LedgerDep,
    now: NowDep,
    password: Password = "",
    proof: Second = "",
) -> Response:
    try:
        factors.stop(desk, signed_in, factors.Proof(password, proof), now)
    except Refusal as refusal:
        return _draw(request, signed_in, ledger, messages=(Message(refusal.message_zh, "bad"),))
    return see_other(request, "/login")


def _draw(
    request: Request,
    signed_in: SignedIn,
    ledger: Ledger,
    started: factors.Started | None = None,
    codes: tuple[str, ...] = (),
    messages: tuple[Message, ...] = (),
) -> Response:
    if signed_in.viewer.role is Role.EXPERT:
        raise Refusal("forbidden", "评审专家用个人链接进入，不需要第二重验证。")
    with ledger.read() as session:
        state = factors.state(session, signed_in)
        left = factor.recovery_codes_left(session, signed_in.actor.id)
    view = {
        "on": state,
        "left": left,
        "due": signed_in.factor_due and not codes,
        "started": started,
        "codes": codes,
        # A drawing made here, of an address made here: nothing of it is anybody's text.
        "picture": Markup(segno.make(started.address, error="m").svg_inline(scale=5, border=2))  # noqa: S704
        if started
        else "",
    }
    return page(
        request, "second_factor.html", view, status=422 if messages else 200, messages=messages
    )
