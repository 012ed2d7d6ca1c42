"""From draft to published: nothing unchecked, nobody alone, nothing changed afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from assignment import problem as problems
from assignment.edit import Edit, Join, Lead, Leave, MoveCase, MoveVisit, Replace, revalue
from assignment.problem import Pin
from assignment.solution import Group, Plan
from assignment.solver.limits import Limits
from award.applicants import applicants as award_applicants
from award.applicants.store import fields_of
from award.applicants.tables import Applicant
from award.groups import plans, repairs, service, signing, steps, store
from award.groups.core.compare import Duty, GoalChange, compare
from award.groups.snapshot import build_problem
from award.groups.tables import SolveJob
from expert_pool import register
from expert_pool import store as register_store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role, Viewer
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork, audit
from expert_pool.ledger.invariants import exceptions
from tests import cast
from tests.storage import CHIEF, CLERK, Clock
from tests.use_cases.world import World, plan_for

YEAR = cast.YEAR


@pytest.fixture
def house(ledger: Ledger) -> tuple[Ledger, World]:
    return furnish(ledger)


@pytest.fixture
def cottage(sqlite_ledger: Ledger) -> tuple[Ledger, World]:
    """The same on SQLite only."""
    return furnish(sqlite_ledger)


def furnish(ledger: Ledger) -> tuple[Ledger, World]:
    world = World(cast.settle(ledger))
    with ledger.write(CLERK) as uow:
        snapshot = build_problem(uow.session, YEAR)
        world.uid["draft"] = plans.save_draft(
            uow, YEAR, snapshot.problem, plan_for(world, snapshot.problem), snapshot.names
        )
        uow.commit()
    return ledger, world


def do(ledger: Ledger, act: object, actor: Actor = CLERK) -> object:
    with ledger.write(actor) as uow:
        result = act(uow)  # type: ignore[operator]
        uow.commit()
    return result


def refusal(ledger: Ledger, act: object, actor: Actor = CLERK) -> Refusal:
    with pytest.raises(Refusal) as caught, ledger.write(actor) as uow:
        act(uow)  # type: ignore[operator]
        uow.commit()
    return caught.value


def view(ledger: Ledger, uid: str, viewer: Viewer = SYSTEM_VIEWER) -> store.PlanView:
    with ledger.read() as session:
        return store.plan(session, viewer, uid)


def publish(ledger: Ledger, uid: str, version: int = 1) -> None:
    do(ledger, lambda uow: signing.publish(uow, uid, signing.approve(uow, uid, version)), CHIEF)


def test_a_draft_is_stored_with_the_checkers_word(house: tuple[Ledger, World]) -> None:
    ledger, world = house
    found = view(ledger, world.uid["draft"])
    assert (found.row.number, found.row.status_zh, found.row.ok, found.verdict.findings) == (
        1,
        "草案",
        True,
        (),
    )
    assert found.problem.digest == found.plan.problem_digest == found.row.problem_digest
    assert found.verdict.objective == found.plan.objective


def test_a_plan_that_lies_about_itself_is_stored_with_the_finding(
    cottage: tuple[Ledger, World],
) -> None:
    """The solver's word counts for nothing: a claimed objective that is not so is a violation."""
    ledger, world = cottage

    def lie(uow: UnitOfWork) -> str:
        snapshot = build_problem(uow.session, YEAR)
        plan = plan_for(world, snapshot.problem)
        return plans.save_draft(
            uow,
            YEAR,
            snapshot.problem,
            plan.with_(objective=(plan.objective or 0) - 1),
            snapshot.names,
        )

    uid = str(do(ledger, lie))
    assert view(ledger, uid).row.ok is False
    assert refusal(ledger, lambda uow: signing.approve(uow, uid, 1), CHIEF).code == "has-violations"


