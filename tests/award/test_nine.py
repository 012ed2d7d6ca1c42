"""九个步骤: where a year stands in them and for whom it waits."""

from __future__ import annotations

import pytest

from award.applicants.core import life
from award.year.core import nine
from award.year.core.stages import NEEDS, ORDER, STAGES, next_move


@pytest.mark.parametrize("stage", ["", *STAGES])
def test_nine_steps_of_every_stage(stage: str) -> None:
    move = next_move(stage)
    lacking = {move.needs[0]: ["一", "二", "三", "四", "五"]} if move else {}
    found = nine.steps(stage, lacking, dict.fromkeys(STAGES, "6 家"))
    assert [step.number for step in found] == list(range(1, 12))
    states = [step.state for step in found]
    if stage in ("", "ended"):
        assert set(states) == {"ended" if stage else "todo"}
        return
    at = ORDER.index(stage)
    now = "done" if stage == "archived" else "now"
    assert states == ["done"] * at + [now] + ["todo"] * (10 - at)
    assert [step.result for step in found[:at]] == ["6 家"] * at
    assert all(not step.result for step in found[at + 1 :])
    if move:
        need = NEEDS[move.needs[0]]
        assert found[at].waiting == (nine.Waiting(move.needs[0], need.who, ("一", "二", "三"), 2),)
        assert all(not step.waiting for step in found if step.stage != stage)


def test_a_year_with_nothing_lacking_waits_for_whoever_moves_it_on() -> None:
    (one,) = nine.waiting("vote", {})
    assert (one.who, one.texts) == ("审定办负责人", ("条件都已具备，可以进入公示。",))
    assert nine.waiting("archived", {}) == nine.waiting("", {}) == ()


def test_every_need_says_for_whom_the_year_waits() -> None:
    assert all(need.who for need in NEEDS.values())


def test_results_count_each_application_as_far_as_it_came() -> None:
    states = ["awarded", "revoked", "no-majority", "below-line", "shortlisted", "not-shortlisted"]
    found = life.results([*states, "unqualified", "withdrawn", "disqualified"])
    assert found == {
        "applications": "9 家申报",
        "qualification": "7 家通过",
        "documents": "6 家入围",
        "site": "5 家评完",
        "evaluation": "4 家候选",
        "vote": "3 家拟奖",
        "approval": "2 家获奖",
    }
