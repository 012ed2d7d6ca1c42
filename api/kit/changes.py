"""接口上的修改: a command on one record as the caller saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Concatenate, ParamSpec

from fastapi import Depends, Response

from api.kit.commands import Command
from api.kit.deps import ActorDep, IfMatch, LedgerDep, set_etag
from expert_pool.core.actor import Actor
from expert_pool.ledger import Ledger

Given = ParamSpec("Given")


@dataclass(frozen=True)
class Change:
    """Who changes a record, the version of it that she read, and the answer that will name the
    new one.
    """

    ledger: Ledger
    actor: Actor
    version: int
    response: Response

    def __call__(
        self,
        command: Command[Concatenate[str, int, Given], int],
        uid: str,
        *given: Given.args,
        **named: Given.kwargs,
    ) -> None:
        """Carry the command out; what it refuses leaves nothing behind, `stale` is a refusal."""
        made = command(self.ledger, self.actor, uid, self.version, *given, **named)
        set_etag(self.response, made)


def _change(response: Response, version: IfMatch, ledger: LedgerDep, actor: ActorDep) -> Change:
    return Change(ledger, actor, version, response)


ChangeDep = Annotated[Change, Depends(_change)]
