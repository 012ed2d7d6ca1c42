"""编组: one plan version as cards of groups, with the verdict, the goals and what may be done with
it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

from api.groups.board.readiness import Check
from api.groups.words import slot_words
from api.kit.parts import Option
from api.kit.plots import Plot, steps
from api.kit.shell import Tone
from api.kit.templating import moment
from assignment.problem import Pin
from assignment.quality import proof_of
from award.groups.core.book import Book, GoalEntry, Person
from award.groups.store import JobView, PlanRow, PlanView
from award.papers.kinds import DOCUMENTS

STATUS_TONES: dict[str, Tone] = {
    "draft": "",
    "submitted": "warn",
    "approved": "warn",
    "published": "ok",
    "withdrawn": "bad",
}


@dataclass(frozen=True)
class JobKind:
    """How the progress panel speaks of one kind of job, and the page it belongs to."""

    doing: str
    failed: str
    stop: str
    page: str


JOB_KINDS: dict[str | None, JobKind] = {
    None: JobKind("正在编组", "编组没有成功", "停止，采用当前最好的方案", "/board"),
    "trial": JobKind("正在试算", "试算没有成功", "停止，保留已有的结果", "/trials"),
    "repair": JobKind("正在找修补办法", "没有找到修补办法", "停止，保留已有的结果", "/repairs"),
    "candidates": JobKind("正在寻找备选方案", "没有找到备选方案", "停止，不公布", "/draws"),
}
WITH_NUMBERS = ("site-plan.docx", "schedule.docx", "roster.docx", "roster.xlsx")
JOB_WORDS = {"queued": "等待开始", "done": "已完成", "cancelled": "已停止"}
TIME_LIMITS = ((10, "10 秒"), (30, "30 秒"), (60, "1 分钟"), (300, "5 分钟"))


@dataclass(frozen=True)
class Preset:
    """侧重: a named set of weights a clerk can choose without knowing the goals; None keeps the
    year's own.
    """

    id: str
    title: str
    text: str
    weights: dict[str, int] | None = None


PRESETS = (
    Preset("year", "按年度设置", "使用“年度与规则”里的目标权重"),
    Preset(
        "specialist",
        "专业优先",
        "每家都尽量有最对口的行业专家，组长资历高",
        {
            "specialist": 400,
            "leadership": 30,
            "workload": 1,
            "route": 1,
            "span": 1,
            "extra": 20,
            "discouraged": 50,
            "changes": 20,
        },
    ),
    Preset(
        "balance",
        "均衡优先",
        "专家之间的工作量尽量平均",
        {
            "specialist": 60,
            "workload": 8,
            "peak": 40,
            "leadership": 5,
            "route": 1,
            "span": 1,
            "extra": 20,
            "discouraged": 30,
            "changes": 20,
        },
    ),
    Preset(
        "travel",
        "少跑路",
        "组内路程、专家往返路程最短，工期紧凑",
        {
            "specialist": 60,
            "route": 6,
            "commute": 1,
            "span": 6,
            "workload": 1,
            "extra": 60,
            "discouraged": 30,
            "changes": 20,
        },
    ),
)


@dataclass(frozen=True)
class JobPanel:
    """A running or ended solve as the progress panel shows it."""

    uid: str
    active: bool
    words: str
    phase: str
    elapsed: int
    limit: int
    percent: int
    objective: int | None
    bound: int | None
    gap_words: str
    sentence: str  # how far it has come, in words
    unassigned: int
    error: str
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]
    stopping: bool
    plan_uid: str
    stop: str  # what the button that stops it says
    page: str  # where its result shows
    plot: Plot | None = None  # how far from the best it was, second by second


@dataclass(frozen=True)
class VersionRow:
    """One version where versions are listed; `note` is how it came about and what the clerk wrote
    to whom had to approve it.
    """

    uid: str
    edition: str
    name: str
    status: str
    tone: Tone
    created: str
    by: str
    note: str
    current: bool


@dataclass(frozen=True)
class GoalRow:
    """One goal in words; `share` is its part of the total in percent."""

    title: str
    value: str
    unit: str
    weight: int
    points: int
    share: int


@dataclass(frozen=True)
class Download:
    path: str
    title: str
    icon: str = "file"


@dataclass(frozen=True)
class Held:
    """One thing that a person fixed or forbade; `fields` are the form that lets it go."""

    words: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rights:
    """What the person looking may do with this version as it stands."""

    start: bool = False
    edit: bool = False
    submit: bool = False
    recall: bool = False
    approve: bool = False
    send_back: bool = False
    publish: bool = False
    reopen: bool = False
    withdraw: bool = False
    copy: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Reserve:
    """Who could be seated and is not: those shown, and how many there are; `wanted` is the name
    or employer that was looked for.
    """

    people: tuple[Person, ...]
    number: int
    wanted: str = ""


MOST_IN_RESERVE = 100  # of thousands; a name leads to the others


@dataclass(frozen=True)
class BoardPage:
    book: Book | None = None
    uid: str = ""
    version: int = 0  # record version: a form made from an older page is refused
    tone: Tone = ""
    goals: tuple[GoalRow, ...] = ()
    gap_words: str = ""
    gap_plot: Plot | None = None  # how the solve that made it went
    versions: tuple[VersionRow, ...] = ()
    job: JobPanel | None = None
    pinned: frozenset[tuple[str, str]] = frozenset()  # (expert, applicant)
    pinned_visits: frozenset[str] = frozenset()
    starts: Mapping[str, int] = field(default_factory=dict)  # where each visit begins
    rights: Rights = Rights()
    ready: tuple[Check, ...] = ()  # what to know before starting
    presets: tuple[Preset, ...] = PRESETS
    time_limits: tuple[tuple[int, str], ...] = TIME_LIMITS
    default_limit: int = 30
    downloads: tuple[Download, ...] = ()
    paper_names: tuple[Option, ...] = ()  # those that hold telephone numbers
    undo: str = ""  # what the last step did, for the button that takes it back
    redo: str = ""
    leaders: frozenset[str] = frozenset()  # who may lead a group
    pinned_leads: frozenset[tuple[str, str]] = frozenset()
    held: tuple[Held, ...] = ()
    reserve: Reserve = Reserve((), 0)
    quality: tuple[str, ...] = ()
    in_vain: str = ""  # what became of a solve that found nothing better
    note: str = ""  # what the version says of itself: copied, drawn, no better than another
    word: str = ""  # what the clerk wrote for the approver, or the approver for the clerk
    since: tuple[str, ...] = ()  # what differs from the version before, for the approver
    since_title: str = ""
    changed: tuple[str, ...] = ()  # what has happened since that speaks against the plan
    whole: bool = (
        True  # whether this person may see all of it; trials and draws speak of everything
    )

    @property
    def people(self) -> int:
        return (
            len({seat.person.id for group in self.book.groups for seat in group.seats})
            if self.book
            else 0
        )

    @property
    def visits(self) -> int:
        return (
            sum(bool(visit.stays) for group in self.book.groups for visit in group.visits)
            if self.book
            else 0
        )

    @property
    def pinned_firms(self) -> frozenset[str]:
        """Firms that somebody is held to."""
        return frozenset(firm for _, firm in self.pinned)

    def holds(self, person: str, firms: Collection[str]) -> bool:
        """Whether this member is pinned to a case of the group."""
        return any((person, firm) in self.pinned for firm in firms)


def gap_words(objective: int | None, bound: int | None) -> str:
    """How far from the proven best, in words a clerk understands."""
    if objective is None:
        return ""
    proof, above = proof_of(objective, bound)
    if proof == "within" and above is not None:
        return f"离最优最多 {above / 10:.1f} %"
    return "已证明最优" if proof == "best" else "尚未证明离最优多远"


def goal_rows(goals: Sequence[GoalEntry]) -> tuple[GoalRow, ...]:
    """Weighted goals by their part of the total, those without weight last."""
    points = {goal.goal: goal.value * goal.weight for goal in goals}
    total = sum(max(value, 0) for value in points.values()) or 1
    rows = [
        GoalRow(
            goal.title,
            f"{goal.value:,}",
            goal.unit,
            goal.weight,
            points[goal.goal],
            round(100 * max(points[goal.goal], 0) / total),
        )
        for goal in goals
    ]
    return tuple(sorted(rows, key=lambda row: (row.weight == 0, -row.points)))


def news_of(job: JobView | None) -> JobPanel | None:
    """The panel of a task that is under way or came to nothing; a good end is told by what it
    found.
    """
    return None if job is None or (job.over and job.status != "failed") else job_panel(job)


def job_panel(job: JobView) -> JobPanel:
    kind = JOB_KINDS[job.kind]
    words = {"running": kind.doing, "failed": "有的申报组织排不上" if job.plan_uid else kind.failed}
    limit = max(1, round(job.time_limit))
    elapsed = min(limit, round(job.elapsed)) if not job.over else round(job.elapsed)
    return JobPanel(
        uid=job.uid,
        active=not job.over,
        words=words.get(job.status) or JOB_WORDS[job.status],
        phase=job.phase,
        elapsed=elapsed,
        limit=limit,
        percent=min(100, round(100 * elapsed / limit)),
        objective=job.objective,
        bound=job.bound,
        gap_words=gap_words(job.objective, job.bound),
        sentence=_progress(job),
        unassigned=job.unassigned,
        error=job.error_text,
        reasons=job.reasons,
        remedies=job.remedies,
        stopping=job.cancel_requested and not job.over,
        plan_uid=job.plan_uid or "",
        stop=kind.stop,
        page=kind.page,
        plot=gap_plot(job.curve),
    )


def gap_plot(curve: Sequence[tuple[float, int, int]]) -> Plot | None:
    """离最优多远, from the first report that had a bound."""
    points = [
        (at, round(100 * max(0, value - bound) / max(abs(value), 1), 1))
        for at, value, bound in curve
    ]
    return steps("离最优最多", points)


def _progress(job: JobView) -> str:
    if job.objective is None:
        return "还没有找到可用的方案。"
    if job.unassigned:
        return f"已经有方案，还有 {job.unassigned} 家没有排上。"
    return f"全部排上了，{gap_words(job.objective, job.bound)}。还在找更好的。"


def version_rows(rows: Sequence[PlanRow], current: str) -> tuple[VersionRow, ...]:
    return tuple(
        VersionRow(
            row.uid,
            row.edition,
            row.name,
            row.status_zh,
            STATUS_TONES[row.status],
            moment(row.edited_at),
            row.edited_name,
            "；".join(said for said in (row.note, row.submit_note) if said),
            row.uid == current,
        )
        for row in rows
    )


def downloads(uid: str) -> tuple[Download, ...]:
    """The documents of one version, with what kind of file each is."""
    kinds = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF"}
    return tuple(
        Download(
            f"/api/v1/plans/{uid}/documents/{name}",
            f"{kind.title}（{kinds[name.rsplit('.', 1)[1]]}）",
        )
        for name, kind in DOCUMENTS.items()
    )


def paper_names() -> tuple[Option, ...]:
    return tuple(Option(name, DOCUMENTS[name].title) for name in WITH_NUMBERS)


def pinned_members(pins: Sequence[Pin]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (pin.reviewer, pin.case)
        for pin in pins
        if pin.kind in ("member", "leader") and pin.reviewer and pin.case
    )


def pinned_leads(pins: Sequence[Pin]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (pin.reviewer, pin.case)
        for pin in pins
        if pin.kind == "leader" and pin.reviewer and pin.case
    )


def held(view: PlanView) -> tuple[Held, ...]:
    """Everything fixed or forbidden in a version, in words, in the order it was done."""
    return tuple(_held(view, pin) for pin in view.problem.pins or ())


def _held(view: PlanView, pin: Pin) -> Held:
    names = view.names
    if pin.kind == "together":
        firms = "、".join(names.firm(case).name for case in pin.cases or ())
        return Held(f"{firms}由同一组评审")
    assert pin.case is not None
    firm = names.firm(pin.case).name
    fields = (("kind", pin.kind), ("case", pin.case))
    if pin.kind == "visit":
        assert pin.start is not None
        return Held(
            f"{firm}：{slot_words(view.problem.slots[pin.start])}开始",
            (*fields, ("start", str(pin.start))),
        )
    assert pin.reviewer is not None
    person = names.person(pin.reviewer).name
    words = {
        "member": f"{person}评审{firm}",
        "leader": f"{person}任{firm}的组长",
        "exclude": f"{person}不评审{firm}",
    }
    return Held(words[pin.kind], (*fields, ("reviewer", pin.reviewer)))


def reserve(view: PlanView, wanted: str = "") -> Reserve:
    """Who could be seated and is not, by name; with `wanted` in name or employer."""
    seated = {member for group in view.plan.groups for member in group.members}
    free = (view.names.person(one.id) for one in view.problem.reviewers if one.id not in seated)
    found = [one for one in free if one.has(wanted)]
    shown = nsmallest(MOST_IN_RESERVE, found, key=lambda person: (person.name, person.id))
    return Reserve(tuple(shown), len(found), wanted)


def starts(view: PlanView) -> Mapping[str, int]:
    """The slot at which each visit begins, by firm."""
    visits = (visit for group in view.plan.groups for visit in group.visits)
    return {visit.case: visit.start for visit in visits if visit.start is not None}


def pinned_visits(pins: Sequence[Pin]) -> frozenset[str]:
    return frozenset(pin.case for pin in pins if pin.kind == "visit" and pin.case)


def calendar_files(uid: str) -> tuple[Download, ...]:
    return (Download(f"/api/v1/plans/{uid}/calendar.ics", "全部日程（日历文件）", "calendar"),)
