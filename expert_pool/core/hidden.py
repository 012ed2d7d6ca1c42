"""工作人员的回避: names that a member of staff must keep away from, whatever way somebody writes
one.
"""

from __future__ import annotations

from collections.abc import Iterable

from expert_pool.core import organisation
from expert_pool.core.organisation import Directory, Remembered


class Hidden(frozenset[str]):
    """Holds the names that stand on record, for queries; `in` says of any other way to write one
    that it is hidden too, also where only a person could say whether it is the same organisation.
    """

    _directory: Directory

    def __new__(
        cls,
        on_record: Iterable[str] = (),
        named: Iterable[str] = (),
        remembered: Remembered = organisation.NOTHING,
    ) -> Hidden:
        directory = Directory(named, remembered)
        made = super().__new__(
            cls, (*directory.names, *(name for name in on_record if directory.meant(name)))
        )
        made._directory = directory
        return made

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not self:
            return False
        return super().__contains__(name) or bool(self._directory.meant(name))


NOTHING_HIDDEN = Hidden()
