"""start-up refuses unsafe settings with a sentence that names the variable (reliability T17)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api import settings
from api.settings import BadSettings, read_secret


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.PREFIX + name.upper(), raising=False)


BAD = {
    "plain http on the network": ({"public_url": "http://pool.zhuji.gov.cn"}, "PUBLIC_URL"),
    "address with a query": ({"public_url": "https://pool.zhuji.gov.cn/app?x=1"}, "PUBLIC_URL"),
    "address with an odd path": ({"public_url": "https://pool.zhuji.gov.cn/a//b"}, "PUBLIC_URL"),
    "role that is none": ({"second_factor_roles": "chief"}, "SECOND_FACTOR_ROLES"),
    "address that is none": ({"public_url": "pool"}, "PUBLIC_URL"),
    "any host": ({"allowed_hosts": "*"}, "ALLOWED_HOSTS"),
    "proxy by name": ({"trusted_proxies": "nginx"}, "TRUSTED_PROXIES"),
    "every proxy": ({"trusted_proxies": "0.0.0.0/0"}, "TRUSTED_PROXIES"),
    "database in memory": ({"database_url": "sqlite://"}, "DATABASE_URL"),
    "unknown database": ({"database_url": "mysql://root@localhost/x"}, "DATABASE_URL"),
    "no database address": ({"database_url": "where"}, "DATABASE_URL"),
    "idle beyond absolute": ({"idle_minutes": 120, "absolute_hours": 1}, "IDLE_MINUTES"),
    "no end of session": ({"absolute_hours": 0}, "ABSOLUTE_HOURS"),
    "a week of session": ({"absolute_hours": 168}, "ABSOLUTE_HOURS"),
    "guessing allowed": ({"failures_per_minute": 100000}, "FAILURES_PER_MINUTE"),
    "number in words": ({"solver_workers": "two"}, "SOLVER_WORKERS"),
    "default above maximum": ({"solver_seconds": 3600, "solver_seconds_max": 60}, "SOLVER_SECONDS"),
    "scheduler by http": ({"dask_scheduler": "http://127.0.0.1:8786"}, "DASK_SCHEDULER"),
    "a file for other machines": (
        {"dask_scheduler": "tcp://dask:8786"},
        "DASK_SCHEDULER：别的机器",
    ),
    "no connections": ({"database_connections": 0}, "DATABASE_CONNECTIONS"),
    "channel that is none": ({"channels": "copy,fax"}, "CHANNELS"),
    "no channel": ({"channels": ()}, "CHANNELS"),
    "unknown level": ({"log_level": "trace"}, "LOG_LEVEL"),
}


@pytest.mark.parametrize(("given", "variable"), BAD.values(), ids=BAD)
def test_bad_settings_are_refused_by_name(given: dict[str, object], variable: str) -> None:
    with pytest.raises(BadSettings) as refused:
        settings.load(**given)
    assert settings.PREFIX + variable in str(refused.value)
    assert str(refused.value).endswith("。")


def test_a_folder_in_the_place_of_a_file_is_called_one(tmp_path: Path) -> None:
    """Whoever obeyed the advice about its mode would make the folder unreadable."""
    tmp_path.chmod(0o755)
    for given in ({"database_url": f"sqlite:///{tmp_path}"}, {"metrics_token_file": tmp_path}):
        with pytest.raises(BadSettings, match=r"是目录，不是(数据库|令牌)文件"):
            settings.load(**given)
    with pytest.raises(BadSettings, match="是目录，不是密钥文件"):
        read_secret(tmp_path)


def test_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_POOL_COKIE_SECURE", "true")
    with pytest.raises(BadSettings, match="EXPERT_POOL_COKIE_SECURE：没有这个设置项"):
        settings.load()


def test_readable_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pool.db"
    file.touch(mode=0o600)
    assert settings.load(database_url=f"sqlite:///{file}").database_url.endswith("pool.db")
    file.chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        settings.load(database_url=f"sqlite:///{file}")


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_POOL_PUBLIC_URL", "https://pool.zhuji.gov.cn")
    monkeypatch.setenv("EXPERT_POOL_ALLOWED_HOSTS", "pool.local, intranet.local")
    found = settings.load()
    assert found.secure
    assert found.hosts == {"pool.zhuji.gov.cn", "pool.local", "intranet.local"}


def test_secret_is_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secret.key"
    first = read_secret(file)
    assert len(first) == 64
    assert read_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "mode"), [("x" * 64, 0o600), ("short", 0o600), ("0123456789abcdef" * 4, 0o644)]
)
def test_weak_or_exposed_secret_is_refused(tmp_path: Path, content: str, mode: int) -> None:
    file = tmp_path / "secret.key"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(BadSettings, match="SECRET_FILE"):
        read_secret(file)


def test_the_proxy_writes_no_link_down() -> None:
    """Neither where it sends http on to https, nor when it refuses a body or finds nobody there:
    from `error` on nginx copies the whole line of the request.
    """
    file = Path(__file__).parents[2] / "deploy" / "nginx.conf"
    servers = file.read_text("utf-8").split("\nserver {")[1:]
    assert len(servers) == 2
    for server in servers:
        assert "access_log off;" in server
        assert re.search(r"error_log \S+ (crit|alert|emerg);", server)
