"""Every list page asks the database a fixed number of questions, however long the list is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event

from award.applicants import applicants as award_applicants
from expert_pool import register
from expert_pool.core.actor import Role
from expert_pool.core.expert import ExpertFields, Industry
from tests import cast
from tests.storage import CLERK
from tests.web.conftest import Office, _open

PEOPLE, FIRMS = 300, 40
LISTS: dict[str, Role] = {
    "/": Role.SECRETARIAT,
    "/experts": Role.SECRETARIAT,
    "/experts?q=a": Role.SECRETARIAT,
    "/applicants": Role.SECRETARIAT,
    "/pool": Role.SECRETARIAT,
    "/pool?n=30": Role.SECRETARIAT,
    "/pool/workload": Role.SECRETARIAT,
    "/round": Role.SECRETARIAT,
    "/candidates": Role.SECRETARIAT,
    "/supervision": Role.SECRETARIAT,
    "/recusals": Role.SECRETARIAT,
    "/import": Role.SECRETARIAT,
    "/board": Role.SECRETARIAT,
    "/calendar?view=list": Role.SECRETARIAT,
    "/holidays": Role.SECRETARIAT,
    "/audit": Role.INSPECTOR,
    "/accounts": Role.ADMIN,
    "/api/v1/experts?limit=200": Role.SECRETARIAT,
    "/api/v1/years/2026/applicants": Role.SECRETARIAT,
    "/api/v1/workload?first=2024&last=2026": Role.SECRETARIAT,
    "/api/v1/years/2026/inventory": Role.SECRETARIAT,
}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[int, int]]]:
    """Statements per list: for the few people of the told year, and for hundreds."""
    for office in _open(tmp_path_factory.mktemp("lists"), fresh=True):
        few = count(office)
        fill(office)
        many = count(office)
        assert "第 51–100 条，共 3" in office.browser(Role.SECRETARIAT).get("/experts?page=2").text
        yield {path: (few[path], many[path]) for path in LISTS}


def count(office: Office) -> dict[str, int]:
    asked: list[str] = []
    engine = office.world.ledger.engine
    event.listen(
        engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement)
    )
    found = {}
    clients = {role: office.browser(role) for role in set(LISTS.values())}
    for path, role in LISTS.items():
        # The first look at a plan in an hour is noted in the log; the second is a list and nothing
        # else.
        clients[role].get(path)
        asked.clear()
        answer = clients[role].get(path)
        assert answer.status_code == 200, (path, answer.text[:300])
        found[path] = len(asked)
    return found


def fill(office: Office) -> None:
    """Hundreds of people, each with an appointment, a declaration, days, a conflict, a year of
    service and a candidacy.
    """
    first, last = cast.FIRST, cast.LAST
    with office.world.ledger.write(CLERK) as uow:
        for number in range(FIRMS):
            wanted = replace(cast.FIRMS[number % 3], name=f"诸暨新增{number}号有限公司", uscc="")
            award_applicants.enter_applicant(uow, 2026, wanted)
        for number in range(PEOPLE):
            person = ExpertFields(
                f"张{number}",
                f"单位{number % 50}",
                industries=(Industry(("1763", "3352")[number % 2], "", True),),
            )
            uid = register.enrol(uow, person)
            register.appoint(
                uow, uid, "reviewer", first.replace(year=2025), last.replace(year=2027)
            )
            register.sign_declaration(uow, uid, 2026, "2026-1", "a" * 64, "test")
            register.save_availability(uow, uid, 2026, (), "", 0, first, last)
            register.declare_conflict(
                uow,
                uid,
                register.ConflictFields("CONSULTING", f"诸暨新增{number % FIRMS}号有限公司"),
            )
            register.record_performance(
                uow, uid, register.ServiceFields(2025, f"往年{number % 9}", "", False, 3, 88, "")
            )
        uow.commit()


def test_lists_ask_a_fixed_number_of_questions(counted: dict[str, tuple[int, int]]) -> None:
    assert {path: many for path, (_, many) in counted.items()} == {
        path: few for path, (few, _) in counted.items()
    }


def test_no_list_asks_many_questions(counted: dict[str, tuple[int, int]]) -> None:
    assert {path: few for path, (few, _) in counted.items() if few > 45} == {}
