"""What a reviewer takes home: her data to read, whom to call, and a group's calendar."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from icalendar import Calendar

from award.groups.core.events import entries, of_group
from award.papers.calendar import office_ics
from expert_pool.core.actor import Role
from tests.documents import cast
from tests.storage import Clock
from tests.web.conftest import Office


def test_her_data_are_a_paper_beside_the_json(office: Office) -> None:
    her = office.expert(0)
    assert "/me/data.docx" in her.get("/me/data").text
    answer = her.get("/me/data.docx")
    assert answer.status_code == 200
    paper = Document(BytesIO(answer.content))
    table = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
    assert table["姓名"] == her.get("/me/data.json").json()["个人资料"]["name"]
    assert table["可参加时间"] and "*" not in table["手机"]
    assert office.browser(Role.SECRETARIAT).get("/me/data.docx").status_code == 403


def test_a_group_has_a_calendar_of_its_own_that_tells_of_what_was_cancelled() -> None:
    book = cast.book()
    known = {entry.uid: entry.known for entry in entries(book, {})}
    shorter = cast.book(groups=book.groups[1:])
    events = of_group(entries(shorter, known), book.groups[1].number)
    file = Calendar.from_ical(office_ics(shorter, events, now=Clock()()))
    states = [str(one["status"]) for one in file.walk("VEVENT")]
    own = sum(len(visit.days) for visit in book.groups[1].visits)
    gone = sum(len(visit.days) for visit in book.groups[0].visits)
    assert states.count("CANCELLED") == gone > 0
    assert len(states) == own + gone


def test_the_calendar_of_a_group_is_taken_from_its_heading(office: Office) -> None:
    clerk, plan = office.browser(Role.SECRETARIAT), office.year.plan
    path = f"/api/v1/plans/{plan}/groups/1/calendar.ics"
    assert path in clerk.get("/calendar?view=list").text
    assert clerk.get(path).headers["content-type"].startswith("text/calendar")
    assert clerk.get(path.replace("/1/", "/99/")).status_code == 404
