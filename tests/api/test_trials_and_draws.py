"""Trials and draws over the interface: who may, with which version, what the log keeps, and what a
check finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from api.identity import staff_conflicts
from api.identity.tables import Account
from assignment import draw as lottery
from award.groups import store
from expert_pool.core.actor import SYSTEM, SYSTEM_VIEWER, Role
from expert_pool.ledger import audit
from expert_pool.ledger.invariants import exceptions
from tests.api import drawn, story
from tests.api.story import FIRMS, YEAR, ok
from tests.api.world import World

SEED = {"seed": "3 7 1", "source": "2026年11月29日开奖，纪检在场"}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[World, story.Year]]:
    world, year = story.build(tmp_path)
    yield world, year
    world.app.state.engine.close()
    world.ledger.close()


def newest(world: World) -> tuple[str, str, str]:
    """The newest entry that is no look and no log-in."""
    with world.ledger.read() as session:
        lines = audit.entries(session, SYSTEM_VIEWER, limit=20)
    line = next(line for line in lines if line.action not in ("read", "log-in"))
    return line.action, line.kind, line.object_id


def test_a_trial_is_read_compared_and_adopted_once(told: tuple[World, story.Year]) -> None:
    world, year = told
    uid = drawn.finish_trial(world, year)
    clerk = world.client(Role.SECRETARIAT)
    body = ok(clerk.get(f"/api/v1/trials/{uid}"))
    assert (body["job"]["kind"], body["job"]["status"]) == ("trial", "done")
    assert [(one["number"], one["title"], one["groups"]) for one in body["trials"]] == [
        (0, "专业优先", 2),
        (1, "均衡优先", 2),
        (2, "1 个组", 0),
    ]
    assert body["trials"][2]["reasons"] == [f"{FIRMS[0][0]}没有人可评"]
    changes = ok(clerk.get(f"/api/v1/trials/{uid}/comparison/{year.plan}"))
    assert [len(one["people"]) for one in changes] == [0, 2, 6]
    assert [(one["start_before"], one["start_after"]) for one in changes[2]["visits"]] == [
        ("2026-09-08 AM", ""),
        ("2026-09-08 AM", ""),
    ]

    first = ok(clerk.post(f"/api/v1/trials/{uid}/adoption", json={"number": 1}))["uid"]
    assert newest(world) == ("draft", "plan_version", first)
    assert ok(clerk.post(f"/api/v1/trials/{uid}/adoption", json={"number": 1}))["uid"] == first
    with world.ledger.read() as session:
        rows = store.plans(session, SYSTEM_VIEWER, YEAR)
        made = store.plan(session, SYSTEM_VIEWER, first)
    assert [(row.number, row.status, row.note) for row in rows] == [
        (2, "draft", "采用试算：均衡优先"),
        (1, "draft", ""),
    ]
    assert made.plan.groups == drawn.two_ways(world, year)[1]
    drawn.change_draft(world, first)
    assert ok(clerk.post(f"/api/v1/trials/{uid}/adoption", json={"number": 1}))["uid"] != first
    for number in (2, 5):  # led nowhere, was never tried
        assert (
            clerk.post(f"/api/v1/trials/{uid}/adoption", json={"number": number}).status_code == 404
        )


def test_what_is_no_trial_cannot_be_adopted(told: tuple[World, story.Year]) -> None:
    world, year = told
    drawn.publish_set(world, year)
    with world.ledger.read() as session:
        search = store.jobs(session, SYSTEM_VIEWER, YEAR)[0].uid
    clerk = world.client(Role.SECRETARIAT)
    assert clerk.post(f"/api/v1/trials/{search}/adoption", json={"number": 0}).status_code == 404
    assert clerk.get(f"/api/v1/trials/{search}").status_code == 404


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"title": "甲", "weights": {"beauty": 1}}, "没有名为 beauty 的目标"),
        ({"title": "甲", "weights": {"route": -1}}, "route"),
        ({"title": "甲", "first": "2026-09-10"}, "起始日期和结束日期要一起写"),
        ({"title": "甲", "first": "2026-09-10", "last": "2026-09-01"}, "开始日期不能晚于结束日期"),
        ({"title": "甲", "first": "2026-09-10", "last": "2029-09-10"}, "超过 184 天"),
        ({"title": "甲", "groups": [3, 2]}, "组数"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_tried_is_told_in_words(
    told: tuple[World, story.Year], wish: object, words: str
) -> None:
    answer = (
        told[0]
        .client(Role.SECRETARIAT)
        .post(f"/api/v1/years/{YEAR}/trials", json={"wishes": [wish], "seconds": 5})
    )
    assert answer.status_code == 422, answer.text
    assert words in answer.text


def test_a_draw_goes_from_digest_to_draft_and_anybody_gets_the_same(
    told: tuple[World, story.Year],
) -> None:
    world, year = told
    uid = drawn.publish_set(world, year)
    clerk, inspector, path = (
        world.client(Role.SECRETARIAT),
        world.client(Role.INSPECTOR),
        f"/api/v1/draws/{uid}",
    )
    answer = clerk.get(path)
    shown, etag = ok(answer), answer.headers["etag"]
    row = shown["row"]
    assert (row["status"], row["count"], shown["seed_from"], row["reached"]) == (
        "open",
        2,
        drawn.SEED_FROM,
        1000,
    )
    assert {one["likelihood"] for one in shown["over_cap"]} == {
        1000
    }  # four of six people never change places
    assert len(shown["over_cap"]) == 4
    assert ok(inspector.get(f"{path}/replay")) == {
        "ok": True,
        "said": [],
        "plan_number": None,
        "plan_status": "",
        "as_drawn": True,
    }
    set_file = inspector.get(f"{path}/record.json")
    assert lottery.parse(set_file.json()).digest == row["digest"]
    assert newest(world) == ("download", "plan_draw", uid)

    assert clerk.post(f"{path}/drawing", json=SEED).status_code == 428
    assert clerk.post(f"{path}/drawing", json=SEED, headers={"If-Match": '"9"'}).status_code == 412
    assert (
        inspector.post(f"{path}/drawing", json=SEED, headers={"If-Match": etag}).status_code == 403
    )
    done = clerk.post(f"{path}/drawing", json=SEED, headers={"If-Match": etag})
    plan = ok(done)["uid"]
    assert newest(world)[:2] == ("draw", "plan_draw")
    after = inspector.get(path)
    assert after.headers["etag"] == done.headers["etag"]
    kept = after.json()["row"]
    assert (kept["status"], kept["seed"], kept["plan_uid"]) == ("drawn", "371", plan)
    # A second draw and a void come too late, whatever version they name.
    for action, body in (("drawing", SEED), ("voiding", {"reason": "重来"})):
        assert (
            clerk.post(
                f"{path}/{action}", json=body, headers={"If-Match": after.headers["etag"]}
            ).status_code
            == 409
        )

    record = lottery.parse_record(json.loads(inspector.get(f"{path}/record.json").content))
    assert lottery.replay(record) == ()
    assert record.chosen_from.digest == row["digest"]
    with world.ledger.read() as session:
        assert (
            store.plan(session, SYSTEM_VIEWER, plan).plan.groups
            == drawn.two_ways(world, year)[record.chosen]
        )
        assert exceptions(session) == []
        assert audit.verify(session) == []
    assert ok(inspector.get(f"{path}/replay")) == {
        "ok": True,
        "said": [],
        "plan_number": 2,
        "plan_status": "草案",
        "as_drawn": True,
    }
    drawn.change_draft(world, plan)
    assert ok(inspector.get(f"{path}/replay"))["as_drawn"] is False


def test_of_two_who_draw_at_once_one_draws(told: tuple[World, story.Year]) -> None:
    world, year = told
    uid = drawn.publish_set(world, year)
    here, there = world.client(Role.SECRETARIAT), world.client(Role.SECRETARIAT)
    etag = here.get(f"/api/v1/draws/{uid}").headers["etag"]
    answers = [
        one.post(f"/api/v1/draws/{uid}/drawing", json=SEED, headers={"If-Match": etag}).status_code
        for one in (here, there)
    ]
    assert answers == [201, 412]
    assert len(ok(here.get(f"/api/v1/years/{YEAR}/plans"))) == 2


def test_a_set_waits_until_it_is_drawn_or_void(told: tuple[World, story.Year]) -> None:
    world, year = told
    uid = drawn.publish_set(world, year)
    clerk = world.client(Role.SECRETARIAT)
    again = {"seed_from": drawn.SEED_FROM, "seconds": 5}
    refused = clerk.post(f"/api/v1/years/{YEAR}/draws", json=again)
    assert (refused.status_code, refused.json()["code"]) == (409, "draw-open")
    etag = clerk.get(f"/api/v1/draws/{uid}").headers["etag"]
    assert (
        clerk.post(
            f"/api/v1/draws/{uid}/voiding", json={"reason": " "}, headers={"If-Match": etag}
        ).status_code
        == 422
    )
    asked = clerk.post(
        f"/api/v1/draws/{uid}/voiding", json={"reason": "名单有误"}, headers={"If-Match": etag}
    )
    assert (asked.status_code, newest(world)) == (204, ("propose-void", "plan_draw", uid))
    etag, decision = asked.headers["etag"], f"/api/v1/draws/{uid}/voiding/decision"
    agreed = {"agreed": True, "reason": "属实"}
    assert clerk.post(decision, json=agreed, headers={"If-Match": etag}).status_code == 403
    late = clerk.post(f"/api/v1/draws/{uid}/drawing", json=SEED, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (409, "voiding")
    assert (
        world.client(Role.APPROVER)
        .post(decision, json=agreed, headers={"If-Match": etag})
        .status_code
        == 204
    )
    assert newest(world) == ("void", "plan_draw", uid)
    listed = ok(world.client(Role.INSPECTOR).get(f"/api/v1/years/{YEAR}/draws"))
    assert [(row["uid"], row["status"], row["void_reason"]) for row in listed] == [
        (uid, "void", "名单有误")
    ]
    assert drawn.publish_set(world, year) != uid


@pytest.mark.parametrize(
    "body",
    [
        {"seed_from": " "},
        {"seed_from": "掷骰", "tolerance": 501},
        {"seed_from": "掷骰", "tolerance": -1},
        {"seed_from": "掷骰", "cap": 0},
        {"seed_from": "掷\u0000骰"},
        {"tolerance": 50},
    ],
)
def test_a_set_that_cannot_be_is_refused(told: tuple[World, story.Year], body: object) -> None:
    assert (
        told[0].client(Role.SECRETARIAT).post(f"/api/v1/years/{YEAR}/draws", json=body).status_code
        == 422
    )


@pytest.mark.parametrize("seed", ["", "，", "\u200b", "7" * 201, "3\u00007"])
def test_what_is_no_seed_draws_nothing(told: tuple[World, story.Year], seed: str) -> None:
    world, year = told
    path = f"/api/v1/draws/{drawn.publish_set(world, year)}"
    clerk = world.client(Role.SECRETARIAT)
    etag = clerk.get(path).headers["etag"]
    answer = clerk.post(
        f"{path}/drawing", json={"seed": seed, "source": "开奖"}, headers={"If-Match": etag}
    )
    assert answer.status_code == 422, answer.text
    assert ok(clerk.get(path))["row"]["status"] == "open"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE plan_draw SET ticket = (ticket + 1) % 1000000", "算出的号码是"),
        ("UPDATE plan_draw SET chosen = 1 - chosen", "号码应落在"),
        ("UPDATE plan_draw SET seed = '372'", "算出的号码是"),
        (
            "UPDATE plan_draw SET candidates = replace(candidates, '600000', '600001')",
            "集合已被改动",
        ),
        ("UPDATE plan_draw SET digest = 'f' || substr(digest, 2) || 'f'", "集合已被改动"),
    ],
)
def test_a_draw_tampered_with_in_the_database_is_found_out(
    told: tuple[World, story.Year], statement: str, words: str
) -> None:
    world, year = told
    path = f"/api/v1/draws/{drawn.publish_set(world, year)}"
    clerk = world.client(Role.SECRETARIAT)
    ok(
        clerk.post(
            f"{path}/drawing", json=SEED, headers={"If-Match": clerk.get(path).headers["etag"]}
        )
    )
    with world.ledger.engine.execution_options(ledger_write=True).begin() as connection:
        connection.execute(text(statement))
    found = ok(world.client(Role.INSPECTOR).get(f"{path}/replay"))
    assert found["ok"] is False
    assert any(words in sentence for sentence in found["said"]), found["said"]


def test_whoever_must_keep_away_from_an_applicant_sees_and_does_nothing_of_either(
    told: tuple[World, story.Year],
) -> None:
    world, year = told
    trial, draw = drawn.finish_trial(world, year), drawn.publish_set(world, year)
    with world.ledger.write(SYSTEM) as uow:
        for role in (Role.SECRETARIAT, Role.INSPECTOR):
            account = uow.load(Account, world.accounts[role])
            staff_conflicts.declare(uow, account.uid, FIRMS[1][0], "亲属")
        uow.commit()
    clerk, inspector = world.client(Role.SECRETARIAT), world.client(Role.INSPECTOR)
    reads = [
        f"trials/{trial}",
        f"trials/{trial}/comparison/{year.plan}",
        f"draws/{draw}",
        f"draws/{draw}/record.json",
    ]
    reads += [f"draws/{draw}/replay", f"years/{YEAR}/draws", "draws/w-000000000000000"]
    writes: list[tuple[str, object]] = [
        (f"years/{YEAR}/trials", {"wishes": [{"title": "甲"}]}),
        (f"trials/{trial}/adoption", {"number": 0}),
        (f"years/{YEAR}/draws", {"seed_from": "掷骰"}),
        (f"draws/{draw}/drawing", SEED),
        (f"draws/{draw}/voiding", {"reason": "重来"}),
    ]
    with world.ledger.read() as session:
        last = audit.entries(session, SYSTEM_VIEWER, limit=1)[0].id
    answers = [inspector.get(f"/api/v1/{path}") for path in reads]
    answers += [
        clerk.post(f"/api/v1/{path}", json=body, headers={"If-Match": '"1"'})
        for path, body in writes
    ]
    answers += [inspector.get(path) for path in ("/trials", "/draws", f"/draws/{draw}")]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (403, "conflicted")
    }
    with world.ledger.read() as session:
        since = [
            line.action
            for line in audit.entries(session, SYSTEM_VIEWER, limit=50)
            if line.id > last
        ]
    assert set(since) <= {"read", "log-in", "refused"}
    third = world.client(Role.APPROVER)
    assert {third.get(f"/api/v1/{path}").status_code for path in reads[:-1]} == {200}
