"""借用: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.groups import lending
from expert_pool.register.lending import recall

P = Permission
LEND = Command(P.DECIDE_EXPERTS, lending.lend)
BORROW = Command(P.DECIDE_EXPERTS, lending.borrow, "borrowed")
GIVE_BACK = Command(P.DECIDE_EXPERTS, lending.give_back)
TAKE_BACK = Command(P.DECIDE_EXPERTS, lending.take_back, "taken-back")
RECALL = Command(P.DECIDE_EXPERTS, recall, "loan-recalled")
