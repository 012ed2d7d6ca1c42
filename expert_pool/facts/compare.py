"""新旧比对: lays what a file says over what is known.

A blank in the file never erases what is known; lists of ties only grow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from expert_pool.facts.intake import FieldChange

Draft = TypeVar("Draft")


def overlay(
    before: Draft,
    after: Draft,
    labels: Mapping[str, str],
    show: Callable[[str, Any], str],
    growing: Collection[str] = (),
    same: Callable[[str, Any, Any], bool] = lambda _name, old, new: bool(old == new),
) -> tuple[Draft, tuple[FieldChange, ...]]:
    """The entry to store and the fields that change; `growing` fields are united instead of
    replaced.
    """
    values: dict[str, Any] = {}
    changes: list[FieldChange] = []
    for name, label in labels.items():
        old, new = getattr(before, name), getattr(after, name)
        if name in growing:
            new = tuple(dict.fromkeys((*old, *new)))
        if (
            new is None
            or new == ""
            or (new == () and name not in growing and not _says_something(after, name))
            or same(name, old, new)
        ):
            continue
        values[name] = new
        changes.append(FieldChange(name, label, show(name, old), show(name, new)))
    return replace(before, **values), tuple(changes)  # type: ignore[type-var]


def _says_something(draft: object, name: str) -> bool:
    """No absences at all (无) is something said; no trades at all is not."""
    return name in ("absences", "closed") and bool(
        getattr(draft, "absence_text", "") or getattr(draft, "closed_text", "")
    )
