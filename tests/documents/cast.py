"""One small year for documents and calendars: two groups, a visit over a weekend, a firm on paper
only, a firm left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from assignment import problem as problems
from assignment import solution
from assignment.problem import Problem
from assignment.solution import Plan
from award.groups.core.book import Book, Firm, Names, Person, build_book

DAYS = ("2026-09-10", "2026-09-11", "2026-09-14", "2026-09-15")

# What people and their spreadsheets put into a name; each in every document must do no harm.
HOSTILE = (
    "<script>alert('张')</script>",
    "A&B <有限公司> &amp;",
    "=cmd|'/c calc'!A0",
    "+86 138",
    "@SUM(1+1)*cmd",
    "#set page(fill: red) #panic()",
    "[甲]*乙*_丙_$x^2$ \\ `raw` @ref",
    "{{ config }} {% for x in y %}",
    "陈䶮",
    "超长" * 120,
    "W" * 300,
    "第一行\n第二行\r\n第三行\t制表",
    "零宽\u200b与\u202e倒序\u202c与\x00\x07控制\ufeff",
    "半个\ud83d代理",
    "한국 회사 😀",
    "BEGIN:VEVENT;X=1,2\\n:冒号",
    " 　空白　 ",
)


def problem() -> Problem:
    slots = [{"date": day, "half": half} for day in DAYS for half in ("AM", "PM")]
    reviewers: list[dict[str, Any]] = [
        _reviewer("E1", leader=True, quality=True, industries=[]),
        _reviewer("E2", industries=["1763"]),
        _reviewer("E3", industries=["3352"], quality=True),
        _reviewer("E4", leader=True, industries=["2438"]),
        _reviewer("E5", quality=True, industries=[]),
        _reviewer("E6", industries=["3670"]),
        _reviewer("E7", industries=["1763"]),
    ]
    return problems.parse(
        {
            "format": problems.FORMAT,
            "id": "cast",
            "slots": slots,
            "places": ["T1", "T2"],
            "travel_minutes": [[0, 35], [35, 0]],
            "reviewers": reviewers,
            "cases": [
                _case("A1", "1763", "T1", 2),
                _case("A2", "3352", "T2", 3),
                _case("A3", "2438", "T1", 0),
                _case("A4", "3670", "T2", 1),
                _case("A5", "4700", "T2", 1),
            ],
            "barred": [],
            "barred_pairs": [],
            "discouraged": [],
            "policy": {
                "regime": "standing",
                "group_size": [3, 4],
                "industry_level": "division",
                "quality_required": True,
                "leader_required": True,
                "same_employer": "forbid",
                "same_day_travel_minutes": 60,
            },
            "weights": {"specialist": 100, "workload": 2, "route": 1},
        }
    )


def _reviewer(
    name: str, *, leader: bool = False, quality: bool = False, industries: list[str]
) -> dict[str, Any]:
    return {
        "id": name,
        "quality": quality,
        "industries": industries,
        "leader": leader,
        "seniority": 3,
        "employer": f"U{name}",
        "place": "T1",
        "unavailable": [],
        "max_effort": 20,
        "carried_effort": 0,
        "max_groups": 1,
    }


def _case(name: str, industry: str, place: str, half_days: int) -> dict[str, Any]:
    return {
        "id": name,
        "industries": [industry],
        "place": place,
        "half_days": half_days,
        "effort": 3,
        "closed": [],
        "award": "QUALITY",
    }


def plan() -> Plan:
    """A valid partial plan; the visit of A2 goes over two days, its group first sees A1."""
    return solution.parse(
        {
            "format": solution.FORMAT,
            "problem_digest": problem().digest,
            "status": "partial",
            "groups": [
                {
                    "leader": "E1",
                    "members": ["E2", "E1", "E3"],
                    "visits": [
                        {"case": "A2", "start": 4, "half_days": 3},
                        {"case": "A1", "start": 0, "half_days": 2},
                    ],
                },
                {
                    "leader": "E4",
                    "members": ["E4", "E5", "E6"],
                    "visits": [
                        {"case": "A3", "start": None, "half_days": 0},
                        {"case": "A4", "start": 3, "half_days": 1},
                    ],
                },
            ],
            "unassigned": ["A5"],
            "objective": None,
            "bound": 100,
            "scorecard": {},
            "standbys": [{"group": 0, "member": "E2", "substitutes": ["E7"]}],
            "solver": {
                "version": "0.1.0",
                "seed": 7,
                "time": 1.25,
                "workers": 2,
                "deterministic": True,
            },
        }
    )


def names() -> Names:
    people = ["郑建国", "王秀英", "欧阳修文", "陈䶮", "李敏", "斯奇峰", "何燕"]
    firms = [
        "浙江露笑袜业有限公司",
        "诸暨市店口管业股份有限公司",
        "山下湖珍珠有限公司",
        "次坞汽配有限公司",
        "枫桥建设有限公司",
    ]
    towns = ["大唐街道", "店口镇", "山下湖镇", "次坞镇", "枫桥镇"]
    persons = {
        f"E{at + 1}": Person(
            f"E{at + 1}",
            name,
            f"第{at + 1}研究院",
            "高级工程师",
            f"138****000{at}",
            "暨阳街道",
            "袜业（1763）" if at == 1 else "",
        )
        for at, name in enumerate(people)
    }
    return Names(
        persons,
        {
            f"A{at + 1}": Firm(
                f"A{at + 1}",
                name,
                "质量奖" if at else "创新奖",
                "制造",
                towns[at],
                f"联络{at}",
                f"0575-8700000{at}",
            )
            for at, name in enumerate(firms)
        },
    )


def book(status: str = "已发布", **changes: Any) -> Book:
    return replace(book_of(plan(), status), **changes)


def book_of(made: Plan, status: str = "已发布") -> Book:
    return build_book(
        problem(),
        made,
        names(),
        year=2026,
        title="2026年度诸暨市政府质量奖评审组及现场评审安排",
        status=status,
        version=3,
        approved_by="周明" if status == "已发布" else "",
        published_on=date(2026, 8, 28) if status == "已发布" else None,
        notes=("未填报可参加时间、未列入编组：赵六。",),
        reasons=lambda _problem, _plan, group, member, _name: (f"理由{group}{member}",),
    )


def hostile_book(status: str = "草案") -> Book:
    """The same year with every name, employer, contact and note hostile, each in turn."""
    turn = iter(range(10_000))

    def nasty() -> str:
        return HOSTILE[next(turn) % len(HOSTILE)]

    base = names()
    persons = {
        key: replace(
            one, name=nasty(), employer=nasty(), title=nasty(), phone=nasty(), expertise=nasty()
        )
        for key, one in base.persons.items()
    }
    firms = {
        key: replace(
            one, name=nasty(), industry=nasty(), town=nasty(), contact=nasty(), phone=nasty()
        )
        for key, one in base.firms.items()
    }
    return build_book(
        problem(),
        plan(),
        Names(persons, firms),
        year=2026,
        title=nasty(),
        status=status,
        version=1,
        notes=HOSTILE,
        reasons=lambda *_: HOSTILE,
    )


def people_in(book: Book) -> list[str]:
    return [seat.person.name for group in book.groups for seat in group.seats]


def firms_in(book: Book) -> list[str]:
    return [visit.firm.name for group in book.groups for visit in group.visits]
