"""演示的履职与回避: what happens around a review year, so that every page about it has something
true to show.

Reviews are attended and rated, somebody stays away, a trainee does well, a case is looked into;
people are recommended and checked; lists of officials and shareholders come in; applicants ask to
be spared somebody; a soft conflict waits for its second person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from sqlalchemy import select

from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.groups.store import PlanView
from expert_pool import dossier, plain, register, spreadsheet, store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor
from expert_pool.core.recommendation import read_holdings, read_officials, read_recommendations
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.intake import Context
from expert_pool.ledger import UnitOfWork
from expert_pool.store import ExpertRow
from expert_pool.tables import Appointment, Conflict, Expert
from scripts import demo_workbooks

Write = Callable[[Actor], AbstractContextManager[UnitOfWork]]
RECOMMENDER = "诸暨市质量协会"


@dataclass(frozen=True)
class Office:
    """Who writes, and how: the clerk enters, the chief decides."""

    write: Write
    clerk: Actor
    chief: Actor


# this year: a number typed wrongly, conflicts
# --------------------------------------------------------------------------------------------------


def correct_a_telephone_number(office: Office, row: ExpertRow, right: str) -> None:
    """A number that was typed wrongly and still looks like one: only the person could tell."""
    wrong = replace(row.fields, phone=right[:-2] + right[-1] + right[-2])
    with office.write(office.clerk) as uow:
        version = register.edit_expert(uow, row.uid, row.version, wrong, "按本人短信修改手机号码")
    with office.write(office.clerk) as uow:
        register.edit_expert(
            uow,
            row.uid,
            version,
            replace(wrong, phone=right),
            "号码录入时颠倒了两位，本人来电更正",
        )


def conflicts(office: Office, people: Sequence[ExpertRow], firms: Sequence[str]) -> None:
    """Several kinds: hard, soft, past its look-back, and two who may not meet."""
    rows = [row for row in people if row.state.availability_known]
    told = (
        (
            "CONSULTING",
            date(2024, 3, 1),
            date(2025, 11, 30),
            "declared",
            "为该公司导入卓越绩效模式做过辅导",
        ),
        (
            "CONSULTING",
            date(2019, 5, 1),
            date(2020, 6, 30),
            "declared",
            "早年辅导过，已超过追溯期",
        ),
        ("KINSHIP", None, None, "declared", "法定代表人为本人堂兄"),
        ("RELATIVE_EMPLOYED", date(2022, 8, 1), None, "declared", "配偶在该公司财务部任职"),
        ("SUPPLIER_CUSTOMER", date(2023, 1, 1), None, "declared", "本单位向该公司采购样品"),
        (
            "TRAINING_CLIENT",
            date(2025, 4, 1),
            date(2025, 4, 3),
            "declared",
            "为该公司中层讲过三天课",
        ),
        ("COMPETITOR", date(2023, 6, 1), None, "office", "所在企业与该公司同为主要供应商"),
    )
    with office.write(office.clerk) as uow:
        for number, (kind, since, until, source, evidence) in enumerate(told):
            fields = register.ConflictFields(
                kind,
                firms[(number * 5 + 2) % len(firms)],
                source=source,
                since=since,
                until=until,
                evidence=evidence,
            )
            register.declare_conflict(uow, rows[(number * 7 + 1) % len(rows)].uid, fields)
        register.declare_pair(
            uow, rows[2].uid, rows[11].uid, "SAME_GROUP_KIN", evidence="两人为夫妻"
        )
        register.affiliate(uow, rows[4].fields.employer, "越恒控股集团", "工商登记信息")
        register.affiliate(uow, firms[0], "越恒控股集团", "工商登记信息")


# the year before: attended, scored, rated
# --------------------------------------------------------------------------------------------------


def service(office: Office, published: PlanView, random: Random) -> None:
    """登记评审工作 of everybody who served: the half-days that count as carried next year."""
    effort = {case.id: case.effort for case in published.problem.cases}
    with office.write(office.clerk) as uow:
        for group in published.plan.groups:
            for member in group.members:
                for case in group.cases:
                    fields = register.ServiceFields(
                        published.row.year,
                        published.names.firm(case).name,
                        leader=member == group.leader,
                        effort=effort[case],
                        score=random.randint(78, 98),
                    )
                    register.record_performance(uow, member, fields)


def review_year(office: Office, published: PlanView, random: Random) -> None:
    """阶段履职与评价 of everybody in the published plan.

    One member leans high, one stayed away twice.
    """
    busiest = max(published.plan.groups, key=lambda group: len(group.cases))
    leaning, away = [member for member in busiest.members if member != busiest.leader][:2]
    leanings = {
        member: random.gauss(0, 8) for group in published.plan.groups for member in group.members
    } | {leaning: 38.0}
    with office.write(office.clerk) as uow:
        names: dict[str | None, str] = {
            row.uid: row.name for row in uow.session.execute(select(Expert.uid, Expert.name))
        }
        for group in published.plan.groups:
            for case in group.cases:
                firm = published.names.firm(case).name
                agreed = {stage: float(random.randint(540, 720)) for stage in rulebook().stages}
                for member in group.members:
                    for stage, consensus in agreed.items():
                        missed = member == away and stage == "site"
                        own = (
                            None
                            if missed
                            else consensus + round(leanings[member] + random.gauss(0, 9))
                        )
                        attendance = (
                            "no_show" if missed else random.choices(("present", "late"), (14, 1))[0]
                        )
                        report = (
                            random.choices(("on_time", "late"), (9, 1))[0]
                            if member == group.leader
                            else ""
                        )
                        register.note_stage(
                            uow,
                            member,
                            register.StageFields(
                                published.row.year,
                                firm,
                                stage,
                                attendance,
                                report,
                                False,
                                own,
                                consensus,
                            ),
                        )
                        if not missed:
                            raters = {"secretariat": office.clerk.name}
                            raters |= (
                                {"leader": names[group.leader]}
                                if group.leader not in (None, member)
                                else {}
                            )
                            raters |= {"applicant": firm} if stage == "site" else {}
                            _rate(uow, member, published.row.year, firm, stage, raters, random)


def _rate(
    uow: UnitOfWork,
    member: str,
    year: int,
    firm: str,
    stage: str,
    raters: dict[str, str],
    random: Random,
) -> None:
    for rater, name in raters.items():
        items = {
            code: round(points * random.uniform(0.82, 0.99))
            for code, (_, points) in rulebook().raters[rater].items.items()
        }
        register.rate(uow, member, register.RatingFields(year, firm, stage, rater, items, name))


def after_the_year(office: Office, published: PlanView, random: Random) -> None:
    """Trainees came along and were rated; the chief promoted one of them; a complaint turned out to
    be unfounded.
    """
    year = published.row.year
    firms = [
        published.names.firm(case).name for group in published.plan.groups for case in group.cases
    ][:2]
    with office.write(office.clerk) as uow:
        on = uow.now.date()
        query = (
            select(Expert.uid)
            .join(Appointment, Appointment.expert_id == Expert.id)
            .where(Appointment.grade == "trainee")
        )
        query = query.where(
            Appointment.ended_on.is_(None), Appointment.first <= on, Appointment.last >= on
        )
        trainees = uow.session.scalars(query.order_by(Expert.id)).all()[:2]
        for uid in trainees:
            for firm in firms:
                register.note_stage(
                    uow,
                    uid,
                    register.StageFields(
                        year, firm, "site", "present", note="见习，跟组观摩并独立打分"
                    ),
                )
                _rate(
                    uow,
                    uid,
                    year,
                    firm,
                    "site",
                    {"leader": "带教组长", "secretariat": office.clerk.name},
                    random,
                )
        accused = published.plan.groups[-1].members[0]
        day = date(year, 9, 20)
        case = register.open_violation(
            uow, accused, "CONTACT", day, "有电话反映其评审前与企业负责人单独吃饭。", "电话举报"
        )
    with office.write(office.chief) as uow:
        reason = "调取行程和企业来访登记，当日该专家在外地出差，反映不属实。"
        register.decide_violation(uow, case, 1, False, "none", reason)
        for uid in trainees[:1]:
            register.decide_proposal(
                uow,
                uid,
                year,
                "trainee-to-reviewer",
                True,
                "见习期间独立打分与合议接近，同意定为评审员",
            )


# this year, before the groups are formed
# --------------------------------------------------------------------------------------------------


def recommendations(office: Office, year: int, go_to: Callable[[date], None]) -> None:
    """推荐表 with four people: one admitted and appointed, one over 65, one whose form says too
    little, one refused.
    """
    go_to(date(year, 8, 3))
    table = spreadsheet.read_table(
        demo_workbooks.recommendations_workbook(RECOMMENDER, year), "评审员推荐表.xlsx", "expert"
    )
    with office.write(office.clerk) as uow:
        context = Context(
            year=year, window=(date(year, 8, 3),) * 2, trade_words=store.trade_words(uow.session)
        )
        read = read_recommendations(table, context)
        register.recommend(uow, read.rows)
    go_to(date(year, 8, 5))
    with office.write(office.chief) as uow:
        waiting = {
            view.name: view
            for view in dossier.candidacies(uow.session, SYSTEM_VIEWER, date(year, 8, 5))
        }
        good, refused = waiting["沈文澜"], waiting["楼国庆"]
        register.decide_candidacy(uow, good.uid, good.version, True, "")
        register.decide_candidacy(
            uow,
            refused.uid,
            refused.version,
            False,
            "学历和职称都不符合条件，建议取得高级职称后再申请",
        )
    go_to(date(year, 8, 6))
    with office.write(office.clerk) as uow:
        register.engage(uow, good.expert_uid, "trainee", date(year, 8, 6), date(year + 3, 8, 5))


def people_matters(
    office: Office, rows: Sequence[ExpertRow], year: int, go_to: Callable[[date], None]
) -> None:
    """An open case, a grade given, somebody leaving.

    The plan does without them: they have not answered or signed yet.
    """
    unused = [row for row in rows if not row.state.availability_known or not row.state.declared]
    appointed = [
        row for row in unused if row.state.appointed_until is not None and not row.state.suspended
    ]
    go_to(date(year, 8, 10))
    with office.write(office.clerk) as uow:
        if appointed:
            facts = "参评企业来函反映其承诺“帮忙做材料”，并附聊天截图，正在核对。"
            register.open_violation(
                uow, appointed[-1].uid, "CONTACT", date(year, 8, 6), facts, "参评企业来函"
            )
    with office.write(office.chief) as uow:
        fit = [
            row
            for row in rows
            if row.fields.seniority >= 4 and not row.fields.leader and row.state.declared
        ]
        if fit:
            register.regrade(
                uow, fit[0].uid, "lead", "两年评审成绩突出，经审定办会议研究，授予组长资格"
            )
        if len(appointed) > 2:
            term = uow.session.scalars(
                select(Appointment)
                .join(Expert, Expert.id == Appointment.expert_id)
                .where(Expert.uid == appointed[-2].uid)
            ).all()[-1]
            register.end_appointment(
                uow, term.uid, term.version, date(year, 8, 10), "因工作调动到外省，本人提出辞聘"
            )


def conflict_matters(
    office: Office, rows: Sequence[ExpertRow], year: int, go_to: Callable[[date], None]
) -> None:
    """Lists to find conflicts in, requests of applicants, waivers, and an e-mail domain that gives
    a hint.
    """
    able = [row for row in rows if row.state.availability_known and row.state.declared]
    unused = [row for row in rows if not row.state.availability_known or not row.state.declared]
    go_to(date(year, 8, 12))
    with office.write(office.clerk) as uow:
        firms = applicant_store.applicants(uow.session, SYSTEM_VIEWER, year, withdrawn=False)
        officials = demo_workbooks.officials_workbook(unused[0].fields.name if unused else "")
        register.import_officials(
            uow, read_officials(spreadsheet.read_table(officials, "审委会委员名单.xlsx"), year).rows
        )
        first, second = firms[1].fields, firms[2].fields
        holdings = demo_workbooks.holdings_workbook(
            first.name, second.name, able[3].fields.name, _rarest(able)
        )
        listed = read_holdings(spreadsheet.read_table(holdings, "股东名单.xlsx")).rows
        register.import_holdings(uow, listed, f"国家企业信用信息公示系统，{year}年8月12日查询")
        _mail(uow, able[5].uid, firms[3])
    go_to(date(year, 8, 13))
    with office.write(office.clerk) as uow:
        asked = []
        for number, reason in enumerate(
            (
                "该专家去年在同行企业任顾问，担心影响公正",
                "曾对本公司产品作过负面评价，双方有过纠纷",
                "评审风格过于严格",
            )
        ):
            chosen = able[(number * 7 + 2) % len(able)].uid
            asked.append(
                register.request_recusal(
                    uow, chosen, firms[0].fields.name, "", year, date(year, 8, 13), reason
                )
            )
    with office.write(office.chief) as uow:
        register.decide_conflict(uow, asked[1], 1, "barred", "双方确有纠纷记录，同意回避")
        register.decide_conflict(uow, asked[2], 1, "cleared", "评审严格不是回避理由，不予采纳")
    _waivers(office, go_to, year)


def _rarest(rows: Sequence[ExpertRow]) -> str:
    """An employer of few experts, so that one shareholding raises few questions."""
    count = Counter(row.fields.employer for row in rows)
    return min(count, key=lambda name: (count[name], name))


def _mail(uow: UnitOfWork, uid: str, firm: applicant_store.ApplicantRow) -> None:
    """A word in common after the @: nobody is kept away for it, somebody looks."""
    expert = uow.load(Expert, uid)
    register.edit_expert(
        uow,
        uid,
        expert.version,
        replace(plain.fields_of(expert), email="zhuanjia@huarong-group.cn"),
        "本人提供邮箱",
    )
    award_applicants.edit_applicant(
        uow, firm.uid, firm.version, replace(firm.fields, email="office@huarong-group.cn")
    )


def _waivers(office: Office, go_to: Callable[[date], None], year: int) -> None:
    """One waits for the second person, one was agreed to."""
    go_to(date(year, 8, 14))
    asked = {
        "SUPPLIER_CUSTOMER": "采购的是检测用样品，全年不足两千元，与评审内容无关",
        "TRAINING_CLIENT": "培训由质量协会统一组织、统一付费，与该公司没有直接往来",
    }
    with office.write(office.clerk) as uow:
        found = {
            row.kind: row
            for row in uow.session.scalars(
                select(Conflict).where(Conflict.kind.in_(asked)).order_by(Conflict.id)
            )
        }
        made = {
            kind: register.propose_waiver(uow, row.uid, row.version, asked[kind])
            for kind, row in found.items()
        }
    with office.write(office.chief) as uow:
        register.decide_waiver(
            uow, made["TRAINING_CLIENT"], 1, True, "已核对协会培训通知和付款记录，同意豁免"
        )
