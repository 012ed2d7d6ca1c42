"""Before the button is pressed: which firm cannot be staffed, by whom, and what would help."""

from __future__ import annotations

from sqlalchemy import select

from api.groups.board.readiness import Check, checks
from award.applicants import applicants as award_applicants
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.hidden import Hidden
from expert_pool.ledger import Ledger
from expert_pool.tables import Declaration, Expert
from tests import cast
from tests.storage import CLERK

TITLE = "诸暨茶业有限公司缺对口专家"


def told(ledger: Ledger) -> tuple[Check, ...]:
    with ledger.read() as session:
        return checks(session, SYSTEM_VIEWER, Hidden(), cast.YEAR)


def test_a_firm_without_an_expert_of_its_trade_is_named_with_its_cure(
    sqlite_ledger: Ledger,
) -> None:
    cast.settle(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        award_applicants.enter_applicant(
            uow, cast.YEAR, cast.firm("诸暨茶业有限公司", "1530", cast.JIYANG, 60)
        )
        uow.commit()
    first = told(sqlite_ledger)[0]
    assert (first.tone, first.link) == ("bad", "看盘点")  # proved by counting
    assert "诸暨茶业有限公司" in first.title
    (line,) = [one for one in told(sqlite_ledger) if one.title == TITLE]
    assert "须增聘这个行业的专家" in line.text
    assert (line.tone, line.link) == ("bad", "去推荐")
    with sqlite_ledger.write(CLERK) as uow:
        uid = register.enrol(uow, cast.expert("茶专家", "某茶叶研究所", "1530"))
        cast.make_ready(uow, uid)
        row = uow.session.scalars(
            select(Declaration)
            .join(Expert, Expert.id == Declaration.expert_id)
            .where(Expert.uid == uid)
        ).one()
        uow.session.delete(row)
        uow.commit()
    (line,) = [one for one in told(sqlite_ledger) if one.title == TITLE]
    assert "茶专家签了声明、填了时间就能评" in line.text
    assert (line.tone, line.link) == ("warn", "去催")


def test_where_nobody_has_signed_the_first_line_leads_to_asking_them(
    sqlite_ledger: Ledger,
) -> None:
    cast.settle(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        for row in uow.session.scalars(select(Declaration)).all():
            uow.session.delete(row)
        uow.commit()
    lines = told(sqlite_ledger)
    assert (lines[0].tone, lines[0].path, lines[0].link) == ("bad", "/round", "去催")
    assert not [one for one in lines if "排不下" in one.title]  # follows from the lines above it
