"""A database with one of everything, and every write use case there is, with the log entries it
must leave.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from assignment.draw import Candidate, CandidateSet
from assignment.edit import Join, revalue
from assignment.problem import Pin, Problem, parse
from assignment.solution import Group, Plan, SolverInfo, Visit, to_json
from assignment.solver.limits import Limits
from award.applicants import applicants as award_applicants
from award.duties import duties
from award.groups import draws, jobs, plans, service, signing, trials
from award.groups.snapshot import build_problem
from award.groups.store import parse_names
from award.groups.tables import PlanDraw, SolveJob
from award.year import opening
from award.year import years as award_years
from award.year.store import YearFields
from expert_pool import register
from expert_pool.facts.halfday import HalfDay
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.records import Lifting
from expert_pool.register import lifting
from expert_pool.tables import Conflict, Declaration, Expert, ImportRow
from tests import cast
from tests.storage import CHIEF, CLERK, Clock

YEAR = cast.YEAR
CARD = "110101199003070011"
NEWCOMER = cast.expert("卫新人", "绍兴文理学院", cast.SOCKS)


def tokens() -> Callable[[], str]:
    """Ids in order, so that two runs give the same."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):015x}" + "0" * 17


@dataclass
class World:
    """Public ids of what is in the database."""

    cast: cast.Cast = field(default_factory=cast.Cast)
    uid: dict[str, str] = field(default_factory=dict)

    def expert(self, name: str) -> str:
        return self.cast.experts[name]

    def firm(self, position: int) -> str:
        return self.cast.firms[cast.FIRMS[position].name]


def plan_for(world: World, problem: Problem) -> Plan:
    """A plan that keeps every rule: one group, three visits."""
    qian, chu, li = (world.expert(name) for name in ("钱学勤", "褚珠宝", "李五金"))
    visits = (Visit(world.firm(0), 0, 2), Visit(world.firm(1), 2, 3), Visit(world.firm(2), 6, 1))
    plan = Plan(
        problem.digest,
        "feasible",
        (Group(qian, (qian, chu, li), visits),),
        solver=SolverInfo("test", 1, 0.0, 1, True),
    )
    return revalue(problem, plan)


def build(ledger: Ledger) -> World:
    world = World(cast.settle(ledger))
    with ledger.write(CLERK) as uow:
        sun, li, wu, feng = (
            world.expert(name) for name in ("孙针织", "李五金", "吴质量", "冯管件")
        )
        world.uid["suspension"] = register.suspend(uow, feng, "借调外地")
        world.uid["conflict"] = register.declare_conflict(
            uow, sun, register.ConflictFields("CONSULTING", "某咨询对象有限公司")
        )
        world.uid["pair"] = register.declare_pair(uow, sun, wu, "SAME_GROUP_KIN")
        world.uid["appointment"] = _appointment(uow, li)
        world.uid["withdrawn"] = award_applicants.enter_applicant(
            uow, YEAR, cast.firm("诸暨已撤回机械厂", cast.PIPES, cast.JIYANG, 20)
        )
        award_applicants.withdraw_applicant(uow, world.uid["withdrawn"], 1, "不再申报")
        _matters(uow, world)
        award_years.open_year(
            uow, 2025, YearFields("2025年度", date(2025, 9, 8), date(2025, 9, 19))
        )
        award_years.open_year(
            uow, 2024, YearFields("2024年度", date(2024, 9, 9), date(2024, 9, 20))
        )
        award_applicants.enter_applicant(
            uow, 2024, cast.firm("诸暨往年电机厂", cast.SOCKS, cast.JIYANG, 20)
        )
        register.save_availability(uow, sun, 2024, (), "", 0, date(2024, 9, 1), date(2024, 9, 30))
        world.uid["batch"] = register.open_import(uow, "experts", YEAR, "台账.xlsx", "b" * 64, "{}")
        refused = [register.RefusedRow(3, "王五", "乙院", "手机：为空")]
        register.follow_refused(uow, world.uid["batch"], refused, [])
        world.uid["refused"] = uow.session.scalars(select(ImportRow.uid)).one()
        snapshot = build_problem(uow.session, YEAR)
        plan = plan_for(world, snapshot.problem)
        for name in ("draft", "approved", "published"):
            world.uid[name] = plans.save_draft(uow, YEAR, snapshot.problem, plan, snapshot.names)
        plans.add_pin(
            uow,
            world.uid["draft"],
            1,
            Pin("member", reviewer=world.expert("钱学勤"), case=world.firm(0)),
        )
        uow.commit()
    with ledger.write(CHIEF) as uow:
        signing.publish(
            uow, world.uid["published"], signing.approve(uow, world.uid["published"], 1)
        )
        signing.approve(uow, world.uid["approved"], 1)
        uow.commit()
    with ledger.write(CLERK) as uow:
        world.uid["draw"] = _published_set(uow, world)
        world.uid["trial"] = _tried(uow, world)
        world.uid["job"] = jobs.start(uow, YEAR, Limits(time_limit=5))
        world.uid["round"] = register.open_round(uow, YEAR, date(2026, 8, 20))
        world.uid["message"] = register.write_message(
            uow, world.expert("孙针织"), YEAR, "ask", "请答复", ()
        )
        uow.commit()
    return world


