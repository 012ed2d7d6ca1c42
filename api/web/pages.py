"""页面: everything a browser gets. `install` is called once by the application factory."""

from __future__ import annotations

from fastapi import FastAPI

from api.web import entrance, rendering, templating

ROUTERS = (entrance.router,)


def install(app: FastAPI) -> None:
    app.state.draw_error = rendering.error_page
    app.state.mount_static(app, "/static/vendor", templating.htmx_path().parent)
    app.state.mount_static(app, "/static", templating.STATIC)
    for router in ROUTERS:
        app.include_router(router)
