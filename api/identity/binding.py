"""绑定与解绑第二重验证: shared by pages and interface.

The secret travels sealed until its first code proves that it was scanned.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.identity import factor, passwords, second_factor, signin
from api.identity.sessions import Desk, SignedIn
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal


@dataclass(frozen=True)
class Started:
    """What to scan or type, and the sealed secret that comes back with the first code."""

    sealed: str
    spelled: str
    address: str


def state(session: Session, signed_in: SignedIn) -> bool:
    known = signin.credentials_of(session, signed_in.actor.id)
    return known is not None and bool(known.factor)


def begin(desk: Desk, signed_in: SignedIn) -> Started:
    if signed_in.viewer.role is Role.EXPERT:
        raise Refusal("forbidden", "评审专家用个人链接进入，不需要第二重验证。")
    secret = secrets.token_bytes(second_factor.SECRET_BYTES)
    sealed = second_factor.seal(desk.secret, secret, signed_in.actor.id, secrets.token_bytes(12))
    return _started(signed_in, secret, sealed)


def again(desk: Desk, signed_in: SignedIn, sealed: str) -> Started | None:
    """The same secret once more, after a mistyped code."""
    secret = second_factor.unseal(desk.secret, sealed, signed_in.actor.id)
    return _started(signed_in, secret, sealed) if secret else None


def confirm(
    desk: Desk, signed_in: SignedIn, sealed: str, code: str, password: str, now: datetime
) -> tuple[str, ...]:
    """Switch it on; the recovery codes, shown once.

    Raises Refusal `wrong-password`, `bad-code` or `invalid`.
    """
    secret = second_factor.unseal(desk.secret, sealed, signed_in.actor.id)
    if secret is None:
        raise Refusal("invalid", "页面已过期，请重新开始绑定。", field="sealed")
    _demand_password(desk, signed_in, password)
    step = second_factor.matching_step(secret, code, now, None)
    if step is None:
        raise Refusal("bad-code", "验证码不对，请输入验证器上现在显示的六位数字；手机时间须准确。")
    codes = second_factor.recovery_codes(
        secrets.token_bytes(10) for _ in range(second_factor.RECOVERY_CODES)
    )
    with desk.ledger.write(signed_in.actor) as uow:
        factor.enable_factor(
            uow,
            signed_in.actor.id,
            sealed,
            step,
            [second_factor.recovery_digest(one) for one in codes],
        )
        uow.commit()
    return codes


def stop(desk: Desk, signed_in: SignedIn, password: str) -> None:
    """Switch it off; every session ends. Refused where the role demands it."""
    if signed_in.actor.role.value in desk.settings.second_factor_roles:
        raise Refusal("second-factor-due", "您的角色须启用第二重验证，不能停用。换手机请重新绑定。")
    _demand_password(desk, signed_in, password)
    with desk.ledger.write(signed_in.actor) as uow:
        factor.disable_factor(uow, signed_in.actor.id, "本人停用")
        uow.commit()


def _started(signed_in: SignedIn, secret: bytes, sealed: str) -> Started:
    return Started(
        sealed, second_factor.spelled(secret), second_factor.address(secret, signed_in.actor.name)
    )


def _demand_password(desk: Desk, signed_in: SignedIn, password: str) -> None:
    with desk.ledger.read() as session:
        stored = signin.stored_hash(session, signed_in.actor.id)
    if not passwords.matches(password, stored):
        raise Refusal("wrong-password", "口令不对，没有修改。")
