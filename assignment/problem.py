"""评审编组问题: one year's facts as the optimiser sees them, ids and tags only (contract
`assignment-problem/1`).

Everything is frozen and hashable; references between parts are by id in the file and by position
(`index`) in the code. Optional parts that a file leaves out stay `None`, so that
`to_json(parse(x)) == x` and the digest is that of the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal, get_args

from assignment.industry import IndustryLevel as IndustryLevel
from assignment.industry import matches as matches
from assignment.industry import section as section
from assignment.reading import Reader
from assignment.solution import GOALS as GOALS
from assignment.solution import parse_previous

FORMAT = "assignment-problem/1"

Half = Literal["AM", "PM"]
Award = str
Regime = Literal["standing", "panel"]


# Beyond any award year, and small enough for tables of that size.
LONGEST_VISIT, LARGEST_GROUP = 1000, 1000


# Read from its annotation by others too, where the field's own name would stand for it.
Day = date


@dataclass(frozen=True, slots=True)
class Slot:
    """A half-day on which a visit may happen; a slot is known by its position in
    `Problem.slots`.
    """

    date: Day
    half: Half


@dataclass(frozen=True)
class Reviewer:
    """评审员. `max_effort` and `carried_effort` are half-days of work; `unavailable` are slot
    positions.
    """

    id: str
    quality: bool
    industries: tuple[str, ...]
    leader: bool
    seniority: int
    employer: str
    place: str
    unavailable: tuple[int, ...]
    max_effort: int
    carried_effort: int
    max_groups: int


@dataclass(frozen=True)
class Case:
    """评审对象. `half_days` is the length of the visit (0: document review only), `effort` what it
    costs each member.
    """

    id: str
    industries: tuple[str, ...]
    place: str
    half_days: int
    effort: int
    closed: tuple[int, ...]
    award: Award


@dataclass(frozen=True)
class Policy:
    """What the year's rules ask for; `None` where the file sets no limit.

    Sizes are people, efforts are half-days.
    """

    regime: Regime
    group_size: tuple[int, int]
    industry_level: IndustryLevel
    quality_required: bool
    leader_required: bool
    same_employer: Literal["forbid", "allow"]
    same_day_travel_minutes: int
    groups: tuple[int, int] | None = None
    group_effort: tuple[int, int] | None = None
    max_parallel_visits: int | None = None


@dataclass(frozen=True)
class Pin:
    """What a person fixed (contract, `pins`): exactly the fields of its `kind` are set."""

    kind: Literal["member", "leader", "exclude", "visit", "together"]
    reviewer: str | None = None
    case: str | None = None
    start: int | None = None
    cases: tuple[str, ...] | None = None


PIN_FIELDS: dict[str, tuple[str, ...]] = {
    "member": ("reviewer", "case"),
    "leader": ("reviewer", "case"),
    "exclude": ("reviewer", "case"),
    "visit": ("case", "start"),
    "together": ("cases",),
}


@dataclass(frozen=True)
class Problem:
    """One snapshot to be solved.

    Build it with `parse` (checked) or directly; `validate` checks references.
    """

    id: str
    slots: tuple[Slot, ...]
    places: tuple[str, ...]
    travel_minutes: tuple[tuple[int, ...], ...]
    reviewers: tuple[Reviewer, ...]
    cases: tuple[Case, ...]
    barred: tuple[tuple[str, str, str], ...]
    barred_pairs: tuple[tuple[str, str, str], ...]
    discouraged: tuple[tuple[str, str, str, int], ...]
    policy: Policy
    weights: Mapping[str, int]
    affinity: tuple[tuple[str, str, int], ...] | None = None
    order: tuple[str, ...] | None = None
    pins: tuple[Pin, ...] | None = None
    previous: Mapping[str, Any] | None = None

    @cached_property
    def reviewer_index(self) -> dict[str, int]:
        return {reviewer.id: position for position, reviewer in enumerate(self.reviewers)}

    @cached_property
    def case_index(self) -> dict[str, int]:
        return {case.id: position for position, case in enumerate(self.cases)}

    @cached_property
    def place_index(self) -> dict[str, int]:
        return {place: position for position, place in enumerate(self.places)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file as UTF-8 JSON with sorted keys and no spaces, in hexadecimal."""
        document = to_json(replace(self, affinity=None))
        if self.affinity is not None:
            document["affinity"] = (
                self.affinity
            )  # written as lists are; copying tens of thousands of rows takes longer than the hash
        return digest_of(document)

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out from the fields is not sent along to a solver process.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def weight(self, goal: str) -> int:
        return self.weights.get(goal, 0)

    def minutes(self, origin: str, destination: str) -> int:
        return self.travel_minutes[self.place_index[origin]][self.place_index[destination]]


