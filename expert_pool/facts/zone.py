"""时区: terms, deadlines and working days are days of Asia/Shanghai; instants are kept in UTC."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

# No summer time since 1991. Birthdays are dates, never instants: before that there was.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_day(at: datetime) -> date:
    """The day an instant (with its zone) falls on here."""
    return at.astimezone(SHANGHAI).date()
