"""对求解任务和它的结果能做的事."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.groups import jobs, repairs, trials

P = Permission
CANCEL = Command(P.EDIT_PLANS, jobs.request_cancel, "cancelled")
ADOPT_TRIAL = Command(P.EDIT_PLANS, trials.adopt_trial, "adopted")
ADOPT_REPAIR = Command(P.EDIT_PLANS, repairs.adopt_repair, "adopted")
