"""年度与日历: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.scoring import binding
from expert_pool import register

P = Permission
ANNOUNCE_YEAR = Command(P.EDIT_YEAR, register.announce_year, "saved")
SET_DAY = Command(P.EDIT_YEAR, register.set_day, "saved")
BIND_RULES = Command(P.RUN_AWARD, binding.bind_rules, "rules-bound")
