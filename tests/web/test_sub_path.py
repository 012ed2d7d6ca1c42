"""Behind a reverse proxy at https://host/pingshen: every link, form and file keeps the sub-path,
however the proxy passes it on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from expert_pool.core.actor import Role
from tests.api import story
from tests.api import world as worlds
from tests.api.world import PASSWORD, STAFF, World

ROOT = "/pingshen"
PAGES = (
    "/",
    "/round",
    "/round/duties",
    "/round/outbox",
    "/board",
    "/calendar",
    "/experts",
    "/applicants",
    "/import",
    "/year",
    "/recusals",
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    file, _ = story._template()
    world = worlds.build(
        tmp_path_factory.mktemp("sub"), file, public_url=f"http://testserver{ROOT}"
    )
    yield world
    world.app.state.engine.close()
    world.ledger.close()


def addresses(text: str) -> set[str]:
    return set(re.findall(r'(?:href|action|src|formaction|hx-[a-z]+)="(/[^"]*)"', text))


@pytest.mark.parametrize(
    "kept", [True, False], ids=["proxy keeps the path", "proxy strips the path"]
)
def test_pages_forms_files_and_redirects_stay_below_it(published: World, kept: bool) -> None:
    prefix = ROOT if kept else ""
    client = published.stranger()
    first = client.get(f"{prefix}/board", headers={"Accept": "text/html"}, follow_redirects=False)
    assert first.headers["location"] == f"{ROOT}/login?next=/board"
    entering = {"login": STAFF[Role.SECRETARIAT], "password": PASSWORD, "next": "/board"}
    entered = client.post(
        f"{prefix}/login",
        data=entering,
        headers={"Origin": "http://testserver"},
        follow_redirects=False,
    )
    assert entered.headers["location"] == f"{ROOT}/board"
    # Another installation on the same host has a session of its own.
    assert list(client.cookies) == ["session-pingshen"]
    seen = set()
    for path in PAGES:
        answer = client.get(prefix + path)
        assert answer.status_code == 200, path
        assert 'aria-current="page"' in answer.text, path
        seen |= addresses(answer.text)
    assert [one for one in seen if not one.startswith(f"{ROOT}/")] == []
    styles = [one for one in seen if "/static/" in one]
    assert len(styles) > 4
    for one in styles:
        file = client.get(one if kept else one.removeprefix(ROOT))
        assert file.status_code == 200 and "no-store" not in file.headers.get(
            "cache-control", ""
        ), one
    assert client.get(f"{prefix}/api/v1/experts").headers["content-type"] == "application/json"
    assert (
        client.get(f"{prefix}/api/v1/nothing", headers={"Accept": "text/html"}).headers[
            "content-type"
        ]
        == "application/problem+json"
    )
    assert client.get(f"{prefix}/openapi.json").json()["servers"] == [{"url": ROOT}]


def test_personal_links_and_feeds_carry_it(published: World) -> None:
    clerk = published.client(Role.SECRETARIAT)
    del clerk.headers["X-CSRF-Token"]
    page = clerk.get(f"{ROOT}/round").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    outbox = clerk.post(f"{ROOT}/round/messages", data={"csrf_token": token, "kind": "ask"}).text
    uid = re.findall(r'name="uid"\s+value="([^"]+)"', outbox)[0]
    text = clerk.post(f"{ROOT}/round/outbox/hand-over", data={"csrf_token": token, "uid": uid}).text
    link = re.findall(r"http://testserver(/pingshen/l/[A-Za-z0-9_\-]{43})", text)[0]
    her = published.stranger()
    assert f'action="{link}"' in her.get(link).text
    assert her.post(link, follow_redirects=False).headers["location"] == f"{ROOT}/me"
    assert [
        one for one in addresses(her.get(f"{ROOT}/me").text) if not one.startswith(f"{ROOT}/")
    ] == []


def test_every_link_that_can_be_reached_stays_below_it_and_answers(published: World) -> None:
    """From the first page on, one page of each kind, as somebody who may see most."""
    clerk = published.client(Role.APPROVER)
    todo, seen, wrong = [f"{ROOT}/"], set(), []
    while todo:
        path = todo.pop(0)
        answer = clerk.get(path, headers={"Accept": "text/html"})
        if answer.status_code != 200 or not str(answer.url.path).startswith(ROOT):
            wrong.append((path, answer.status_code))
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in re.findall(r'<a [^>]*href="([^"#]+)', answer.text):
            if link.startswith(("/", "?")) and not link.startswith(f"{ROOT}/"):
                wrong.append((path, link)) if link.startswith("/") else None
                continue
            kind = re.sub(r"[a-z]{1,3}-[0-9a-f]{15}|\d+", "*", link.split("?")[0])
            if link.startswith(ROOT) and kind not in seen:
                seen.add(kind)
                todo.append(link.replace("&amp;", "&"))
    assert wrong == []
    assert len(seen) > 40
