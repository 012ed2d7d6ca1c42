"""履职监督: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from expert_pool import register

P = Permission
DECIDE_PROPOSAL = Command(P.DECIDE_EXPERTS, register.decide_proposal, "proposal")
DECIDE_VIOLATION = Command(P.DECIDE_EXPERTS, register.decide_violation, "case-decided")
NOTE_STAGE = Command(P.EDIT_EXPERTS, register.note_stage, "stage")
OPEN_VIOLATION = Command(P.EDIT_EXPERTS, register.open_violation, "case")
RATE = Command(P.EDIT_EXPERTS, register.rate, "rated")
