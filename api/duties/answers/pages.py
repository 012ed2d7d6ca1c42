"""任务答复页: who has accepted, who has declined and why, whom to ask again; a refusal leads to the
repair of the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import Form, Request, Response

from api.groups.repairs import pages as repairs
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Uid, UidText
from api.kit.parts import Option, Stat
from api.kit.rendering import page, see_other
from api.kit.templating import moment
from assignment.duty import ACCEPTED, DECLINED, OPEN, REASONS
from award.duties import differences, duties, notices
from award.duties.differences import when_words
from award.duties.duties import DutyView
from expert_pool import correspondence
from expert_pool.core.messages import KINDS

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
WORDS = {ACCEPTED: "已接受", DECLINED: "谢绝", OPEN: "未答复"}
TONES = {ACCEPTED: "ok", DECLINED: "bad", OPEN: "warn"}
ORDER = (DECLINED, OPEN, ACCEPTED)
WRITERS = {"offer": notices.offer, "press": notices.press}


@dataclass(frozen=True)
class Letter:
    """One line of 要写信的: to whom, what, and why."""

    uid: str
    name: str
    kind: str
    reasons: tuple[str, ...]


# A refusal leads there.
router.include_router(repairs.router)


@router.get("/round/duties", allow=P.READ_PLANS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    today = common.china_day(now)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        found = duties.everybody(session, viewer, year.year, today)
        links = correspondence.links(session, viewer, now)
        letters = differences.pending(session, viewer, year.year, today)
        silent = differences.unanswered(session, viewer, year.year, today)
    counts = {state: sum(one.state == state for one in found) for state in ORDER}
    view = {
        "subtitle": f"{year.year} 年度 · 评哪几家，本人接受之后才看得到",
        "published": bool(found),
        "plan": found[0].plan_uid if found else "",
        "letters": tuple(
            Letter(one.expert, one.name, KINDS[one.kind], one.reasons) for one in letters
        ),
        "silent": len(silent),
        "stats": tuple(
            Stat(WORDS[state], str(counts[state]), f"/ {len(found)}") for state in reversed(ORDER)
        ),
        "rows": tuple(
            _line(one, links.get(one.duty.expert), today)
            for one in sorted(found, key=lambda one: ORDER.index(one.state))
        ),
        "reasons": tuple(
            Option(kind, words) for kind, words in REASONS.items() if kind != "recusal"
        ),
    }
    return page(request, "duties.html", view)


def _line(one: DutyView, link: correspondence.LinkState | None, today: date) -> dict[str, object]:
    late = one.state == OPEN and one.due is not None and today > one.due
    said = one.answer
    return {
        "uid": one.duty.expert,
        "name": one.name,
        "employer": one.employer,
        "groups": "、".join(str(number) for number in one.groups),
        "role": "组长" if one.duty.leader else "组员",
        "when": when_words(one.duty),
        "state": one.state,
        "words": WORDS[one.state],
        "tone": TONES[one.state],
        "reason": said.reason_words if said and one.state == DECLINED else "",
        "backed_out": bool(said and said.after_accepting and one.state == DECLINED),
        "said": f"{moment(said.answered_at)}{'，审定办代记' if said.via == 'office' else ''}"
        if said and one.state != OPEN
        else "",
        "late": late,
        "due": common.date_words(one.due),
        "fingerprint": one.duty.fingerprint,
        "link": "链接已打开" if link and link.opened_at else "链接未打开" if link else "",
    }


@router.post("/round/duties/messages", allow=P.ISSUE_LINKS)
def write(
    request: Request,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    kind: Annotated[Literal["offer", "press"], Form()] = "offer",
    uid: Annotated[tuple[UidText, ...], Form()] = (),
    note: Text = "",
) -> Response:
    """拟信: to those ticked; a form without ticks speaks of all."""
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        written = WRITERS[kind](uow, year, uid or None, note=note)
        uow.commit()
    return see_other(
        request,
        "/round/outbox" if written else "/round/duties",
        "written" if written else "nothing-written",
    )


@router.post("/round/duties/{uid}", allow=P.EDIT_EXPERTS)
def record(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    fingerprint: Annotated[str, Form(max_length=64)] = "",
    answer: Text = "",
    reason_kind: Text = "",
    reason: Text = "",
) -> Response:
    """代记答复: what somebody said on the telephone, with who wrote it down."""
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        if answer == "reopen":
            duties.reopen_duty(uow, uid, year, reason)
        else:
            accept = answer == "accept"
            duties.answer_duty(
                uow,
                uid,
                year,
                fingerprint,
                accept,
                "" if accept else reason_kind,
                "" if accept else reason,
            )
        uow.commit()
    return see_other(request, "/round/duties", "asked-anew" if answer == "reopen" else "answered")
