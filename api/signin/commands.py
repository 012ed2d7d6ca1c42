"""账号: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.identity import joining, signin
from api.kit.access import Permission
from api.kit.commands import Command

P = Permission
CREATE_ACCOUNT = Command(P.MANAGE_ACCOUNTS, joining.enter)
CONFIRM_ACCOUNT = Command(P.MANAGE_ACCOUNTS, joining.confirm)
RESET_PASSWORD = Command(P.MANAGE_ACCOUNTS, joining.reset)
BIND_CODE = Command(P.MANAGE_ACCOUNTS, joining.bind_code)
SET_DISABLED = Command(P.MANAGE_ACCOUNTS, signin.set_disabled, "account-changed")
