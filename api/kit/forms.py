"""一张表单: who sent it, and the page that says what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ParamSpec

from fastapi import Depends, Request, Response

from api.kit.commands import Command
from api.kit.deps import ActorDep, LedgerDep
from api.kit.rendering import see_other
from expert_pool.core.actor import Actor
from expert_pool.ledger import Ledger

Given = ParamSpec("Given")


@dataclass(frozen=True)
class Form:
    """What every form brings with it, whatever it asks for."""

    request: Request
    ledger: Ledger
    actor: Actor

    def carry_out(
        self, path: str, command: Command[Given, Any], *given: Given.args, **named: Given.kwargs
    ) -> Response:
        """The command, then the page which says what was done."""
        command(self.ledger, self.actor, *given, **named)
        return self.back(path, command.done)

    def back(self, path: str, done: str) -> Response:
        """To the page, which says what was done."""
        return see_other(self.request, path, done)


def _form(request: Request, actor: ActorDep, ledger: LedgerDep) -> Form:
    return Form(request, ledger, actor)


FormDep = Annotated[Form, Depends(_form)]
