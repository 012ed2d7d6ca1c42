"""保存与删除: looking erases nothing; what is due goes, the log's contents with it; the chain stays
whole and says what went.
"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from api.identity import forgetting
from award import retention
from award.applicants import applicants as award_applicants
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.core.retention import rules
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.invariants import exceptions
from expert_pool.ledger.reconcile import reconcile
from tests import cast
from tests.storage import CHIEF, CLERK

LATER = date(2033, 1, 1)
CANARY = (
    "钱学勤",
    "绍兴市质量协会",
    "13805750001",
    "某咨询对象",
    "9.7全天",
    "联系人甲",
    "13905750009",
    "口头反映",
)


@pytest.fixture
def pool(ledger: Ledger) -> tuple[Ledger, cast.Cast]:
    """钱学勤, whose term ended in 2027, with something of hers in every table."""
    people = cast.settle(ledger)
    uid = people.experts["钱学勤"]
    with ledger.write(CLERK) as uow:
        register.declare_conflict(
            uow,
            uid,
            register.ConflictFields("CONSULTING", "某咨询对象有限公司", evidence="口头反映"),
        )
        monday = HalfDay(date(2026, 9, 7), "AM")
        register.save_availability(
            uow, uid, cast.YEAR, (monday,), "9.7全天", 1, cast.FIRST, cast.LAST
        )
        register.record_performance(
            uow, uid, register.ServiceFields(2026, "某公司", "", True, 3, 90, "口头反映")
        )
        wanted = cast.firm("诸暨甲有限公司", cast.SOCKS, cast.DATANG, 20)
        award_applicants.enter_applicant(
            uow,
            cast.YEAR,
            wanted.__class__(**{**vars(wanted), "contact": "联系人甲", "phone": "13905750009"}),
        )
        uow.commit()
    return ledger, people


def due(ledger: Ledger, rule_id: str, today: date = LATER) -> tuple[str, ...]:
    with ledger.read() as session:
        return tuple(
            one.uid
            for one in next(
                p
                for p in retention.report(session, SYSTEM_VIEWER, today, forgetting)
                if p.rule.id == rule_id
            ).due
        )


def everything(ledger: Ledger) -> str:
    """All that the database holds, but for the actors' names in the chain and published plans."""
    with ledger.read() as session:
        tables = (
            "expert appointment suspension conflict declaration availability performance_record"
            " applicant audit_content message"
        )
        return "\n".join(
            str(row)
            for name in tables.split()
            for row in session.execute(text(f"SELECT * FROM {name}"))
        )


def test_nothing_is_due_early_and_looking_erases_nothing(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, _ = pool
    before = everything(ledger)
    assert [due(ledger, one.id, date(2028, 1, 1)) for one in rules()] == [(), (), (), (), ()]
    assert len(due(ledger, "R1")) == 8 and len(due(ledger, "R4")) == 1
    assert everything(ledger) == before


def test_a_person_due_is_forgotten_in_records_and_log_and_the_chain_holds(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, people = pool
    assert all(word in everything(ledger) for word in CANARY)
    uids = due(ledger, "R1")
    with ledger.write(CHIEF) as uow:
        assert retention.erase(uow, "R1", uids, LATER, "年度清理", forgetting) == 8
        assert retention.erase(uow, "R4", due(ledger, "R4"), LATER, "年度清理", forgetting) == 1
        uow.commit()
    left = everything(ledger)
    assert [word for word in CANARY if word in left] == []
    with ledger.read() as session:
        assert audit.verify(session) == []
        assert [one.why for one in reconcile(session)] == []
        assert exceptions(session) == []
        lines = audit.entries(session, SYSTEM_VIEWER, object_id=people.experts["钱学勤"], limit=50)
        assert (
            lines[0].action == "forget"
            and lines[0].reason == "聘期结束后的专家资料满 5 年：年度清理"
        )
        assert lines[-1].action == "enrol" and lines[-1].erased
        # What statistics and look-back need is still there.
        kept = session.execute(
            text("SELECT organisation, effort, score FROM performance_record")
        ).all()
        assert [tuple(row) for row in kept] == [("某公司", 3, 90)]
    assert due(ledger, "R1") == ()


def test_erasure_is_refused_without_reason_and_for_what_is_not_due(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, people = pool
    uid = people.experts["孙针织"]
    with ledger.write(CHIEF) as uow:
        for rule_id, uids, day, reason, code in (
            ("R1", [uid], date(2028, 1, 1), "x", "not-due"),
            ("R1", [uid], LATER, " ", "reason-needed"),
            ("R1", [], LATER, "x", "not-due"),
            ("R9", [uid], LATER, "x", "not-found"),
        ):
            with pytest.raises(Refusal) as refused:
                retention.erase(uow, rule_id, uids, day, reason, forgetting)
            assert refused.value.code == code
        with pytest.raises(Refusal, match="聘期内"):
            retention.forget_on_request(uow, uid, "本人来信", forgetting)
    with ledger.read() as session, pytest.raises(Refusal):
        retention.report(session, Viewer("e", Role.EXPERT), LATER, forgetting)


def test_somebody_who_asks_is_forgotten_once_her_term_is_over(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, people = pool
    uid = people.experts["孙针织"]
    with ledger.write(CLERK) as uow:
        term = uow.session.execute(
            text(
                "SELECT a.uid FROM appointment a JOIN expert e ON e.id = a.expert_id WHERE e.uid"
                " = :u"
            ),
            {"u": uid},
        )
        register.end_appointment(uow, str(term.scalar()), 1, date(2026, 8, 1), "本人辞聘")
        retention.forget_on_request(uow, uid, "2026年8月2日来信", forgetting)
        uow.commit()
    assert "孙针织" not in everything(ledger) and "浙江理工大学" not in everything(ledger)
    with ledger.read() as session:
        assert audit.verify(session) == []
