"""同事: who of many people works for the same employer (H07), by the one question of
`organisation`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from expert_pool.core import organisation
from expert_pool.core.organisation import Answer, Directory, Remembered, units
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


def colleagues(
    employers: Mapping[str, str], remembered: Remembered = organisation.NOTHING
) -> Colleagues:
    """`employers`: person -> employer as written."""
    people: dict[str, list[str]] = {}
    for uid, text in employers.items():
        if organisation.has_employer(text):
            people.setdefault(text, []).append(uid)
    root, beside = _groups(people, Directory(people, remembered))
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
    people: Collection[str], directory: Directory
) -> tuple[dict[str, str], list[tuple[str, str, Answer]]]:
    """Employer as written -> the name its group goes by; and the pairs that are not simply one."""
    group = {text: text for text in people}

    def root(text: str) -> str:
        while group[text] != text:
            text = group[text]
        return text

    beside: list[tuple[str, str, Answer]] = []
    for text in people:
        for other, answer in directory.meant(text).items():
            if other <= text:
                continue
            if answer is Answer.SAME and len(units(text)) == len(units(other)) == 1:
                group[root(other)] = root(text)
            else:
                beside.append((text, other, answer))
    return {text: root(text) for text in people}, beside
