"""是不是同一单位: the one question that recusal, same employers, duties, redaction, groups,
duplicates and search ask.

Three answers. In doubt a person is asked, and until then the two count as one where a conflict is
at stake: a conflict overlooked is worse than one looked into. What a person has answered
(`Remembered`) goes before everything that names say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import product

from expert_pool.core.organisation_names import (
    SEPARATORS,
    SHORTEST_CORE,
    Reading,
    has_employer,
    is_body,
    key,
    readings,
    units,
)
from expert_pool.facts.sounds import syllables

__all__ = [
    "Answer", "Directory", "Remembered", "compare", "has_employer", "key", "meant", "names_in",
    "nearest", "pair", "same", "units",
]  # fmt: skip
SHORTEST_PART = 3
LEAST_SHORT = 0.5  # an abbreviation keeps at least half of the name
NUMERALS = "0123456789一二三四五六七八九十百"
NEAR = 0.74  # three of four characters agree


class Answer(StrEnum):
    """Ordered by `rank`: what is the same is surer than what is asked."""

    SAME = "same"
    ASK = "ask"
    DIFFERENT = "different"


_RANK = {Answer.DIFFERENT: 0, Answer.ASK: 1, Answer.SAME: 2}
Remembered = Mapping[tuple[str, str], bool]  # pair() -> whether a person found them to be one
NOTHING: Remembered = {}


def pair(one: str, other: str) -> tuple[str, str]:
    """Under which an answer about two names is remembered: both ways round, and however they are
    typed.
    """
    first, second = sorted((key(one), key(other)))
    return first, second


def compare(one: str, other: str, remembered: Remembered = NOTHING) -> Answer:
    """Whether two written names mean one organisation.

    Symmetric; never DIFFERENT for a name with itself.
    """
    said = remembered.get(pair(one, other))
    if said is not None:
        return Answer.SAME if said else Answer.DIFFERENT
    found = _compare(one, other)
    return _said_of_others(one, other, remembered) if found is Answer.ASK else found


def _said_of_others(one: str, other: str, remembered: Remembered) -> Answer:
    """What was said of 大东集团 holds for 大东集团质管科 too. That two are not one holds for a text
    with one name in it only: its second name may be the one.
    """
    single = len(units(one)) == len(units(other)) == 1
    for (first, second), said in remembered.items():
        if said or single:
            for a, b in ((first, second), (second, first)):
                if _compare(one, a) is Answer.SAME and _compare(other, b) is Answer.SAME:
                    return Answer.SAME if said else Answer.DIFFERENT
    return Answer.ASK


def same(one: str, other: str, remembered: Remembered = NOTHING) -> bool:
    """Surely one organisation."""
    return compare(one, other, remembered) is Answer.SAME


def meant(one: str, other: str, remembered: Remembered = NOTHING) -> bool:
    """One organisation, or perhaps: for whatever has to be kept away or out of sight."""
    return compare(one, other, remembered) is not Answer.DIFFERENT


@lru_cache(maxsize=262_144)
def _compare(one: str, other: str) -> Answer:
    best = Answer.DIFFERENT
    for a in readings(one):
        for b in readings(other):
            found = _judge(a, b)
            if _RANK[found] > _RANK[best]:
                best = found
            if best is Answer.SAME:
                return best
    return best


def _judge(a: Reading, b: Reading) -> Answer:
    if a.key == b.key:
        return Answer.SAME if a.sure and b.sure else Answer.ASK
    if a.core == b.core and len(a.core) >= SHORTEST_CORE:
        return _same_core(a, b)
    if _inside(a, b) or _inside(b, a) or _short_for(a.core, b.core) or _short_for(b.core, a.core):
        return Answer.ASK
    heard = len(a.core) > SHORTEST_CORE and alike_in_sound(a.core, b.core)
    return Answer.ASK if heard else Answer.DIFFERENT


def _same_core(a: Reading, b: Reading) -> Answer:
    """One name: sure unless place or form of company are said on both sides and differ."""
    place = not a.places or not b.places or a.places[-1] == b.places[-1]
    if a.body and b.body and not place:
        return Answer.DIFFERENT  # 诸暨市人民医院, 绍兴市人民医院: what they do is no name
    form = not a.form or not b.form or a.form == b.form or _one_group(a.form, b.form)
    return Answer.SAME if place and form and a.sure and b.sure else Answer.ASK


def _one_group(a: frozenset[str], b: frozenset[str]) -> bool:
    """集团 alone may be a stock company too."""
    return {"group"} in (a, b) and "group" in a & b


def _inside(small: Reading, large: Reading) -> bool:
    """A whole name inside the other: 大东袜业 in 诸暨大东袜业机械有限公司.

    Of public bodies only with the place.
    """
    if len(small.key) > SHORTEST_PART and _within(small.key, large.key):
        return True
    if small.body or len(small.core) < SHORTEST_PART:
        return False
    return _within(small.core, large.key)


def _within(part: str, text: str) -> bool:
    """第1院 is not in 第11院: a number is not cut."""
    at = text.find(part)
    if at < 0:
        return False
    before, after = text[:at][-1:], text[at + len(part) :][:1]
    return not (
        (part[0].isdecimal() and before.isdecimal()) or (part[-1].isdecimal() and after.isdecimal())
    )


def _short_for(short: str, full: str) -> bool:
    """大东 or 大东集团 for 大东袜业; 农商银行 for 农村商业银行."""
    if len(short) < SHORTEST_CORE or len(short) >= len(full):
        return False
    if full.startswith(short):
        return _within(short, full)
    if len(short) < SHORTEST_PART or short[0] != full[0] or len(short) < LEAST_SHORT * len(full):
        return False
    if not is_body(full):
        return False  # 大东袜业 is not short for 大东方袜业
    if [sign for sign in short if sign in NUMERALS] != [sign for sign in full if sign in NUMERALS]:
        return False  # 第一中学 is not short for 第十一中学
    rest = iter(full)
    return all(sign in rest for sign in short)


def alike_in_sound(one: str, other: str) -> bool:
    """盛峰 and 盛丰, 大東 and 大东: typed by sound, the commonest slip there is, or in traditional
    characters.
    """
    return len(one) == len(other) and all(map(_sound_alike, one, other))


def _sound_alike(one: str, other: str) -> bool:
    """One of the two as it is mostly read: 越 is also read huo, but nobody types it so."""
    if one == other:
        return True
    first, second = syllables(one), syllables(other)
    return bool(first and second) and (first[0] in second or second[0] in first)


def names_in(text: str) -> tuple[str, ...]:
    """Several names in one field, as their writer wrote them, e.g. group companies."""
    return tuple(part.strip() for part in re.split(SEPARATORS, text) if part.strip())


class Directory:
    """Names of organisations, to find which of them a written name means. Finds what comparing with
    every one would find; besides, with `slips` and when nothing fits, what is one slip of the pen
    away.
    """

    def __init__(
        self, names: Iterable[str], remembered: Remembered = NOTHING, *, slips: bool = False
    ) -> None:
        self.slips = slips
        self.names: dict[str, None] = {}
        self.remembered = remembered
        self._at: dict[Sign, list[str]] = {}
        self._found: dict[str, Mapping[str, Answer]] = {}
        for name in names:
            self.add(name)
        self._said: dict[str, list[str]] = {}
        by_key = {key(name): name for name in self.names}
        for first, second in remembered:
            for one, other in ((first, second), (second, first)):
                if other in by_key:
                    self._said.setdefault(one, []).append(by_key[other])

    def add(self, name: str) -> None:
        """One more; what was looked up before is looked up anew."""
        if name not in self.names:
            self.names[name] = None
            self._found.clear()
            for sign in self._of(name, _signs):
                self._at.setdefault(sign, []).append(name)

    def meant(self, written: str) -> Mapping[str, Answer]:
        """SAME and ASK by name; nothing for a name that is nobody's."""
        found = self._found.get(written)
        if found is None:
            found = self._found[written] = self._look(written)
        return found

    def _of(self, name: str, signs: Callable[[Reading], set[Sign]]) -> set[Sign]:
        known = readings(name)
        found = {sign for one in known for sign in signs(one)}
        return found.union(*map(_slips, known[:1])) if self.slips else found

    def _look(self, written: str) -> Mapping[str, Answer]:
        signs = self._of(written, _sought)
        near = {name for sign in signs for name in self._at.get(sign, ())}
        near.update(self._said.get(key(written), ()))
        found = {
            name: answer
            for name in sorted(near)
            if (answer := compare(written, name, self.remembered)) is not Answer.DIFFERENT
        }
        if found or not self.slips:
            return found
        slip = nearest(
            written, (name for name in sorted(near) if pair(written, name) not in self.remembered)
        )
        return {slip: Answer.ASK} if slip else {}


