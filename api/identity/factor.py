"""第二重验证用例: switch it on and off for an account, and use its codes up.

What a code is, is said in `second_factor`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.identity import signin, tokens
from api.identity.tables import Account, RecoveryCode
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import UnitOfWork


def enable_factor(
    uow: UnitOfWork, account_uid: str, sealed: str, step: int, codes_sha256: Sequence[str]
) -> None:
    """启用第二重验证, with new recovery codes; earlier ones end."""
    account = uow.load(Account, account_uid)
    with signin.changing(uow, account, "enable-factor"):
        _forget_codes(uow, account)
        account.totp_secret, account.totp_step = sealed, step
        uow.session.add_all(
            RecoveryCode(code_sha256=digest, account_id=account.id) for digest in codes_sha256
        )


def disable_factor(uow: UnitOfWork, account_uid: str, reason: str) -> None:
    """停用第二重验证, by the person or, when telephone and codes are lost, by the administrator;
    the account's sessions end.
    """
    demand_reason(reason)
    account = uow.load(Account, account_uid)
    if not account.totp_secret:
        raise Refusal("no-factor", "这个账号没有启用第二重验证。")
    with signin.changing(uow, account, "disable-factor", reason.strip()):
        _forget_codes(uow, account)
        account.totp_secret, account.totp_step = "", None
    tokens.end_all_sessions(uow, account_uid)


def spend_step(uow: UnitOfWork, account_uid: str, step: int) -> bool:
    """Use a code up; False when it, or a later one, was used already."""
    account = uow.load(Account, account_uid)
    if account.totp_step is not None and account.totp_step >= step:
        return False
    account.totp_step = step
    return True


def spend_recovery_code(uow: UnitOfWork, account_uid: str, code_sha256: str) -> bool:
    """使用备用码: once."""
    row, account = uow.session.get(RecoveryCode, code_sha256), uow.load(Account, account_uid)
    if row is None or row.used_at is not None or row.account_id != account.id:
        return False
    with signin.changing(uow, account, "use-recovery-code"):
        row.used_at = uow.now
    return True


def recovery_codes_left(session: Session, account_uid: str) -> int:
    query = (
        select(func.count())
        .select_from(RecoveryCode)
        .join(Account, Account.id == RecoveryCode.account_id)
    )
    return (
        session.scalar(query.where(Account.uid == account_uid, RecoveryCode.used_at.is_(None))) or 0
    )


def _forget_codes(uow: UnitOfWork, account: Account) -> None:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
