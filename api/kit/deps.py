"""请求的依托: the clock, the ledger, the viewer and the settings of one request.

The only place of the web side that reads a clock.
"""

from __future__ import annotations

import re
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, cast

from fastapi import Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from api.identity import csrf, sessions
from api.kit import lookings, monitors
from api.kit.access import Permission, may
from api.settings import Settings
from expert_pool.core.actor import Actor, Role, Viewer
from expert_pool.core.hidden import Hidden
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day
from expert_pool.ledger import Ledger

ANONYMOUS = Viewer("", Role.ANONYMOUS)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')


def utc_now() -> datetime:
    """The instant, in UTC; shown to people in Asia/Shanghai."""
    return datetime.now(UTC)


def settings_of(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def ledger_of(request: Request) -> Ledger:
    return cast(Ledger, request.app.state.ledger)


def now_of(request: Request) -> datetime:
    return cast(datetime, request.app.state.clock())


def today_of(request: Request) -> date:
    """Today in Asia/Shanghai: terms, deadlines and working days are days of that zone."""
    return local_day(now_of(request))


def signed_in_of(request: Request) -> sessions.SignedIn:
    """Who is signed in.

    Raises Refusal `not-signed-in` for a stranger (only reachable on PUBLIC routes).
    """
    found: sessions.SignedIn | None = request.state.signed_in
    if found is None:
        raise Refusal("not-signed-in", "请先登录。")
    return found


def viewer_of(request: Request) -> Viewer:
    return cast(Viewer, request.state.viewer)


def hidden_of(request: Request) -> Hidden:
    """Names of organisations whose review this staff member may not see (工作人员的回避)."""
    signed_in: sessions.SignedIn | None = request.state.signed_in
    return signed_in.hidden if signed_in else Hidden()


def actor_of(request: Request) -> Actor:
    return signed_in_of(request).actor


def executor_of(request: Request) -> Executor:
    """Where solve jobs run: processes of this machine, or Dask workers by setting."""
    return cast(Executor, request.app.state.engine.executor())


def client_of(request: Request) -> sessions.Client:
    """The caller's address (behind a trusted proxy the one it reports) and program."""
    return sessions.Client(
        request.client.host if request.client else "?", request.headers.get("user-agent", "")[:200]
    )


def desk_of(request: Request) -> sessions.Desk:
    return cast(sessions.Desk, request.app.state.desk)


def leave_former_session(request: Request) -> None:
    """After a new log-in: the session this browser held until now ends, its cookie is about to be
    replaced (ASVS 7.2.4).
    """
    if request.state.signed_in is not None:
        desk_of(request).log_out(request.state.signed_in)


def if_match(
    header: Annotated[
        str | None, Header(alias="If-Match", description="读取时 ETag 中的版本号", examples=['"1"'])
    ] = None,
) -> int:
    """版本号: the version the caller saw.

    Raises Refusal `precondition-required` without one, `stale` when it is none of ours.
    """
    if not header:
        raise Refusal(
            "precondition-required",
            "请先读取最新内容，并在 If-Match 中带上它的版本号，以免覆盖他人的修改。",
        )
    found = _VERSION.fullmatch(header.strip())
    if found is None:
        raise Refusal("stale", "版本号与现有内容不符，请重新读取后再改。")
    return int(found[1])


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


async def admit(request: Request, permission: Permission) -> None:
    """准入: decide before the body is read whether this caller may use this route; then hold
    browsers to our own forms.
    """
    unsafe = request.method not in _SAFE
    if unsafe:
        csrf.refuse_other_sites(request, settings_of(request).public_url)
    signed_in = await run_in_threadpool(desk_of(request).current, request, now_of(request))
    request.state.signed_in = signed_in
    request.state.viewer = _viewer(request, signed_in)
    if (
        signed_in is not None
        and signed_in.factor_due
        and permission not in (Permission.PUBLIC, Permission.OWN_SESSION)
    ):
        raise Refusal("second-factor-due", "您的角色须启用第二重验证，请先绑定验证器。")
    if permission is Permission.MONITOR and monitors.known(
        request, settings_of(request).metrics_token_file
    ):
        return
    if not may(request.state.viewer.role, permission):
        if signed_in is None:
            raise Refusal("not-signed-in", "请先登录。")
        raise Refusal("forbidden", "您的角色不能办理此事；如确需办理，请联系审定办。")
    if (
        signed_in is not None
        and not unsafe
        and lookings.to_be_noted(request, shows_plans=permission is Permission.READ_PLANS)
    ):
        await run_in_threadpool(
            lookings.note, ledger_of(request), signed_in.actor, request, now_of(request)
        )
    if unsafe and signed_in is not None and permission is not Permission.PUBLIC:
        await csrf.demand_token(request, signed_in.csrf_token)


def still_viewer(request: Request, permission: Permission) -> Viewer:
    """Who looks on while an answer goes on for minutes, as things stand now.

    Raises Refusal `not-signed-in` once the session has ended or the role no longer allows it.
    """
    signed_in = desk_of(request).current(request, now_of(request), touching=False)
    viewer = _viewer(request, signed_in)
    if not may(viewer.role, permission):
        raise Refusal("not-signed-in", "请先登录。")
    return viewer


def _viewer(request: Request, signed_in: sessions.SignedIn | None) -> Viewer:
    year: int | None = getattr(request.state, "year", None)
    return replace(signed_in.viewer, year=year) if signed_in else ANONYMOUS


SettingsDep = Annotated[Settings, Depends(settings_of)]
LedgerDep = Annotated[Ledger, Depends(ledger_of)]
NowDep = Annotated[datetime, Depends(now_of)]
TodayDep = Annotated[date, Depends(today_of)]
ViewerDep = Annotated[Viewer, Depends(viewer_of)]
ActorDep = Annotated[Actor, Depends(actor_of)]
SignedInDep = Annotated[sessions.SignedIn, Depends(signed_in_of)]
ClientDep = Annotated[sessions.Client, Depends(client_of)]
DeskDep = Annotated[sessions.Desk, Depends(desk_of)]
ExecutorDep = Annotated[Executor, Depends(executor_of)]
HiddenDep = Annotated[Hidden, Depends(hidden_of)]
IfMatch = Annotated[int, Depends(if_match)]
