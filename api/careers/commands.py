"""任职: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from expert_pool import register

P = Permission
AMEND_CANDIDACY = Command(P.EDIT_EXPERTS, register.amend_candidacy, "saved")
DECIDE_CANDIDACY = Command(P.DECIDE_EXPERTS, register.decide_candidacy, "decided-candidacy")
ENTER_CANDIDACY = Command(P.EDIT_EXPERTS, register.enter_candidacy, "applied-for")
RECOMMEND = Command(P.IMPORT, register.recommend, "recommended")
REGRADE = Command(P.DECIDE_EXPERTS, register.regrade, "regraded")
