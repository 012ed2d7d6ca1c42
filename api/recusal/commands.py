"""回避: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from expert_pool import register

P = Permission
ANSWER_NAMES = Command(P.DECIDE_EXPERTS, register.answer_organisation, "names-answered")
DECIDE_CONFLICT = Command(P.DECIDE_EXPERTS, register.decide_conflict, "decided")
DECIDE_LIFTING = Command(P.DECIDE_EXPERTS, register.decide_lifting, "decided")
DECIDE_WAIVER = Command(P.DECIDE_EXPERTS, register.decide_waiver, "decided")
DECLARE_CONFLICT = Command(P.EDIT_EXPERTS, register.declare_conflict, "conflict")
DECLARE_PAIR = Command(P.EDIT_EXPERTS, register.declare_pair, "conflict")
END_CONFLICT = Command(P.EDIT_EXPERTS, register.end_conflict, "conflict-ended")
END_OFFICIAL = Command(P.EDIT_EXPERTS, register.end_official, "official")
ENTER_OFFICIAL = Command(P.EDIT_EXPERTS, register.enter_official, "official")
IMPORT_HOLDINGS = Command(P.IMPORT, register.import_holdings, "holdings")
IMPORT_OFFICIALS = Command(P.IMPORT, register.import_officials, "official")
PROPOSE_WAIVER = Command(P.EDIT_EXPERTS, register.propose_waiver, "waiver")
WITHDRAW_CONFLICT = Command(P.EDIT_EXPERTS, register.withdraw_conflict, "conflict-withdrawn")
WITHDRAW_PAIR = Command(P.EDIT_EXPERTS, register.withdraw_pair, "conflict-withdrawn")
