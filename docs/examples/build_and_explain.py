"""Build a problem in code, solve it, and have the plan explained: who gives what, why somebody else
is not there, and who could stand in.

    python build_and_explain.py [PROBLEM.json]

With an argument the problem is also written, for `solve_a_file.py` or the command line. All names
are invented.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from itertools import product

import assignment
from assignment import Case, Policy, Problem, Reviewer, Slot

# Five working days, each with a morning and an afternoon; a half-day is known by its position.
DAYS = [date(2026, 9, 7) + timedelta(days=number) for number in range(5)]
SLOTS = tuple(Slot(day, half) for day, half in product(DAYS, ("AM", "PM")))

PLACES = ("暨阳", "店口", "大唐")
MINUTES = ((0, 35, 25), (35, 0, 50), (25, 50, 0))

# id, quality expert, trades (GB/T 4754), may lead, employer, place, half-days not free
PEOPLE = (
    ("张一", True, ("80",), True, "质协", "暨阳", ()),
    ("李二", True, ("81",), False, "检测院", "暨阳", (0, 1)),
    ("王三", False, ("34", "33"), True, "机械厂", "店口", ()),
    ("赵四", False, ("33", "32"), False, "管业公司", "店口", (8, 9)),
    ("钱五", False, ("17", "18"), True, "袜业公司", "大唐", ()),
    ("孙六", False, ("18",), False, "服装公司", "大唐", (4, 5)),
    ("周七", True, ("72",), True, "咨询公司", "暨阳", (2, 3)),
    ("吴八", False, ("34", "38"), False, "电机厂", "店口", ()),
    ("郑九", False, ("17", "81"), False, "技师学院", "暨阳", ()),
    ("冯十", False, ("32", "34"), False, "铜业公司", "店口", (0,)),
)
# id, trades, place, half-days of the visit, award
FIRMS = (
    ("泵业", ("3441",), "店口", 2, "QUALITY"),
    ("管业", ("3311",), "店口", 2, "QUALITY"),
    ("袜业", ("1763",), "大唐", 2, "QUALITY"),
    ("服装", ("1811",), "大唐", 2, "QUALITY"),
    ("铜业", ("3251",), "店口", 2, "INNOVATION"),
    ("医院", ("8411",), "暨阳", 1, "INNOVATION"),
)


def build() -> Problem:
    """Two standing groups of three or four, each with a leader, a quality expert and, for each
    firm, somebody of its trade where there is one.
    """
    problem = Problem(
        id="six-firms",
        slots=SLOTS,
        places=PLACES,
        travel_minutes=MINUTES,
        reviewers=tuple(
            Reviewer(
                id=name,
                quality=quality,
                industries=trades,
                leader=leader,
                seniority=3 if leader else 2,
                employer=employer,
                place=place,
                unavailable=away,
                max_effort=10,
                carried_effort=0,
                max_groups=1,
            )
            for name, quality, trades, leader, employer, place, away in PEOPLE
        ),
        cases=tuple(
            Case(
                id=name,
                industries=trades,
                place=place,
                half_days=length,
                effort=length + 1,  # a half-day for the documents
                closed=(),
                award=award,
            )
            for name, trades, place, length, award in FIRMS
        ),
        barred=(("王三", "泵业", "COMPETITOR"), ("赵四", "管业", "EMPLOYMENT")),
        barred_pairs=(("张一", "周七", "SAME_EMPLOYER_PAIR"),),
        discouraged=(),
        policy=Policy(
            regime="standing",
            group_size=(3, 4),
            industry_level="none",
            quality_required=True,
            leader_required=True,
            same_employer="forbid",
            same_day_travel_minutes=60,
            groups=(2, 2),
        ),
        weights={"specialist": 20, "workload": 1, "route": 1, "span": 2, "extra": 10},
    )
    assignment.validate(problem)  # FormatError where a field or an id is not as it should be
    return problem


def explain(problem: Problem, plan: assignment.Plan) -> None:
    for position, group in enumerate(plan.groups):
        print(f"第 {position + 1} 组，评审{'、'.join(group.cases)}：")
        for member in group.members:
            reasons = assignment.why_member(problem, plan, position, member)
            print(f"  {member}：{'；'.join(reason.text for reason in reasons)}")
    seated = {member for group in plan.groups for member in group.members}
    for reviewer in problem.reviewers:
        if reviewer.id not in seated:
            reasons = assignment.why_not(problem, plan, 0, reviewer.id)
            print(f"{reviewer.id}不在第 1 组：{reasons[0].text}")
    for standby in assignment.standbys(problem, plan):
        named = "、".join(standby.substitutes)
        print(f"第 {standby.group + 1} 组的{standby.member}若有变故，可由{named}接替")


if __name__ == "__main__":
    six_firms = build()
    found = assignment.solve(six_firms, assignment.Limits(time_limit=120))
    assert assignment.check(six_firms, found).ok
    explain(six_firms, found)
    if len(sys.argv) > 1:
        assignment.write_problem(sys.argv[1], six_firms)
