"""登录、会话、账号、个人链接的往来内容."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.kit.fields import PLAIN, Input, Output, example
from expert_pool.core.actor import Role

Password = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{20,100}$")]


class LogIn(Input):
    model_config = example({"login": "jingban", "password": "口令写在这里"})
    login: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PLAIN)]
    password: Password
    code: Annotated[str, StringConstraints(max_length=40, pattern=PLAIN)] = ""


class PasswordChange(Input):
    model_config = example({"old": "原来的口令", "new": "几个不相关的词连起来"})
    old: Password
    new: Password


class LinkExchange(Input):
    model_config = example({"token": "x" * 43})
    token: Token


class SessionOut(Output):
    """`permissions` names what this role may do, as in `x-allow`."""

    uid: str
    name: str
    role: Role
    permissions: list[str]
    csrf_token: str
    expires_at: datetime


class LoginOut(Output):
    uid: str
    current: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


class Ended(Output):
    ended: int


class AccountOut(Output):
    uid: str
    version: int
    login: str
    name: str
    role: Role
    disabled: bool
    created_at: datetime
    second_factor: bool
    proposed_by: str
    invited: bool
    let_in_by: str


class AccountIn(Input):
    model_config = example({"login": "zhaojingban", "name": "赵经办", "role": "secretariat"})
    login: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._\-]{1,64}$")]
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=PLAIN)
    ]
    role: Literal["secretariat", "approver", "inspector", "admin"]


class AccountMade(Output):
    """`link` is shown this once; empty while the account waits for a second administrator. `code`
    then is the other half of what its owner needs.
    """

    uid: str
    link: str
    code: str = ""


class BindingCode(Output):
    code: str


class Join(Input):
    model_config = example({"token": "x" * 43, "password": "几个不相关的词连起来"})
    token: Token
    password: Password
    code: Annotated[
        str,
        StringConstraints(max_length=40, pattern=PLAIN),
        Field(description="开通码；负责人、监督和管理员账号在网页上开立、重设的才有"),
    ] = ""


class FactorStart(Output):
    """The secret to be bound, as Base32 and as an otpauth address; `sealed` comes back with the
    first code.
    """

    sealed: str
    secret: str
    address: str


Proof = Annotated[
    str,
    StringConstraints(max_length=40, pattern=PLAIN),
    Field(description="绑定码；已启用第二重验证的，也可以是现在的验证码或备用码"),
]


class FactorConfirm(Input):
    model_config = example(
        {"sealed": "x" * 40, "code": "123456", "password": "口令写在这里", "proof": "绑定码"}
    )
    sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,200}$")]
    code: Annotated[str, StringConstraints(max_length=20, pattern=PLAIN)]
    password: Password
    proof: Proof


class FactorCodes(Output):
    recovery_codes: list[str]


class FactorStop(Input):
    model_config = example({"password": "口令写在这里", "proof": "123456"})
    password: Password
    proof: Proof


class AccountState(Input):
    model_config = example({"disabled": True})
    disabled: bool
