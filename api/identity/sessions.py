"""登录与会话: staff log in with a password, experts with a personal link; the session lives on the
server and ends there.

The cookie holds a random token, the database its SHA-256. Unknown name, wrong password and disabled
account answer alike and take the same time; failures are counted in the database, so that several
worker processes share one limit.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

import structlog
from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.identity import csrf, factor, passwords, second_factor, signin, staff_conflicts, tokens
from api.identity.holder import Holder
from api.settings import Settings
from award.recusal.staff import NOBODY, kept_from
from expert_pool.core.actor import SYSTEM, Actor, Role, Viewer
from expert_pool.core.hidden import Hidden
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

log = structlog.get_logger("expert_pool.sessions")

EXPERT_HOURS = 2
# Guesses from one address over many names: a few desks may share an office address.
ADDRESS_FAILURES = 60
# Guesses at one name from anywhere: changing addresses does not help, and a colleague is locked out
# for a quarter of an hour at most.
ACCOUNT_FAILURES, ACCOUNT_TIME = 50, timedelta(minutes=15)
TICKET_TIME = timedelta(minutes=5)
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Client:
    """Where a request comes from, as the session list shows it."""

    address: str
    agent: str


@dataclass(frozen=True)
class SignedIn:
    """A living session. `csrf_token` goes into every form; `expires_at` is the absolute end."""

    session_uid: str
    viewer: Viewer
    actor: Actor
    csrf_token: str
    expires_at: datetime
    hidden: Hidden = NOBODY[1]  # organisations the person must keep away from, by name
    factor_due: bool = False  # the role asks for a second factor, and the account has none yet

    @property
    def holder(self) -> Holder:
        return Holder(self.actor.id, self.actor.name, self.actor.role)


@dataclass(frozen=True)
class Opened:
    """A session just opened: the only moment the token is known."""

    token: str
    signed_in: SignedIn


def digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """256 random bits (ASVS 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(32)


def cookie_name(settings: Settings) -> str:
    """One of its own under a sub-path: several installations on one host do not end each other's
    sessions. The path of a `__Host-` cookie is always /.
    """
    place = settings.root_path.strip("/").replace("/", "-")
    name = f"session-{place}" if place else "session"
    return f"__Host-{name}" if settings.secure else name


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings), path="/", httponly=True, secure=settings.secure, samesite="lax"
    )


