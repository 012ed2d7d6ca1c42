"""专家库盘点: which trades, grades and days are short for the applicants of a year or for a number
expected, before the groups are formed.

Shortage is a deficit by Hall's condition (core.shortage), not a count: an expert who knows two
trades is not counted twice. Everything is told twice: with those who may be used now, and with
those who only have to sign or answer, so that the office knows whom to remind and when it has to
look for new people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import chain
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.industry import section
from assignment.shortage import Deficit, deficits
from award.applicants.store import ApplicantRow
from award.applicants.tables import Applicant, ApplicantIndustry
from award.groups.gather import ExpertFacts, YearFacts
from award.groups.standing import Standing, standing
from award.year import store as year_store
from award.year.core.policy import YearPolicy
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALVES, Half, HalfDay
from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal

MOST = 500  # applicants that can be asked about
_DIGITS = {"division": 2, "group": 3}


@dataclass(frozen=True)
class Wish:
    """What is asked: `cases` per trade, or None for the year's own applicants; `reserve` more
    specialists per case (候补).
    """

    cases: Mapping[str, int] | None = None
    reserve: int = 1


@dataclass(frozen=True)
class TradeLine:
    """一个行业: cases, seats for specialists, and how many experts know the trade (now; and when
    all have answered).
    """

    code: str
    name: str
    cases: int
    wanted: int
    ready: int
    able: int
    recused: int  # of `able`, those barred from every case of the trade


@dataclass(frozen=True)
class Shortfall:
    """One deficit in words and figures; `missing_later` is what is left of it when everybody has
    signed and answered, `firms` are those it strikes and `helpers` who then could help.
    """

    title: str
    text: str
    wanted: int
    served: int
    missing: int
    missing_later: int
    firms: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True)
class GradeLine:
    """组长、质量管理专家、全组人数: what the groups need and who is there."""

    title: str
    wanted: int
    ready: int
    able: int
    leaving: int  # whose term ends within a year

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.ready)


@dataclass(frozen=True)
class DayLine:
    """一个半天: who has answered and is free, and how many groups could go out; `limit` names what
    there is least of.
    """

    day: date
    half: Half
    free: int
    leaders: int
    quality: int
    groups: int
    limit: str


@dataclass(frozen=True)
class Inventory:
    """专家库盘点."""

    year: int
    expected: bool  # cases are expected ones, not the year's applicants
    cases: int
    groups: int
    load: int  # cases one expert may be asked to review
    reserve: int
    ready: int
    able: int
    pool: int
    trades: tuple[TradeLine, ...]
    shortfalls: tuple[Shortfall, ...]
    grades: tuple[GradeLine, ...]
    days: tuple[DayLine, ...]
    day_shortfalls: tuple[Shortfall, ...]
    answered: int  # experts whose free days are known


@dataclass(frozen=True)
class _Case:
    """A case, or several expected ones of one trade.

    `closed`: half-days on which no visit can be received.
    """

    key: str
    trades: tuple[str, ...]
    number: int
    half_days: int
    closed: frozenset[HalfDay]
    recused: frozenset[str]


class _Hands:
    """人手: experts, and where in their order those who know a trade stand (`knows`: at the level
    that counts).
    """

    def __init__(
        self, experts: Sequence[ExpertFacts], knows: Callable[[ExpertFacts], Collection[str]]
    ) -> None:
        self.experts = tuple(experts)
        self._of_trade: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.experts):
            for trade in knows(one):
                self._of_trade[trade].append(place)

    def of_trade(self, trade: str) -> list[ExpertFacts]:
        return [self.experts[place] for place in self._of_trade.get(trade, ())]

    def serving(self, case: _Case) -> list[ExpertFacts]:
        """Who knows a trade of the case and need not keep away from it, in their order."""
        places = {place for trade in case.trades for place in self._of_trade.get(trade, ())}
        found = (self.experts[place] for place in sorted(places))
        return [one for one in found if one.uid not in case.recused]


# What an expert mends by signing and answering; days she has not told are taken as free then, which
# the days' table does not do.
_OWED = frozenset({"unsigned", "undeclared", "days-unknown"})


def take_stock(
    session: Session, viewer: Viewer, year: int, wish: Wish, organisations: Collection[str] = ()
) -> Inventory:
    """盘点. Cases of `organisations` (those the viewer must keep away from) are left out."""
    if not viewer.is_staff:
        raise Refusal("not-found", "没有找到这个年度。")
    if not 0 <= wish.reserve <= 5:
        raise Refusal("out-of-range", "每家的候补专家数应在 0 到 5 之间。", field="reserve")
    known = standing(session, year)
    key = ("stock", repr(wish), frozenset(organisations))
    return known.facts.once(key, lambda: _stock(known, wish, organisations))


def _stock(known: Standing, wish: Wish, organisations: Collection[str]) -> Inventory:
    facts = known.facts
    policy = facts.year.fields.policy
    seen = tuple(row for row in facts.applicants if row.fields.name not in organisations)
    cases = (
        _expected(policy, wish.cases) if wish.cases is not None else _actual(facts, policy, seen)
    )
    number = sum(case.number for case in cases)
    if number > MOST:
        raise Refusal("out-of-range", f"预计申报家数合计应不超过 {MOST}。", field="cases")
    groups = _groups(policy, number)
    owed = {uid: {one.code for one in reasons} for uid, reasons in known.reasons.items()}
    knows = partial(_knows, policy)
    ready = _Hands([one for one in facts.experts if not owed[one.uid]], knows)
    able = _Hands([one for one in facts.experts if owed[one.uid] <= _OWED], knows)
    load = _load(policy, cases, groups)
    now, later = (
        _trade_deficits(policy, cases, ready, load, wish.reserve),
        _trade_deficits(policy, cases, able, load, wish.reserve),
    )
    days = _days(facts, policy, ready.experts)
    return Inventory(
        year=facts.year.year,
        expected=wish.cases is not None,
        cases=number,
        groups=groups,
        load=load,
        reserve=wish.reserve,
        ready=len(ready.experts),
        able=len(able.experts),
        pool=len(facts.experts),
        trades=_trades(cases, ready, able, wish.reserve),
        shortfalls=tuple(
            replace(
                found,
                firms=_firm_names(seen, one.needs),
                helpers=_helpers(cases, one.needs, ready, able),
            )
            for found, one in zip(_shortfalls(cases, now, later), now, strict=True)
        ),
        grades=_grades(policy, groups, number, ready.experts, able.experts, facts),
        days=days,
        day_shortfalls=_day_shortfalls(cases, ready, days),
        answered=sum(one.absences is not None for one in facts.experts),
    )


def usual_mix(
    session: Session, viewer: Viewer, year: int, number: int, organisations: Collection[str] = ()
) -> dict[str, int]:
    """预计 `number` 家的行业分布: as in the applications on record, shared out by the largest
    remainder (Hamilton).
    """
    if not 0 <= number <= MOST:
        raise Refusal("out-of-range", f"预计申报家数应在 0 到 {MOST} 之间。", field="number")
    level = year_store.year(session, viewer, year).fields.policy.industry_level
    first = select(ApplicantIndustry.code).join(
        Applicant, Applicant.id == ApplicantIndustry.applicant_id
    )
    first = first.where(
        ApplicantIndustry.position == 0,
        Applicant.withdrawn_at.is_(None),
        Applicant.name.not_in(tuple(organisations)),
    )
    counted = Counter(trade_of(code, level) for code in session.scalars(first))
    total = sum(counted.values())
    if not total:
        return {}
    shares = {code: number * count / total for code, count in counted.items()}
    mix = {code: int(share) for code, share in shares.items()}
    rest = sorted(shares, key=lambda code: (-(shares[code] - mix[code]), -counted[code], code))
    for code in rest[: number - sum(mix.values())]:
        mix[code] += 1
    return {code: mix[code] for code in sorted(mix) if mix[code]}


def trade_of(code: str, level: str) -> str:
    """The code at the level at which a specialist must match."""
    return section(code) if level in ("section", "none") else code[: _DIGITS[level]]


def trade_name(code: str) -> str:
    return Industries.load().name(code) if Industries.load().known(code) else code


def _actual(
    facts: YearFacts, policy: YearPolicy, applicants: Sequence[ApplicantRow]
) -> tuple[_Case, ...]:
    recused: dict[str, set[str]] = defaultdict(set)
    for expert, case, _ in facts.ties.barred:
        recused[case].add(expert)
    return tuple(
        _Case(
            row.uid,
            tuple(
                dict.fromkeys(
                    trade_of(item.code, policy.industry_level) for item in row.fields.industries
                )
            ),
            1,
            row.half_days,
            frozenset(row.fields.closed),
            frozenset(recused[row.uid]),
        )
        for row in applicants
        if row.fields.industries
    )


def _expected(policy: YearPolicy, cases: Mapping[str, int]) -> tuple[_Case, ...]:
    for code, number in cases.items():
        if not Industries.load().known(code):
            raise Refusal(
                "unknown-industry", f"{code} 不是 GB/T 4754-2017 的行业代码。", field="cases"
            )
        if number < 0:
            raise Refusal("out-of-range", "预计家数不能小于 0。", field="cases")
    wanted: Counter[str] = Counter()
    for code, number in cases.items():
        wanted[trade_of(code, policy.industry_level)] += number
    return tuple(
        _Case(code, (code,), number, policy.visit_unknown, frozenset(), frozenset())
        for code, number in sorted(wanted.items())
        if number
    )


def _groups(policy: YearPolicy, number: int) -> int:
    if not number:
        return 0
    if policy.regime == "panel":
        return number
    span = policy.group_range(number)
    return span[0] if span else number


def _load(policy: YearPolicy, cases: Sequence[_Case], groups: int) -> int:
    """How many cases one expert may be asked for: by groups, and by half-days a year."""
    number = sum(case.number for case in cases)
    if not number:
        return 0
    half_days = (
        sum(case.number * max(1, case.half_days + policy.desk_effort) for case in cases) / number
    )
    by_groups = policy.max_groups * (1 if policy.regime == "panel" else ceil(number / groups))
    return max(1, min(by_groups, int(policy.max_effort // half_days)))


def _knows(policy: YearPolicy, expert: ExpertFacts) -> frozenset[str]:
    digits = _DIGITS.get(policy.industry_level, 1)
    codes = (item.code for item in expert.fields.industries)
    return frozenset(trade_of(code, policy.industry_level) for code in codes if len(code) >= digits)


def _trade_deficits(
    policy: YearPolicy,
    cases: Sequence[_Case],
    hands: _Hands,
    load: int,
    reserve: int,
) -> tuple[Deficit, ...]:
    if policy.industry_level == "none":
        return ()
    seats = {case.key: case.number * (1 + reserve) for case in cases}
    serves = {
        case.key: dict.fromkeys((one.uid for one in hands.serving(case)), case.number)
        for case in cases
    }
    return deficits(seats, dict.fromkeys((one.uid for one in hands.experts), load), serves)


def _shortfalls(
    cases: Sequence[_Case], now: Sequence[Deficit], later: Sequence[Deficit]
) -> tuple[Shortfall, ...]:
    """A deficit that reminders cure lies outside the sets that stay short: what stays is found by
    the needs they share.
    """
    by_key = {case.key: case for case in cases}
    found = []
    for one in now:
        members = [by_key[key] for key in one.needs]
        names = list(dict.fromkeys(trade_name(case.trades[0]) for case in members))
        number = sum(case.number for case in members)
        left = min(
            one.missing, sum(other.missing for other in later if set(other.needs) & set(one.needs))
        )
        title = "、".join(names[:4]) + (
            f"等 {len(names)} 类" if len(names) > 4 else "两类" if len(names) == 2 else ""
        )
        text = f"{number} 家共需对口专家 {one.wanted} 人次，"
        text += (
            f"库内合格且未回避的 {len(one.helpers)} 人最多承担 {one.served} 人次，"
            if one.helpers
            else "库内没有合格且未回避的专家，"
        )
        found.append(
            Shortfall(
                title, text + f"缺 {one.missing} 人次", one.wanted, one.served, one.missing, left
            )
        )
    return tuple(found)


def _firm_names(rows: Sequence[ApplicantRow], keys: Collection[str]) -> tuple[str, ...]:
    """Of the year's own applicants; expected ones have no names."""
    return tuple(row.fields.name for row in rows if row.uid in keys)


