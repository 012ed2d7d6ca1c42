"""拿起、放下、撤销、重做、不安排: changes of a draft on the board. Every one is a form; the script
only drags.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response

from api.groups.board import move_views as views
from api.groups.plans import commands
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid
from api.kit.rendering import page, see_other
from assignment.edit import Edit
from assignment.problem import Pin
from assignment.weigh import weigh
from award.groups import store
from award.groups.declined import as_refusal
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Key = Annotated[str, Query(max_length=64)]
Id = Annotated[str, Form(max_length=64)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
Number = Annotated[int | None, Form(ge=0, le=10_000)]
Text = Annotated[str, Form(max_length=300)]


def _board(request: Request, uid: str, done: str) -> Response:
    return see_other(request, f"/board?plan={uid}", done)


def _whole(found: store.PlanView) -> store.PlanView:
    if found.hidden:
        raise Refusal("not-found", "没有找到，可能已有变动，请回到编组页重新选择。")
    return found


@router.get("/board/{uid}/moves", allow=P.EDIT_PLANS)
def show_moves(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    member: Key = "",
    group: Annotated[int, Query(ge=-1, le=10_000)] = -1,
    reserve: Key = "",
    firm: Key = "",
    visit: Key = "",
) -> Response:
    """Where it could go: a page of its own, or with `hx-request` only the list, for the script."""
    with ledger.read() as session:
        found = _whole(store.plan(session, viewer, uid))
    view = views.moves_page(found, views.Picked(member, group, reserve, firm, visit))
    partial = "hx-request" in request.headers
    return page(request, "_moves.html" if partial else "moves.html", view)


@router.post("/board/{uid}/edit", allow=commands.EDIT.allow)
def make_edit(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    version: Version,
    kind: Id,
    group: Number = None,
    other_group: Number = None,
    target: Number = None,
    start: Number = None,
    member: Annotated[str | None, Form(max_length=64)] = None,
    other: Annotated[str | None, Form(max_length=64)] = None,
    newcomer: Annotated[str | None, Form(max_length=64)] = None,
    case: Annotated[str | None, Form(max_length=64)] = None,
    broken: Id = "",
) -> Response:
    """Put down. What breaks a rule is refused with the rule, unless `broken` says that it is to be
    kept as a draft that is not right yet.
    """
    fields = {
        "group": group,
        "other_group": other_group,
        "target": target,
        "start": start,
        "member": member,
        "other": other,
        "newcomer": newcomer,
        "case": case,
    }
    edit = views.read_edit(kind, fields)
    if broken != "keep":
        with ledger.read() as session:
            found = _whole(store.plan(session, viewer, uid))
        _sound(found, edit)
    commands.EDIT(ledger, actor, uid, version, edit)
    return _board(request, uid, commands.EDIT.done)


def _sound(found: store.PlanView, edit: Edit) -> None:
    with as_refusal():
        weighed = weigh(found.problem, found.plan, edit)
    if weighed.broken:
        names = found.names
        text = weighed.broken[0].say(
            lambda key: names.person(key).name, lambda key: names.firm(key).name
        )
        more = len(weighed.broken) - 1
        raise Refusal(
            "breaks-rules",
            f"没有改动：这样会违反规则，{text}{f'等 {more + 1} 处' if more else ''}。"
            "仍要这样改的，请在“会违反规则”里选择留作待改的草案。",
        )


@router.post("/board/{uid}/undo", allow=commands.UNDO.allow)
def undo(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
) -> Response:
    commands.UNDO(ledger, actor, uid, version)
    return _board(request, uid, commands.UNDO.done)


@router.post("/board/{uid}/redo", allow=commands.REDO.allow)
def redo(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
) -> Response:
    commands.REDO(ledger, actor, uid, version)
    return _board(request, uid, commands.REDO.done)


@router.post("/board/{uid}/forbid", allow=commands.FORBID.allow)
def forbid(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    reviewer: Id,
    case: Id,
    reason: Text,
) -> Response:
    """不安排某人评审某家: kept as a pin with its reason; the next solve and the checker hold it."""
    commands.FORBID(ledger, actor, uid, version, reviewer, case, reason)
    return _board(request, uid, commands.FORBID.done)


@router.post("/board/{uid}/hold", allow=commands.HOLD.allow)
def hold(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    kind: Annotated[str, Form(pattern="^(member|leader|visit|exclude)$")],
    case: Id,
    reviewer: Annotated[str | None, Form(max_length=64)] = None,
    start: Number = None,
    set: Annotated[str, Form(pattern="^(on|off)$")] = "on",
) -> Response:
    """固定或取消固定; sets the state that the button names: pressing twice changes nothing."""
    pin = Pin(kind, reviewer=reviewer or None, case=case, start=start)  # type: ignore[arg-type]
    commands.HOLD(ledger, actor, uid, version, pin, set == "on")
    return _board(request, uid, "pinned" if set == "on" else "unpinned")
