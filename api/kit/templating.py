"""页面模板: the Jinja environment, its filters, and the addresses of static files (with a content
hash, so that browsers may keep them).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from markupsafe import Markup

from api.kit import days as calendar
from api.kit import icons
from award.groups.core.book import VisitEntry
from expert_pool.facts.halfday import HALF_ZH
from expert_pool.facts.zone import SHANGHAI

ROOT = Path(__file__).parent
STATIC = ROOT / "static"
# The wheel's only file we serve; a changed one is refused by the browser (integrity) and a test.
HTMX_FILE = "htmx.min.js"
HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "selfRequestsOnly": True,
}


def htmx_path() -> Path:
    """htmx 2.0.3 from the wheel django-js-lib-htmx; nothing of others is kept in this
    repository.
    """
    return Path(str(files("js_lib_htmx"))) / "static" / "htmx" / HTMX_FILE


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@cache
def htmx_integrity() -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(htmx_path().read_bytes()).digest()).decode()


def asset(name: str) -> str:
    return f"/static/{name}?v={_digest(STATIC / name)}"


class CellEdges(Extension):
    """White space at the edges of a table's cell shows on a telephone, where cells stand below each
    other beside their headings and empty ones are left out: templates may have it, pages may not.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _CELL_END.sub("</td>", _CELL_START.sub(r"\1", source))


_CELL_START = re.compile(r"(<td\b(?:[^<>{]|\{\{.*?\}\}|\{%.*?%\})*>)\s+")
_CELL_END = re.compile(r"\s+</td>")


def _folders() -> list[Path]:
    """The kit's templates and those of every area; a name stands in one folder only."""
    return [ROOT / "templates", *sorted(ROOT.parent.glob("[a-z]*/**/templates"))]


def environment(url: Callable[[str], str] = str) -> Environment:
    """Templates escape everything and refuse names that were not given."""
    found = Environment(
        loader=FileSystemLoader(_folders()),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[CellEdges],
    )
    found.filters.update(
        day=calendar.day_words,
        half=HALF_ZH.__getitem__,
        short_name=calendar.short_name,
        stay_words=calendar.stay_words,
        stay_short=stay_short,
        tone=calendar.tone_of,
        moment=moment,
        length_words=calendar.length_words,
        need_short=need_short,
    )
    found.globals.update(
        url=url,
        asset=lambda name: url(asset(name)),
        htmx_url=url(f"/static/vendor/{HTMX_FILE}"),
        htmx_integrity=htmx_integrity(),
        htmx_config=json.dumps(HTMX_CONFIG),
        icon=icons.icon,
        logo=icons.logo,
        attributes=attributes,
        classes=classes,
        same_week=same_week,
    )
    # Macros are globals, so that every template and block has them without an import line.
    for macro, body in vars(found.get_template("_parts.html").module).items():
        if not macro.startswith("_"):
            found.globals[macro] = body
    return found


def classes(when: Mapping[str, object]) -> str:
    """The names whose condition holds, for a class attribute."""
    return " ".join(name for name, holds in when.items() if holds)


def attributes(given: Mapping[str, object]) -> Markup:
    """Further attributes of an element: True stands bare, None and False are left out."""
    return Markup(" ").join(
        Markup("{}").format(name) if value is True else Markup('{}="{}"').format(name, value)
        for name, value in given.items()
        if value is not None and value is not False
    )


def same_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


def moment(at: datetime | None) -> str:
    """2026年9月7日 09:30, in China's time whatever the server's zone."""
    if at is None:
        return ""
    local = at.astimezone(SHANGHAI) if at.tzinfo else at
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def stay_short(visit: VisitEntry) -> str:
    """周二全天; 周二下午; 周二下午起: for narrow cells beside the date."""
    first, last = visit.stays[0], visit.stays[-1]
    weekday = f"周{calendar.WEEKDAYS[first.date.weekday()]}"
    if len(visit.stays) == 2 and first.date == last.date:
        return f"{weekday}全天"
    if len(visit.stays) == 1:
        return weekday + first.zh
    return f"{weekday}{first.zh}起"


BADGE_LETTERS = 12


def need_short(need: str) -> str:
    """质量管理 / 袜业、机织服装: for a badge; all of it stands in the reasons."""
    if "（" not in need:
        return need.removesuffix("专家")
    trades = re.findall(r"([^、（）]+?) [0-9A-T]+(?=[、）])", need)
    names = list(dict.fromkeys(re.sub(r"(制造|加工)$", "", name) or name for name in trades))
    shown = "、".join(names[:2])
    if len(shown) > BADGE_LETTERS:
        shown = names[0]
    return f"{shown}等 {len(names)} 业" if shown.count("、") + 1 < len(names) else shown
