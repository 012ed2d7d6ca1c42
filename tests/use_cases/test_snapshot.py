"""From the register to a problem: who may be used, who may not review whom, and every reason
said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select

from assignment.problem import Pin, Slot, parse, to_json
from award.applicants import applicants as award_applicants
from award.groups.snapshot import Snapshot, build_problem
from award.year import years as award_years
from award.year.core.policy import YearPolicy
from award.year.store import YearFields
from expert_pool import register
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.tables import Appointment, Expert
from tests import cast
from tests.storage import CHIEF, CLERK
from tests.use_cases.world import World, plan_for

YEAR = cast.YEAR
SOCKS_FIRM, PIPES_FIRM, PEARLS_FIRM = (fields.name for fields in cast.FIRMS)


@pytest.fixture
def settled(sqlite_ledger: Ledger) -> tuple[Ledger, cast.Cast]:
    return sqlite_ledger, cast.settle(sqlite_ledger)


def after(settled: tuple[Ledger, cast.Cast], *acts: object, **options: object) -> Snapshot:
    """The snapshot after some changes that nobody commits."""
    with settled[0].write(CLERK) as uow:
        for act in acts:
            act(uow)  # type: ignore[operator]
        uow.session.flush()
        return build_problem(uow.session, YEAR, **options)  # type: ignore[arg-type]


def barred(snapshot: Snapshot) -> set[tuple[str, str, str]]:
    """By name."""
    return {
        (snapshot.names.person(who).name, snapshot.names.firm(case).name, kind)
        for who, case, kind in snapshot.problem.barred
    }


def soft(snapshot: Snapshot) -> set[tuple[str, str, str, int]]:
    return {
        (snapshot.names.person(who).name, snapshot.names.firm(case).name, kind, cost)
        for who, case, kind, cost in snapshot.problem.discouraged
    }


OWN_EMPLOYER = ("郑袜业", SOCKS_FIRM, "EMPLOYMENT")


def test_the_cast_becomes_a_problem(settled: tuple[Ledger, cast.Cast]) -> None:
    snapshot = after(settled)
    problem = snapshot.problem
    assert list(problem.slots[:3]) == [
        Slot(date(2026, 9, 7), "AM"),
        Slot(date(2026, 9, 7), "PM"),
        Slot(date(2026, 9, 8), "AM"),
    ]
    assert len(problem.slots) == 20
    assert {
        snapshot.names.firm(case.id).name: (case.half_days, case.effort, case.industries)
        for case in problem.cases
    } == {
        SOCKS_FIRM: (2, 2, ("1763",)),
        PIPES_FIRM: (3, 3, ("3352",)),
        PEARLS_FIRM: (1, 1, ("2438",)),
    }
    assert {snapshot.names.person(one.id).name for one in problem.reviewers if one.quality} == {
        "钱学勤",
        "吴质量",
        "郑袜业",
    }
    assert len({one.employer for one in problem.reviewers}) == 8
    assert barred(snapshot) == {OWN_EMPLOYER}
    assert (snapshot.not_assignable, snapshot.left_out, snapshot.notes, snapshot.provisional) == (
        (),
        (),
        (),
        False,
    )
    assert parse(to_json(problem)).digest == problem.digest


def test_the_problem_names_nobody(settled: tuple[Ledger, cast.Cast]) -> None:
    text = str(to_json(after(settled).problem))
    for person in cast.PEOPLE:
        assert person.name not in text
        assert person.employer not in text
    for firm in cast.FIRMS:
        assert firm.name not in text
    assert "13805750001" not in text


def test_the_same_facts_give_the_same_digest(settled: tuple[Ledger, cast.Cast]) -> None:
    assert after(settled).problem.digest == after(settled).problem.digest


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda uow, uid: register.suspend(uow, uid, "借调外地", YEAR), "暂停使用：借调外地"),
        (lambda uow, uid: register.suspend(uow, uid, "借调外地"), "暂停使用：借调外地"),
        (
            lambda uow, uid: register.save_availability(uow, uid, YEAR, None),
            "2026年度可参加时间未填（未知不等于有空）",
        ),
        (
            lambda uow, uid: register.save_availability(
                uow,
                uid,
                YEAR,
                [
                    HalfDay(date(2026, 9, day), half)
                    for day in range(7, 19)
                    for half in ("AM", "PM")
                ],
                "",
                1,
                cast.FIRST,
                cast.LAST,
            ),
            "现场评审期间全部时间都不能参加",
        ),
        (
            lambda uow, uid: register.declare_conflict(
                uow, uid, register.ConflictFields("PENALTY", "某招标项目", source="office")
            ),
            "因评审违法被处罚，或是失信被执行人，不得参加评审",
        ),
        (
            lambda uow, uid: register.declare_conflict(
                uow, uid, register.ConflictFields("COMMITTEE_VOTER", "审委会", source="office")
            ),
            "审委会委员（表决与评审分离），不得参加评审",
        ),
        (
            lambda uow, uid: register.edit_expert(
                uow, uid, 1, cast.expert("孙针织", "浙江理工大学")
            ),
            "专业领域未确认，也未注明是质量管理专家",
        ),
    ],
)
def test_who_may_not_be_used_is_named_with_the_reason(
    settled: tuple[Ledger, cast.Cast], act: object, reason: str
) -> None:
    uid = settled[1].experts["孙针织"]
    snapshot = after(settled, lambda uow: act(uow, uid))  # type: ignore[operator]
    assert [(one.name, one.reasons) for one in snapshot.not_assignable] == [("孙针织", (reason,))]
    assert uid not in snapshot.problem.reviewer_index
    assert uid not in snapshot.names.persons


def newcomer(uow: UnitOfWork) -> None:
    register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS))


def test_a_newcomer_has_three_reasons_and_a_rough_plan_two_less(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    strict = after(settled, newcomer)
    unknown = "2026年度可参加时间未填（未知不等于有空）"
    assert [one.reasons for one in strict.not_assignable] == [
        ("没有聘任记录", "未签署2026年度利益冲突申报与保密承诺", unknown)
    ]
    assert [one.reasons for one in after(settled, newcomer, drafting=True).not_assignable] == [
        (unknown,)
    ]


def test_a_rough_plan_names_who_has_not_declared(settled: tuple[Ledger, cast.Cast]) -> None:
    found: list[str] = []

    def undeclared(uow: UnitOfWork) -> None:
        found.append(register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS)))
        register.save_availability(uow, found[0], YEAR, (), "", 0, cast.FIRST, cast.LAST)

    assert after(settled, undeclared, drafting=True).undeclared == (found[0],)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (
            date(2024, 1, 1),
            date(2026, 9, 17),
            "聘期（至 2026-09-17）没有覆盖全部现场评审日（2026-09-07 至 2026-09-18）",
        ),
        (date(2024, 1, 1), date(2026, 9, 18), None),
        (date(2026, 9, 7), date(2026, 12, 31), None),
        (
            date(2026, 9, 8),
            date(2026, 12, 31),
            "聘期（至 2026-12-31）没有覆盖全部现场评审日（2026-09-07 至 2026-09-18）",
        ),
        (date(2024, 1, 1), date(2026, 9, 6), "聘期已于 2026-09-06 届满"),
    ],
)
def test_the_term_must_cover_every_day_of_visits(
    sqlite_ledger: Ledger, first: date, last: date, reason: str | None
) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uid = register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS))
        register.appoint(uow, uid, "reviewer", first, last)
        register.sign_declaration(uow, uid, YEAR, "1", "a" * 64, "test")
        register.save_availability(uow, uid, YEAR, (), "", 0, cast.FIRST, cast.LAST)
        found = [one.reasons for one in build_problem(uow.session, YEAR).not_assignable]
    assert found == ([] if reason is None else [(reason,)])


def test_two_terms_that_follow_each_other_cover_the_days(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uid = register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS))
        register.appoint(uow, uid, "reviewer", date(2024, 1, 1), date(2026, 9, 10))
        register.sign_declaration(uow, uid, YEAR, "1", "a" * 64, "test")
        register.save_availability(uow, uid, YEAR, (), "", 0, cast.FIRST, cast.LAST)
        assert len(build_problem(uow.session, YEAR).not_assignable) == 1
        register.appoint(uow, uid, "reviewer", date(2026, 9, 11), date(2028, 9, 10))
        assert build_problem(uow.session, YEAR).not_assignable == ()


def test_a_trainee_is_not_used_alone(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uid = register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS))
        register.appoint(uow, uid, "trainee", date(2024, 1, 1), date(2028, 1, 1))
        assert (
            build_problem(uow.session, YEAR).not_assignable[0].reasons[0]
            == "只聘为见习评审员，不能单独承担评审"
        )


def conflict(kind: str, organisation: str, until: date | None = None, **more: object) -> object:
    def act(uow: UnitOfWork, uid: str) -> str:
        return register.declare_conflict(
            uow, uid, register.ConflictFields(kind, organisation, until=until, **more)
        )  # type: ignore[arg-type]

    return act


@pytest.mark.parametrize(
    ("kind", "until", "side"),
    [
        ("CONSULTING", None, "hard"),
        (
            "CONSULTING",
            date(2023, 6, 30),
            "hard",
        ),  # the day exactly three years before the deadline still counts
        ("CONSULTING", date(2023, 6, 29), "none"),
        ("COMPETITOR", date(2025, 6, 30), "hard"),
        ("COMPETITOR", date(2025, 6, 29), "none"),
        ("KINSHIP", date(1990, 1, 1), "hard"),
        ("RECOMMENDER", date(2026, 6, 30), "hard"),
        ("RECOMMENDER", date(2026, 6, 29), "none"),
        ("TRAINING_CLIENT", date(2024, 6, 30), "soft"),
        ("TRAINING_CLIENT", date(2024, 6, 29), "none"),
        ("SUPPLIER_CUSTOMER", None, "soft"),
        ("ORG_REQUEST", None, "hard"),  # waits for a decision, bars until then
        ("OTHER", None, "hard"),
        ("GIFT", date(2021, 6, 30), "hard"),
        ("GIFT", date(2021, 6, 29), "none"),
    ],
)
def test_conflicts_count_as_the_taxonomy_says(
    settled: tuple[Ledger, cast.Cast], kind: str, until: date | None, side: str
) -> None:
    uid = settled[1].experts["孙针织"]
    snapshot = after(settled, lambda uow: conflict(kind, PEARLS_FIRM, until)(uow, uid))  # type: ignore[operator]
    costs = {"SUPPLIER_CUSTOMER": 3}
    assert barred(snapshot) - {OWN_EMPLOYER} == (
        {("孙针织", PEARLS_FIRM, kind)} if side == "hard" else set()
    )
    assert soft(snapshot) == (
        {("孙针织", PEARLS_FIRM, kind, costs.get(kind, 2))} if side == "soft" else set()
    )


@pytest.mark.parametrize(
    ("kind", "decision", "side"),
    [
        ("ORG_REQUEST", "barred", "hard"),
        ("ORG_REQUEST", "cleared", "none"),
        ("SUPPLIER_CUSTOMER", "barred", "hard"),
        ("SUPPLIER_CUSTOMER", "cleared", "none"),
    ],
)
def test_a_decision_comes_first(
    settled: tuple[Ledger, cast.Cast], kind: str, decision: str, side: str
) -> None:
    uid = settled[1].experts["孙针织"]

    def decided(uow: UnitOfWork) -> None:
        found = conflict(kind, PEARLS_FIRM)(uow, uid)  # type: ignore[operator]
        if kind == "SUPPLIER_CUSTOMER" and decision == "cleared":
            waiver = register.propose_waiver(uow, found, 1, "金额很小")
            uow.actor = CHIEF
            register.decide_waiver(uow, waiver, 1, True, "同意")
        else:
            register.decide_conflict(uow, found, 1, decision, "经核实")

    snapshot = after(settled, decided)
    assert barred(snapshot) - {OWN_EMPLOYER} == (
        {("孙针织", PEARLS_FIRM, kind)} if side == "hard" else set()
    )
    assert soft(snapshot) == set()


def test_a_withdrawn_conflict_counts_no_more(settled: tuple[Ledger, cast.Cast]) -> None:
    uid = settled[1].experts["孙针织"]

    def withdrawn(uow: UnitOfWork) -> None:
        cast.let_go(uow, conflict("KINSHIP", PEARLS_FIRM)(uow, uid), "同名")  # type: ignore[operator]

    assert barred(after(settled, withdrawn)) == {OWN_EMPLOYER}


def test_a_short_name_is_understood_and_a_strange_one_is_said(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    uid = settled[1].experts["孙针织"]
    snapshot = after(
        settled,
        lambda uow: conflict("SELF_DECLARED", "山下湖珍珠")(uow, uid),  # type: ignore[operator]
        lambda uow: conflict("SELF_DECLARED", "大东")(uow, uid),  # type: ignore[operator]
        lambda uow: conflict("SELF_DECLARED", "新世纪")(uow, uid),  # type: ignore[operator]
    )
    assert barred(snapshot) == {
        OWN_EMPLOYER,
        ("孙针织", PEARLS_FIRM, "SELF_DECLARED"),
        ("孙针织", SOCKS_FIRM, "SELF_DECLARED"),  # perhaps: until somebody says
    }
    assert snapshot.notes == (
        "以下回避申报的单位不在今年的申报组织中，请核对是否同一单位：孙针织（新世纪）。",
        f"是不是同一单位还没有人确认，确认前按同一单位回避：大东与{SOCKS_FIRM}。",
    )


@pytest.mark.parametrize(
    "employer",
    [
        "诸暨大东袜业有限公司（退休）",
        "诸暨大东袜业有限公司质管科",
        "诸暨市袜业协会、诸暨大东袜业有限公司",
        "大\u200b东\u2060袜业",
        "大東襪業",
        "大东集团",
        "诸暨大东袜业股份有限公司",
    ],
)
def test_nobody_reviews_his_own_firm_however_it_is_written(
    settled: tuple[Ledger, cast.Cast], employer: str
) -> None:
    def works_there(uow: UnitOfWork) -> None:
        row = uow.load(Expert, settled[1].experts["孙针织"])
        register.edit_expert(uow, row.uid, row.version, replace(cast.PEOPLE[1], employer=employer))

    assert ("孙针织", SOCKS_FIRM, "EMPLOYMENT") in barred(after(settled, works_there))


def test_what_a_person_said_of_two_names_is_remembered(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    uid = settled[1].experts["孙针织"]

    def asked(uow: UnitOfWork) -> None:
        conflict("SELF_DECLARED", "大东")(uow, uid)  # type: ignore[operator]

    def said(same: bool) -> Callable[[UnitOfWork], object]:
        return lambda uow: register.answer_organisation(
            uow, SOCKS_FIRM, "大东", same, "查过信用代码"
        )

    tie = ("孙针织", SOCKS_FIRM, "SELF_DECLARED")
    for steps, open_doubts, is_barred in (
        ((asked,), 1, True),
        ((asked, said(True)), 0, True),
        ((asked, said(False)), 0, False),
        ((asked, said(False), said(True)), 0, True),
    ):
        snapshot = after(settled, *steps)
        assert (len(snapshot.doubts), tie in barred(snapshot)) == (open_doubts, is_barred)
    with pytest.raises(Refusal, match="写明为什么"):
        after(settled, lambda uow: register.answer_organisation(uow, SOCKS_FIRM, "大东", False))


def test_the_group_company_counts_as_the_applicant(settled: tuple[Ledger, cast.Cast]) -> None:
    def sisters(uow: UnitOfWork) -> None:
        register.affiliate(uow, PIPES_FIRM, "越恒控股集团有限公司")
        register.affiliate(uow, "诸暨越恒电机有限公司", "越恒控股集团有限公司")
        uid = settled[1].experts["冯管件"]
        register.edit_expert(
            uow, uid, 1, cast.expert("冯管件", "诸暨越恒电机有限公司技术中心", cast.PIPES)
        )

    assert barred(after(settled, sisters)) == {OWN_EMPLOYER, ("冯管件", PIPES_FIRM, "EMPLOYMENT")}


def test_staff_of_the_recommending_town_are_barred(settled: tuple[Ledger, cast.Cast]) -> None:
    def recommended(uow: UnitOfWork) -> None:
        award_applicants.edit_applicant(
            uow,
            settled[1].firms[PIPES_FIRM],
            1,
            replace(cast.FIRMS[1], recommender="店口镇人民政府"),
        )
        register.edit_expert(
            uow,
            settled[1].experts["冯管件"],
            1,
            cast.expert("冯管件", "店口镇人民政府", cast.PIPES),
        )

    assert barred(after(settled, recommended)) == {
        OWN_EMPLOYER,
        ("冯管件", PIPES_FIRM, "RECOMMENDER"),
    }


def test_service_is_carried_and_a_prior_review_discouraged(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    uid = settled[1].experts["冯管件"]

    def served(uow: UnitOfWork) -> None:
        for year, organisation, effort in (
            (2025, PIPES_FIRM, 3),
            (2024, "别家", 4),
            (2023, "旧家", 5),
            (2022, PEARLS_FIRM, 6),
        ):
            register.record_performance(
                uow, uid, register.ServiceFields(year, organisation, effort=effort)
            )

    snapshot = after(settled, served)
    assert snapshot.problem.reviewers[snapshot.problem.reviewer_index[uid]].carried_effort == 7
    assert soft(snapshot) == {("冯管件", PIPES_FIRM, "PRIOR_REVIEW", 2)}


@pytest.mark.parametrize(
    ("stages_told", "carried"),
    [
        ((), 4),
        ((("site", "present", False),), 4),
        ((("document", "present", False), ("site", "no_show", False)), 4),
        ((("document", "excused", False), ("site", "no_show", False)), 0),
        ((("site", "present", True),), 0),
    ],
)
def test_a_review_stayed_away_from_is_no_load(
    settled: tuple[Ledger, cast.Cast], stages_told: tuple[tuple[str, str, bool], ...], carried: int
) -> None:
    uid = settled[1].experts["冯管件"]

    def served(uow: UnitOfWork) -> None:
        register.record_performance(uow, uid, register.ServiceFields(2025, "别家", effort=4))
        for stage, attendance, declined in stages_told:
            register.note_stage(
                uow, uid, register.StageFields(2025, "别家", stage, attendance, declined=declined)
            )

    problem = after(settled, served).problem
    assert problem.reviewers[problem.reviewer_index[uid]].carried_effort == carried


def test_leading_follows_the_grade_given_and_taken(settled: tuple[Ledger, cast.Cast]) -> None:
    """定为组长 makes somebody a leader whom the list does not mark; 取消组长资格 outweighs the mark
    in the list.
    """
    known = settled[1].experts
    plain, marked = (
        known["冯管件"],
        next(known[person.name] for person in cast.PEOPLE if person.leader),
    )

    def leads(uid: str, held: str, given: str = "") -> bool:
        def act(uow: UnitOfWork) -> None:
            expert = uow.load(Expert, uid)
            uow.session.scalars(
                select(Appointment).where(Appointment.expert_id == expert.id)
            ).one().grade = held
            if given:
                register.regrade(uow, uid, given, "经研究")

        problem = after(settled, act).problem
        return problem.reviewers[problem.reviewer_index[uid]].leader

    assert [leads(plain, "reviewer"), leads(plain, "lead"), leads(plain, "reviewer", "lead")] == [
        False,
        True,
        True,
    ]
    assert [
        leads(marked, "reviewer"),
        leads(marked, "lead"),
        leads(marked, "lead", "reviewer"),
    ] == [True, True, False]


def test_pairs_and_employers(settled: tuple[Ledger, cast.Cast]) -> None:
    sun, wu = settled[1].experts["孙针织"], settled[1].experts["吴质量"]
    snapshot = after(settled, lambda uow: register.declare_pair(uow, sun, wu, "SAME_GROUP_KIN"))
    assert snapshot.problem.barred_pairs == ((*sorted((sun, wu)), "SAME_GROUP_KIN"),)

    def retired(uow: UnitOfWork) -> None:
        register.edit_expert(uow, sun, 1, replace(cast.PEOPLE[1], employer="退休"))
        register.edit_expert(uow, wu, 1, replace(cast.PEOPLE[4], employer="退休"))

    # Two retired people are not colleagues; one university written in two ways is one employer.
    assert len({one.employer for one in after(settled, retired).problem.reviewers}) == 8
    same = after(
        settled,
        lambda uow: register.edit_expert(
            uow, wu, 1, replace(cast.PEOPLE[4], employer="浙江 理工大学")
        ),
    )
    assert len({one.employer for one in same.problem.reviewers}) == 7


def test_days_not_asked_about_are_not_free(settled: tuple[Ledger, cast.Cast]) -> None:
    uid = settled[1].experts["孙针织"]
    away = [HalfDay(date(2026, 9, 7), "AM")]
    snapshot = after(
        settled,
        lambda uow: register.save_availability(
            uow, uid, YEAR, away, "", 1, cast.FIRST, date(2026, 9, 16)
        ),
    )
    assert snapshot.problem.reviewers[snapshot.problem.reviewer_index[uid]].unavailable == (
        0,
        16,
        17,
        18,
        19,
    )
    assert snapshot.notes == (
        "可参加时间没有覆盖全部现场评审日，未填的日子按不能参加处理：孙针织。",
    )


def test_closed_days_holidays_and_corrections(settled: tuple[Ledger, cast.Cast]) -> None:
    uid = settled[1].firms[SOCKS_FIRM]

    def closed(uow: UnitOfWork) -> None:
        award_applicants.edit_applicant(
            uow, uid, 1, replace(cast.FIRMS[0], closed=(HalfDay(date(2026, 9, 8), "PM"),))
        )
        register.set_day(uow, date(2026, 9, 7), "closed", "台风停工")
        register.set_day(uow, date(2026, 9, 12), "makeup", "调休上班")

    problem = after(settled, closed).problem
    days = list(dict.fromkeys(slot.date.day for slot in problem.slots))
    assert days == [8, 9, 10, 11, 12, 14, 15, 16, 17, 18]
    assert problem.cases[problem.case_index[uid]].closed == (1,)


def test_an_applicant_that_cannot_be_planned_is_left_out_and_named(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    def asked(uow: UnitOfWork) -> None:
        award_applicants.edit_applicant(
            uow, settled[1].firms[SOCKS_FIRM], 1, replace(cast.FIRMS[0], industries=())
        )
        award_applicants.edit_applicant(
            uow,
            settled[1].firms[PIPES_FIRM],
            1,
            replace(cast.FIRMS[1], closed_known=False, closed_text="月底盘库"),
        )
        award_applicants.withdraw_applicant(uow, settled[1].firms[PEARLS_FIRM], 1, "不再申报")

    snapshot = after(settled, asked)
    assert snapshot.problem.cases == ()
    assert {(one.name, one.reasons) for one in snapshot.left_out} == {
        (SOCKS_FIRM, ("行业未确认，无法匹配专业对口的评审员",)),
        (PIPES_FIRM, ("不便接待的时间未确认（原文：月底盘库）",)),
    }


def test_what_was_assumed_is_said(settled: tuple[Ledger, cast.Cast]) -> None:
    def vague(uow: UnitOfWork) -> None:
        fields = replace(
            cast.FIRMS[0],
            town_code=None,
            employees=None,
            industries=(cast.Trade(cast.SOCKS, "袜子"),),
        )
        award_applicants.edit_applicant(uow, settled[1].firms[SOCKS_FIRM], 1, fields)

    assert after(settled, vague).notes == (
        f"地点不明，按市区计算路程：{SOCKS_FIRM}。",
        f"职工人数不明，现场评审时长按默认值：{SOCKS_FIRM}。",
        f"行业由程序按文字认定、尚未经人确认：{SOCKS_FIRM}。",
    )


def test_a_year_without_notice_is_provisional(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        award_years.open_year(
            uow, 2031, YearFields("2031年度", date(2031, 9, 8), date(2031, 9, 12))
        )
        snapshot = build_problem(uow.session, 2031)
        assert (snapshot.provisional, snapshot.notes) == (
            True,
            ("2031 年节假日安排未公布，工作日按推算，公布后须重新核对。",),
        )
        register.announce_year(uow, 2031, "国办发明电〔2030〕7号")
        assert build_problem(uow.session, 2031).provisional is False


def test_the_policy_of_the_year_is_used(settled: tuple[Ledger, cast.Cast]) -> None:
    policy = YearPolicy(
        regime="panel",
        visit_table=((1000, 4),),
        desk_effort=2,
        max_effort=9,
        max_groups=3,
        carried_years=0,
    )

    def changed(uow: UnitOfWork) -> None:
        award_years.edit_year(
            uow,
            YEAR,
            1,
            YearFields("2026年度", cast.FIRST, cast.LAST, None, cast.DEADLINE, policy, {"span": 7}),
        )

    problem = after(settled, changed).problem
    assert (problem.policy.regime, problem.policy.groups, dict(problem.weights)) == (
        "panel",
        None,
        {"span": 7},
    )
    assert {(case.half_days, case.effort) for case in problem.cases} == {(4, 6)}
    assert {(one.max_effort, one.max_groups) for one in problem.reviewers} == {(9, 3)}


@pytest.mark.parametrize(
    ("cases", "groups"),
    [(0, None), (1, (1, 2)), (3, (1, 2)), (12, (2, 4)), (20, (4, 6)), (60, (14, 16))],
)
def test_the_number_of_groups_follows_the_applicants(
    cases: int, groups: tuple[int, int] | None
) -> None:
    assert YearPolicy().group_range(cases) == groups


def test_pins_and_previous_follow_the_calendar(settled: tuple[Ledger, cast.Cast]) -> None:
    """A window that begins a day later moves every slot; wishes keep their day, or go with a
    word.
    """
    people = settled[1]
    before = after(settled)
    plan = plan_for(World(people), before.problem)
    pins = (
        Pin("visit", case=people.firms[PIPES_FIRM], start=2),
        Pin("visit", case=people.firms[SOCKS_FIRM], start=0),
        Pin("member", reviewer="e-gone", case=people.firms[SOCKS_FIRM]),
    )

    def later(uow: UnitOfWork) -> None:
        award_years.edit_year(
            uow,
            YEAR,
            1,
            YearFields("2026年度", date(2026, 9, 8), cast.LAST, None, cast.DEADLINE, cast.POLICY),
        )

    snapshot = after(settled, later, pins=pins, previous=(before.problem, plan))
    assert snapshot.problem.pins == (Pin("visit", case=people.firms[PIPES_FIRM], start=0),)
    assert "有 2 项固定安排涉及已不在本年度的人、组织或时间，未沿用。" in snapshot.notes
    assert snapshot.problem.previous is not None
    starts = {
        visit["case"]: visit["start"] for visit in snapshot.problem.previous["groups"][0]["visits"]
    }
    assert starts == {
        people.firms[SOCKS_FIRM]: None,
        people.firms[PIPES_FIRM]: 0,
        people.firms[PEARLS_FIRM]: 4,
    }


def test_the_snapshot_takes_the_same_number_of_statements(sqlite_ledger: Ledger) -> None:
    counts = []
    with sqlite_ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uow.commit()
    for number in range(3):
        with sqlite_ledger.write(CLERK) as uow:
            for index in range(1 + 15 * number):
                cast.make_ready(
                    uow,
                    register.enrol(
                        uow, cast.expert(f"专家{number}-{index}", f"单位{index}", cast.SOCKS)
                    ),
                )
                award_applicants.enter_applicant(
                    uow, YEAR, cast.firm(f"企业{number}-{index}", cast.SOCKS, cast.JIYANG, 50)
                )
            uow.commit()
        statements: list[str] = []

        def count(*args: object, into: list[str] = statements) -> None:
            into.append(str(args[2]))

        event.listen(sqlite_ledger.engine, "before_cursor_execute", count)
        with sqlite_ledger.read() as session:
            build_problem(session, YEAR)
        event.remove(sqlite_ledger.engine, "before_cursor_execute", count)
        counts.append(len(statements))
    # The first time nothing is gathered yet; later ones also ask the log what came since.
    assert counts[0] <= counts[1] == counts[2]
