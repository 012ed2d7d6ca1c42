"""绑定与解绑第二重验证: shared by pages and interface.

The secret travels sealed until its first code proves that it was scanned.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.identity import factor, joining, passwords, second_factor, signin
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


@dataclass(frozen=True)
class Proof:
    """What shows that the owner of the account is there: the password, and besides it a binding
    code, or, where a second factor is on, its present code or a recovery code.
    """

    password: str
    second: str


def confirm(
    desk: Desk, signed_in: SignedIn, sealed: str, code: str, proof: Proof, now: datetime
) -> tuple[str, ...]:
    """Switch it on; the recovery codes, shown once.

    Raises Refusal `wrong-password`, `bad-code`, `too-many-failures` or `invalid`.
    """
    secret = second_factor.unseal(desk.secret, sealed, signed_in.actor.id)
    if secret is None:
        raise Refusal("invalid", "页面已过期，请重新开始绑定。", field="sealed")
    step = second_factor.matching_step(secret, code, now, None)
    if step is None:
        raise Refusal("bad-code", "验证码不对，请输入验证器上现在显示的六位数字；手机时间须准确。")
    _demand(desk, signed_in, proof, now)
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


def stop(desk: Desk, signed_in: SignedIn, proof: Proof, now: datetime) -> None:
    """Switch it off; every session ends. Refused where the role demands it."""
    if signed_in.actor.role.value in desk.settings.second_factor_roles:
        raise Refusal("second-factor-due", "您的角色须启用第二重验证，不能停用。换手机请重新绑定。")
    _demand(desk, signed_in, proof, now)
    with desk.ledger.write(signed_in.actor) as uow:
        factor.disable_factor(uow, signed_in.actor.id, "本人停用")
        uow.commit()


def _started(signed_in: SignedIn, secret: bytes, sealed: str) -> Started:
    return Started(
        sealed, second_factor.spelled(secret), second_factor.address(secret, signed_in.actor.name)
    )


def _demand(desk: Desk, signed_in: SignedIn, proof: Proof, now: datetime) -> None:
    """Uses the second part up. Guesses count against the account, as at log-in."""
    uid = signed_in.actor.id
    desk.refuse_guesses_of(signed_in, now)
    with desk.ledger.read() as session:
        known = signin.credentials_of(session, uid)
    if known is None or not passwords.matches(proof.password, known.password_hash):
        desk.note_guess_of(signed_in)
        raise Refusal("wrong-password", "口令不对，没有修改。")
    secret = second_factor.unseal(desk.secret, known.factor, uid) if known.factor else None
    step = (
        second_factor.matching_step(secret, proof.second, now, known.last_step) if secret else None
    )
    with desk.ledger.write(signed_in.actor) as uow:
        good = (
            (step is not None and factor.spend_step(uow, uid, step))
            or (
                bool(known.factor)
                and factor.spend_recovery_code(
                    uow, uid, second_factor.recovery_digest(proof.second)
                )
            )
            or joining.spend_code(uow, uid, proof.second)
        )
        uow.commit()
    if not good:
        desk.note_guess_of(signed_in)
        words = "现用验证器上的六位数字、备用码" if known.factor else "开通账号时得到的绑定码"
        raise Refusal(
            "bad-code", f"还须填写{words}，或系统管理员新发的绑定码。只有口令不能绑定或停用。"
        )
