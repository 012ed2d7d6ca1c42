"""Files of pages: htmx is the reviewed one, nothing comes from elsewhere, and everything is served
with the strict policy.
"""

from __future__ import annotations

import re

from api.kit import templating
from expert_pool.core.actor import Role
from tests.web.conftest import Office
from tests.web.markup import Page


def test_htmx_is_the_reviewed_file() -> None:
    assert (
        templating.htmx_integrity()
        == "sha384-0895/pl2MU10Hqc6jd4RvrthNlDiE9U1tWmX7WRESftEDRosgxNsQG/Ze9YMRzHq"
    )
    assert 'version:"2.0.3"' in templating.htmx_path().read_text("utf-8")


def test_htmx_may_neither_evaluate_nor_insert_scripts() -> None:
    assert templating.HTMX_CONFIG["allowEval"] is False
    assert templating.HTMX_CONFIG["allowScriptTags"] is False
    assert templating.HTMX_CONFIG["includeIndicatorStyles"] is False
    assert templating.HTMX_CONFIG["selfRequestsOnly"] is True


def test_own_files_name_no_other_server_and_no_font_or_import() -> None:
    for file in sorted(templating.STATIC.iterdir()):
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]+\.|@import|@font-face", text), file.name


def test_colours_are_named_in_the_token_file_only() -> None:
    """One place for the look: other sheets use the tokens (white, shadows and the tints of groups
    and charts apart).
    """
    for name in ("base.css", "parts.css"):
        text = (templating.STATIC / name).read_text("utf-8")
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) - {
            "#fff",
            "#fafbfc",
            "#9db8da",
            "#b9cce5",
            "#d9a441",
        }
        assert found == set(), name


def test_files_are_served_and_may_be_kept(office: Office) -> None:
    client = office.world.stranger()
    for name in (
        "tokens.css",
        "base.css",
        "parts.css",
        "pages.css",
        "print.css",
        "page.js",
        "mark.svg",
    ):
        answer = client.get(templating.asset(name))
        assert answer.status_code == 200 and "no-store" not in answer.headers.get(
            "cache-control", ""
        ), name
    script = client.get("/static/vendor/htmx.min.js")
    assert script.status_code == 200 and script.headers["x-content-type-options"] == "nosniff"


def test_pages_travel_compressed_and_their_size_tells_no_token(office: Office) -> None:
    """The token of the forms is written anew on every page (BREACH)."""
    clerk = office.browser(Role.SECRETARIAT)
    pages = [clerk.get("/year") for _ in range(2)]
    assert {page.headers["content-encoding"] for page in pages} == {"gzip"}
    tokens = [Page(page.text).form("/year").fields["csrf_token"][0] for page in pages]
    assert tokens[0] != tokens[1]
    for token, status in ((tokens[0], 303), (tokens[1], 303), ("0" * len(tokens[0]), 403)):
        answer = clerk.post(
            "/logout" if status == 403 else "/holidays/none",
            data={"csrf_token": token},
            follow_redirects=False,
        )
        assert (answer.status_code == 403) is (status == 403)
