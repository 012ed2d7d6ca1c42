"""评审方案册 as one PDF/A: roster, schedule, calendar, reasons and the proof page, with the Chinese
fonts inside.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from assignment.rules import RULES
from award.groups.core.book import Book, GroupEntry, VisitEntry, calendar_days, weekday_zh
from award.papers.typeset import typeset
from award.papers.wording import (
    BOOKLET,
    NAMES_LATER,
    ROSTER,
    SCHEDULE,
    STANDBY_RULE,
    cautions,
    clock,
    date_zh,
    draft_mark,
    expertise,
    members_line,
    names_of,
    number_line,
    on_paper_only,
    role,
    summary,
    tidy,
    visit_days,
)

# So many days of the calendar are still readable abreast on a turned A4.
DAYS_ABREAST = 15
STATUS_ZH = {
    "optimal": "已证明最优",
    "feasible": "全部安排，尚未证明最优",
    "partial": "部分组织未能安排",
    "infeasible": "无解",
    "unknown": "未得出结果",
}


def booklet_pdf(book: Book) -> bytes:
    """The booklet as PDF/A-2u. The same book gives the same bytes."""
    book = tidy(book)
    issued = datetime.combine(book.published_on or date(book.year, 1, 1), time(), UTC)
    return typeset("booklet.typ", _content(book), issued)


def _content(book: Book) -> dict[str, Any]:
    """Everything the template prints, already worded; it only lays out."""
    return {
        "title": [book.subject, BOOKLET],
        "issuer": book.letterhead.issuer,
        "secrecy": book.letterhead.secrecy,
        "number": number_line(book),
        "mark": draft_mark(book),
        "lacking": "",
        "summary": summary(book),
        "hours": f"作息时间：上午 {clock(book.hours.am)}，下午 {clock(book.hours.pm)}。",
        "cautions": cautions(book),
        "date": date_zh(book.published_on) if book.published_on else "",
        "approved": f"批准：{book.approved_by}" if book.approved_by else "",
        "headings": {"roster": ROSTER, "schedule": SCHEDULE},
        "names_later": NAMES_LATER,
        "standby_rule": STANDBY_RULE,
        "groups": [_group(book, group) for group in book.groups],
        "calendar": _calendar(book),
        "open": [
            {"heading": heading, "lines": lines}
            for heading, lines in (
                (
                    "尚未安排评审组的组织",
                    [
                        f"{firm.name}（{'，'.join(filter(None, (firm.award, firm.town)))}）"
                        for firm in book.unassigned
                    ],
                ),
                ("复核未通过事项", book.violations),
                ("说明", book.notes),
            )
            if lines
        ],
        "proof": _proof(book),
    }


def _group(book: Book, group: GroupEntry) -> dict[str, Any]:
    paper = on_paper_only(group)
    return {
        "name": group.name,
        "members_line": members_line(group),
        "members": [
            [
                role(seat),
                seat.person.name,
                seat.person.employer,
                seat.person.title,
                expertise(seat),
                seat.person.phone,
            ]
            for seat in group.seats
        ],
        "firms": [
            [str(at + 1), visit.firm.name, visit.firm.award, visit.firm.industry, visit.firm.town]
            for at, visit in enumerate(group.visits)
        ],
        "standbys": [
            [role(seat), seat.person.name, names_of(seat.standbys)]
            for seat in group.seats
            if seat.standbys
        ],
        "reasons": [
            [role(seat), seat.person.name, "\n".join(seat.reasons)]
            for seat in group.seats
            if seat.reasons
        ],
        "days": [
            [
                row.day_text,
                "\n".join(row.hours),
                row.firm_text,
                row.visit.firm.award,
                row.visit.firm.town,
                row.contact,
                row.travel,
            ]
            for row in visit_days(group, book.hours)
        ],
        "paper": f"只作资料评审，不安排现场评审：{names_of(paper)}。" if paper else "",
    }


def _calendar(book: Book) -> list[dict[str, Any]]:
    """日历图: blocks of days; per group the bars as (first half-day column, half-days, label,
    award).
    """
    busy = set(book.window) | {
        stay.date for group in book.groups for visit in group.visits for stay in visit.stays
    }
    days = [day for day in calendar_days(book) if day in busy]
    labels = _labels([visit.firm.name for group in book.groups for visit in group.visits])
    blocks: list[dict[str, Any]] = []
    for first in range(0, len(days), DAYS_ABREAST):
        block = days[first : first + DAYS_ABREAST]
        column = {day: 2 * at for at, day in enumerate(block)}
        if blocks and not any(
            stay.date in column
            for group in book.groups
            for visit in group.visits
            for stay in visit.stays
        ):
            continue  # a later stretch of the window that nobody uses
        rows = [
            [bar for visit in group.visits for bar in _bars(visit, column, labels)]
            for group in book.groups
        ]
        blocks.append(
            {
                "days": [
                    {
                        "day": f"{day.month}/{day.day}",
                        "weekday": weekday_zh(day),
                        "gap": _gap(block, at),
                    }
                    for at, day in enumerate(block)
                ],
                "rows": [
                    {"name": group.name, "bars": sorted(bars)}
                    for group, bars in zip(book.groups, rows, strict=True)
                ],
            }
        )
    return blocks


def _gap(block: list[date], at: int) -> bool:
    return at > 0 and (block[at] - block[at - 1]).days > 1


def _bars(visit: VisitEntry, column: dict[date, int], labels: dict[str, str]) -> list[list[Any]]:
    """The visit's runs of half-days without a gap in this block."""
    places = sorted(
        column[stay.date] + (stay.half == "PM") for stay in visit.stays if stay.date in column
    )
    runs: list[list[Any]] = []
    for place in places:
        if runs and runs[-1][0] + runs[-1][1] == place:
            runs[-1][1] += 1
        else:
            runs.append([place, 1, labels[visit.firm.name], visit.firm.award])
    return runs


