"""运行设置: everything an operator may set, read from EXPERT_POOL_* variables and checked before
the first request.

A configuration that would be unsafe is refused at start-up with sentences that name the variable
(ASVS 13.4).
"""

from __future__ import annotations

import os
import re
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as SourceError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "EXPERT_POOL_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECRET_BYTES = 32
KEPT_KEY = "请取回另存的那一份"  # the manual has it put away when it is made
# How messages may leave the house; each is a class in api/channels.py.
CHANNEL_CODES = ("copy", "print", "file", "zzd")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")


class BadSettings(Exception):  # noqa: N818
    """设置有误: one Chinese sentence per fault, each naming the variable to change."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class Settings(BaseSettings):
    """Times are minutes, hours or days as named; sizes are megabytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database_url: str = "sqlite:///var/expert-pool.db"
    data_dir: Path = Path("var")
    secret_file: Path = Path("var/secret.key")
    public_url: str = "http://127.0.0.1:8000"
    allow_http: bool = False
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    idle_minutes: int = Field(30, ge=1, le=120)
    absolute_hours: int = Field(8, ge=1, le=24)
    office_phone: str = Field("", max_length=40)
    office_address: str = Field("", max_length=100)
    link_days: int = Field(60, ge=1, le=400)
    channels: Annotated[tuple[str, ...], NoDecode] = ("copy", "print", "file")
    second_factor_roles: Annotated[tuple[str, ...], NoDecode] = ()
    failures_per_minute: int = Field(10, ge=3, le=100)
    upload_megabytes: int = Field(10, ge=1, le=50)
    solver_workers: int = Field(2, ge=1, le=64)
    solver_seconds: int = Field(60, ge=1, le=3600)
    solver_seconds_max: int = Field(600, ge=1, le=3600)
    dask_scheduler: str = ""
    database_connections: int = Field(40, ge=5, le=500)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token_file: Path | None = None
    backup_dir: Path | None = None

    @field_validator("metrics_token_file", "backup_dir", mode="before")
    @classmethod
    def _nothing_named(cls, given: Any) -> Any:
        return given or None

    def model_post_init(self, _context: Any) -> None:
        faults = [
            *_url_faults(self),
            *_host_faults(self),
            *_database_faults(self.database_url),
            *_limit_faults(self),
            *_channel_faults(self),
            *_token_faults(self.metrics_token_file),
        ]
        if faults:
            raise BadSettings(faults)

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https, so that cookies are Secure and HSTS is sent."""
        return self.public_url.startswith("https://")

    @property
    def root_path(self) -> str:
        """The path under which a reverse proxy publishes us, such as /pingshen; empty at the top of
        a host.
        """
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def hosts(self) -> frozenset[str]:
        """Host names this server answers to; loopback names only when it is published on
        loopback.
        """
        published = urlsplit(self.public_url).hostname or ""
        own = LOOPBACK if published in LOOPBACK else (published,)
        return frozenset({*own, *(host.lower() for host in self.allowed_hosts)})


def load(**given: Any) -> Settings:
    """Read the settings of this process. Raises `BadSettings` with every fault at once."""
    for name in ("allowed_hosts", "trusted_proxies", "second_factor_roles", "channels"):
        text = given.get(name, os.environ.get(PREFIX + name.upper()))
        if isinstance(text, str):
            given[name] = tuple(part.strip() for part in text.split(",") if part.strip())
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise BadSettings([f"{name}：没有这个设置项，请检查拼写或删去。" for name in unknown])
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadSettings(
            [_sentence(item["loc"], item["type"], item.get("ctx", {})) for item in error.errors()]
        ) from error
    except SourceError as error:
        raise BadSettings([f"设置无法读取：{error}"]) from error


def _sentence(location: tuple[int | str, ...], kind: str, limits: dict[str, Any]) -> str:
    name = PREFIX + str(location[0]).upper()
    if "ge" in limits:
        return f"{name}：不能小于 {limits['ge']}。"
    if "le" in limits:
        return f"{name}：不能大于 {limits['le']}。"
    if kind == "extra_forbidden":
        return f"{name}：没有这个设置项，请检查拼写或删去。"
    expected = {
        "int_parsing": "应是整数",
        "bool_parsing": "应是 true 或 false",
        "literal_error": f"应是 {limits.get('expected')} 之一",
    }
    return f"{name}：{expected.get(kind, '值的类型不对')}。"


def _url_faults(settings: Settings) -> list[str]:
    parts = urlsplit(settings.public_url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or not _PATH.fullmatch(parts.path)
    ):
        return [
            f"{PREFIX}PUBLIC_URL：应是 https://主机名[:端口][/子路径]，读到的是"
            f" {settings.public_url!r}。"
        ]
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not settings.allow_http:
        return [
            f"{PREFIX}PUBLIC_URL：对外地址须用 https，否则口令和名单会明文经过网络；"
            f"确在隔离内网使用时，请另设 {PREFIX}ALLOW_HTTP=true 表示知悉风险。"
        ]
    return []


def _host_faults(settings: Settings) -> list[str]:
    faults = []
    if any("*" in host for host in settings.allowed_hosts):
        faults.append(f"{PREFIX}ALLOWED_HOSTS：不能用通配符 *，请逐个写明主机名。")
    for proxy in settings.trusted_proxies:
        try:
            network = ip_network(proxy, strict=False)
        except ValueError:
            faults.append(f"{PREFIX}TRUSTED_PROXIES：{proxy!r} 不是 IP 地址或网段。")
            continue
        if network.prefixlen == 0:
            faults.append(
                f"{PREFIX}TRUSTED_PROXIES：{proxy!r} 等于信任所有来源，登录限次会被绕过。"
            )
    staff = ("secretariat", "approver", "inspector", "admin")
    wrong = [role for role in settings.second_factor_roles if role not in staff]
    if wrong:
        faults.append(
            f"{PREFIX}SECOND_FACTOR_ROLES：没有角色 {'、'.join(wrong)}，可以写的是"
            f" {'、'.join(staff)}。"
        )
    return faults


def _database_faults(url: str) -> list[str]:
    try:
        parsed = make_url(url)
    except ArgumentError:
        return [
            f"{PREFIX}DATABASE_URL：不是数据库地址，应如 sqlite:///var/expert-pool.db 或"
            " postgresql+psycopg://…。"
        ]
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        return [
            f"{PREFIX}DATABASE_URL：只支持 sqlite 与 postgresql+psycopg，读到的是"
            f" {parsed.drivername}。"
        ]
    if parsed.drivername == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            return [f"{PREFIX}DATABASE_URL：内存库关机即失，请写明文件路径。"]
        file = Path(parsed.database)
        if faults := _no_file(f"{PREFIX}DATABASE_URL", "数据库", file):
            return faults
        if file.exists() and file.stat().st_mode & 0o007:
            return [
                f"{PREFIX}DATABASE_URL：数据库文件 {file} 对本机其他用户开放，请先执行 chmod 600"
                f" {file}。"
            ]
    return []


def _no_file(name: str, what: str, path: Path) -> list[str]:
    """What stands there and is no plain file: for a folder other advice would lead astray."""
    if not path.exists() or path.is_file():
        return []
    kind = "目录" if path.is_dir() else "设备或管道"
    return [f"{name}：{path} 是{kind}，不是{what}文件，请把路径写到文件名为止。"]


def _channel_faults(settings: Settings) -> list[str]:
    wrong = [code for code in settings.channels if code not in CHANNEL_CODES]
    if wrong or not settings.channels:
        named = f"没有交付方式 {'、'.join(wrong)}" if wrong else "至少要有一种交付方式"
        return [f"{PREFIX}CHANNELS：{named}，可以写的是 {'、'.join(CHANNEL_CODES)}。"]
    return []


def _token_faults(file: Path | None) -> list[str]:
    if file is None:
        return []
    name = f"{PREFIX}METRICS_TOKEN_FILE"
    if faults := _no_file(name, "令牌", file):
        return faults
    try:
        mode, token = file.stat().st_mode, file.read_bytes().strip()
    except OSError:
        return [f"{name}：读不了令牌文件 {file}，请用 openssl rand -hex 32 生成，或删去此项。"]
    if mode & 0o077:
        return [f"{name}：令牌文件 {file} 对他人开放，请执行 chmod 600 {file}。"]
    if len(token) < SECRET_BYTES:
        return [f"{name}：令牌至少 {SECRET_BYTES} 个字符，请用 openssl rand -hex 32 生成。"]
    return []


def _limit_faults(settings: Settings) -> list[str]:
    faults = []
    if settings.idle_minutes > settings.absolute_hours * 60:
        faults.append(
            f"{PREFIX}IDLE_MINUTES：闲置时限不能长于最长登录时间 {PREFIX}ABSOLUTE_HOURS。"
        )
    if settings.solver_seconds > settings.solver_seconds_max:
        faults.append(
            f"{PREFIX}SOLVER_SECONDS：默认求解时间不能超过上限 {PREFIX}SOLVER_SECONDS_MAX。"
        )
    if settings.dask_scheduler and not settings.dask_scheduler.startswith(("tcp://", "tls://")):
        faults.append(f"{PREFIX}DASK_SCHEDULER：应是 tcp:// 或 tls:// 开头的地址。")
    elsewhere = urlsplit(settings.dask_scheduler).hostname not in {None, *LOOPBACK}
    if elsewhere and settings.database_url.startswith("sqlite"):
        faults.append(
            f"{PREFIX}DASK_SCHEDULER：别的机器上的求解进程打不开本机的 SQLite 文件，请把"
            f" {PREFIX}DATABASE_URL 换成 PostgreSQL，或不设此项，在本机求解。"
        )
    return faults


def read_secret(file: Path) -> bytes:
    """签名密钥: made on the first start, readable by this user only.

    Raises `BadSettings` when it is weak or exposed.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(SECRET_BYTES))
    if faults := secret_faults(file):
        raise BadSettings(faults)
    return file.read_bytes().strip()


def secret_faults(file: Path) -> list[str]:
    """What is wrong with the key file, nothing made or changed."""
    name = f"{PREFIX}SECRET_FILE"
    if not file.exists():
        return [
            f"{name}：没有密钥文件 {file}，{KEPT_KEY}；哪里都没有了，运行 expert-pool new-key"
            " --reason 缘由；新装的系统第一次启动时自动生成。"
        ]
    if faults := _no_file(name, "密钥", file):
        return faults
    if file.stat().st_mode & 0o077:
        return [f"{name}：密钥文件 {file} 对他人开放，请执行 chmod 600 {file}。"]
    try:
        secret = file.read_bytes().strip()
    except OSError:
        return [f"{name}：密钥文件 {file} 读不了，请检查它是不是文件、属于不属于本用户。"]
    if len(secret) < SECRET_BYTES or len(set(secret)) < 8:
        return [
            f"{name}：密钥文件 {file} 的内容过短或过于简单，{KEPT_KEY}；"
            "新装的系统删去此文件，程序会重新生成。"
        ]
    return []
