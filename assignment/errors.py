"""What this library declines or cannot read, each with a code for programs and a Chinese sentence
for people.
"""

from __future__ import annotations

from typing import Any


class AssignmentError(Exception):
    """Everything that this library raises on purpose."""


class Declined(AssignmentError):  # noqa: N818 - it is no error of anybody
    """Something was asked for that cannot be done: an edit of a plan, a draw.

    `code` is stable English for programs, `message_zh` says what is wrong and what to do,
    `legal_basis` names article or rule, `params` what it is about: ids of reviewers and cases,
    positions of slots and groups, the `field` that holds what was typed.
    """

    def __init__(self, code: str, message_zh: str, legal_basis: str = "", **params: Any) -> None:
        self.code = code
        self.message_zh = message_zh
        self.legal_basis = legal_basis
        self.params = params
        super().__init__(message_zh)


class FormatError(AssignmentError, ValueError):
    """A file that does not keep the contract.

    `field` is the path, e.g. `reviewers[3].seniority`; `str()` is a Chinese sentence.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field or '文件'}：{reason}")
