"""违规: a broken rule as a sentence whose ids a caller can replace by names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Name = Callable[[str], str]


@dataclass(frozen=True)
class Violation:
    """`sentence` names parties by place: {r0} a reviewer, {c0} a case, {g0} a group, {w0} another
    word; the rest is plain Chinese.

    `groups` are positions in the plan; people read them counted from 1. `rule` is H01-H17, or PLAN
    for what makes the file itself untrue.
    """

    rule: str
    sentence: str
    reviewers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    words: tuple[object, ...] = ()

    def say(self, reviewer: Name = str, case: Name = str) -> str:
        parties = {f"r{position}": reviewer(item) for position, item in enumerate(self.reviewers)}
        parties |= {f"c{position}": case(item) for position, item in enumerate(self.cases)}
        parties |= {f"g{position}": f"第{item + 1}组" for position, item in enumerate(self.groups)}
        parties |= {f"w{position}": str(item) for position, item in enumerate(self.words)}
        return self.sentence.format_map(parties)

    @property
    def text(self) -> str:
        """The sentence with the ids as they are."""
        return self.say()
