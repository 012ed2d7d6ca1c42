"""办法和评审标准（办法第五条）: bound so that they can be scored by, compared with the print, and
written out as the office types them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from award.scoring.core.rubric import ARTICLE, KINDS, parse
from award.scoring.store import rubric_of
from award.year import stages, years
from award.year.core.regulation import canonical
from expert_pool.facts.refusal import Refusal, demand_reason
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


def check_items(uow: UnitOfWork, year: int, items: Sequence[str]) -> None:
    """登记分值核对: these items read in print what the year has. Raises Refusal `blank`,
    `unknown-item`.
    """
    if not items:
        raise Refusal("blank", "请勾选已对照标准原文核对的条款。", ARTICLE)
    rubric = rubric_of(uow.session, year)
    for no in items:
        stages.check_item(uow, year, rubric.item(no).no)


def write_text(uow: UnitOfWork, year: int, key: str, text: str) -> None:
    """录入标准原文 of an item (its number) or a band (process:50-65). Raises Refusal
    `unknown-item`.
    """
    rubric = rubric_of(uow.session, year)
    bands = {f"{kind}:{band.low}-{band.high}" for kind in KINDS for band in rubric.bands}
    if key not in {*rubric.by_no, *bands}:
        raise Refusal("unknown-item", "本年度标准没有这个条款或评分档。", ARTICLE)
    stages.write_text(uow, year, key, text)
