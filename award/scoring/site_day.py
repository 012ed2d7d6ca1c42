"""现场评审日程的样本（办法第十条第二项）: what a leader finds in the form before she writes the
day of a visit. The office sets it for its year; a day that is written stays as it is.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.scoring.tables import SitePlan
from award.year import stages
from expert_pool.ledger import UnitOfWork

KEY = "site-day"  # among the texts of the year, which a new year may take over
FIRST = """08:30–09:00 首次会议
09:00–10:30 高层汇报、访谈
10:30–11:30 现场巡视
12:00 午休
13:30–16:00 分组查证（按条款）
16:00–16:45 员工座谈
16:45–17:45 组内合议
17:45–18:15 末次会议"""


def sample(session: Session, year: int) -> str:
    """The office's own, else the one the program came with."""
    return stages.texts(session, year).get(KEY) or FIRST


def set_sample(uow: UnitOfWork, year: int, text: str) -> None:
    """改现场评审日程的样本; an empty one brings back the first.

    Raises Refusal `too-long`, and `wrong-stage` once the year is archived or ended.
    """
    stages.demand_running(uow.session, year)
    said = text.replace("\r\n", "\n")
    stages.write_text(uow, year, KEY, "" if said.strip() == FIRST else said, "set-site-day")


def planned(session: Session, year: int) -> dict[str, str]:
    """What leaders have written for the day of a visit, by applicant."""
    rows = session.execute(
        select(SitePlan.applicant, SitePlan.text).where(SitePlan.year == year)
    ).all()
    return {row.applicant: row.text for row in rows}
