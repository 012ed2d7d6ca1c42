"""合议的表单: who sent it, about which applicant's review, and the page it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec

from fastapi import Depends, Request, Response

from api.kit.commands import Command
from api.kit.deps import ActorDep, LedgerDep
from api.kit.fields import Uid
from api.kit.rendering import see_other
from award.scoring import store
from expert_pool.core.actor import Actor
from expert_pool.ledger import Ledger

Given = ParamSpec("Given")


@dataclass(frozen=True)
class ReviewForm:
    """The review of one applicant in one stage; its year is the applicant's."""

    request: Request
    ledger: Ledger
    actor: Actor
    stage: str
    applicant: str

    def carry_out(
        self,
        command: Command[Concatenate[int, str, str, Given], Any],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Response:
        """The command on this review, then its page, which says what was done."""
        with self.ledger.write(self.actor) as uow:
            year = store.year_of(uow.session, self.applicant)
            command.act(uow, year, self.stage, self.applicant, *given, **named)
            uow.commit()
        return self.back(command.done)

    def back(self, done: str) -> Response:
        """To the page, at the item that the form was about."""
        item = self.request.path_params.get("no", "")
        place = f"#i{item}" if item else ""
        return see_other(self.request, f"/me/consensus/{self.stage}/{self.applicant}{place}", done)


def _review_form(
    request: Request, stage: str, applicant: Uid, actor: ActorDep, ledger: LedgerDep
) -> ReviewForm:
    return ReviewForm(request, ledger, actor, stage, applicant)


def _site_form(request: Request, applicant: Uid, actor: ActorDep, ledger: LedgerDep) -> ReviewForm:
    return ReviewForm(request, ledger, actor, "site", applicant)


ReviewFormDep = Annotated[ReviewForm, Depends(_review_form)]
SiteFormDep = Annotated[ReviewForm, Depends(_site_form)]
