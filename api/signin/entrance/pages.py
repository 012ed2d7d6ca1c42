"""入口: log-in of staff, log-out, and the personal link of an expert (a GET shows a button, its
POST opens the session).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from api.identity import joining, links, sessions
from api.kit.access import Permission, Router
from api.kit.deps import NowDep, SignedInDep, client_of, desk_of, leave_former_session
from api.kit.rendering import page, see_other
from api.kit.shell import Message
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
Token = Annotated[str, "a path segment of a personal link"]


@router.get("/login", allow=Permission.PUBLIC)
def show_login(request: Request, next: str = "") -> Response:
    if request.state.signed_in is not None:
        return see_other(request, first_page(request.state.viewer.role))
    return page(request, "login.html", {"next": own_path(next), "login": ""})


@router.post("/login", allow=Permission.PUBLIC)
def log_in(
    request: Request,
    now: NowDep,
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    try:
        opened = desk_of(request).log_in(login, password, client_of(request), now)
    except Refusal as refusal:
        status = 429 if refusal.code == "too-many-failures" else 401
        if refusal.code == "second-factor-needed":
            return page(
                request,
                "login_code.html",
                {"ticket": refusal.params["ticket"], "next": own_path(next)},
            )
        view = {"next": own_path(next), "login": login[:64]}
        return page(
            request,
            "login.html",
            view,
            status=status,
            messages=(Message(refusal.message_zh, "bad"),),
        )
    leave_former_session(request)
    response = see_other(request, own_path(next) or first_page(opened.signed_in.viewer.role))
    sessions.set_cookie(response, request.app.state.settings, opened.token)
    return response


@router.post("/login/code", allow=Permission.PUBLIC)
def log_in_with_code(
    request: Request,
    now: NowDep,
    ticket: Annotated[str, Form(max_length=400)] = "",
    code: Annotated[str, Form(max_length=40)] = "",
    next: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """The second step: six digits, or a recovery code."""
    try:
        opened = desk_of(request).log_in_with_code(ticket, code, client_of(request), now)
    except Refusal as refusal:
        message = (Message(refusal.message_zh, "bad"),)
        if refusal.code == "bad-code":
            return page(
                request,
                "login_code.html",
                {"ticket": ticket, "next": own_path(next)},
                status=401,
                messages=message,
            )
        status = 429 if refusal.code == "too-many-failures" else 401
        return page(
            request,
            "login.html",
            {"next": own_path(next), "login": ""},
            status=status,
            messages=message,
        )
    leave_former_session(request)
    response = see_other(request, own_path(next) or first_page(opened.signed_in.viewer.role))
    sessions.set_cookie(response, request.app.state.settings, opened.token)
    return response


@router.post("/logout", allow=Permission.OWN_SESSION)
def log_out(request: Request, signed_in: SignedInDep) -> Response:
    desk_of(request).log_out(signed_in)
    response = see_other(request, "/login")
    sessions.clear_cookie(response, request.app.state.settings)
    return response


@router.get("/l/{token}", allow=Permission.PUBLIC)
def show_link(request: Request, token: str) -> Response:
    """Looks nothing up: chat programs fetch addresses to preview them, and a guess must learn
    nothing.
    """
    return page(request, "enter.html", {"action": f"/l/{token}"})


@router.post("/l/{token}", allow=Permission.PUBLIC)
def use_link(request: Request, token: str, now: NowDep) -> Response:
    try:
        opened = links.exchange(desk_of(request), token, client_of(request), now)
    except Refusal as refusal:
        message = Message(refusal.message_zh, "bad")
        status = 429 if refusal.code == "too-many-failures" else 404
        return page(
            request,
            "enter.html",
            {"action": f"/l/{token}"},
            status=status,
            messages=(message,),
        )
    leave_former_session(request)
    response = see_other(request, "/me")
    sessions.set_cookie(response, request.app.state.settings, opened.token)
    return response


@router.get("/join/{token}", allow=Permission.PUBLIC)
def show_join(request: Request, token: str) -> Response:
    """Looks nothing up, as the page of a personal link."""
    return page(request, "join.html", {"action": f"/join/{token}", "code": ""})


@router.post("/join/{token}", allow=Permission.PUBLIC)
def join(
    request: Request,
    token: str,
    now: NowDep,
    password: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
    half: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """The owner sets the password; the link is used up."""
    try:
        if password != again:
            raise Refusal("weak-password", "两次输入的口令不一样。")
        way = joining.Way(token, half)
        code = joining.join(desk_of(request), way, password, client_of(request), now)
    except Refusal as refusal:
        status = {"too-many-failures": 429, "bad-link": 404}.get(refusal.code, 422)
        view = {"action": f"/join/{token}", "code": ""}
        message = Message(refusal.message_zh, "bad")
        return page(request, "join.html", view, status=status, messages=(message,))
    return page(request, "join.html", {"action": "", "code": code})


def first_page(role: Role) -> str:
    return {Role.EXPERT: "/me", Role.ADMIN: "/accounts"}.get(role, "/")


def own_path(path: str) -> str:
    """A path of this site, or nothing: a log-in page must not send people elsewhere."""
    return (
        path
        if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
        else ""
    )


@router.get("/password", allow=Permission.OWN_SESSION)
def show_password(request: Request) -> Response:
    return page(request, "password.html", {})


@router.post("/password", allow=Permission.OWN_SESSION)
def change_password(
    request: Request,
    signed_in: SignedInDep,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """更改口令: every session ends; the person logs in anew."""
    try:
        if new != again:
            raise Refusal("weak-password", "两次输入的新口令不一样。")
        desk_of(request).change_password(signed_in, old, new)
    except Refusal as refusal:
        return page(
            request, "password.html", {}, status=422, messages=(Message(refusal.message_zh, "bad"),)
        )
    response = see_other(request, "/login")
    sessions.clear_cookie(response, request.app.state.settings)
    return response
