"""The guide: linked from every page at its own section, its pictures there, its words explained."""

from __future__ import annotations

import re
from pathlib import Path

from api.kit.shell import NAVIGATION
from api.kit.words import PLACE, words_in
from assignment.goals import GOALS
from assignment.rules import RULES
from award.groups.store import STATUSES
from expert_pool.core.actor import Role
from tests.web.conftest import Office

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_leads_to_a_section_of_the_guide(read_only: Office) -> None:
    clerk = read_only.browser(Role.SECRETARIAT)
    text = clerk.get("/help").text
    known = set(re.findall(r'<h2 id="([a-z0-9-]+)"', text))
    for path in ("/", "/board", "/round/duties", "/import", "/year/new", "/pool"):
        link = re.search(r'href="/help#([a-z-]+)"', clerk.get(path).text)
        assert link is not None and link[1] in known, path
    titles = {title for _, entries in NAVIGATION for _, title, *_ in entries}
    told = set(re.findall(r"<h2 id=[^>]*>(.*?)</h2>", text))
    assert len(titles & told) >= 14
    assert [rule.title for rule in RULES if rule.title not in text] == []
    assert [words for words in STATUSES.values() if f"<dt>{words}</dt>" not in text] == []
    assert [goal.meaning for goal in GOALS if goal.meaning not in text] == []


def test_every_picture_of_the_guide_is_there(read_only: Office) -> None:
    named = re.findall(r"images/guide/([a-z]+\.jpg)", (DOCS / "guide.zh.md").read_text("utf-8"))
    files = {one.name for one in (DOCS / "images" / "guide").iterdir()}
    assert set(named) == files
    clerk = read_only.browser(Role.SECRETARIAT)
    answer = clerk.get(f"/help/images/{named[0]}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert clerk.get("/help/images/nothing.jpg").status_code == 404


def test_a_page_explains_the_states_and_goals_that_stand_on_it(read_only: Office) -> None:
    text = read_only.browser(Role.SECRETARIAT).get("/board").text
    assert PLACE not in text and words_in(text) != ()
    told = text.split("本页的说法是什么意思")[1]
    assert [word for word, meaning in words_in(text) if meaning not in told] == []


def test_words_are_told_once_each_in_the_order_of_the_page() -> None:
    html = '<span class="badge ok">已发布</span><td> 草案</td>'
    found = words_in(f'{html}{html}<b>待复核</b><span class="badge">已由第二版取代</span>')
    assert [word for word, _ in found] == ["已发布", "草案", "已由第二版取代"]
