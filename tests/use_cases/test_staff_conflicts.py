"""工作人员的回避: declared, in force at once, decided by a third person; it covers every spelling
and outlives a new name.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.identity import signin, staff_conflicts
from award.applicants import applicants
from award.applicants.core.applicant import ApplicantFields
from award.recusal.staff import kept_from
from expert_pool.core.actor import SYSTEM, Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from tests import cast

FIRM = ApplicantFields(name="诸暨市星辰袜业有限公司", award="QUALITY")
OTHER = ApplicantFields(name="浙江大唐轴承股份有限公司", award="QUALITY")


class Staff:
    """A clerk, two approvers, and two applicants of a year."""

    def __init__(self, ledger: Ledger) -> None:
        with ledger.write(SYSTEM) as uow:
            cast.open_year(uow)
            self.firm = applicants.enter_applicant(uow, cast.YEAR, FIRM)
            self.other = applicants.enter_applicant(uow, cast.YEAR, OTHER)
            made = [
                (login, role, signin.create_account(uow, login, login, role, "一个很长的口令" * 2))
                for login, role in (
                    ("clerk", Role.SECRETARIAT),
                    ("chief", Role.APPROVER),
                    ("deputy", Role.APPROVER),
                )
            ]
            uow.commit()
        self.clerk, self.chief, self.deputy = (Actor(uid, login, role) for login, role, uid in made)


def away(ledger: Ledger, who: Actor) -> frozenset[str]:
    with ledger.read() as session:
        return kept_from(session, staff_conflicts.in_force(session, who.id))[0]


def test_declared_counts_at_once_and_a_third_person_decides(sqlite_ledger: Ledger) -> None:
    ledger, staff = sqlite_ledger, Staff(sqlite_ledger)
    with ledger.write(staff.chief) as uow:
        uid = staff_conflicts.declare(uow, staff.clerk.id, FIRM.name, "配偶在该公司任职")
        uow.commit()
    assert away(ledger, staff.clerk) == {staff.firm} and away(ledger, staff.chief) == frozenset()
    for refused in (staff.clerk, staff.chief):
        with (
            ledger.write(refused) as uow,
            pytest.raises(Refusal, match="另一人决定") as told,
        ):
            staff_conflicts.decide(uow, uid, 1, False, "没有关系")
        assert told.value.code == "second-person"
    with ledger.write(staff.deputy) as uow, pytest.raises(Refusal, match="理由"):
        staff_conflicts.decide(uow, uid, 1, False, " ")
    with ledger.write(staff.deputy) as uow:
        staff_conflicts.decide(uow, uid, 1, False, "已离职三年")
        uow.commit()
    assert away(ledger, staff.clerk) == frozenset()
    with ledger.write(staff.deputy) as uow:
        staff_conflicts.decide(uow, uid, 2, True, "核实有误，仍在任职")
        uow.commit()
    assert away(ledger, staff.clerk) == {staff.firm}
    with ledger.read() as session:
        (line,) = staff_conflicts.conflicts(session, staff.clerk.id)
    assert (line.decision, line.decided_name, line.declared_name) == ("barred", "deputy", "chief")


def test_the_same_organisation_is_declared_once(sqlite_ledger: Ledger) -> None:
    staff = Staff(sqlite_ledger)
    with sqlite_ledger.write(staff.clerk) as uow:
        staff_conflicts.declare(uow, staff.clerk.id, FIRM.name, "亲属任职")
        with pytest.raises(Refusal, match="已经登记过"):
            staff_conflicts.declare(uow, staff.clerk.id, f" {FIRM.name} ", "亲属任职")
        for organisation, reason in (("", "亲属"), (OTHER.name, "")):
            with pytest.raises(Refusal):
                staff_conflicts.declare(uow, staff.clerk.id, organisation, reason)


@pytest.mark.parametrize("spelling", ["星辰袜业", "诸暨市星辰袜业有限公司（店口）", FIRM.name])
def test_another_spelling_covers_the_applicant_too(sqlite_ledger: Ledger, spelling: str) -> None:
    staff = Staff(sqlite_ledger)
    with sqlite_ledger.write(staff.clerk) as uow:
        staff_conflicts.declare(uow, staff.clerk.id, spelling, "亲属任职")
        uow.commit()
    assert away(sqlite_ledger, staff.clerk) == {staff.firm}


def test_a_new_name_hides_nothing_less(sqlite_ledger: Ledger) -> None:
    staff = Staff(sqlite_ledger)
    with sqlite_ledger.write(staff.clerk) as uow:
        staff_conflicts.declare(uow, staff.clerk.id, FIRM.name, "亲属任职")
        uow.commit()
    with sqlite_ledger.write(staff.deputy) as uow:
        wanted = replace(FIRM, name="浙江银河针织科技股份有限公司")
        applicants.edit_applicant(uow, staff.firm, 1, wanted, "更名")
        uow.commit()
    assert away(sqlite_ledger, staff.clerk) == {staff.firm}