class Synonyms:
    """Which of many names surely mean one organisation: a tenth of the work of a Directory, since
    such names agree in the core or as a whole.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._at: dict[str, dict[str, None]] = {}
        self._found: dict[str, tuple[str, ...]] = {}
        for name in names:
            for sign in _whole(name):
                self._at.setdefault(sign, {}).setdefault(name)

    def of(self, name: str) -> tuple[str, ...]:
        """Itself among them, where it is one of the names."""
        if name not in self._found:
            near = dict.fromkeys(one for sign in _whole(name) for one in self._at.get(sign, ()))
            self._found[name] = tuple(one for one in near if same(name, one))
        return self._found[name]


def _whole(name: str) -> set[str]:
    return {sign for one in readings(name) for sign in (one.core, one.key)}


Sign = tuple[str, ...]


def _signs(one: Reading) -> set[Sign]:
    """Under what a name is found; whatever `_judge` calls the same or asks about shares a sign
    with `_sought`. Three characters each: of twenty thousand names a hundred share the first two.
    """
    found: set[Sign] = {("has", part) for part in _threes(one.key)}
    found |= {("starts", part) for part in _parts(one)}
    found |= {("begins", one.core[:2]), ("two" if len(one.core) <= 2 else "three", one.core[:3])}
    found |= _short("short", one.core) | _full("full", one.core)
    return found | _sounds(one.core)


def _sought(one: Reading) -> set[Sign]:
    """The other side of `_signs`."""
    found: set[Sign] = {("starts", part) for part in _threes(one.key)}
    found |= {("has", part) for part in _parts(one)}
    found |= {("two", one.core[:2]), ("begins" if len(one.core) <= 2 else "three", one.core[:3])}
    found |= _short("full", one.core) | _full("short", one.core)
    return found | _sounds(one.core)


def _threes(text: str) -> set[str]:
    return {text[i : i + 3] for i in range(len(text) - 2)}


def _parts(one: Reading) -> set[str]:
    """Three characters that stand in every name which this one stands in: of its core, which is
    seldom another's, and of its key where the core is too short or, a town's official name, is not
    what was written.
    """
    found = {one.core[:3]} if len(one.core) >= SHORTEST_PART else set()
    at = one.key.find(one.core)
    if len(one.key) > SHORTEST_PART and (at < 0 or not found):
        start = min(max(at, 0), len(one.key) - 3)
        found.add(one.key[start : start + 3])
    return found


def _short(sign: str, core: str) -> set[Sign]:
    """农商银行 for 农村商业银行: the first character of both, and the last of the short one stands
    in the full one, which is a public body's.
    """
    return {(sign, core[0], core[-1])} if len(core) >= SHORTEST_PART else set()


def _full(sign: str, core: str) -> set[Sign]:
    return {(sign, core[0], one) for one in core[1:]} if is_body(core) else set()


def _sounds(core: str) -> set[Sign]:
    """What names that sound alike share: their length, and how the first three characters may be
    read; a sign that has no sound is like itself only.
    """
    if len(core) <= SHORTEST_CORE:
        return set()
    read = product(*(syllables(sign) or (sign,) for sign in core[:3]))
    return {("sounds", str(len(core)), *three) for three in read}


def _slips(one: Reading) -> set[Sign]:
    """What `nearest` finds agrees in length and in the first or the second character."""
    length = str(len(one.core))
    return {("first", length, one.core[:1]), ("second", length, one.core[1:2])}


def nearest(written: str, official: Iterable[str]) -> str | None:
    """The organisation that may be meant by a name that is nobody's (一字之差)."""
    best, best_score = None, NEAR
    for name in official:
        score = max(
            (
                _likeness(a.core, b.core)
                for a in readings(written)[:1]
                for b in readings(name)[:1]
                if not (a.body or b.body)
            ),
            default=0.0,
        )
        if score > best_score:
            best, best_score = name, score
    return best


def _likeness(a: str, b: str) -> float:
    """0 to 1 by matching blocks; another brand in the same trade (丰盛针织, 盛和针织) is another
    firm.
    """
    if len(a) != len(b) or (a[:1] != b[:1] and a[1:2] != b[1:2]):
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
