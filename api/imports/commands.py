"""导入: what can be done here, once for pages and interface."""

from __future__ import annotations

from datetime import date

from fastapi import UploadFile

from api.imports.kept import may_enter
from api.settings import Settings
from award.applicants import records_in, rosters_in
from award.applicants.rosters_in import DryRun, Readings
from expert_pool import imported
from expert_pool.core.actor import Actor, Viewer
from expert_pool.core.hidden import Hidden
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger


def receive(
    ledger: Ledger, actor: Actor, settings: Settings, kind: str, year: int, file: UploadFile
) -> str:
    """收下一个文件 of the year, to be looked at first; its public id."""
    largest = settings.upload_megabytes * 1_000_000
    data = file.file.read(largest + 1)
    if len(data) > largest:
        raise Refusal("too-large", f"文件超过 {settings.upload_megabytes} MB，请拆分后再导入。")
    printable = "".join(letter for letter in file.filename or "" if letter.isprintable())
    name = printable[:120] or "未命名"
    if kind == records_in.KIND:
        return records_in.open_batch(ledger, actor, year, data, name, may_enter(actor))
    roster: rosters_in.Kind = "experts" if kind == "experts" else "applicants"
    return rosters_in.open_batch(ledger, actor, roster, year, data, name)


def carry_out(
    ledger: Ledger,
    actor: Actor,
    viewer: Viewer,
    hidden: Hidden,
    uid: str,
    version: int,
    kept: Readings[DryRun],
    term: tuple[date, date] | None = None,
) -> dict[str, int]:
    """入库: what is sure, with the newcomers appointed for a `term`; gives the numbers of new,
    changed and unchanged rows and of problems.
    """
    with ledger.read() as session:
        kind = imported.import_batch(session, viewer, uid).row.kind
    if kind == records_in.KIND:
        return records_in.apply(ledger, actor, viewer, hidden, uid, version)
    return rosters_in.apply(ledger, actor, viewer, uid, version, kept, term)