def test_an_empty_plan_is_not_stored(cottage: tuple[Ledger, World]) -> None:
    ledger, _ = cottage

    def empty(uow: UnitOfWork) -> str:
        snapshot = build_problem(uow.session, YEAR)
        return plans.save_draft(
            uow,
            YEAR,
            snapshot.problem,
            Plan(snapshot.problem.digest, "infeasible", ()),
            snapshot.names,
        )

    assert refusal(ledger, empty).code == "plan-empty"


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        (lambda w: Join(0, w.expert("周珍珠")), set()),
        (
            lambda w: Replace(0, w.expert("褚珠宝"), w.expert("周珍珠")),
            {"H04"},
        ),  # nobody left for the socks
        (
            lambda w: Replace(0, w.expert("钱学勤"), w.expert("吴质量")),
            {"H02"},
        ),  # 吴质量 may not lead
        (
            lambda w: Replace(0, w.expert("李五金"), w.expert("郑袜业")),
            {"H04", "H05"},
        ),  # employed by the applicant
        (lambda w: Leave(0, w.expert("李五金")), {"H01", "H04"}),
        (lambda w: Lead(0, w.expert("李五金")), set()),
        (lambda w: MoveVisit(w.firm(2), 7), set()),
        (lambda w: MoveVisit(w.firm(2), 2), {"H13"}),  # at the same time as another
        (lambda w: MoveVisit(w.firm(1), 8), {"H11"}),  # over the weekend
    ],
)
def test_an_edit_is_checked_at_once_and_what_breaks_is_kept(
    cottage: tuple[Ledger, World], edit: object, broken: set[str]
) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    answered = do(ledger, lambda uow: plans.edit_plan(uow, uid, 1, edit(world)))  # type: ignore[operator]
    found = view(ledger, uid)
    assert answered == found
    assert {one.rule for one in found.verdict.findings} == broken
    assert (found.row.ok, found.row.version) == (not broken, 2)
    if broken:
        assert (
            refusal(ledger, lambda uow: signing.approve(uow, uid, 2), CHIEF).code
            == "has-violations"
        )


def test_steps_are_undone_and_done_again_and_a_new_one_ends_what_was_undone(
    house: tuple[Ledger, World],
) -> None:
    ledger, world = house
    uid, zhou = world.uid["draft"], world.expert("周珍珠")
    made = view(ledger, uid)
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 1, Join(0, zhou)))
    pin = Pin("exclude", reviewer=zhou, case=world.firm(1))
    pinned = do(ledger, lambda uow: plans.add_pin(uow, uid, 2, pin))
    assert isinstance(pinned, store.PlanView)
    assert "H15" in {one.rule for one in pinned.verdict.findings}

    joined = do(ledger, lambda uow: plans.undo(uow, uid, 3))
    assert isinstance(joined, store.PlanView)
    assert (joined.problem.pins, zhou in joined.plan.groups[0].members) == (None, True)
    back = do(ledger, lambda uow: plans.undo(uow, uid, 4))
    assert isinstance(back, store.PlanView)
    assert (back.plan, back.problem, back.verdict) == (made.plan, made.problem, made.verdict)
    assert refusal(ledger, lambda uow: plans.undo(uow, uid, 5)).code == "no-undo"

    again = do(ledger, lambda uow: plans.redo(uow, uid, 5))
    assert isinstance(again, store.PlanView)
    assert again.plan == joined.plan
    with ledger.read() as session:
        way = steps.walk(session, uid)
    noted = ("at", "by", "cost", "changes")
    acts = [
        {key: value for key, value in (act or {}).items() if key not in noted}
        for act in (way.back, way.forth)
    ]
    assert tuple(acts) == (
        {"kind": "join", "group": 0, "newcomer": zhou},
        {
            "kind": "pin",
            "pin": {"kind": "exclude", "reviewer": zhou, "case": world.firm(1)},
        },
    )
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 6, MoveVisit(world.firm(2), 7)))
    assert refusal(ledger, lambda uow: plans.redo(uow, uid, 7)).code == "no-redo"


