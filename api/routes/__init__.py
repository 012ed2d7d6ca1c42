"""接口: one module per resource; this list is what the application serves under /api/v1."""

from __future__ import annotations

from api.access import Router
from api.routes import (
    applicants,
    audit,
    careers,
    conflicts,
    dossiers,
    draws,
    experts,
    exports,
    health,
    imports,
    jobs,
    links,
    my,
    plans,
    pool,
    recusals,
    retention,
    session,
    supervision,
    trials,
    years,
)

MODULES = (
    health,
    session,
    years,
    experts,
    careers,
    supervision,
    recusals,
    dossiers,
    pool,
    conflicts,
    links,
    applicants,
    imports,
    exports,
    jobs,
    trials,
    draws,
    plans,
    my,
    audit,
    retention,
)
ROUTERS: tuple[Router, ...] = tuple(module.router for module in MODULES)