def candidates_for(world: World, problem: Problem) -> CandidateSet:
    """Two plans that keep every rule, as likely as not."""
    first = plan_for(world, problem).groups
    others = (replace(first[0], members=(*first[0].members, world.expert("周珍珠"))),)
    return CandidateSet(problem, 500, 600, (Candidate(600_000, first), Candidate(400_000, others)))


def _published_set(uow: UnitOfWork, world: World) -> str:
    job = draws.start_draw(uow, YEAR, Limits(time_limit=5), "当众掷骰五次", 500, 600)
    taken = jobs.claim(uow, job, "test")
    assert taken is not None
    found = draws.open_draw(uow, job, candidates_for(world, taken[0]))
    assert found is not None
    return found


def _tried(uow: UnitOfWork, world: World) -> str:
    job = trials.start_trial(
        uow,
        YEAR,
        [trials.Wish("专业优先", {"specialist": 400}), trials.Wish("两组", groups=(1, 2))],
        Limits(5),
    )
    assert jobs.claim(uow, job, "test") is not None
    row = uow.load(SolveJob, job)
    tried = [
        one | {"plan": to_json(plan_for(world, parse(one["problem"])))}
        for one in json.loads(row.task or "")["wishes"]
    ]
    jobs.finish_task(uow, job, json.dumps(tried))
    return job


def decline_and_reopen(uow: UnitOfWork, world: World, name: str) -> None:
    duties.answer_duty(
        uow, world.expert(name), YEAR, fingerprint(uow, world, name), False, "personal", "手术"
    )
    duties.reopen_duty(uow, world.expert(name), YEAR, "电话里说已痊愈")


def keep_and_drop(uow: UnitOfWork, expert: str) -> None:
    register.keep_identity(uow, expert, CARD)
    register.drop_identity(uow, expert, "本人要求")


def fingerprint(uow: UnitOfWork, world: World, name: str) -> str:
    """Of somebody's duty in the published plan."""
    found = duties.own(uow.session, world.expert(name), YEAR, date(2026, 8, 3))
    assert found is not None
    return found.duty.fingerprint


def _matters(uow: UnitOfWork, world: World) -> None:
    """Somebody recommended, a soft conflict with a waiver proposed, a case open, an official."""
    zhou, chu = world.expert("周珍珠"), world.expert("褚珠宝")
    world.uid["newcomer"] = register.enrol(
        uow, replace(NEWCOMER, education="硕士", birth=date(1980, 1, 1))
    )
    world.uid["candidacy"] = register.enter_candidacy(uow, world.uid["newcomer"], RECOMMENDED)
    world.uid["soft"] = register.declare_conflict(
        uow, zhou, register.ConflictFields("SUPPLIER_CUSTOMER", "某供应商有限公司")
    )
    world.uid["soft-2"] = register.declare_conflict(
        uow, zhou, register.ConflictFields("ACADEMIC", "某供应商有限公司")
    )
    world.uid["waiver"] = register.propose_waiver(uow, world.uid["soft-2"], 1, "合作早已结束")
    world.uid["listed"] = register.enrol(uow, replace(NEWCOMER, name="沈未聘"))
    world.uid["violation"] = register.open_violation(
        uow, world.uid["listed"], "CONTACT", date(2026, 7, 1), "反映私下接触"
    )
    world.uid["official"] = register.enter_official(
        uow, "committee", "某委员", "诸暨市发展和改革局"
    )
    register.note_stage(uow, chu, register.StageFields(2025, "甲公司", "site", "no_show"))
    register.note_stage(uow, chu, register.StageFields(2025, "乙公司", "site", "no_show"))