def test_a_published_plan_is_not_walked_back_and_tells_what_its_edits_cost(
    cottage: tuple[Ledger, World],
) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    before = view(ledger, uid).verdict.scorecard["extra"]
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 1, Join(0, world.expert("周珍珠"))))
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 2, Join(0, world.expert("吴质量"))))
    do(ledger, lambda uow: plans.undo(uow, uid, 3))
    publish(ledger, uid, 4)
    assert refusal(ledger, lambda uow: plans.undo(uow, uid, 6)).code == "wrong-status"
    with ledger.read() as session:
        assert steps.walk(session, uid) == steps.Walk()
        made = steps.made(session, uid)
    assert [(one.act["kind"], one.act["newcomer"], one.by) for one in made] == [
        ("join", world.expert("周珍珠"), CLERK.name)
    ]
    now = view(ledger, uid).verdict.scorecard
    assert made[0].cost > 0 and made[0].at is not None
    extra = [one for one in made[0].changes if one.goal == "extra"]
    assert [(one.before, one.after) for one in extra] == [(before, now["extra"])]


def test_a_finding_speaks_of_people_by_name(cottage: tuple[Ledger, World]) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    do(
        ledger,
        lambda uow: plans.edit_plan(
            uow, uid, 1, Replace(0, world.expert("李五金"), world.expert("郑袜业"))
        ),
    )
    sentences = [one.text for one in view(ledger, uid).verdict.findings if one.rule == "H05"]
    assert len(sentences) == 1
    assert "郑袜业" in sentences[0]
    assert cast.FIRMS[0].name in sentences[0]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda w: Join(3, w.expert("周珍珠")), "no-group"),
        (lambda w: Join(0, "e-nobody"), "not-assignable"),
        (lambda w: Join(0, w.expert("钱学勤")), "already-member"),
        (lambda w: Leave(0, w.expert("周珍珠")), "not-member"),
        (lambda w: Lead(0, w.expert("周珍珠")), "not-member"),
        (lambda w: MoveVisit(w.firm(2), 99), "no-slot"),
        (lambda w: MoveVisit("a-nobody", 0), "not-found"),
        (lambda w: MoveCase(w.firm(2), 0), "already-there"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(
    cottage: tuple[Ledger, World], edit: object, code: str
) -> None:
    ledger, world = cottage
    assert (
        refusal(ledger, lambda uow: plans.edit_plan(uow, world.uid["draft"], 1, edit(world))).code
        == code
    )  # type: ignore[operator]


def test_a_case_moves_to_another_group_and_an_emptied_group_goes(
    cottage: tuple[Ledger, World],
) -> None:
    ledger, world = cottage

    def two_groups(uow: UnitOfWork) -> str:
        snapshot = build_problem(uow.session, YEAR)
        whole = plan_for(world, snapshot.problem).groups[0]
        others = tuple(world.expert(name) for name in ("吴质量", "周珍珠", "冯管件"))
        split = (replace(whole, visits=whole.visits[:2]), Group(None, others, whole.visits[2:]))
        plan = revalue(snapshot.problem, Plan(snapshot.problem.digest, "feasible", split))
        return plans.save_draft(uow, YEAR, snapshot.problem, plan, snapshot.names)

    uid = str(do(ledger, two_groups))
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 1, MoveCase(world.firm(2), 0)))
    found = view(ledger, uid)
    assert [group.cases for group in found.plan.groups] == [
        (world.firm(0), world.firm(1), world.firm(2))
    ]
    assert found.row.ok is True


