"""年度文件 `award-year/1`: everything that the winners follow from, by opaque ids; no names, no
clock, whole numbers only.

Its schema is `award/decision/schemas/award-year-1.json`. Percentages and votes are whole numbers,
points and weights decimal texts, money whole yuan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from assignment.reading import FormatError, Reader
from award.decision.core.ballot import Round, Share, Tally
from award.decision.core.canonical import digest
from award.decision.core.places import Quota
from award.decision.core.prizes import INNOVATION, QUALITY, Earlier
from award.decision.core.scores import Sheet, to_hundredths

FORMAT = "award-year/1"
AWARDS = (QUALITY, INNOVATION)
# By the names and with the values that the office enters (award.year.core.settings).
SETTINGS = (
    "doc_rule", "site_rule", "total_rule", "doc_weight", "site_weight", "score_round", "compare",
    "fallback_innovation", "exactly_half", "most_ticks", "quality_then_innovation",
    "notice_workdays", "notice_first_day",
)  # fmt: skip
NO_LIMIT = 0  # of most_ticks: it was decided that there is none
CHOICES = {
    "doc_rule": ("consensus", "mean"),
    "site_rule": ("consensus", "mean"),
    "total_rule": ("weighted", "site"),
    "compare": ("rounded", "exact"),
    "fallback_innovation": ("yes", "no"),
    "exactly_half": ("passes", "fails"),
    "quality_then_innovation": ("none", "paid", "ask"),
    "notice_first_day": ("yes", "no"),
}


@dataclass(frozen=True)
class Regulation:
    """办法的数字, from the version frozen for the year."""

    id: str
    digest: str
    quota: Quota
    lines: Mapping[str, int]  # hundredths of a point
    quorum: Share
    approval: Fraction
    approval_inclusive: bool | None  # None: left open, see the setting exactly_half
    prizes: Mapping[str, int]
    ban_years: int


@dataclass(frozen=True)
class CaseFacts:
    """一家申报组织: `left` = withdrawn / forgone / empty; `history` of its organisation; `bans`:
    days of the city's decisions on fraud.
    """

    id: str
    award: str
    applied: date
    shortlisted: bool
    left: str
    document: Sheet
    site: Sheet
    history: tuple[Earlier, ...]
    bans: tuple[date, ...]


@dataclass(frozen=True)
class Ruling:
    """有记录的人工决定: kind tie (an order), prize (amount and whether counted), vacancy (who
    takes the place of whom).
    """

    kind: str
    by: str
    record: str
    cases: tuple[str, ...]
    amount: int = 0
    counted: bool = True


@dataclass(frozen=True)
class NoticeFacts:
    first_day: date
    working_days: tuple[date, ...]
    announced: tuple[int, ...]


@dataclass(frozen=True)
class ObjectionFacts:
    id: str
    case: str
    state: str  # open / upheld / rejected


@dataclass(frozen=True)
class ApprovalFacts:
    document: str
    on: date
    removed: tuple[str, ...]


@dataclass(frozen=True)
class YearFile:
    year: int
    regulation: Regulation
    points: Mapping[str, int]
    step: int
    settings: Mapping[str, Any]
    cases: tuple[CaseFacts, ...]
    members: tuple[str, ...]
    rounds: tuple[Round, ...]
    rulings: tuple[Ruling, ...]
    notice: NoticeFacts | None
    objections: tuple[ObjectionFacts, ...]
    approval: ApprovalFacts | None
    sha256: str


def read_year(data: bytes) -> YearFile:
    """Raises FormatError with the field's path and a Chinese reason."""
    try:
        value = json.loads(data)
    except ValueError as error:
        raise FormatError("", f"不是 JSON：{error}") from None
    top = Reader(value, "")
    top.expect_format(FORMAT)
    top.allow_only(
        (
            "format", "year", "regulation", "rubric", "settings", "cases", "committee", "rounds",
            "rulings", "notice", "objections", "approval",
        )
    )  # fmt: skip
    rubric = top.part("rubric")
    points = {item.text("no"): item.whole("points", 1) for item in rubric.items("items")}
    step = rubric.whole("step", 1, 100)
    cases = tuple(_case(item, points, step) for item in top.items("cases"))
    _unique(top, "cases", [case.id for case in cases])
    return YearFile(
        year=top.whole("year", 2000, 2200),
        regulation=_regulation(top.part("regulation")),
        points=points,
        step=step,
        settings=_settings(top.part("settings")),
        cases=cases,
        members=tuple(top.part("committee").texts("members")),
        rounds=tuple(_round(item) for item in top.items("rounds")),
        rulings=tuple(_ruling(item) for item in top.items("rulings")),
        notice=None if top.get("notice") is None else _notice(top.part("notice")),
        objections=tuple(
            ObjectionFacts(
                item.text("id"),
                "" if item.get("case") is None else item.text("case"),
                item.choice("state", ("open", "upheld", "rejected")),
            )
            for item in top.items("objections")
        ),
        approval=None if top.get("approval") is None else _approval(top.part("approval")),
        sha256=digest(data),
    )


def _regulation(reader: Reader) -> Regulation:
    numbers = reader.part("numbers")
    inclusive = numbers.get("approval_inclusive")
    return Regulation(
        id=reader.text("id"),
        digest=reader.text("digest"),
        quota=Quota(numbers.whole("max_winners", 0), numbers.whole("max_quality", 0)),
        lines={
            QUALITY: _hundredths(numbers, "quality_min_score"),
            INNOVATION: _hundredths(numbers, "innovation_min_score"),
        },
        quorum=Share(_fraction(numbers, "quorum"), numbers.flag("quorum_inclusive")),
        approval=_fraction(numbers, "approval"),
        approval_inclusive=None if inclusive is None else numbers.flag("approval_inclusive"),
        prizes={
            QUALITY: numbers.whole("award_quality_cny", 0),
            INNOVATION: numbers.whole("award_innovation_cny", 0),
        },
        ban_years=numbers.whole("fraud_ban_years", 0),
    )