def _helpers(
    cases: Sequence[_Case],
    keys: Collection[str],
    ready: _Hands,
    able: _Hands,
) -> tuple[str, ...]:
    """Who would serve one of these needs once she has signed and answered."""
    now = {one.uid for one in ready.experts}
    found = {one.uid for case in cases if case.key in keys for one in able.serving(case)} - now
    return tuple(one.fields.name for one in able.experts if one.uid in found)


def _trades(
    cases: Sequence[_Case],
    ready: _Hands,
    able: _Hands,
    reserve: int,
) -> tuple[TradeLine, ...]:
    lines = []
    of_trade: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        of_trade[case.trades[0]].append(case)
    for code, own in of_trade.items():
        number = sum(case.number for case in own)
        knowing = {one.uid for one in able.of_trade(code)}
        barred = {uid for uid in knowing if all(uid in case.recused for case in own)}
        now = len(ready.of_trade(code))
        lines.append(
            TradeLine(
                code,
                trade_name(code),
                number,
                number * (1 + reserve),
                now,
                len(knowing),
                len(barred),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.able - line.wanted, line.code)))


def _grades(
    policy: YearPolicy,
    groups: int,
    cases: int,
    ready: Sequence[ExpertFacts],
    able: Sequence[ExpertFacts],
    facts: YearFacts,
) -> tuple[GradeLine, ...]:
    """Groups want one leader and one quality expert each, and their least number of members."""
    soon = (facts.days[-1] if facts.days else facts.year.fields.window_last) + timedelta(days=365)
    each = policy.max_groups if policy.regime == "panel" else 1
    rows: tuple[tuple[str, int, Callable[[ExpertFacts], bool]], ...] = (
        ("组长", groups if policy.leader_required else 0, lambda one: bool(one.fields.leader)),
        (
            "质量管理专家",
            groups if policy.quality_required else 0,
            lambda one: bool(one.fields.quality),
        ),
        ("评审组成员", groups * policy.group_size[0], lambda _: True),
    )
    lines = []
    for title, wanted, holds in rows:
        inside = [one for one in able if holds(one)]
        leaving = sum(
            bool(one.terms) and max(last for _, last in one.terms) <= soon for one in inside
        )
        lines.append(
            GradeLine(title, ceil(wanted / each), sum(map(holds, ready)), len(inside), leaving)
        )
    return tuple(lines) if cases else ()


