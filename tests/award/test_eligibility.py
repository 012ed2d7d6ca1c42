"""Conditions of article 12 on both sides of every boundary day: annex A of the order of work, 9."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from award.applicants.core import eligibility
from award.applicants.core.eligibility import (
    MET,
    PERSON,
    UNKNOWN,
    UNMET,
    Decided,
    Facts,
    Incident,
    Licence,
    Numbers,
    Since,
)
from expert_pool.facts.refusal import Refusal

DEADLINE = date(2026, 6, 30)
NUMBERS = Numbers(operating=2, clean=3)
SOUND = Facts(
    "QUALITY",
    DEADLINE,
    local=True,
    operating=Since(date(2010, 5, 1)),
    licences=(Licence("营业执照", None, forever=True),),
    incidents_asked=True,
)


def verdict(condition: str, **changes: object) -> str:
    found = eligibility.judge(replace(SOUND, **changes), NUMBERS)  # type: ignore[arg-type]
    return next(one.verdict for one in found if one.condition == condition)


@pytest.mark.parametrize(
    ("since", "wanted"),
    [
        (Since(date(2024, 6, 30)), MET),
        (Since(date(2024, 7, 1)), UNMET),
        (Since(date(2024, 1, 1), "year"), UNKNOWN),
        (Since(date(2023, 1, 1), "year"), MET),
        (Since(date(2025, 1, 1), "year"), UNMET),
        (Since(date(2024, 6, 1), "month"), MET),
        (Since(date(2024, 7, 1), "month"), UNMET),
        (None, UNKNOWN),
    ],
)
def test_two_years_of_operation(since: Since | None, wanted: str) -> None:
    assert verdict("operating", operating=since) == wanted


def test_years_end_on_the_28th_where_there_is_no_29th() -> None:
    assert eligibility.add_years(date(2024, 2, 29), 2) == date(2026, 2, 28)
    since = Since(date(2024, 2, 29))
    assert verdict("operating", operating=since, reference=date(2026, 2, 28)) == MET
    assert verdict("operating", operating=since, reference=date(2026, 2, 27)) == UNMET
    assert eligibility.banned_until(date(2026, 3, 10), 5) == date(2031, 3, 10)
    assert eligibility.banned_until(date(2028, 2, 29), 5) == date(2033, 2, 28)
    watched = eligibility.watched_until(date(2025, 12, 20), 2)
    assert date(2027, 12, 20) <= watched < date(2027, 12, 21)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        (date(2023, 7, 1), UNMET),
        (date(2023, 6, 30), PERSON),
        (date(2023, 6, 29), MET),
        (DEADLINE, UNMET),
        (date(2026, 7, 1), MET),
    ],
)
def test_incident_within_three_years(day: date, wanted: str) -> None:
    assert verdict("clean", incidents=(Incident("inspection", Since(day)),)) == wanted


def test_complaint_counts_only_by_the_organisations_fault() -> None:
    day = Since(date(2025, 1, 1))
    for fault, wanted in ((True, UNMET), (False, MET), (None, UNKNOWN)):
        assert verdict("clean", incidents=(Incident("complaint", day, fault),)) == wanted
    assert verdict("clean", incidents=(Incident("safety", Since(date(2023, 1, 1), "year")),)) == (
        UNKNOWN
    )
    assert verdict("clean", incidents_asked=False) == UNKNOWN
    late = (Incident("safety", Since(date(2026, 7, 9))),)
    assert eligibility.later_incidents(replace(SOUND, incidents=late)) == late
    early = (Incident("safety", Since(date(2023, 7, 1))),)
    facts = replace(SOUND, incidents=early + late)
    assert eligibility.earlier_incidents(facts, NUMBERS) == early
    over = replace(SOUND, incidents=(Incident("safety", Since(date(2023, 6, 29))),))
    assert eligibility.earlier_incidents(over, NUMBERS) == ()


def test_licences_at_the_deadline() -> None:
    for day, wanted in ((date(2026, 6, 29), UNMET), (DEADLINE, PERSON), (None, UNKNOWN)):
        assert verdict("licences", licences=(Licence("生产许可证", day),)) == wanted
    assert verdict("licences", licences=()) == UNKNOWN


def test_ban_ends_the_day_after_its_last() -> None:
    until = date(2031, 3, 10)
    assert verdict("ban", banned_until=until, reference=date(2031, 3, 10)) == UNMET
    assert verdict("ban", banned_until=until, reference=date(2031, 3, 11)) == MET
    found = eligibility.judge(
        replace(SOUND, banned_until=until, reference=date(2031, 1, 1)), NUMBERS
    )
    assert found[-1].reason == "2031年3月10日以前（含当日）不得申报。"


def test_innovation_needs_one_proof() -> None:
    assert verdict("innovation", award="INNOVATION") == UNMET
    assert verdict("innovation", award="INNOVATION", innovations=("patent",)) == MET
    conditions = [one.condition for one in eligibility.judge(SOUND, NUMBERS)]
    assert "innovation" not in conditions


def test_people_decide_what_is_open_and_cannot_overrule_a_date() -> None:
    young = replace(SOUND, operating=Since(date(2024, 7, 1)))
    with pytest.raises(Refusal) as refused:
        eligibility.settle(
            eligibility.judge(young, NUMBERS), [Decided("operating", MET, "情况特殊")]
        )
    assert (refused.value.code, refused.value.legal_basis) == (
        "eligibility-fixed",
        "办法第十二条第一项",
    )
    vague = replace(SOUND, operating=Since(date(2024, 1, 1), "year"))
    with pytest.raises(Refusal, match="只知道是2024年，请补充日期"):
        eligibility.settle(eligibility.judge(vague, NUMBERS), [Decided("operating", MET, "是")])
    with pytest.raises(Refusal, match="请写明判定"):
        eligibility.settle(eligibility.judge(SOUND, NUMBERS), [Decided("others", MET)])


def test_whole_follows_from_the_conditions() -> None:
    findings = eligibility.judge(SOUND, NUMBERS)
    with pytest.raises(Refusal, match="尚未判定"):
        eligibility.demand_decidable(findings, True)
    words = [Decided(code, MET, "已核对") for code in ("licences", "excellence", "others")]
    settled = eligibility.settle(findings, words)
    assert {one.verdict for one in settled} == {MET}
    eligibility.demand_decidable(settled, True)
    with pytest.raises(Refusal, match="没有一项条件不符合"):
        eligibility.demand_decidable(settled, False)
    eligibility.demand_decidable(
        eligibility.settle(findings, [Decided("others", UNMET, "申报表不实")]), False
    )
