"""The life of a reviewer: every step of the table, and no other, driven through the use cases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from expert_pool import register
from expert_pool.core.life import (
    STATES,
    TRANSITIONS,
    LifeFacts,
    State,
    Step,
    Term,
    state_of,
    steps_from,
)
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork, audit
from expert_pool.ledger.audit import AuditEntry
from expert_pool.ledger.invariants import exceptions
from expert_pool.records import Candidacy
from expert_pool.register.life import state_now
from expert_pool.tables import Appointment, Expert, Suspension
from tests import cast
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite

NEWCOMER = replace(
    cast.expert("卫新人", "绍兴文理学院", cast.SOCKS),
    education="硕士",
    birth=date(1980, 5, 1),
    birth_precision="day",
)
FORM = register.CandidacyFields(
    "recommended", "诸暨市袜业协会", date(2026, 7, 1), 12, "卓越绩效培训班", date(2025, 5, 1), True
)
DAY = date(2026, 8, 3)


@pytest.fixture
def pool(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Ledger, str]]:
    ledger = Ledger(copy_sqlite(sqlite_template, tmp_path), Clock())
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, NEWCOMER)
        uow.commit()
    yield ledger, uid
    ledger.close()


def one(uow: UnitOfWork, table: type, uid: str) -> object:
    expert = uow.load(Expert, uid)
    return uow.session.scalars(
        select(table).where(table.expert_id == expert.id).order_by(table.id.desc())
    ).first()  # type: ignore[attr-defined]


def take(uow: UnitOfWork, uid: str, step: Step) -> None:
    """The use case behind a step of the table."""
    on = uow.today
    newest = one(uow, Appointment, uid)
    match step:
        case Step.APPLY:
            register.enter_candidacy(uow, uid, replace(FORM, received_on=on))
        case Step.ADMIT | Step.REJECT:
            waiting = one(uow, Candidacy, uid)
            version = (waiting.uid, waiting.version) if waiting else ("n-0", 1)  # type: ignore[attr-defined]
            register.decide_candidacy(uow, *version, step is Step.ADMIT, "经研究")
        case Step.APPOINT | Step.RENEW:
            last = max(
                [row.ended_on or row.last for row in uow.session.scalars(select(Appointment))],
                default=on - timedelta(1),
            )
            first = max(last + timedelta(1), on)
            register.engage(
                uow, uid, "reviewer", first, first + timedelta(40), reason="补录以前的聘任"
            )
        case Step.REGRADE:
            register.regrade(
                uow, uid, "trainee" if newest and newest.grade == "lead" else "lead", "定级"
            )  # type: ignore[attr-defined]
        case Step.SUSPEND:
            register.suspend(uow, uid, "核查")
        case Step.REINSTATE:
            held = one(uow, Suspension, uid)
            register.reinstate(
                uow, held.uid if held else "s-0", held.version if held else 1, "查清"
            )  # type: ignore[attr-defined]
        case Step.RESIGN:
            assert newest is None or isinstance(newest, Appointment)
            if newest is None:
                raise Refusal("no-term", "没有聘期。")
            register.end_appointment(
                uow, newest.uid, newest.version, max(on, newest.first), "本人辞聘"
            )
        case Step.DISMISS:
            register.dismiss(uow, uid, "违反纪律")


def state(uow: UnitOfWork, uid: str) -> State:
    return state_now(uow, uow.load(Expert, uid))


def test_a_reviewer_goes_from_recommendation_to_expiry(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    clock = ledger.clock
    assert isinstance(clock, Clock)
    seen = []
    with ledger.write(CLERK) as uow:
        for step in (
            Step.APPLY,
            Step.ADMIT,
            Step.APPOINT,
            Step.REGRADE,
            Step.SUSPEND,
            Step.REINSTATE,
        ):
            take(uow, uid, step)
            seen.append(state(uow, uid))
        uow.commit()
    clock.advance(days=60)
    with ledger.write(CLERK) as uow:
        seen.append(state(uow, uid))
        assert [row.certificate_no for row in uow.session.scalars(select(Appointment))] == [
            "诸质奖聘〔2026〕002号"
        ]
    assert seen == [
        State.CANDIDATE,
        State.ELIGIBLE,
        State.SERVING,
        State.SERVING,
        State.SUSPENDED,
        State.SERVING,
        State.EXPIRED,
    ]


def test_the_table_is_whole() -> None:
    """Every state is reached by a step or by the calendar, and leads somewhere but for dismissal,
    which is the end.
    """
    reached = {after for row in TRANSITIONS.values() for after in row.after} | {State.LISTED}
    assert reached == set(State) == set(STATES)
    assert {one for one in State if not steps_from(one)} == {State.DISMISSED}
    assert set(TRANSITIONS) == set(Step)


# One way into each state but 聘期未开始, which is made below; a number is days that pass.
WAYS: dict[State, tuple[Step | int, ...]] = {
    State.LISTED: (),
    State.CANDIDATE: (Step.APPLY,),
    State.ELIGIBLE: (Step.APPLY, Step.ADMIT),
    State.REJECTED: (Step.APPLY, Step.REJECT),
    State.SERVING: (Step.APPOINT,),
    State.SUSPENDED: (Step.APPOINT, Step.SUSPEND),
    State.EXPIRED: (Step.APPOINT, 60),
    State.RESIGNED: (Step.APPOINT, Step.RESIGN, 60),
    State.DISMISSED: (Step.APPOINT, Step.DISMISS),
}


@pytest.mark.parametrize("before", list(State))
def test_every_state_takes_its_steps_and_refuses_the_others_in_words(
    sqlite_template: Path, tmp_path: Path, before: State
) -> None:
    clock = Clock()
    ledger = Ledger(copy_sqlite(sqlite_template, tmp_path), clock)
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, NEWCOMER)
        if before is State.PENDING:
            register.engage(
                uow,
                uid,
                "reviewer",
                uow.today + timedelta(5),
                uow.today + timedelta(45),
                reason="补录以前的聘任",
            )
        uow.commit()
    for part in WAYS.get(before, ()):
        if isinstance(part, int):
            clock.advance(days=part)
            continue
        with ledger.write(CLERK) as uow:
            take(uow, uid, part)
            uow.commit()
    for step in Step:
        with ledger.write(CLERK) as uow:  # not committed: each step starts anew
            assert state(uow, uid) is before
            if before in TRANSITIONS[step].before:
                take(uow, uid, step)
                assert state(uow, uid) in TRANSITIONS[step].after, step
                continue
            # Appointing and renewing are one act; the state says which of the two it is.
            if (
                step in (Step.APPOINT, Step.RENEW)
                and before in TRANSITIONS[Step.APPOINT].before | TRANSITIONS[Step.RENEW].before
            ):
                continue
            with pytest.raises(Refusal) as caught:
                take(uow, uid, step)
            # Beside the table's own refusal: nothing of the kind is there, or it is so already.
            assert caught.value.code in (
                "wrong-state",
                "not-found",
                "no-term",
                "already-suspended",
            ), step
            assert caught.value.message_zh.endswith("。")
    ledger.close()


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (LifeFacts(), State.LISTED),
        (LifeFacts(candidacy="open"), State.CANDIDATE),
        (LifeFacts((Term(DAY, DAY, "lead"),)), State.SERVING),
        (LifeFacts((Term(DAY + timedelta(1), DAY + timedelta(9), "lead"),)), State.PENDING),
        (LifeFacts((Term(DAY - timedelta(9), DAY - timedelta(1), "lead"),)), State.EXPIRED),
        (
            LifeFacts(
                (
                    Term(
                        DAY - timedelta(9), DAY + timedelta(9), "lead", DAY + timedelta(1), "resign"
                    ),
                )
            ),
            State.SERVING,
        ),
        (
            LifeFacts((Term(DAY - timedelta(9), DAY + timedelta(9), "lead", DAY, "resign"),)),
            State.RESIGNED,
        ),
        (
            LifeFacts(
                (Term(DAY - timedelta(9), DAY + timedelta(9), "lead", DAY, "dismiss"),),
                suspended=True,
            ),
            State.DISMISSED,
        ),
        (LifeFacts((Term(DAY, DAY, "lead"),), suspended=True), State.SUSPENDED),
        (
            LifeFacts((Term(DAY - timedelta(9), DAY - timedelta(1), "lead"),), "open"),
            State.CANDIDATE,
        ),
    ],
)
def test_the_state_follows_from_the_records_and_the_day(facts: LifeFacts, state: State) -> None:
    assert state_of(facts, DAY) == state


def test_waiving_a_condition_takes_a_second_person_and_a_reason(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        old = uow.load(Expert, uid)
        old.birth = date(1960, 8, 3)  # 66 on this day
        candidacy = register.enter_candidacy(uow, uid, FORM)
        uow.commit()
    for actor, reason, code in (
        (CLERK, "", "reason-needed"),
        (CLERK, "返聘骨干", "second-person"),
        (CHIEF, "", "reason-needed"),
    ):
        with pytest.raises(Refusal) as caught, ledger.write(actor) as uow:
            register.decide_candidacy(uow, candidacy, 1, True, reason)
        assert caught.value.code == code
    with ledger.write(CHIEF) as uow:
        register.decide_candidacy(uow, candidacy, 1, True, "返聘骨干")
        assert state(uow, uid) is State.ELIGIBLE


def test_a_condition_that_is_firm_cannot_be_waived(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        candidacy = register.enter_candidacy(uow, uid, replace(FORM, experience_years=4))
        uow.commit()
    with pytest.raises(Refusal, match="满 5 年（4 年）") as caught, ledger.write(CHIEF) as uow:
        register.decide_candidacy(uow, candidacy, 1, True, "破格")
    assert caught.value.code == "not-eligible"


def test_past_65_the_chief_appoints_with_a_reason_and_nobody_else(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        uow.load(Expert, uid).birth = date(1950, 1, 1)
        uow.commit()
    for actor, reason, code in (
        (CLERK, "", "not-eligible"),
        (CLERK, "行业唯一专家", "second-person"),
        (CHIEF, "", "not-eligible"),
    ):
        with pytest.raises(Refusal) as caught, ledger.write(actor) as uow:
            register.engage(uow, uid, "reviewer", DAY, date(2027, 8, 2), reason=reason)
        assert (caught.value.code, "76 周岁" in caught.value.message_zh) == (code, True)
    with ledger.write(CHIEF) as uow:
        register.engage(
            uow, uid, "reviewer", DAY, date(2027, 8, 2), reason="行业唯一专家，确需聘任"
        )
        assert state(uow, uid) is State.SERVING


def test_a_firm_condition_cannot_be_passed_by_appointing_at_once(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CHIEF) as uow:
        person = uow.load(Expert, uid)
        person.education, person.title = "高中", "技术员"
        with pytest.raises(Refusal, match="学历：高中；职称：技术员），不能放宽") as caught:
            register.engage(uow, uid, "reviewer", DAY, date(2027, 8, 2), reason="破格")
    assert caught.value.code == "not-eligible"


def test_appointing_without_the_check_says_why(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        with pytest.raises(Refusal, match="还没有经过资格审查") as caught:
            register.engage(uow, uid, "reviewer", DAY, date(2027, 8, 2))
        assert caught.value.code == "not-checked"
        register.engage(uow, uid, "reviewer", DAY, date(2027, 8, 2), reason="补录 2024 年的聘任")
        # A renewal needs no new grounds.
        register.engage(uow, uid, "reviewer", date(2027, 8, 3), date(2030, 8, 2))
        uow.commit()
        terms = audit.why().where(AuditEntry.kind == "appointment").order_by(AuditEntry.id)
        reasons = [reason for _, reason in uow.session.execute(terms)]
    assert reasons == ["补录 2024 年的聘任", "续聘"]


def test_a_certificate_number_is_used_once(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        register.engage(uow, uid, "reviewer", DAY, date(2027, 8, 2), "旧聘 1 号", reason="补录")
        with pytest.raises(Refusal, match="“旧聘 1 号”已经用过") as caught:
            register.engage(uow, uid, "reviewer", date(2027, 8, 3), date(2028, 8, 2), " 旧聘 1 号 ")
        assert caught.value.params["field"] == "certificate_no"


def test_who_leaves_on_a_day_to_come_still_leaves_after_a_change_of_grade(
    pool: tuple[Ledger, str],
) -> None:
    ledger, uid = pool
    clock = ledger.clock
    assert isinstance(clock, Clock)
    with ledger.write(CLERK) as uow:
        term = register.engage(
            uow, uid, "trainee", DAY - timedelta(30), date(2027, 8, 2), reason="补录"
        )
        register.end_appointment(uow, term, 1, DAY + timedelta(10), "调往外省")
        register.regrade(uow, uid, "reviewer", "见习期满")
        assert state(uow, uid) is State.SERVING
        uow.commit()
    clock.advance(days=10)
    with ledger.read() as session:
        row = session.scalars(select(Appointment).order_by(Appointment.id.desc())).first()
        assert row is not None
        assert (row.grade, row.end_kind, row.end_reason, row.ended_on) == (
            "reviewer",
            "resign",
            "调往外省",
            DAY + timedelta(10),
        )
    with ledger.write(CLERK) as uow:
        assert state(uow, uid) is State.RESIGNED


def test_a_suspension_that_a_decision_imposed_is_not_lifted_by_who_opened_the_case(
    pool: tuple[Ledger, str],
) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        take(uow, uid, Step.APPOINT)
        case = register.open_violation(uow, uid, "GIFT", date(2026, 7, 20), "反映收受礼品")
        uow.commit()
    with ledger.write(CHIEF) as uow:
        register.decide_violation(uow, case, 1, True, "suspend", "属实，暂停一年")
        uow.commit()
    with pytest.raises(Refusal) as caught, ledger.write(CLERK) as uow:
        take(uow, uid, Step.REINSTATE)
    assert caught.value.code == "second-person"
    with ledger.write(CHIEF) as uow:
        take(uow, uid, Step.REINSTATE)
        assert state(uow, uid) is State.SERVING


def test_an_open_case_suspends_and_only_its_decision_lifts(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        take(uow, uid, Step.APPOINT)
        case = register.open_violation(uow, uid, "GIFT", date(2026, 7, 20), "反映收受礼品")
        assert state(uow, uid) is State.SUSPENDED
        uow.commit()
    for act, code in (
        (lambda uow: take(uow, uid, Step.REINSTATE), "case-open"),
        (
            lambda uow: register.decide_violation(uow, case, 1, True, "warn", "属实"),
            "second-person",
        ),
    ):
        with pytest.raises(Refusal) as caught, ledger.write(CLERK) as uow:
            act(uow)
        assert caught.value.code == code
    for founded, measure, after in (
        (False, "none", State.SERVING),
        (True, "warn", State.SERVING),
        (True, "suspend", State.SUSPENDED),
        (True, "dismiss", State.DISMISSED),
    ):
        with ledger.write(CHIEF) as uow:
            register.decide_violation(uow, case, 1, founded, measure, "经核查")
            assert state(uow, uid) is after


def test_nobody_is_appointed_while_a_case_is_open(pool: tuple[Ledger, str]) -> None:
    ledger, uid = pool
    with ledger.write(CLERK) as uow:
        take(uow, uid, Step.APPLY)
        register.open_violation(uow, uid, "HIDDEN_CONFLICT", date(2026, 7, 20), "推荐时隐瞒了任职")
        take(uow, uid, Step.ADMIT)
        with pytest.raises(Refusal) as caught:
            take(uow, uid, Step.APPOINT)
    assert (caught.value.code, "作出决定后方可聘任" in caught.value.message_zh) == (
        "case-open",
        True,
    )


def test_the_use_cases_do_exactly_what_the_table_says(sqlite_template: Path) -> None:
    """Any walk: a step the table has leads to a state it names; a step it lacks is refused and
    changes nothing.
    """

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.folder = tempfile.TemporaryDirectory()
            self.clock = Clock()
            self.ledger = Ledger(copy_sqlite(sqlite_template, Path(self.folder.name)), self.clock)
            with self.ledger.write(CLERK) as uow:
                self.uid = register.enrol(uow, NEWCOMER)
                uow.commit()

        @rule(step=st.sampled_from(Step))
        def step(self, step: Step) -> None:
            with self.ledger.write(CLERK) as uow:
                before = state(uow, self.uid)
                # 聘任 and 续聘 are one use case; which of them it is follows from the state.
                both = (Step.APPOINT, Step.RENEW)
                rows = [TRANSITIONS[one] for one in (both if step in both else (step,))]
                allowed = any(before in row.before for row in rows)
                try:
                    take(uow, self.uid, step)
                except Refusal as refusal:
                    # Facts beside the state may still be in the way: no term to end, a term ended
                    # already or over.
                    beside = ("no-term", "ended", "bad-term", "not-found")
                    assert not allowed or refusal.code in beside, (before, step, refusal.code)
                    return
                assert allowed, (before, step)
                assert any(state(uow, self.uid) in row.after for row in rows), (before, step)
                uow.commit()

        @rule(days=st.sampled_from((1, 25, 50)))
        def time_passes(self, days: int) -> None:
            self.clock.advance(days=days)

        @invariant()
        def nothing_is_broken(self) -> None:
            with self.ledger.read() as session:
                assert exceptions(session) == []

        def teardown(self) -> None:
            self.ledger.close()
            self.folder.cleanup()

    chosen = settings(
        max_examples=15,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(Life, settings=chosen)
