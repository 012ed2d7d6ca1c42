"""差距图: gap over time of several solves as one SVG, written by hand: two axes and a few lines are
no reason for a plotting library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 20, 44
# Distinct in print and to most colour-blind eyes (Okabe & Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


@dataclass(frozen=True)
class Curve:
    """差距曲线: (seconds, gap as a share) in order of time; `group` gives the colour."""

    name: str
    group: str
    points: tuple[tuple[float, float], ...]


def svg(curves: Sequence[Curve], title: str) -> str:
    """Steps: a gap holds until the next report. Time on a logarithmic axis, gap in per cent."""
    shown = [curve for curve in curves if curve.points]
    times = [max(seconds, 0.05) for curve in shown for seconds, _ in curve.points] or [1.0]
    first, last = (
        floor(log10(min(times))),
        max(ceil(log10(max(times))), floor(log10(min(times))) + 1),
    )
    top = max(
        10, 10 * ceil(10 * max((gap for curve in shown for _, gap in curve.points), default=0.1))
    )
    frame = _Frame(first, last, top)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
            ' font-family="sans-serif" font-size="12">'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *frame.grid(),
    ]
    groups = list(dict.fromkeys(curve.group for curve in shown))
    for curve in shown:
        parts.append(frame.line(curve, COLOURS[groups.index(curve.group) % len(COLOURS)]))
    for place, group in enumerate(groups):
        y, colour = TOP + 16 + 20 * place, COLOURS[place % len(COLOURS)]
        x = WIDTH - RIGHT + 16
        parts.append(
            f'<path d="M{x} {y}h22" stroke="{colour}" stroke-width="2"/><text x="{x + 28}"'
            f' y="{y + 4}">{escape(group)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True)
class _Frame:
    first: int  # powers of ten of the seconds
    last: int
    top: int  # per cent

    def x(self, seconds: float) -> float:
        share = (log10(max(seconds, 10**self.first)) - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, gap: float) -> float:
        return round(TOP + (1 - min(100 * gap / self.top, 1)) * (HEIGHT - TOP - BOTTOM), 1)

    def grid(self) -> list[str]:
        lines = []
        for power in range(self.first, self.last + 1):
            x = self.x(10**power)
            label = str(10**power) if power >= 0 else f"{10**power:g}"
            lines.append(f'<path d="M{x} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
            lines.append(
                f'<text x="{x}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{label}</text>'
            )
        step = max(1, self.top // 5)
        for percent in range(0, self.top + 1, step):
            y = self.y(percent / 100)
            lines.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#ddd"/>')
            lines.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{percent} %</text>')
        middle = (LEFT + WIDTH - RIGHT) / 2
        return [*lines, f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">秒</text>']

    def line(self, curve: Curve, colour: str) -> str:
        (begin, gap), *rest = curve.points
        path = f"M{self.x(begin)} {self.y(gap)}" + "".join(
            f"H{self.x(seconds)}V{self.y(value)}" for seconds, value in rest
        )
        return (
            f'<path d="{path}" fill="none" stroke="{colour}"'
            f' stroke-width="1.5"><title>{escape(curve.name)}</title></path>'
        )
