"""申报组织: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.applicants import applicants as award_applicants

P = Permission
WITHDRAW_APPLICANT = Command(
    P.EDIT_APPLICANTS, award_applicants.withdraw_applicant, "applicant-withdrawn"
)
