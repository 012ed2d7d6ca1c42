"""现场评审当天: the leader's phone, from /me to what finance gets, with forms alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from openpyxl import load_workbook

from api.my.views import duties
from award.groups.core.book import Book, Firm, GroupEntry, Person, Seat, VisitEntry
from expert_pool.facts.halfday import HalfDay
from tests.api.story import FIRMS, PEOPLE
from tests.web.conftest import Office
from tests.web.markup import Form, Page
from tests.web.test_own_duty import published as published
from tests.web.test_own_duty import send

DAY = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)


def test_a_leader_shares_out_checks_in_and_reports_costs(published: Office) -> None:
    her = published.expert()
    home = send(her, "/me/duty", answer="accept")
    path = next(link for link in Page(home).links if link.startswith("/me/site/"))
    assert FIRMS[0][0] in her.get(path).text and "现场评审当天在这里签到" in her.get(path).text
    published.world.clock.now = DAY
    her = published.expert()  # what she opened in August has run out
    assert ">今天</span>" in her.get("/me").text and ">今天</span>" not in home
    page = her.get(path).text
    assert Page(page).faults == [] and "9月8日（周二）全天" in page
    roles, present, costs = (_form(page, f"{path}/{one}") for one in ("roles", "present", "costs"))

    assert "请给每个类目选一位" in her.post(roles.action, data=_token(roles)).text
    day = _form(page, f"{path}/plan")
    assert "已保存" in her.post(day.action, data=_token(day) | {"text": "08:30 首次会议"}).text
    assert "08:30 首次会议" in her.get(path).text
    heads = [name for name in roles.fields if name.startswith("role-")]
    lead = roles.fields[heads[0]][0]
    assert "已保存" in her.post(roles.action, data=roles.fields | dict.fromkeys(heads, lead)).text
    shared = _form(her.get(path).text, roles.action)
    assert [shared.fields[name] for name in heads] == [[lead]] * len(heads)

    there = {name: value for name, value in present.fields.items() if not name.startswith(lead)}
    assert len(there) < len(present.fields)
    assert "已保存" in her.post(present.action, data=there).text
    kept = _form(her.get(path).text, present.action).fields
    assert set(kept) == set(there)

    typed = costs.fields | {f"travel-{lead}": "二十"}
    wrong = her.post(costs.action, data=typed, headers={"Referer": f"{her.base_url}{path}"}).text
    assert "交通费“二十”应是" in wrong and 'value="二十"' in wrong
    her.post(costs.action, data=costs.fields | {f"travel-{lead}": "23.5"})
    assert "<b>23.50</b>" in her.get(path).text

    sheet = load_workbook(BytesIO(her.get(f"{path}/days.xlsx").content))["按人合计"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    me = next(row for name, row in rows.items() if row[4].value == 0)
    assert (me[3].value, me[6].value) == (0, 23.5)
    assert rows["合计"][4].value == sum(
        row[4].value for name, row in rows.items() if name in {one[0] for one in PEOPLE}
    )


def test_a_visit_is_shown_to_its_group_alone_and_written_by_its_leader(published: Office) -> None:
    her = published.expert()
    home = send(her, "/me/duty", answer="accept")
    path = next(link for link in Page(home).links if link.startswith("/me/site/"))
    others = [published.expert(at) for at in range(1, len(PEOPLE))]
    assert {other.get(path).status_code for other in others} == {404}  # none has accepted
    told = [
        at
        for at, other in enumerate(others, 1)
        if "/me/duty" in other.get("/me").text and path in send(other, "/me/duty", answer="accept")
    ]
    published.world.clock.now = DAY
    her, mates = published.expert(), [published.expert(at) for at in told]
    assert mates and {mate.get(path).status_code for mate in mates} == {200}
    assert "保存签到" not in mates[0].get(path).text
    token = _token(next(iter(Page(her.get(path).text).forms)))
    refused = mates[0].post(f"{path}/present", data=token)
    assert refused.status_code in (403, 404)
    assert mates[0].get(f"{path}/days.xlsx").status_code == 404


def _form(text: str, action: str) -> Form:
    return next(form for form in Page(text).forms if form.action == action)


def _token(form: Form) -> dict[str, list[str]]:
    return {name: value for name, value in form.fields.items() if name.startswith("csrf")}


def test_visits_behind_her_come_last_and_that_of_today_first() -> None:
    """Of three visits on three days, seen on the second."""
    her = Person("e", "李畅", "浙东标准化研究院")
    visits = tuple(
        VisitEntry(Firm(f"f{day}", f"第{day}家", "质量奖"), (HalfDay(date(2026, 9, day), "AM"),))
        for day in (7, 8, 9)
    )
    group = GroupEntry(1, "第一评审组", (Seat(her, True),), visits, 1)
    book = Book(2026, "安排", "已发布", 1, (group,), (), None, None)
    found = duties(book, "e", {}, date(2026, 9, 8))
    assert [(one.firm, one.today, one.past) for one in found] == [
        ("第8家", True, False),
        ("第9家", False, False),
        ("第7家", False, True),
    ]
