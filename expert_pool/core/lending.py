"""借用单与归还单: what two offices, each with an installation of its own, hand each other about an
expert who is lent.

A sheet is JSON text with the digest of what it says. The other office reads the first signs of the
digest from the covering letter: a sheet that somebody has changed, digest and all, has another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from expert_pool.core.expert import ExpertFields
from expert_pool.facts.refusal import Refusal

LOAN, RETURN = "expert-loan/1", "expert-return/1"
# Signs of the digest that the covering letter tells: 48 bits, more than anybody tries out.
TOLD_SIGNS = 12
LARGEST = 5_000_000  # characters
BASIS = "个人信息保护法第二十三条"


@dataclass(frozen=True)
class Consent:
    """本人同意: when, and how it was given (签字的同意书、短信)."""

    on: date
    how: str


@dataclass(frozen=True)
class Tie:
    """一条回避情形 as the lender has it."""

    kind: str
    organisation: str
    organisation_uscc: str = ""
    since: date | None = None
    until: date | None = None
    percent: float | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Service:
    """一次使用: `effort` half-days, `score` of 100 or None."""

    year: int
    organisation: str
    organisation_uscc: str = ""
    leader: bool = False
    effort: int = 0
    score: int | None = None
    note: str = ""


@dataclass(frozen=True)
class LentPerson:
    """`ref`: the lender's public id; `away`: half-days such as 2026-09-08/AM on which the lender
    knows her to be busy.
    """

    ref: str
    fields: ExpertFields
    grade: str
    certificate_no: str
    consent: Consent
    ties: tuple[Tie, ...] = ()
    service: tuple[Service, ...] = ()
    away: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoanSheet:
    """借用单, from `first` to `last`."""

    number: str
    lender: str
    borrower: str
    first: date
    last: date
    made_on: date
    people: tuple[LentPerson, ...]


@dataclass(frozen=True)
class ReturnedPerson:
    """`conduct`: sentences about presence, refusals and cases that were decided."""

    ref: str
    name: str
    half_days: int
    groups: tuple[str, ...] = ()
    service: tuple[Service, ...] = ()
    conduct: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReturnSheet:
    """归还单 for a whole loan."""

    number: str
    lender: str
    borrower: str
    returned_on: date
    people: tuple[ReturnedPerson, ...]


Sheet = TypeVar("Sheet", LoanSheet, ReturnSheet)
_FORMATS: Mapping[type[Any], str] = {LoanSheet: LOAN, ReturnSheet: RETURN}
_NAMES = {LOAN: "借用单", RETURN: "归还单"}


def demand_consent(name: str, consent: Consent | None, today: date) -> Consent:
    """Refuses `no-consent` where the person has not agreed, or nobody says how and when."""
    if consent is None or not consent.how.strip():
        raise Refusal(
            "no-consent",
            f"{name}没有本人同意的记录，不能把资料交给别的单位。请先取得本人单独同意，写明何时、以何种"
            "方式同意。",
            BASIS,
            field="consent",
        )
    if consent.on > today:
        raise Refusal(
            "no-consent",
            f"{name}的同意日期 {consent.on} 还没有到，请核对。",
            BASIS,
            field="consent",
        )
    return replace(consent, how=consent.how.strip())


def to_text(sheet: LoanSheet | ReturnSheet) -> tuple[str, str]:
    """The file, and the digest that goes into the covering letter."""
    body = {"format": _FORMATS[type(sheet)], **_plain(sheet)}
    told = digest_of(body)
    return json.dumps({**body, "digest": told}, ensure_ascii=False, indent=1) + "\n", told


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of what a sheet says, its digest left out."""
    said = {name: value for name, value in body.items() if name != "digest"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read(text: str, told: str, kind: type[Sheet]) -> Sheet:
    """A sheet that came from another office; `told`: the digest in its covering letter, at least
    the first twelve signs.

    Refuses `bad-sheet` for what is no such sheet, `tampered` when it is not what was sent.
    """
    wanted = _FORMATS[kind]
    name = _NAMES[wanted]
    body = _body(text, name)
    if body.get("format") != wanted:
        other = _NAMES.get(str(body.get("format")))
        raise Refusal(
            "bad-sheet",
            f"这不是{name}，是{other}。请换一个文件。" if other else f"这个文件不是{name}。",
            field="file",
        )
    found, given = digest_of(body), told.strip().lower()
    if len(given) < TOLD_SIGNS:
        raise Refusal(
            "tampered",
            f"请填写来函中的校验码，至少前 {TOLD_SIGNS} 位；没有的向对方单位电话核对。",
            field="digest",
        )
    if body.get("digest") != found or not found.startswith(given):
        raise Refusal(
            "tampered",
            f"{name}的内容与校验码不符，可能被改动过或者拿错了文件，没有接收。请与对方单位核对后重发。",
            field="digest",
        )
    try:
        sheet: Sheet = _build(
            kind, {k: v for k, v in body.items() if k not in ("format", "digest")}
        )
    except _Wrong as wrong:
        raise Refusal(
            "bad-sheet", f"{name}的内容不完整：{wrong}。请对方用同一版本的程序重做。", field="file"
        ) from None
    return sheet


def _body(text: str, name: str) -> dict[str, Any]:
    try:
        body = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refusal("bad-sheet", f"这个文件读不了，不是{name}。请换一个文件。", field="file")
    return body


# plain values and back
# --------------------------------------------------------------------------------------------------


class _Wrong(Exception):  # noqa: N818 - becomes a refusal
    pass


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _build(kind: Any, value: Any, at: str = "") -> Any:
    """A value of that type, exactly: no unknown field, nothing of another type."""
    if get_origin(kind) in (Union, UnionType):
        options = get_args(kind)
        if value is None and type(None) in options:
            return None
        kind = next(one for one in options if one is not type(None))
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise _Wrong(f"“{at}”应是列表")
        return tuple(_build(get_args(kind)[0], one, at) for one in value)
    if is_dataclass(kind):
        return _build_record(kind, value, at)
    if kind is date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _Wrong(f"“{at}”应是日期") from None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise _Wrong(f"“{at}”的类型不对")
    return value


def _build_record(kind: Any, value: Any, at: str) -> Any:
    if not isinstance(value, dict):
        raise _Wrong(f"“{at or '内容'}”应是对象")
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}
    if strange := value.keys() - known.keys():
        raise _Wrong(f"有不认识的“{min(strange)}”")
    needed = {one.name for one in known.values() if one.default is MISSING}
    if missing := needed - value.keys():
        raise _Wrong(f"缺“{min(missing)}”")
    return kind(**{name: _build(hints[name], one, name) for name, one in value.items()})
