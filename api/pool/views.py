"""盘点页的样子: lines, bars and words; every figure comes from assignment.inventory and
expert_pool.workload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.kit.parts import Bar
from api.kit.plots import Plot, Row, bars
from award.groups.inventory import DayLine, Inventory, TradeLine
from expert_pool.facts.halfday import HALF_ZH
from expert_pool.workload import Burden, Fairness

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Supply:
    """每半天能同时出几个组, as bars in SVG units."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[float, str], ...]
    width: int = 300
    height: int = 96


def supply(days: Sequence[DayLine]) -> Supply | None:
    if not days or alike(days):
        return None
    width, base, left = 300, 78, 2
    top = max(*(line.groups for line in days), 1)
    step = (width - left) / len(days)
    bars, labels, week = [], [], None
    for position, line in enumerate(days):
        height = round(line.groups / top * 70, 1)
        x = round(left + position * step + step * 0.12, 1)
        bars.append(
            Bar(
                x,
                round(base - height, 1),
                height,
                line.half.lower(),
                f"{day_words(line)}：能出 {line.groups} 组",
                line.groups == 0,
            )
        )
        if line.day.isocalendar().week != week:
            labels.append((x, f"{line.day.month}月{line.day.day}日"))
            week = line.day.isocalendar().week
    return Supply(tuple(bars), tuple(labels))


MOST_TRADES = 12


def trade_plot(trades: Sequence[TradeLine]) -> Plot | None:
    """各行业的供需, the scarcest first."""
    scarce = sorted(trades, key=lambda line: (line.ready - line.wanted, line.code))[:MOST_TRADES]
    rows = [Row(line.name, (line.wanted, line.ready, line.able)) for line in scarce]
    return bars("最紧的行业", ("需要", "现有", "催齐后"), rows, " 人")


def work_plot(found: Sequence[Burden]) -> Plot | None:
    """历年工作量: how many took part each year, and how much each of them and the busiest did."""
    by_year: dict[int, list[int]] = {}
    for one in found:
        for year in one.years:
            by_year.setdefault(year.year, []).append(year.half_days)
    rows = [
        Row(f"{year} 年", (len(loads), round(sum(loads) / len(loads), 1), max(loads)))
        for year, loads in sorted(by_year.items())
    ]
    return bars("历年工作量", ("参加人数", "人均半天", "最多半天"), rows)


def alike(days: Sequence[DayLine]) -> bool:
    """Every half-day can take the same number of groups."""
    return len({line.groups for line in days}) == 1


def tightest(days: Sequence[DayLine], number: int = 6) -> tuple[dict[str, object], ...]:
    """The half-days on which the fewest groups could go out; none when all are alike."""
    if not days or alike(days):
        return ()
    chosen = sorted(days, key=lambda line: (line.groups, line.free, line.day, line.half == "PM"))[
        :number
    ]
    return tuple(
        {
            "day": day_words(line),
            "groups": line.groups,
            "free": line.free,
            "leaders": line.leaders,
            "quality": line.quality,
            "limit": line.limit,
        }
        for line in chosen
    )


def day_words(line: DayLine) -> str:
    day = line.day
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）{HALF_ZH[line.half]}"


def conclusion(stock: Inventory) -> tuple[str, str]:
    """One sentence and its tone: the answer the page was opened for."""
    if not stock.cases:
        return "还没有申报组织。填写预计家数，按历年申报的行业分布盘点。", ""
    grades = [line for line in stock.grades if line.missing]
    if not (stock.shortfalls or stock.day_shortfalls or grades):
        return (
            f"{stock.cases} 家、{stock.groups} 个评审组：行业、组长、质量专家和时间都够用。",
            "ok",
        )
    recruit = [one for one in stock.shortfalls if one.missing_later]
    parts = []
    if recruit:
        parts.append(f"{len(recruit)} 处行业缺口催齐声明和时间后仍补不上，需要增聘")
    if cured := len(stock.shortfalls) - len(recruit):
        parts.append(f"{cured} 处行业缺口催齐声明和时间即可补上")
    if stock.day_shortfalls:
        parts.append(f"时间排不下，缺 {sum(one.missing for one in stock.day_shortfalls)} 个半天")
    parts += [f"{line.title}缺 {line.missing} 人" for line in grades]
    return (
        f"{stock.cases} 家、{stock.groups} 个评审组：{'；'.join(parts)}。",
        "bad" if recruit or grades else "warn",
    )


@dataclass(frozen=True)
class Piece:
    """One year in somebody's bar, in SVG units of a bar 100 wide."""

    x: float
    width: float
    tone: int
    title: str


@dataclass(frozen=True)
class WorkLine:
    uid: str
    name: str
    employer: str
    half_days: int
    reviews: int
    pieces: tuple[Piece, ...]
    led: str
    excellent: str
    words: str


def work_lines(found: Sequence[Burden], most: int) -> tuple[WorkLine, ...]:
    return tuple(_work_line(one, max(most, 1)) for one in found)


def _work_line(one: Burden, most: int) -> WorkLine:
    pieces, x = [], 0.0
    for place, year in enumerate(one.years):
        width = round(year.half_days / most * 100, 2)
        pieces.append(
            Piece(
                round(x, 2),
                width,
                place % 2,
                f"{year.year}年 {year.half_days} 个半天、{year.reviews} 家",
            )
        )
        x += width
    return WorkLine(
        one.uid,
        one.name,
        one.employer,
        one.half_days,
        sum(year.reviews for year in one.years),
        tuple(pieces),
        _years(one.led),
        _years(one.excellent),
        "；".join(piece.title for piece in pieces),
    )


def _years(years: Sequence[int]) -> str:
    """2023、2024 in short; many as a number of times."""
    return "、".join(map(str, years)) if len(years) <= 2 else f"{len(years)} 次（最近 {years[-1]}）"


def fairness_words(measured: Fairness) -> str:
    if not measured.worked:
        return "这些年还没有评审工作的记录。"
    idle = measured.people - measured.worked
    words = f"人均 {measured.mean:.1f} 个半天，最多 {measured.most} 个；"
    words += f"{idle} 人没有参加过。" if idle else "人人都参加过。"
    return words + f" 不均衡的程度 {measured.gini:.2f}：0 为人人相同，越接近 1 越集中在少数人。"
