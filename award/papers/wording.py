"""公文用语: the sentences and rows that the Word, Excel and PDF forms of one document share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from assignment.problem import Half
from award.groups.core.book import Book, Firm, GroupEntry, Hours, Person, Seat, VisitEntry, day_zh
from expert_pool.facts.halfday import HALF_ZH, HalfDay

T = TypeVar("T")

ROSTER = "评审组名单"
SCHEDULE = "现场评审日程表"
BOOKLET = "评审组及现场评审安排"
DRAFT_MARKS = {"草案": "草案", "待批准": "待批准", "已撤回": "已撤回"}
NAMES_LATER = "评审组成员名单另行公布。"
STANDBY_RULE = "评审员因故不能参加时，按所列先后顺序递补；递补后各项规则仍然成立。"


def tidy(part: T) -> T:
    """The same dataclasses with every text fit to print: no control, direction or half characters,
    one line each.
    """
    if isinstance(part, str):
        return clean(part)  # type: ignore[return-value]
    if isinstance(part, HalfDay):
        return part
    if isinstance(part, tuple):
        return tuple(tidy(item) for item in part)  # type: ignore[return-value]
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{item.name: tidy(getattr(part, item.name)) for item in fields(part)})
    return part


def clean(text: str) -> str:
    """XML, iCalendar and PDF/A refuse some characters; none of them is part of a name."""
    spaced = re.sub(r"[\t\r\n\v\f\x85\u2028\u2029]+", " ", text)
    kept = "".join(
        char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn")
    )
    return re.sub(r" {2,}", " ", kept).strip()


def sentence(text: str) -> str:
    """What somebody typed, as a sentence of a paper: closed by one full stop, empty if empty."""
    said = clean(text).rstrip("。；，;, ")
    return said if not said or said[-1] in "！？!?" else f"{said}。"


def draft_mark(book: Book) -> str:
    """草案 in large letters; empty once published."""
    return DRAFT_MARKS.get(book.status, book.status) if book.is_draft else ""


def number_line(book: Book) -> str:
    return (
        f"编号：{book.letterhead.number}"
        if book.letterhead.number
        else book.version_name.removeprefix(f"{book.year}年度")  # the title has the year
    )


def cautions(book: Book, where: str = "文末") -> tuple[str, ...]:
    """What a reader must know before using the document; none for a published plan without gaps."""
    lines = []
    if book.is_draft:
        lines.append(
            f"本件为{book.status}，尚未发布，不作为评审依据。"
            if book.status != "已撤回"
            else "本件已撤回，不得使用。"
        )
    if book.provisional_days:
        lines.append("节假日安排未公布，日期待核。")
    if book.violations:
        lines.append(f"复核发现{len(book.violations)}处不符合规则，见{where}。")
    if book.unassigned:
        lines.append(f"尚有{len(book.unassigned)}家组织未安排评审组，名单见{where}。")
    return tuple(lines)


def summary(book: Book) -> str:
    """共设5个评审组，评审员17名，评审对象20家（质量奖12家、创新奖8家）。"""
    people = {seat.person.id for group in book.groups for seat in group.seats}
    firms = [visit.firm for group in book.groups for visit in group.visits]
    awards: dict[str, int] = {}
    for firm in firms:
        if firm.award:
            awards[firm.award] = awards.get(firm.award, 0) + 1
    by_award = "、".join(
        f"{award}{count}家"
        for award, count in sorted(awards.items(), key=lambda one: one[0] != "质量奖")
    )
    members = f"评审员{len(people)}名，" if book.members_shown else ""
    opening = "本件所列" if book.part else "共设"
    return (
        f"{opening}{len(book.groups)}个评审组，{members}评审对象{len(firms)}家"
        + (f"（{by_award}）" if by_award else "")
        + "。"
    )


def names_of(parties: Iterable[Person | Firm]) -> str:
    return "、".join(party.name for party in parties)


def role(seat: Seat) -> str:
    return "组长" if seat.leader else "组员"


def members_line(group: GroupEntry) -> str:
    """组长：甲　　组员：乙、丙."""
    if not group.seats:
        return NAMES_LATER
    leader = f"组长：{group.leader.name}　　" if group.leader else ""
    others = names_of(seat.person for seat in group.seats if not seat.leader)
    return leader + (f"组员：{others}" if others else "")


def expertise(seat: Seat) -> str:
    """The needs this member fills; else the person's own expertise."""
    return "；".join(seat.needs) or seat.person.expertise


def without_codes(text: str) -> str:
    """行业专家（袜业 1763） as a paper to be signed says it: 行业专家（袜业）.

    The codes are in the workbook and the booklet.
    """
    return re.sub(r"（\d{2,4}）| \d{2,4}(?=[、）])", "", text)


def clock(span: tuple[Any, Any]) -> str:
    return f"{span[0]:%H:%M}–{span[1]:%H:%M}"


def minutes_zh(minutes: int | None) -> str:
    return "" if minutes is None else "同一地点" if minutes == 0 else f"{minutes}分钟"


def date_zh(day: date | None) -> str:
    """成文日期 in Arabic digits (GB/T 9704); blank to be filled when there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　　年　　月　　日"


def halves_zh(halves: tuple[Half, ...]) -> str:
    return "全天" if len(halves) == 2 else HALF_ZH[halves[0]]


@dataclass(frozen=True)
class VisitDay:
    """One day of one visit: a row of the schedule."""

    group: GroupEntry
    visit: VisitEntry
    day: date
    halves: str  # 全天 / 上午 / 下午
    hours: tuple[str, ...]  # 上午 08:30–12:00, …
    part: str  # 第1天，共2天; empty for a visit of one day
    travel: str

    @property
    def day_text(self) -> str:
        return day_zh(self.day)

    @property
    def firm_text(self) -> str:
        return f"{self.visit.firm.name}\n（{self.part}）" if self.part else self.visit.firm.name

    @property
    def contact(self) -> str:
        return " ".join(word for word in (self.visit.firm.contact, self.visit.firm.phone) if word)


def visit_days(group: GroupEntry, hours: Hours) -> tuple[VisitDay, ...]:
    """The group's calendar, a row per day and firm."""
    rows = []
    for visit in group.visits:
        days = visit.days
        for position, (day, halves) in enumerate(days):
            rows.append(
                VisitDay(
                    group=group,
                    visit=visit,
                    day=day,
                    halves=halves_zh(halves),
                    hours=tuple(f"{HALF_ZH[half]} {clock(hours.of(half))}" for half in halves),
                    part=f"第{position + 1}天，共{len(days)}天" if len(days) > 1 else "",
                    travel=minutes_zh(visit.travel_minutes) if position == 0 else "",
                )
            )
    return tuple(rows)


def all_visit_days(book: Book) -> tuple[VisitDay, ...]:
    """Every group's rows in calendar order, as the office reads them."""
    rows = [row for group in book.groups for row in visit_days(group, book.hours)]
    return tuple(sorted(rows, key=lambda row: (row.day, row.hours[0], row.group.number)))


def on_paper_only(group: GroupEntry) -> tuple[Firm, ...]:
    """只作资料评审: firms without a site visit."""
    return tuple(visit.firm for visit in group.visits if not visit.stays)
