"""证明单的内容: what stands on the sheet of one version, the same for the page and for the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version

from sqlalchemy.orm import Session

from api.groups.board.move_views import step_words
from api.groups.board.views import gap_words
from api.groups.words import cost_words
from api.kit import history
from api.kit.templating import moment
from assignment.check import check
from assignment.rules import RULES
from award.groups import lineage as origins
from award.groups import steps, store
from award.groups.books import book_of
from award.groups.core.book import Book, edition
from award.papers.proof import Column, Part, Proof, facts, table
from expert_pool.core.actor import Viewer
from expert_pool.ledger import audit

MADE_BY = {
    None: "程序编组",
    "trial": "试算，采用其中一个结果",
    "repair": "修补",
    "candidates": "随机抽取",
}
MOST_ACTS = 200


def proof_of(session: Session, viewer: Viewer, uid: str) -> Proof:
    """The sheet of one version, as far as the viewer may see it."""
    found = store.plan(session, viewer, uid)
    book = book_of(session, found)
    lines = audit.entries(session, viewer, kind="plan_version", object_id=uid, limit=MOST_ACTS)
    came = origins.lineage(session, uid)
    acts = tuple(line for line in reversed(lines) if line.action not in ("read", "download"))
    row = found.row
    parts = (
        _version(row, came),
        _solving(found, came),
        _goals(book),
        *(_draw(came.draw) if came.draw else ()),
        *(() if found.hidden else _edits(session, found)),
        _rules(found),
        *((Part("违反的具体情形", lines=book.violations),) if book.violations else ()),
        _again(found),
        table(
            "办理过程",
            (Column("时间", 4), Column("办理", 8), Column("办理人", 2)),
            [(moment(line.at), _done(line), line.actor_name) for line in acts],
        ),
    )
    return Proof(
        uid,
        f"{book.subject}{edition(row.number)}",
        book.version_name,
        check(found.problem, found.plan).ok,
        parts,
        acts[-1].at if acts else row.created_at,
    )


def _version(row: store.PlanRow, came: origins.Lineage) -> Part:
    made = f"{row.edited_name}，{moment(row.edited_at)}"
    rows = [
        ("状态", row.status_zh),
        ("由来", _came(came) + (f"；{row.note}" if row.note and not came.draw else "")),
        ("取代", "、".join(edition(number) for number in came.replaced)),
        ("编制", made),
        ("提交复核", _signed(row.submitted_name, row.submitted_at, row.submit_note)),
        ("批准", _signed(row.approved_name or "", row.approved_at, row.opinion)),
        ("发布", moment(row.published_at)),
    ]
    if row.anchor:
        anchor = audit.Anchor.parse(row.anchor)
        rows.append(("发布时的操作日志", f"共 {anchor.entries} 条，末条校验码 {anchor.hash}"))
    return facts("这份方案从哪里来", rows)


def _signed(name: str, at: datetime | None, said: str) -> str:
    return f"{name}，{moment(at)}" + (f"：{said}" if said else "") if at else ""


def _came(came: origins.Lineage) -> str:
    if came.copied is not None:
        return f"以{edition(came.copied)}为底另存"
    if came.search is None:
        return "由人工编制"
    words = MADE_BY[came.search.kind]
    if came.search.mended is not None:
        words = f"修补{edition(came.search.mended)}"
    return f"{words}，{came.search.by}{moment(came.search.started)}开始"


def _solving(found: store.PlanView, came: origins.Lineage) -> Part:
    info, search = found.plan.solver, came.search
    limits = search.limits if search else None
    took = (
        round((search.finished - search.started).total_seconds())
        if search and search.started and search.finished
        else None
    )
    seed = info.seed if info else limits.seed if limits else None
    rows = [
        ("本程序", f"expert-pool {version('expert-pool')}"),
        ("求解程序", info.version if info else ""),
        ("随机种子", "" if seed is None else str(seed)),
        ("求解时限", f"{limits.time_limit:g} 秒" if limits else ""),
        ("用时", f"{info.time:.0f} 秒" if info else f"{took} 秒" if took is not None else ""),
        ("结果可重现", _repeats(found, limits is not None and limits.deterministic)),
        ("问题文件的校验码", found.problem.digest),
    ]
    return facts("怎样求得", rows)


def _repeats(found: store.PlanView, deterministic: bool) -> str:
    if found.plan.solver.deterministic if found.plan.solver else deterministic:
        return "是：同样的资料、种子和程序得到同样的方案"
    return "否：按用时截止，重算可得到同样好或更好的方案"


def _goals(book: Book) -> Part:
    columns = (
        Column("目标", 5),
        Column("值", 3, "right"),
        Column("权重", 2, "right"),
        Column("加权值", 3, "right"),
        Column("不可能小于", 3, "right"),
        Column("差距", 3, "right"),
    )
    rows = [
        (
            goal.title,
            f"{goal.value:,} {goal.unit}".strip(),
            str(goal.weight),
            f"{goal.value * goal.weight:,}",
            _number(goal.bound),
            _gap(goal.value, goal.bound),
        )
        for goal in book.goals
        if goal.weight or goal.bound is not None
    ]
    total = (
        "合计",
        "",
        "",
        _number(book.objective),
        _number(book.bound),
        gap_words(book.objective, book.bound),
    )
    text = (
        "各项都是越小越好的整数，合计为各项乘权重之和；“不可能小于”是证明得到的界限："
        "任何符合规则的方案都不会更小。没有写的，没有单独证明。"
    )
    return table("目标、界限和差距", columns, [*rows, total], text)


def _gap(value: int, bound: int | None) -> str:
    if bound is None:
        return ""
    return "已证明最优" if value <= bound else f"最多差 {value - bound:,}"


def _draw(draw: origins.Draw) -> Iterator[Part]:
    chosen = "" if draw.chosen is None else f"第 {draw.chosen + 1} 个方案"
    if draw.ticket is not None:
        chosen += f"，号码 {draw.ticket:06d}"
    yield facts(
        "随机抽取的记录",
        [
            ("备选方案", f"{draw.count} 个，每个最多比最好的差 {draw.tolerance / 10:g} %"),
            ("公布", f"{draw.opened_name}，{moment(draw.opened_at)}"),
            ("备选方案集的校验码", draw.digest),
            ("种子", draw.seed),
            ("种子的来源", draw.source),
            ("抽中", chosen),
            ("抽取", f"{draw.drawn_name}，{moment(draw.drawn_at)}" if draw.drawn_at else ""),
        ],
    )


def _edits(session: Session, found: store.PlanView) -> Iterator[Part]:
    made = steps.made(session, found.row.uid)
    columns = (Column("时间", 4), Column("改动人", 2), Column("改动", 5), Column("代价", 6))
    rows = [
        (
            moment(one.at),
            one.by,
            step_words(found, one.act),
            cost_words(one.cost, one.changes).words,
        )
        for one in made
    ]
    if rows:
        yield table("人工改动及其代价", columns, rows)
    else:
        yield Part("人工改动及其代价", text="没有人工改动。")


def _rules(found: store.PlanView) -> Part:
    verdict = check(found.problem, found.plan)
    broken = {rule.id: sum(one.rule == rule.id for one in verdict.violations) for rule in RULES}
    columns = (
        Column("编号", 2, "center"),
        Column("规则", 6),
        Column("依据的条款", 8),
        Column("审定办的理由", 4),
        Column("结果", 3, "center"),
    )
    rows = [
        (
            rule.id,
            rule.title,
            rule.legal_basis,
            rule.practice,
            f"违反 {broken[rule.id]} 处" if broken[rule.id] else "满足",
        )
        for rule in RULES
    ]
    text = "由另一套独立的程序逐条核对。"
    return table("独立复核", columns, rows, text)


def files(found: store.PlanRow) -> tuple[str, str]:
    """What the two files are called when they are downloaded: problem, plan."""
    return f"problem-{found.year}-{found.number}.json", f"plan-{found.year}-{found.number}.json"


def command(row: store.PlanRow) -> str:
    """The one command that checks it again."""
    return "expert-pool check " + " ".join(files(row))


def _again(found: store.PlanView) -> Part:
    return Part(
        "自己再查一遍",
        text="下载问题文件和方案文件（只含编号，不含姓名、电话和证件号码），在任何一台装有本程序的"
        "机器上运行下面一行；逐条核对规则、重算各项目标，全部成立时给出“通过”。",
        lines=(command(found.row),),
        code=True,
    )


def _done(line: audit.Line) -> str:
    reason = f"：{line.reason}" if line.reason else ""
    return history.action_words(line.action, "plan_version") + reason


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