RECOMMENDED = register.CandidacyFields(
    "recommended", "诸暨市袜业协会", date(2026, 7, 1), 12, "卓越绩效培训班", date(2025, 5, 1), True
)


def _appointment(uow: UnitOfWork, expert: str) -> str:
    from sqlalchemy import select

    from expert_pool.tables import Appointment, Expert

    found = uow.session.scalar(
        select(Appointment.uid)
        .join(Expert, Expert.id == Appointment.expert_id)
        .where(Expert.uid == expert)
    )
    assert found is not None
    return found


@dataclass(frozen=True)
class Case:
    """One use case: what it does, and the (action, kind) of each entry it must leave."""

    name: str
    run: Callable[[UnitOfWork, World], Any]
    entries: tuple[tuple[str, str], ...]
    actor: Any = CLERK


def _plan_of(uow: UnitOfWork, world: World) -> Any:
    snapshot = build_problem(uow.session, YEAR)
    return plans.save_draft(
        uow, YEAR, snapshot.problem, plan_for(world, snapshot.problem), snapshot.names
    )


def _finished(uow: UnitOfWork, world: World) -> Any:
    taken = jobs.claim(uow, world.uid["job"], "test")
    assert taken is not None
    return jobs.finish(uow, world.uid["job"], plan_for(world, taken[0]))


def _unanswered(uow: UnitOfWork, world: World) -> str:
    """Somebody who has signed on her own page, and not answered the list of applicants yet."""
    uid = world.expert("孙针织")
    uow.session.scalars(
        select(Declaration).join(Expert).where(Expert.uid == uid, Declaration.year == YEAR)
    ).one().answered_at = None
    uow.session.flush()
    return uid


def _decide_void(uow: UnitOfWork, world: World) -> None:
    """What somebody else had proposed before."""
    row = uow.load(PlanDraw, world.uid["draw"])
    row.void_reason, row.voiding_at, row.voiding_by, row.voiding_name = (
        "名单有误",
        uow.now,
        "u-other",
        "另一人",
    )
    uow.session.flush()
    draws.decide_void(uow, row.uid, 1, True, "情况属实")


def _agree_again(uow: UnitOfWork, world: World) -> None:
    """To a set that somebody else published after another was drawn."""
    row = uow.load(PlanDraw, world.uid["draw"])
    row.again_reason, row.opened_by = "两位专家退出", "u-other"
    uow.session.flush()
    draws.agree_again(uow, row.uid, 1, "情况属实")


def _lifted(uow: UnitOfWork, world: World) -> None:
    """What somebody else had proposed."""
    row = uow.load(Conflict, world.uid["conflict"])
    uid = lifting.propose(uow, row, lifting.WITHDRAW, "登记有误")
    uow.load(Lifting, uid).proposed_by = "u-other"
    uow.session.flush()
    register.decide_lifting(uow, uid, 1, True, "已核对原件")


def _stopped(uow: UnitOfWork, world: World) -> None:
    job = uow.load(SolveJob, world.uid["job"])
    jobs.stop_those_of(uow, job.created_by, parse_names(job.names).firms)


def _start_afresh(uow: UnitOfWork, world: World, kind: str) -> str:
    """After whatever stands in the way."""
    if kind == "draw":
        _decide_void(uow, world)
    jobs.request_cancel(uow, world.uid["job"])
    jobs.finish_task(uow, world.uid["job"])
    if kind == "draw":
        return draws.start_draw(uow, YEAR, Limits(5), "当众掷骰五次")
    return trials.start_trial(uow, YEAR, [trials.Wish("均衡优先", {"workload": 8})], Limits(5))


def _open_again(uow: UnitOfWork, world: World) -> None:
    job = _start_afresh(uow, world, "draw")
    draws.open_draw(uow, job, candidates_for(world, build_problem(uow.session, YEAR).problem))


def _finish_trial(uow: UnitOfWork, world: World) -> None:
    jobs.finish_task(uow, _start_afresh(uow, world, "trial"), "[]")


def _recall(uow: UnitOfWork, world: World) -> None:
    signing.recall(uow, world.uid["draft"], signing.submit(uow, world.uid["draft"], 2))


