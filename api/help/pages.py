"""帮助: whoever does not know what a page is for, or what a word on it means, on any day.

The tour is `docs/guide.zh.md`, under the titles of the menu; rules, goals and states are what the
program itself goes by.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path as Place
from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import FileResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from api.kit.access import Permission, Router
from api.kit.rendering import page
from api.kit.shell import NAVIGATION
from api.kit.words import PLAN_STATES
from assignment.goals import GOALS
from assignment.rules import RULES
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
GUIDE = "guide.zh.md"
# In a checkout beside the packages; of an installed program where its data lie.
FOLDERS = (
    Place(__file__).parents[2] / "docs",
    Place(sys.prefix) / "share" / "expert-pool" / "docs",
)
IDS = {
    title: path.strip("/") or "today" for _, entries in NAVIGATION for path, title, *_ in entries
}
IDS |= {"评审员的手机": "me", "开始之前": "start"}


@router.get("/help", allow=P.OWN_SESSION)
def show(request: Request) -> Response:
    text, titles = _guide(_folder() / GUIDE)
    root = str(request.scope.get("root_path", ""))
    view = {
        "guide": Markup(text.replace('src="images/guide/', f'src="{root}/help/images/')),  # noqa: S704
        "titles": titles,
        "rules": RULES,
        "goals": GOALS,
        "states": tuple(PLAN_STATES.items()),
    }
    return page(request, "help.html", view)


@router.get("/help/images/{name}.jpg", allow=P.OWN_SESSION)
def picture(
    name: Annotated[str, Path(pattern=r"^[a-z]+$", max_length=40)],
) -> FileResponse:
    file = _folder() / "images" / "guide" / f"{name}.jpg"
    if not file.is_file():
        raise Refusal("not-found", "没有这张图。")
    return FileResponse(file, media_type="image/jpeg")


def _folder() -> Place:
    found = next((one for one in FOLDERS if (one / GUIDE).is_file()), None)
    if found is None:
        raise Refusal("not-found", "这台服务器上没有装帮助，请系统管理员补装 docs 目录。")
    return found


@cache
def _guide(file: Place) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The tour as HTML, its sections named as the pages they are about; and (name, title) of each.

    Our own text; markup in it is shown as text all the same.
    """
    html = str(MarkdownIt("commonmark", {"html": False}).render(file.read_text("utf-8")))
    titles = tuple(
        (IDS.get(title, f"s{number}"), title)
        for number, title in enumerate(re.findall(r"<h2>(.*?)</h2>", html))
    )
    for name, title in titles:
        html = html.replace(f"<h2>{title}</h2>", f'<h2 id="{name}">{title}</h2>', 1)
    return html.replace("<img ", '<img loading="lazy" '), titles
