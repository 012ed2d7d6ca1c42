"""审计页: the log, its verification, and the proof sheet of a plan (办法第十七条)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity import logged, signin
from api.identity.tables import Account
from api.inspection import proofs, told
from api.kit import history
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Uid
from api.kit.files import attachment
from api.kit.lookings import NEWEST
from api.kit.parts import Option
from api.kit.rendering import page
from api.kit.shell import ROLE_NAMES, Message
from api.kit.templating import moment
from award.applicants.tables import Applicant
from award.groups.core.book import edition
from award.groups.tables import PlanDraw, PlanVersion
from award.papers.proof import proof_pdf
from expert_pool.ledger import audit
from expert_pool.tables import Conflict, Expert

router = Router(include_in_schema=False)
P = Permission
ROWS = 50
# 放宽与改动: a condition waived, a waiver granted, and what a person changed in what the program
# had proposed.
EXCEPTIONS = ("admit-except", "appoint-except", "grant")
EDITS = (
    *((action, "plan_version") for action in ("edit", "pin", "unpin", "reopen", "withdraw")),
    *((action, "plan_draw") for action in ("propose-void", "void", "keep-set")),
)
TOPICS: dict[str, tuple[str, audit.Topic]] = {
    "appointments": (
        "聘任",
        audit.Topic(
            ("appointment", "candidacy", "suspension", "loan", "personnel_decision", "violation")
        ),
    ),
    "exceptions": ("放宽与改动", audit.Topic(actions=EXCEPTIONS, pairs=EDITS)),
    "recusals": (
        "回避与豁免",
        audit.Topic(
            (
                "conflict",
                "pair_conflict",
                "waiver",
                "affiliation",
                "shareholding",
                "official",
                "account_conflict",
            )
        ),
    ),
    "plans": ("编组", audit.Topic(("plan_version", "award_year", "duty_answer"))),
    "draws": ("随机抽取", audit.Topic(("plan_draw",))),
    "reads": (
        "查阅与导出",
        audit.Topic(actions=("read-phone", "read-identity", "download", "export", "read")),
    ),
    "access": ("账号与登录", audit.Topic(("account", "session", "personal-link"))),
    "erasures": ("删除", audit.Topic(actions=("forget", "erase"))),
}
ROLES = {"system": "程序", **{role.value: words for role, words in ROLE_NAMES.items()}}


@router.get("/audit", allow=P.READ_AUDIT)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    hidden: HiddenDep,
    kind: Annotated[str, Query(max_length=40)] = "",
    object: Annotated[str, Query(max_length=64)] = "",
    by: Annotated[str, Query(max_length=64)] = "",
    topic: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1, le=2_000_000_000)] = None,
    verify: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    with ledger.read() as session:
        wanted = TOPICS[topic][1] if topic in TOPICS else None
        lines = audit.entries(
            session,
            viewer,
            kind=kind or None,
            object_id=object.strip() or None,
            by=actor_of(session, by.strip()) or None,
            topic=wanted,
            before_id=before,
            limit=ROWS + 1,
            hiding=viewer.conflicted | hidden,
        )
        found = about(session, lines, viewer.conflicted | hidden)
        head = audit.head(session, now)
        anchors = _published_anchors(session) if verify else ()
        broken = logged.verified(session, anchors) if verify else []
    view = {
        "total": head.entries,
        "verdict": _verdict(head, broken, len(anchors)) if verify else None,
        "object": object,
        "by": by,
        "topic": topic,
        "topics": tuple(
            Option(code, words, chosen=code == topic)
            for code, words in (
                ("", "全部"),
                *((code, words) for code, (words, _) in TOPICS.items()),
            )
        ),
        "kinds": (
            Option("", "全部对象"),
            *(Option(code, words, chosen=code == kind) for code, words in history.KINDS.items()),
        ),
        "rows": tuple(row(line, found[line.id]) for line in lines[:ROWS] if line.id in found),
        "older": (
            "/audit?"
            + urlencode(
                {
                    "topic": topic,
                    "kind": kind,
                    "object": object,
                    "by": by,
                    "before": lines[ROWS - 1].id,
                }
            )
            if len(lines) > ROWS
            else ""
        ),
    }
    return page(request, "audit.html", view)


def actor_of(session: Session, asked: str) -> str:
    """The id behind a login name; a name or an id stays what it is."""
    login = select(Account.uid).where(Account.login == signin.fold(asked))
    return session.scalar(login) or asked


def _published_anchors(session: Session) -> tuple[audit.Anchor, ...]:
    """What each published plan printed of the log on its day: a chain rewritten as a whole would
    not agree with them.
    """
    return tuple(
        audit.Anchor.parse(line)
        for line in session.scalars(
            select(PlanVersion.anchor).where(PlanVersion.anchor.is_not(None))
        )
        if line
    )


def about(
    session: Session, lines: tuple[audit.Line, ...], hidden: frozenset[str]
) -> dict[int, str]:
    """Whom or what each entry is about, in names; an entry about what the reader must keep away
    from has none and is left out.
    """
    names: dict[object, str] = {
        row.uid: row.name for row in session.execute(select(Applicant.uid, Applicant.name))
    }
    for number, uid, name in session.execute(select(Expert.id, Expert.uid, Expert.name)):
        names[number] = names[uid] = name
    names[NEWEST] = "当时的最新方案"
    plans = session.execute(select(PlanVersion.uid, PlanVersion.year, PlanVersion.number))
    names |= {uid: f"{year}年度评审组方案{edition(number)}" for uid, year, number in plans}
    names |= {
        uid: f"{year} 年度随机抽取"
        for uid, year in session.execute(select(PlanDraw.uid, PlanDraw.year))
    }
    wanted = {
        (line.after or line.before or {}).get("conflict_id")
        for line in lines
        if line.kind == "waiver"
    } - {None}
    conflicts = {
        row.id: (row.expert_id, row.organisation)
        for row in session.scalars(select(Conflict).where(Conflict.id.in_(wanted)))
    }
    found = {}
    for line in lines:
        content = line.after or line.before or {}
        expert, firm = conflicts.get(
            content.get("conflict_id", 0), (content.get("expert_id"), content.get("organisation"))
        )
        if firm not in hidden:
            found[line.id] = _named(line, content, names, expert, firm)
    return found


def _named(
    line: audit.Line,
    content: dict[str, Any],
    names: dict[object, str],
    expert: object,
    firm: object,
) -> str:
    who = names.get(line.object_id) or names.get(expert) or names.get(content.get("expert")) or ""
    if line.kind == "pair_conflict":
        who = "、".join(names.get(content.get(side), "") for side in ("expert_a_id", "expert_b_id"))
    if line.action == "download" and (applicant := names.get(content.get("applicant"))):
        firm = applicant
    other = firm or (
        content.get("name") or content.get("company") or content.get("title") if not who else ""
    )
    return " · ".join(str(part) for part in (who, other) if part)


def _verdict(head: audit.Anchor, broken: list[audit.Broken], anchors: int) -> Message:
    if not broken:
        words = f"校验通过：{head.entries} 条记录首尾相扣，没有缺失或改动"
        words += f"，与 {anchors} 个已发布方案上印的锚点一致" if anchors else ""
        return Message(f"{words}。末条指纹 {head.hash}", "ok")
    first = broken[0]
    return Message(
        f"校验发现 {len(broken)} 处问题，首处在第 {first.entry_id} 条：{first.why}", "bad"
    )


def row(line: audit.Line, named: str) -> dict[str, object]:
    return brief(line, named) | {
        "erased": line.erased,
        "actor_id": line.actor_id,
        "object": "" if line.object_id == NEWEST else line.object_id,
        "changes": told.changes(line.kind, line.before, line.after),
    }


def brief(line: audit.Line, named: str) -> dict[str, object]:
    """Who did what when, and why; not what it changed, which is long to tell."""
    return {
        "about": named,
        "number": line.id,
        "when": moment(line.at),
        "actor": line.actor_name,
        "role": ROLES.get(line.actor_role, ""),
        "action": _done(line),
        "reason": line.reason,
    }


def _done(line: audit.Line) -> str:
    """下载聘书: a paper by its own name, else what was done with which kind of object."""
    paper = told.PAPERS.get(str((line.after or {}).get("file", "")).rsplit("/", 1)[-1])
    return (
        f"下载{paper}"
        if paper and line.action == "download"
        else history.action_words(line.action, line.kind)
    )


@router.get("/audit/plans/{uid}", allow=P.READ_PLANS)
def proof(request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    """证明单: the inspector, or anybody who doubts a plan, asks where it comes from, whether it
    keeps every rule, and how to check it.
    """
    with ledger.read() as session:
        sheet = proofs.proof_of(session, viewer, uid)
    return page(request, "proof.html", sheet)


@router.get("/audit/plans/{uid}/proof.pdf", allow=P.READ_PLANS)
def proof_file(uid: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep) -> Response:
    """The same as PDF/A, to be filed."""
    with ledger.write(actor) as uow:
        sheet = proofs.proof_of(uow.session, viewer, uid)
        uow.record("download", "plan", uid, None, {"file": "proof.pdf"})
        uow.commit()
    return attachment(proof_pdf(sheet), "application/pdf", f"{sheet.subject}方案证明单.pdf")
