"""Conflicts: the taxonomy, look-back to the day, and when two written names are one
organisation.
"""

from datetime import date

import pytest

from assignment import kinds
from expert_pool.core.conflict import KINDS, in_force, years_before

DEADLINE = date(2026, 6, 30)


def test_the_taxonomy_has_25_kinds_with_sources() -> None:
    assert len(KINDS) == 25
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