def test_pins_change_the_problem_and_are_checked(cottage: tuple[Ledger, World]) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    before = view(ledger, uid)
    kept, broken = (
        Pin("member", world.expert("钱学勤"), world.firm(0)),
        Pin("exclude", world.expert("李五金"), world.firm(1)),
    )
    do(ledger, lambda uow: plans.add_pin(uow, uid, 1, kept))
    found = view(ledger, uid)
    assert (found.problem.pins, found.row.ok) == ((kept,), True)
    assert found.row.problem_digest != before.row.problem_digest
    do(ledger, lambda uow: plans.add_pin(uow, uid, 2, broken))
    assert {one.rule for one in view(ledger, uid).verdict.findings} == {"H15"}
    do(ledger, lambda uow: plans.remove_pin(uow, uid, 3, broken))
    do(ledger, lambda uow: plans.remove_pin(uow, uid, 4, kept))
    assert view(ledger, uid).row.problem_digest == before.row.problem_digest
    assert refusal(ledger, lambda uow: plans.remove_pin(uow, uid, 5, kept)).code == "not-pinned"
    assert (
        refusal(
            ledger, lambda uow: plans.add_pin(uow, uid, 5, Pin("visit", case="a-nobody", start=1))
        ).code
        == "bad-pin"
    )


def test_a_second_person_approves(house: tuple[Ledger, World]) -> None:
    ledger, world = house
    uid = world.uid["draft"]
    assert refusal(ledger, lambda uow: signing.approve(uow, uid, 1), CLERK).code == "second-person"
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 1, Join(0, world.expert("周珍珠"))), CHIEF)
    # The chief has edited it now, and may not approve his own work; nor may its author.
    assert refusal(ledger, lambda uow: signing.approve(uow, uid, 2), CHIEF).code == "second-person"
    assert refusal(ledger, lambda uow: signing.approve(uow, uid, 2), CLERK).code == "second-person"
    third = Actor("u-third", "孙副主任", Role.APPROVER)
    assert do(ledger, lambda uow: signing.approve(uow, uid, 2), third) == 3
    row = view(ledger, uid).row
    assert (row.status, row.approved_by, row.approved_name) == ("approved", "u-third", "孙副主任")


def test_a_draft_is_submitted_returned_and_approved_with_an_opinion(
    house: tuple[Ledger, World],
) -> None:
    ledger, world = house
    uid = world.uid["draft"]
    assert refusal(ledger, lambda uow: signing.recall(uow, uid, 1)).code == "wrong-status"
    assert do(ledger, lambda uow: signing.submit(uow, uid, 1, "请复核")) == 2
    edit = Join(0, world.expert("周珍珠"))
    for act in (
        lambda uow: plans.edit_plan(uow, uid, 2, edit),
        lambda uow: plans.undo(uow, uid, 2),
        lambda uow: signing.submit(uow, uid, 2),
    ):
        assert refusal(ledger, act).code == "wrong-status"
    assert (
        refusal(ledger, lambda uow: signing.send_back(uow, uid, 2, " "), CHIEF).code
        == "reason-needed"
    )
    do(ledger, lambda uow: signing.send_back(uow, uid, 2, "第二家换一天"), CHIEF)
    row = view(ledger, uid).row
    assert (row.status, row.return_reason, row.returned_name) == (
        "draft",
        "第二家换一天",
        CHIEF.name,
    )
    do(ledger, lambda uow: plans.edit_plan(uow, uid, 3, edit))
    do(ledger, lambda uow: signing.submit(uow, uid, 4))
    do(ledger, lambda uow: signing.approve(uow, uid, 5, "同意"), CHIEF)
    row = view(ledger, uid).row
    assert (row.status, row.opinion) == ("approved", "同意")


def test_who_submitted_does_not_approve(cottage: tuple[Ledger, World]) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    do(ledger, lambda uow: signing.submit(uow, uid, 1), CHIEF)
    assert refusal(ledger, lambda uow: signing.approve(uow, uid, 2), CHIEF).code == "second-person"


def test_a_version_that_was_followed_says_by_which(cottage: tuple[Ledger, World]) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    publish(ledger, uid)
    copied = str(do(ledger, lambda uow: plans.copy_plan(uow, uid)))
    publish(ledger, copied)
    row = view(ledger, uid).row
    assert (row.status, row.superseded_by, row.status_zh) == ("withdrawn", 2, "已由第二版取代")


