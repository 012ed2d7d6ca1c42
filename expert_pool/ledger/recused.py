"""谁不能经手这条记录（办法第十六条）: which applicants a record is about.

Asked at every record that a unit of work changes for somebody with a conflict, so that no use case
and no door can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal

# Whose conflicts these are, and that they are decided, is no review of the organisation; nor is it
# to stop a search.
NO_REVIEW = {"account_conflict", "solve_job"}
# That somebody must keep away from it, anybody may enter.
MAY_ENTER = {"conflict"}
UID, BY_NAME = "applicant", "organisation"
# Columns that name an organisation: whose owners, whose group and whose other names decide on who
# is kept from it.
NAMING = {BY_NAME, "company", "group_name", "written", "official"}
# What somebody reports: of whom, stands among other words.
TELLING = {"facts"}
# Everybody may read who applies; of plans their own room says who may handle them (groups.guard).
READABLE = {UID, "plan_version", "plan_draw"}
# Where it only matters that it changes: whom an employer keeps away.
MOVING = {"expert": "employer"}
NEW: Mapping[str, Any] = MappingProxyType({})
HELD: Mapping[str, Any] = MappingProxyType({"": None})  # a record as it stands


def demand_free(session: Session, actor: Actor, row: Any, before: Mapping[str, Any] = NEW) -> None:
    """Raises Refusal `conflicted` when the record is about an applicant that the actor must keep
    away from: itself, by any of its texts that say the public id, by the name of an organisation,
    or by the record that it belongs to. `before`: as the log describes what it was, none of a new
    one.
    """
    if actor.conflicted and any(_about(session, actor, row, before)):
        raise _refusal()


def demand_may_load(session: Session, actor: Actor, row: Any) -> None:
    """Before anything else is said of a record: how it stands would tell of its organisation."""
    if actor.conflicted and inspect(type(row)).local_table.name not in READABLE:
        demand_free(session, actor, row, HELD)


def demand_may_name(actor: Actor, organisations: Iterable[str]) -> None:
    """Raises Refusal `conflicted` when the actor must keep away from one that is called so."""
    if any(one in actor.hidden for one in organisations):
        raise _refusal()


def _refusal() -> Refusal:
    words = "您与这家申报组织有回避关系，不能经手它的事项，请由他人办理。"
    return Refusal("conflicted", words, "办法第十六条")


def _about(session: Session, actor: Actor, row: Any, before: Mapping[str, Any]) -> Iterator[bool]:
    mapper = inspect(type(row))
    table = mapper.local_table
    if table.name in NO_REVIEW:
        return
    for column in table.c:
        value = getattr(row, mapper.get_property_by_column(column).key)
        if isinstance(value, str):
            yield any(uid in value for uid in actor.conflicted)
            if column.name in NAMING and (before or table.name not in MAY_ENTER):
                yield value in actor.hidden
            if column.name in TELLING:
                yield actor.hidden.told_in(value)
            if MOVING.get(table.name) == column.name and before.get(column.name, value) != value:
                yield value in actor.hidden or before[column.name] in actor.hidden
        for key in column.foreign_keys if value is not None else ():
            named = [key.column.table.c[name] for name in names_it(key.column.table)]
            for said in session.execute(select(*named).where(key.column == value)) if named else ():
                yield any(text in actor.conflicted or text in actor.hidden for text in said)


def names_it(table: Table) -> Iterator[str]:
    """By which columns a record of this table says whose it is."""
    if table.name == UID:
        yield "uid"
    yield from (name for name in (UID, BY_NAME) if name in table.c)
