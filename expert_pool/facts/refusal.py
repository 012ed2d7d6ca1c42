"""拒绝: what the domain declines, in words a clerk can act on.

HTTP codes for these live in api/kit/errors.py and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol


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


def demand_reason(
    reason: str,
    sentence: str = "请写明理由，它会记入操作日志。",
    legal_basis: str = "",
    **params: Any,
) -> str:
    """The reason without blanks around it; refuses "reason-needed" when there is none."""
    if not reason.strip():
        raise Refusal("reason-needed", sentence, legal_basis, **params)
    return reason.strip()


class Person(Protocol):
    """Who acts, as far as it tells two people apart."""

    @property
    def alone(self) -> bool: ...
    def among(self, ids: Collection[str | None]) -> bool: ...


ALONE = (
    "您的账号只经一位管理员之手，不能作第二个人。请另一位管理员在账号页确认，"
    "或者由运维人员用命令行（accounts password）重发一次性链接。"
)


def demand_other_person(
    actor: Person,
    involved: Collection[str | None],
    sentence: str,
    legal_basis: str = "",
    code: str = "second-person",
) -> None:
    """须由另一人办理（办法第九条）: refuses `code` to whoever was `involved`, under whatever
    account, and to an account that one administrator alone may have made for himself.
    """
    if actor.among(involved):
        raise Refusal(code, sentence, legal_basis)
    if actor.alone:
        raise Refusal(code, f"{sentence}{ALONE}", legal_basis)