def test_a_plan_with_somebody_left_out_needs_a_word(cottage: tuple[Ledger, World]) -> None:
    ledger, world = cottage

    def partial(uow: UnitOfWork) -> str:
        snapshot = build_problem(uow.session, YEAR)
        group = plan_for(world, snapshot.problem).groups[0]
        plan = Plan(
            snapshot.problem.digest,
            "partial",
            (replace(group, visits=group.visits[:2]),),
            (world.firm(2),),
        )
        return plans.save_draft(
            uow, YEAR, snapshot.problem, revalue(snapshot.problem, plan), snapshot.names
        )

    uid = str(do(ledger, partial))
    assert refusal(ledger, lambda uow: signing.approve(uow, uid, 1), CHIEF).code == "unassigned"
    assert do(ledger, lambda uow: signing.approve(uow, uid, 1, "该企业停产，另行安排"), CHIEF) == 2


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (
            lambda uow, w: register.suspend(uow, w.expert("钱学勤"), "投诉核查"),
            "钱学勤现在不能安排（暂停使用：投诉核查）",
        ),
        (
            lambda uow, w: register.declare_conflict(
                uow, w.expert("李五金"), register.ConflictFields("KINSHIP", cast.FIRMS[1].name)
            ),
            f"李五金对{cast.FIRMS[1].name}有新的回避情形",
        ),
        (
            lambda uow, w: register.declare_pair(
                uow, w.expert("李五金"), w.expert("钱学勤"), "SAME_GROUP_KIN"
            ),
            "有新的同组回避",
        ),
        (
            lambda uow, w: register.save_availability(
                uow,
                w.expert("李五金"),
                YEAR,
                [HalfDay(date(2026, 9, 8), "PM")],
                "",
                1,
                cast.FIRST,
                cast.LAST,
            ),
            "李五金在已安排的时间改为不能参加",
        ),
        (
            lambda uow, w: award_applicants.withdraw_applicant(uow, w.firm(2), 1, "停产"),
            f"{cast.FIRMS[2].name}已撤回申报或不能安排",
        ),
    ],
)
@pytest.mark.parametrize("step", ["approve", "publish"])
def test_a_plan_overtaken_by_facts_goes_no_further(
    cottage: tuple[Ledger, World], act: object, words: str, step: str
) -> None:
    ledger, world = cottage
    uid = world.uid["draft"]
    if step == "publish":
        do(ledger, lambda uow: signing.approve(uow, uid, 1), CHIEF)
    do(ledger, lambda uow: act(uow, world))  # type: ignore[operator]
    found = refusal(
        ledger, lambda uow: getattr(signing, step)(uow, uid, 2 if step == "publish" else 1), CHIEF
    )
    assert found.code == "facts-changed"
    assert any(words in sentence for sentence in found.params["changes"])


def test_a_published_plan_never_changes(house: tuple[Ledger, World]) -> None:
    ledger, world = house
    uid = world.uid["draft"]
    publish(ledger, uid)
    row = view(ledger, uid).row
    assert (row.status, row.version, row.published_by) == ("published", 3, CHIEF.id)
    with ledger.read() as session:
        # The log as it was before the publication is on the plan, so that a copy on paper proves
        # it.
        assert audit.verify(session, [audit.Anchor.parse(row.anchor)]) == []
    assert (
        refusal(
            ledger, lambda uow: plans.edit_plan(uow, uid, 3, Join(0, world.expert("周珍珠")))
        ).code
        == "wrong-status"
    )
    for statement in (
        "UPDATE plan_version SET plan = '{}'",
        "UPDATE plan_version SET status = 'draft'",
        "UPDATE plan_version SET approved_by = 'nobody'",
        "UPDATE plan_version SET number = 7",
        "DELETE FROM plan_version",
    ):
        with (
            pytest.raises(DBAPIError, match="never changes"),
            ledger.engine.execution_options(ledger_write=True).begin() as connection,
        ):
            connection.execute(text(statement))


