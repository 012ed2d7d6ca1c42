"""Conflicts: the taxonomy, look-back to the day, and when two written names are one
organisation.
"""

from datetime import date

import pytest

from assignment import kinds
from expert_pool.core import organisation
from expert_pool.core.conflict import KINDS, in_force, years_before

DEADLINE = date(2026, 6, 30)
FIRMS = ("诸暨市盛丰医院集团有限公司", "诸暨市盛和针织集团有限公司", "诸暨市嘉海珍珠饰品有限公司")


def test_the_taxonomy_has_24_kinds_with_sources() -> None:
    assert len(KINDS) == 24
    assert {kind.severity for kind in KINDS.values()} == {"hard", "soft", "review", "bar"}
    assert all(kind.sources and kind.zh for kind in KINDS.values())


def test_the_optimiser_calls_every_kind_by_its_name() -> None:
    """It knows the register no more than the register knows it, so the names stand twice."""
    assert {code: kind.zh.split("（")[0] for code, kind in KINDS.items()} == kinds.NAMES


@pytest.mark.parametrize(
    ("kind", "ended", "counts"),
    [
        ("EMPLOYMENT", None, True),
        ("EMPLOYMENT", date(2023, 6, 30), True),
        ("EMPLOYMENT", date(2023, 6, 29), False),
        ("TRAINING_CLIENT", date(2024, 6, 30), True),
        ("TRAINING_CLIENT", date(2024, 6, 29), False),
        ("COMPETITOR", date(2025, 6, 30), True),
        ("COMPETITOR", date(2025, 6, 29), False),
        ("GIFT", date(2021, 6, 30), True),
        ("GIFT", date(2021, 6, 29), False),
        ("RECOMMENDER", date(2026, 6, 30), True),
        ("RECOMMENDER", date(2026, 6, 29), False),
        ("KINSHIP", date(1990, 1, 1), True),
    ],
)
def test_look_back_counts_the_day_itself(kind: str, ended: date | None, counts: bool) -> None:
    assert in_force(KINDS[kind], ended, DEADLINE) is counts


def test_years_before_a_leap_day() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)


@pytest.mark.parametrize(
    "written",
    [
        "诸暨市盛丰医院集团有限公司",
        "盛丰医院",
        "诸暨市盛丰医院 集团有限公司",
        "诸暨盛丰医院有限公司",
        "诸暨市盛丰医院集团有限公司研发中心",
    ],
)
def test_a_name_written_otherwise_is_the_same_organisation(written: str) -> None:
    assert organisation.same(written, FIRMS[0])


@pytest.mark.parametrize(
    "written", ["诸暨市丰盛医院有限公司", "盛丰", "诸暨市盛和香榧食品有限公司", "", "无"]
)
def test_another_name_is_another_organisation(written: str) -> None:
    assert not any(organisation.same(written, firm) for firm in FIRMS)


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("诸暨市盛峰医院集团有限公司", FIRMS[0]),
        ("嘉海珍珠", FIRMS[2]),
        ("诸暨市嘉海珠宝饰品有限公司", FIRMS[2]),
        ("诸暨市丰盛针织集团有限公司", None),
        ("某某公司", None),
    ],
)
def test_a_slip_of_the_pen_is_pointed_out(written: str, near: str | None) -> None:
    assert organisation.nearest(written, FIRMS) == near
