"""办理人与查看人: who acts and who looks.

Both are arguments everywhere; nothing is read from the surroundings.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from expert_pool.core.hidden import NOTHING_HIDDEN, Hidden


class Role(StrEnum):
    """Staff and outside roles. A person behind a personal link is EXPERT; nobody is ANONYMOUS."""

    SECRETARIAT = "secretariat"  # 审定办经办
    APPROVER = "approver"  # 审定办负责人（复核、批准）
    INSPECTOR = "inspector"  # 纪检监督，只读
    ADMIN = "admin"  # 系统管理（账号、备份），看不到评审内容
    EXPERT = "expert"  # 评审员本人（个人链接）
    SYSTEM = "system"  # 程序自身（演示、命令行、求解任务）
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """Who does it, for the audit log. `conflicted` names the applicants (公开编号) whose review a
    staff member must keep away from, `hidden` what those are called, in any spelling; the unit of
    work refuses what is about them (ledger.recused).

    `known_as`: earlier accounts of the same name; `alone`: one administrator alone gave the way
    into this account, and may be the one who uses it.
    """

    id: str
    name: str
    role: Role
    conflicted: frozenset[str] = frozenset()
    hidden: Hidden = NOTHING_HIDDEN
    known_as: frozenset[str] = frozenset()
    alone: bool = False

    def among(self, ids: Collection[str | None]) -> bool:
        """Whether one of these is this person."""
        return not {self.id, *self.known_as}.isdisjoint(ids)


@dataclass(frozen=True)
class Viewer:
    """Who looks. `expert_id` for experts; `conflicted` names applicants (公开编号) whose review a
    staff member may not see, `hidden` what those are called, in any spelling (core.hidden); `year`
    is the award year looked at, None for the latest.
    """

    id: str
    role: Role
    expert_id: str | None = None
    conflicted: frozenset[str] = frozenset()
    year: int | None = None
    hidden: Hidden = NOTHING_HIDDEN

    def told_of(self, text: str) -> bool:
        """Whether a text names somebody whose review the viewer may not see."""
        return self.hidden.told_in(text)

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.SYSTEM)


SYSTEM = Actor("system", "系统", Role.SYSTEM)
SYSTEM_VIEWER = Viewer("system", Role.SYSTEM)
