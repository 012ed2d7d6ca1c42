"""首页: where the year stands, the one next step, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.kit.parts import Bar, Stat
from api.kit.shell import Tone
from api.year.steps.views import Nine
from award.groups.core.preparing import State
from award.groups.standing import Standing
from award.groups.store import JobView, PlanRow, PlanView
from expert_pool.facts.halfday import HALF_ZH, Half
from expert_pool.imported import RefusedView


@dataclass(frozen=True)
class Facts:
    """What the first page is made of."""

    standing: Standing
    batches: int  # imports waiting for a person
    waiting: int  # experts in use who have not answered
    asked: int
    plan: PlanRow | None
    job: JobView | None
    published: PlanView | None = None
    refused: tuple[RefusedView, ...] = ()  # rows of imports that stayed out

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.over


@dataclass(frozen=True)
class Step:
    number: int
    title: str
    path: str
    state: State
    text: str
    id: str = ""


@dataclass(frozen=True)
class NextStep:
    title: str
    text: str
    path: str
    label: str
    over: str = "下一步"  # the small word above it


@dataclass(frozen=True)
class Todo:
    """One line of what waits: since how many days, None where nobody noted it."""

    title: str
    text: str
    path: str
    link: str
    tone: Tone = "warn"
    days: int | None = None

    @property
    def since(self) -> str:
        if self.days is None:
            return ""
        return "今天" if self.days <= 0 else f"已 {self.days} 天"


@dataclass(frozen=True)
class News:
    """What others did since yesterday morning, and the page that shows it."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class Unassignable:
    """不能编组的专家, with every reason."""

    uid: str
    name: str
    employer: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Supply:
    """每半天可参加的专家人数, drawn as bars; `need_y` is the line of what the year needs at
    least.
    """

    bars: tuple[Bar, ...]
    labels: tuple[tuple[float, str], ...]
    need: int
    need_y: float
    top: int
    width: int = 720
    height: int = 150


@dataclass(frozen=True)
class HomePage:
    """`nine` for a year that is worked on in stages, else None; `steps` empty once the groups are
    behind a staged year.
    """

    title: str
    facts: tuple[str, ...]
    nine: Nine | None
    steps: tuple[Step, ...]
    next: NextStep | None
    todos: tuple[Todo, ...]
    stats: tuple[Stat, ...]
    supply: Supply | None
    news: tuple[News, ...]
    unassignable: tuple[Unassignable, ...]
    unassignable_total: int


def supply_chart(counts: Sequence[tuple[date, Half, int]], need: int) -> Supply | None:
    """Bars for (date, half, number of experts free); bars under `need` are marked low."""
    if not counts:
        return None
    width, height, base, left = 720, 150, 122, 30
    top = max(max(count for _, _, count in counts), need, 1)
    step = (width - left) / len(counts)
    bars, labels, last_week = [], [], None
    for position, (day, half, count) in enumerate(counts):
        bar_height = round(count / top * 104, 1)
        x = round(left + position * step + step * 0.12, 1)
        words = HALF_ZH[half]
        bars.append(
            Bar(
                x,
                round(base - bar_height, 1),
                bar_height,
                half.lower(),
                f"{day.month}月{day.day}日{words}：{count} 人可参加",
                count < need,
            )
        )
        week = day.isocalendar().week
        if week != last_week:
            labels.append((x, f"{day.month}月{day.day}日"))
            last_week = week
    return Supply(
        tuple(bars), tuple(labels), need, round(base - need / top * 104, 1), top, width, height
    )
