"""账号页: the administrator makes accounts and switches them off; who reviews whom is not shown
here.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response
from sqlalchemy import select

from api.identity import factor, joining, signin
from api.identity.tables import Account
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep
from api.kit.fields import Uid
from api.kit.forms import FormDep
from api.kit.parts import Option
from api.kit.rendering import page, see_other
from api.kit.shell import ROLE_NAMES
from api.settings import Settings
from api.signin import commands
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

# Neither administrator holds both.
HALVES = "请把这个开通码当面交给本人；另一位管理员给本人一次性链接，设口令时两样都要："
router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=200)]


@router.get("/accounts", allow=P.MANAGE_ACCOUNTS)
def show(request: Request, actor: ActorDep, ledger: LedgerDep) -> Response:
    return page(request, "accounts.html", _view(ledger, actor.id))


def _view(ledger: Ledger, own: str, said: tuple[str, str] = ("", "")) -> dict[str, object]:
    """`said`: what is shown this once, words and secret."""
    with ledger.read() as session:
        found = signin.accounts(session)
        demo = set(session.scalars(select(Account.uid).where(Account.demo)))
    rows = tuple(
        {
            "uid": row.uid,
            "version": row.version,
            "name": row.name,
            "login": row.login,
            "role": ROLE_NAMES.get(row.role, row.role),
            "disabled": row.disabled,
            "demo": row.uid in demo,
            "own": row.uid == own,
            "factor": row.second_factor,
            "waiting": bool(row.proposed_by),
            "alone": bool(row.let_in_by),
            "may_confirm": own not in (row.proposed_by, row.let_in_by, row.uid)
            and bool(row.proposed_by or (row.let_in_by and not row.invited)),
            "invited": row.invited,
        }
        for row in found
    )
    roles = tuple(Option(role.value, ROLE_NAMES[role]) for role in signin.STAFF)
    return {"rows": rows, "roles": roles, "said": said[0], "secret": said[1]}


@router.post("/accounts", allow=commands.CREATE_ACCOUNT.allow)
def create(
    request: Request,
    settings: SettingsDep,
    actor: ActorDep,
    ledger: LedgerDep,
    login: Text,
    name: Text,
    role: Text,
) -> Response:
    """Not a redirect: the link is in this answer and nowhere else."""
    if role not in {one.value for one in signin.STAFF}:
        raise Refusal("invalid-account", "请从列表中选择角色。")
    made = commands.CREATE_ACCOUNT(ledger, actor, login, name.strip(), Role(role))
    return _told(request, settings, actor, ledger, made)


@router.post("/accounts/{uid}/confirm", allow=commands.CONFIRM_ACCOUNT.allow)
def confirm(
    request: Request,
    uid: Uid,
    settings: SettingsDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Annotated[int, Form(ge=0, le=2_000_000_000)],
) -> Response:
    """By another administrator than who made the account."""
    made = commands.CONFIRM_ACCOUNT(ledger, actor, uid, version)
    if not made.token:
        return see_other(request, "/accounts", "account-confirmed")
    return _told(request, settings, actor, ledger, made)


def _told(
    request: Request,
    settings: Settings,
    actor: Actor,
    ledger: Ledger,
    made: joining.Entered,
) -> Response:
    said = (f"账号已建立，等另一位管理员在此页确认。{HALVES}", made.code)
    if made.token:
        link = f"{settings.public_url.rstrip('/')}/join/{made.token}"
        said = ("账号已建立。请把这个一次性链接当面交给本人设口令，72 小时内有效：", link)
    return page(request, "accounts.html", _view(ledger, actor.id, said))


@router.post("/accounts/{uid}/password", allow=commands.RESET_PASSWORD.allow)
def reset_password(
    request: Request,
    uid: Uid,
    settings: SettingsDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Annotated[int, Form(ge=0, le=2_000_000_000)],
    reason: Text = "",
) -> Response:
    """The administrator never knows the password: the owner sets it through a link."""
    made = commands.RESET_PASSWORD(ledger, actor, uid, version, reason)
    said = (f"原口令已作废。请另一位管理员在此页确认。{HALVES}", made.code)
    if made.token:
        link = f"{settings.public_url.rstrip('/')}/join/{made.token}"
        said = ("原口令已作废。请把这个一次性链接当面交给本人设新口令，72 小时内有效：", link)
    return page(request, "accounts.html", _view(ledger, actor.id, said))


@router.post("/accounts/{uid}/binding-code", allow=commands.BIND_CODE.allow)
def give_binding_code(request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep) -> Response:
    """With the password it binds a second factor; shown once."""
    code = commands.BIND_CODE(ledger, actor, uid)
    said = ("请把这个绑定码当面交给本人，用来绑定手机验证器，72 小时内有效：", code)
    return page(request, "accounts.html", _view(ledger, actor.id, said))


@router.post("/accounts/{uid}/factor", allow=P.MANAGE_ACCOUNTS)
def reset_factor(
    request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep, reason: Text = ""
) -> Response:
    """When telephone and recovery codes are lost: the person binds a new one at the next log-in.

    Not for oneself.
    """
    if uid == actor.id:
        raise Refusal("own-account", "不能重置自己的第二重验证，请由另一位管理员办理。")
    with ledger.write(actor) as uow:
        factor.disable_factor(uow, uid, reason)
        uow.commit()
    return see_other(request, "/accounts", "factor-off")


@router.post("/accounts/{uid}/disabled", allow=commands.SET_DISABLED.allow)
def disable(
    uid: Uid, version: Annotated[int, Form(ge=0, le=2_000_000_000)], disabled: Text, sent: FormDep
) -> Response:
    """Sets the state, never toggles it: a second press changes nothing."""
    return sent.carry_out("/accounts", commands.SET_DISABLED, uid, disabled == "yes", version)