def _labels(names: list[str]) -> dict[str, str]:
    """Short names for bars: the shortest of three forms that no other firm shares."""
    forms = {name: _short_forms(name) for name in names}
    taken = [form for every in forms.values() for form in set(every)]
    return {
        name: next((form for form in every if taken.count(form) == 1), name)
        for name, every in forms.items()
    }


def _short_forms(name: str) -> tuple[str, str, str]:
    """浙江诸暨菲达弹簧科技有限公司: 菲达弹簧, 菲达弹簧科技, 浙江诸暨菲达弹簧科技有限公司."""
    bare = re.sub(r"^(浙江省?)?(诸暨市?)?", "", re.sub(r"(有限责任公司|有限公司|公司)$", "", name))
    barest = re.sub(r"(集团|股份|科技)+$", "", bare)
    return (barest if len(barest) >= 2 else name, bare if len(bare) >= 2 else name, name)


def _proof(book: Book) -> dict[str, Any]:
    """证明页: what anyone needs to check the plan again."""
    rules = f"{RULES[0].id}–{RULES[-1].id} 共{len(RULES)}条规则"
    verdict = (
        f"未通过：{len(book.violations)}处不符合规则，见“复核未通过事项”。"
        if book.violations
        else f"通过：{rules}全部成立，各项指标和合计经重新计算相符。"
    )
    seconds = "" if book.solve_seconds is None else f"{book.solve_seconds:.1f} 秒"
    if book.part:
        facts = [
            ("方案", book.version_name),
            ("说明", "本件只列部分评审组；复核结论和各项目标见全册。"),
        ]
        return {"facts": [list(fact) for fact in facts], "goals": [], "total": "", "method": []}
    facts = [
        ("方案", book.version_name),
        ("求解结论", STATUS_ZH.get(book.plan_status, book.plan_status)),
        ("各项目标合计", _number(book.objective)),
        ("不可能小于", _number(book.bound)),
        ("离最优", _gap_words(book.gap)),
        ("复核结论", verdict),
        ("资料校验码", " ".join(re.findall(".{1,8}", book.problem_digest))),
        ("求解程序", book.solver),
        ("随机种子", "" if book.seed is None else str(book.seed)),
        ("求解用时", seconds),
        (
            "结果可重现",
            (
                "是：同样的资料、种子和程序得到同样的方案"
                if book.deterministic
                else "否：按用时截止，重算可得到同样好或更好的方案"
            ),
        ),
        ("批准人", book.approved_by),
        ("发布日期", date_zh(book.published_on) if book.published_on else ""),
    ]
    return {
        "facts": [[name, value] for name, value in facts if value],
        "goals": [
            [
                goal.title,
                f"{goal.value:,}",
                goal.unit,
                str(goal.weight),
                f"{goal.value * goal.weight:,}",
                _number(goal.bound),
            ]
            for goal in book.goals
        ],
        "total": _number(book.objective),
        "method": (
            (
                "1. 从证明单下载本版的问题文件（problem.json，编组所依据的资料和规则）和"
                "方案文件（plan.json）。两个文件只含编号，不含姓名、电话和证件号码。"
            ),
            (
                "2. 复核时程序先核对问题文件的校验码与上表相同：方案正是依据这份资料编的，"
                "资料此后没有改过。"
            ),
            (
                "3. 在装有本程序的机器上运行 expert-pool check problem.json plan.json。"
                "复核程序与编组程序各自独立，逐条检查规则并重算各项指标；"
                "全部成立时写明“通过”，否则逐条列出不符之处。"
            ),
            "4. “不可能小于”是证明得到的界限：任何符合规则的方案，各项目标的合计都不会比它小。"
            "合计与它相等，就没有更好的方案。",
        ),
    }


def _gap_words(gap: float | None) -> str:
    if gap is None:
        return "没有证明"
    return f"最多 {gap:.1%}" if gap else "没有更好的方案"


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
