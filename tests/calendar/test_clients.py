"""日历 in programs that are not ours: a subscription that vdirsyncer keeps in a CalDAV server
(Radicale), and files that khal imports. Moved visits move there, cancelled ones vanish.

Both are started as a person would start them. Without them (extra `calendars`) the tests are
skipped and say so.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest
from icalendar import Calendar

from assignment.edit import MoveVisit
from award.groups import plans, signing, store
from award.groups.core.events import entries, subscribed
from award.papers.calendar import expert_ics
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from tests.api import story
from tests.api import world as worlds
from tests.documents import cast
from tests.e2e.conftest import Site, _free_port, _serve
from tests.storage import Clock

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("radicale", "vdirsyncer", "khal")),
        reason="no radicale, vdirsyncer, khal (extra calendars): NO CALENDAR CLIENTS TRIED",
    ),
]
HERE = Path(sys.executable).parent
MKCALENDAR = (
    '<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "</C:mkcalendar>"
)
AUTH = ("her", "any")
QUERY = (
    '<?xml version="1.0"?><C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
    '<C:comp-filter name="VEVENT"><C:time-range start="20260901T000000Z" end="20261001T000000Z"/>'
    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = _free_port()
    file, year = story._template()
    built = worlds.build(tmp_path, file, fresh=True, public_url=f"http://127.0.0.1:{port}")
    yield from _serve(built, port, year)


def run(command: list[str], folder: Path, **more: str) -> str:
    """One of the programs, with a home of its own."""
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    settings = os.environ | home | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | more
    done = subprocess.run(
        [str(HERE / command[0]), *command[1:]],
        cwd=folder, env=settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def caldav(tmp_path: Path) -> Iterator[str]:
    """The address of an empty calendar on a CalDAV server."""
    port, folder = _free_port(), tmp_path / "radicale"
    command = [
        str(HERE / "radicale"), "--config", "", "--server-hosts", f"127.0.0.1:{port}",
        "--storage-filesystem-folder", str(folder), "--auth-type", "none",
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}/her/visits/"
        try:
            assert _made(address) == 201
            yield address
        finally:
            server.terminate()


def _made(address: str) -> int:
    """A calendar at this address, once the server listens."""
    for _ in range(600):
        try:
            return httpx2.request("MKCALENDAR", address, content=MKCALENDAR, auth=AUTH).status_code
        except httpx2.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the server does not listen")


@dataclass
class Office:
    """Who publishes, moves and withdraws."""

    site: Site

    @property
    def host(self) -> dict[str, str]:
        """The application answers to its own name only."""
        return {"Host": self.site.address.removeprefix("http://")}

    def act(self, role: Role, act: object) -> object:
        world = self.site.world
        with world.ledger.write(Actor(world.accounts[role], role.value, role)) as uow:
            found = act(uow)  # type: ignore[operator]
            uow.commit()
        return found

    def publish(self, uid: str) -> None:
        version = self.view(uid).row.version
        approved = self.act(Role.APPROVER, lambda uow: signing.approve(uow, uid, version, "可以"))
        self.act(Role.APPROVER, lambda uow: signing.publish(uow, uid, approved))

    def view(self, uid: str) -> store.PlanView:
        with self.site.world.ledger.read() as session:
            return store.plan(session, SYSTEM_VIEWER, uid)

    def moved(self, uid: str, case: str, start: int) -> str:
        fresh = str(self.act(Role.SECRETARIAT, lambda uow: plans.copy_plan(uow, uid)))
        version = self.view(fresh).row.version
        edit = MoveVisit(case, start)
        self.act(Role.SECRETARIAT, lambda uow: plans.edit_plan(uow, fresh, version, edit))
        self.publish(fresh)
        return fresh

    def withdraw(self, uid: str) -> None:
        version = self.view(uid).row.version
        self.act(Role.APPROVER, lambda uow: signing.withdraw(uow, uid, version, "改期"))

    def feed(self, expert: str) -> str:
        """The address she subscribes to."""
        own = self.site.world.expert_client(expert)
        made = own.post("/api/v1/my/feed", headers=self.host)
        return self.site.address + str(made.json()["path"])

    def group_file(self, uid: str, target: Path) -> Path:
        clerk = self.site.world.client(Role.SECRETARIAT)
        answer = clerk.get(f"/api/v1/plans/{uid}/groups/1/calendar.ics", headers=self.host)
        assert answer.status_code == 200, answer.text
        target.write_bytes(answer.content)
        return target


def starts(caldav: str) -> list[str]:
    """What the CalDAV server shows of September to whoever asks it."""
    answer = httpx2.request("REPORT", caldav, content=QUERY, headers={"Depth": "1"}, auth=AUTH)
    assert answer.status_code == 207
    found = re.findall(r"BEGIN:VCALENDAR.*?END:VCALENDAR", answer.text, re.S)
    events = [one for text in found for one in Calendar.from_ical(text).walk("VEVENT")]
    return sorted(f"{one.decoded('dtstart'):%m-%d %H:%M} {one['status']}" for one in events)


def test_a_subscription_follows_what_is_published(site: Site, caldav: str, tmp_path: Path) -> None:
    office, (firm, _) = Office(site), site.year.applicants
    feed, folder = office.feed(site.year.experts[0]), tmp_path / "vdirsyncer"
    folder.mkdir()
    (folder / "config").write_text(CONFIG.format(status=folder, feed=feed, caldav=caldav))
    office.publish(site.year.plan)
    sync = ["vdirsyncer", "-c", str(folder / "config"), "sync"]
    run(["vdirsyncer", "-c", str(folder / "config"), "discover"], folder)
    run(sync, folder)
    assert starts(caldav) == ["09-08 08:30 CONFIRMED"]
    later = office.moved(site.year.plan, firm, 6)
    run(sync, folder)
    assert starts(caldav) == ["09-10 08:30 CONFIRMED"]
    office.withdraw(later)
    run(sync, folder)
    assert starts(caldav) == ["09-10 08:30 CANCELLED"]  # her only one


def test_a_cancelled_visit_vanishes_from_a_subscription_beside_others(
    caldav: str, tmp_path: Path
) -> None:
    book, folder = cast.book(), tmp_path / "vdirsyncer"
    folder.mkdir()
    shorter = replace(
        book, groups=(replace(book.groups[0], visits=book.groups[0].visits[1:]), book.groups[1])
    )
    first = entries(book, {})
    then = entries(shorter, {one.uid: one.known for one in first})
    (folder / "config").write_text(FILE.format(status=folder, feed=folder / "f.ics", caldav=caldav))
    shown = []
    for stage in (first, then):
        own = subscribed(one for one in stage if one.owner == "E2")
        content = expert_ics(book, "E2", own, now=Clock()(), disclose=True)
        (folder / "f.ics").write_bytes(content)
        run(["vdirsyncer", "-c", str(folder / "config"), "discover"], folder)
        run(["vdirsyncer", "-c", str(folder / "config"), "sync"], folder)
        shown.append(starts(caldav))
    assert {one.split()[2] for part in shown for one in part} == {"CONFIRMED"}
    assert shown[1] == shown[0][1:] != []


CONFIG = """
[general]
status_path = "{status}"
[pair visits]
a = "office"
b = "own"
collections = null
conflict_resolution = "a wins"
[storage office]
type = "http"
url = "{feed}"
[storage own]
type = "caldav"
url = "{caldav}"
username = "her"
password = "any"
"""
DAY = r"\d{4}-\d\d-\d\d"
FILE = CONFIG.replace('type = "http"\nurl = "{feed}"', 'type = "singlefile"\npath = "{feed}"')
KHAL = """
[calendars]
[[visits]]
path = {path}
type = calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
"""


def test_files_imported_again_move_the_visits(site: Site, tmp_path: Path) -> None:
    office, (firm, _) = Office(site), site.year.applicants
    folder = tmp_path / "khal"
    (folder / "visits").mkdir(parents=True)
    (folder / "config").write_text(KHAL.format(path=folder / "visits"))
    office.publish(site.year.plan)

    def shown(uid: str) -> str:
        file = office.group_file(uid, folder / "group.ics")
        khal = ["khal", "-c", str(folder / "config")]
        run([*khal, "import", "--batch", "-a", "visits", str(file)], folder)
        return run([*khal, "list", "2026-09-01", "30d"], folder)

    assert re.findall(DAY, shown(site.year.plan)) == ["2026-09-08"]
    later = office.moved(site.year.plan, firm, 6)
    assert re.findall(DAY, shown(later)) == ["2026-09-10"]
    old = office.site.world.client(Role.SECRETARIAT).get(
        f"/api/v1/plans/{site.year.plan}/groups/1/calendar.ics", headers=office.host
    )
    assert (old.status_code, "现行方案" in old.text) == (409, True)
    office.withdraw(later)
    assert "现场评审：" not in shown(later)  # at most the word that it is cancelled
