"""工作量与荣誉: sums per year, the order, the measure of evenness; and how people are found by
typing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.core.expert import Industry
from expert_pool.ledger import Ledger
from expert_pool.workload import Burden, YearOfWork, burdens, fairness
from tests import cast
from tests.storage import CLERK

STAFF = Viewer("a-1", Role.INSPECTOR)


def worked(half_days: int) -> Burden:
    return Burden(
        "e", "某", "某院", (YearOfWork(2025, 1, half_days, False, None),) if half_days else ()
    )


def test_years_are_summed_and_the_busiest_comes_first(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        ids = [
            register.enrol(uow, cast.expert(name, "某院", cast.SOCKS)) for name in ("甲一", "乙二")
        ]
        for number, (year, leader, effort, score) in enumerate(
            ((2024, True, 3, 92), (2024, False, 2, 90), (2025, False, 4, 80))
        ):
            register.record_performance(
                uow,
                ids[1],
                register.ServiceFields(year, f"公司{number}", "", leader, effort, score, ""),
            )
        uow.commit()
    with sqlite_ledger.read() as session:
        found = burdens(session, STAFF, 2020, 2026)
        assert burdens(session, Viewer("e", Role.EXPERT, ids[0]), 2020, 2026) == ()
        assert [one.half_days for one in burdens(session, STAFF, 2025, 2025)] == [4, 0]
    assert [(one.name, one.half_days, one.led, one.excellent) for one in found] == [
        ("乙二", 9, (2024,), (2024,)),
        ("甲一", 0, (), ()),
    ]
    assert found[0].years == (
        YearOfWork(2024, 2, 5, True, 91.0),
        YearOfWork(2025, 1, 4, False, 80.0),
    )


@pytest.mark.parametrize(
    ("loads", "gini"), [((5, 5, 5, 5), 0.0), ((20, 0, 0, 0), 0.75), ((0, 0), 0.0), ((1, 3), 0.25)]
)
def test_evenness_is_the_gini_coefficient(loads: tuple[int, ...], gini: float) -> None:
    assert fairness([worked(load) for load in loads]).gini == gini


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("单", ["单晓芳"]),
        ("shanxiao", ["单晓芳"]),
        ("SXF", ["单晓芳"]),
        ("理工", ["单晓芳"]),
        ("袜业", ["单晓芳"]),
        ("纺织", ["单晓芳"]),
        ("1763", ["单晓芳"]),
        ("水龙头", ["曾志强"]),
        ("zzq 中心", ["曾志强"]),
        ("zzq 理工", []),
        ("制造业", ["单晓芳", "曾志强"]),
        ("%", []),
    ],
)
def test_people_are_found_by_name_sound_initials_employer_and_trade(
    people: Ledger, typed: str, names: list[str]
) -> None:
    with people.read() as session:
        found = store.experts(session, SYSTEM_VIEWER, 2026, date(2026, 9, 1), search=typed)
    assert [row.fields.name for row in found] == names


@pytest.fixture
def people(sqlite_ledger: Ledger) -> Ledger:
    with sqlite_ledger.write(CLERK) as uow:
        register.enrol(uow, cast.expert("单晓芳", "浙江理工大学", cast.SOCKS))
        taps = replace(
            cast.expert("曾志强", "质量技术服务中心"),
            industries=(Industry(cast.PIPES, "水龙头", True),),
        )
        register.enrol(uow, taps)
        uow.commit()
    return sqlite_ledger
