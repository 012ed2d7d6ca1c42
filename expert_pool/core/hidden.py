"""工作人员的回避: names that a member of staff must keep away from, whatever way somebody writes
one.
"""

from __future__ import annotations

from collections.abc import Iterable

from expert_pool.core import organisation
from expert_pool.core.organisation import Directory, Remembered
from expert_pool.core.organisation_names import key, readings

SHORTEST = 3  # letters of a name that tell it among other words; 大学, 协会 would be anybody


class Hidden(frozenset[str]):
    """Holds the names that stand on record, for queries; `in` says of any other way to write one
    that it is hidden too, also where only a person could say whether it is the same organisation.
    """

    _directory: Directory
    _cores: frozenset[str]

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
        made._cores = frozenset(
            one.core
            for name in directory.names
            for one in readings(name)
            if len(one.core) >= SHORTEST and not one.body
        )
        return made

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not self:
            return False
        return super().__contains__(name) or bool(self._directory.meant(name))

    def told_in(self, text: str) -> bool:
        """Whether one of them stands among other words, by a name on record or by the part of its
        name that place and form are written around.
        """
        return bool(self) and (
            any(name in text for name in self) or any(core in key(text) for core in self._cores)
        )


NOTHING_HIDDEN = Hidden()
# Why a row of a file stays out; whoever imports it next reads it too.
KEPT_AWAY = "导入的人须回避这家组织的评审，请由其他工作人员导入这一行"
