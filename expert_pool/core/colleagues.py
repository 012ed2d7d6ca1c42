"""同事: who of many people works for the same employer (H07), by the one question of
`organisation`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from expert_pool.core import organisation
from expert_pool.core.organisation import Answer, Directory, Remembered, compare, key, units
from expert_pool.core.recusal import Doubt


@dataclass(frozen=True)
class Colleagues:
    """`employer`: person -> one word per employer; whoever has none is alone. `pairs`: people who
    share one of several employers, or whose employers may be one (`doubts`), which one word per
    person cannot say.
    """

    employer: Mapping[str, str]
    pairs: frozenset[tuple[str, str]]
    doubts: tuple[Doubt, ...]


class Acquainted:
    """Employers whose names were compared with each other before: of many thousand, a name that
    comes new is compared alone. Not for two threads at once.
    """

    def __init__(self) -> None:
        self._directory = Directory(())
        self._near: dict[str, set[str]] = {}  # both ways round

    def __len__(self) -> int:
        return len(self._near)

    def beside(
        self, texts: Collection[str], remembered: Remembered
    ) -> Iterator[tuple[str, str, Answer]]:
        """Each two of the texts that are one or may be, the lesser first."""
        for text in texts:
            self._meet(text)
        by_key = {key(text): text for text in texts}
        said: dict[str, list[str]] = {}
        for first, second in remembered:
            said.setdefault(first, []).append(second)
            said.setdefault(second, []).append(first)
        for text in texts:
            told = (by_key[one] for one in said.get(key(text), ()) if one in by_key)
            for other in sorted(self._near[text].union(told)):
                if other > text and other in texts:
                    answer = compare(text, other, remembered)
                    if answer is not Answer.DIFFERENT:
                        yield text, other, answer

    def _meet(self, text: str) -> None:
        if text not in self._near:
            self._near[text] = set(self._directory.meant(text))
            for other in self._near[text]:
                self._near[other].add(text)
            self._directory.add(text)


def colleagues(
    employers: Mapping[str, str],
    remembered: Remembered = organisation.NOTHING,
    known: Acquainted | None = None,
) -> Colleagues:
    """`employers`: person -> employer as written; `known` shortens the work and changes nothing of
    what is found.
    """
    people: dict[str, list[str]] = {}
    for uid, text in employers.items():
        if organisation.has_employer(text):
            people.setdefault(text, []).append(uid)
    root, beside = _groups(
        people, (Acquainted() if known is None else known).beside(people, remembered)
    )
    word = {uid: root[text] for text, uids in people.items() for uid in uids}
    pairs, doubts = set(), []
    for text, other, answer in beside:
        if root[text] == root[other]:
            continue
        pairs |= {(min(a, b), max(a, b)) for a in people[text] for b in people[other]}
        if answer is Answer.ASK:
            doubts.append(Doubt(text, other, (*people[text], *people[other])))
    return Colleagues(
        {uid: word.get(uid, f"no:{uid}") for uid in employers}, frozenset(pairs), tuple(doubts)
    )


def _groups(
    people: Collection[str], found: Iterable[tuple[str, str, Answer]]
) -> tuple[dict[str, str], list[tuple[str, str, Answer]]]:
    """Employer as written -> the name its group goes by, the least of them; and the pairs that are
    not simply one.
    """
    group = {text: text for text in people}

    def root(text: str) -> str:
        while group[text] != text:
            text = group[text]
        return text

    beside: list[tuple[str, str, Answer]] = []
    for text, other, answer in found:
        if answer is Answer.SAME and len(units(text)) == len(units(other)) == 1:
            one, two = sorted((root(text), root(other)))
            group[two] = one
        else:
            beside.append((text, other, answer))
    return {text: root(text) for text in people}, beside
