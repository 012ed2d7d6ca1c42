"""单位之间借用: an expert goes from one installation to another by a sheet, serves, and comes back
by a sheet; two databases that know nothing of each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from award.groups import lending as loans_of_year
from award.groups.gather import gather
from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.lending import Consent, LoanSheet, ReturnSheet, digest_of, read
from expert_pool.facts.halfday import HalfDay, half_days
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.audit import AuditEntry
from expert_pool.ledger.invariants import exceptions
from expert_pool.register import lending
from expert_pool.tables import Expert, Loan
from tests import cast
from tests.storage import CLERK, Clock, copy_sqlite

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 18)
TERMS = lending.Terms("绍兴市质量奖审定办", "诸暨市质量奖审定办", FIRST, LAST)
CONSENT = Consent(date(2026, 7, 30), "签字的同意书")
AWAY = (HalfDay(date(2026, 9, 9), "AM"),)


def house(template: Path, folder: Path) -> Ledger:
    folder.mkdir()
    return Ledger(copy_sqlite(template, folder), Clock())


@pytest.fixture
def upper(sqlite_template: Path, tmp_path: Path) -> Iterator[Ledger]:
    """The city's office, with one expert who has conflicts, service and a busy morning."""
    ledger = house(sqlite_template, tmp_path / "upper")
    with ledger.write(CLERK) as uow:
        cast.open_year(uow)
        for name, employer in (("秦上级", "绍兴文理学院"), ("许同事", "绍兴市质量协会")):
            fields = cast.expert(name, employer, cast.SOCKS)
            uid = register.enrol(uow, replace(fields, phone="13805750001", quality=True))
            cast.make_ready(uow, uid, AWAY)
            wanted = register.ConflictFields(
                "CONSULTING", "诸暨大东袜业有限公司", evidence="2025年"
            )
            register.declare_conflict(uow, uid, wanted)
            served = register.ServiceFields(2025, "绍兴某公司", effort=4, score=91)
            register.record_performance(uow, uid, served)
            break
        uow.commit()
    yield ledger
    ledger.close()


@pytest.fixture
def county(sqlite_template: Path, tmp_path: Path) -> Iterator[Ledger]:
    ledger = house(sqlite_template, tmp_path / "county")
    cast.settle(ledger)
    yield ledger
    ledger.close()


def her(ledger: Ledger) -> str:
    with ledger.read() as session:
        return session.scalars(select(Expert.uid).where(Expert.name == "秦上级")).one()


def lent(ledger: Ledger, terms: lending.Terms = TERMS) -> tuple[str, str, str]:
    with ledger.write(CLERK) as uow:
        made = loans_of_year.lend(uow, [lending.Wanted(her(ledger), CONSENT)], terms)
        uow.commit()
    return made


def borrowed(ledger: Ledger, text: str, told: str) -> str:
    with ledger.write(CLERK) as uow:
        _, uids = lending.borrow(uow, text, told)
        uow.commit()
    return uids[0]


def refused(ledger: Ledger, text: str, told: str) -> Refusal:
    with pytest.raises(Refusal) as reason, ledger.write(CLERK) as uow:
        lending.borrow(uow, text, told)
    with ledger.read() as session:
        assert lending.loans(session) == ()
        assert session.scalar(select(Expert).where(Expert.name == "秦上级")) is None
    return reason.value


def facts(ledger: Ledger, uid: str):  # type: ignore[no-untyped-def]
    with ledger.read() as session:
        return next(one for one in gather(session, cast.YEAR).experts if one.uid == uid)


def test_a_loan_goes_round_between_two_houses(upper: Ledger, county: Ledger) -> None:
    number, text, told = lent(upper)
    # At home she is away for all of the time, and cannot be lent twice.
    assert set(half_days(FIRST, LAST)) <= facts(upper, her(upper)).absences
    with pytest.raises(Refusal, match="已借给诸暨市质量奖审定办") as twice:
        lent(upper, replace(TERMS, office="嵊州市质量奖审定办"))
    assert twice.value.code == "on-loan"

    uid = borrowed(county, text, told[:12])
    with county.read() as session:
        page = store.expert(session, SYSTEM_VIEWER, uid, cast.YEAR, date(2026, 9, 8))
    assert (page.fields.source_pool, page.fields.phone[:3]) == ("绍兴市质量奖审定办（借用）", "138")
    assert [(one.kind, one.organisation) for one in page.conflicts] == [
        ("CONSULTING", "诸暨大东袜业有限公司")
    ]
    assert [(one.year, one.effort, one.score) for one in page.service] == [(2025, 4, 91)]
    assert [(one.first, one.last) for one in page.appointments] == [(FIRST, LAST)]
    with county.write(CLERK) as uow:
        register.sign_declaration(uow, uid, cast.YEAR, "2026-1", "a" * 64, "test")
        register.save_availability(uow, uid, cast.YEAR, (), "", 0, cast.FIRST, cast.LAST)
        done = register.ServiceFields(cast.YEAR, "浙江店口管业股份有限公司", effort=2, score=88)
        register.record_performance(uow, uid, done)
        stage = register.StageFields(cast.YEAR, "浙江店口管业股份有限公司", "site", "late")
        register.note_stage(uow, uid, stage)
        uow.commit()
    assert facts(county, uid).absences >= set(AWAY)  # what her own office knows holds here too

    with county.write(CLERK) as uow:
        back, seal = loans_of_year.give_back(uow, number)
        uow.commit()
    with upper.write(CLERK) as uow:
        sheet = lending.take_back(uow, back, seal)
        uow.commit()
    assert [(one.name, one.half_days) for one in sheet.people] == [("秦上级", 2)]
    with upper.read() as session:
        home = store.expert(session, SYSTEM_VIEWER, her(upper), cast.YEAR, date(2026, 9, 8))
        loan = lending.loans(session, number)[0]
        assert exceptions(session) == []
    assert [(one.year, one.organisation, one.effort) for one in home.service] == [
        (2025, "绍兴某公司", 4),
        (cast.YEAR, "浙江店口管业股份有限公司", 2),
    ]
    assert (loan.status, loan.half_days) == ("returned", 2)
    assert loan.conduct == ("2026 年浙江店口管业股份有限公司：迟到或早退",)
    assert facts(upper, her(upper)).absences == set(AWAY)
    with county.read() as session:
        assert lending.loans(session)[0].status == "returned"
        assert exceptions(session) == []
        actions = session.execute(select(AuditEntry.action).where(AuditEntry.kind == "loan"))
        assert [row.action for row in actions] == ["borrow", "give-back"]