def digest_of(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def parse(document: object) -> Problem:
    """Read a problem file. Raises `FormatError` with a sentence that names the field."""
    read = Reader(document, "")
    read.expect_format(FORMAT)
    read.allow_only({"format"} | {field.name for field in fields(Problem)})
    problem = Problem(
        id=read.text("id"),
        slots=tuple(_slot(item) for item in read.items("slots")),
        places=tuple(read.texts("places")),
        travel_minutes=tuple(tuple(row.whole_list()) for row in read.items("travel_minutes")),
        reviewers=tuple(_reviewer(item) for item in read.items("reviewers")),
        cases=tuple(_case(item) for item in read.items("cases")),
        barred=tuple(_row(item, 3) for item in read.items("barred")),
        barred_pairs=tuple(_row(item, 3) for item in read.items("barred_pairs")),
        discouraged=tuple(_row(item, 3, number=True) for item in read.items("discouraged")),
        policy=_policy(read.part("policy")),
        weights=_weights(read.part("weights")),
        affinity=(
            tuple(_row(item, 2, number=True) for item in read.items("affinity"))
            if read.has("affinity")
            else None
        ),
        order=tuple(read.texts("order")) if read.has("order") else None,
        pins=tuple(_pin(item) for item in read.items("pins")) if read.has("pins") else None,
        previous=read.part("previous").mapping() if read.has("previous") else None,
    )
    _references(problem)
    return problem


def parse_pins(document: object) -> tuple[Pin, ...] | None:
    """Pins as `pins_json` writes them. Raises `FormatError`."""
    return tuple(_pin(item) for item in Reader({"pins": document}, "").items("pins")) or None


def pins_json(pins: tuple[Pin, ...] | None) -> list[dict[str, Any]]:
    return [_plain(pin) for pin in pins or ()]


def to_json(problem: Problem) -> dict[str, Any]:
    """The file form of a problem: what `parse` reads, field for field."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "id": problem.id,
        "slots": [{"date": slot.date.isoformat(), "half": slot.half} for slot in problem.slots],
        "places": list(problem.places),
        "travel_minutes": [list(row) for row in problem.travel_minutes],
        "reviewers": [_plain(reviewer) for reviewer in problem.reviewers],
        "cases": [_plain(case) for case in problem.cases],
        "barred": [list(row) for row in problem.barred],
        "barred_pairs": [list(row) for row in problem.barred_pairs],
        "discouraged": [list(row) for row in problem.discouraged],
        "policy": _plain(problem.policy),
        "weights": dict(problem.weights),
    }
    if problem.affinity is not None:
        document["affinity"] = [list(row) for row in problem.affinity]
    if problem.order is not None:
        document["order"] = list(problem.order)
    if problem.pins is not None:
        document["pins"] = pins_json(problem.pins)
    if problem.previous is not None:
        document["previous"] = problem.previous
    return document


def _plain(part: Any) -> dict[str, Any]:
    """A flat dataclass as JSON values, leaving out what is None."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(part).items()
        if value is not None
    }


def _slot(read: Reader) -> Slot:
    read.allow_only({"date", "half"})
    return Slot(read.day("date"), read.choice("half", get_args(Half)))  # type: ignore[arg-type]


