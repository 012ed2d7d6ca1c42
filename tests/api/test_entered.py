"""看不见的字符: nothing that nobody sees comes in by a page or by the interface."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from starlette.types import Message

from api.kit.access import doors
from api.kit.entered import SECRET, EnteredRequest, cleaned
from expert_pool.core.actor import Role
from expert_pool.facts.signs import INVISIBLE
from tests import portal
from tests.api.world import World

STREWN = "大\u200b东\u2060袜\u00ad业\ufeff有\u202e限\ufe0f公\U000e0101司"
PLAIN = "大东袜业有限公司"


def request(body: bytes, kind: str, query: str = "") -> EnteredRequest:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": query.encode()}
    return EnteredRequest(scope, receive)


def filled(schema: dict[str, Any], parts: dict[str, Any], depth: int = 0) -> Any:
    """A document with `STREWN` in every text field of a schema."""
    if "$ref" in schema:
        return filled(parts[schema["$ref"].rsplit("/", 1)[1]], parts, depth + 1)
    if depth > 12:
        return None
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return [filled(one, parts, depth + 1) for one in schema[word]]
    match schema.get("type"):
        case "object":
            more = schema.get("additionalProperties")
            inner = {"more": more} if isinstance(more, dict) else {}
            named = {**schema.get("properties", {}), **inner}
            return {name: filled(one, parts, depth + 1) for name, one in named.items()}
        case "array":
            return [filled(schema.get("items", {}), parts, depth + 1)]
        case "string":
            return STREWN
    return 1


def texts(document: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(document, dict):
        return [pair for key, value in document.items() for pair in texts(value, key)]
    if isinstance(document, list):
        return [pair for value in document for pair in texts(value, name)]
    return [(name, document)] if isinstance(document, str) else []


def test_every_text_field_of_the_interface_comes_in_without_invisible_signs(
    world: World,
) -> None:
    """Walks the OpenAPI document: every body of every operation, as the application reads it."""
    app = world.app
    assert isinstance(app, FastAPI)
    parts = app.openapi()["components"]["schemas"]
    walked = 0
    for operations in app.openapi()["paths"].values():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            body = filled(content["application/json"]["schema"], parts)
            read = portal.awaited(request(json.dumps(body).encode(), "application/json").json())
            for name, text in texts(read):
                walked += 1
                assert text == (STREWN if name in SECRET else PLAIN), (operation, name)
    assert walked > 150


def test_a_page_and_the_interface_keep_what_is_visible(world: World) -> None:
    """Every route is a `GuardedRoute` (api/kit/access.py refuses to start otherwise), and that is
    where a request is made to read so.
    """
    assert len(doors(world.app)) > 200
    client = world.client(Role.SECRETARIAT)
    made = client.post("/api/v1/experts", json={"name": "赵\u200b新\u2060人", "employer": STREWN})
    assert made.status_code == 201, made.text
    kept = client.get(f"/api/v1/experts/{made.json()['uid']}").json()
    assert (kept["fields"]["name"], kept["fields"]["employer"]) == ("赵新人", PLAIN)
    again = client.post("/api/v1/experts", json={"name": "赵新人", "employer": PLAIN})
    assert again.status_code == 409
    assert "没有重复登记" in again.text


def test_forms_and_queries_come_in_without_invisible_signs() -> None:
    async def read() -> tuple[Any, Any]:
        body = f"name={quote(STREWN)}&old={quote(STREWN)}&days=1&days=2".encode()
        form = await request(body, "application/x-www-form-urlencoded").form()
        return form.multi_items(), form

    items, _ = portal.awaited(read())
    assert items == [("name", PLAIN), ("old", STREWN), ("days", "1"), ("days", "2")]
    found = request(b"", "text/plain", f"q={quote(STREWN)}&q={quote('　大东')}").query_params
    assert found.getlist("q") == [PLAIN, "　大东"]


def test_a_deep_document_is_cleaned_without_running_out_of_stack() -> None:
    deep: Any = STREWN
    for _ in range(5000):
        deep = [deep]
    deep = cleaned(deep)
    while isinstance(deep, list):
        deep = deep[0]
    assert deep == PLAIN
    assert cleaned(STREWN) == PLAIN
    assert cleaned({"a": None, "b": [1, True]}) == {"a": None, "b": [1, True]}


def test_nothing_visible_is_taken_for_invisible() -> None:
    assert not {ord(sign) for sign in "　 \t\r\n·•、（）〇䶮𫰡①½％～—…“”【】〔〕"} & set(INVISIBLE)
