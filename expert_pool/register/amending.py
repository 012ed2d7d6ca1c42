"""回避情形的更正: what is learnt later about a relation: since when, until when, on what evidence.

What it is and with whom stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.tables import Conflict


@dataclass(frozen=True)
class Amendment:
    """How the record reads afterwards. `until` None: still so."""

    since: date | None = None
    until: date | None = None
    evidence: str = ""
    organisation_uscc: str = ""


def amend_conflict(
    uow: UnitOfWork, conflict_uid: str, version: int, wanted: Amendment, reason: str
) -> int:
    """更正回避情形, with a reason: a relation that was decided on, and its kind and organisation,
    are not changed here. The new version.
    """
    conflict = uow.load(Conflict, conflict_uid, version)
    demand_reason(reason)
    if conflict.withdrawn_at is not None:
        raise Refusal("withdrawn", "这条记录已经撤销。")
    if wanted.since is not None and wanted.until is not None and wanted.since > wanted.until:
        raise Refusal("bad-term", "起始日期不能晚于结束日期。", field="until")
    if conflict.until is not None and wanted.until is None:
        raise Refusal("bad-term", "结束日期不能清空；关系又恢复的，请另行登记一条。", field="until")
    with uow.change(conflict, "end" if wanted.until != conflict.until else "correct", reason):
        for name, value in vars(wanted).items():
            setattr(conflict, name, value)
    return conflict.version
