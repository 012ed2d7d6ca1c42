"""编组表: a plan as one sheet, a row for each firm; what goes out here is read by `sheet_in`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit
from award.groups.core.book import Names, group_name
from expert_pool.facts.halfday import HalfDay, spell

GROUP, LEADER, MEMBERS, FIRM, WHEN, LENGTH = (
    "评审组",
    "组长",
    "组员",
    "申报组织",
    "现场评审时间",
    "需要几个半天",
)
HEADINGS = (GROUP, LEADER, MEMBERS, FIRM, WHEN, LENGTH)
WIDTHS = (14, 12, 34, 36, 26, 10)
ON_PAPER = "资料评审"

Row = tuple[str, str, str, str, str, int]


def rows(problem: Problem, plan: Plan, names: Names) -> Iterator[Row]:
    """Group by group in calendar order, the people on the first row of each; firms without a group
    last.
    """
    called = person_labels(problem, names)
    for number, group in enumerate(plan.groups, 1):
        people = _people(group, called)
        for visit in sorted(group.visits, key=lambda one: -1 if one.start is None else one.start):
            yield (
                group_name(number),
                *people,
                names.firm(visit.case).name,
                when(problem, visit),
                visit.half_days,
            )
            people = ("", "")
    for case in plan.unassigned:
        length = problem.cases[problem.case_index[case]].half_days
        yield "", "", "", names.firm(case).name, "", length


def title(subject: str, number: int, version: int) -> str:
    """What the sheet is headed with; `sheet_in.version_of` reads it back."""
    return f"{subject}编组表（第 {number} 版，第 {version} 次保存）"


def when(problem: Problem, visit: Visit) -> str:
    """The half-days as the import reads them."""
    if visit.start is None:
        return ON_PAPER
    slots = (problem.slots[position] for position in visit.slots)
    return spell(HalfDay(slot.date, slot.half) for slot in slots)


def person_labels(problem: Problem, names: Names) -> Mapping[str, str]:
    """Everybody's name by id; of two with one name each with the employer."""
    people = [names.person(one.id) for one in problem.reviewers]
    count = Counter(one.name for one in people)
    return {
        one.id: f"{one.name}（{one.employer}）" if count[one.name] > 1 else one.name
        for one in people
    }


def _people(group: Group, called: Mapping[str, str]) -> tuple[str, str]:
    others = [called.get(one, one) for one in group.members if one != group.leader]
    return called.get(group.leader, group.leader) if group.leader else "", "、".join(others)
