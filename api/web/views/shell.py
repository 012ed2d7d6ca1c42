"""页面框架: who is logged in, where in the site, what to tell; every page has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from expert_pool.core.actor import Role

Tone = Literal["", "ok", "warn", "bad"]

ROLE_NAMES = {
    Role.SECRETARIAT: "审定办经办",
    Role.APPROVER: "审定办负责人",
    Role.INSPECTOR: "纪检监督",
    Role.ADMIN: "系统管理",
    Role.EXPERT: "评审专家",
}


@dataclass(frozen=True)
class Message:
    """One sentence on top of the page: done, refused, or to be noticed."""

    text: str
    tone: Tone = ""
    basis: str = ""


@dataclass(frozen=True)
class NavItem:
    path: str
    title: str
    icon: str
    current: bool = False
    count: int = 0
    hot: bool = False


@dataclass(frozen=True)
class NavSection:
    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True)
class Shell:
    user_name: str
    role: Role
    csrf: str
    nav: tuple[NavSection, ...] = ()
    messages: tuple[Message, ...] = ()
    year: int | None = None

    @property
    def role_name(self) -> str:
        return ROLE_NAMES.get(self.role, "")

    @property
    def may_edit(self) -> bool:
        return self.role in (Role.SECRETARIAT, Role.APPROVER)


_REVIEW_STAFF = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR)
_EDITORS = (Role.SECRETARIAT, Role.APPROVER)

# title of the section; then path, title, icon, roles that see the entry
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str, tuple[Role, ...]], ...]], ...] = (
    (
        "",
        (
            ("/", "本年度", "home", _REVIEW_STAFF),
            ("/import", "导入", "import", _EDITORS),
            ("/round", "时间与声明", "inbox", _REVIEW_STAFF),
            ("/board", "编组", "board", _REVIEW_STAFF),
            ("/calendar", "日程", "calendar", _REVIEW_STAFF),
        ),
    ),
    ("名册", (("/experts", "专家", "people", _REVIEW_STAFF), ("/applicants", "申报组织", "building", _REVIEW_STAFF))),
    (
        "监督与设置",
        (
            ("/audit", "审计", "shield", (*_REVIEW_STAFF, Role.ADMIN)),
            ("/year", "年度与规则", "sliders", _REVIEW_STAFF),
            ("/holidays", "节假日", "sun", (*_REVIEW_STAFF, Role.ADMIN)),
            ("/accounts", "账号", "key", (Role.ADMIN,)),
        ),
    ),
)


def navigation(role: Role, path: str, counts: Mapping[str, int] | None = None) -> tuple[NavSection, ...]:
    """The menu of a role, with the entry of `path` marked."""
    counts = counts or {}
    sections = []
    for title, entries in NAVIGATION:
        items = tuple(
            NavItem(target, text, icon, current=_under(path, target), count=counts.get(target, 0), hot=target in ("/import", "/round"))
            for target, text, icon, roles in entries
            if role in roles
        )
        if items:
            sections.append(NavSection(title, items))
    return tuple(sections)


def _under(path: str, target: str) -> bool:
    return path == target if target == "/" else path == target or path.startswith(target + "/")
