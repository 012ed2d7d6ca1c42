"""表彰: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.honours import honours

P = Permission
ENTER_EARLIER = Command(P.RUN_AWARD, honours.enter_earlier, "saved")
SUCCEED = Command(P.RUN_AWARD, honours.succeed, "saved")
PAY = Command(P.RUN_AWARD, honours.pay, "paid")
MARK_OPEN = Command(P.RUN_AWARD, honours.mark_open, "saved")
REVOKE = Command(P.DECIDE_AWARD, honours.revoke, "revoked")
RECOVER = Command(P.RUN_AWARD, honours.recover, "saved")
PROMOTE = Command(P.RUN_AWARD, honours.promote, "saved")
# What is said afterwards depends on what was found.
SEE_TITLE = Command(P.RUN_AWARD, honours.see_title)
SPEND = Command(P.RUN_AWARD, honours.spend, "saved")
CANCEL_EXPENSE = Command(P.DECIDE_AWARD, honours.cancel_expense, "saved")
