"""what a person may not know must not show: two worlds that differ only in hidden facts answer with
the same bytes (reliability T2).

For each kind of looker the list of facts says what may not be known; every readable door is asked
in both worlds, pages, jobs and downloads included, and status, headers, body and number of SQL
statements are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

import expert_pool.store
from api.duties.outbox import pages as outbox_pages
from api.pool import pages as pool_pages
from award.applicants.tables import Attachment, Incident, Opinion
from award.decision.tables import Honour, Objection
from award.groups import guard
from award.groups import store as plan_store
from award.honours import store as honour_store
from expert_pool import correspondence, dossier
from expert_pool.core.actor import Role, Viewer
from expert_pool.core.hidden import KEPT_AWAY
from expert_pool.ledger import audit
from expert_pool.records import Rating, Shareholding, StageRecord, Violation
from expert_pool.tables import (
    Affiliation,
    Conflict,
    Expert,
    ImportRow,
    Message,
    PerformanceRecord,
)
from tests.access import files as brought
from tests.access import two_worlds as two
from tests.access.two_worlds import STAFF, Vary, new, sql
from tests.api.story import YEAR

OF_OTHER = "(SELECT id FROM expert WHERE uid = :other)"
# What an expert may not know about others, nor what others said about her.
FROM_EXPERTS: dict[str, Vary] = {
    "another's telephone": sql("UPDATE expert SET phone = '13700000000' WHERE uid = :other"),
    "another's name": sql("UPDATE expert SET name = '欧阳不二' WHERE uid = :other"),
    "another's employer": sql("UPDATE expert SET employer = '别的单位' WHERE uid = :other"),
    "another's free days": sql(
        f"UPDATE availability SET text = '全忙' WHERE expert_id = {OF_OTHER}"
    ),
    "another's declaration": sql(f"DELETE FROM declaration WHERE expert_id = {OF_OTHER}"),
    "another's conflict": new(Conflict, whose="other", kind="KINSHIP", organisation="{firm}"),
    "what was reported about her": new(
        Conflict,
        uid="z-2",
        whose="own",
        kind="ORG_REQUEST",
        source="reported",
        organisation="{firm}",
    ),
    "marks for her service": sql("UPDATE performance_record SET score = 61, note = '迟到'"),
    "a rating of her": new(
        Rating,
        whose="own",
        year=YEAR - 1,
        organisation="某公司",
        stage="site",
        rater="leader",
        items="{}",
        score=55,
        comment="不守时",
    ),
    "a case against her": new(Violation, whose="own", kind="LEAK", facts="泄露名单"),
    "a message to another": new(Message, whose="other", year=YEAR, kind="duty", status="waiting"),
    "a new expert": new(Expert, name="新人", employer="某单位"),
    "the firm of another group": sql(
        "UPDATE applicant SET name = '某某', phone = '13600000000' WHERE uid = :firm"
    ),
    "who leads another group": two.swap_in_plan,
    "another's answer to her duty": two.declined,
    "why a solve found nothing": two.other_reasons,
    "what a lottery may fall on": two.other_draw,
    "what was tried": two.other_trial,
}
# She is told it all the same: whoever has signed answers a list of all applicants.
TOLD = {f"/api/v1/my/applicants/{YEAR}", "/me/conflicts"}
# What a member of staff who must keep away from an applicant may not know about its review.
FROM_STAFF: dict[str, Vary] = {
    "who leads the hidden group": two.swap_in_plan,
    "who has a conflict with it": new(
        Conflict, whose="other", kind="KINSHIP", organisation="{firm}"
    ),
    "a conflict under another spelling": new(
        Conflict, uid="z-2", whose="own", kind="KINSHIP", organisation="诸暨市飞跃水泵公司"
    ),
    "who reviewed it before": new(
        PerformanceRecord, whose="other", year=YEAR - 1, organisation="{firm}", effort=4, score=90
    ),
    "how that was rated": new(
        Rating,
        whose="other",
        year=YEAR - 1,
        organisation="{firm}",
        stage="site",
        rater="leader",
        items="{}",
        score=40,
        comment="迟到",
    ),
    "who stayed away from it": new(
        StageRecord,
        whose="other",
        year=YEAR,
        organisation="{firm}",
        stage="site",
        attendance="no_show",
        report="missing",
    ),
    "a case about its review": new(Violation, whose="other", kind="LEAK", facts="向{firm}透露名单"),
    "why a solve found nothing": two.other_reasons,
    "what a solve was told of it": two.other_notes,
    "what was tried": two.other_trial,
    "what a lottery may fall on": two.other_draw,
    "an answer from the hidden group": two.declined,
    "a message about it": new(
        Message, whose="other", year=YEAR, kind="duty", status="waiting", text="请到{firm}评审"
    ),
    "a message about it that went out": new(
        Message,
        uid="z-m2",
        whose="third",
        year=YEAR,
        kind="duty",
        status="sent",
        sent_at=two.THEN,
        text="请到{firm}评审",
    ),
    "its visits in the calendar": two.other_calendar,
    "an opinion about it": new(Opinion, about="firm", kind="town", unit="甲镇", agrees=False),
    "what a department answered": two.answered,
    "an incident of it": new(Incident, about="firm", kind="inspection"),
    "a paper it handed in": new(Attachment, about="firm", kind="form", filename="甲.pdf", size=3),
    "a row about it that was refused": new(
        ImportRow, kind="applicants", name="{firm}", unit="", reason="手机：为空", row=3
    ),
    "who holds shares in it": new(Shareholding, company="{firm}", holder="某人", is_company=False),
    "whom it belongs to": new(Affiliation, company="{firm}", group_name="某集团"),
    "an objection to it": new(Objection, year=YEAR, applicant="", facts="{firm}弄虚作假"),
    "an honour it had": new(
        Honour, year=YEAR - 3, organisation="{firm}", award="QUALITY", amount=100, document="甲"
    ),
    "what the log says of it": two.other_in_the_log,
}
FACTS = {role: FROM_STAFF if role in STAFF else FROM_EXPERTS for role in two.LOOKERS}


def bring(pair: two.Pair, facts: Sequence[Vary]) -> dict[str, list[brought.Answer]]:
    """What each file is answered, nothing being written of it, and what those taken away say."""
    with pair.world(facts) as world:
        client = world.stranger()
        client.cookies.set("session", pair.cast.tokens[Role.SECRETARIAT])
        client.headers["X-CSRF-Token"] = client.get("/api/v1/session").json()["csrf_token"]
        before = brought.counted(world)
        found = {
            name: brought.brought(client, kind, data)
            for name, kind, data in brought.files(world, pair.cast)
        }
        assert brought.counted(world) == before
        for kind in ("experts", "applicants"):
            answer = client.post(f"/api/v1/exports/{kind}", json={"year": YEAR})
            told = str(two.parts(answer.content))
            found[kind] = [("export", answer.status_code, told)]
    return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> two.Pair:
    return two.build(tmp_path_factory.mktemp("two-worlds"))


@pytest.mark.parametrize("role", two.LOOKERS)
def test_nobody_can_tell_the_worlds_apart(pair: two.Pair, role: Role) -> None:
    told = TOLD if role is Role.EXPERT else set()
    pair.demand_alike(role, FACTS[role], LEAST[role], told)


LEAST = dict.fromkeys(STAFF, 80) | {Role.EXPERT: 15, Role.ADMIN: 4, Role.ANONYMOUS: 3}


# A list that a workbook carries, and whom the applicant asked to be spared.
ON_LISTS = {
    "named on a list": new(
        Conflict, uid="z-3", whose="other", kind="SELF_DECLARED", organisation="{firm}"
    ),
    "asked for by it": new(
        Conflict,
        uid="z-4",
        whose="other",
        kind="ORG_REQUEST",
        organisation="{firm}",
        source="reported",
        since=date(YEAR, 8, 1),
    ),
}


def test_no_file_tells_or_writes_what_is_about_them(pair: two.Pair) -> None:
    """Every import, with one row about the organisation that its bringer must keep away from: the
    row stays out, the answer says who shall bring it, and it is the same in both worlds.
    """
    one = bring(pair, [])
    facts = [*FROM_STAFF.values(), *ON_LISTS.values()]
    assert {name: said for name, said in bring(pair, facts).items() if said != one[name]} == {}
    taken_away = {"experts", "applicants"}
    assert {name for name, said in one.items() if KEPT_AWAY not in str(said)} == taken_away


# --- the instrument


def test_the_comparison_finds_what_is_not_hidden(pair: two.Pair) -> None:
    """A fact the expert may know shows at once."""
    vary = sql("UPDATE expert SET phone = '13700000000' WHERE uid = :own")
    assert "/api/v1/my" in pair.shown(Role.EXPERT, vary, ["/api/v1/my", "/me"])


def _with_a_header(module: Any, name: str) -> two.Plant:
    """A list that says in a header how many lines there are in truth."""
    told = getattr(module, name)

    def untold(request: Any, template: str, view: Any, *more: Any, **named: Any) -> Any:
        answer = told(request, template, view, *more, **named)
        with request.app.state.ledger.read() as session:
            answer.headers["X-Total"] = str(session.scalar(text("SELECT count(*) FROM message")))
        return answer

    return module, name, untold


def _looking_twice(module: Any, name: str) -> two.Plant:
    """The same bytes, but one more statement for every line that is then left out."""
    told = getattr(module, name)

    def untold(session: Any, viewer: Viewer, *more: Any, **named: Any) -> Any:
        for _ in told(session, two.blind(viewer), *more, **named):
            session.execute(text("SELECT 1"))
        return told(session, viewer, *more, **named)

    return module, name, untold


CLERK, CHIEF, WATCH = Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR
OUTBOX = "a message about it"
LEAKS: dict[str, two.Leak] = {
    "a plan with all its groups": two.Leak(
        WATCH,
        "/api/v1/plans/{plan}",
        lambda: two.forgetting(plan_store, "_redacted"),
        "who leads the hidden group",
    ),
    "reasons of a failed solve": two.Leak(
        CLERK,
        "/api/v1/jobs/{job}",
        lambda: two.forgetting(plan_store, "_shown", 2),
        "why a solve found nothing",
    ),
    "notes in the list of solves": two.Leak(
        CLERK,
        f"/api/v1/years/{YEAR}/jobs",
        lambda: two.forgetting(plan_store, "_shown", 2),
        "what a solve was told of it",
    ),
    "everybody's letters": two.Leak(
        CLERK,
        "/round/outbox",
        lambda: two.forgetting(correspondence, "outbox"),
        OUTBOX,
    ),
    "a number of letters": two.Leak(
        CLERK,
        "/round/outbox",
        lambda: two.forgetting(correspondence, "counts"),
        "a message about it that went out",
    ),
    "a header": two.Leak(
        CLERK, "/round/outbox", lambda: _with_a_header(outbox_pages, "page"), OUTBOX
    ),
    "the time it takes": two.Leak(
        CLERK,
        "/round/outbox",
        lambda: _looking_twice(correspondence, "outbox"),
        OUTBOX,
    ),
    "workload of all": two.Leak(
        WATCH,
        "/pool/workload",
        lambda: two.forgetting(pool_pages, "burdens"),
        "who reviewed it before",
    ),
    "a whole record of service": two.Leak(
        CHIEF,
        "/api/v1/experts/{other}",
        lambda: two.forgetting(expert_pool.store, "expert"),
        "who reviewed it before",
    ),
    "cases": two.Leak(
        CHIEF,
        "/api/v1/violations",
        lambda: two.forgetting(dossier, "violations"),
        "a case about its review",
    ),
    "honours of before": two.Leak(
        WATCH,
        "/api/v1/honours",
        lambda: two.forgetting(honour_store, "_may_see", 0),
        "an honour it had",
    ),
    "all trials": two.Leak(
        CHIEF,
        "/api/v1/trials/{trial}",
        lambda: two.forgetting(guard, "demand_whole", 0),
        "what was tried",
    ),
    "what the log says": two.Leak(
        WATCH,
        "/api/v1/audit",
        lambda: (audit, "entries", _all_entries(audit.entries)),
        "what the log says of it",
    ),
}


def _all_entries(told: Any) -> Any:
    return lambda *given, hiding=(), **named: told(*given, **named)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_found(
    pair: two.Pair, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    told = LEAKS[leak]
    told.demand_found(pair, FACTS[told.role], monkeypatch)
