"""婉拒: what the library declines, said as the office says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assignment.errors import Declined
from expert_pool.facts.refusal import Refusal


@contextmanager
def as_refusal() -> Iterator[None]:
    """Within it, what the library declines is refused with the same code and the same words."""
    try:
        yield
    except Declined as declined:
        raise Refusal(
            declined.code, declined.message_zh, declined.legal_basis, **declined.params
        ) from declined
