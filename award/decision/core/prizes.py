"""奖励资金（办法第十四条）: paid once for one award, the difference after an upgrade, repeats
outside the quota. Whole yuan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

QUALITY, INNOVATION = "QUALITY", "INNOVATION"


@dataclass(frozen=True)
class Earlier:
    """以前获得的一个奖项 of the same organisation, by credit code and succession; `amount` is
    what it brought, in yuan.
    """

    year: int
    award: str
    amount: int
    revoked: bool = False


@dataclass(frozen=True)
class Prize:
    """应发奖金. `counted`: takes one of the year's places."""

    amount: int
    counted: bool
    why: str  # new, repeat, upgrade, lesser, ruled


def prize(
    award: str, earlier: Sequence[Earlier], full: Mapping[str, int], lesser_later: str | None = None
) -> Prize | None:
    """What the organisation is due. `lesser_later`: the setting for 创新奖 after 质量奖.

    None: the text is silent (that, unset; an award again after its revocation), a person decides.
    """
    valid = {one.award for one in earlier if not one.revoked}
    if award in valid:
        return Prize(0, False, "repeat")
    if any(one.award == award for one in earlier):
        return None
    if award == INNOVATION and QUALITY in valid:
        if lesser_later == "none":
            return Prize(0, False, "lesser")
        return Prize(full[award], True, "lesser") if lesser_later == "paid" else None
    if award == QUALITY and INNOVATION in valid:
        before = sum(one.amount for one in earlier if not one.revoked)
        return Prize(max(0, full[QUALITY] - before), True, "upgrade")
    return Prize(full[award], True, "new")
