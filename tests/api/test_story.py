"""the whole way over HTTP: from an empty year to a published plan in an expert's calendar, each
step by the person who may take it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar

from award.groups.core.events import uid_of
from expert_pool.core.actor import Role
from expert_pool.ledger import audit
from tests.api import story
from tests.api.story import YEAR, ok
from tests.api.world import World


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, story.Year]]:
    world, year = story.build(tmp_path_factory.mktemp("story"))
    yield world, year
    world.app.state.engine.close()
    world.ledger.close()


@pytest.fixture
def world(told: tuple[World, story.Year]) -> World:
    return told[0]


@pytest.fixture
def year(told: tuple[World, story.Year]) -> story.Year:
    return told[1]


def test_year_goes_from_facts_to_calendar(world: World, year: story.Year) -> None:
    clerk, approver = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    snapshot = ok(clerk.get(f"/api/v1/years/{YEAR}/snapshot"))
    assert (snapshot["reviewers"], snapshot["cases"]) == (6, 2)
    assert {item["name"] for item in snapshot["not_assignable"]} == {
        "程知节",
        "徐霞客",
    }  # the two of the empty world, nobody else

    plan = f"/api/v1/plans/{year.plan}"
    answer = clerk.get(plan)
    body, etag = ok(answer), answer.headers["etag"]
    assert body["verdict"]["ok"] is True
    assert [len(group["seats"]) for group in body["book"]["groups"]] in ([3], [3, 3])

    assert clerk.post(f"{plan}/approval", json={}, headers={"If-Match": etag}).status_code == 403
    assert approver.post(f"{plan}/approval", json={}).status_code == 428
    assert (
        approver.post(f"{plan}/approval", json={}, headers={"If-Match": '"99"'}).status_code == 412
    )
    assert approver.post(f"{plan}/publication", headers={"If-Match": etag}).status_code == 409
    etag = approver.post(
        f"{plan}/approval", json={"note": "已核对"}, headers={"If-Match": etag}
    ).headers["etag"]

    member = body["book"]["groups"][0]["seats"][0]["person"]["id"]
    own = world.expert_client(member)
    assert ok(own.get(f"/api/v1/my/duties/{YEAR}")) == []
    etag = clerk.post(f"{plan}/publication", headers={"If-Match": etag}).headers["etag"]
    veiled = ok(own.get(f"/api/v1/my/duties/{YEAR}"))[0]
    assert (
        veiled["answer"],
        veiled["disclosed"],
        {visit["firm"] for visit in veiled["visits"]},
    ) == ("open", False, {"申报组织一家"})
    answer = {"fingerprint": veiled["fingerprint"], "accept": True}
    ok(own.put(f"/api/v1/my/duties/{YEAR}/answer", json=answer))
    duties = ok(own.get(f"/api/v1/my/duties/{YEAR}"))
    assert [visit["firm"] for visit in duties[0]["visits"]] == [
        visit["firm"]["name"] for visit in body["book"]["groups"][0]["visits"]
    ]
    assert "13900001111" not in str(duties)

    feed = ok(own.post("/api/v1/my/feed"))["path"]
    subscribed = world.stranger().get(feed)
    assert subscribed.headers["referrer-policy"] == "no-referrer"
    events = _events(subscribed.content)
    assert events
    assert {event["status"] for event in events} <= {"CONFIRMED"}

    etag = approver.post(
        f"{plan}/withdrawal", json={"reason": "企业改期"}, headers={"If-Match": etag}
    ).headers["etag"]
    cancelled = _events(world.stranger().get(feed).content)
    assert {event["uid"] for event in cancelled} == {event["uid"] for event in events}
    assert {event["status"] for event in cancelled} == {"CANCELLED"}
    assert all(
        after["sequence"] > before["sequence"]
        for before, after in zip(events, cancelled, strict=True)
    )

    with world.ledger.read() as session:
        assert audit.verify(session) == []


def _events(content: bytes) -> list[dict[str, object]]:
    found = [
        {
            "uid": str(event["UID"]),
            "sequence": int(event.get("SEQUENCE", 0)),
            "status": str(event.get("STATUS", "CONFIRMED")),
        }
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]
    return sorted(found, key=lambda event: str(event["uid"]))


@pytest.mark.parametrize(
    "name", ["roster.docx", "roster.xlsx", "schedule.docx", "schedule.xlsx", "booklet.pdf"]
)
def test_documents_are_files_and_each_taking_is_logged(
    world: World, year: story.Year, name: str
) -> None:
    clerk, inspector = world.client(Role.SECRETARIAT), world.client(Role.INSPECTOR)
    answer = clerk.get(f"/api/v1/plans/{year.plan}/documents/{name}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    if name.endswith("pdf"):
        assert answer.content.startswith(b"%PDF")
    else:
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    newest = ok(inspector.get("/api/v1/audit", params={"limit": 1}))[0]
    assert (newest["action"], newest["object_id"], newest["after"]["file"]) == (
        "download",
        year.plan,
        name,
    )


def test_plan_file_passes_the_checker_outside(
    world: World, year: story.Year, tmp_path: Path
) -> None:
    from assignment import problem as problems
    from assignment import solution as solutions
    from assignment.check import check

    clerk = world.client(Role.SECRETARIAT)
    problem = problems.parse(clerk.get(f"/api/v1/plans/{year.plan}/problem.json").json())
    found = check(
        problem, solutions.parse(clerk.get(f"/api/v1/plans/{year.plan}/plan.json").json())
    )
    assert found.ok
    text = clerk.get(f"/api/v1/plans/{year.plan}/problem.json").text
    for private in ("单雄信", "13812345678", "浙江丰收袜业有限公司"):
        assert private not in text


def test_unknown_document_is_not_found(world: World, year: story.Year) -> None:
    clerk = world.client(Role.SECRETARIAT)
    assert clerk.get(f"/api/v1/plans/{year.plan}/documents/passwd.docx").status_code == 404
    assert clerk.get(f"/api/v1/plans/{year.plan}/documents/..%2Fetc").status_code in (404, 422)


def test_groups_are_formed_by_a_solver_of_its_own(told: tuple[World, story.Year]) -> None:
    world, _ = told
    clerk = world.client(Role.SECRETARIAT)
    assert clerk.post(f"/api/v1/years/{YEAR}/jobs", json={"seconds": 100_000}).status_code == 422
    job = ok(clerk.post(f"/api/v1/years/{YEAR}/jobs", json={"seconds": 60, "seed": 1}))["uid"]
    assert clerk.post(f"/api/v1/years/{YEAR}/jobs", json={}).json()["code"] == "job-running"
    assert clerk.post(f"/api/v1/jobs/{job}/cancellation").status_code == 202
    with clerk.stream("GET", f"/api/v1/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = [
            line.removeprefix("event: ")
            for line in stream.iter_lines()
            if line.startswith("event: ")
        ]
    assert events[-1] == "over"
    found = ok(clerk.get(f"/api/v1/jobs/{job}"))
    assert found["over"]
    assert found["status"] in ("cancelled", "done"), found
    assert clerk.post(f"/api/v1/jobs/{job}/cancellation").json()["code"] == "job-over"


def test_files_and_feeds_name_nobody_before_she_has_accepted(tmp_path: Path) -> None:
    """In a year of its own: in the shared one she has accepted long ago."""
    world, year = story.build(tmp_path)
    try:
        _name_nobody_too_early(world, year)
    finally:
        world.app.state.engine.close()
        world.ledger.close()


def _name_nobody_too_early(world: World, year: story.Year) -> None:
    clerk, approver = world.client(Role.SECRETARIAT), world.client(Role.APPROVER)
    plan = f"/api/v1/plans/{year.plan}"
    etag = approver.post(
        f"{plan}/approval", json={}, headers={"If-Match": clerk.get(plan).headers["etag"]}
    ).headers["etag"]
    assert clerk.post(f"{plan}/publication", headers={"If-Match": etag}).status_code == 204
    body = ok(clerk.get(plan))
    seats, visit = (
        body["book"]["groups"][0]["seats"],
        body["book"]["groups"][0]["visits"][0]["firm"],
    )
    uid, mates = seats[0]["person"]["id"], [seat["person"]["name"] for seat in seats[1:]]
    own = world.expert_client(uid)
    feed = ok(own.post("/api/v1/my/feed"))["path"]

    def files() -> str:
        taken = [
            own.get("/api/v1/my/calendar.ics"),
            world.stranger().get(feed),
            clerk.get(f"{plan}/calendars/{uid}.ics"),
        ]
        unfolded = "\n".join(answer.content.decode().replace("\r\n ", "") for answer in taken)
        return (
            unfolded
            + str(ok(own.get(f"/api/v1/my/duties/{YEAR}")))
            + str(ok(own.get("/api/v1/my")))
        )

    names = [visit["name"], visit["town"], visit["id"], *mates, uid_of(YEAR, uid, visit["id"], 0)]
    duty = ok(own.get(f"/api/v1/my/duties/{YEAR}"))[0]
    assert "现场评审" in files()
    assert [name for name in names if name in files()] == []

    def say(**said: object) -> None:
        ok(
            own.put(
                f"/api/v1/my/duties/{YEAR}/answer",
                json={"fingerprint": duty["fingerprint"], **said},
            )
        )

    say(accept=True)
    assert [name for name in (visit["name"], *mates) if name not in files()] == []
    say(accept=False, reason_kind="personal")
    assert [name for name in names if name in files()] == []
    assert "BEGIN:VEVENT" not in files()
