"""接口: one module per resource; this list is what the application serves under /api/v1."""

from __future__ import annotations

from api.access import Router
from api.routes import applicants, audit, conflicts, dossiers, experts, health, imports, jobs, links, my, plans, pool, session, years

ROUTERS: tuple[Router, ...] = tuple(
    module.router
    for module in (health, session, years, experts, dossiers, pool, conflicts, links, applicants, imports, jobs, plans, my, audit)
)
