"""年度与日历: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.applicants import applications
from award.archive.checks import CHECKS
from award.scoring import site_day, standard
from award.year import stages
from expert_pool import register
from expert_pool.ledger import UnitOfWork


def _move(uow: UnitOfWork, year: int, wanted: str) -> None:
    stages.move(uow, year, wanted, CHECKS)


P = Permission
ANNOUNCE_YEAR = Command(P.EDIT_YEAR, register.announce_year, "saved")
SET_DAY = Command(P.EDIT_YEAR, register.set_day, "saved")
BIND_RULES = Command(P.RUN_AWARD, standard.bind_rules, "rules-bound")
BEGIN = Command(P.RUN_AWARD, applications.begin, "stage-moved")
MOVE = Command(P.RUN_AWARD, _move, "stage-moved")
PROPOSE_BACK = Command(P.RUN_AWARD, stages.propose_back, "back-proposed")
END = Command(P.DECIDE_AWARD, stages.end, "stage-moved")
ENTER_SETTING = Command(P.RUN_AWARD, stages.enter_setting, "saved")
SET_SITE_DAY = Command(P.RUN_AWARD, site_day.set_sample, "saved")
CHECK_ITEMS = Command(P.RUN_AWARD, standard.check_items, "saved")
WRITE_TEXT = Command(P.RUN_AWARD, standard.write_text, "saved")
