"""办一件事: who may do it, what is done, and the word said afterwards, written once for all doors.

A page and its route in the interface name the same command; a permission or a guard cannot then
stand on one of them only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

from api.kit.access import Permission
from expert_pool.core.actor import Actor
from expert_pool.ledger import Ledger, UnitOfWork

Given = ParamSpec("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Command(Generic[Given, Made]):
    """One use case as it is offered: `allow` stands at the door, `done` names the sentence that a
    page shows afterwards (`rendering.DONE`).
    """

    allow: Permission
    act: Callable[Concatenate[UnitOfWork, Given], Made]
    done: str = ""

    def __call__(
        self, ledger: Ledger, actor: Actor, *given: Given.args, **named: Given.kwargs
    ) -> Made:
        """Carry it out in one transaction; what the use case refuses leaves nothing behind."""
        with ledger.write(actor) as uow:
            made = self.act(uow, *given, **named)
            uow.commit()
        return made
