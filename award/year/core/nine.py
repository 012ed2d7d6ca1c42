"""九个步骤（办法第十三条）: where a year stands in them, what each brought, and what waits for
whom. Prizes and archive follow the nine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from award.year.core.stages import NEEDS, ROLES, name, next_move, reached

# Title, article, and the stage in which the step is taken.
NINE = (
    ("发布通知", "办法第十三条第一项", "preparing"),
    ("申报推荐", "办法第十三条第二项", "applications"),
    ("资格审查", "办法第十三条第三项", "qualification"),
    ("资料评审", "办法第十三条第四项", "documents"),
    ("现场评审", "办法第十三条第五项", "site"),
    ("综合评价", "办法第十三条第六项", "evaluation"),
    ("审查表决", "办法第十三条第七项", "vote"),
    ("社会公示", "办法第十三条第八项", "notice"),
    ("审定批准", "办法第十三条第九项", "approval"),
)
AFTER = (
    ("表彰奖励", "办法第十四条至第十六条", "honours"),
    ("归档", "办法第十七条", "archived"),
)
SHOWN = 3  # sentences of one need; the page of the year tells all of them


@dataclass(frozen=True)
class Waiting:
    """`who` has to do something, or a day has to come; `more` sentences of the same need are left
    out.
    """

    need: str
    who: str
    texts: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True)
class Step:
    """One step. `state`: done, now, todo or ended; `result`: what it brought, empty while it
    lasts; `waiting` only of the step that is under way.
    """

    number: int
    title: str
    article: str
    stage: str
    state: str
    result: str = ""
    waiting: tuple[Waiting, ...] = ()


def steps(
    stage: str, lacking: Mapping[str, Sequence[str]], results: Mapping[str, str]
) -> tuple[Step, ...]:
    """The nine steps and what follows them, numbered from 1. `lacking`: of the needs of the next
    move what is still missing; `results` by stage. A year without stages, and one that was ended,
    has no step under way.
    """
    return tuple(
        Step(
            number,
            title,
            article,
            at,
            found := _state(stage, at),
            results.get(at, "") if found == "done" else "",
            waiting(stage, lacking) if found == "now" else (),
        )
        for number, (title, article, at) in enumerate((*NINE, *AFTER), 1)
    )


def _state(stage: str, at: str) -> str:
    if stage == "ended":
        return "ended"
    if stage == at:
        return "done" if at == "archived" else "now"
    return "done" if reached(stage, at) else "todo"


def waiting(stage: str, lacking: Mapping[str, Sequence[str]]) -> tuple[Waiting, ...]:
    """What the year waits for now. With nothing lacking it waits for whoever moves it on."""
    move = next_move(stage)
    if move is None:
        return ()
    found = tuple(
        Waiting(need, NEEDS[need].who, tuple(lacking[need][:SHOWN]), len(lacking[need][SHOWN:]))
        for need in move.needs
        if lacking.get(need)
    )
    return found or (
        Waiting("", ROLES[move.role], (f"条件都已具备，可以进入{name(move.after)}。",)),
    )
