"""对照名单申报: what somebody has to say is asked, and never thrown away."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from award.applicants import applicants as award_applicants
from award.applicants.store import to_declare
from award.groups.snapshot import build_problem
from expert_pool import register
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.tables import Conflict, Declaration
from tests import cast
from tests.storage import CLERK

FIRM, RIVAL = cast.FIRMS[0].name, "诸暨后来袜业有限公司"


def not_answered(uow: UnitOfWork) -> None:
    for row in uow.session.query(Declaration):
        row.answered_at = None
    uow.session.flush()


def answer(
    uow: UnitOfWork,
    known: cast.Cast,
    who: str,
    mine: Collection[str] = (),
    not_mine: Collection[str] = (),
) -> None:
    seen = list(known.firms.values())
    award_applicants.answer_list(uow, known.experts[who], cast.YEAR, seen, mine, not_mine)


def test_whoever_works_for_an_applicant_is_asked_about_it(sqlite_ledger: Ledger) -> None:
    known = cast.settle(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        not_answered(uow)
        listed = to_declare(uow.session, known.experts["郑袜业"], cast.YEAR)
        assert [one.name for one in listed if one.own] == [FIRM]
        with pytest.raises(Refusal, match=FIRM):
            answer(uow, known, "郑袜业")
        answer(uow, known, "孙针织")  # nobody else is
        answer(uow, known, "郑袜业", mine=[known.firms[FIRM]])
        said = uow.session.query(Conflict).one()
        assert (said.kind, said.organisation, said.source) == ("EMPLOYMENT", FIRM, "declared")
        not_answered(uow)
        answer(uow, known, "郑袜业")  # it is on record now


def test_saying_that_it_is_another_firm_clears_nothing(sqlite_ledger: Ledger) -> None:
    known = cast.settle(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        not_answered(uow)
        answer(uow, known, "郑袜业", not_mine=[known.firms[FIRM]])
        barred = build_problem(uow.session, cast.YEAR).problem.barred
        assert (known.experts["郑袜业"], known.firms[FIRM], "EMPLOYMENT") in barred


def test_an_employee_of_an_applicant_does_not_review_its_rival_unless_somebody_decides(
    sqlite_ledger: Ledger,
) -> None:
    known = cast.settle(sqlite_ledger)
    expert = known.experts["郑袜业"]

    def barred(uow: UnitOfWork) -> set[str]:
        problem = build_problem(uow.session, cast.YEAR).problem
        return {kind for who, firm, kind in problem.barred if (who, firm) == (expert, rival)}

    with sqlite_ledger.write(CLERK) as uow:
        for change, expected in (
            ({"name": RIVAL}, {"RIVAL"}),
            ({"name": "诸暨别奖袜业有限公司", "award": "INNOVATION"}, set()),
        ):
            fields = cast.firm(
                str(change["name"]), cast.SOCKS, cast.DATANG, 90, change.get("award", "QUALITY")
            )
            rival = award_applicants.enter_applicant(uow, cast.YEAR, fields)
            uow.session.flush()
            assert barred(uow) - {"名单新增，尚未申报"} == expected
        pipes = known.firms[cast.FIRMS[1].name]  # another trade
        assert (expert, pipes) not in {
            tie[:2] for tie in build_problem(uow.session, cast.YEAR).problem.barred
        }
        rival = next(
            one.uid for one in to_declare(uow.session, expert, cast.YEAR) if one.name == RIVAL
        )
        fact = register.ConflictFields(
            "RIVAL", RIVAL, source="found", until=cast.date(cast.YEAR, 12, 31)
        )
        uid = register.declare_conflict(uow, expert, fact)
        assert "RIVAL" in barred(uow)
        register.decide_conflict(uow, uid, 1, "cleared", "两家产品不同，审定办集体研究")
        assert "RIVAL" not in barred(uow)
