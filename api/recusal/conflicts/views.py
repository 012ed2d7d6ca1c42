"""回避情形 as a form offers them."""

from __future__ import annotations

from api.kit.parts import Option
from expert_pool.core.conflict import KINDS, PAIR_KINDS

# Kinds that ask for a percentage of shares.
BY_SHARE = tuple(code for code, kind in KINDS.items() if kind.steps)


def conflict_kinds() -> tuple[Option, ...]:
    """Kinds between a person and an organisation; those between two experts are entered
    elsewhere.
    """
    return tuple(Option(code, kind.zh) for code, kind in KINDS.items() if code not in PAIR_KINDS)
