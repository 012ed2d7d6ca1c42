"""撤销与不得申报（办法第十八条）: money to recover, the ban after fraud, the watch after the
award.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from award.applicants.core.eligibility import banned_until, watched_until
from award.decision.core.prizes import INNOVATION, QUALITY, Earlier

GROUNDS = {
    "fraud": "采取不正当手段骗取奖项",
    "incident": "获奖后发生重大事故或严重违法、违纪、违规行为",
}


@dataclass(frozen=True)
class Consequence:
    """撤销后果. `recover`: yuan really paid; `banned_through`: last day on which it may not
    apply; `look_at`: earlier awards to look at too.
    """

    recover: int
    banned_through: date | None
    look_at: tuple[Earlier, ...]


def consequence(
    ground: str, decided: date, award: str, paid: int, earlier: Sequence[Earlier], ban_years: int
) -> Consequence:
    """Fraud brings a ban counted from the city's decision, its last day included; an incident
    brings none. Only what was paid is recovered.
    """
    through = banned_until(decided, ban_years) if ground == "fraud" else None
    flagged = [one for one in earlier if not one.revoked and one.award == INNOVATION]
    return Consequence(paid, through, tuple(flagged) if award == QUALITY else ())


def watched(awarded: date, incident: date, watch_years: int) -> bool:
    """获奖后2年内: whether an incident opens a case; the last day is the same day years on."""
    return awarded <= incident <= watched_until(awarded, watch_years)
