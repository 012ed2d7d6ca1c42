"""拒绝: what the domain declines, in words a clerk can act on.

HTTP codes for these live in api/kit/errors.py and nowhere else.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818
    """`code` is stable English for programs, `message_zh` says what is wrong and what to do,
    `legal_basis` names article or rule.
    """

    def __init__(self, code: str, message_zh: str, legal_basis: str = "", **params: Any) -> None:
        self.code = code
        self.message_zh = message_zh
        self.legal_basis = legal_basis
        self.params = params
        super().__init__(message_zh)
