"""axe finds nothing serious or critical on any page, whoever looks at it; the policy holds, nothing
is fetched from anywhere else.

The pages are answered in this process: the browser's requests go to the application without a
server between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.kit.access import may
from tests.web.conftest import Office
from tests.web.test_pages import ROLES, STAFF, address, page_doors

pytestmark = pytest.mark.e2e
HERE = "http://localhost"  # a browser trusts it like https
PARTS = ("/board/jobs/{uid}/panel",)  # pieces for htmx, no page of their own
BAD = ("serious", "critical")
ONLY_FAULTS = {"resultTypes": ["violations"]}  # all of them; of what passed only an example


@dataclass
class Asker:
    """Who asks the application just now."""

    client: TestClient | None = None


def route_to(asker: Asker, left: list[str]) -> Callable[[Any], None]:
    """Answers from the application; what asks for another machine is noted in `left`."""

    def answer(route: Any) -> None:
        request = route.request
        if not request.url.startswith(HERE):
            left.append(request.url)
            route.abort()
            return
        assert asker.client is not None
        answered = asker.client.request(
            request.method,
            request.url.removeprefix(HERE),
            headers={"Accept": request.headers.get("accept", "*/*")},
            follow_redirects=False,
        )
        skipped = ("content-encoding", "content-length", "transfer-encoding")
        headers = {k: v for k, v in answered.headers.items() if k.lower() not in skipped}
        route.fulfill(status=answered.status_code, headers=headers, body=answered.content)

    return answer


Shown = tuple[TestClient, str]
TAG = re.compile(r"<(\w+)([^>]*)")
SAID = re.compile(r'\s(class|type|role)="([^"]*)"')


def shape(text: str) -> set[tuple[str, ...]]:
    """Elements, and elements with each of their classes, types and roles: faults lie in these."""
    found: set[tuple[str, ...]] = set()
    for element, attributes in TAG.findall(text):
        found.add((element,))
        for name, words in SAID.findall(attributes):
            found |= {(element, name, word) for word in words.split()}
    return found


def pages(office: Office) -> Iterator[tuple[Shown, str]]:
    """Every page of every role, and its text."""
    for role in ROLES:
        client = (
            office.browser(role)
            if role in STAFF
            else office.expert()
            if role.value == "expert"
            else office.world.stranger()
        )
        client.headers["Accept"] = "text/html"
        for door in page_doors(office):
            if not may(role, door.allow) or door.path in PARTS:
                continue
            path = address(office, door)
            answer = client.get(path, follow_redirects=False)
            if answer.status_code == 200 and "<html" in answer.text:
                yield (client, path), answer.text


def fewest(drawn: Iterable[tuple[Shown, str]]) -> Iterator[Shown]:
    """Few pages that show everything there is: each time the one that shows most of what is left,
    for a page costs axe half a second however little of it is new.
    """
    shapes = [(shown, shape(text)) for shown, text in drawn]
    left = set[tuple[str, ...]]().union(*(mine for _, mine in shapes))
    while left:
        shown, most = max(shapes, key=lambda one: len(one[1] & left))
        left -= most
        yield shown


def test_axe_finds_nothing_serious_on_any_page(browser: Any, read_only: Office) -> None:
    examine(browser, fewest(pages(read_only)))


@pytest.mark.long
def test_axe_finds_nothing_serious_on_every_page_of_every_role(
    browser: Any, read_only: Office
) -> None:
    examine(browser, (shown for shown, _ in pages(read_only)))


def examine(browser: Any, shown: Iterable[Shown]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    asker, left = Asker(), list[str]()
    # Once for all pages: one that asks again and again while a job runs would reach the network
    # between two of them.
    page.route("**/*", route_to(asker, left))
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    found: list[tuple[str, str, str]] = []
    count = 0
    for client, path in shown:
        asker.client = client
        page.goto(HERE + path, wait_until="load")
        told = axe.run(page, options=ONLY_FAULTS).response["violations"]
        found += [
            (path, one["id"], one["nodes"][0]["html"][:120]) for one in told if one["impact"] in BAD
        ]
        count += 1
    context.close()
    assert found == []
    assert (left, complaints) == ([], [])
    assert count > 20
