"""对一个方案能做的事."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award.groups import plans, signing

P = Permission
EDIT = Command(P.EDIT_PLANS, plans.edit_plan, "edited")
ARRANGE = Command(P.EDIT_PLANS, plans.arrange, "arranged")
MOVE = Command(P.EDIT_PLANS, plans.move_visit, "edited")
UNDO = Command(P.EDIT_PLANS, plans.undo, "undid")
REDO = Command(P.EDIT_PLANS, plans.redo, "redid")
PIN = Command(P.EDIT_PLANS, plans.add_pin, "pinned")
UNPIN = Command(P.EDIT_PLANS, plans.remove_pin, "unpinned")
FORBID = Command(P.EDIT_PLANS, plans.forbid, "forbidden")
HOLD = Command(P.EDIT_PLANS, plans.hold, "pinned")
HOLD_MEMBER = Command(P.EDIT_PLANS, plans.hold_member, "pinned")
SUBMIT = Command(P.EDIT_PLANS, signing.submit, "submitted")
RECALL = Command(P.EDIT_PLANS, signing.recall, "recalled")
SEND_BACK = Command(P.APPROVE_PLANS, signing.send_back, "sent-back")
APPROVE = Command(P.APPROVE_PLANS, signing.approve, "approved")
REOPEN = Command(P.PUBLISH_PLANS, signing.reopen, "reopened")
PUBLISH = Command(P.PUBLISH_PLANS, signing.publish, "published")
WITHDRAW = Command(P.PUBLISH_PLANS, signing.withdraw, "withdrawn")
COPY = Command(P.EDIT_PLANS, plans.copy_plan, "copied")
