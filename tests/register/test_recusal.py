"""Conflicts: what one relation means, which applicant it concerns, what is found without being
told, and that all of it agrees.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.groups.snapshot import build_problem
from award.recusal import certificate as recusal
from expert_pool import dossier, register
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.core.conflict import KINDS
from expert_pool.core.findings import (
    Holding,
    Office,
    found_by_employer,
    found_by_holdings,
    found_by_office,
    hints_by_mail,
    mail_domain,
    without_decided,
)
from expert_pool.core.recusal import (
    MAX_REQUESTS,
    Links,
    Parties,
    Party,
    Person,
    Relation,
    Side,
    side_of,
)
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.records import Lifting, Shareholding
from expert_pool.tables import Conflict, Expert
from tests import cast
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite

DEADLINE = cast.DEADLINE
SOCKS_FIRM, PIPES_FIRM, PEARLS_FIRM = (fields.name for fields in cast.FIRMS)
SUN = Person("e-1", "孙针织", "浙江理工大学", email="sun@mail.dadong.com")


def relation(kind: str, **more: object) -> Relation:
    return Relation("e-1", KINDS[kind], SOCKS_FIRM, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "side"),
    [
        (relation("KINSHIP"), Side.HARD),
        (relation("KINSHIP", decision="cleared"), Side.HARD),  # what the law bars, nobody clears
        (relation("EMPLOYMENT", ended=date(2023, 6, 30)), Side.HARD),
        (relation("EMPLOYMENT", ended=date(2023, 6, 29)), Side.OVER),
        (relation("SUPPLIER_CUSTOMER"), Side.SOFT),
        (relation("SUPPLIER_CUSTOMER", decision="cleared"), Side.CLEARED),
        (relation("SUPPLIER_CUSTOMER", decision="barred"), Side.HARD),
        (relation("ORG_REQUEST"), Side.PENDING),
        (relation("ORG_REQUEST", decision="barred"), Side.HARD),
        (relation("ORG_REQUEST", decision="cleared"), Side.CLEARED),
        (relation("COMMITTEE_VOTER"), Side.OUT),
        (relation("COMMITTEE_VOTER", name_match=True), Side.PENDING),
        (relation("COMMITTEE_VOTER", name_match=True, decision="barred"), Side.OUT),
        (relation("COMMITTEE_VOTER", name_match=True, decision="cleared"), Side.CLEARED),
        (relation("COMMITTEE_VOTER", ended=date(2026, 6, 29)), Side.OVER),
        (relation("PENALTY"), Side.OUT),
        (relation("EQUITY"), Side.HARD),  # how much is not known
        (relation("EQUITY", percent=0.5), Side.SOFT),
        (relation("EQUITY", percent=4.99), Side.SOFT),
        (relation("EQUITY", percent=5.0), Side.HARD),
        (relation("EQUITY", percent=3.0, decision="cleared"), Side.CLEARED),  # a waiver by two
        (relation("EQUITY", percent=8.0, decision="cleared"), Side.HARD),
        (relation("EQUITY", percent=3.0, ended=date(2023, 6, 29)), Side.OVER),
        (relation("EMPLOYMENT", percent=3.0), Side.HARD),  # no kind that goes by shares
        (relation("EQUITY", name_match=True), Side.PENDING),
        (relation("EQUITY", name_match=True, percent=1.0), Side.PENDING),
        (relation("EQUITY", name_match=True, decision="cleared"), Side.CLEARED),
    ],
)
def test_a_relation_means_one_thing(found: Relation, side: Side) -> None:
    assert side_of(found, DEADLINE) is side


def test_every_kind_keeps_away_or_asks_until_decided() -> None:
    """No kind of the taxonomy, in force and undecided, is overlooked."""
    for code, kind in KINDS.items():
        expected = {
            "hard": {Side.HARD, Side.OUT},
            "bar": {Side.OUT},
            "soft": {Side.SOFT},
            "review": {Side.PENDING},
        }[kind.severity]
        assert side_of(relation(code), DEADLINE) in expected, code


@pytest.mark.parametrize(
    ("percent", "verdict", "words"),
    [
        (3.0, "discouraged", "持股、控股或实际控制：持股 3%，不足 5%；配偶名下"),
        (5.0, "barred", "持股、控股或实际控制：持股 5%，达到 5%；配偶名下"),
        (None, "barred", "持股、控股或实际控制：配偶名下"),
    ],
)
def test_a_holding_counts_by_its_share_and_the_certificate_says_so(
    pool: tuple[Ledger, cast.Cast], percent: float | None, verdict: str, words: str
) -> None:
    ledger, known = pool
    sun, firm = known.experts["孙针织"], known.firms[PEARLS_FIRM]
    wanted = register.ConflictFields("EQUITY", PEARLS_FIRM, evidence="配偶名下", percent=percent)
    with ledger.write(CLERK) as uow:
        uid = register.declare_conflict(uow, sun, wanted)
        assert register.declare_conflict(uow, sun, wanted) == uid
        found = recusal.certificate(uow.session, SYSTEM_VIEWER, sun, firm)
        problem = build_problem(uow.session, cast.YEAR).problem
    line = next(kind for kind in found.kinds if kind.code == "EQUITY")
    assert (found.verdict, words in found.reasons, line.severity) == (
        verdict,
        True,
        "应当回避，不足 5% 的尽量不安排",
    )
    assert ((sun, firm) in {tie[:2] for tie in problem.barred}) is (verdict == "barred")
    assert ((sun, firm) in {tie[:2] for tie in problem.discouraged}) is (verdict == "discouraged")


@pytest.mark.parametrize("percent", [0.0, -1.0, 100.5])
def test_a_share_lies_between_nothing_and_everything(
    pool: tuple[Ledger, cast.Cast], percent: float
) -> None:
    ledger, known = pool
    with ledger.write(CLERK) as uow, pytest.raises(Refusal) as caught:
        register.declare_conflict(
            uow,
            known.experts["孙针织"],
            register.ConflictFields("EQUITY", PEARLS_FIRM, percent=percent),
        )
    assert caught.value.code == "out-of-range"


def test_whoever_is_found_in_a_list_of_shareholders_is_asked_about_and_then_counts_by_the_share(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    sun, firm = known.experts["孙针织"], known.firms[PEARLS_FIRM]
    people, holders = (
        [SUN],
        [
            Holding(PEARLS_FIRM, "", "孙针织", False, "股东", 2.0),
            Holding(PEARLS_FIRM, "", "孙针织", False, "实际控制人", 2.0),
        ],
    )
    small, control = found_by_holdings(people, holders)
    assert [(one.percent, one.severity, one.name_match) for one in (small, control)] == [
        (2.0, "soft", True),
        (None, "hard", True),
    ]
    with ledger.write(CLERK) as uow:
        fact = register.ConflictFields(
            "EQUITY", PEARLS_FIRM, source="found", name_match=True, percent=small.percent
        )
        uid = register.declare_conflict(uow, sun, fact)
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, sun, firm).verdict == "pending"
        with pytest.raises(Refusal) as caught:
            register.propose_waiver(uow, uid, 1, "占比很小")  # first it must be she
        assert caught.value.code == "not-waivable"
        version = register.decide_conflict(uow, uid, 1, "same", "与本人核对身份证号，是同一人")
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, sun, firm).verdict == "discouraged"
        register.propose_waiver(uow, uid, version, "占比很小")


def test_a_namesake_with_a_small_share_needs_no_second_person_to_be_somebody_else(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    sun = known.experts["孙针织"]
    with ledger.write(CLERK) as uow:
        fact = register.ConflictFields(
            "EQUITY", PEARLS_FIRM, source="found", name_match=True, percent=2.0
        )
        uid = register.declare_conflict(uow, sun, fact)
        register.decide_conflict(uow, uid, 1, "cleared", "不是同一人")
        assert (
            recusal.certificate(uow.session, SYSTEM_VIEWER, sun, known.firms[PEARLS_FIRM]).verdict
            == "clear"
        )


def test_a_relation_concerns_the_group_but_a_review_only_the_firm() -> None:
    family = dict.fromkeys((SOCKS_FIRM, "越恒控股集团", "诸暨大东织造有限公司"))
    firm = Party("a-1", SOCKS_FIRM, "91330681A", family=family)

    def concerns(relation: Relation) -> bool | None:
        """None: asked."""
        found = Parties([firm]).concerned(relation)
        return None if found and found[0].doubt else bool(found)

    sister = replace(relation("EMPLOYMENT"), organisation="诸暨大东织造有限公司")
    assert concerns(sister)
    assert concerns(replace(sister, kind=KINDS["PRIOR_REVIEW"])) is False
    assert concerns(replace(sister, kind=KINDS["PRIOR_REVIEW"], organisation="大东袜业"))
    assert concerns(replace(sister, organisation="改过的名字", uscc="91330681A"))
    assert concerns(replace(sister, organisation="诸暨大东方袜业有限公司")) is False
    assert concerns(replace(sister, organisation="杭州大东袜业有限公司")) is None
    assert concerns(replace(relation("REGULATOR"), organisation="诸暨市市场监督管理局"))
    told = replace(relation("REGULATOR", source="declared"), organisation="诸暨市市场监督管理局")
    assert concerns(told) is False


def test_a_family_reaches_over_several_links() -> None:
    links = Links(
        [("甲公司", "乙控股"), ("乙控股", "丙集团"), ("丁公司", "丙集团"), ("戊公司", "己集团")]
    )
    assert links.family(("甲公司",)) == dict.fromkeys(("甲公司", "乙控股", "丙集团", "丁公司"))
    assert Links([]).family(("戊公司",), ("庚集团",)) == dict.fromkeys(("戊公司", "庚集团"))


def test_a_link_under_another_spelling_holds_and_a_doubtful_one_is_asked() -> None:
    links = Links([("诸暨市大东袜业有限公司", "越恒控股"), ("大东袜业股份有限公司", "丙控股")])
    assert links.family(("诸暨大东袜业有限公司",)) == {
        "诸暨大东袜业有限公司": None,
        "诸暨市大东袜业有限公司": None,
        "越恒控股": None,
        "大东袜业股份有限公司": (doubt := ("诸暨大东袜业有限公司", "大东袜业股份有限公司")),
        "丙控股": doubt,
    }


def test_findings_by_employer_holdings_office_and_mail() -> None:
    recommended = Party(
        "a-1",
        SOCKS_FIRM,
        recommender="诸暨市质量协会",
        email="http://www.dadong.com",
        family={SOCKS_FIRM: None},
    )
    qian = Person("e-2", "钱学勤", "诸暨市质量协会", email="qian@163.com")
    assert [
        (one.expert, one.kind.code, one.organisation)
        for one in found_by_employer([qian, replace(SUN, employer="退休")], [recommended])
    ] == [
        ("e-2", "EMPLOYMENT", "诸暨市质量协会"),
        ("e-2", "RECOMMENDER", SOCKS_FIRM),
    ]
    holdings = [
        Holding(SOCKS_FIRM, "", "孙针织", False, "监事"),
        Holding(SOCKS_FIRM, "", "钱学勤", False, "股东", 3.0),
        Holding(SOCKS_FIRM, "", "浙江理工大学", True, "股东", 8.0),
        Holding(SOCKS_FIRM, "", "某控股公司", True, "股东", 60.0),
    ]
    found = [
        (one.expert, one.kind.code, one.name_match)
        for one in found_by_holdings([SUN, qian], holdings)
    ]
    assert found == [("e-1", "BOARD", True), ("e-1", "OTHER", False), ("e-2", "EQUITY", True)]
    assert [one.controls for one in holdings] == [False, False, False, True]
    offices = [
        Office("committee", "孙针织", "诸暨市财政局"),
        Office("recommender", "钱学勤", "诸暨市质量协会"),
        Office("regulator", "钱学勤", "诸暨市质量协会"),
    ]
    found = [
        (one.expert, one.kind.code, one.name_match)
        for one in found_by_office([SUN, qian], [recommended], offices)
    ]
    assert found == [
        ("e-1", "COMMITTEE_VOTER", True),
        ("e-2", "RECOMMENDER", False),
        ("e-2", "REGULATOR", False),
    ]
    assert [
        (hint.expert, hint.applicant) for hint in hints_by_mail([SUN, qian], [recommended])
    ] == [("e-1", "a-1")]


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@Dadong.com", "dadong.com"),
        ("https://www.dadong.com/x", "dadong.com"),
        ("x@qq.com", ""),
        ("x@vip.163.com", ""),
        ("没有", ""),
        ("", ""),
    ],
)
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert mail_domain(address) == domain


def test_a_finding_taken_on_record_is_not_found_again() -> None:
    review = relation("PRIOR_REVIEW", ended=date(2024, 12, 31))
    record = replace(review, decision="cleared", record="c-1")
    assert without_decided([review, review], []) == (review,)
    assert without_decided([review], [record]) == ()
    later = replace(review, ended=date(2025, 12, 31))
    assert without_decided([later], [record]) == (later,)
    assert without_decided([review], [replace(record, expert="e-9")]) == (review,)


# with a database
# --------------------------------------------------------------------------------------------------


@pytest.fixture
def pool(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Ledger, cast.Cast]]:
    ledger = Ledger(copy_sqlite(sqlite_template, tmp_path), Clock())
    yield ledger, cast.settle(ledger)
    ledger.close()


def everything(uow: UnitOfWork, known: cast.Cast) -> None:
    """One of each: declared, found, asked for, on lists, over, cleared, of the group."""
    people, firms = known.experts, known.firms
    fact = register.ConflictFields
    register.declare_conflict(uow, people["孙针织"], fact("CONSULTING", PIPES_FIRM))
    register.declare_conflict(
        uow, people["孙针织"], fact("CONSULTING", PEARLS_FIRM, until=date(2020, 1, 1))
    )
    register.declare_conflict(uow, people["李五金"], fact("SUPPLIER_CUSTOMER", PIPES_FIRM))
    register.request_recusal(
        uow, people["周珍珠"], PEARLS_FIRM, "", cast.YEAR, date(2026, 7, 2), "有过纠纷"
    )
    cleared = register.request_recusal(
        uow, people["褚珠宝"], PEARLS_FIRM, "", cast.YEAR, date(2026, 7, 2), "太严格"
    )
    register.decide_conflict(uow, cleared, 1, "cleared", "不是理由")
    register.affiliate(uow, PIPES_FIRM, "店口控股集团")
    register.declare_conflict(
        uow, people["冯管件"], fact("EMPLOYMENT", "店口控股集团", until=date(2025, 1, 1))
    )
    register.record_performance(
        uow, people["褚珠宝"], register.ServiceFields(2025, SOCKS_FIRM, effort=2)
    )
    holdings = [
        register.HoldingFields(SOCKS_FIRM, "吴质量", False, "董事"),
        register.HoldingFields(PEARLS_FIRM, "中国计量大学", True, "股东", 5.0),
    ]
    register.import_holdings(uow, holdings, "企业信用公示")
    register.enter_official(uow, "committee", "冯管件", "诸暨市财政局")
    register.enter_official(uow, "recommender", "钱学勤", "绍兴市质量协会")
    row = applicant_store.applicant(uow.session, SYSTEM_VIEWER, firms[SOCKS_FIRM])
    award_applicants.edit_applicant(
        uow, row.uid, row.version, replace(row.fields, recommender="绍兴市质量协会")
    )
    uow.session.flush()


def test_certificate_findings_and_snapshot_say_the_same(pool: tuple[Ledger, cast.Cast]) -> None:
    """For every expert and applicant: barred on paper, barred in the list, barred in the
    problem.
    """
    ledger, known = pool
    with ledger.write(CLERK) as uow:
        everything(uow, known)
        problem = build_problem(uow.session, cast.YEAR).problem
        listed = recusal.findings(uow.session, SYSTEM_VIEWER, cast.YEAR)
        barred = {tie[:2] for tie in problem.barred}
        soft = {tie[:2] for tie in problem.discouraged}
        verdicts = {
            (expert, firm): recusal.certificate(uow.session, SYSTEM_VIEWER, expert, firm).verdict
            for expert, firm in itertools.product(known.experts.values(), known.firms.values())
        }
    kept_away = {one.expert_uid for one in listed if not one.applicant_uid}
    assert (
        kept_away
        == {known.experts["冯管件"]}
        == set(known.experts.values()) - set(problem.reviewer_index)
    )
    expected = {
        pair: (
            "pending"
            if pair[0] in kept_away
            else "barred"
            if pair in barred
            else "discouraged"
            if pair in soft
            else "clear"
        )
        for pair in verdicts
    }
    said = {
        pair: "barred" if verdict == "pending" and pair[0] not in kept_away else verdict
        for pair, verdict in verdicts.items()
    }
    # 冯管件 once worked for the group of the second firm: that bars him there, the doubt about the
    # committee everywhere.
    expected[known.experts["冯管件"], known.firms[PIPES_FIRM]] = "barred"
    assert said == expected
    sides = {
        (one.expert_uid, one.applicant_uid): one.side
        for one in listed
        if one.side in ("hard", "pending") and one.applicant_uid
    }
    assert set(sides) - {(known.experts["冯管件"], known.firms[PIPES_FIRM])} == barred
    names = {uid: name for name, uid in (known.experts | known.firms).items()}
    assert sorted((names[one], names[other], sides[one, other]) for one, other in barred) == sorted(
        [
            ("郑袜业", SOCKS_FIRM, "hard"),
            ("孙针织", PIPES_FIRM, "hard"),
            ("周珍珠", PEARLS_FIRM, "pending"),
            ("褚珠宝", PEARLS_FIRM, "pending"),
            ("吴质量", SOCKS_FIRM, "pending"),
            ("钱学勤", SOCKS_FIRM, "hard"),
        ]
    )


def test_a_certificate_says_what_was_looked_at_and_changes_its_digest(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    sun, firm = known.experts["孙针织"], known.firms[PEARLS_FIRM]
    with ledger.write(CLERK) as uow:
        clear = recusal.certificate(uow.session, SYSTEM_VIEWER, sun, firm)
        assert (clear.verdict, len(clear.kinds)) == ("clear", len(KINDS) - 2)
        assert ("股东和主要人员名单", "没有导入，未核") in clear.checked
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, sun, firm).digest == clear.digest
        everything(uow, known)
        uow.commit()  # why something was decided stands in the log
        after = recusal.certificate(uow.session, SYSTEM_VIEWER, sun, firm)
        assert (after.verdict, after.digest == clear.digest) == ("clear", False)
        assert any("已过回溯期" in reason for reason in after.reasons)
        decided = recusal.certificate(uow.session, SYSTEM_VIEWER, known.experts["褚珠宝"], firm)
        told = {
            (fact.side, fact.decided_by, fact.decision_reason)
            for kind in decided.kinds
            for fact in kind.facts
        }
        assert ("cleared", "陈经办", "不是理由") in told


def test_somebody_undeclared_is_never_clear(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS))
        found = recusal.certificate(uow.session, SYSTEM_VIEWER, uid, known.firms[PIPES_FIRM])
    assert (found.verdict, "未申报不等于没有" in found.reasons[0]) == ("undeclared", True)


def test_who_answered_before_an_applicant_joined_has_not_declared_about_it(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    sun = known.experts["孙针织"]

    def verdicts(uow: UnitOfWork) -> dict[str, str]:
        return {
            name: recusal.certificate(uow.session, SYSTEM_VIEWER, sun, uid).verdict
            for name, uid in known.firms.items()
        }

    with ledger.write(CLERK) as uow:
        before = verdicts(uow)
        uow.now += timedelta(days=1)
        late = award_applicants.enter_applicant(
            uow, cast.YEAR, replace(cast.FIRMS[0], name="诸暨后来袜业有限公司")
        )
        assert verdicts(uow) == before
        found = recusal.certificate(uow.session, SYSTEM_VIEWER, sun, late)
        assert (found.verdict, "才列入名单" in found.reasons[0]) == ("undeclared", True)
        snapshot = build_problem(uow.session, cast.YEAR)
        problem = snapshot.problem
        # 郑袜业 works for a firm of the same trade that applies for the same award.
        rival = (known.experts["郑袜业"], late, "RIVAL")
        assert {tie for tie in problem.barred if tie[1] == late} == {
            *((one.id, late, "名单新增，尚未申报") for one in problem.reviewers),
            rival,
        }
        assert any("诸暨后来袜业有限公司列入名单时" in note for note in snapshot.notes)
        drafted = build_problem(uow.session, cast.YEAR, drafting=True)  # a rough plan asks nobody
        assert [tie for tie in drafted.problem.barred if tie[1] == late] == [rival]
        award_applicants.answer_list(uow, sun, cast.YEAR, [*known.firms.values(), late])
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, sun, late).verdict == "clear"
        assert (sun, late) not in {
            tie[:2] for tie in build_problem(uow.session, cast.YEAR).problem.barred
        }


def test_who_comes_back_on_the_list_or_changes_its_name_is_asked_about_anew(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    sun = known.experts["孙针织"]

    def fresh(uow: UnitOfWork) -> list[str]:
        return [
            one.name for one in applicant_store.to_declare(uow.session, sun, cast.YEAR) if one.fresh
        ]

    with ledger.write(CLERK) as uow:
        uow.now += timedelta(days=1)
        assert fresh(uow) == []
        award_applicants.withdraw_applicant(uow, known.firms[PEARLS_FIRM], 1, "放弃")
        award_applicants.restore_applicant(uow, known.firms[PEARLS_FIRM], 2, "撤回有误")
        firm = applicant_store.applicant(uow.session, SYSTEM_VIEWER, known.firms[PIPES_FIRM])
        award_applicants.edit_applicant(
            uow, firm.uid, firm.version, replace(firm.fields, email="a@b.cn")
        )
        assert fresh(uow) == [PEARLS_FIRM]
        award_applicants.edit_applicant(
            uow, firm.uid, firm.version + 1, replace(firm.fields, name="诸暨换名管业有限公司")
        )
        assert sorted(fresh(uow)) == sorted([PEARLS_FIRM, "诸暨换名管业有限公司"])
        with pytest.raises(Refusal) as caught:
            award_applicants.answer_list(uow, sun, cast.YEAR, [known.firms[PEARLS_FIRM]])
        assert (
            caught.value.code == "list-changed"
            and "诸暨换名管业有限公司" in caught.value.message_zh
        )


def test_a_signature_on_her_own_page_answers_nothing_yet(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, cast.expert("卫新人", "绍兴文理学院", cast.SOCKS))
        register.appoint(uow, uid, "reviewer", date(2025, 1, 1), date(2027, 12, 31))
        register.save_availability(uow, uid, cast.YEAR, (), "", 0, cast.FIRST, cast.LAST)
        register.sign_declaration(
            uow, uid, cast.YEAR, "2026-1", "a" * 64, "个人链接", answered=False
        )
        reasons = {
            one.uid: one.reasons for one in build_problem(uow.session, cast.YEAR).not_assignable
        }
        assert reasons[uid] == ("已签声明，尚未对照申报组织名单申报回避（未申报不等于没有）",)
        assert (
            recusal.certificate(uow.session, SYSTEM_VIEWER, uid, known.firms[PIPES_FIRM]).verdict
            == "undeclared"
        )
        award_applicants.answer_list(uow, uid, cast.YEAR, list(known.firms.values()))
        assert uid in build_problem(uow.session, cast.YEAR).problem.reviewer_index


def test_staff_who_must_keep_away_see_nothing_of_the_applicant(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    pipes = known.firms[PIPES_FIRM]
    viewer = Viewer("u-1", Role.SECRETARIAT, conflicted=frozenset({pipes}))
    with ledger.write(CLERK) as uow:
        everything(uow, known)
        assert any(
            one.applicant_uid == pipes
            for one in recusal.findings(uow.session, SYSTEM_VIEWER, cast.YEAR)
        )
        assert not any(
            one.applicant_uid == pipes for one in recusal.findings(uow.session, viewer, cast.YEAR)
        )
        assert dossier.rulings(uow.session, SYSTEM_VIEWER) and not dossier.rulings(
            uow.session, SYSTEM_VIEWER, [PEARLS_FIRM]
        )
        with pytest.raises(Refusal) as caught:
            recusal.certificate(uow.session, viewer, known.experts["孙针织"], pipes)
    assert caught.value.code == "not-found"


def test_an_applicant_names_three_and_no_more(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    people = list(known.experts.values())
    with ledger.write(CLERK) as uow:
        for uid in people[:MAX_REQUESTS]:
            register.request_recusal(uow, uid, PIPES_FIRM, "", cast.YEAR, date(2026, 7, 2), "理由")
        for uid, code in ((people[0], "exists"), (people[3], "too-many-requests")):
            with pytest.raises(Refusal) as caught:
                register.request_recusal(
                    uow, uid, PIPES_FIRM, "", cast.YEAR, date(2026, 7, 2), "理由"
                )
            assert caught.value.code == code
        with pytest.raises(Refusal) as caught:
            register.request_recusal(
                uow, people[3], SOCKS_FIRM, "", cast.YEAR, date(2026, 7, 2), " "
            )
        assert caught.value.code == "reason-needed"
        # Another applicant, and another year, have their own three.
        register.request_recusal(
            uow, people[0], SOCKS_FIRM, "", cast.YEAR, date(2026, 7, 2), "理由"
        )
        register.request_recusal(
            uow, people[3], PIPES_FIRM, "", cast.YEAR - 1, date(2025, 7, 2), "理由"
        )
        assert (
            len(dossier.requests(uow.session, SYSTEM_VIEWER, PIPES_FIRM, cast.YEAR)) == MAX_REQUESTS
        )


def test_a_waiver_takes_two_people_and_then_counts(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    li = known.experts["李五金"]
    with ledger.write(CLERK) as uow:
        soft = register.declare_conflict(
            uow, li, register.ConflictFields("SUPPLIER_CUSTOMER", PIPES_FIRM)
        )
        hard = register.declare_conflict(uow, li, register.ConflictFields("KINSHIP", SOCKS_FIRM))
        waiver = register.propose_waiver(uow, soft, 1, "金额很小")
        uow.commit()
    for act, code in (
        (lambda uow: register.decide_waiver(uow, waiver, 1, True, "同意"), "second-person"),
        (lambda uow: register.decide_conflict(uow, soft, 1, "cleared", "直接豁免"), "two-people"),
        (
            lambda uow: register.decide_conflict(uow, hard, 1, "cleared", "直接豁免"),
            "hard-conflict",
        ),
        (lambda uow: register.propose_waiver(uow, hard, 1, "请求豁免"), "not-waivable"),
        (lambda uow: register.propose_waiver(uow, soft, 1, "再提一次"), "exists"),
    ):
        with pytest.raises(Refusal) as caught, ledger.write(CLERK) as uow:
            act(uow)
        assert caught.value.code == code
    pair = (li, known.firms[PIPES_FIRM])
    with ledger.write(CHIEF) as uow:
        assert pair in {
            tie[:2] for tie in build_problem(uow.session, cast.YEAR).problem.discouraged
        }
        register.decide_waiver(uow, waiver, 1, True, "同意")
        uow.session.flush()
        assert pair not in {
            tie[:2] for tie in build_problem(uow.session, cast.YEAR).problem.discouraged
        }
        found = recusal.certificate(uow.session, SYSTEM_VIEWER, *pair)
        assert (found.verdict, "陈经办提出，周主任复核" in found.reasons[0]) == ("clear", True)


def test_a_request_of_another_year_is_asked_and_decided_anew(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    li = known.experts["李五金"]
    with ledger.write(CLERK) as uow:
        before = register.request_recusal(
            uow, li, PIPES_FIRM, "", cast.YEAR - 1, date(2025, 7, 2), "太严格"
        )
        register.decide_conflict(uow, before, 1, "cleared", "不是理由")
        uow.session.flush()
        now = register.request_recusal(
            uow, li, PIPES_FIRM, "", cast.YEAR, date(2026, 7, 2), "今年起诉过本公司"
        )
        uow.session.flush()
        assert now != before
        assert (
            recusal.certificate(uow.session, SYSTEM_VIEWER, li, known.firms[PIPES_FIRM]).verdict
            == "pending"
        )
        assert [
            one.evidence
            for one in dossier.requests(uow.session, SYSTEM_VIEWER, PIPES_FIRM, cast.YEAR)
        ] == ["今年起诉过本公司"]


def test_a_renamed_applicant_has_no_further_three(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    people, code = list(known.experts.values()), "91330681J34E40AB8Q"
    with ledger.write(CLERK) as uow:
        for uid in people[:MAX_REQUESTS]:
            register.request_recusal(
                uow, uid, PIPES_FIRM, code, cast.YEAR, date(2026, 7, 2), "理由"
            )
        with pytest.raises(Refusal) as caught:
            register.request_recusal(
                uow, people[3], "店口管业集团有限公司", code, cast.YEAR, date(2026, 7, 2), "理由"
            )
    assert caught.value.code == "too-many-requests"


def test_what_was_cleared_counts_anew_when_it_is_told_in_other_words(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    li, firm = known.experts["李五金"], known.firms[PIPES_FIRM]
    told = register.ConflictFields("OTHER", PIPES_FIRM, evidence="同乡")
    with ledger.write(CLERK) as uow:
        first = register.declare_conflict(uow, li, told)
        register.decide_conflict(uow, first, 1, "cleared", "同乡不影响公正")
        assert register.declare_conflict(uow, li, told) == first
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, li, firm).verdict == "clear"
        assert register.declare_conflict(uow, li, replace(told, evidence="借过款")) != first
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, li, firm).verdict == "pending"


def test_what_somebody_declares_is_no_question_of_a_namesake(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    li, firm = known.experts["李五金"], known.firms[PIPES_FIRM]
    with ledger.write(CLERK) as uow:
        found = register.declare_conflict(
            uow, li, register.ConflictFields("EQUITY", PIPES_FIRM, source="found", name_match=True)
        )
        declared = register.declare_conflict(
            uow, li, register.ConflictFields("EQUITY", PIPES_FIRM, evidence="持股 2%")
        )
        assert declared != found
        register.decide_conflict(uow, found, 1, "cleared", "股东另有其人")
        uow.session.flush()
        assert recusal.certificate(uow.session, SYSTEM_VIEWER, li, firm).verdict == "barred"


def test_a_waiver_does_not_undo_what_was_decided_meanwhile(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    with ledger.write(CLERK) as uow:
        soft = register.declare_conflict(
            uow, known.experts["李五金"], register.ConflictFields("SUPPLIER_CUSTOMER", PIPES_FIRM)
        )
        waiver = register.propose_waiver(uow, soft, 1, "金额很小")
        register.decide_conflict(uow, soft, 1, "barred", "金额其实很大")
        uow.commit()
    with (
        pytest.raises(Refusal, match="陈经办决定应当回避，不能再豁免") as caught,
        ledger.write(CHIEF) as uow,
    ):
        register.decide_waiver(uow, waiver, 1, True, "同意")
    assert caught.value.code == "decided"
    with ledger.write(CHIEF) as uow:
        assert [one.uid for one in dossier.waivers(uow.session, SYSTEM_VIEWER)] == [waiver]
        register.decide_waiver(uow, waiver, 1, False, "已另作决定")
        uow.commit()


def test_a_list_of_holders_replaces_the_list_before(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, _ = pool
    line = register.HoldingFields
    first = [
        line("甲公司", "张三", False, "股东", 40.0),
        line("甲公司", "李四", False, "股东", 60.0),
        line("乙公司", "王五", False, "股东"),
    ]
    with ledger.write(CLERK) as uow:
        assert register.import_holdings(uow, first, "七月查询") == (3, 0, 0)
        assert register.import_holdings(uow, first, "七月查询") == (0, 0, 0)
        assert register.import_holdings(
            uow, [line("甲公司", "张三", False, "股东", 100.0)], "八月查询"
        ) == (0, 1, 1)
        # Nothing is deleted: the line that is no more has ended; said again it is back.
        assert {row.holder: row.ended_on is None for row in uow.session.query(Shareholding)} == {
            "张三": True,
            "李四": False,
            "王五": True,
        }
        assert register.import_holdings(uow, first[:2], "九月查询") == (0, 2, 0)


def test_a_member_of_the_committee_is_out_until_the_office_ends(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    ledger, known = pool
    chu = known.experts["褚珠宝"]

    def assignable(uow: UnitOfWork) -> bool:
        uow.session.flush()
        return chu in build_problem(uow.session, cast.YEAR).problem.reviewer_index

    with ledger.write(CLERK) as uow:
        assert assignable(uow)
        official = register.enter_official(
            uow, "committee", "褚珠宝", "中国计量大学", date(2024, 1, 1)
        )
        assert not assignable(uow)
        register.end_official(uow, official, 1, date(2026, 6, 29), "届满")
        assert assignable(uow)
        # The same name at another unit has to be looked into; until then she is not used.
        register.enter_official(uow, "committee", "褚珠宝", "诸暨市水利局")
        assert not assignable(uow)
        finding = next(
            one
            for one in recusal.findings(uow.session, SYSTEM_VIEWER, cast.YEAR)
            if one.kind == "COMMITTEE_VOTER"
        )
        uid = register.declare_conflict(
            uow,
            chu,
            register.ConflictFields(
                finding.kind,
                finding.organisation,
                source="found",
                evidence=finding.evidence,
                name_match=True,
            ),
        )
        # She is kept away by law unless she is somebody else: two people say so, not one.
        assert register.decide_conflict(uow, uid, 1, "cleared", "同名不同人，已核对身份证明") == 1
        assert not assignable(uow)
        cast.agree(uow, uid, "已核对")
        assert assignable(uow)
        row = uow.load(Conflict, uid)
        assert (row.decision, row.decided_by) == ("cleared", "陈经办提出，陈经办决定")


def test_a_decision_to_bar_is_taken_back_by_two(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    with ledger.write(CLERK) as uow:
        uid = register.request_recusal(
            uow, known.experts["褚珠宝"], PEARLS_FIRM, "", cast.YEAR, date(2026, 7, 2), "有过纠纷"
        )
        assert register.decide_conflict(uow, uid, 1, "barred", "属实") == 2
        assert register.decide_conflict(uow, uid, 2, "cleared", "又说不是") == 2
        assert uow.load(Conflict, uid).decision == "barred"
        with pytest.raises(Refusal, match="另一人"):
            row = uow.session.scalars(select(Lifting).where(Lifting.target == uid)).one()
            register.decide_lifting(uow, row.uid, row.version, True, "我自己也同意")
        cast.agree(uow, uid, "同意")
        assert uow.load(Conflict, uid).decision == "cleared"


def test_the_years_lists_take_the_same_number_of_statements(pool: tuple[Ledger, cast.Cast]) -> None:
    ledger, known = pool
    counts = []

    def count(*_: object) -> None:
        counts[-1] += 1

    form = register.CandidacyFields("self", "", None, 6, "培训班", None, True)
    for people in (1, 12):
        with ledger.write(CLERK) as uow:
            for number in range(people):
                uid = register.enrol(
                    uow, cast.expert(f"新{people}人{number}", "某单位", cast.SOCKS)
                )
                register.enter_candidacy(uow, uid, form)
                register.open_violation(uow, uid, "DUTY", date(2026, 7, 1), "反映")
                register.note_stage(
                    uow,
                    known.experts["孙针织"],
                    register.StageFields(2026, f"企业{people}{number}", "site", "present"),
                )
            uow.session.flush()
            uow.session.expire_all()
            counts.append(0)
            event.listen(ledger.engine, "before_cursor_execute", count)
            dossier.candidacies(uow.session, SYSTEM_VIEWER, date(2026, 8, 3))
            dossier.year_list(uow.session, SYSTEM_VIEWER, 2026, date(2026, 8, 3))
            dossier.violations(uow.session, SYSTEM_VIEWER)
            recusal.findings(uow.session, SYSTEM_VIEWER, cast.YEAR)
            event.remove(ledger.engine, "before_cursor_execute", count)
            assert uow.session.query(Expert).count() > people
    assert counts[0] == counts[1]


def test_the_years_list_reads_only_people_of_whom_something_is_known(
    pool: tuple[Ledger, cast.Cast],
) -> None:
    """Twenty thousand are appointed, and a few hundred served."""
    ledger, known = pool
    told: list[tuple[str, object]] = []
    with ledger.write(CLERK) as uow:
        served = known.experts["孙针织"]
        register.note_stage(uow, served, register.StageFields(2026, "某企业", "site", "no_show"))
        uow.session.flush()
        number = uow.load(Expert, served).id

        def keep(*of: object) -> None:
            told.append((str(of[2]), of[3]))

        event.listen(ledger.engine, "before_cursor_execute", keep)
        lines = dossier.year_list(uow.session, SYSTEM_VIEWER, 2026, date(2026, 8, 3))
        event.remove(ledger.engine, "before_cursor_execute", keep)
    assert [(line.uid, line.no_shows) for line in lines] == [(served, 1)]
    assert [values for text, values in told if "FROM expert " in text.replace("\n", " ")] == [
        (number,)
    ]
