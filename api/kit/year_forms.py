"""一个年度的表单: who sent it, of which year it is, and the page it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request, Response

from api.kit import common
from api.kit.commands import Command
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import FormYear
from api.kit.forms import Form
from api.kit.rendering import see_other
from expert_pool.core.actor import Viewer
from expert_pool.ledger import UnitOfWork

Given = ParamSpec("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class YearForm(Form):
    """`of` is the year it names; without one the latest is meant."""

    viewer: Viewer
    of: int | None

    def write(self, act: Callable[[UnitOfWork], Made]) -> Made:
        """One act, whole or not at all."""
        with self.ledger.write(self.actor) as uow:
            made = act(uow)
            uow.commit()
        return made

    def do(self, act: Callable[[UnitOfWork, int], Made]) -> Made:
        """One act on the year."""
        return self.write(
            lambda uow: act(uow, common.chosen_year(uow.session, self.viewer, self.of).year)
        )

    def on_year(
        self,
        path: str,
        command: Command[Concatenate[int, Given], Any],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Response:
        """A command on the year the form is about, then the page which says what was done."""
        self.do(lambda uow, year: command.act(uow, year, *given, **named))
        return self.back(path, command.done)

    def back(self, path: str, done: str) -> Response:
        """To the page it came from, of its year, which says what was done."""
        return see_other(self.request, common.of_year(path, self.of), done)


def _year_form(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: FormYear = None
) -> YearForm:
    return YearForm(request, ledger, actor, viewer, of)


YearFormDep = Annotated[YearForm, Depends(_year_form)]
