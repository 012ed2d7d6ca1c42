"""评定: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.decision import approval, committee, evaluation, notice, vote
from expert_pool import register

P = Permission
ISSUE = Command(P.DECIDE_AWARD, evaluation.issue, "evaluation-issued")
ADD_MEMBER = Command(P.RUN_AWARD, committee.add_member, "saved")
REMOVE_MEMBER = Command(P.RUN_AWARD, committee.remove_member, "saved")
ISSUE_LINK = Command(P.RUN_AWARD, committee.issue_link)
FREEZE = Command(P.DECIDE_AWARD, committee.freeze, "roster-frozen")
ANSWER_ORGANISATION = Command(P.RUN_AWARD, register.answer_organisation, "names-answered")
OPEN_ROUND = Command(P.RUN_AWARD, vote.open_round, "saved")
TYPE_TALLY = Command(P.TELL_VOTES, vote.type_tally, "tally-typed")
VOID_ROUND = Command(P.DECIDE_AWARD, vote.void_round, "saved")
CONFIRM = Command(P.DECIDE_AWARD, vote.confirm, "vote-confirmed")
RULE = Command(P.DECIDE_AWARD, vote.rule, "saved")
WITHDRAW_RULING = Command(P.DECIDE_AWARD, vote.withdraw_ruling, "withdrawn")
PUBLISH = Command(P.RUN_AWARD, notice.publish, "saved")
FILE_OBJECTION = Command(P.RUN_AWARD, notice.file_objection, "saved")
TAKE_UP = Command(P.RUN_AWARD, notice.take_up, "saved")
FIND = Command(P.RUN_AWARD, notice.find, "saved")
DECIDE = Command(P.DECIDE_AWARD, notice.decide, "saved")
APPROVE = Command(P.DECIDE_AWARD, approval.approve, "award-approved")
