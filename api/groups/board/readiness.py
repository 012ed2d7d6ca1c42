"""编组前检查: the clerk is about to press the button and asks what will not work, for which firm,
because of whom, and what would help.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.kit.shell import Tone
from assignment.precheck import precheck
from award.groups.gather import gather
from award.groups.inventory import Inventory, Shortfall, Wish, take_stock
from award.groups.snapshot import Snapshot, build_problem
from expert_pool.core.actor import Viewer
from expert_pool.core.hidden import Hidden

SHOWN = 4  # names in one line


@dataclass(frozen=True)
class Check:
    """One line; `path` and `link` lead to what would help."""

    title: str
    text: str = ""
    tone: Tone = "warn"
    path: str = ""
    link: str = ""


def checks(session: Session, viewer: Viewer, hidden: Hidden, year: int) -> tuple[Check, ...]:
    """What speaks against pressing the button, the hopeless first; empty: everything is there.
    Found once for as long as the year's facts hold; those of a site visit follow from a published
    plan as well.
    """
    facts = gather(session, year)
    if facts.review == "site":
        return _checks(session, viewer, hidden, year)
    key = ("ready", viewer.conflicted, frozenset(hidden))
    return facts.once(key, lambda: _checks(session, viewer, hidden, year))


def _checks(session: Session, viewer: Viewer, hidden: Hidden, year: int) -> tuple[Check, ...]:
    snapshot = build_problem(session, year)
    if not snapshot.problem.cases:
        return (Check("还没有可以安排的申报组织", "", "bad", "/import", "去导入"),)
    stock = take_stock(session, viewer, year, Wish(None, 0), hidden)
    nobody = {one.title for one in stock.shortfalls if not one.served}  # no days either, of course
    found = [
        *(() if viewer.conflicted else _impossible(snapshot)),
        *(_shortfall(one) for one in stock.shortfalls),
        *_grades(stock),
        *(
            Check(f"{one.title}的现场评审排不下", one.text, "warn", "/round", "去催时间")
            for one in stock.day_shortfalls
            if one.title not in nobody
        ),
        *_left_out(snapshot, viewer),
        *(Check(note) for note in snapshot.notes),
    ]
    return tuple(sorted(found, key=lambda one: one.tone != "bad"))


def _impossible(snapshot: Snapshot) -> Iterator[Check]:
    """Proved by counting: no plan holds every firm."""
    for reason in precheck(snapshot.problem, snapshot.names.of):
        path, link = "/pool", "看盘点"
        if "H15" in reason.rules:
            path, link = "/board", "看固定的"
        elif not snapshot.problem.reviewers and snapshot.not_assignable:
            path, link = "/round", "去催"
        text = "照现在的人员和规则，不可能把全部组织都排上。"
        yield Check(reason.text, text, "bad", path, link)


def _shortfall(one: Shortfall) -> Check:
    firms = _names(one.firms)
    title = f"{firms}缺对口专家" if firms else f"{one.title}缺对口专家"
    text = f"{one.title}：{one.text}。" if firms else f"{one.text}。"
    if one.helpers:
        text += f"{_names(one.helpers)}签了声明、填了时间就能评"
        text += f"，仍缺 {one.missing_later} 人次。" if one.missing_later else "。"
        return Check(title, text, "bad" if one.missing_later else "warn", "/round", "去催")
    return Check(title, text + "须增聘这个行业的专家。", "bad", "/candidates", "去推荐")


def _grades(stock: Inventory) -> Iterator[Check]:
    for line in stock.grades:
        if not line.missing:
            continue
        text = f"需要 {line.wanted} 人，现有 {line.ready} 人"
        if line.able > line.ready:
            yield Check(
                f"{line.title}缺 {line.missing} 人",
                f"{text}；催齐声明和时间以后有 {line.able} 人",
                "warn" if line.able >= line.wanted else "bad",
                "/round",
                "去催",
            )
        else:
            yield Check(f"{line.title}缺 {line.missing} 人", text, "bad", "/pool", "看盘点")


def _left_out(snapshot: Snapshot, viewer: Viewer) -> Iterator[Check]:
    if snapshot.not_assignable:
        number = len(snapshot.not_assignable)
        path = "/experts?assignable=no"
        yield Check(f"{number} 位专家暂不能编组", "名单上写明各人的原因", "", path, "看名单")
    for item in snapshot.left_out:
        if item.uid not in viewer.conflicted:
            text = "、".join(map(str, item.reasons))
            yield Check(f"{item.name}不参加编组", text, "warn", f"/applicants/{item.uid}", "去补")


def _names(names: tuple[str, ...]) -> str:
    more = f"等 {len(names)} 个" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more
