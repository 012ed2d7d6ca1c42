"""评审经历: what the published plan had everybody do goes into the register."""

from __future__ import annotations

from sqlalchemy import select

from award.groups.store import plan_view
from award.groups.tables import PlanVersion
from expert_pool import register
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.register import ServiceFields
from expert_pool.tables import Expert, PerformanceRecord


def record_service(uow: UnitOfWork, year: int) -> int:
    """记入履历: what the published plan had everybody do, for next year's rotation and workload.

    Gives how many lines are new.
    """
    row = uow.session.scalar(
        select(PlanVersion).where(PlanVersion.year == year, PlanVersion.status == "published")
    )
    if row is None:
        raise Refusal("not-published", f"{year} 年度没有已发布的方案，没有可以记入的评审经历。")
    view = plan_view(row)
    efforts = {case.id: case.effort for case in view.problem.cases}
    # A line that is there already may carry a rating.
    lines = (
        select(Expert.uid, PerformanceRecord.organisation)
        .join(PerformanceRecord)
        .where(PerformanceRecord.year == year)
    )
    known = {(line.uid, line.organisation) for line in uow.session.execute(lines)}
    seats = [
        (group, member, case)
        for group in view.plan.groups
        for member in group.members
        for case in group.cases
    ]
    fresh = [seat for seat in seats if (seat[1], view.names.firm(seat[2]).name) not in known]
    for group, member, case in fresh:
        fields = ServiceFields(
            year, view.names.firm(case).name, leader=member == group.leader, effort=efforts[case]
        )
        register.record_performance(uow, member, fields)
    return len(fresh)
