"""随机数: every generator of the solver comes from a seed."""

from __future__ import annotations

from random import Random  # noqa: TID251

__all__ = ["Random", "chance"]


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311
