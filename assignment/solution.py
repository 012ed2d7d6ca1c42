"""评审编组方案: groups, leaders and visits (contract `assignment-plan/1`), and what is known about
its quality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from typing import Any, Literal

from assignment.reading import Reader

FORMAT = "assignment-plan/1"

Status = Literal["optimal", "feasible", "partial", "infeasible", "unknown"]
STATUSES: tuple[Status, ...] = ("optimal", "feasible", "partial", "infeasible", "unknown")

GOALS = (
    "specialist",
    "workload",
    "peak",
    "route",
    "commute",
    "span",
    "leadership",
    "extra",
    "discouraged",
    "changes",
    "affinity",
    "fairness",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """现场评审: `start` is a slot position, None when the case has no visit (document review)."""

    case: str
    start: int | None
    half_days: int

    @property
    def slots(self) -> range:
        return range(0) if self.start is None else range(self.start, self.start + self.half_days)


@dataclass(frozen=True)
class Group:
    """评审组: `members` includes the leader; `leader` is None only where the policy asks for
    none.
    """

    leader: str | None
    members: tuple[str, ...]
    visits: tuple[Visit, ...]

    @cached_property
    def cases(self) -> tuple[str, ...]:
        return tuple(visit.case for visit in self.visits)


@dataclass(frozen=True)
class Level:
    """One goal of a lexicographic order: its value and its proven lower bound (None: no bound
    proved).
    """

    goal: str
    value: int
    bound: int | None


@dataclass(frozen=True)
class Standby:
    """候补: ordered substitutes for one member of one group (by position), each of whom keeps every
    rule.
    """

    group: int
    member: str
    substitutes: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """One sentence of an explanation, with the rule ids and reviewer/case ids it speaks of."""

    text: str
    rules: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why no plan exists: a smallest set of reasons that cannot hold together, and the cheapest
    ways out.
    """

    conflict: tuple[Reason, ...]
    remedies: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class SolverInfo:
    """How the plan was made; `time` is wall seconds, `deterministic` says that the same call gives
    the same plan.
    """

    version: str
    seed: int
    time: float
    workers: int
    deterministic: bool


@dataclass(frozen=True)
class Plan:
    """A plan and its proof sheet.

    `objective` is the weighted sum over the scorecard; `bound` a proven lower bound of it or None.
    """

    problem_digest: str
    status: Status
    groups: tuple[Group, ...]
    unassigned: tuple[str, ...] = ()
    objective: int | None = None
    bound: int | None = None
    scorecard: Mapping[str, int] = field(default_factory=dict)
    levels: tuple[Level, ...] | None = None
    standbys: tuple[Standby, ...] | None = None
    explanation: Explanation | None = None
    solver: SolverInfo | None = None

    @property
    def gap(self) -> float | None:
        """(objective - bound) / |objective|: how far the plan may be from the best possible; None
        when nothing is proved.
        """
        if self.objective is None or self.bound is None:
            return None
        distance = self.objective - self.bound
        return 0.0 if distance <= 0 else distance / max(abs(self.objective), 1)

    def with_(self, **changes: Any) -> Plan:
        return replace(self, **changes)


def to_json(plan: Plan) -> dict[str, Any]:
    document: dict[str, Any] = {
        "format": FORMAT,
        "problem_digest": plan.problem_digest,
        "status": plan.status,
        "groups": groups_json(plan.groups),
        "unassigned": list(plan.unassigned),
        "objective": plan.objective,
        "bound": plan.bound,
        "scorecard": dict(plan.scorecard),
    }
    if plan.levels is not None:
        document["levels"] = [
            {"goal": level.goal, "value": level.value, "bound": level.bound}
            for level in plan.levels
        ]
    if plan.standbys is not None:
        document["standbys"] = [
            {"group": s.group, "member": s.member, "substitutes": list(s.substitutes)}
            for s in plan.standbys
        ]
    if plan.explanation is not None:
        document["explanation"] = {
            "conflict": [_reason_json(reason) for reason in plan.explanation.conflict],
            "remedies": [_reason_json(reason) for reason in plan.explanation.remedies],
        }
    if plan.solver is not None:
        info = plan.solver
        document["solver"] = {
            "version": info.version,
            "seed": info.seed,
            "time": round(info.time, 3),
            "workers": info.workers,
            "deterministic": info.deterministic,
        }
    return document


def groups_json(groups: tuple[Group, ...]) -> list[dict[str, Any]]:
    """Groups alone, for files that hold many plans of one problem."""
    return [_group_json(group) for group in groups]


def parse_groups(read: Reader) -> tuple[Group, ...]:
    """The field `groups` of a file that `groups_json` wrote."""
    return tuple(_group(item) for item in read.items("groups"))