def _reviewer(read: Reader) -> Reviewer:
    read.allow_only({field.name for field in fields(Reviewer)})
    return Reviewer(
        id=read.text("id"),
        quality=read.flag("quality"),
        industries=tuple(_codes(read)),
        leader=read.flag("leader"),
        seniority=read.whole("seniority", 1, 5),
        employer=read.text("employer"),
        place=read.text("place"),
        unavailable=tuple(read.wholes("unavailable")),
        max_effort=read.whole("max_effort", 0),
        carried_effort=read.whole("carried_effort", 0),
        max_groups=read.whole("max_groups", 0),
    )


def _case(read: Reader) -> Case:
    read.allow_only({field.name for field in fields(Case)})
    return Case(
        id=read.text("id"),
        industries=tuple(_codes(read)),
        place=read.text("place"),
        half_days=read.whole("half_days", 0, LONGEST_VISIT),
        effort=read.whole("effort", 0),
        closed=tuple(read.wholes("closed")),
        award=read.text("award"),
    )


# A section letter, or a division 01-97 with up to two more digits.
_CODE = re.compile("[A-T]|(0[1-9]|[1-8][0-9]|9[0-7])[0-9]{0,2}")


def _codes(read: Reader) -> list[str]:
    codes = read.texts("industries")
    for position, code in enumerate(codes):
        if not _CODE.fullmatch(code):
            read.fail(
                f"industries[{position}]",
                f"“{code}” 不是 GB/T 4754 的行业代码，请填门类字母或 2 至 4 位数字",
            )
    return codes


def _policy(read: Reader) -> Policy:
    read.allow_only({field.name for field in fields(Policy)})
    return Policy(
        regime=read.choice("regime", get_args(Regime)),  # type: ignore[arg-type]
        group_size=_group_size(read),
        industry_level=read.choice("industry_level", get_args(IndustryLevel)),  # type: ignore[arg-type]
        quality_required=read.flag("quality_required"),
        leader_required=read.flag("leader_required"),
        same_employer=read.choice("same_employer", ("forbid", "allow")),  # type: ignore[arg-type]
        same_day_travel_minutes=read.whole("same_day_travel_minutes", 0),
        groups=read.span("groups", 0) if read.has("groups") else None,
        group_effort=read.span("group_effort", 0) if read.has("group_effort") else None,
        max_parallel_visits=(
            read.whole("max_parallel_visits", 0) if read.has("max_parallel_visits") else None
        ),
    )


def _weights(read: Reader) -> dict[str, int]:
    read.allow_only(set(GOALS))
    return {goal: read.whole(goal, 0) for goal in read.names()}


def _pin(read: Reader) -> Pin:
    kind = read.choice("kind", tuple(PIN_FIELDS))
    read.allow_only({"kind", *PIN_FIELDS[kind]})
    wanted = PIN_FIELDS[kind]
    return Pin(
        kind=kind,  # type: ignore[arg-type]
        reviewer=read.text("reviewer") if "reviewer" in wanted else None,
        case=read.text("case") if "case" in wanted else None,
        start=read.whole("start", 0) if "start" in wanted else None,
        cases=tuple(read.texts("cases")) if "cases" in wanted else None,
    )


def _row(read: Reader, texts: int, number: bool = False) -> tuple[Any, ...]:
    return read.row(texts, number)


def validate(problem: Problem) -> None:
    """Whether a problem made in code is one that a file could hold: fields in their ranges,
    references known. Raises `FormatError` with the field's path and a Chinese sentence.
    """
    parse(to_json(problem))


def _references(problem: Problem) -> None:
    """Check what no single field shows: unique ids, known references, matrix shape, slot order."""
    read = Reader({}, "")
    _unique(read, "reviewers", [reviewer.id for reviewer in problem.reviewers])
    _unique(read, "cases", [case.id for case in problem.cases])
    _unique(read, "places", list(problem.places))
    _check_travel(read, problem)
    _check_slots(read, problem)
    _check_pairs(read, problem)
    for position, goal in enumerate(problem.order or ()):
        if goal not in GOALS:
            read.fail(f"order[{position}]", f"没有名为 “{goal}” 的目标")
    _unique(read, "order", list(problem.order or ()))
    _check_pins(read, problem)
    if problem.previous is not None:
        _check_previous(read, problem)


