"""退回的表单: writes what somebody had typed into the form of a page drawn anew, and the reason of
the refusal beside it.

Works on the text of the page, so that every form comes back without a line of its own. Never
written back: passwords, secrets, files and hidden fields; the hidden version is the page's own, so
that a second sending lies on top of what was saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

NEVER = frozenset({"csrf_token", "password", "old", "new", "again", "code", "id_number"})
UNFILLED = frozenset({"hidden", "password", "file", "submit", "button", "reset", "image"})
TICKED = frozenset({"checkbox", "radio"})
# Where a form that was refused once came from: its page's address is then the form's own
CAME_FROM = "came_from"
STALE = (
    "您打开此页以后，这里的内容已被改动，刚才没有保存。下面是您填写的，"
    "与现在保存的不同之处已经标出；核对后再提交，以您这次的为准。"
)
Attributes = dict[str, str | None]


@dataclass
class _Tag:
    """A start tag in the page's text, and for a text area or a list of choices the place where it
    ends.
    """

    name: str
    start: int
    end: int
    attributes: Attributes
    until: int = 0
    text: str = ""
    options: list[_Tag] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return (
            (self.attributes.get("type") or "text").lower() if self.name == "input" else self.name
        )

    @property
    def after(self) -> int:
        return self.until + len(f"</{self.name}>") if self.until else self.end

    @property
    def value(self) -> str:
        return self.attributes.get("value") or ""

    def written(self, **changed: str | None) -> str:
        """The tag with other attributes; None takes one away, "" leaves a bare word."""
        kept: Attributes = {
            key: value for key, value in self.attributes.items() if key not in changed
        }
        kept |= {
            key.replace("_", "-"): value for key, value in changed.items() if value is not None
        }
        return "".join(
            (
                f"<{self.name}",
                *(
                    f' {key}="{escape(value)}"' if value else f" {key}"
                    for key, value in kept.items()
                ),
                ">",
            )
        )


@dataclass
class _Form:
    tag: _Tag
    actions: set[str]
    folds: tuple[_Tag, ...]  # the <details> around it
    fields: list[_Tag] = field(default_factory=list)


class _Reader(HTMLParser):
    """Where the forms and their fields stand."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.lines = [0]
        for line in text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.forms: list[_Form] = []
        self.by_id: dict[str, _Form] = {}
        self.folds: list[_Tag] = []
        self.inside: _Form | None = None
        self.open: _Tag | None = None
        self.feed(text)

    def _place(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._place()
        found = _Tag(tag, start, start + len(self.get_starttag_text() or ""), dict(attrs))
        if tag == "details":
            self.folds.append(found)
        elif tag == "form":
            self.inside = _Form(found, {found.attributes.get("action") or ""}, tuple(self.folds))
            self.forms.append(self.inside)
            self.by_id[found.attributes.get("id") or ""] = self.inside
        elif tag == "option" and self.open is not None:
            self.open.options.append(found)
        elif tag in ("input", "select", "textarea", "button"):
            self._field(found)

    def _field(self, found: _Tag) -> None:
        form = (
            self.by_id.get(found.attributes["form"] or "")
            if "form" in found.attributes
            else self.inside
        )
        if form is None:
            return
        if found.name == "button":
            form.actions.add(found.attributes.get("formaction") or "")
            return
        form.fields.append(found)
        if found.name != "input":
            self.open = found

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self.folds:
            self.folds.pop()
        elif tag == "form":
            self.inside = None
        elif self.open is not None and tag == self.open.name:
            self.open.until, self.open = self._place(), None

    def handle_data(self, data: str) -> None:
        if self.open is not None:
            if self.open.options:
                self.open.options[-1].text += data
            else:
                self.open.text += data


@dataclass(frozen=True)
class Refused:
    """What came back: to which address it was sent, what was in it, and what to say. `field`: the
    one at fault.

    `stale`: somebody saved meanwhile, and each difference is to be marked. `draw` makes a notice of
    a sentence, as HTML.
    """

    action: str
    values: Mapping[str, Sequence[str]]
    words: str
    field: str = ""
    stale: bool = False
    draw: Callable[[str], str] = escape


def refilled(page: str, refused: Refused, came_from: str) -> str | None:
    """The page with the form filled in again; None when the form does not stand on it."""
    read = _Reader(page)
    form = _meant(read.forms, refused)
    if form is None:
        return None
    edits = _filled(form, refused)
    edits += [(fold.start, fold.end, fold.written(open="")) for fold in form.folds]
    shown = [one for one in form.fields if one.kind not in UNFILLED]
    notice = refused.draw(STALE if refused.stale and shown else refused.words)
    if shown:
        at_fault = next((one for one in shown if one.attributes.get("name") == refused.field), None)
        first = (at_fault or shown[0]).start
        edits = [
            (*edit[:2], edit[2].replace(">", " autofocus>", 1)) if edit[0] == first else edit
            for edit in edits
        ]
        edits.append((form.tag.end, form.tag.end, f'<div class="refused">{notice}</div>'))
        if at_fault is not None and at_fault.kind not in TICKED:
            edits.append(
                (
                    at_fault.after,
                    at_fault.after,
                    f'<small class="hint wrong">{escape(refused.words)}</small>',
                )
            )
    hidden = f'<input type="hidden" name="{CAME_FROM}" value="{escape(came_from)}">'
    edits += [
        (one.tag.end, one.tag.end, hidden)
        for one in read.forms
        if (one.tag.attributes.get("method") or "").lower() == "post"
    ]
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        page = page[:start] + text + page[end:]
    return (
        page
        if shown
        else page.replace(
            'aria-live="polite">', f'aria-live="polite"><div class="flash">{notice}</div>', 1
        )
    )


def _meant(forms: Sequence[_Form], refused: Refused) -> _Form | None:
    """Of several forms with one address, as in the lines of a list, the one whose hidden fields
    were sent.
    """

    def alike(form: _Form) -> int:
        hidden = [
            one
            for one in form.fields
            if one.kind == "hidden" and one.attributes.get("name") not in NEVER
        ]
        return sum(
            one.value in refused.values.get(one.attributes.get("name") or "", ()) for one in hidden
        )

    return max((form for form in forms if refused.action in form.actions), key=alike, default=None)


def _filled(form: _Form, refused: Refused) -> list[tuple[int, int, str]]:
    """Every visible field as it was sent; each tag is written anew exactly once."""
    edits: list[tuple[int, int, str]] = []
    taken: dict[str, int] = {}
    for one in form.fields:
        name = one.attributes.get("name") or ""
        if one.kind in UNFILLED or name in NEVER or "disabled" in one.attributes:
            continue
        sent = refused.values.get(name, ())
        if one.kind in TICKED:
            edits.append(_ticked(one, (one.attributes.get("value") or "on") in sent, refused.stale))
            continue
        place = taken.get(name, 0)
        taken[name] = place + 1
        if place < len(sent):
            edits += _typed(one, sent[place], refused.stale)
    return edits


def _ticked(one: _Tag, on: bool, stale: bool) -> tuple[int, int, str]:
    was = "checked" in one.attributes
    saved = ("on" if was else "off") if stale and on != was else None
    title = (
        ("现在保存的是已勾选" if was else "现在保存的是未勾选")
        if saved
        else one.attributes.get("title")
    )
    return (
        one.start,
        one.end,
        one.written(checked="" if on else None, data_saved=saved, title=title),
    )


def _typed(one: _Tag, sent: str, stale: bool) -> list[tuple[int, int, str]]:
    edits = []
    if one.name == "select":
        chosen = next(
            (item for item in one.options if "selected" in item.attributes),
            one.options[0] if one.options else None,
        )
        before = chosen.text.strip() if chosen else ""
        differs = chosen is None or chosen.value != sent
        edits.append((one.start, one.end, one.written()))
        edits += [
            (item.start, item.end, item.written(selected="" if item.value == sent else None))
            for item in one.options
        ]
    elif one.name == "textarea":
        before, differs = one.text, one.text != sent
        edits.append((one.start, one.until, one.written() + escape(sent)))
    else:
        before, differs = one.value, one.value != sent
        edits.append((one.start, one.end, one.written(value=sent)))
    if stale and differs:
        edits.append(
            (
                one.after,
                one.after,
                f'<small class="hint saved">现在保存的是：{escape(before) or "（空）"}</small>',
            )
        )
    return edits
