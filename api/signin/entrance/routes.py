"""登录与会话: log in, see and end one's own sessions, change one's password; the administrator's
list of accounts.
"""

from __future__ import annotations

from fastapi import Request, Response

from api.identity import binding as factors
from api.identity import joining, links, sessions, signin
from api.kit.access import GRANTS, Permission, Router
from api.kit.deps import (
    ActorDep,
    ClientDep,
    DeskDep,
    IfMatch,
    LedgerDep,
    NowDep,
    SettingsDep,
    SignedInDep,
    leave_former_session,
    set_etag,
)
from api.kit.fields import Uid
from api.settings import Settings
from api.signin import commands
from api.signin.entrance.schemas import (
    AccountIn,
    AccountMade,
    AccountOut,
    AccountState,
    BindingCode,
    Ended,
    FactorCodes,
    FactorConfirm,
    FactorStart,
    FactorStop,
    Join,
    LinkExchange,
    LogIn,
    LoginOut,
    PasswordChange,
    SessionOut,
)
from expert_pool.core.actor import Role

router = Router(prefix="/api/v1", tags=["登录"])


@router.post("/session", allow=Permission.PUBLIC, summary="登录")
def log_in(
    body: LogIn,
    request: Request,
    response: Response,
    desk: DeskDep,
    settings: SettingsDep,
    client: ClientDep,
    now: NowDep,
) -> SessionOut:
    """得到会话 Cookie；答复中的 csrf_token 在修改请求的 X-CSRF-Token 中带回。不认识的登录名与错的口
    令答复相同。

    启用了第二重验证的账号另送 code（六位数字或备用码），缺少时答 second-factor-needed。
    """
    opened = desk.log_in(body.login, body.password, client, now, body.code)
    leave_former_session(request)
    sessions.set_cookie(response, settings, opened.token)
    return _session(opened.signed_in)


@router.post("/links/exchange", allow=Permission.PUBLIC, summary="凭个人链接进入")
def exchange_link(
    body: LinkExchange,
    request: Request,
    response: Response,
    desk: DeskDep,
    settings: SettingsDep,
    client: ClientDep,
    now: NowDep,
) -> SessionOut:
    """评审员用个人链接中的令牌换取短时会话；不存在、过期、停用的链接答复相同。"""
    opened = links.exchange(desk, body.token, client, now)
    leave_former_session(request)
    sessions.set_cookie(response, settings, opened.token)
    return _session(opened.signed_in)


@router.get("/session", allow=Permission.OWN_SESSION, summary="我是谁")
def current_session(signed_in: SignedInDep) -> SessionOut:
    return _session(signed_in)


@router.delete("/session", allow=Permission.OWN_SESSION, status_code=204, summary="退出")
def log_out(
    response: Response, desk: DeskDep, settings: SettingsDep, signed_in: SignedInDep
) -> None:
    desk.log_out(signed_in)
    sessions.clear_cookie(response, settings)


@router.get("/sessions", allow=Permission.OWN_SESSION, summary="我的全部登录")
def list_sessions(desk: DeskDep, signed_in: SignedInDep, now: NowDep) -> list[LoginOut]:
    return [
        LoginOut(
            current=found.uid == signed_in.session_uid,
            **{name: getattr(found, name) for name in LoginOut.model_fields if name != "current"},
        )
        for found in desk.sessions_of(signed_in, now)
    ]


@router.delete("/sessions", allow=Permission.OWN_SESSION, summary="处处退出")
def log_out_everywhere(
    response: Response, desk: DeskDep, settings: SettingsDep, signed_in: SignedInDep
) -> Ended:
    ended = desk.log_out_everywhere(signed_in)
    sessions.clear_cookie(response, settings)
    return Ended(ended=ended)


@router.delete(
    "/sessions/{uid}", allow=Permission.OWN_SESSION, status_code=204, summary="结束一个登录"
)
def end_session(uid: Uid, desk: DeskDep, signed_in: SignedInDep) -> None:
    desk.end(signed_in, uid)


@router.put("/session/password", allow=Permission.OWN_SESSION, status_code=204, summary="修改口令")
def change_password(
    body: PasswordChange,
    response: Response,
    desk: DeskDep,
    settings: SettingsDep,
    signed_in: SignedInDep,
) -> None:
    """修改后所有登录随即结束，请用新口令重新登录。"""
    desk.change_password(signed_in, body.old, body.new)
    sessions.clear_cookie(response, settings)


