"""归档前须具备的条件; with them every need of the table of stages has its answer."""

from __future__ import annotations

from collections.abc import Mapping

from award.archive import seal
from award.honours import checks as honours
from award.year.stages import Check
from expert_pool.ledger import UnitOfWork


def _sealed(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    rows = seal.live(uow.session, year)
    if not rows:
        return ("归档包还没有封存。",)
    if rows[-1].verified_at is None:
        return ("归档包还没有由另一人核验。",)
    return tuple(f"{one.file}：{one.message}" for one in seal.faults(uow.session, rows[-1]))


CHECKS: Mapping[str, Check] = {**honours.CHECKS, "bundle-sealed": _sealed}