def test_a_withdrawn_plan_never_changes_either(house: tuple[Ledger, World]) -> None:
    ledger, world = house
    uid = world.uid["draft"]
    publish(ledger, uid)
    assert do(ledger, lambda uow: signing.withdraw(uow, uid, 3, "情况有变")) == 4
    assert refusal(ledger, lambda uow: signing.withdraw(uow, uid, 4, "再次")).code == "wrong-status"
    with (
        pytest.raises(DBAPIError, match="never changes"),
        ledger.engine.execution_options(ledger_write=True).begin() as connection,
    ):
        connection.execute(text("UPDATE plan_version SET withdraw_reason = '别的'"))


def test_publishing_again_supersedes_and_the_calendars_follow(
    house: tuple[Ledger, World], clock: Clock
) -> None:
    ledger, world = house
    publish(ledger, world.uid["draft"])
    with ledger.read() as session:
        first = {
            (entry.expert, entry.applicant, entry.uid): entry.sequence
            for entry in store.calendar_entries(session, YEAR)
        }
    assert set(first.values()) == {0}
    clock.advance(days=1)
    copied = str(do(ledger, lambda uow: plans.copy_plan(uow, world.uid["draft"])))
    edits: tuple[Edit, ...] = (
        MoveVisit(world.firm(2), 8),
        Replace(0, world.expert("李五金"), world.expert("冯管件")),
    )
    for version, edit in enumerate(edits, 1):
        do(ledger, lambda uow, v=version, e=edit: plans.edit_plan(uow, copied, v, e))  # type: ignore[misc]
    publish(ledger, copied, 3)
    assert [row.status for row in _rows(ledger)] == ["published", "withdrawn"]
    assert _rows(ledger)[1].withdraw_reason == "由第二版取代"
    with ledger.read() as session:
        entries = store.calendar_entries(session, YEAR)
        assert exceptions(session) == []
    mine = {
        (entry.applicant, entry.sequence, entry.cancelled)
        for entry in entries
        if entry.expert == world.expert("钱学勤")
    }
    assert mine == {(world.firm(0), 0, False), (world.firm(1), 0, False), (world.firm(2), 1, False)}
    assert {
        (entry.sequence, entry.cancelled)
        for entry in entries
        if entry.expert == world.expert("李五金")
    } == {(1, True)}
    assert {
        (entry.sequence, entry.cancelled)
        for entry in entries
        if entry.expert == world.expert("冯管件")
    } == {(0, False)}
    # Whoever was in the calendar before keeps the UID.
    assert set(first) <= {(entry.expert, entry.applicant, entry.uid) for entry in entries}


def _rows(ledger: Ledger) -> tuple[store.PlanRow, ...]:
    with ledger.read() as session:
        return store.plans(session, SYSTEM_VIEWER, YEAR)


def test_two_versions_compared_goal_by_goal_and_person_by_person(
    cottage: tuple[Ledger, World],
) -> None:
    ledger, world = cottage
    copied = str(do(ledger, lambda uow: plans.copy_plan(uow, world.uid["draft"])))
    do(ledger, lambda uow: plans.edit_plan(uow, copied, 1, Join(0, world.expert("周珍珠"))))
    do(ledger, lambda uow: plans.edit_plan(uow, copied, 2, MoveVisit(world.firm(2), 8)))
    found = compare(view(ledger, world.uid["draft"]), view(ledger, copied))
    cases = tuple(sorted((world.firm(0), world.firm(1), world.firm(2))))
    assert [(one.name, one.before, one.after) for one in found.people] == [
        ("周珍珠", (), (Duty(1, False, cases),))
    ]
    assert [(one.name, one.start_before, one.start_after) for one in found.visits] == [
        (cast.FIRMS[2].name, HalfDay(date(2026, 9, 10), "AM"), HalfDay(date(2026, 9, 11), "AM"))
    ]
    assert GoalChange("extra", 0, 1) in found.goals
    assert GoalChange("span", 7, 9) in found.goals
    same = compare(view(ledger, copied), view(ledger, copied))
    assert (same.goals, same.people, same.visits, same.comparable) == ((), (), (), True)