@router.get("/accounts", allow=Permission.MANAGE_ACCOUNTS, summary="账号列表")
def list_accounts(ledger: LedgerDep) -> list[AccountOut]:
    """系统管理员看不到口令，也看不到评审内容。"""
    with ledger.read() as session:
        return [AccountOut.model_validate(account) for account in signin.accounts(session)]


@router.post("/accounts", allow=commands.CREATE_ACCOUNT.allow, status_code=201, summary="新建账号")
def create_account(
    body: AccountIn, settings: SettingsDep, ledger: LedgerDep, actor: ActorDep
) -> AccountMade:
    """口令由本人凭一次性链接设置；负责人、监督和管理员账号先由另一位管理员确认，此前 link 为空。

    code 是本人设口令时还要填的开通码，只出现一次，请当面交给本人。
    """
    made = commands.CREATE_ACCOUNT(ledger, actor, body.login, body.name, Role(body.role))
    return _made(settings, made)


@router.post(
    "/accounts/{uid}/confirmation",
    allow=commands.CONFIRM_ACCOUNT.allow,
    summary="确认另一位管理员新建的账号",
)
def confirm_account(
    uid: Uid, version: IfMatch, settings: SettingsDep, ledger: LedgerDep, actor: ActorDep
) -> AccountMade:
    """不能由新建人确认；一次性链接只在答复中出现一次，请当面交给本人。"""
    return _made(settings, commands.CONFIRM_ACCOUNT(ledger, actor, uid, version))


@router.post(
    "/accounts/{uid}/binding-code",
    allow=commands.BIND_CODE.allow,
    status_code=201,
    summary="发放第二重验证的绑定码",
)
def give_binding_code(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> BindingCode:
    """72 小时内有效，用一次；请当面交给本人。"""
    return BindingCode(code=commands.BIND_CODE(ledger, actor, uid))


@router.post("/join", allow=Permission.PUBLIC, summary="凭一次性链接设口令")
def join_account(body: Join, desk: DeskDep, client: ClientDep, now: NowDep) -> BindingCode:
    """不存在、过期、用过的链接答复相同。答复的绑定码用来绑定第二重验证。"""
    way = joining.Way(body.token, body.code)
    return BindingCode(code=joining.join(desk, way, body.password, client, now))


def _made(settings: Settings, made: joining.Entered) -> AccountMade:
    link = f"{settings.public_url.rstrip('/')}/join/{made.token}" if made.token else ""
    return AccountMade(uid=made.uid, link=link, code=made.code)


@router.post(
    "/session/second-factor/start", allow=Permission.OWN_SESSION, summary="绑定第二重验证：取得密钥"
)
def start_factor(desk: DeskDep, signed_in: SignedInDep) -> FactorStart:
    started = factors.begin(desk, signed_in)
    return FactorStart(sealed=started.sealed, secret=started.spelled, address=started.address)


@router.post(
    "/session/second-factor",
    allow=Permission.OWN_SESSION,
    status_code=201,
    summary="绑定第二重验证：确认",
)
def confirm_factor(
    body: FactorConfirm, desk: DeskDep, signed_in: SignedInDep, now: NowDep
) -> FactorCodes:
    """备用码只在答复中出现一次。"""
    proof = factors.Proof(body.password, body.proof)
    codes = factors.confirm(desk, signed_in, body.sealed, body.code, proof, now)
    return FactorCodes(recovery_codes=list(codes))


@router.post(
    "/session/second-factor/stop",
    allow=Permission.OWN_SESSION,
    status_code=204,
    summary="停用第二重验证",
)
def stop_factor(
    body: FactorStop,
    response: Response,
    desk: DeskDep,
    settings: SettingsDep,
    signed_in: SignedInDep,
    now: NowDep,
) -> None:
    """所有登录随即结束。"""
    factors.stop(desk, signed_in, factors.Proof(body.password, body.proof), now)
    sessions.clear_cookie(response, settings)


@router.put(
    "/accounts/{uid}/state",
    allow=commands.SET_DISABLED.allow,
    status_code=204,
    summary="停用或恢复账号",
)
def set_account_state(
    uid: Uid,
    body: AccountState,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """停用后该账号的登录随即结束。"""
    new_version = commands.SET_DISABLED(ledger, actor, uid, body.disabled, version)
    set_etag(response, new_version)


def _session(signed_in: sessions.SignedIn) -> SessionOut:
    actor = signed_in.actor
    return SessionOut(
        uid=signed_in.session_uid,
        name=actor.name,
        role=actor.role,
        permissions=sorted(GRANTS[actor.role]),
        csrf_token=signed_in.csrf_token,
        expires_at=signed_in.expires_at,
    )
