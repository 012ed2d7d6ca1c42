"""a route without a stated permission does not exist (reliability T1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.kit import access
from api.kit.access import Permission, Router, UndeclaredRoute
from tests.api import world as worlds
from tests.api.world import World


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    built = worlds.build(tmp_path_factory.mktemp("guard"), fresh=True)
    yield built
    built.ledger.close()


@pytest.fixture
def world(built: World) -> Iterator[World]:
    """A world whose routes a test may add to; afterwards they are what they were."""
    routes = list(built.app.router.routes)
    yield built
    built.app.router.routes[:] = routes
    built.app.openapi_schema = None


def somebody() -> None: ...


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_route_without_allow_raises_where_it_is_written(method: str) -> None:
    with pytest.raises(UndeclaredRoute, match="allow="):
        getattr(Router(), method)("/open")


def test_no_other_way_to_declare_a_route() -> None:
    with pytest.raises(UndeclaredRoute, match="somebody"):
        Router().add_api_route("/open", somebody)
    with pytest.raises(UndeclaredRoute):
        Router().api_route("/open", methods=["GET"])(somebody)


def _by_plain_router(app: Any, _directory: Path) -> None:
    router = APIRouter()
    router.get("/api/v1/open")(somebody)
    app.include_router(router)


def _on_the_application(app: Any, _directory: Path) -> None:
    app.get("/open")(somebody)


def _as_starlette_route(app: Any, _directory: Path) -> None:
    app.router.routes.append(Route("/open", somebody))


def _as_mount(app: Any, directory: Path) -> None:
    app.router.routes.append(Mount("/files", StaticFiles(directory=directory)))


def _hidden_from_the_openapi(app: Any, _directory: Path) -> None:
    router = Router(include_in_schema=False)
    router.get("/api/v1/hidden", allow=Permission.PUBLIC)(somebody)
    app.include_router(router)


def _twice(app: Any, _directory: Path) -> None:
    router = Router()
    router.get("/twice", allow=Permission.PUBLIC)(somebody)
    app.include_router(router)
    app.include_router(router)


WAYS_IN = (
    _by_plain_router,
    _on_the_application,
    _as_starlette_route,
    _as_mount,
    _hidden_from_the_openapi,
    _twice,
)


@pytest.mark.parametrize("declare", WAYS_IN, ids=lambda way: way.__name__)
@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")
def test_program_refuses_to_start_with_a_route_past_the_registry(
    world: World, tmp_path: Path, declare: Any
) -> None:
    access.audit(world.app)
    declare(world.app, tmp_path)
    world.app.openapi_schema = None
    with pytest.raises(UndeclaredRoute):
        access.audit(world.app)


def test_a_router_within_another_is_found_and_a_path_nobody_has_is_not(world: World) -> None:
    outer, inner = Router(prefix="/outer"), Router(prefix="/inner")
    inner.get("/{word}/x", allow=Permission.PUBLIC)(lambda word: word)
    outer.get("", allow=Permission.PUBLIC)(lambda: "outer")
    outer.include_router(inner)
    world.app.include_router(outer)
    client = world.stranger()
    found = [client.get(path) for path in ("/outer", "/outer/inner/yes/x", "/oute", "/outer/x")]
    assert [answer.status_code for answer in found] == [200, 200, 404, 404]
    assert found[1].json() == "yes"
