"""Reading pages as a strict browser and a screen reader would: forms, labels, inline code, ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from starlette.testclient import TestClient

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
# Drawing elements close themselves in our SVG.
DRAWN = {"path", "rect", "circle", "line"}


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, text
    enctype: str = ""

    def send(self, client: TestClient, press: str = "", **values: str | list[str]) -> object:
        """Submit as a browser does: the fields as they stand, with what the person changed, and the
        button pressed.
        """
        data: dict[str, str | list[str]] = {
            name: list(found) for name, found in self.fields.items()
        }
        data.update(values)
        for name, value, text in self.buttons:
            if press and press in text and name:
                data[name] = value
        return client.post(self.action, data=data)


class Page(HTMLParser):
    """One page taken apart; `faults` are breaches of our rules for pages."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.title = ""
        self.headings = 0
        self.lang = ""
        self._open: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._option_seen = False
        self._labels: set[str] = set()
        self._unlabelled: list[tuple[str, str]] = []
        self._in_label = 0
        self._button: tuple[str, str] | None = None
        self._button_text = ""
        self._area: str | None = None
        self.text = text
        self.feed(text)
        self.faults += [
            f"no label for {name}" for name, ident in self._unlabelled if ident not in self._labels
        ]
        self.faults += [f"id twice: {ident}" for ident, n in Counter(self.ids).items() if n > 1]
        self.faults += [f"never closed: {tag}" for tag in self._open]

    def form(self, action: str) -> Form:
        return next(one for one in self.forms if one.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID | DRAWN:
            self._open.append(tag)
        self._inline_code(tag, given)
        if "id" in given:
            self.ids.append(given["id"])
        match tag:
            case "html":
                self.lang = given.get("lang", "")
            case "h1":
                self.headings += 1
            case "a":
                self.links.append(given.get("href", ""))
            case "label":
                self._in_label += 1
                self._labels.add(given.get("for", ""))
            case "form":
                self._form = Form(
                    given.get("method", "get"),
                    given.get("action", ""),
                    enctype=given.get("enctype", ""),
                )
                self.forms.append(self._form)
            case "input" | "select" | "textarea":
                self._field(tag, given)
            case "option":
                self._option(given)
            case "button":
                self._button, self._button_text = (
                    (given.get("name", ""), given.get("value", "")),
                    "",
                )
            case "img":
                if "alt" not in given:
                    self.faults.append("img without alt")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inline_code(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID | DRAWN:
            return
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:] or 'nothing'}")
        else:
            self._open.pop()
        if tag == "label":
            self._in_label -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "button" and self._button is not None:
            if self._form is not None:
                self._form.buttons.append((*self._button, self._button_text.strip()))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"]:
            self.title += data
        if self._button is not None:
            self._button_text += data
        if self._area is not None and self._form is not None:
            self._form.fields[self._area][-1] += data
        if self._open[-1:] in (["script"], ["style"]) and data.strip():
            self.faults.append(f"inline {self._open[-1]}")

    def _inline_code(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if (
                name.startswith("on")
                or name == "style"
                or value.strip().lower().startswith("javascript:")
            ):
                self.faults.append(f"inline code: <{tag} {name}>")
            if name in ("src", "href", "action") and value.startswith(("http:", "https:", "//")):
                self.faults.append(f"foreign address: {value}")
            if name.startswith("hx-on"):
                self.faults.append(f"inline code: <{tag} {name}>")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind != "hidden" and not self._in_label and "aria-label" not in given:
            self._unlabelled.append((name, given.get("id", "")))
        if self._form is None or not name:
            return
        if tag == "select":
            self._select, self._option_seen = name, False
            self._form.fields.setdefault(name, [])
        elif tag == "textarea":
            self._area = name
            self._form.fields.setdefault(name, []).append("")
        elif kind in ("checkbox", "radio"):
            if "checked" in given and "disabled" not in given:
                self._form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif kind != "file":
            self._form.fields.setdefault(name, []).append(given.get("value", ""))

    def _option(self, given: dict[str, str]) -> None:
        if self._form is None or self._select is None:
            return
        chosen = self._form.fields[self._select]
        if "selected" in given or not self._option_seen:
            if not self._option_seen or len(chosen) == 0:
                chosen[:] = chosen[: len(chosen)]
                chosen.append(given.get("value", ""))
            else:
                chosen[-1] = given.get("value", "")
        self._option_seen = True
