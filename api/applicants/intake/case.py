"""在办的一份申报: whose it is and who is at work on it. The guard stands here, for pages and
interface alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends

from api.applicants.intake import views
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid
from award.applicants.tables import Applicant
from expert_pool.core.actor import Actor, Viewer
from expert_pool.ledger import Ledger, UnitOfWork

Made = TypeVar("Made")
Act = Callable[[UnitOfWork], Made]


@dataclass(frozen=True)
class Case:
    """`uid` is the applicant's."""

    uid: str
    ledger: Ledger
    actor: Actor
    viewer: Viewer

    def do(self, act: Act[Made]) -> Made:
        """One act on it, whole or not at all.

        Raises Refusal `not-found`, for staff that must keep away too.
        """
        return self._write(lambda uow, _: act(uow))

    def do_on(self, table: type[views.Row], uid: str, act: Act[Made]) -> Made:
        """The same on a record of this applicant; another's is not found."""

        def on_own(uow: UnitOfWork, firm: Applicant) -> Made:
            views.own(uow.session, table, firm, uid)
            return act(uow)

        return self._write(on_own)

    def _write(self, act: Callable[[UnitOfWork, Applicant], Made]) -> Made:
        with self.ledger.write(self.actor) as uow:
            made = act(uow, views.find(uow.session, self.viewer, self.uid))
            uow.commit()
        return made


def _case(uid: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep) -> Case:
    return Case(uid, ledger, actor, viewer)


CaseDep = Annotated[Case, Depends(_case)]