def _send_back(uow: UnitOfWork, world: World) -> None:
    version = signing.submit(uow, world.uid["draft"], 2)
    signing.send_back(uow, world.uid["draft"], version, "第二组再看一下")


def _redo(uow: UnitOfWork, world: World) -> None:
    undone = plans.undo(uow, world.uid["draft"], 2)
    plans.redo(uow, world.uid["draft"], undone.row.version)


TRIAL_ENTRIES = (("cancel", "solve_job"), ("finish", "solve_job"), ("start", "solve_job"))
DRAW_ENTRIES = (("void", "plan_draw"), *TRIAL_ENTRIES)
PIN = Pin("leader", reviewer="", case="")
ENTRIES = 16  # four days of visits, each for three members and the office

CASES = (
    Case(
        "enrol",
        lambda u, w: register.enrol(u, replace(NEWCOMER, name="韩全新")),
        (("enrol", "expert"),),
    ),
    Case(
        "edit_expert",
        lambda u, w: register.edit_expert(u, w.expert("孙针织"), 1, NEWCOMER),
        (("edit", "expert"),),
    ),
    Case(
        "appoint",
        lambda u, w: register.appoint(
            u, w.expert("孙针织"), "lead", date(2028, 1, 1), date(2029, 1, 1)
        ),
        (("appoint", "appointment"),),
    ),
    Case(
        "end_appointment",
        lambda u, w: register.end_appointment(
            u, w.uid["appointment"], 1, date(2026, 8, 1), "本人辞聘"
        ),
        (("end", "appointment"),),
    ),
    Case(
        "engage",
        lambda u, w: register.engage(
            u, w.expert("孙针织"), "lead", date(2028, 1, 1), date(2029, 1, 1)
        ),
        (("appoint", "appointment"),),
    ),
    Case(
        "regrade",
        lambda u, w: register.regrade(u, w.expert("孙针织"), "lead", "评审成绩突出"),
        (("regrade", "appointment"), ("appoint", "appointment")),
    ),
    Case(
        "keep_identity",
        lambda u, w: register.keep_identity(u, w.expert("孙针织"), CARD),
        (("keep", "identity_number"),),
    ),
    Case(
        "drop_identity",
        lambda u, w: keep_and_drop(u, w.expert("周珍珠")),
        (("keep", "identity_number"), ("delete", "identity_number")),
    ),
    Case(
        "dismiss",
        lambda u, w: register.dismiss(u, w.expert("孙针织"), "本人要求退出"),
        (("dismiss", "appointment"),),
    ),
    Case(
        "enter_candidacy",
        lambda u, w: register.enter_candidacy(
            u, register.enrol(u, replace(NEWCOMER, name="卫又新")), RECOMMENDED
        ),
        (("enrol", "expert"), ("apply", "candidacy")),
    ),
    Case(
        "amend_candidacy",
        lambda u, w: register.amend_candidacy(
            u, w.uid["candidacy"], 1, replace(RECOMMENDED, experience_years=13)
        ),
        (("amend", "candidacy"),),
    ),
    Case(
        "recommend",
        lambda u, w: register.recommend(
            u, [register.Recommendation(replace(NEWCOMER, name="卫又新"), RECOMMENDED)]
        ),
        (("enrol", "expert"), ("apply", "candidacy")),
    ),
    Case(
        "decide_candidacy",
        lambda u, w: register.decide_candidacy(u, w.uid["candidacy"], 1, True, ""),
        (("admit", "candidacy"),),
        CHIEF,
    ),
    Case(
        "note_stage",
        lambda u, w: register.note_stage(
            u,
            w.expert("孙针织"),
            register.StageFields(2025, "甲公司", "site", "present", "on_time"),
        ),
        (("record", "stage_record"),),
    ),
    Case(
        "rate",
        lambda u, w: register.rate(
            u,
            w.expert("孙针织"),
            register.RatingFields(
                2025, "甲公司", "site", "applicant", {"manner": 48, "insight": 45}, "甲公司"
            ),
        ),
        (("rate", "rating"),),
    ),
    Case(
        "open_violation",
        lambda u, w: register.open_violation(
            u, w.expert("孙针织"), "GIFT", date(2026, 7, 1), "反映收受礼品"
        ),
        (("suspend", "suspension"), ("open", "violation")),
    ),
    Case(
        "decide_violation",
        lambda u, w: register.decide_violation(u, w.uid["violation"], 1, False, "none", "查无实据"),
        (("decide", "violation"), ("lift", "suspension")),
        CHIEF,
    ),
    Case(
        "decide_proposal",
        lambda u, w: register.decide_proposal(
            u, w.expert("褚珠宝"), 2026, "exit-absent", True, "两次无故缺席"
        ),
        (("decide", "personnel_decision"), ("dismiss", "appointment")),
    ),
    Case(
        "request_recusal",
        lambda u, w: register.request_recusal(
            u, w.expert("孙针织"), cast.FIRMS[0].name, "", YEAR, date(2026, 7, 2), "曾有合同纠纷"
        ),
        (("declare", "conflict"),),
    ),
    Case(
        "propose_waiver",
        lambda u, w: register.propose_waiver(u, w.uid["soft"], 1, "金额很小"),
        (("propose", "waiver"),),
    ),
    Case(
        "decide_waiver",
        lambda u, w: register.decide_waiver(u, w.uid["waiver"], 1, True, "同意"),
        (("grant", "waiver"), ("decide", "conflict")),
        CHIEF,
    ),
    Case(
        "enter_official",
        lambda u, w: register.enter_official(u, "regulator", "某科长", "诸暨市市场监管局"),
        (("enter", "official"),),
    ),
    Case(
        "end_official",
        lambda u, w: register.end_official(u, w.uid["official"], 1, date(2026, 7, 1), "岗位调整"),
        (("end", "official"),),
    ),
    Case(
        "import_holdings",
        lambda u, w: register.import_holdings(
            u, [register.HoldingFields("甲公司", "乙集团", True, "股东", 60.0)], "企业信用公示"
        ),
        (("import", "shareholding"),),
    ),
    Case(
        "import_officials",
        lambda u, w: register.import_officials(
            u, [register.OfficialFields("committee", "某主任", "诸暨市人民政府办公室")]
        ),
        (("enter", "official"),),
    ),
    Case(
        "suspend",
        lambda u, w: register.suspend(u, w.expert("孙针织"), "投诉核查"),
        (("suspend", "suspension"),),
    ),
    Case(
        "reinstate",
        lambda u, w: register.reinstate(u, w.uid["suspension"], 1, "借调结束"),
        (("lift", "suspension"),),
    ),
    Case(
        "declare_conflict",
        lambda u, w: register.declare_conflict(
            u, w.expert("李五金"), register.ConflictFields("KINSHIP", cast.FIRMS[1].name)
        ),
        (("declare", "conflict"),),
    ),
    Case(
        "end_conflict",
        lambda u, w: register.end_conflict(u, w.uid["conflict"], 1, date(2026, 1, 1), "合同到期"),
        (("propose", "lifting"),),
    ),
    Case(
        "decide_conflict",
        lambda u, w: register.decide_conflict(u, w.uid["conflict"], 1, "barred", "属实"),
        (("decide", "conflict"),),
    ),
    Case(
        "withdraw_conflict",
        lambda u, w: register.withdraw_conflict(u, w.uid["conflict"], 1, "登记有误"),
        (("propose", "lifting"),),
    ),
    Case(
        "declare_pair",
        lambda u, w: register.declare_pair(
            u, w.expert("李五金"), w.expert("孙针织"), "SAME_GROUP_KIN"
        ),
        (("declare", "pair_conflict"),),
    ),
    Case(
        "withdraw_pair",
        lambda u, w: register.withdraw_pair(u, w.uid["pair"], 1, "登记有误"),
        (("propose", "lifting"),),
    ),
    Case(
        "decide_lifting",
        _lifted,
        (("propose", "lifting"), ("grant", "lifting"), ("withdraw", "conflict")),
    ),
    Case(
        "answer_organisation",
        lambda u, w: register.answer_organisation(u, "大东集团", "大东袜业", True),
        (("answer", "organisation_answer"),),
    ),
    Case(
        "affiliate",
        lambda u, w: register.affiliate(u, "甲公司", "乙集团"),
        (("affiliate", "affiliation"),),
    ),
    Case(
        "sign_declaration",
        lambda u, w: register.sign_declaration(
            u, w.expert("孙针织"), YEAR, "2026-2", "c" * 64, "test"
        ),
        (("sign", "declaration"),),
    ),
    Case(
        "save_availability",
        lambda u, w: register.save_availability(
            u,
            w.expert("孙针织"),
            YEAR,
            [HalfDay(date(2026, 9, 8), "AM")],
            "9.8上午",
            1,
            cast.FIRST,
            cast.LAST,
        ),
        (("save", "availability"),),
    ),
    Case(
        "record_performance",
        lambda u, w: register.record_performance(
            u, w.expert("孙针织"), register.ServiceFields(2025, "甲公司", effort=2, score=90)
        ),
        (("record", "performance_record"),),
    ),
    Case(
        "remember_headings",
        lambda u, w: register.remember_headings(u, "experts", {"单 位": "employer"}),
        (("remember", "heading_memory"),),
    ),
    Case(
        "note_answered",
        lambda u, w: register.note_answered(u, _unanswered(u, w), YEAR),
        (("answer", "declaration"),),
    ),
    Case(
        "answer_list",
        lambda u, w: award_applicants.answer_list(
            u, _unanswered(u, w), YEAR, w.cast.firms.values()
        ),
        (("answer", "declaration"),),
    ),
    Case(
        "amend_conflict",
        lambda u, w: register.amend_conflict(
            u, w.uid["conflict"], 1, register.Amendment(date(2024, 1, 1), evidence="合同"), "补充"
        ),
        (("correct", "conflict"),),
    ),
    Case(
        "note_step",
        lambda u, w: register.note_step(u, w.expert("孙针织"), YEAR, "data"),
        (("confirm", "yearly_step"),),
    ),
    Case(
        "confirm_trade_word",
        lambda u, w: register.confirm_trade_word(u, "袜子", [cast.SOCKS]),
        (("confirm", "trade_word"),),
    ),
    Case(
        "open_round",
        lambda u, w: register.open_round(u, YEAR, date(2026, 8, 25)),
        (("extend", "yearly_round"),),
    ),
    Case(
        "close_round",
        lambda u, w: register.close_round(u, w.uid["round"], 1, "已齐"),
        (("close", "yearly_round"),),
    ),
    Case(
        "write_message",
        lambda u, w: register.write_message(
            u, w.expert("孙针织"), YEAR, "remind", "请尽快答复", ()
        ),
        (("write", "message"),),
    ),
    Case(
        "mark_sent",
        lambda u, w: register.mark_sent(u, w.uid["message"], "copy"),
        (("send", "message"),),
    ),
    Case(
        "request_erasure",
        lambda u, w: register.request_erasure(u, w.expert("孙针织"), YEAR, "不再参加评审"),
        (("request", "erasure_request"),),
    ),
    Case(
        "answer_erasure",
        lambda u, w: register.answer_erasure(u, w.expert("孙针织"), YEAR, "保存期满后删除"),
        (("answer", "erasure_request"),),
    ),
    Case(
        "undo_availability",
        lambda u, w: register.undo_availability(u, w.expert("孙针织"), YEAR, 1),
        (("undo", "availability"),),
    ),
    Case(
        "drop_message",
        lambda u, w: register.drop_message(u, w.uid["message"], 1),
        (("drop", "message"),),
    ),
    Case(
        "answer_duty",
        lambda u, w: duties.answer_duty(
            u, w.expert("钱学勤"), YEAR, fingerprint(u, w, "钱学勤"), True
        ),
        (("accept", "duty_answer"),),
    ),
    Case(
        "reopen_duty",
        lambda u, w: decline_and_reopen(u, w, "李五金"),
        (*[("record", "stage_record")] * 3, ("decline", "duty_answer"), ("reopen", "duty_answer")),
    ),
    Case(
        "set_day",
        lambda u, w: register.set_day(u, date(2026, 9, 11), "closed", "台风停工"),
        (("set", "day_override"),),
    ),
    Case(
        "announce_year",
        lambda u, w: register.announce_year(u, 2027, "国办发明电"),
        (("announce", "announced_year"),),
    ),
    Case(
        "open_import",
        lambda u, w: register.open_import(u, "experts", YEAR, "台账.xlsx", "d" * 64, "{}"),
        (("open", "import_batch"),),
    ),
    Case(
        "answer_import",
        lambda u, w: register.answer_import(u, w.uid["batch"], 1, {"姓名": "name"}, {"k": "v"}),
        (("answer", "import_batch"),),
    ),
    Case(
        "close_import",
        lambda u, w: register.close_import(u, w.uid["batch"], 1, "dropped", {}),
        (("dropped", "import_batch"),),
    ),
    Case(
        "follow_refused",
        lambda u, w: register.follow_refused(
            u, w.uid["batch"], [register.RefusedRow(5, "赵龙", "甲院", "手机：空")], []
        ),
        (("refuse", "import_row"),),
    ),
    Case(
        "settle_refused",
        lambda u, w: register.settle_refused(u, w.uid["refused"], 1, "已手工登记"),
        (("settle", "import_row"),),
    ),
    Case(
        "open_year",
        lambda u, w: award_years.open_year(
            u, 2027, YearFields("2027年度", date(2027, 9, 6), date(2027, 9, 24))
        ),
        (("open", "award_year"),),
    ),
    Case(
        "open_after",
        lambda u, w: opening.open_after(
            u,
            2028,
            YearFields("2028年度", date(2028, 9, 4), date(2028, 9, 22)),
            2025,
            opening.PARTS,
        ),
        (("open", "award_year"),),
    ),
    Case(
        "bind_rules",
        lambda u, w: award_years.bind_rules(u, 2025, reason="补登通知"),
        (("bind", "award_year"),),
    ),
    Case(
        "edit_year",
        lambda u, w: award_years.edit_year(
            u, 2025, 1, YearFields("2025年度", date(2025, 9, 8), date(2025, 9, 26))
        ),
        (("edit", "award_year"),),
    ),
    Case(
        "enter_applicant",
        lambda u, w: award_applicants.enter_applicant(
            u, YEAR, cast.firm("诸暨新报名弹簧厂", cast.PIPES, cast.JIYANG, 50)
        ),
        (("enter", "applicant"),),
    ),
    Case(
        "edit_applicant",
        lambda u, w: award_applicants.edit_applicant(
            u, w.firm(0), 1, replace(cast.FIRMS[0], employees=300)
        ),
        (("edit", "applicant"),),
    ),
    Case(
        "withdraw_applicant",
        lambda u, w: award_applicants.withdraw_applicant(u, w.firm(0), 1, "不再申报"),
        (("withdraw", "applicant"),),
    ),
    Case(
        "restore_applicant",
        lambda u, w: award_applicants.restore_applicant(u, w.uid["withdrawn"], 2, "误操作"),
        (("restore", "applicant"),),
    ),
    Case("save_draft", _plan_of, (("draft", "plan_version"),)),
    Case(
        "edit_plan",
        lambda u, w: plans.edit_plan(u, w.uid["draft"], 2, Join(0, w.expert("周珍珠"))),
        (("edit", "plan_version"),),
    ),
    Case(
        "add_pin",
        lambda u, w: plans.add_pin(
            u, w.uid["draft"], 2, Pin("leader", reviewer=w.expert("钱学勤"), case=w.firm(1))
        ),
        (("pin", "plan_version"),),
    ),
    Case(
        "remove_pin",
        lambda u, w: plans.remove_pin(
            u, w.uid["draft"], 2, Pin("member", reviewer=w.expert("钱学勤"), case=w.firm(0))
        ),
        (("unpin", "plan_version"),),
    ),
    Case(
        "answer_organisation",
        lambda u, w: register.answer_organisation(u, "甲机械厂", "甲机械有限公司", True, "改制"),
        (("answer", "organisation_answer"),),
    ),
    Case(
        "forbid",
        lambda u, w: plans.forbid(
            u, w.uid["draft"], 2, w.expert("钱学勤"), w.firm(1), "去年意见不合"
        ),
        (("pin", "plan_version"),),
    ),
    Case(
        "hold",
        lambda u, w: plans.hold(
            u, w.uid["draft"], 2, Pin("leader", reviewer=w.expert("钱学勤"), case=w.firm(1)), True
        ),
        (("pin", "plan_version"),),
    ),
    Case(
        "hold_member",
        lambda u, w: plans.hold_member(u, w.uid["draft"], 2, w.expert("钱学勤"), w.firm(0), False),
        (("unpin", "plan_version"),),
    ),
    Case(
        "move_visit",
        lambda u, w: plans.move_visit(u, w.uid["draft"], 2, w.firm(2), 7, pin=True),
        (("edit", "plan_version"), ("pin", "plan_version")),
    ),
    Case(
        "arrange",
        lambda u, w: plans.arrange(
            u,
            w.uid["draft"],
            2,
            [Group(w.expert("钱学勤"), (w.expert("钱学勤"),), (Visit(w.firm(0), 0, 0),))],
        ),
        (("edit", "plan_version"),),
    ),
    Case("undo", lambda u, w: plans.undo(u, w.uid["draft"], 2), (("undo", "plan_version"),)),
    Case("redo", _redo, (("undo", "plan_version"), ("redo", "plan_version"))),
    Case(
        "approve",
        lambda u, w: signing.approve(u, w.uid["draft"], 2),
        (("approve", "plan_version"),),
        CHIEF,
    ),
    Case(
        "submit",
        lambda u, w: signing.submit(u, w.uid["draft"], 2, "请复核"),
        (("submit", "plan_version"),),
    ),
    Case("recall", _recall, (("submit", "plan_version"), ("recall", "plan_version"))),
    Case("send_back", _send_back, (("submit", "plan_version"), ("send-back", "plan_version"))),
    Case(
        "reopen",
        lambda u, w: signing.reopen(u, w.uid["approved"], 2, "还要改"),
        (("reopen", "plan_version"),),
    ),
    Case(
        "publish",
        lambda u, w: signing.publish(u, w.uid["approved"], 2),
        (
            ("supersede", "plan_version"),
            ("publish", "plan_version"),
        ),  # the same visits: no calendar entry changes
    ),
    Case(
        "withdraw",
        lambda u, w: signing.withdraw(u, w.uid["published"], 3, "情况有变"),
        (("withdraw", "plan_version"), *(("cancel", "calendar_entry"),) * ENTRIES),
    ),
    Case(
        "record_service",
        lambda u, w: service.record_service(u, YEAR),
        (("record", "performance_record"),) * 9,
    ),
    Case(
        "copy_plan",
        lambda u, w: plans.copy_plan(u, w.uid["published"]),
        (("draft", "plan_version"),),
    ),
    Case(
        "start",
        lambda u, w: jobs.start(u, 2024, Limits(time_limit=5), drafting=True),
        (("start", "solve_job"),),
    ),
    Case(
        "request_cancel",
        lambda u, w: jobs.request_cancel(u, w.uid["job"]),
        (("cancel", "solve_job"),),
    ),
    Case("stop_those_of", _stopped, (("cancel", "solve_job"),)),
    Case("claim", lambda u, w: jobs.claim(u, w.uid["job"], "test"), (("run", "solve_job"),)),
    Case(
        "finish",
        _finished,
        (("run", "solve_job"), ("draft", "plan_version"), ("finish", "solve_job")),
    ),
    Case("fail", lambda u, w: jobs.fail(u, w.uid["job"], "memory"), (("fail", "solve_job"),)),
    Case(
        "enqueue",
        lambda u, w: jobs.enqueue(
            u, 2024, Limits(5), build_problem(u.session, 2024, drafting=True)
        ),
        (("start", "solve_job"),),
    ),
    Case("finish_task", _finish_trial, (*TRIAL_ENTRIES, ("finish", "solve_job"))),
    Case("start_trial", lambda u, w: _start_afresh(u, w, "trial"), TRIAL_ENTRIES),
    Case(
        "adopt_trial",
        lambda u, w: trials.adopt_trial(u, w.uid["trial"], 1),
        (("draft", "plan_version"),),
    ),
    Case(
        "propose_void",
        lambda u, w: draws.propose_void(u, w.uid["draw"], 1, "名单有误"),
        (("propose-void", "plan_draw"),),
    ),
    Case("agree_again", _agree_again, (("agree-again", "plan_draw"),)),
    Case("decide_void", lambda u, w: _decide_void(u, w), (("void", "plan_draw"),)),
    Case(
        "draw_plan",
        lambda u, w: draws.draw_plan(u, w.uid["draw"], 1, "3 5 1", "当众掷骰"),
        (("draft", "plan_version"), ("draw", "plan_draw")),
    ),
    Case("start_draw", lambda u, w: _start_afresh(u, w, "draw"), DRAW_ENTRIES),
    Case(
        "open_draw", _open_again, (*DRAW_ENTRIES, ("finish", "solve_job"), ("publish", "plan_draw"))
    ),
)

__all__ = ["CASES", "Case", "Clock", "World", "build", "plan_for", "tokens"]
