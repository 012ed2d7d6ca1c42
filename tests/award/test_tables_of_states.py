"""The two tables of states: every pair of states and every role, against the order of work."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from sqlalchemy import select

from award.applicants.core import life
from award.year import stages as award_stages
from award.year.core import stages
from award.year.core.settings import needed
from award.year.tables import AwardYear
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK, Clock, copy_sqlite


@pytest.mark.parametrize("before", ["", *stages.STAGES])
def test_year_moves_only_as_its_table_says(before: str) -> None:
    told = {(move.before, move.after): move.role for move in stages.MOVES}
    for after, role in itertools.product(stages.STAGES, Role):
        if told.get((before, after)) is role:
            assert stages.find_move(before, after, role).after == after
            continue
        with pytest.raises(Refusal) as refused:
            stages.find_move(before, after, role)
        assert "办法第" in refused.value.legal_basis
        assert refused.value.code == ("wrong-role" if (before, after) in told else "wrong-stage")


def test_year_moves_are_one_step_each_way_and_end_from_anywhere() -> None:
    order = stages.ORDER[:-1]
    assert [(m.before, m.after) for m in stages.FORWARD] == list(itertools.pairwise(order))
    assert {(m.after, m.before) for m in stages.BACK} == set(itertools.pairwise(order[:-1]))
    assert {m.before for m in stages.END} == set(order[:-1])
    assert {need for move in stages.MOVES for need in move.needs} == set(stages.NEEDS)
    assert all(move.article.startswith("办法第") for move in stages.MOVES)


def test_what_is_lacking_is_said_in_the_order_of_the_table() -> None:
    assert all("settings" in move.needs for move in stages.FORWARD if needed(move.after))
    move = stages.find_move("qualification", "documents", Role.APPROVER)
    lacking: dict[str, list[str]] = {need: [] for need in move.needs}
    stages.demand(move, lacking)
    lacking["settings"] = ["资料与现场的权重尚未填写。"]
    with pytest.raises(Refusal) as refused:
        stages.demand(move, lacking)
    assert refused.value.message_zh == "还不能进入资料评审：资料与现场的权重尚未填写。"
    assert refused.value.legal_basis == "办法第五条"
    with pytest.raises(Refusal, match=r"^现在是资料评审，不能进入审查表决。$"):
        stages.find_move("documents", "vote", Role.APPROVER)


@pytest.mark.parametrize("before", ["", *life.STATES])
def test_application_steps_only_as_its_table_says(before: str) -> None:
    told = {(step.before, step.after): step for step in life.STEPS}
    roles = {
        "clerk": {Role.SECRETARIAT},
        "approver": {Role.APPROVER},
        "city": {Role.APPROVER},
        "group": {Role.EXPERT},
        "rule": set(Role),
    }
    for after, role, stage in itertools.product(life.STATES, Role, stages.STAGES):
        step = told.get((before, after))
        if step and stage in step.stages and role in roles[step.who]:
            assert life.find_step(before, after, role, stage) == step
            continue
        with pytest.raises(Refusal) as refused:
            life.find_step(before, after, role, stage)
        assert "办法第" in refused.value.legal_basis


def test_every_state_is_reached_and_every_step_has_its_place() -> None:
    assert len({(step.before, step.after) for step in life.STEPS}) == len(life.STEPS)
    assert {step.after for step in life.STEPS} == set(life.STATES)
    assert {stage for step in life.STEPS for stage in step.stages} <= set(stages.STAGES)
    assert life.ON_SITE < life.THROUGH


def test_every_move_by_every_role_is_made_whole_or_refused_whole(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """The use case itself, with everything at hand that a move may need."""
    ledger = Ledger(copy_sqlite(sqlite_template, tmp_path), Clock())
    with ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uow.commit()
    told = {(move.before, move.after): move.role for move in stages.FORWARD + stages.BACK}
    at_hand = {need: lambda uow, year: () for need in stages.NEEDS}
    for before, role in itertools.product(["", *stages.STAGES], Role):
        with ledger.write(Actor("u-any", "某人", role)) as uow:
            row = uow.session.scalars(select(AwardYear)).one()
            for after in stages.STAGES:
                row.stage = before
                uow.kinds.clear()
                try:
                    award_stages.move(uow, cast.YEAR, after, at_hand)
                except Refusal as refused:
                    assert told.get((before, after)) is not role
                    assert "办法第" in refused.legal_basis
                    assert (row.stage, uow.kinds) == (before, set())
                else:
                    assert told[before, after] is role
                    assert (row.stage, uow.kinds) == (after, {"award_year"})
    ledger.close()
