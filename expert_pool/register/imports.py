"""导入用例: a file under way keeps its rows and answers until it is applied or dropped; then the
rows go, the record stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from expert_pool.facts.refusal import Refusal
from expert_pool.imported import BATCH
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.seal import seal_of
from expert_pool.tables import ImportBatch

KINDS = {"experts": "专家名单", "applicants": "申报组织名单", "records": "各项记录"}
CLOSED = ("applied", "dropped")


def open_import(
    uow: UnitOfWork, kind: str, year: int | None, filename: str, sha256: str, table_json: str
) -> str:
    """收到一个文件: its rows wait for a person's word; gives the public id."""
    if kind not in KINDS:
        raise Refusal("unknown-kind", f"导入的应是{'、'.join(KINDS.values())}。", field="kind")
    batch = ImportBatch(
        kind=kind,
        year=year,
        filename=filename,
        sha256=sha256,
        table_json=seal_of(uow.session).wrap(table_json, BATCH),
        headings_json="{}",
        answers_json="{}",
        summary_json="{}",
        status="open",
        created_at=uow.now,
        created_by=uow.actor.name,
    )
    return uow.add(batch, "i", "open").uid


def answer_import(
    uow: UnitOfWork, uid: str, version: int, headings: Mapping[str, str], answers: Mapping[str, str]
) -> int:
    """确认表头、回答疑问: what was said before stays unless said anew; gives the new version."""
    batch = _open(uow, uid, version)
    with uow.change(batch, "answer"):
        batch.headings_json = _dump(json.loads(batch.headings_json) | dict(headings))
        batch.answers_json = _dump(json.loads(batch.answers_json) | dict(answers))
    return batch.version


def close_import(
    uow: UnitOfWork, uid: str, version: int, status: str, summary: Mapping[str, int]
) -> int:
    """结束导入: applied or dropped; the raw rows are not kept any longer than needed (个人信息保护
    法 19).
    """
    if status not in CLOSED:
        raise ValueError(f"an import ends as one of {CLOSED}")
    batch = _open(uow, uid, version)
    with uow.change(batch, status):
        batch.status, batch.closed_at, batch.table_json = status, uow.now, ""
        batch.answers_json, batch.summary_json = "{}", _dump(dict(summary))
    return batch.version


def _open(uow: UnitOfWork, uid: str, version: int) -> ImportBatch:
    batch = uow.load(ImportBatch, uid, version)
    if batch.status != "open":
        raise Refusal("closed", "这次导入已经结束。")
    return batch


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
