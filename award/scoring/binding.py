"""绑定办法和评审标准（办法第五条）: no year goes by a standard that cannot be scored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from award.scoring.core.rubric import parse
from award.year import years
from award.year.core.regulation import canonical
from expert_pool.facts.refusal import demand_reason
from expert_pool.ledger import UnitOfWork


def bind_rules(
    uow: UnitOfWork,
    year: int,
    regulation: Mapping[str, Any],
    rubric: Mapping[str, Any],
    source: str,
    version: int,
) -> int:
    """`source`: where these numbers are written (文号、条款). Gives the year's new version.

    Raises Refusal "reason-needed", "bad-rubric", and what `years.bind_rules` raises.
    """
    said = demand_reason(source, "请写明依据（文号、条款），它会记入操作日志。", "办法第二十一条")
    parse(canonical(rubric))
    return years.bind_rules(uow, year, regulation, rubric, said, version)