def test_she_may_come_again_and_is_the_same_person(upper: Ledger, county: Ledger) -> None:
    number, text, told = lent(upper)
    first = borrowed(county, text, told)
    with county.write(CLERK) as uow:
        back, seal = lending.give_back(uow, number, {})
        uow.commit()
    with upper.write(CLERK) as uow:
        lending.take_back(uow, back, seal)
        uow.commit()
    later = replace(TERMS, first=date(2026, 9, 21), last=date(2026, 9, 25))
    _, text, told = lent(upper, later)
    assert borrowed(county, text, told) == first


@pytest.mark.parametrize("consent", [None, Consent(date(2026, 7, 30), " ")])
def test_nobody_is_lent_without_consent(upper: Ledger, consent: Consent | None) -> None:
    with pytest.raises(Refusal, match="秦上级没有本人同意") as reason, upper.write(CLERK) as uow:
        loans_of_year.lend(uow, [lending.Wanted(her(upper), consent)], TERMS)
    assert reason.value.legal_basis == "个人信息保护法第二十三条"
    with upper.read() as session:
        assert lending.loans(session) == ()


def test_a_sheet_without_consent_is_refused_on_the_other_side(
    upper: Ledger, county: Ledger
) -> None:
    _, text, _ = lent(upper)
    body = json.loads(text)
    body["people"][0]["consent"]["how"] = ""
    body["digest"] = digest_of(body)
    assert refused(county, json.dumps(body), body["digest"]).code == "no-consent"


def test_a_changed_sheet_is_refused(upper: Ledger, county: Ledger) -> None:
    _, text, told = lent(upper)
    body = json.loads(text)
    body["people"][0]["ties"] = []
    assert refused(county, json.dumps(body), told).code == "tampered"
    body["digest"] = digest_of(body)  # with a digest that fits: not the one in the letter
    assert refused(county, json.dumps(body), told).code == "tampered"
    assert refused(county, text, told[:6]).code == "tampered"
    assert refused(county, text, "").code == "tampered"
    assert refused(county, "no sheet", told).code == "bad-sheet"
    with pytest.raises(Refusal, match="这不是归还单，是借用单"):
        read(text, told, ReturnSheet)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body["people"][0].pop("grade"), "缺“grade”"),
        (lambda body: body["people"][0].update(pay=3), "不认识的“pay”"),
        (lambda body: body.update(first="9月"), "“first”应是日期"),
        (lambda body: body.update(people={}), "“people”应是列表"),
        (lambda body: body["people"][0]["fields"].update(seniority="3"), "“seniority”的类型不对"),
    ],
)
def test_a_broken_sheet_is_told_by_the_field(upper: Ledger, change, words: str) -> None:  # type: ignore[no-untyped-def]
    body = json.loads(lent(upper)[1])
    change(body)
    told = digest_of(body)
    with pytest.raises(Refusal, match=words):
        read(json.dumps({**body, "digest": told}), told, LoanSheet)


def test_a_sheet_is_taken_once_and_not_at_home(upper: Ledger, county: Ledger) -> None:
    number, text, told = lent(upper)
    borrowed(county, text, told)
    for ledger, words in ((county, "已经接收过"), (upper, "应交给借入单位")):
        with pytest.raises(Refusal, match=words), ledger.write(CLERK) as uow:
            lending.borrow(uow, text, told)
    with pytest.raises(Refusal, match="没有找到这份借用单"), county.write(CLERK) as uow:
        lending.recall(uow, number, "弄错了")


def test_who_is_on_duty_or_out_of_term_is_not_lent(upper: Ledger) -> None:
    uid = her(upper)
    wanted = [lending.Wanted(uid, CONSENT)]
    busy = {uid: {HalfDay(date(2026, 9, 10), "PM")}}
    with (
        pytest.raises(Refusal, match="2026-09-10 下午有已发布的评审任务"),
        upper.write(CLERK) as uow,
    ):
        lending.lend(uow, wanted, TERMS, busy)
    late = replace(TERMS, last=date(2028, 1, 31))
    with pytest.raises(Refusal, match="不全在聘期内"), upper.write(CLERK) as uow:
        lending.lend(uow, wanted, late, {})
    with upper.write(CLERK) as uow:
        register.suspend(uow, uid, "有投诉", None)
        uow.commit()
    with pytest.raises(Refusal, match="暂停使用"), upper.write(CLERK) as uow:
        lending.lend(uow, wanted, TERMS, {})


def test_a_lost_sheet_is_recalled(upper: Ledger) -> None:
    number, *_ = lent(upper)
    with upper.write(CLERK) as uow:
        assert lending.recall(uow, number, "对方没有收到") == 1
        uow.commit()
    assert facts(upper, her(upper)).absences == set(AWAY)
    with upper.read() as session:
        assert session.scalars(select(Loan.status)).all() == ["recalled"]
    lent(upper)
