"""对一个备选方案集能做的事."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.groups import draws

P = Permission
DRAW = Command(P.EDIT_PLANS, draws.draw_plan, "drawn")
PROPOSE_VOID = Command(P.EDIT_PLANS, draws.propose_void, "voiding")
AGREE_AGAIN = Command(P.APPROVE_PLANS, draws.agree_again, "agreed-again")
DECIDE_VOID = Command(P.APPROVE_PLANS, draws.decide_void, "voided")
