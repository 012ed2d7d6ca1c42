"""页面框架: who is logged in, where in the site, what to tell; every page has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from api.kit.access import Permission, may
from expert_pool.core.actor import Role

Tone = Literal["", "ok", "warn", "bad", "accent"]

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
class YearChoice:
    """One award year of the switch; `path` is the whole address of the present page in it."""

    year: int
    path: str
    current: bool


@dataclass(frozen=True)
class Shell:
    user_name: str
    role: Role
    csrf: str
    nav: tuple[NavSection, ...] = ()
    messages: tuple[Message, ...] = ()
    user_id: str = ""
    years: tuple[YearChoice, ...] = ()  # the latest first
    help: str = ""  # the section of the tour that speaks of this page

    @property
    def role_name(self) -> str:
        return ROLE_NAMES.get(self.role, "")

    @property
    def year(self) -> YearChoice | None:
        return next((one for one in self.years if one.current), None)

    @property
    def past(self) -> bool:
        """Whether an earlier year is looked at."""
        return bool(self.years) and not self.years[0].current

    def can(self, permission: str) -> bool:
        """Whether to show a button; the route decides again."""
        return may(self.role, Permission(permission))


# title of the section; then path, title, icon, and what one must be allowed to do to see the entry
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str, Permission], ...]], ...] = (
    (
        "",
        (
            ("/", "今日", "home", Permission.READ_YEAR),
            ("/steps", "年度步骤", "check-circle", Permission.READ_YEAR),
            ("/import", "导入", "import", Permission.IMPORT),
            ("/round", "征集与答复", "inbox", Permission.READ_EXPERTS),
            ("/board", "编组", "board", Permission.READ_PLANS),
            ("/calendar", "日程", "calendar", Permission.READ_PLANS),
            ("/intake", "受理与资格审查", "inbox", Permission.READ_APPLICANTS),
            ("/scoring", "评分与合议", "spark", Permission.READ_SCORES),
            ("/decision", "综合评价与表决", "check-circle", Permission.READ_SCORES),
            ("/honours", "表彰奖励", "people", Permission.READ_SCORES),
            ("/archive", "归档", "shield", Permission.READ_SCORES),
        ),
    ),
    (
        "名册",
        (
            ("/experts", "专家", "people", Permission.READ_EXPERTS),
            ("/pool", "专家库盘点", "spark", Permission.READ_EXPERTS),
            ("/applicants", "申报组织", "building", Permission.READ_APPLICANTS),
        ),
    ),
    (
        "监督与设置",
        (
            ("/recusals", "回避核查", "shield", Permission.READ_EXPERTS),
            ("/staff-conflicts", "工作人员回避", "person", Permission.DECLARE_STAFF),
            ("/supervision", "履职监督", "check-circle", Permission.READ_EXPERTS),
            ("/audit", "审计", "search", Permission.READ_AUDIT),
            ("/retention", "保存与删除", "clock", Permission.READ_EXPERTS),
            ("/year", "年度与规则", "sliders", Permission.READ_YEAR),
            ("/holidays", "节假日", "sun", Permission.READ_YEAR),
            ("/accounts", "账号", "key", Permission.MANAGE_ACCOUNTS),
        ),
    ),
)


def navigation(
    role: Role, path: str, counts: Mapping[str, int] | None = None
) -> tuple[NavSection, ...]:
    """The menu of a role, with the entry of `path` marked."""
    counts = counts or {}
    sections = []
    for title, entries in NAVIGATION:
        items = tuple(
            NavItem(
                target,
                text,
                icon,
                current=_under(path, target),
                count=counts.get(target, 0),
                hot=target in ("/import", "/round"),
            )
            for target, text, icon, permission in entries
            if may(role, permission)
        )
        if items:
            sections.append(NavSection(title, items))
    return tuple(sections)


# Pages without an entry of their own, reached from that one.
PART_OF = {
    "/trials": "/board",
    "/draws": "/board",
    "/candidates": "/experts",
    "/loans": "/experts",
    "/recusal": "/recusals",
    "/inquiries": "/intake",
    "/audit/plans": "/board",
}


def entry_of(path: str) -> str:
    """The entry of the menu a page belongs to: what stands there in another year is its list."""
    found = [
        target
        for _, entries in NAVIGATION
        for target, *_ in entries
        if target != "/" and _under(path, target)
    ]
    return max(found, key=len, default="/")


def _under(path: str, target: str) -> bool:
    path = next((entry for part, entry in PART_OF.items() if _begins(path, part)), path)
    return path == target if target == "/" else _begins(path, target)


def _begins(path: str, start: str) -> bool:
    return path == start or path.startswith(start + "/")
