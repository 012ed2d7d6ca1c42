"""编组表读回之后: every difference in words with what it breaks or costs, and every cell that could
not be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.groups.board.move_views import Broken, broken_words
from api.groups.words import Cost, cost_words, stretch_words
from assignment.solution import Group
from award.groups.core.book import edition, group_name
from award.groups.core.sheet_changes import Change, Differences, differences
from award.groups.core.sheet_in import SheetRead, read_sheet, version_of
from award.groups.store import PlanView
from expert_pool.facts.intake import RowProblem
from expert_pool.facts.table import RawTable

NO_COST = Cost("", "")


@dataclass(frozen=True)
class Difference:
    """One change of the sheet; `broken` only what stays wrong after all of them."""

    words: str
    broken: tuple[Broken, ...]
    cost: Cost


@dataclass(frozen=True)
class SheetPage:
    """`wanted` is what the button sends: all groups of the sheet."""

    uid: str
    version: int
    edition: str
    draft: bool
    filename: str = ""
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    broken: tuple[Broken, ...] = ()
    cured: tuple[str, ...] = ()
    cost: Cost = NO_COST
    wanted: str = ""

    @property
    def read(self) -> bool:
        return bool(self.filename)


def sheet_page(view: PlanView, table: RawTable, filename: str) -> SheetPage:
    """What a sheet would make of the draft. Refuses a sheet without the columns."""
    found = read_sheet(view.problem, view.plan, view.names, table)
    notes = (*_older(view, table), *found.notes)
    row = view.row
    if found.problems:
        return SheetPage(row.uid, row.version, row.edition, True, filename, found.problems, notes)
    told = differences(view.problem, view.plan, found.groups)
    return SheetPage(
        row.uid,
        row.version,
        row.edition,
        True,
        filename,
        notes=notes,
        differences=tuple(_differences(view, told)),
        broken=broken_words(view, told.whole.broken),
        cured=tuple(one.text for one in broken_words(view, told.whole.cured)),
        cost=cost_words(told.whole.cost, told.whole.changes),
        wanted=wanted_json(found),
    )


def wanted_json(found: SheetRead) -> str:
    groups = [group_fields(one.group) for one in found.groups]
    return json.dumps({"groups": groups}, ensure_ascii=False, separators=(",", ":"))


def group_fields(group: Group) -> dict[str, object]:
    visits = [{"case": visit.case, "start": visit.start} for visit in group.visits]
    return {"leader": group.leader, "members": list(group.members), "visits": visits}


def _older(view: PlanView, table: RawTable) -> tuple[str, ...]:
    made = version_of(table)
    if made is None or made == (view.row.number, view.row.version):
        return ()
    what = "下载之后草案又改过" if made[0] == view.row.number else f"这张表是{edition(made[0])}的"
    return (f"{what}，以下差别以现在的草案为准：照表修改会把后来的改动也改回去。",)


def _differences(view: PlanView, told: Differences) -> list[Difference]:
    return [
        Difference(
            change_words(view, one.change),
            broken_words(view, one.found.broken),
            cost_words(one.found.cost, one.found.changes),
        )
        for one in told.changes
    ]


def change_words(view: PlanView, change: Change) -> str:
    """One difference as a clerk says it."""
    return _WORDS[change.kind](_Said.of(view, change))


@dataclass(frozen=True)
class _Said:
    group: str
    other_group: str
    person: str
    other: str
    firm: str
    when: str

    @classmethod
    def of(cls, view: PlanView, change: Change) -> _Said:
        names, problem = view.names, view.problem
        when = ""
        if change.case:
            length = problem.cases[problem.case_index[change.case]].half_days
            when = "资料评审"
            if change.start is not None:
                when = stretch_words(problem, change.start, length)
        return cls(
            group_name(change.number),
            group_name(change.other_number) if change.other_number else "",
            names.person(change.person).name if change.person else "",
            names.person(change.other).name if change.other else "",
            names.firm(change.case).name if change.case else "",
            when,
        )


_WORDS: Mapping[str, Callable[[_Said], str]] = {
    "exchange": lambda it: f"{it.group}的{it.person}与{it.other_group}的{it.other}对调",
    "replace": lambda it: f"{it.group}：{it.other}接替{it.person}",
    "move-member": lambda it: f"{it.person}由{it.group}调到{it.other_group}",
    "leave": lambda it: f"{it.group}去掉{it.person}",
    "join": lambda it: f"{it.group}加入{it.person}",
    "lead": lambda it: f"{it.person}任{it.group}组长",
    "no-lead": lambda it: f"{it.group}不设组长",
    "form": lambda it: f"新设{it.group}",
    "set-aside": lambda it: f"暂不安排{it.firm}",
    "place": lambda it: f"{it.firm}改由{it.group}评审，{it.when}",
    "move-case": lambda it: f"{it.firm}改由{it.other_group}评审，时间不变",
    "move-visit": lambda it: f"{it.firm}改到{it.when}",
}
