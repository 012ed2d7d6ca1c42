"""The papers of a visit: who is told, who looks at what, who signs, and the days finance pays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from award.groups.core.book import Book, for_organisations
from award.groups.core.site_work import CATEGORIES, LEADERS, SiteWork, share_out
from award.papers import site
from tests.documents import cast
from tests.documents.test_word import opened, text_of

WRITERS = (site.notice_docx, site.plan_docx, site.pledge_docx, site.pay_docx)


def visited(book: Book) -> list[str]:
    return [visit.firm.name for group in book.groups for visit in group.visits if visit.stays]


def test_every_visited_firm_has_its_notice_and_no_other() -> None:
    book = cast.book()
    text = text_of(opened(site.notice_docx(book)))
    assert [text.count(f"{name}：") for name in visited(book)] == [1] * len(visited(book))
    paper = {visit.firm.name for group in book.groups for visit in group.visits if not visit.stays}
    assert paper and not [name for name in paper if name in text]
    assert "评审组：" in text.replace("第一评审组", "评审组")


def test_a_notice_keeps_the_members_until_they_may_be_named() -> None:
    book = for_organisations(cast.book())
    text = text_of(opened(site.notice_docx(book)))
    assert [name for name in cast.people_in(cast.book()) if name in text] == []
    assert "成员名单另行告知" in text


def test_a_notice_after_the_document_review_has_the_day_as_its_leader_planned_it() -> None:
    book = cast.book()
    firms = [visit.firm for group in book.groups for visit in group.visits if visit.stays]
    planned = {firms[0].id: "08:30–09:00 首次会议\n09:00–10:30 高层访谈"}
    text = text_of(opened(site.notice_docx(book, planned)))
    assert text.count("已通过资料评审") == len(firms)
    assert "08:30–09:00 首次会议；09:00–10:30 高层访谈。" in text
    assert text.count(f"四、日程安排：{site.LATER}") == len(firms) - 1
    assert "日程安排" not in text_of(opened(site.notice_docx(book)))


def test_the_plan_shares_every_category_out_and_opens_and_closes_with_a_meeting() -> None:
    book = cast.book()
    for group in book.groups:
        lead = next(seat.person.id for seat in group.seats if seat.leader)
        shared = share_out([seat.person.id for seat in group.seats], lead)
        given = [category for found in shared.values() for category in found]
        assert sorted(given) == sorted(CATEGORIES)
        assert set(shared[lead]) >= LEADERS
    text = text_of(opened(site.plan_docx(book)))
    visits = len(visited(book))
    assert text.count("首次会议：说明") == text.count("末次会议：通报") == visits


def test_everybody_signs_the_pledge_once_and_finance_gets_the_half_days() -> None:
    book = cast.book()
    pledge = text_of(opened(site.pledge_docx(book)))
    people = {seat.person.id: seat.person.name for one in book.groups for seat in one.seats}
    assert [pledge.count(f"承诺人（{name}）") for name in people.values()] == [1] * len(people)
    table = opened(site.pay_docx(book)).tables[0]
    halves = [int(row.cells[3].text) for row in table.rows[1:-1]]
    wanted = [
        sum(len(visit.stays) for visit in group.visits)
        for group in book.groups
        for _ in group.seats
    ]
    assert halves == wanted and table.rows[-1].cells[3].text == str(sum(wanted))


@pytest.mark.parametrize("write", WRITERS)
def test_names_and_empty_plans_do_no_harm(write: object) -> None:
    assert opened(write(cast.hostile_book()))  # type: ignore[operator]
    assert opened(write(cast.book(groups=(), unassigned=())))  # type: ignore[operator]


def test_the_leaders_notes_go_into_the_plan_and_to_finance() -> None:
    book = cast.book()
    group = book.groups[0]
    visit, (lead, other, *_) = group.visits[0], group.seats
    noted = {
        (visit.firm.id, lead.person.id): SiteWork(("资源",), visit.stays[:1], 2350, 10000),
        (visit.firm.id, other.person.id): SiteWork(CATEGORIES[:3], ()),
    }
    book = replace(book, works=noted)
    shares = opened(site.plan_docx(book)).tables[1]
    assert shares.rows[1].cells[1].text == "资源"
    rows = opened(site.pay_docx(book)).tables[0].rows
    halves = sum(len(one.stays) for one in group.visits)
    assert [rows[at].cells[3].text for at in (1, 2)] == [
        str(halves - len(visit.stays) + 1),
        str(halves - len(visit.stays)),
    ]
    assert rows[1].cells[5].text == rows[-1].cells[5].text == "123.50"
