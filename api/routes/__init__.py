"""接口: one module per resource; this list is what the application serves under /api/v1."""

from __future__ import annotations

from api.access import Router
from api.routes import health, links, session

ROUTERS: tuple[Router, ...] = (health.router, session.router, links.router)
