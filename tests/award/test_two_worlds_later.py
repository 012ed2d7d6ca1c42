"""what a person may not know must not show, in the second half of the year: two worlds that differ
in scores, remarks, votes, objections, incidents, costs, loans and site duties answer alike (T2).
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.decision import views as decision_views
from api.identity import signin, staff_conflicts
from api.identity.holder import Holder
from api.identity.sessions import Client
from award.applicants.tables import Attachment, Incident
from award.decision import evaluation
from award.decision.tables import Honour, Objection, Ruling
from award.honours import store as honour_store
from award.honours.tables import Expense, Payment, Promotion, Revocation, TitleUse
from award.scoring import store
from award.scoring.tables import CalibrationMark, SiteDuty, SitePlan
from expert_pool.core.actor import SYSTEM, Role, Viewer
from expert_pool.records import Rating
from expert_pool.tables import Loan
from tests.access import two_worlds as two
from tests.access.two_worlds import STAFF, Cast, Vary, new, sql
from tests.api import world as worlds
from tests.award.story import Story, Told
from tests.award.walk import YEAR
from tests.storage import Clock

HIDDEN = "(SELECT id FROM consensus WHERE applicant = :firm AND stage = 'site')"


def in_json(table: str, column: str, where: str, *changes: tuple[str, str]) -> Vary:
    """One stored text with other words in it, and nothing else changed."""

    def vary(session: Session, cast: Cast) -> None:
        two.unfixed(session, table)
        values = {"firm": cast.firm, "other": cast.other}
        query = f"SELECT id, {column} AS said FROM {table} WHERE {where}"
        found = session.execute(text(query), values).first()
        assert found is not None, query
        said = found.said
        for old, wanted in changes:
            assert old.format(**values) in said, (table, column, old)
            said = said.replace(old.format(**values), wanted.format(**values), 1)
        update = text(f"UPDATE {table} SET {column} = :said WHERE id = :id")
        session.execute(update, {"said": said, "id": found.id})

    return vary


def approvals(session: Session, cast: Cast) -> None:
    """The same votes on both tellers' sheets."""
    for row in session.execute(text("SELECT id, tally_json FROM vote_tally")).all():
        said = json.loads(row.tally_json)
        said["approve"][cast.firm] = 3
        told = {"said": json.dumps(said, ensure_ascii=False, sort_keys=True), "id": row.id}
        session.execute(text("UPDATE vote_tally SET tally_json = :said WHERE id = :id"), told)


def standing(session: Session, cast: Cast) -> None:
    """What the issued report says of all when the hidden firm stands elsewhere: every rank, who
    might change places, how strict the groups are.
    """
    two.unfixed(session, "evaluation")
    row = session.execute(text("SELECT id, report FROM evaluation")).one()
    said = json.loads(row.report)
    for one in said["outcomes"]:
        if one["case"] == cast.firm:
            one["outcome"] = "below" if one["outcome"] != "below" else "eligible"
    count = len(said["firmness"])
    for one in said["firmness"]:
        one.update(rank=count + 1 - one["rank"], best=1, worst=count)
    others = [one["case"] for one in said["firmness"] if one["case"] != cast.firm]
    said["swaps"].append({"above": others[0], "below": others[1], "weight": "1/7"})
    said["severity"]["groups"] = said["severity"]["groups"][:1]
    said["severity"]["reference"] = dict.fromkeys(others, "611")
    said["agreement"] = {"value": "1/2", "low": "1/3", "high": "2/3"}
    told = {"said": json.dumps(said, ensure_ascii=False, sort_keys=True), "id": row.id}
    session.execute(text("UPDATE evaluation SET report = :said WHERE id = :id"), told)


def on_the_honour(table: Any, **said: Any) -> Vary:
    """Something more about the honour that the hidden firm had before."""

    def vary(session: Session, cast: Cast) -> None:
        number = session.scalar(text("SELECT id FROM honour WHERE document = '旧文'"))
        new(table, honour_id=number, **said)(session, cast)

    return vary