def test_a_conflicted_member_of_staff_sees_neither_group_nor_value(
    house: tuple[Ledger, World],
) -> None:
    ledger, world = house
    conflicted = Viewer("u-clerk", Role.SECRETARIAT, conflicted=frozenset({world.firm(0)}))
    seen = view(ledger, world.uid["draft"], conflicted)
    assert (
        seen.plan.groups,
        seen.hidden,
        dict(seen.names.persons),
        dict(seen.verdict.scorecard),
    ) == ((), 1, {}, {})
    assert "钱学勤" not in str(seen)
    assert len(view(ledger, world.uid["draft"]).plan.groups) == 1


def test_an_expert_sees_her_own_group_of_the_published_plan(cottage: tuple[Ledger, World]) -> None:
    ledger, world = cottage
    member, stranger = world.expert("钱学勤"), world.expert("吴质量")
    with ledger.read() as session:
        assert store.published(session, Viewer(member, Role.EXPERT, member), YEAR) is None
    publish(ledger, world.uid["draft"])
    with ledger.read() as session:
        own = store.published(session, Viewer(member, Role.EXPERT, member), YEAR)
        others = store.published(session, Viewer(stranger, Role.EXPERT, stranger), YEAR)
        assert store.published(session, Viewer("x", Role.ADMIN), YEAR) is None
    assert own is not None
    assert others is not None
    assert (len(own.plan.groups), others.plan.groups, dict(others.names.firms)) == (1, (), {})


def test_service_is_recorded_from_the_published_plan_and_rated_scores_stay(
    cottage: tuple[Ledger, World],
) -> None:
    ledger, world = cottage
    assert refusal(ledger, lambda uow: service.record_service(uow, YEAR)).code == "not-published"
    publish(ledger, world.uid["draft"])
    qian = world.expert("钱学勤")
    rated = register.ServiceFields(YEAR, cast.FIRMS[0].name, leader=True, effort=2, score=95)
    do(ledger, lambda uow: register.record_performance(uow, qian, rated))
    assert do(ledger, lambda uow: service.record_service(uow, YEAR)) == 8
    with ledger.read() as session:
        page = register_store.expert(session, SYSTEM_VIEWER, qian, YEAR, cast.FIRST)
    assert {(one.organisation, one.leader, one.effort, one.score) for one in page.service} == {
        (cast.FIRMS[0].name, True, 2, 95),
        (cast.FIRMS[1].name, True, 3, None),
        (cast.FIRMS[2].name, True, 1, None),
    }


def test_a_repair_takes_back_what_happened_since_makes_impossible(
    cottage: tuple[Ledger, World],
) -> None:
    """As the command does with what is typed: the rest of what was fixed stays."""
    ledger, world = cottage
    uid = world.uid["draft"]
    visit = view(ledger, uid).plan.groups[0].visits[0]
    fixed = Pin("visit", case=visit.case, start=visit.start)
    do(ledger, lambda uow: plans.add_pin(uow, uid, 1, fixed))

    def close(uow: UnitOfWork) -> None:
        slot = view(ledger, uid).problem.slots[visit.start or 0]
        row = uow.load(Applicant, visit.case)
        wanted = replace(fields_of(row), closed=(HalfDay(slot.date, slot.half),))
        award_applicants.edit_applicant(uow, visit.case, row.version, wanted)

    do(ledger, close)
    job = str(do(ledger, lambda uow: repairs.start_repair(uow, uid, Limits())))
    with ledger.read() as session:
        found = session.scalars(select(SolveJob).where(SolveJob.uid == job)).one()
        assert fixed not in (problems.parse(json.loads(found.problem)).pins or ())
        assert f"人工指定作废：{view(ledger, uid).names.of(visit.case)}的现场时间。" in found.notes
