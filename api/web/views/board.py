"""编组: one plan version as cards of groups, with the verdict, the goals and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from api.web.views.shell import Tone
from assignment.book import Book, GoalEntry

STATUS_TONES: dict[str, Tone] = {"草案": "", "待批准": "warn", "已批准": "ok", "已发布": "ok", "已撤回": "bad"}


@dataclass(frozen=True)
class Preset:
    """A named set of weights a clerk can choose without knowing the goals."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class JobView:
    """A running or ended solve as the progress panel shows it."""

    uid: str
    status: str  # queued, running, done, failed, cancelled
    status_words: str
    phase: str
    elapsed: int
    limit: int
    objective: int | None
    bound: int | None
    gap_words: str
    unassigned: int
    error: str = ""
    plan_uid: str = ""

    @property
    def active(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.elapsed / self.limit)) if self.limit else 0


@dataclass(frozen=True)
class VersionRow:
    uid: str
    number: int
    status: str
    tone: Tone
    created: str
    by: str
    objective: int | None
    current: bool


@dataclass(frozen=True)
class GoalRow:
    """One goal in words: `note` says what the number counts, `share` is its part of the total in percent."""

    title: str
    value: str
    weight: int
    points: int
    share: int


@dataclass(frozen=True)
class BoardPage:
    book: Book | None
    uid: str
    version: int  # record version, for If-Match
    tone: Tone
    goals: tuple[GoalRow, ...]
    gap_words: str
    versions: tuple[VersionRow, ...]
    job: JobView | None
    pins: tuple[str, ...]
    may_edit: bool
    may_approve: bool
    may_publish: bool
    may_withdraw: bool
    approve_hint: str
    ready: tuple[str, ...]  # what stands in the way of starting, in words
    presets: tuple[Preset, ...]
    downloads: tuple[Download, ...]


@dataclass(frozen=True)
class Download:
    path: str
    title: str
    icon: str = "file"


def gap_words(objective: int | None, bound: int | None) -> str:
    """How far from the proven best, in words a clerk understands."""
    if objective is None:
        return ""
    if bound is None:
        return "尚未证明离最优多远"
    if objective <= bound:
        return "已证明最优"
    gap = (objective - bound) / max(abs(objective), 1)
    return f"与理论最优相差不超过 {gap * 100:.1f} %"


def goal_rows(goals: tuple[GoalEntry, ...]) -> tuple[GoalRow, ...]:
    """Weighted goals first, by their part of the total; goals without weight last."""
    total = sum(max(goal.value * goal.weight, 0) for goal in goals) or 1
    rows = [
        GoalRow(goal.title, f"{goal.value:,}", goal.weight, goal.value * goal.weight, round(100 * max(goal.value * goal.weight, 0) / total))
        for goal in goals
    ]
    return tuple(sorted(rows, key=lambda row: (row.weight == 0, -row.points)))
