"""是不是同一个人: the one question that imports, the interface, applications and enrolment ask.

Three answers, and a person is asked in doubt. An identity number tells people apart by itself; a
telephone counts only together with the name, since colleagues share one; a name alone never makes a
second person in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from expert_pool.core import organisation
from expert_pool.core.organisation import Answer, alike_in_sound
from expert_pool.facts.signs import folded
from expert_pool.facts.writing import masked

MOBILE = 11  # digits of a mobile number: one person's, unlike the office telephone


class Entry(Protocol):
    """A row of a file, a record, a form: whatever says who somebody is."""

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def id_number(self) -> str: ...
    @property
    def birth(self) -> date | None: ...
    @property
    def birth_precision(self) -> str | None: ...
    @property
    def employer(self) -> str: ...


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Somebody:
    """What is known of a person, as far as it tells people apart. Empty or None: not known."""

    name: str
    phone: str = ""
    id_number: str = ""
    birth: date | None = None
    birth_precision: str | None = None  # day / month / year
    employer: str = ""


def name_key(name: str) -> str:
    """Under which two ways to type a name are one: 艾力·买买提 and 艾力•买买提, 赵 龙."""
    return organisation.key(folded(name))


# Characters that one reads for the other at a glance.
_TO_THE_EYE = {
    sign: group[0]
    for group in (
        "日曰", "己已巳", "未末", "土士", "干千于", "戊戌戍", "人入八", "大太犬", "王玉壬",
        "田由甲申", "天夭", "晴睛", "候侯", "祟崇", "延廷", "沫沬", "汆氽", "刁习", "今令", "毛手",
        "白自", "贝见", "名各", "旦且", "宜宣", "享亨", "析折", "冶治", "洪供", "〇o0", "l1i",  # noqa: RUF001
    )
    for sign in group
}  # fmt: skip


def alike_to_the_eye(one: str, other: str) -> bool:
    """未 and 末: keys of names that differ only in signs a reader takes for one another."""
    if len(one) != len(other):
        return False
    return all(
        _TO_THE_EYE.get(a, a) == _TO_THE_EYE.get(b, b) for a, b in zip(one, other, strict=True)
    )


def compare(
    a: Entry, b: Entry, remembered: organisation.Remembered = organisation.NOTHING
) -> Answer:
    """Whether two entries are one person. Symmetric."""
    if a.id_number and b.id_number and a.id_number != b.id_number:
        return Answer.DIFFERENT
    if a.id_number and a.id_number == b.id_number:
        return Answer.SAME if name_key(a.name) == name_key(b.name) else Answer.ASK
    phone = bool(a.phone) and a.phone == b.phone
    if name_key(a.name) != name_key(b.name):
        typed = alike_in_sound(name_key(a.name), name_key(b.name))
        return Answer.ASK if typed and phone and _mobile(a.phone) else Answer.DIFFERENT
    birth = births(a, b)
    if birth is Answer.DIFFERENT:
        return Answer.ASK if phone else Answer.DIFFERENT
    if birth is Answer.SAME or (phone and _mobile(a.phone)):
        return Answer.SAME
    # One birth date or both are missing.
    employer = organisation.same(a.employer, b.employer, remembered)
    return Answer.SAME if employer and (phone or not (a.phone and b.phone)) else Answer.ASK


def births(a: Entry, b: Entry) -> Answer:
    """SAME and DIFFERENT where both are known, as far as both say; ASK where one is missing."""
    if a.birth is None or b.birth is None:
        return Answer.ASK
    precisions = (a.birth_precision, b.birth_precision)
    parts = 1 if "year" in precisions else 2 if "month" in precisions else 3
    return Answer.SAME if _parts(a.birth)[:parts] == _parts(b.birth)[:parts] else Answer.DIFFERENT


def likeness(a: Entry, b: Entry) -> tuple[bool, ...]:
    """To tell which of several may-be-the-same fits best: identity number, telephone, birth,
    employer.
    """
    return (
        bool(a.id_number) and a.id_number == b.id_number,
        bool(a.phone) and a.phone == b.phone,
        births(a, b) is Answer.SAME,
        organisation.same(a.employer, b.employer),
    )


def described(one: Entry) -> str:
    """张伟，诸暨市质检院，138****5678，1970-06-13: enough for a person to tell."""
    birth = one.birth.isoformat() if one.birth else ""
    return "，".join(
        part
        for part in (one.name, one.employer, masked(one.phone) if one.phone else "", birth)
        if part
    )


def keys(one: Entry) -> tuple[str, ...]:
    """Whoever may be the same person shares one of these."""
    return (
        f"name {name_key(one.name)}",
        f"id {one.id_number}" if one.id_number else "",
        f"phone {one.phone}" if _mobile(one.phone) else "",
    )


@dataclass(frozen=True)
class Match(Generic[E]):
    """The one entry that it is, or those that a person is asked about; neither: somebody new."""

    known: E | None = None
    perhaps: tuple[E, ...] = ()


class Register(Generic[E]):
    """Entries that are known, to find somebody among them."""

    def __init__(
        self, known: Iterable[E], remembered: organisation.Remembered = organisation.NOTHING
    ) -> None:
        self.remembered = remembered
        self._at: dict[str, list[E]] = {}
        for one in known:
            for key in keys(one):
                if key:
                    self._at.setdefault(key, []).append(one)

    def find(self, one: Entry, without: Collection[int] = ()) -> Match[E]:
        """`without`: the `id()` of entries that are somebody else for certain."""
        near = {id(other): other for key in keys(one) if key for other in self._at.get(key, ())}
        said: dict[Answer, list[E]] = {answer: [] for answer in Answer}
        for number, other in near.items():
            if number not in without:
                said[compare(one, other, self.remembered)].append(other)
        if not said[Answer.SAME]:
            return Match(perhaps=tuple(said[Answer.ASK]))
        best = max(likeness(one, other) for other in said[Answer.SAME])
        fitting = [other for other in said[Answer.SAME] if likeness(one, other) == best]
        return Match(fitting[0]) if len(fitting) == 1 else Match(perhaps=tuple(fitting))


def _mobile(phone: str) -> bool:
    return phone.isdecimal() and len(phone) == MOBILE and phone.startswith("1")


def _parts(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day