BOOK = "applicant = :firm AND expert = :other AND stage = 'site'"
OF_SITE = "applicant = :firm AND stage = 'site'"
# What brought the second half of the year about the firm that the looker must keep away from.
LATER: dict[str, Vary] = {
    "a score": in_json("scorebook", "sealed_book", BOOK, ('"percent":60', '"percent":85')),
    "a remark": in_json("scorebook", "sealed_book", BOOK, ("查台账。", "另有隐情。")),
    "why a book was voided": sql(
        "UPDATE scorebook SET state = 'void', void_reason = '换人', voided_at = '2026-09-01'"
        " WHERE applicant = :firm AND expert = :other AND stage = 'document'"
    ),
    "what was agreed": in_json("consensus", "agreed", OF_SITE, ('"percent": 60', '"percent": 70')),
    "the overview of its report": sql(
        "UPDATE consensus SET overview = '另一番话', proposal = 'no' WHERE applicant = :firm"
        " AND stage = 'site'"
    ),
    "a line of its report": in_json("consensus", "report", OF_SITE, ("查台账。", "另有隐情。")),
    "a dissent": sql(
        "UPDATE report_signature SET kind = 'dissent', text = '不同意' WHERE expert = :other"
        f" AND consensus_id = {HIDDEN}"
    ),
    "its place on the list": sql(
        "UPDATE shortlist_line SET code = '77', reason = '另有理由' WHERE applicant = :firm"
    ),
    "its days at the site": new(SitePlan, year=YEAR, applicant="{uid}", text="九时到厂"),
    "who did what there, and what it cost": new(
        SiteDuty, year=YEAR, applicant="{uid}", expert="x", travel=12300, lodging=45600, note="甲"
    ),
    "its votes": approvals,
    "where it stands among the others": standing,
    "an objection to it": new(
        Objection, year=YEAR, applicant="{uid}", facts="弄虚作假", decision="rejected"
    ),
    "a ruling about it that was taken back": new(
        Ruling,
        year=YEAR,
        kind="tie",
        cases='["{uid}"]',
        record="纪要",
        decided_by="甲",
        withdrawn_at=two.THEN,
    ),
    "an incident of it": new(Incident, about="firm", kind="inspection"),
    "a paper of it": new(Attachment, about="firm", kind="form", filename="甲.pdf", size=3),
    "what its prize was paid": on_the_honour(Payment, amount=7, voucher="记字9号"),
    "that it was revoked": on_the_honour(
        Revocation, ground="fraud", facts="造假", document="文", recover=7
    ),
    "what it did for others": on_the_honour(Promotion, kind="talk", proof="照片"),
    "how it used the title": on_the_honour(TitleUse, text="广告", medium="web"),
    "what was bought from it": new(
        Expense, year=YEAR, kind="travel", fen=123400, payee="{firm}", voucher="记字7号"
    ),
    "how its reviewer was rated": new(
        Rating,
        whose="other",
        year=YEAR,
        organisation="{firm}",
        stage="site",
        rater="applicant",
        items="{}",
        score=30,
        comment="不懂行",
    ),
    "who did not come": sql(
        "UPDATE stage_record SET attendance = 'no_show', report = 'missing', own_score = 11"
        " WHERE organisation = (SELECT name FROM applicant WHERE uid = :firm) AND stage = 'site'"
        " AND expert_id = (SELECT id FROM expert WHERE uid = :other)"
    ),
}
# What an expert outside the group may not know: all of it, and what concerns other people.
TO_OTHERS: dict[str, Vary] = LATER | {
    "that another is lent": new(Loan, whose="other", office="某市", side="out", status="lent"),
    "how another judged the trial case": new(
        CalibrationMark, year=YEAR, expert="x", item="4.1.2", percent=90
    ),
}
FACTS = dict.fromkeys(two.LOOKERS, TO_OTHERS) | dict.fromkeys(STAFF, LATER)


@pytest.fixture(scope="module")
def later(reviewed: tuple[Path, Told], tmp_path_factory: pytest.TempPathFactory) -> two.Pair:
    """The year after the honours; the staff have declared that they keep away from the last firm,
    and an expert of no group looks too.
    """
    path, told = reviewed
    folder = tmp_path_factory.mktemp("later")
    world = worlds.build(folder, path)
    world.clock.now = told.clock.now
    clock = Clock(told.clock.now)
    world.ledger.clock = clock
    story = Story(world.ledger, clock, told.cast, firms=told.firms)
    story.honours_stage()
    return two.closed(world, _cast(world, story))