class _Free:
    """How many of these people are free at a half-day: those less who are away."""

    def __init__(self, people: Sequence[ExpertFacts]) -> None:
        self._all = len(people)
        self._away = Counter(chain.from_iterable(one.absences or () for one in people))

    def at(self, half_day: HalfDay) -> int:
        return self._all - self._away[half_day]


def _days(
    facts: YearFacts, policy: YearPolicy, ready: Sequence[ExpertFacts]
) -> tuple[DayLine, ...]:
    known = [one for one in ready if one.absences is not None]
    all_, leaders_, quality_ = (
        _Free(people)
        for people in (
            known,
            [one for one in known if one.fields.leader],
            [one for one in known if one.fields.quality],
        )
    )
    lines = []
    for day in facts.days:
        for half in HALVES:
            at = HalfDay(day, half)
            free, leaders, quality = all_.at(at), leaders_.at(at), quality_.at(at)
            possible = {f"每组至少 {policy.group_size[0]} 人": free // policy.group_size[0]}
            if policy.leader_required:
                possible["组长"] = leaders
            if policy.quality_required:
                possible["质量管理专家"] = quality
            limit = min(possible, key=lambda name: possible[name])
            most = possible[limit]
            if policy.max_parallel_visits is not None and policy.max_parallel_visits <= most:
                limit, most = "同时评审家数上限", policy.max_parallel_visits
            lines.append(DayLine(day, half, free, leaders, quality, most, limit))
    return tuple(lines)


def _day_shortfalls(
    cases: Sequence[_Case],
    ready: _Hands,
    days: Sequence[DayLine],
) -> tuple[Shortfall, ...]:
    """Visits against half-days: a visit fills half-days on which its firm receives, a specialist is
    free and groups can go out.
    """
    capacity = {f"{line.day}/{line.half}": line.groups for line in days}
    seats = {case.key: case.number * case.half_days for case in cases}
    serves = {}
    for case in cases:
        able = [one.absences or frozenset() for one in ready.serving(case)]
        slots = (HalfDay(line.day, line.half) for line in days)
        open_ = [
            slot
            for slot in slots
            if slot not in case.closed and any(slot not in away for away in able)
        ]
        serves[case.key] = {f"{day}/{half}": case.number for day, half in open_}
    by_key = {case.key: case for case in cases}
    found = []
    for one in deficits(seats, capacity, serves):
        number = sum(by_key[key].number for key in one.needs)
        names = list(dict.fromkeys(trade_name(by_key[key].trades[0]) for key in one.needs))
        title = (
            "、".join(names[:4]) + (f"等 {len(names)} 类" if len(names) > 4 else "")
            if len(one.needs) < len(cases)
            else "全部行业"
        )
        text = (
            f"{number} 家的现场评审共需 {one.wanted} 个半天，按各半天能出的组数和对口专家的空闲，"
            f"只排得下 {one.served} 个"
        )
        found.append(
            Shortfall(
                title,
                f"{text}，缺 {one.missing} 个半天",
                one.wanted,
                one.served,
                one.missing,
                one.missing,
            )
        )
    return tuple(found)
