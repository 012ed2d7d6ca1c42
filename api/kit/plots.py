"""图: small plots drawn by the server as SVG, each with its figures in words for who cannot see it.

Colours come from classes, because the content security policy allows no style of an element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup, escape

WIDTH = 320.0  # SVG units; the page stretches the drawing
ROW = 20.0
BAR = 7.0
NAME_WIDTH = 96.0
LETTERS = 8
LETTER = 5.6  # a figure's digit at the size of the texts


@dataclass(frozen=True)
class Plot:
    """`drawing` for the eyes, `words` the same figures for ears and for search."""

    drawing: Markup
    words: str


@dataclass(frozen=True)
class Row:
    """One line of bars: a value for each series; below 0 they go to the left of the axis."""

    name: str
    values: tuple[float, ...]


def bars(title: str, series: Sequence[str], rows: Sequence[Row], unit: str = "") -> Plot | None:
    """横条图: for each row a bar of each series, with its figure; nothing to draw gives None."""
    figures = [value for row in rows for value in row.values]
    if not figures:
        return None
    low, high = min(0.0, *figures), max(0.0, *figures)
    span = (high - low) or 1.0
    before = max((_wide(value) for value in figures if value < 0), default=0.0)
    after = max((_wide(value) for value in figures if value >= 0), default=0.0)
    room = WIDTH - NAME_WIDTH - before - after
    zero = NAME_WIDTH + before - low / span * room
    step = max(ROW, BAR * len(series) + 6)
    parts = []
    for at, row in enumerate(rows):
        top = at * step + 4
        name = row.name if len(row.name) <= LETTERS else row.name[: LETTERS - 1] + "…"
        parts.append(_text(NAME_WIDTH - 6, top + step / 2, name, "end"))
        for place, value in enumerate(row.values):
            parts.append(_bar(zero, top + place * BAR, value / span * room, place))
            end = zero + value / span * room
            spot, side = (end + 3, "start") if value >= 0 else (end - 3, "end")
            parts.append(_text(spot, top + place * BAR + BAR - 1, _figure(value), side))
    height = len(rows) * step + 6
    axis = Markup('<line class="axis" x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="{1:.1f}"/>').format(
        zero, height
    )
    words = "；".join(
        row.name
        + " "
        + "、".join(
            f"{name}{' ' * name[-1:].isdigit()}{_figure(value)}{unit}"
            for name, value in zip(series, row.values, strict=True)
        )
        for row in rows
    )
    return Plot(_svg(title, words, height, [axis, *parts]), f"{title}：{words}")


def steps(title: str, points: Sequence[tuple[float, float]], unit: str = "%") -> Plot | None:
    """阶梯线: a value that holds until the next one, e.g. the gap of a solve by seconds."""
    if len(points) < 2:
        return None
    last = max(points[-1][0], 1e-9)
    top = max(value for _, value in points) or 1.0
    left, height, base = max(40.0, _wide(top) + LETTER), 84.0, 66.0
    spots = [
        (left + at / last * (WIDTH - left - 8), base - value / top * (base - 10))
        for at, value in points
    ]
    path = f"M{spots[0][0]:.1f} {spots[0][1]:.1f}" + "".join(
        f"H{x:.1f}V{y:.1f}" for x, y in spots[1:]
    )
    parts = [
        Markup('<line class="axis" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>').format(
            left, WIDTH, base, base
        ),
        Markup('<path class="curve" d="{}"/>').format(path),
        _text(left - 4, 13, f"{_figure(top)}{unit}", "end"),
        _text(left - 4, base + 3, "0", "end"),
        _text(left, base + 14, "0 秒", "start"),
        _text(WIDTH - 2, base + 14, f"{ceil(last)} 秒", "end"),
    ]
    told = [points[0], *points[1:-1][:: max(1, len(points) // 4)], points[-1]]
    words = "，".join(f"{at:.0f} 秒 {_figure(value)}{unit}" for at, value in told)
    return Plot(_svg(title, words, height, parts), f"{title}：{words}")


def _figure(value: float) -> str:
    whole = round(value)
    return f"{whole:,d}" if abs(value - whole) < 0.05 else f"{value:,.1f}"


def _wide(value: float) -> float:
    """The room that a figure takes beside its bar."""
    return LETTER * len(_figure(value)) + 6


def _bar(zero: float, y: float, length: float, tone: int) -> Markup:
    return Markup(
        '<rect class="s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1"/>'
    ).format(tone, min(zero, zero + length), y, abs(length), BAR - 1)


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, words
    )


def _svg(title: str, words: str, height: float, parts: Sequence[Markup]) -> Markup:
    opening = Markup(
        '<svg class="chart plot" viewBox="0 0 {:.0f} {:.1f}" width="100%" role="img"'
        ' aria-label="{}">'
    ).format(WIDTH, height, escape(f"{title}：{words}"))
    return opening + Markup("").join(parts) + Markup("</svg>")