def _settings(reader: Reader) -> dict[str, Any]:
    """Each with its source; an empty value stays empty, and the stage that needs it stays shut."""
    reader.allow_only(SETTINGS)
    found: dict[str, Any] = {}
    for name in SETTINGS:
        part = reader.part(name)
        part.allow_only(("value", "source"))
        value = part.get("value")
        if value is not None:
            part.text("source")
            value = _setting(part, name)
        found[name] = value
    return found


def _setting(part: Reader, name: str) -> Any:
    if name in CHOICES:
        return part.choice("value", CHOICES[name])
    if name in ("doc_weight", "site_weight"):
        return _fraction(part, "value")
    if name == "score_round":
        return _hundredths(part, "value")
    text = part.text("value")
    if name == "most_ticks" and text == "none":
        return NO_LIMIT
    if not text.isdecimal() or not 0 < int(text) < 1000:
        part.fail("value", "应是1到999之间的整数")
    return int(text)


def _case(reader: Reader, points: Mapping[str, int], step: int) -> CaseFacts:
    reader.allow_only(
        ("id", "award", "applied", "shortlisted", "left", "document", "site", "history", "bans")
    )
    return CaseFacts(
        id=reader.text("id"),
        award=reader.choice("award", AWARDS),
        applied=reader.day("applied"),
        shortlisted=reader.flag("shortlisted"),
        left=reader.choice("left", ("", "withdrawn", "forgone")),
        document=_sheet(reader.part("document"), points, step),
        site=_sheet(reader.part("site"), points, step),
        history=tuple(
            Earlier(
                item.whole("year", 1900, 2200),
                item.choice("award", AWARDS),
                item.whole("amount", 0),
                item.flag("revoked"),
            )
            for item in reader.items("history")
        ),
        bans=tuple(item.day("decided_on") for item in reader.items("bans")),
    )


def _sheet(reader: Reader, points: Mapping[str, int], step: int) -> Sheet:
    """Void books are in the file and count nowhere; an open book has no place in a year file."""
    books = []
    for item in reader.items("books"):
        item.text("reviewer")
        item.text("receipt")
        percents = _percents(item.part("percents"), points, step)
        if item.choice("state", ("locked", "void")) == "locked":
            books.append(percents)
    agreed = None
    if reader.get("consensus") is not None:
        agreed = _percents(reader.part("consensus"), points, step)
    return Sheet(tuple(books), agreed)


def _percents(reader: Reader, points: Mapping[str, int], step: int) -> dict[str, int]:
    reader.allow_only(points)
    found = {}
    for item in points:
        found[item] = reader.whole(item, 0, 100)
        if found[item] % step:
            reader.fail(item, f"不在评分档上，应为0到100之间{step}的倍数")
    return found


def _round(reader: Reader) -> Round:
    return Round(
        reader.whole("no", 1),
        reader.whole("present", 0),
        reader.whole("issued", 0),
        tuple(_tally(item) for item in reader.items("tallies")),
        str(reader.get("voided")),
    )


def _tally(reader: Reader) -> Tally:
    approve, struck = reader.part("approve"), reader.part("struck")
    return Tally(
        reader.text("teller"),
        reader.whole("returned", 0),
        reader.whole("invalid", 0),
        {case: approve.whole(case, 0) for case in approve.names()},
        {case: struck.whole(case, 0) for case in struck.names()},
    )


def _ruling(reader: Reader) -> Ruling:
    kind = reader.choice("kind", ("tie", "prize", "vacancy"))
    prize = kind == "prize"
    cases = tuple(reader.texts("cases"))
    if len(cases) != {"prize": 1, "vacancy": 2}.get(kind, max(2, len(cases))):
        reader.fail("cases", "平票应写两家以上，递补写空出和递补的两家，奖金写一家")
    return Ruling(
        kind,
        reader.text("by"),
        reader.text("record"),
        cases,
        reader.whole("amount", 0) if prize else 0,
        reader.flag("counted") if prize else True,
    )


def _notice(reader: Reader) -> NoticeFacts:
    return NoticeFacts(
        reader.day("first_day"),
        tuple(
            Reader({"day": item.value}, item.path).day("day")
            for item in reader.items("working_days")
        ),
        tuple(reader.wholes("announced_years")),
    )


def _approval(reader: Reader) -> ApprovalFacts:
    return ApprovalFacts(
        reader.text("document"),
        reader.day("on"),
        tuple(item.text("case") for item in reader.items("removed") if item.text("reason")),
    )


def _fraction(reader: Reader, name: str) -> Fraction:
    text = reader.text(name)
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        reader.fail(name, "应是 0.4 或 2/3 这样的数")
    if not 0 <= value <= 1:
        reader.fail(name, "应在0到1之间")
    return value


def _hundredths(reader: Reader, name: str) -> int:
    text = reader.text(name)
    try:
        value = to_hundredths(text)
    except ValueError:
        reader.fail(name, "应是最多两位小数的分数，如 600 或 0.01")
    if value < 1:
        reader.fail(name, "应大于0")
    return value


def _unique(reader: Reader, field: str, ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        reader.fail(field, "有重复的编号")
