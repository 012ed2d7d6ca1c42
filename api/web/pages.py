"""页面: everything a browser gets. `install` is called once by the application factory."""

from __future__ import annotations

from fastapi import FastAPI

from api.web import (
    accounts,
    answers,
    applicants,
    board,
    careers,
    conflict_edits,
    draws,
    entrance,
    expert_edits,
    experts,
    exports,
    front,
    holidays,
    imports,
    inspection,
    outbox,
    own_data,
    own_duty,
    personal,
    plan_edits,
    pool,
    recusals,
    refill,
    retention,
    reviews,
    rounds,
    schedule,
    second_factor,
    supervision,
    templating,
    trials,
    years,
)

# Fixed paths before those with a name in them: /board/compare is no plan.
ROUTERS = tuple(
    room.router
    for room in (
        entrance,
        second_factor,
        front,
        imports,
        exports,
        answers,
        outbox,
        rounds,
        careers,
        supervision,
        reviews,
        recusals,
        pool,
        experts,
        expert_edits,
        conflict_edits,
        applicants,
        board,
        plan_edits,
        trials,
        draws,
        schedule,
        inspection,
        retention,
        years,
        holidays,
        accounts,
        own_duty,
        own_data,
        personal,
    )
)


def install(app: FastAPI) -> None:
    app.state.draw_error = refill.error_page
    app.state.mount_static(app, "/static/vendor", templating.htmx_path().parent)
    app.state.mount_static(app, "/static", templating.STATIC)
    for router in ROUTERS:
        app.include_router(router)
