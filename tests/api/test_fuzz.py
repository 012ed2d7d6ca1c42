"""generated requests, right and wrong, against every operation of the OpenAPI: no 5xx, no answer
the document does not describe (T5).

One role after the other: the secretariat and an expert. Operations that end the caller's own
session, start a solver, or stream are asked elsewhere.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.kit.fields import PLAIN
from expert_pool.core.actor import Role
from expert_pool.ledger import audit
from tests.api import drawn, story
from tests.api.world import World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# A refusal is an answer: the state of things, the version or the token may be against a request
# that is well formed.
REFUSALS = [400, 401, 403, 404, 409, 412, 413, 422, 428]
CONFIG: dict[str, Any] = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
ELSEWHERE = (
    r"^/api/v1/(session|sessions.*|session/password|jobs/\{uid\}/events|years/\{year\}/(jobs|trial"
    r"s|draws))$"
)
OWN = "/api/v1/my"
# Requests of the long run for each operation and kind; some operations have fewer that differ. Its
# shares of the operations are asked side by side.
MANY = int(os.environ.get("FUZZ_EXAMPLES", "100"))
SHARES = 4


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, story.Year]]:
    world, year = story.build(tmp_path_factory.mktemp("fuzz"))
    drawn.finish_trial(world, year)
    drawn.publish_set(world, year)
    yield world, year
    world.ledger.close()


@pytest.fixture(scope="module")
def operations(told: tuple[World, story.Year]) -> list[APIOperation]:
    """Read once: right and wrong requests share the strategies and validators of an operation."""
    served = told[0].client(Role.SECRETARIAT).get("/openapi.json").text
    # A text's greatest length would be written into its pattern, and [...]{0,4000} takes twenty
    # times as long to reason about; a pattern with a choice is left as it is.
    plain, twice = (json.dumps(pattern)[1:-1] for pattern in (PLAIN, f"{PLAIN}|{PLAIN}"))
    assert plain in served
    document = json.loads(served.replace(plain, twice))
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(CONFIG))
    return [result.ok() for result in schema.exclude(path_regex=ELSEWHERE).get_all_operations()]


@pytest.mark.parametrize(
    ("examples", "share"),
    [(3, slice(None))]
    + [
        pytest.param(MANY, slice(k, None, SHARES), marks=pytest.mark.long, id=f"{MANY}-{k}")
        for k in range(SHARES)
    ],
)
@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"]
)
def test_generated_requests_meet_no_surprise(
    told: tuple[World, story.Year],
    operations: list[APIOperation],
    mode: GenerationMode,
    examples: int,
    share: slice,
) -> None:
    world, year = told
    asked_here = operations[share]
    few = settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    clients = {True: world.expert_client(year.experts[0]), False: world.client(Role.SECRETARIAT)}
    caller = asgi.get_client(world.app)
    surprises: dict[str, str] = {}
    asked: Counter[int] = Counter()

    def ask(operation: APIOperation) -> None:
        client = clients[operation.path.startswith(OWN)]
        credentials = {
            "headers": {"X-CSRF-Token": client.headers["X-CSRF-Token"]},
            "cookies": {"session": client.cookies["session"]},
        }

        @few
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: schemathesis.Case) -> None:
            response = case.call(app=world.app, session=caller, timeout=60, **credentials)
            caller.cookies.clear()
            asked[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        one()

    for operation in asked_here:
        try:
            ask(operation)
        except Unsatisfiable:  # nothing about this operation can be wrong
            assert mode is GenerationMode.NEGATIVE
        except (FailureGroup, Failure) as failure:
            surprises[operation.label] = str(failure)[:1500]
    assert not surprises, "\n\n".join(f"{label}: {text}" for label, text in surprises.items())
    assert len(operations) > 60
    assert asked.total() > 2 * len(asked_here)
    # Right and wrong together more than twenty thousand.
    assert examples < 100 or asked.total() >= 10_000 // SHARES
    assert (asked[200] > 0) or mode is GenerationMode.NEGATIVE
    with world.ledger.read() as session:
        assert audit.verify(session) == []
