"""读过的表: the last readings of this application, so that the next look need not read again; and
who may bring in which records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Request

from api.kit.access import Permission, may
from award.applicants.records_in import Rehearsal
from award.applicants.rosters_in import DryRun, Readings
from expert_pool.core.actor import Actor
from expert_pool.core.record_sheets import RecordSheet


def _rosters(request: Request) -> Readings[DryRun]:
    return cast(Readings[DryRun], request.app.state.rosters_read)


def _records(request: Request) -> Readings[Rehearsal]:
    return cast(Readings[Rehearsal], request.app.state.records_read)


RostersDep = Annotated[Readings[DryRun], Depends(_rosters)]
RecordsDep = Annotated[Readings[Rehearsal], Depends(_records)]


def may_enter(actor: Actor) -> Callable[[RecordSheet], bool]:
    """What typing such a record takes, importing it takes."""
    return lambda sheet: may(
        actor.role, Permission.DECIDE_EXPERTS if sheet.decides else Permission.EDIT_EXPERTS
    )
