"""Before the button is pressed: which firm cannot be staffed, by whom, and what would help."""

from __future__ import annotations

from api.groups.board.readiness import checks
from award.applicants import applicants as award_applicants
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.hidden import Hidden
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK, clock, sqlite_ledger, sqlite_template  # noqa: F401 - fixtures


def told_checks(ledger: Ledger) -> list[tuple[str, str, str, str]]:
    with ledger.read() as session:
        found = checks(session, SYSTEM_VIEWER, Hidden(), cast.YEAR)
    return [(one.title, one.text, one.tone, one.link) for one in found]


def test_a_firm_that_nobody_knows_the_trade_of_is_named_with_its_cure(
    sqlite_ledger: Ledger,
) -> None:
    cast.settle(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        award_applicants.enter_applicant(
            uow, cast.YEAR, cast.firm("诸暨茶业有限公司", "1530", cast.JIYANG, 60)
        )
        register.enrol(uow, cast.expert("茶专家", "某茶叶研究所", "1530"))
        uow.commit()
    found = told_checks(sqlite_ledger)
    assert found[0][2] == "bad"
    mine = [one for one in found if one[0] == "诸暨茶业有限公司缺对口专家"]
    assert [one[3] for one in mine] == ["X"], mine