def _check_previous(read: Reader, problem: Problem) -> None:
    """Its slots are positions in this problem's."""
    for group in parse_previous(problem.previous or {}).groups:
        for visit in group.visits:
            if visit.start is not None and visit.start >= len(problem.slots):
                read.fail(
                    "previous",
                    f"{visit.case} 的时段 {visit.start} 不存在，时段编号从 0 到"
                    f" {len(problem.slots) - 1}",
                )


def _group_size(read: Reader) -> tuple[int, int]:
    low, high = read.span("group_size", 1)
    if high > LARGEST_GROUP:
        read.fail("group_size", f"一个组最多 {LARGEST_GROUP} 人，读到的是 {high}")
    return low, high


def _check_travel(read: Reader, problem: Problem) -> None:
    size = len(problem.places)
    if len(problem.travel_minutes) != size or any(
        len(row) != size for row in problem.travel_minutes
    ):
        read.fail("travel_minutes", f"应是 {size} 行 {size} 列的方阵，与 places 一致")
    if any(minutes < 0 for row in problem.travel_minutes for minutes in row):
        read.fail("travel_minutes", "分钟数不能小于 0")


def _check_slots(read: Reader, problem: Problem) -> None:
    """In order, and those of reviewers and cases among them; their places, too."""
    order = [(slot.date, slot.half) for slot in problem.slots]
    for position in range(1, len(order)):
        if order[position - 1] >= order[position]:
            read.fail(f"slots[{position}]", "时段须按日期、上午、下午的先后排列且不重复")
    for position, reviewer in enumerate(problem.reviewers):
        _slots_known(
            read, f"reviewers[{position}].unavailable", reviewer.unavailable, len(problem.slots)
        )
        _known(read, f"reviewers[{position}].place", reviewer.place, problem.place_index)
    for position, case in enumerate(problem.cases):
        _slots_known(read, f"cases[{position}].closed", case.closed, len(problem.slots))
        _known(read, f"cases[{position}].place", case.place, problem.place_index)


def _check_pairs(read: Reader, problem: Problem) -> None:
    for name, pairs in (
        ("barred", [row[:2] for row in problem.barred]),
        ("discouraged", [row[:2] for row in problem.discouraged]),
        ("affinity", [row[:2] for row in problem.affinity or ()]),
    ):
        for position, (reviewer_id, case_id) in enumerate(pairs):
            _known(read, f"{name}[{position}]", reviewer_id, problem.reviewer_index)
            _known(read, f"{name}[{position}]", case_id, problem.case_index)
    for position, cost in enumerate(row[3] for row in problem.discouraged):
        if cost < 0:
            read.fail(f"discouraged[{position}]", "代价不能小于 0")
    for position, pair in enumerate(problem.barred_pairs):
        _known(read, f"barred_pairs[{position}]", pair[0], problem.reviewer_index)
        _known(read, f"barred_pairs[{position}]", pair[1], problem.reviewer_index)
        if pair[0] == pair[1]:
            read.fail(f"barred_pairs[{position}]", "两个人不能是同一人")


def _check_pins(read: Reader, problem: Problem) -> None:
    for position, pin in enumerate(problem.pins or ()):
        where = f"pins[{position}]"
        if pin.reviewer is not None:
            _known(read, where, pin.reviewer, problem.reviewer_index)
        for case_id in (*(pin.cases or ()), *((pin.case,) if pin.case is not None else ())):
            _known(read, where, case_id, problem.case_index)
        if pin.start is not None:
            _slots_known(read, where, (pin.start,), len(problem.slots))


def _unique(read: Reader, field: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for position, value in enumerate(ids):
        if value in seen:
            read.fail(f"{field}[{position}]", f"编号 “{value}” 重复")
        seen.add(value)


def _known(read: Reader, field: str, value: str, index: Mapping[str, int]) -> None:
    if value not in index:
        read.fail(field, f"“{value}” 没有定义过")


def _slots_known(read: Reader, field: str, values: tuple[int, ...], count: int) -> None:
    for value in values:
        if not 0 <= value < count:
            read.fail(field, f"时段 {value} 不存在，时段编号从 0 到 {count - 1}")