def _cast(world: worlds.World, story: Story) -> Cast:
    own, other, third = (story.cast.experts[name] for name in ("周珍珠", "褚珠宝", "李五金"))
    firm = story.firms[2]
    with world.ledger.write(SYSTEM) as uow:
        names: dict[str, str] = dict(
            uow.session.execute(text("SELECT uid, name FROM applicant")).all()
        )
        tokens = {}
        for role in (*STAFF, Role.ADMIN):
            uid = signin.create_account(uow, role.value, f"{role.value}-某", role, worlds.PASSWORD)
            tokens[role] = Holder(uid, f"{role.value}-某", role)
            if role in STAFF:
                staff_conflicts.declare(uow, uid, names[firm], "亲属任职")
        won = Honour(year=YEAR - 3, organisation=names[firm], award="QUALITY", amount=100)
        won.awarded_on, won.document, won.noted_at = date(2023, 10, 1), "旧文", uow.now
        won.noted_by = won.noted_name = "甲"
        uow.add(won, "ho")
        plan = uow.session.scalars(
            text("SELECT uid FROM plan_version WHERE status = 'published'")
        ).one()
        found = text("SELECT uid FROM scorebook WHERE applicant = :firm")
        books = [str(uid) for uid in uow.session.scalars(found, {"firm": firm})]
        uow.commit()
    tokens[Role.EXPERT] = Holder(own, "周珍珠", Role.EXPERT)
    cast = Cast(plan, "x", "x", "x", own, other, third, firm, names[firm], story.firms[0])
    cast.now = story.clock.now
    cast.known = {"book": books[:2], "books": books[:2]}
    for role, holder in tokens.items():
        desk = world.app.state.desk
        opened = desk.open(holder, timedelta(hours=8), Client("testclient", "tests"), cast.now)
        cast.tokens[role] = opened.token
    return cast


# What the clerk and the inspector may not see is hidden by the same rooms as from the approver.
LONG = (Role.SECRETARIAT, Role.INSPECTOR)


@pytest.mark.parametrize(
    "role",
    [pytest.param(one, marks=[pytest.mark.long] * (one in LONG)) for one in two.LOOKERS],
)
def test_nobody_can_tell_the_later_worlds_apart(later: two.Pair, role: Role) -> None:
    later.demand_alike(role, FACTS[role], LEAST[role])


LEAST = dict.fromkeys(STAFF, 80) | {Role.EXPERT: 12, Role.ADMIN: 4, Role.ANONYMOUS: 3}


def _looking_before_the_seat() -> two.Plant:
    """The group's page as it was: who has no seat is refused after all was looked at."""
    told = store.group_view

    def untold(session: Session, viewer: Viewer, *asked: Any) -> Any:
        store.consensus_view(session, *asked)
        return told(session, viewer, *asked)

    return store, "group_view", untold


ABOUT = f"/api/v1/years/{YEAR}"
LEAKS: dict[str, two.Leak] = {
    "the marks of all": two.Leak(
        Role.APPROVER,
        ABOUT + "/scoring/site/{firm}",
        lambda: two.forgetting(store, "office_view"),
        "a score",
    ),
    "every line of the ledger": two.Leak(
        Role.INSPECTOR,
        ABOUT + "/account",
        lambda: two.forgetting(honour_store, "lines"),
        "what was bought from it",
    ),
    "the comparison of all with all": two.Leak(
        Role.APPROVER,
        ABOUT + "/evaluation",
        lambda: two.forgetting(evaluation, "preview"),
        "where it stands among the others",
    ),
    "every objection": two.Leak(
        Role.SECRETARIAT,
        ABOUT + "/notice",
        lambda: two.forgetting(decision_views, "notice_page"),
        "an objection to it",
    ),
    "every ruling": two.Leak(
        Role.APPROVER,
        ABOUT + "/vote",
        lambda: two.forgetting(decision_views, "_rulings"),
        "a ruling about it that was taken back",
    ),
    "the time before a refusal": two.Leak(
        Role.EXPERT,
        "/api/v1/my/2026/consensus/document/{firm}",
        _looking_before_the_seat,
        "why a book was voided",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_later_leak_is_found(later: two.Pair, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    told = LEAKS[leak]
    told.demand_found(later, FACTS[told.role], monkeypatch)
