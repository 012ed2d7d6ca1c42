"""不得申报（办法第十八条）: whether an application falls under a ban after fraud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from award.applicants.core.eligibility import banned_until


def barred(applied: date, decisions: Sequence[date], ban_years: int) -> date | None:
    """The last day of the ban that an application falls under, itself included, or None."""
    ends = [banned_until(day, ban_years) for day in decisions if day <= applied]
    return max((end for end in ends if applied <= end), default=None)
