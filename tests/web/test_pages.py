"""Every page for every role: it renders, keeps the rules for pages, and shows no door that is
closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from httpx2 import Response

from api.kit import access
from api.kit.access import Door, may
from award.groups import draws, store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.web.conftest import Office
from tests.web.markup import Page

STAFF = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.ADMIN)
ROLES = (*STAFF, Role.EXPERT, Role.ANONYMOUS)
SKIPPED = (
    "/api/",
    "/docs",
    "/openapi.json",
    "/me/data.json",
    "/health",
    "/metrics",
    "/help/images/",
)
# Pages about a year in stages: drawn by tests/award/test_blind.py, where there is one.
STAGED = (
    "/intake/{uid}",
    "/inquiries/{uid}",
    "/opinion/",
    "/committee/",
    "/me/books/{uid}",
    "/me/consensus/",
    "/me/site/",
    "/scoring/{stage}",
)

# The clerk's pages that must load quickly over a slow line.
WEIGHED = (
    "/",
    "/applicants",
    "/applicants/{uid}",
    "/applicants/{uid}/reviews",
    "/archive",
    "/audit/plans/{uid}",
    "/board",
    "/board/{uid}/moves",
    "/board/{uid}/seat",
    "/board/{uid}/sheet",
    "/board/{uid}/visit",
    "/calendar",
    "/candidates",
    "/decision",
    "/decision/notice",
    "/decision/vote",
    "/draws",
    "/draws/{uid}",
    "/experts",
    "/experts/{uid}",
    "/experts/{uid}/days",
    "/experts/{uid}/edit",
    "/experts/{uid}/years/{year}",
    "/exports",
    "/help",
    "/holidays",
    "/honours",
    "/honours/account",
    "/import",
    "/inquiries",
    "/intake",
    "/loans",
    "/password",
    "/plans/{uid}/repair",
    "/pool",
    "/pool/workload",
    "/recusal",
    "/recusals",
    "/retention",
    "/round",
    "/round/duties",
    "/round/outbox",
    "/scoring",
    "/scoring/calibration",
    "/scoring/shortlist",
    "/second-factor",
    "/staff-conflicts",
    "/steps",
    "/steps/rubric",
    "/steps/rules",
    "/steps/settings",
    "/supervision",
    "/trials",
    "/year",
    "/year/new",
)
FILES = r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"'
PAGE_LIMIT = 100_000  # bytes on the wire, with the styles and scripts of a first visit


def page_doors(office: Office) -> Iterator[Door]:
    return (
        door
        for door in access.doors(office.world.app)
        if door.method == "GET"
        and not door.path.startswith((*SKIPPED, *STAGED))
        and not door.path.endswith(
            (".docx", ".xlsx", ".zip", ".pdf", ".jpg", "/papers")
        )  # files, not pages
    )


def address(office: Office, door: Door) -> str:
    """The page with the ids of the told year."""
    with office.world.ledger.read() as session:
        plan = store.plan(session, SYSTEM_VIEWER, office.year.plan)
        job = store.jobs(session, SYSTEM_VIEWER, 2026)[0].uid
        draw = draws.draws(session, SYSTEM_VIEWER, 2026)[0].uid
    path = door.path.replace("/experts/{uid}", f"/experts/{office.year.experts[0]}")
    path = path.replace("/applicants/{uid}", f"/applicants/{office.year.applicants[0]}").replace(
        "/jobs/{uid}", f"/jobs/{job}"
    )
    path = path.replace("{year}", "2026").replace("/draws/{uid}", f"/draws/{draw}?verify=yes")
    if path == "/recusal":
        path += f"?expert={office.year.experts[0]}&applicant={office.year.applicants[0]}"
    path = path.replace("{uid}", office.year.plan).replace("{token}", "x" * 43)
    group = plan.plan.groups[0]
    if path.endswith("/seat"):
        path += f"?group=0&reviewer={group.members[0]}"
    if path.endswith("/visit"):
        path += f"?case={group.cases[0]}"
    if path.endswith("/papers"):
        path += "?name=roster.docx&reason=x"
    if path.endswith("/moves"):
        path += f"?visit={group.cases[0]}"
    if path == "/board/compare":
        path += f"?a={office.year.plan}&b={office.year.plan}"
    return path


@pytest.fixture(scope="module")
def drawn(read_only: Office) -> dict[Role, list[tuple[Door, str, Response]]]:
    """Every page, drawn once for every role that may see it: door, address, answer."""
    found: dict[Role, list[tuple[Door, str, Response]]] = {}
    for role in ROLES:
        client = (
            read_only.expert()
            if role is Role.EXPERT
            else read_only.browser(role)
            if role in STAFF
            else read_only.world.stranger()
        )
        client.headers["Accept"] = "text/html"
        for door in page_doors(read_only):
            if may(role, door.allow):
                path = address(read_only, door)
                found.setdefault(role, []).append(
                    (door, path, client.get(path, follow_redirects=False))
                )
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_page_renders_for_its_roles_and_keeps_the_rules(
    drawn: dict[Role, list[tuple[Door, str, Response]]], role: Role
) -> None:
    seen = 0
    for door, path, answer in drawn[role]:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'"), path
        if answer.status_code == 303 or door.path == "/import/{uid}":
            continue
        if door.path == "/board/compare":  # one version only: refused in words
            assert answer.status_code == 409 and "没有可以比较的" in answer.text
            continue
        assert answer.status_code == 200, (path, answer.text[:500])
        if door.path == "/board/jobs/{uid}/panel":  # a part of a page
            continue
        page = Page(answer.text)
        assert page.faults == [], path
        assert page.lang == "zh-CN" and page.title and page.headings == 1, path
        for form in page.forms:
            if form.method == "post" and door.allow is not access.Permission.PUBLIC:
                assert "csrf_token" in form.fields, (path, form.action)
        seen += 1
    assert seen >= {Role.ANONYMOUS: 2, Role.EXPERT: 6, Role.ADMIN: 2}.get(role, 12)


def test_clerk_pages_are_light_on_the_wire_even_at_the_first_visit(
    read_only: Office, drawn: dict[Role, list[tuple[Door, str, Response]]]
) -> None:
    """Each page with every style and script it names, as they travel (gzip), nothing kept yet."""
    client = read_only.world.stranger()
    pages = {door.path: answer for door, _, answer in drawn[Role.SECRETARIAT] if _whole(answer)}
    assert len(WEIGHED) >= 34 and set(WEIGHED) <= pages.keys()
    named = {path: set(re.findall(FILES, answer.text)) for path, answer in pages.items()}
    files = {name: _wire(client.get(name)) for name in set[str]().union(*named.values())}
    weights = {
        path: _wire(answer) + sum(files[name] for name in named[path])
        for path, answer in pages.items()
    }
    assert all(len(named[path]) >= 5 for path in WEIGHED)  # tokens, base, parts, pages, script
    assert {path: size for path, size in weights.items() if size >= PAGE_LIMIT} == {}


def _whole(answer: Response) -> bool:
    """A page, neither a part of one nor a refusal."""
    return answer.status_code == 200 and answer.text.startswith("<!DOCTYPE html>")


def _wire(answer: Response) -> int:
    """Bytes of the body as sent."""
    assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip"
    return int(answer.headers["content-length"])


@pytest.mark.parametrize("role", STAFF)
def test_menu_and_buttons_lead_only_through_open_doors(
    read_only: Office, drawn: dict[Role, list[tuple[Door, str, Response]]], role: Role
) -> None:
    """No link and no form on any page of a role answers 403: what one may not do is not offered."""
    doors = {(door.method, door.path): door for door in access.doors(read_only.world.app)}
    offered: set[tuple[str, str]] = set()
    for _, _, answer in drawn[role]:
        if _whole(answer):
            page = Page(answer.text)
            offered |= {("POST", form.action) for form in page.forms if form.method == "post"}
            offered |= {
                ("GET", link.split("?")[0].split("#")[0])
                for link in page.links
                if link.startswith("/")
            }
    assert len(offered) >= 10
    closed = []
    for method, path in sorted(offered):
        found = [
            door
            for (how, pattern), door in doors.items()
            if how == method and re.fullmatch(_pattern(pattern), path)
        ]
        if not found:
            closed.append(f"{method} {path} leads nowhere")
        elif not may(role, found[0].allow):
            closed.append(f"{role} is offered {method} {path}")
    assert closed == []


def _pattern(path: str) -> str:
    return re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path))


def test_stranger_is_sent_to_the_log_in_page_and_back(office: Office) -> None:
    client = office.world.stranger()
    client.headers["Accept"] = "text/html"
    answer = client.get("/experts", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/experts")
    assert 'name="next" value="/experts"' in client.get("/login?next=/experts").text
    assert 'name="next" value=""' in client.get("/login?next=//evil.example/").text


def test_refusals_are_pages_in_chinese_with_a_way_back(office: Office) -> None:
    answer = office.browser(Role.INSPECTOR).get("/accounts")
    page = Page(answer.text)
    assert answer.status_code == 403 and page.faults == [] and page.headings == 1
    assert "不能办理" in answer.text
    missing = office.browser(Role.SECRETARIAT).get("/experts/e-nobody")
    assert missing.status_code == 404 and "没有找到" in missing.text


def test_names_and_texts_are_escaped(office: Office) -> None:
    clerk = office.browser(Role.SECRETARIAT)
    uid = office.year.experts[0]
    form = Page(clerk.get(f"/experts/{uid}/edit").text).form(f"/experts/{uid}/edit")
    form.send(clerk, employer="<script>alert(1)</script>", remark='"><img src=x onerror=alert(1)>')
    for path in ("/experts", f"/experts/{uid}", f"/experts/{uid}/edit", "/round?show=all"):
        text = clerk.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text
        assert Page(text).faults == []
