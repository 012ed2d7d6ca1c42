"""缺口: the maximum flow and its cut agree with Hall's condition looked up over all sets, and the
set named is a real one.
"""

from __future__ import annotations

import time
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from assignment.shortage import Deficit, deficits

FOOD, CLOTH, STEEL = "食品", "纺织", "钢铁"


def test_two_trades_that_share_their_experts_are_short_together() -> None:
    """Each trade alone has enough: a count would see nothing."""
    people = dict.fromkeys(("甲", "乙", "丙"), 2)
    both = dict.fromkeys(people, 9)
    assert deficits({FOOD: 5}, people, {FOOD: both}) == ()
    assert deficits({FOOD: 5, CLOTH: 4}, people, {FOOD: both, CLOTH: both}) == (
        Deficit((CLOTH, FOOD), 9, 6, ("丙", "乙", "甲")),
    )


def test_trades_without_a_common_expert_are_told_apart_and_sufficient_ones_not_named() -> None:
    serves = {FOOD: {"甲": 9}, CLOTH: {"乙": 9}, STEEL: {"丙": 9}}
    found = deficits({FOOD: 3, CLOTH: 5, STEEL: 1}, {"甲": 2, "乙": 2, "丙": 2}, serves)
    assert found == (Deficit((CLOTH,), 5, 2, ("乙",)), Deficit((FOOD,), 3, 2, ("甲",)))


def test_a_need_that_nobody_serves_is_wholly_missing() -> None:
    assert deficits({FOOD: 2}, {"甲": 3}, {}) == (Deficit((FOOD,), 2, 0, ()),)


def test_an_expert_reviews_a_case_once() -> None:
    """Two seats of one case need two people, however much one person could do."""
    assert deficits({FOOD: 2}, {"甲": 9}, {FOOD: {"甲": 1}}) == (Deficit((FOOD,), 2, 1, ("甲",)),)


NEEDS, HELPERS = "abcd", "wxyz"
SMALL = st.integers(0, 4)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(NEEDS, SMALL)),
    st.fixed_dictionaries(dict.fromkeys(HELPERS, SMALL)),
    st.fixed_dictionaries(
        {need: st.fixed_dictionaries(dict.fromkeys(HELPERS, st.integers(0, 2))) for need in NEEDS}
    ),
)
def test_the_deficits_are_those_of_halls_condition(
    needs: dict[str, int], people: dict[str, int], serves: dict[str, dict[str, int]]
) -> None:
    def given_to(part: tuple[str, ...]) -> int:
        """The most that a set of needs can get: over all splits of the helpers (the cut of
        each).
        """
        least = sum(needs[need] for need in part)
        for size in range(len(HELPERS) + 1):
            for full in combinations(HELPERS, size):
                for asking in (sub for n in range(len(part) + 1) for sub in combinations(part, n)):
                    cut = sum(needs[need] for need in part if need not in asking) + sum(
                        people[one] for one in full
                    )
                    cut += sum(
                        serves[need][one] for need in asking for one in HELPERS if one not in full
                    )
                    least = min(least, cut)
        return least

    found = deficits(needs, people, serves)
    assert sum(one.missing for one in found) == sum(needs.values()) - given_to(tuple(NEEDS))
    for one in found:
        assert one.missing > 0
        assert one.served == given_to(one.needs)


def test_a_province_is_looked_at_in_a_second() -> None:
    needs = {f"c{n}": 2 for n in range(300)}
    people = {f"e{n}": 3 for n in range(1000)}
    serves = {f"c{n}": {f"e{m}": 1 for m in range(n % 50, 1000, 50)} for n in range(300)}
    start = time.thread_time()
    assert deficits(needs, people, serves) == ()
    assert time.thread_time() - start < 1.0