def network_of(address: str) -> str:
    """What counts as one place: an IPv6 line gives its holder 2^64 addresses."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ip_network((found, 64), strict=False))


@dataclass(frozen=True)
class Desk:
    """登录台: opens, finds and ends sessions."""

    ledger: Ledger
    settings: Settings
    secret: bytes

    def current(self, request: Request, now: datetime, *, touching: bool = True) -> SignedIn | None:
        """Who holds this request's cookie; None for a stranger, an ended or expired session, a
        disabled account. Not `touching`: looking does not keep the session from growing idle.
        """
        token = request.cookies.get(cookie_name(self.settings))
        if not token:
            return None
        with self.ledger.read() as session:
            found = tokens.find_session(session, digest(token))
            if found is None or not self._alive(found, now):
                return None
            signed_in = self._signed_in(session, found, token)
        if touching and now - found.seen_at >= TOUCH_EVERY:
            self._touch(signed_in.actor, found.uid)
        return signed_in

    def log_in(
        self, login: str, password: str, client: Client, now: datetime, code: str = ""
    ) -> Opened:
        """Open a staff session.

        Raises Refusal `bad-credentials`, `second-factor-needed`, `bad-code` or `too-many-failures`.
        """
        counted = self._count(login, client, now)
        with self.ledger.read() as session:
            known = signin.credentials(session, login)
        right = passwords.matches(password, known.password_hash if known else None)
        if known is None or known.disabled or not right:
            self._tell_failure(known, client)
            raise Refusal("bad-credentials", "登录名或口令不对，或者账号已停用。")
        self._forgive(counted)
        if known.factor:
            if not code:
                raise Refusal(
                    "second-factor-needed",
                    "请输入验证器上显示的六位数字。",
                    ticket=self._ticket(login, known, now),
                )
            self._demand_code(known, login, code, client, now)
        return self.open(known.holder, timedelta(hours=self.settings.absolute_hours), client, now)

    def log_in_with_code(self, ticket: str, code: str, client: Client, now: datetime) -> Opened:
        """The second step on a page: the ticket says that the password was right a moment ago."""
        login = ticket.split("|", 2)[-1]
        with self.ledger.read() as session:
            known = signin.credentials(session, login)
        if (
            known is None
            or known.disabled
            or not known.factor
            or not self._is_ticket(ticket, known, now)
        ):
            raise Refusal("bad-credentials", "时间过久，请重新输入口令。")
        self._demand_code(known, login, code, client, now)
        return self.open(known.holder, timedelta(hours=self.settings.absolute_hours), client, now)

    def _demand_code(
        self, known: signin.Credentials, login: str, code: str, client: Client, now: datetime
    ) -> None:
        """Uses the code up, of the authenticator or a recovery code. Raises Refusal `bad-code`."""
        counted = self._count(login, client, now)
        secret = second_factor.unseal(self.secret, known.factor, known.holder.uid)
        step = second_factor.matching_step(secret, code, now, known.last_step) if secret else None
        with self.ledger.write(known.holder.actor) as uow:
            if step is not None:
                good = factor.spend_step(uow, known.holder.uid, step)
            else:
                good = factor.spend_recovery_code(
                    uow, known.holder.uid, second_factor.recovery_digest(code)
                )
            uow.commit()
        if not good:
            self._tell_failure(known, client)
            raise Refusal("bad-code", "验证码不对或已经用过，请输入验证器上现在显示的数字。")
        self._forgive(counted)

    def _count(self, login: str, client: Client, now: datetime) -> tuple[int, ...]:
        """Counts the attempt before anything is checked, so that a hundred at once are a hundred;
        gives what `_forgive` takes back.

        Raises Refusal `too-many-failures`: of a name here, of an address, of a name anywhere.
        """
        with self.ledger.read() as session:  # many are sent away without taking the writer's turn
            self._refuse_guessing(session, login, client, now)
        with self.ledger.write(SYSTEM) as uow:
            self._refuse_guessing(uow.session, login, client, now)
            counted = signin.record_attempt(
                uow, *self._keys(login, client), self._account_key(login)
            )
            uow.commit()
        return counted

    def _forgive(self, counted: tuple[int, ...]) -> None:
        with self.ledger.write(SYSTEM) as uow:
            signin.forgive(uow, counted)
            uow.commit()

    def _refuse_guessing(self, session: Session, login: str, client: Client, now: datetime) -> None:
        of_both, from_address = signin.failures_since(
            session, now - timedelta(minutes=1), *self._keys(login, client)
        )
        anywhere = (
            signin.account_failures(session, now - ACCOUNT_TIME, self._account_key(login))
            if login
            else 0
        )
        here = bool(login) and of_both >= self.settings.failures_per_minute
        if here or from_address >= ADDRESS_FAILURES or anywhere >= ACCOUNT_FAILURES:
            log.warning("login-limited", client=client.address)
            raise Refusal("too-many-failures", "登录失败次数过多，请一分钟后再试。")

    def _tell_failure(self, known: signin.Credentials | None, client: Client) -> None:
        """失败的登录 of an account stand in the log; at most so many a minute as the limit lets
        through. Guesses at names nobody has are counted, and in the access log.
        """
        log.warning("login-failed", client=client.address)
        if known is not None:
            with self.ledger.write(SYSTEM) as uow:
                told = {"address": client.address}
                uow.record("fail-log-in", "account", known.holder.uid, None, told)
                uow.commit()

    def refuse_guesses_of(self, signed_in: SignedIn, now: datetime) -> None:
        """Raises Refusal `too-many-failures`: of an account, by somebody who is already in."""
        key = self._account_key(signed_in.actor.id)
        with self.ledger.read() as session:
            if signin.account_failures(session, now - ACCOUNT_TIME, key) >= ACCOUNT_FAILURES:
                raise Refusal("too-many-failures", "验证失败次数过多，请一刻钟后再试。")

    def note_guess_of(self, signed_in: SignedIn) -> None:
        with self.ledger.write(SYSTEM) as uow:
            signin.record_attempt(uow, self._account_key(signed_in.actor.id), "")
            uow.commit()

    def refuse_guessed_links(self, client: Client, now: datetime) -> None:
        """Raises Refusal `too-many-failures` when one address has tried many links that are
        none.
        """
        with self.ledger.read() as session:
            self._refuse_guessing(session, "", client, now)

    def note_bad_link(self, client: Client) -> None:
        with self.ledger.write(SYSTEM) as uow:
            signin.record_attempt(uow, *self._keys("", client))
            uow.commit()

    def _ticket(self, login: str, known: signin.Credentials, now: datetime) -> str:
        return self._signed_ticket(login, known, int((now + TICKET_TIME).timestamp()))

    def _signed_ticket(self, login: str, known: signin.Credentials, until: int) -> str:
        # The password's hash is part of it: a changed password ends every ticket.
        return (
            f"{until}|{self._key(f'ticket {known.holder.uid} {until} {known.password_hash}')}|"
            f"{login}"
        )

    def _is_ticket(self, ticket: str, known: signin.Credentials, now: datetime) -> bool:
        until, _, rest = ticket.partition("|")
        login = rest.partition("|")[2]
        if not until.isdecimal() or len(until) > 12 or int(until) < now.timestamp():
            return False
        return hmac.compare_digest(
            self._signed_ticket(login, known, int(until)).encode(), ticket.encode()
        )

    def _keys(self, login: str, client: Client) -> tuple[str, str]:
        place = network_of(client.address)
        return self._key(f"{signin.fold(login)}\n{place}"), self._key(place)

    def _account_key(self, login: str) -> str:
        return self._key(f"account {signin.fold(login)}")

    def open(
        self,
        holder: Holder,
        lifetime: timedelta,
        client: Client,
        now: datetime,
        link_sha256: str = "",
    ) -> Opened:
        """A session with a new token, by password or by personal link."""
        token = new_token()
        with self.ledger.write(holder.actor) as uow:
            tokens.open_session(
                uow, holder, digest(token), now + lifetime, client.address, client.agent
            )
            if link_sha256:
                tokens.note_use(uow, link_sha256)
            uow.commit()
        with self.ledger.read() as session:
            found = tokens.find_session(session, digest(token))
            if found is None:  # disabled in this very moment
                raise Refusal("bad-credentials", "登录名或口令不对，或者账号已停用。")
            return Opened(token, self._signed_in(session, found, token))

    def sessions_of(self, signed_in: SignedIn, now: datetime) -> tuple[tokens.LiveSession, ...]:
        with self.ledger.read() as session:
            return tuple(
                found
                for found in tokens.sessions_of(session, signed_in.holder, now)
                if self._alive(found, now)
            )

    def log_out(self, signed_in: SignedIn) -> None:
        self.end(signed_in, signed_in.session_uid)

    def end(self, signed_in: SignedIn, session_uid: str) -> None:
        """End one of one's own sessions. Raises Refusal `not-found` for anybody else's."""
        with self.ledger.write(signed_in.actor) as uow:
            tokens.end_session(uow, signed_in.holder, session_uid)
            uow.commit()

    def log_out_everywhere(self, signed_in: SignedIn) -> int:
        """End all of one's sessions, this one included; how many there were."""
        with self.ledger.write(signed_in.actor) as uow:
            ended = tokens.end_everywhere(uow, signed_in.holder)
            uow.commit()
        return ended

    def change_password(self, signed_in: SignedIn, old: str, new: str) -> None:
        """Change one's own password; every session ends.

        Raises Refusal `bad-credentials` or `weak-password`.
        """
        with self.ledger.read() as session:
            stored = signin.stored_hash(session, signed_in.actor.id)
        if not passwords.matches(old, stored):
            raise Refusal("wrong-password", "原口令不对，没有修改。")
        with self.ledger.write(signed_in.actor) as uow:
            signin.set_password(uow, signed_in.actor.id, new)
            uow.commit()

    def _alive(self, found: tokens.LiveSession, now: datetime) -> bool:
        return now < found.expires_at and now - found.seen_at < timedelta(
            minutes=self.settings.idle_minutes
        )

    def _key(self, text: str) -> str:
        """Names and addresses of failed attempts are kept as keyed hashes: a stolen table tells
        nobody's habits.
        """
        return hmac.new(self.secret, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()

    def _touch(self, actor: Actor, session_uid: str) -> None:
        try:
            with self.ledger.write(actor) as uow:
                tokens.touch_session(uow, session_uid)
                uow.commit()
        except Refusal:  # a busy database must not turn a read away; the next request tries again
            log.info("touch-skipped")

    def _signed_in(self, session: Session, found: tokens.LiveSession, token: str) -> SignedIn:
        holder = found.holder
        expert = holder.role is Role.EXPERT
        said = (
            frozenset[str]()
            if expert
            else staff_conflicts.in_force(session, holder.uid, *holder.known_as)
        )
        conflicted, hidden = kept_from(session, said)
        return SignedIn(
            session_uid=found.uid,
            viewer=Viewer(
                holder.uid,
                holder.role,
                expert_id=holder.uid if expert else None,
                conflicted=conflicted,
                hidden=hidden,
            ),
            actor=replace(holder.actor, conflicted=conflicted, hidden=hidden),
            csrf_token=csrf.token_for(token),
            expires_at=found.expires_at,
            hidden=hidden,
            factor_due=not found.factor and holder.role.value in self.settings.second_factor_roles,
        )
