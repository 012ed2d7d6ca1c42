"""专家库各项记录作为表: appointments, suspensions, conflicts, declarations, free days, service; one statement each, for the export."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.core.conflict import KINDS
from expert_pool.core.expert import GRADES
from expert_pool.tables import Appointment, Availability, Conflict, Declaration, Expert, PerformanceRecord, Suspension

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
SOURCES = {"declared": "本人申报", "office": "审定办登记", "found": "自动发现", "reported": "申报组织反映", "decided": "依职权决定"}
DECISIONS = {"": "", "barred": "应当回避", "cleared": "不需回避"}
Listed = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def lists(session: Session, viewer: Viewer, organisations: Collection[str] = ()) -> Iterator[Listed]:
    """(sheet, headings, rows). Conflicts with `organisations` are left out: the viewer must not see them. For staff only."""
    if not viewer.is_staff:
        return
    who = (Expert.uid, Expert.name)
    of = "系统编号", "姓名"
    yield (
        "其他资料",
        (*of, "单位信用代码", "邮箱", "浙政钉账号", "资历", "来源库", "每年半天数上限", "入库时间"),
        _rows(
            session,
            select(*who, Expert.employer_uscc, Expert.email, Expert.zzd_account).add_columns(
                Expert.seniority, Expert.source_pool, Expert.max_effort, Expert.created_at
            ),
        ),
    )
    terms = select(*who, Appointment.grade, Appointment.certificate_no, Appointment.first, Appointment.last, Appointment.ended_on)
    yield (
        "聘任",
        (*of, "等级", "证书编号", "聘期起", "聘期止", "提前终止", "终止原因"),
        [
            (*row[:2], GRADES.get(row[2], row[2]), *row[3:])
            for row in _rows(session, terms.add_columns(Appointment.end_reason).join(Appointment).order_by(Expert.id, Appointment.first))
        ],
    )
    paused = select(*who, Suspension.year, Suspension.reason, Suspension.started_at, Suspension.lifted_at, Suspension.lift_reason)
    yield (
        "暂停使用",
        (*of, "年度", "原因", "起", "恢复", "恢复原因"),
        _rows(session, paused.join(Suspension).order_by(Expert.id, Suspension.id)),
    )
    conflicts = select(*who, Conflict.kind, Conflict.organisation, Conflict.source, Conflict.since, Conflict.until, Conflict.decision)
    conflicts = conflicts.add_columns(Conflict.evidence, Conflict.percent).join(Conflict).where(Conflict.withdrawn_at.is_(None))
    yield (
        "回避情形",
        (*of, "情形", "单位", "来源", "自", "至", "决定", "依据", "持股比例（%）"),
        [
            (*row[:2], KINDS[row[2]].zh, row[3], SOURCES.get(row[4], row[4]), row[5], row[6], DECISIONS.get(row[7], row[7]), row[8], row[9])
            for row in _rows(session, conflicts.order_by(Expert.id, Conflict.id))
            if row[3] not in organisations
        ],
    )
    signed = select(
        *who, Declaration.year, Declaration.text_version, Declaration.signed_at, Declaration.signed_via, Declaration.answered_at
    )
    yield (
        "年度声明",
        (*of, "年度", "文本版本", "签署时间", "方式", "对照名单申报"),
        _rows(session, signed.join(Declaration).order_by(Expert.id, Declaration.year)),
    )
    free = select(*who, Availability.year, Availability.first, Availability.last, Availability.known, Availability.text)
    yield (
        "可参加时间",
        (*of, "年度", "自", "至", "已填", "原话"),
        _rows(session, free.join(Availability).order_by(Expert.id, Availability.year)),
    )
    served = select(*who, PerformanceRecord.year, PerformanceRecord.organisation, PerformanceRecord.leader, PerformanceRecord.effort)
    served = served.add_columns(PerformanceRecord.score, PerformanceRecord.note).join(PerformanceRecord)
    yield (
        "评审记录",
        (*of, "年度", "评审的组织", "任组长", "半天数", "评价", "备注"),
        [row for row in _rows(session, served.order_by(Expert.id, PerformanceRecord.year)) if row[3] not in organisations],
    )


def _rows(session: Session, query: Any) -> list[tuple[Any, ...]]:
    return [tuple(map(_cell, row)) for row in session.execute(query)]


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
        case date() | int() | float() | str() | None:
            return value
    return str(value)