def _group_json(group: Group) -> dict[str, Any]:
    visits = [
        {"case": visit.case, "start": visit.start, "half_days": visit.half_days}
        for visit in group.visits
    ]
    return {"leader": group.leader, "members": list(group.members), "visits": visits}


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {
        "text": reason.text,
        "rules": list(reason.rules),
        "reviewers": list(reason.reviewers),
        "cases": list(reason.cases),
    }


def parse(document: object, path: str = "") -> Plan:
    """Read a plan file.

    Raises `FormatError`; whether the plan keeps the rules is `check.check`'s question.
    """
    read = Reader(document, path)
    read.expect_format(FORMAT)
    read.allow_only(
        {
            "format",
            "problem_digest",
            "status",
            "groups",
            "unassigned",
            "objective",
            "bound",
            "levels",
            "scorecard",
            "standbys",
            "explanation",
            "solver",
        }
    )
    scorecard = read.part("scorecard")
    scorecard.allow_only(GOALS)
    return Plan(
        problem_digest=read.text("problem_digest"),
        status=read.choice("status", STATUSES),  # type: ignore[arg-type]
        groups=parse_groups(read),
        unassigned=tuple(read.texts("unassigned")) if read.has("unassigned") else (),
        objective=_optional_whole(read, "objective"),
        bound=_optional_whole(read, "bound"),
        scorecard={goal: _any_whole(scorecard, goal) for goal in scorecard.names()},
        levels=tuple(_level(item) for item in read.items("levels")) if read.has("levels") else None,
        standbys=(
            tuple(_standby(item) for item in read.items("standbys"))
            if read.has("standbys")
            else None
        ),
        explanation=_explanation(read.part("explanation")) if read.has("explanation") else None,
        solver=_solver(read.part("solver")) if read.has("solver") else None,
    )


def parse_previous(document: Mapping[str, Any]) -> Plan:
    """The plan inside a problem's `previous`: of a plan to stay close to only the groups matter,
    all else may be left out.
    """
    unsaid: dict[str, Any] = {
        "format": FORMAT,
        "problem_digest": "-",
        "status": "unknown",
        "groups": [],
    }
    unsaid |= {"objective": None, "bound": None, "scorecard": {}}
    return parse({**unsaid, **document}, "previous")


def _optional_whole(read: Reader, name: str) -> int | None:
    return None if read.mapping().get(name) is None else _any_whole(read, name)


def _any_whole(read: Reader, name: str) -> int:
    # Goals and their weighted sum may pass the limit of single fields: they are sums of squares.
    value = read.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        read.fail(name, "应是整数")
    return value


def _group(read: Reader) -> Group:
    read.allow_only({"leader", "members", "visits"})
    leader = read.get("leader")
    return Group(
        leader=None if leader is None else read.text("leader"),
        members=tuple(read.texts("members")),
        visits=tuple(_visit(item) for item in read.items("visits")),
    )


def _visit(read: Reader) -> Visit:
    read.allow_only({"case", "start", "half_days"})
    start = read.get("start")
    return Visit(
        case=read.text("case"),
        start=None if start is None else read.whole("start", 0),
        half_days=read.whole("half_days", 0),
    )


def _level(read: Reader) -> Level:
    read.allow_only({"goal", "value", "bound"})
    return Level(
        goal=read.choice("goal", GOALS),
        value=_any_whole(read, "value"),
        bound=_optional_whole(read, "bound"),
    )


def _standby(read: Reader) -> Standby:
    read.allow_only({"group", "member", "substitutes"})
    return Standby(
        group=read.whole("group", 0),
        member=read.text("member"),
        substitutes=tuple(read.texts("substitutes")),
    )


def _explanation(read: Reader) -> Explanation:
    read.allow_only({"conflict", "remedies"})
    remedies = read.items("remedies") if read.has("remedies") else []
    return Explanation(
        tuple(_reason(item) for item in read.items("conflict")),
        tuple(_reason(item) for item in remedies),
    )


def _reason(read: Reader) -> Reason:
    read.allow_only({"text", "rules", "reviewers", "cases"})
    lists = {
        name: tuple(read.texts(name)) if read.has(name) else ()
        for name in ("rules", "reviewers", "cases")
    }
    return Reason(read.text("text"), **lists)


def _solver(read: Reader) -> SolverInfo:
    read.allow_only({"version", "seed", "time", "workers", "deterministic"})
    seconds = read.get("time")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not isfinite(seconds):
        read.fail("time", "应是秒数")
    return SolverInfo(
        read.text("version"),
        read.whole("seed"),
        float(seconds),
        read.whole("workers", 1),
        read.flag("deterministic"),
    )
