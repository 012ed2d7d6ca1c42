"""拿起与放下: where somebody or something that was picked up could go, what that would break and
what it would cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

from api.groups.words import Cost, cost_words, slot_words, stretch_words
from assignment import edit as edits
from assignment import weigh
from assignment.check import check
from assignment.edit import (
    Edit,
    Exchange,
    Join,
    Leave,
    MoveCase,
    MoveMember,
    MoveVisit,
    Place,
    Replace,
    SetAside,
)
from assignment.rules import RULES
from assignment.violation import Violation
from assignment.weigh import Weighed
from award.groups.core.book import group_name
from award.groups.declined import as_refusal
from award.groups.store import PlanView
from expert_pool.facts.refusal import Refusal

_BASIS = {rule.id: rule.legal_basis for rule in RULES}


@dataclass(frozen=True)
class Picked:
    """What was picked up: exactly one of a member of a group, somebody without a seat, a firm, the
    visit of a firm.
    """

    member: str = ""
    group: int = -1
    reserve: str = ""
    firm: str = ""
    visit: str = ""


@dataclass(frozen=True)
class Broken:
    text: str
    basis: str


@dataclass(frozen=True)
class Move:
    """One place to put it down. `to` names the place on the board for the script."""

    to: str
    title: str
    fields: tuple[tuple[str, str], ...]
    broken: tuple[Broken, ...]
    cured: tuple[str, ...]
    cost: Cost

    @property
    def allowed(self) -> bool:
        return not self.broken


@dataclass(frozen=True)
class MovesPage:
    uid: str
    version: int
    title: str
    now: str
    moves: tuple[Move, ...]

    @property
    def allowed(self) -> tuple[Move, ...]:
        return tuple(one for one in self.moves if one.allowed)

    @property
    def breaking(self) -> tuple[Move, ...]:
        return tuple(one for one in self.moves if not one.allowed)


def moves_page(view: PlanView, picked: Picked) -> MovesPage:
    """Every place for what was picked up, those that break nothing first, the cheapest first."""
    title, now, wanted = _asked(view, picked)
    before = check(view.problem, view.plan)
    weighed = [weigh.weigh(view.problem, view.plan, edit, before) for edit in wanted]
    weighed = [one for one in weighed if not _no_time_at_all(view, one)]
    weighed.sort(key=lambda one: (len(one.broken), one.cost))
    moves = tuple(_move(view, one) for one in weighed)
    return MovesPage(view.row.uid, view.row.version, title, now, moves)


def _asked(view: PlanView, picked: Picked) -> tuple[str, str, Iterable[Edit]]:
    problem, plan, names = view.problem, view.plan, view.names
    if picked.member:
        if not (
            0 <= picked.group < len(plan.groups)
            and picked.member in plan.groups[picked.group].members
        ):
            raise Refusal("not-found", "此人已不在这一组，请回到编组页重新选择。")
        name = names.person(picked.member).name
        moves = weigh.moves_of_member(plan, picked.group, picked.member)
        return f"把{name}调到哪里", f"现在在{group_name(picked.group + 1)}", moves
    if picked.reserve:
        if picked.reserve not in problem.reviewer_index:
            raise Refusal("not-found", "此人不在本方案可安排的评审员之中，请回到编组页重新选择。")
        name = names.person(picked.reserve).name
        return f"把{name}编入哪里", "", weigh.moves_of_reserve(plan, picked.reserve)
    case = picked.firm or picked.visit
    if case not in problem.case_index:
        raise Refusal("not-found", "没有找到这家申报组织，请回到编组页重新选择。")
    name = names.firm(case).name
    here = next((n for n, group in enumerate(plan.groups) if case in group.cases), None)
    now = "还没有安排" if here is None else f"现在由{group_name(here + 1)}评审"
    if picked.firm:
        return f"{name}改由哪一组评审", now, weigh.moves_of_case(problem, plan, case)
    return f"{name}改到什么时间", now, weigh.starts_of_visit(problem, plan, case)


def _no_time_at_all(view: PlanView, one: Weighed) -> bool:
    """A stretch of half-days that is none: a weekend inside, or the firm is closed."""
    moved = isinstance(one.edit, MoveVisit)
    return moved and any(broken.rule == "H11" for broken in one.broken)


def leave_move(view: PlanView, group: int, member: str) -> Move:
    """去掉，不补人. Refuses to empty a group."""
    with as_refusal():
        weighed = weigh.weigh(view.problem, view.plan, Leave(group, member))
    return _move(view, weighed)


def _move(view: PlanView, one: Weighed) -> Move:
    to, title = _place(view, one.edit)
    cured = [said(view, found) for found in one.cured]
    return Move(
        to,
        title,
        tuple(edit_fields(one.edit)),
        broken_words(view, one.broken),
        tuple(dict.fromkeys(cured)),
        cost_words(one.cost, one.changes),
    )


def said(view: PlanView, found: Violation) -> str:
    names = view.names
    return found.say(lambda key: names.person(key).name, lambda key: names.firm(key).name)


def broken_words(view: PlanView, found: Iterable[Violation]) -> tuple[Broken, ...]:
    """One line a rule: its first sentence, and how many more there are."""
    by_rule: dict[str, list[str]] = {}
    for one in found:
        texts = by_rule.setdefault(one.rule, [])
        text = said(view, one)
        if text not in texts:
            texts.append(text)
    return tuple(
        Broken(texts[0] + (f"（共 {len(texts)} 处）" if len(texts) > 1 else ""), basis_words(rule))
        for rule, texts in by_rule.items()
    )


def basis_words(rule: str) -> str:
    """办法第十条; nothing where a rule rests on practice."""
    articles = re.findall("第[一二三四五六七八九十]+条", _BASIS.get(rule, ""))
    return f"办法{'、'.join(dict.fromkeys(articles))}" if articles else ""


def edit_fields(edit: Edit) -> Iterator[tuple[str, str]]:
    """The edit as the hidden fields of a form."""
    for name, value in edits.to_json(edit).items():
        if value is not None:
            yield name, str(value)


def read_edit(kind: str, fields: dict[str, Any]) -> Edit:
    """The edit that a form asks for. Refuses a form that lacks a field of its kind."""
    found: Any = edits.KINDS.get(kind)
    names = [] if found is None else [field.name for field in dataclass_fields(found)]
    # A document review is placed without a time.
    optional = {"start"} if found is Place else set()
    if found is None or any(fields.get(name) is None for name in names if name not in optional):
        raise Refusal("invalid", "这张表单不完整，请回到编组页重新操作。")
    edit: Edit = found(**{name: fields.get(name) for name in names})
    return edit


def _place(view: PlanView, edit: Edit) -> tuple[str, str]:
    names, plan = view.names, view.plan
    if isinstance(edit, Exchange):
        other = names.person(edit.other).name
        leads = "，并任组长" if plan.groups[edit.other_group].leader == edit.other else ""
        return (
            f"seat-{edit.other_group}-{edit.other}",
            f"与{group_name(edit.other_group + 1)}的{other}对调{leads}",
        )
    if isinstance(edit, MoveMember):
        return f"group-{edit.target}", f"加入{group_name(edit.target + 1)}，原组不补人"
    if isinstance(edit, Replace):
        member = names.person(edit.member).name
        return (
            f"seat-{edit.group}-{edit.member}",
            f"接替{group_name(edit.group + 1)}的{member}",
        )
    if isinstance(edit, Join):
        return f"group-{edit.group}", f"加入{group_name(edit.group + 1)}"
    if isinstance(edit, MoveCase):
        return f"group-{edit.group}", f"改由{group_name(edit.group + 1)}评审，时间不变"
    if isinstance(edit, Place):
        when = "" if edit.start is None else f"，{slot_words(view.problem.slots[edit.start])}"
        return f"group-{edit.group}", f"由{group_name(edit.group + 1)}评审{when}"
    if isinstance(edit, MoveVisit):
        length = view.problem.cases[view.problem.case_index[edit.case]].half_days
        return f"slot-{edit.start}", stretch_words(view.problem, edit.start, length)
    if isinstance(edit, Leave):
        return "", f"{group_name(edit.group + 1)}去掉{names.person(edit.member).name}"
    if isinstance(edit, SetAside):
        return "unplaced", "暂不安排"
    raise AssertionError(edit)


def step_words(view: PlanView, act: Mapping[str, Any] | None) -> str:
    """What a kept step did, for the button that undoes it or does it again."""
    if act is None:
        return ""
    names = view.names

    def person(key: object) -> str:
        return names.person(str(key)).name if key in names.persons else "已离开的专家"

    def firm(key: object) -> str:
        return names.firm(str(key)).name if key in names.firms else "已撤回的组织"

    kind = act["kind"]
    if kind == "arrange":
        return "按编组表修改"
    if kind in ("pin", "unpin"):
        what = act["pin"]
        whom = what.get("reviewer")
        subject = person(whom) if whom else firm(what.get("case") or (what.get("cases") or [""])[0])
        if what["kind"] == "exclude":
            return f"{'取消' if kind == 'unpin' else ''}不安排{subject}评审{firm(what.get('case'))}"
        return f"{'取消固定' if kind == 'unpin' else '固定'}{subject}"
    words = {
        "replace": lambda: f"{person(act['newcomer'])}接替{person(act['member'])}",
        "join": lambda: f"加入{person(act['newcomer'])}",
        "leave": lambda: f"去掉{person(act['member'])}",
        "lead": lambda: f"{person(act['member'])}任组长",
        "exchange": lambda: f"{person(act['member'])}与{person(act['other'])}对调",
        "move-member": lambda: f"{person(act['member'])}调组",
        "move-visit": lambda: f"{firm(act['case'])}改期",
        "move-case": lambda: f"{firm(act['case'])}改由另一组评审",
        "place": lambda: f"安排{firm(act['case'])}",
        "relay": lambda: f"调来{person(act['other'])}接替{person(act['member'])}",
        "set-aside": lambda: f"暂不安排{firm(act['case'])}",
    }
    return words[kind]()
