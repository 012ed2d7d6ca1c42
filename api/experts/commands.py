"""专家库: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from expert_pool import register

P = Permission
REINSTATE = Command(P.EDIT_EXPERTS, register.reinstate, "reinstated")
