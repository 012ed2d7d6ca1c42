"""保存与删除: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.kit.access import Permission
from api.kit.commands import Command
from award import retention

P = Permission
ERASE = Command(P.ERASE, retention.erase, "forgotten")
