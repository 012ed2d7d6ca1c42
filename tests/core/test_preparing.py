"""The seven steps from two lists to published groups."""

from __future__ import annotations

import pytest

from award.groups.core.preparing import Facts, steps

EMPTY = Facts(0, 0, 0, 0, 0, "")


def states(facts: Facts) -> str:
    """d done, n now, a attention, t todo."""
    return "".join(step.state[0] for step in steps(facts))


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (EMPTY, "ntttttt"),
        (Facts(60, 0, 0, 0, 0, ""), "dnttttt"),
        (Facts(60, 20, 1, 0, 0, ""), "ddntttt"),
        (Facts(60, 20, 0, 50, 8, ""), "dddnttt"),
        # a plan made with the answers at hand: nobody has to wait for the last expert
        (Facts(60, 20, 0, 50, 8, "draft"), "dddadnt"),
        (Facts(60, 20, 2, 50, 0, "submitted"), "ddndd" + "tt"),
        (Facts(60, 20, 0, 50, 0, "approved"), "ddddddn"),
        (Facts(60, 20, 0, 50, 8, "published"), "dddaddd"),
    ],
)
def test_one_step_is_next_and_late_answers_are_told(facts: Facts, wanted: str) -> None:
    assert states(facts) == wanted
