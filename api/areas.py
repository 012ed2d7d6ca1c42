"""各办公区: which routes and pages are served, in which order.

A new area is two lines here and a folder beside this file.
"""

from __future__ import annotations

from fastapi import FastAPI

from api.applicants import pages as applicants_pages
from api.applicants import routes as applicants_routes
from api.applicants.inquiries import pages as applicants_inquiries_pages
from api.applicants.inquiries import routes as applicants_inquiries_routes
from api.applicants.intake import pages as applicants_intake_pages
from api.applicants.intake import routes as applicants_intake_routes
from api.archive import pages as archive_pages
from api.archive import routes as archive_routes
from api.careers import pages as careers_pages
from api.careers import routes as careers_routes
from api.decision import members as decision_members
from api.decision import pages as decision_pages
from api.decision import routes as decision_routes
from api.duties.answers import pages as duties_answers_pages
from api.duties.outbox import pages as duties_outbox_pages
from api.duties.rounds import pages as duties_rounds_pages
from api.experts import edit_pages as experts_edits_pages
from api.experts import pages as experts_pages
from api.experts import routes as experts_routes
from api.exports import pages as exports_pages
from api.exports import routes as exports_routes
from api.groups.board import moves as groups_board_moves
from api.groups.board import pages as groups_board_pages
from api.groups.board import routes as groups_board_routes
from api.groups.draws import pages as groups_draws_pages
from api.groups.draws import routes as groups_draws_routes
from api.groups.plans import pages as groups_plans_pages
from api.groups.plans import routes as groups_plans_routes
from api.groups.schedule import pages as groups_schedule_pages
from api.groups.sheet import pages as groups_sheet_pages
from api.groups.sheet import routes as groups_sheet_routes
from api.groups.trials import pages as groups_trials_pages
from api.groups.trials import routes as groups_trials_routes
from api.help import pages as help_pages
from api.home import pages as home_pages
from api.honours import pages as honours_pages
from api.honours import routes as honours_routes
from api.imports import pages as imports_pages
from api.imports import routes as imports_routes
from api.inspection import pages as inspection_pages
from api.inspection import routes as inspection_routes
from api.inspection.departures import pages as inspection_departures_pages
from api.inspection.departures import routes as inspection_departures_routes
from api.inspection.retention import pages as inspection_retention_pages
from api.inspection.retention import routes as inspection_retention_routes
from api.kit import refill, templating
from api.kit.access import Router
from api.loans import pages as loans_pages
from api.loans import routes as loans_routes
from api.monitor import routes as monitor_routes
from api.my import pages as my_pages
from api.my import routes as my_routes
from api.my.data import pages as my_data_pages
from api.my.duty import pages as my_duty_pages
from api.pool import pages as pool_pages
from api.pool import routes as pool_routes
from api.recusal import pages as recusal_pages
from api.recusal import routes as recusal_routes
from api.recusal.conflicts import pages as recusal_conflicts_pages
from api.recusal.conflicts import routes as recusal_conflicts_routes
from api.recusal.staff import pages as recusal_staff_pages
from api.recusal.staff import routes as recusal_staff_routes
from api.scoring.office import pages as scoring_office_pages
from api.scoring.office import routes as scoring_office_routes
from api.scoring.own import day as scoring_day_pages
from api.scoring.own import pages as scoring_own_pages
from api.scoring.own import routes as scoring_own_routes
from api.signin.accounts import pages as signin_accounts_pages
from api.signin.entrance import pages as signin_entrance_pages
from api.signin.entrance import routes as signin_entrance_routes
from api.signin.factor import pages as signin_factor_pages
from api.signin.links import routes as signin_links_routes
from api.supervision import pages as supervision_pages
from api.supervision import routes as supervision_routes
from api.supervision.dossiers import routes as supervision_dossiers_routes
from api.supervision.reviews import pages as supervision_reviews_pages
from api.year import pages as year_pages
from api.year import routes as year_routes
from api.year.holidays import pages as year_holidays_pages
from api.year.opening import pages as year_opening_pages
from api.year.rules import pages as year_rules_pages
from api.year.rules import routes as year_rules_routes
from api.year.steps import pages as year_steps_pages
from api.year.steps import routes as year_steps_routes

# Under /api/v1, in the order of the interface's description.
ROUTES: tuple[Router, ...] = tuple(
    room.router
    for room in (
        monitor_routes,
        signin_entrance_routes,
        year_routes,
        year_steps_routes,
        year_rules_routes,
        experts_routes,
        careers_routes,
        loans_routes,
        supervision_routes,
        recusal_routes,
        supervision_dossiers_routes,
        pool_routes,
        recusal_conflicts_routes,
        recusal_staff_routes,
        signin_links_routes,
        applicants_routes,
        applicants_intake_routes,
        applicants_inquiries_routes,
        scoring_office_routes,
        imports_routes,
        exports_routes,
        groups_board_routes,
        groups_trials_routes,
        groups_draws_routes,
        groups_plans_routes,
        groups_sheet_routes,
        decision_routes,
        honours_routes,
        archive_routes,
        scoring_own_routes,
        my_routes,
        inspection_routes,
        inspection_departures_routes,
        inspection_retention_routes,
    )
)
# Fixed paths before those with a name in them: /board/compare is no plan.
PAGES: tuple[Router, ...] = tuple(
    room.router
    for room in (
        signin_entrance_pages,
        signin_factor_pages,
        home_pages,
        help_pages,
        imports_pages,
        exports_pages,
        duties_answers_pages,
        duties_outbox_pages,
        duties_rounds_pages,
        careers_pages,
        loans_pages,
        supervision_pages,
        supervision_reviews_pages,
        recusal_pages,
        pool_pages,
        experts_pages,
        experts_edits_pages,
        recusal_conflicts_pages,
        recusal_staff_pages,
        applicants_intake_pages,
        applicants_inquiries_pages,
        applicants_pages,
        scoring_office_pages,
        decision_pages,
        decision_members,
        honours_pages,
        archive_pages,
        groups_board_pages,
        groups_board_moves,
        groups_plans_pages,
        groups_sheet_pages,
        groups_trials_pages,
        groups_draws_pages,
        groups_schedule_pages,
        inspection_pages,
        inspection_departures_pages,
        inspection_retention_pages,
        year_opening_pages,
        year_pages,
        year_holidays_pages,
        year_steps_pages,
        year_rules_pages,
        signin_accounts_pages,
        scoring_own_pages,
        scoring_day_pages,
        my_duty_pages,
        my_data_pages,
        my_pages,
    )
)


def install_routes(app: FastAPI) -> None:
    for router in ROUTES:
        app.include_router(router)


def install_pages(app: FastAPI) -> None:
    app.state.draw_error = refill.error_page
    app.state.mount_static(app, "/static/vendor", templating.htmx_path().parent)
    app.state.mount_static(app, "/static", templating.STATIC)
    for router in PAGES:
        app.include_router(router)
