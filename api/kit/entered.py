"""收到的文字: signs that nobody sees are taken out of everything that comes in, in this one place
for pages and interface alike. Passwords stay as they were typed.
"""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request

from expert_pool.facts.signs import entered

SECRET = frozenset({"password", "old", "new", "again"})


class EnteredRequest(Request):
    """A request whose JSON, form and query hold visible text only."""

    async def json(self) -> Any:
        return cleaned(await super().json())

    async def _get_form(self, **limits: Any) -> FormData:  # what both ways to read a form call
        form = await super()._get_form(**limits)
        self._form = FormData([(name, _value(name, value)) for name, value in form.multi_items()])
        return self._form

    @property
    def query_params(self) -> QueryParams:
        found = super().query_params
        return QueryParams([(name, entered(value)) for name, value in found.multi_items()])


def cleaned(document: Any) -> Any:
    """A JSON document with its texts cleaned in place, however deep they lie."""
    whole = [document]
    waiting: list[Any] = [whole]
    while waiting:
        part = waiting.pop()
        for key, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
            if isinstance(value, str):
                part[key] = value if key in SECRET else entered(value)
            elif isinstance(value, dict | list):
                waiting.append(value)
    return whole[0]


def _value(name: str, value: str | UploadFile) -> str | UploadFile:
    if isinstance(value, str):
        return value if name in SECRET else entered(value)
    if value.filename:
        value.filename = entered(value.filename)
    return value
