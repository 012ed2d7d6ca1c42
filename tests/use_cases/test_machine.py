"""Two people at two desks: whatever they do in whatever order, a plan is never half, never
unchecked, never approved by its author.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from assignment.edit import Join, Lead, Leave, MoveVisit
from assignment.problem import Pin
from award.groups import plans, signing
from award.groups.snapshot import build_problem
from expert_pool import register
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.invariants import exceptions
from tests import cast
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite
from tests.use_cases.world import World, plan_for, tokens

YEAR = cast.YEAR
ACTORS = st.sampled_from((CLERK, CHIEF))
MAY_REFUSE = {
    "stale",
    "second-person",
    "has-violations",
    "facts-changed",
    "wrong-status",
    "not-member",
    "already-member",
    "empty-group",
    "not-pinned",
    "already-suspended",
    "not-suspended",
    "not-found",
    "unassigned",
    "plan-empty",
}


@pytest.fixture(scope="module")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, World]]:
    folder = tmp_path_factory.mktemp("machine")
    ledger = Ledger(copy_sqlite(sqlite_template, folder), Clock(), tokens())
    world = World(cast.settle(ledger))
    with ledger.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    ledger.close()
    yield folder / "pool.db", world


@pytest.mark.parametrize(
    "examples", [pytest.param(6, id="few"), pytest.param(200, id="many", marks=pytest.mark.long)]
)
def test_any_order_of_acts_keeps_the_house_in_order(
    furnished: tuple[Path, World], examples: int
) -> None:
    template, world = furnished

    class Desks(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.folder = Path(tempfile.mkdtemp())
            self.ledger = Ledger(copy_sqlite(template, self.folder), Clock())
            self.plans: list[str] = []
            # What each desk's screen shows: the version it saw last, which may be old.
            self.seen: dict[str, int] = {}
            self.published: dict[str, str] = {}
            self.suspension: tuple[str, int] | None = None

        def act(self, actor: object, what: object, uid: str | None = None) -> object:
            try:
                with self.ledger.write(actor) as uow:  # type: ignore[arg-type]
                    result = what(uow)  # type: ignore[operator]
                    uow.commit()
            except Refusal as refusal:
                assert refusal.code in MAY_REFUSE, refusal.code
                if uid is not None and refusal.code == "stale":
                    self.seen[uid] = int(refusal.params["current"])
                return None
            if uid is not None:
                self.seen[uid] = result if isinstance(result, int) else result.row.version  # type: ignore[attr-defined]
            return result

        @rule(actor=ACTORS)
        def draft(self, actor: object) -> None:
            def save(uow: object) -> str:
                snapshot = build_problem(uow.session, YEAR)  # type: ignore[attr-defined]
                return plans.save_draft(
                    uow, YEAR, snapshot.problem, plan_for(world, snapshot.problem), snapshot.names
                )  # type: ignore[arg-type]

            if world.expert("李五金") in self.usable():
                uid = self.act(actor, save)
                self.plans.append(str(uid))
                self.seen[str(uid)] = 1

        def usable(self) -> set[str]:
            with self.ledger.read() as session:
                return set(build_problem(session, YEAR).problem.reviewer_index)

        @precondition(lambda self: self.plans)
        @rule(actor=ACTORS, which=st.integers(0, 9), change=st.integers(0, 5), stale=st.booleans())
        def edit(self, actor: object, which: int, change: int, stale: bool) -> None:
            uid = self.plans[which % len(self.plans)]
            version = self.seen[uid] - stale
            edits = (
                Join(0, world.expert("周珍珠")),
                Leave(0, world.expert("周珍珠")),
                Lead(0, world.expert("褚珠宝")),
                Lead(0, world.expert("吴质量")),
                MoveVisit(world.firm(2), 8),
                MoveVisit(world.firm(2), 2),
            )
            self.act(actor, lambda uow: plans.edit_plan(uow, uid, version, edits[change]), uid)

        @precondition(lambda self: self.plans)
        @rule(actor=ACTORS, which=st.integers(0, 9), remove=st.booleans())
        def pin(self, actor: object, which: int, remove: bool) -> None:
            uid = self.plans[which % len(self.plans)]
            wish = Pin("member", world.expert("褚珠宝"), world.firm(0))
            step = plans.remove_pin if remove else plans.add_pin
            self.act(actor, lambda uow: step(uow, uid, self.seen[uid], wish), uid)

        @precondition(lambda self: self.plans)
        @rule(
            actor=ACTORS,
            which=st.integers(0, 9),
            step=st.sampled_from(("approve", "publish", "reopen", "withdraw")),
        )
        def move_on(self, actor: object, which: int, step: str) -> None:
            uid = self.plans[which % len(self.plans)]
            reason = ("理由",) if step in ("reopen", "withdraw") else ()
            if (
                self.act(
                    actor,
                    lambda uow: getattr(signing, step)(uow, uid, self.seen[uid], *reason),
                    uid,
                )
                and step == "publish"
            ):
                self.published[uid] = self.content(uid)

        @precondition(lambda self: self.published)
        @rule(actor=ACTORS, which=st.integers(0, 9))
        def copy(self, actor: object, which: int) -> None:
            uid = self.act(
                actor,
                lambda uow: plans.copy_plan(uow, list(self.published)[which % len(self.published)]),
            )
            if uid is not None:
                self.plans.append(str(uid))
                self.seen[str(uid)] = 1

        @rule(actor=ACTORS)
        def suspend_or_lift(self, actor: object) -> None:
            if self.suspension is None:
                uid = self.act(
                    actor, lambda uow: register.suspend(uow, world.expert("李五金"), "核查")
                )
                self.suspension = (str(uid), 1)
            else:
                held, self.suspension = self.suspension, None
                self.act(actor, lambda uow: register.reinstate(uow, *held, "查清"))

        def content(self, uid: str) -> str:
            query = text(
                "SELECT problem || plan || names || verdict || approved_by || anchor FROM"
                " plan_version WHERE uid = :uid"
            )
            with self.ledger.read() as session:
                return str(session.scalar(query, {"uid": uid}))

        @invariant()
        def the_house_is_in_order(self) -> None:
            with self.ledger.read() as session:
                assert exceptions(session) == []
            for uid, content in self.published.items():
                assert self.content(uid) == content

        def teardown(self) -> None:
            self.ledger.close()
            shutil.rmtree(self.folder)

    run_state_machine_as_test(
        Desks,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
