"""调整方案: member, leader, visit, pins; approve, publish, withdraw, compare.

Every change is stored and checked again at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from fastapi import Depends, Form, Query, Request, Response

from api.groups.board import views as board_views
from api.groups.board.move_views import leave_move
from api.groups.plans import commands, views
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.commands import Command
from api.kit.days import stay_words
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid
from api.kit.rendering import page, see_other
from assignment.edit import Lead
from award.groups import store
from award.groups.books import book_of
from award.groups.core.book import group_name
from award.groups.core.compare import compare
from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
P = Permission
Given = ParamSpec("Given")
Id = Annotated[str, Form(max_length=64)]
Text = Annotated[str, Form(max_length=500)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
Number = Annotated[int, Form(ge=0, le=10_000)]
Key = Annotated[str, Query(max_length=64)]


def _board(request: Request, uid: str, done: str, anchor: str = "") -> Response:
    return see_other(request, f"/board?plan={uid}{anchor}", done)


@dataclass(frozen=True)
class PlanForm:
    """Who sent a form about which version of which plan."""

    request: Request
    ledger: Ledger
    actor: Actor
    uid: str
    version: int

    def carry_out(
        self,
        command: Command[Concatenate[str, int, Given], Any],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Response:
        """The command on the plan, then the board, which says what was done."""
        command(self.ledger, self.actor, self.uid, self.version, *given, **named)
        return _board(self.request, self.uid, command.done)


def _plan_form(
    request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep, version: Version
) -> PlanForm:
    return PlanForm(request, ledger, actor, uid, version)


PlanFormDep = Annotated[PlanForm, Depends(_plan_form)]


@router.get("/board/{uid}/seat", allow=P.EDIT_PLANS)
def show_seat(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    group: Annotated[int, Query(ge=0, le=10_000)],
    reviewer: Key,
    name: Key = "",
) -> Response:
    with ledger.read() as session:
        found = store.plan(session, viewer, uid)
    if (
        group >= len(found.plan.groups)
        or reviewer not in found.plan.groups[group].members
        or found.hidden
    ):
        raise Refusal("not-found", "此人已不在这一组，请回到编组页重新选择。")
    here = found.plan.groups[group]
    view = {
        "uid": uid,
        "version": found.row.version,
        "group": group_name(group + 1),
        "position": group,
        "reviewer": reviewer,
        "name": found.names.person(reviewer).name,
        "firms": tuple(found.names.firm(case).name for case in here.cases),
        "found": views.candidates(found, group, reviewer, name.strip()),
        "wanted": name.strip(),
        "leave": leave_move(found, group, reviewer) if len(here.members) > 1 else None,
    }
    return page(request, "seat.html", view)


@router.post("/board/{uid}/leader", allow=commands.EDIT.allow)
def change_leader(sent: PlanFormDep, group: Number, reviewer: Id) -> Response:
    return sent.carry_out(commands.EDIT, Lead(group, reviewer))


@router.get("/board/{uid}/visit", allow=P.EDIT_PLANS)
def show_visit(
    request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep, case: Key
) -> Response:
    with ledger.read() as session:
        found = store.plan(session, viewer, uid)
        book = book_of(session, found, explain=False)
    here = next(
        (
            (group, visit)
            for group in book.groups
            for visit in group.visits
            if visit.firm.id == case and visit.stays
        ),
        None,
    )
    if here is None or found.hidden:
        raise Refusal("not-found", "没有找到这次现场评审，请回到编组页重新选择。")
    view = {
        "uid": uid,
        "version": found.row.version,
        "group": here[0].name,
        "firm": here[1].firm.name,
        "now": stay_words(here[1]),
        "case": case,
        "starts": views.starts(found, case),
    }
    return page(request, "visit.html", view)


@router.post("/board/{uid}/visit", allow=commands.MOVE.allow)
def move_visit(sent: PlanFormDep, case: Id, start: Number, pin: Id = "") -> Response:
    return sent.carry_out(commands.MOVE, case, start, pin=pin == "yes")


@router.post("/board/{uid}/pin", allow=commands.HOLD_MEMBER.allow)
def pin_member(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    reviewer: Id,
    case: Id,
    set: Id = "on",
) -> Response:
    """Sets the state the button names: pressing twice changes nothing."""
    commands.HOLD_MEMBER(ledger, actor, uid, version, reviewer, case, set == "on")
    return _board(request, uid, "pinned" if set == "on" else "unpinned")


@router.post("/board/{uid}/submit", allow=commands.SUBMIT.allow)
def submit(sent: PlanFormDep, note: Text = "") -> Response:
    return sent.carry_out(commands.SUBMIT, note)


@router.post("/board/{uid}/recall", allow=commands.RECALL.allow)
def recall(sent: PlanFormDep) -> Response:
    return sent.carry_out(commands.RECALL)


@router.post("/board/{uid}/send-back", allow=commands.SEND_BACK.allow)
def send_back(sent: PlanFormDep, reason: Text) -> Response:
    return sent.carry_out(commands.SEND_BACK, reason)


@router.post("/board/{uid}/approve", allow=commands.APPROVE.allow)
def approve(sent: PlanFormDep, note: Text = "") -> Response:
    return sent.carry_out(commands.APPROVE, note.strip())


@router.post("/board/{uid}/reopen", allow=commands.REOPEN.allow)
def reopen(sent: PlanFormDep, reason: Text) -> Response:
    return sent.carry_out(commands.REOPEN, reason)


@router.post("/board/{uid}/publish", allow=commands.PUBLISH.allow)
def publish(sent: PlanFormDep) -> Response:
    return sent.carry_out(commands.PUBLISH)


@router.post("/board/{uid}/withdraw", allow=commands.WITHDRAW.allow)
def withdraw(sent: PlanFormDep, reason: Text) -> Response:
    return sent.carry_out(commands.WITHDRAW, reason)


@router.post("/board/{uid}/copy", allow=commands.COPY.allow)
def copy(request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep) -> Response:
    fresh = commands.COPY(ledger, actor, uid)
    return _board(request, fresh, commands.COPY.done)


@router.get("/board/{uid}/papers", allow=P.ISSUE_LINKS)
def take_paper(
    request: Request,
    uid: Uid,
    name: Annotated[str, Query(max_length=40, pattern=r"^[a-z-]+\.(docx|xlsx)$")],
    reason: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """写全电话的文书: to where every paper comes from, with what it is for."""
    demand_reason(reason)
    asked = urlencode({"reason": reason.strip()})
    return see_other(request, f"/api/v1/plans/{uid}/documents/{name}?{asked}")


@router.get("/board/compare", allow=P.READ_PLANS)
def show_comparison(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, a: Key = "", b: Key = ""
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        rows = store.plans(session, viewer, year.year)
        if len(rows) < 2:
            raise Refusal("nothing-to-compare", "只有一个版本，没有可以比较的。")
        b = b or rows[0].uid
        a = a or rows[1].uid
        before, after = store.plan(session, viewer, a), store.plan(session, viewer, b)
    found = compare(before, after)
    view = {
        "versions": board_views.version_rows(rows, b),
        "a": a,
        "b": b,
        "comparable": found.comparable,
        "goals": views.goal_deltas(found, before, after),
        "summary": views.summary(found, after),
        "changes": views.differences(found, views.firms_of(before.names, after.names)),
    }
    return page(request, "compare.html", view)
