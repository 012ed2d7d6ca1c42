"""度量: what each process counts of its own requests, in Prometheus' words.

Several web workers share one picture through the folder named in PROMETHEUS_MULTIPROC_DIR, which
`expert-pool serve --workers` sets before this module is first imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    generate_latest,
    multiprocess,
)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_REQUESTS = Counter(
    "expert_pool_requests",
    "已答复的请求数，按路由模板（不含编号）、方法和状态码。",
    ("method", "route", "status"),
)
_SECONDS = Histogram(
    "expert_pool_request_seconds",
    "答复一个请求所用的秒数，按路由模板。",
    ("route",),
    buckets=(0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0),
)


class Facts(Protocol):
    """What is not counted but looked up when somebody asks."""

    def collect(self) -> Iterable[Metric]: ...


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One request was answered; `route` is the template, so that no id becomes a label."""
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(route).observe(seconds)


def exposition(facts: Facts) -> bytes:
    """Everything counted so far by all workers, and the facts of this moment, as text 0.0.4."""
    counted: CollectorRegistry = REGISTRY
    if SHARED in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    looked_up = CollectorRegistry()
    looked_up.register(facts)
    return generate_latest(counted) + generate_latest(looked_up)
