"""The cast of the storage tests: one small year of Zhuji, the same people everywhere.

钱学勤 quality expert and leader; 孙针织 knitting; 李五金 hardware; 周珍珠 jewellery; 吴质量
quality; 郑袜业 employed by an applicant.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from award.applicants import applicants as award_applicants
from award.applicants.core.applicant import ApplicantFields, Trade
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.store import YearFields
from expert_pool import register
from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.facts.halfday import HalfDay
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.records import Lifting
from tests.storage import CLERK

YEAR = 2026
FIRST, LAST = date(2026, 9, 7), date(2026, 9, 18)
DEADLINE = date(2026, 6, 30)
DATANG, DIANKOU, SHANXIAHU, JIYANG = "330681005", "330681104", "330681108", "330681001"
SOCKS, PIPES, PEARLS = "1763", "3352", "2438"


def let_go(uow: UnitOfWork, conflict_uid: str, reason: str) -> None:
    """A recorded conflict withdrawn by two people, for tests that begin after that."""
    register.withdraw_conflict(uow, conflict_uid, 1, reason)
    agree(uow, conflict_uid, reason)


def agree(uow: UnitOfWork, conflict_uid: str, reason: str) -> None:
    """What somebody else proposed about a conflict is granted."""
    row = uow.session.scalars(select(Lifting).where(Lifting.target == conflict_uid)).one()
    row.proposed_by = "u-other"
    register.decide_lifting(uow, row.uid, row.version, True, reason)


def expert(
    name: str,
    employer: str,
    *codes: str,
    quality: bool = False,
    leader: bool = False,
    town: str = JIYANG,
) -> ExpertFields:
    return ExpertFields(
        name=name,
        employer=employer,
        quality=quality,
        leader=leader,
        phone="13805750001",
        town_code=town,
        seniority=4 if leader else 3,
        industries=tuple(Industry(code, "", True) for code in codes),
    )


PEOPLE = (
    expert("钱学勤", "绍兴市质量协会", quality=True, leader=True),
    expert("孙针织", "浙江理工大学", SOCKS),
    expert("李五金", "诸暨市五金商会", PIPES, leader=True),
    expert("周珍珠", "诸暨市珍珠行业协会", PEARLS),
    expert("吴质量", "诸暨市质量技术服务中心", quality=True),
    expert("郑袜业", "诸暨大东袜业有限公司", SOCKS, quality=True),
    expert("冯管件", "杭州职业技术学院", PIPES),
    expert("褚珠宝", "中国计量大学", PEARLS, SOCKS, leader=True),
)


def firm(
    name: str, code: str, town: str, employees: int | None, award: str = "QUALITY"
) -> ApplicantFields:
    return ApplicantFields(
        name=name,
        award=award,
        town_code=town,
        employees=employees,
        industries=(Trade(code, "", True),),
    )


FIRMS = (
    firm("诸暨大东袜业有限公司", SOCKS, DATANG, 260),
    firm("浙江店口管业股份有限公司", PIPES, DIANKOU, 900),
    firm("诸暨山下湖珍珠有限公司", PEARLS, SHANXIAHU, 80, "INNOVATION"),
)
POLICY = YearPolicy(groups=(1, 2), group_size=(3, 5))


@dataclass
class Cast:
    """Public ids by name."""

    experts: dict[str, str] = field(default_factory=dict)
    firms: dict[str, str] = field(default_factory=dict)


def open_year(uow: UnitOfWork, policy: YearPolicy = POLICY) -> None:
    award_years.open_year(
        uow,
        YEAR,
        YearFields("2026年度诸暨市政府质量奖", FIRST, LAST, date(2026, 5, 8), DEADLINE, policy),
    )


def make_ready(uow: UnitOfWork, uid: str, away: tuple[HalfDay, ...] = ()) -> None:
    """Appointed, declared, and free but for `away`."""
    register.appoint(uow, uid, "reviewer", date(2025, 1, 1), date(2027, 12, 31))
    register.sign_declaration(uow, uid, YEAR, "2026-1", "a" * 64, "test")
    register.save_availability(uow, uid, YEAR, away, "", 0, FIRST, LAST)


def settle(ledger: Ledger) -> Cast:
    """The whole cast, ready to be planned."""
    cast = Cast()
    with ledger.write(CLERK) as uow:
        open_year(uow)
        for fields in FIRMS:
            cast.firms[fields.name] = award_applicants.enter_applicant(uow, YEAR, fields)
        for person in PEOPLE:
            cast.experts[person.name] = register.enrol(uow, replace(person))
            make_ready(uow, cast.experts[person.name])
        uow.commit()
    return cast
