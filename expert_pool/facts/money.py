"""金额: yuan as people write them, kept as fen."""

from __future__ import annotations

import re

_YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?")


def read_fen(text: str) -> int | None:
    """ "1,234.5元" → 123450; None where it is no amount with at most two decimals."""
    plain = text.strip().replace(",", "").replace("，", "").removesuffix("元").strip()
    if not _YUAN.fullmatch(plain):
        return None
    yuan, _, cents = plain.partition(".")
    return int(yuan) * 100 + int(cents.ljust(2, "0") or 0)


def written(fen: int) -> str:
    """123450 → 1,234.50."""
    return f"{fen // 100:,}.{fen % 100:02d}"
