"""专家页面: the list, one person, and the form to change the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from api.careers.views import LifeCard
from api.identity.tokens import LinkEntry
from api.kit.parts import Field, HistoryLine, MiniCalendar, Option, People
from api.kit.shell import Tone
from api.kit.templating import moment
from expert_pool.core.conflict import KINDS, told_evidence
from expert_pool.core.expert import ExpertFields
from expert_pool.facts.halfday import HALVES, HalfDay
from expert_pool.register import DECISIONS, SOURCES
from expert_pool.store import AvailabilityView, ConflictView, PairView, SuspensionView

SEVERITY_WORDS = {"hard": "不得评审", "soft": "尽量不安排", "review": "待决定，先不安排"}
SHOWN_LINKS = 3  # links that are over
EDUCATION = ("", "大专", "本科", "硕士", "博士")


@dataclass(frozen=True)
class ExpertLine:
    uid: str
    name: str
    leader: bool
    employer: str
    title: str
    quality: bool
    industries: tuple[str, ...]
    town: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ConflictLine:
    uid: str  # empty when there is nothing to end any more
    version: int
    organisation: str
    evidence: str
    kind: str
    effect: str
    period: str
    source: str
    undecided: bool = False
    waivable: bool = False  # soft and undecided: a second person may agree to a waiver


@dataclass(frozen=True)
class PairLine:
    """同组回避: the other expert and why."""

    uid: str
    version: int
    other_uid: str
    other: str
    kind: str
    evidence: str


@dataclass(frozen=True)
class LinkLine:
    """个人链接或日历订阅 that has been given out; `uid` empty when there is nothing to stop any
    more.
    """

    uid: str
    title: str
    text: str
    state: str
    tone: Tone


@dataclass(frozen=True)
class ExpertView:
    uid: str
    version: int
    year: int
    name: str
    employer: str
    title: str
    reasons: tuple[str, ...]
    suspension: SuspensionView | None  # the one in force
    facts: tuple[tuple[str, str], ...]
    quality: bool
    codes: tuple[tuple[str, Tone], ...]
    conflicts: tuple[ConflictLine, ...]
    pairs: tuple[PairLine, ...]
    pair_kinds: tuple[Option, ...]
    organisations: tuple[str, ...]
    applicants: tuple[Option, ...]
    kinds: tuple[Option, ...]
    by_share: tuple[str, ...]  # of these kinds, those that ask for a percentage
    availability_text: str
    availability_known: bool
    availability_words: str
    calendar: MiniCalendar
    life: LifeCard
    declared: str
    history: tuple[HistoryLine, ...]
    links: tuple[LinkLine, ...]
    others: People = field(
        default_factory=People
    )  # with whom she may not sit in one group: to choose from


def conflict_line(row: ConflictView, on: date) -> ConflictLine:
    kind = KINDS.get(row.kind)
    severity = kind.severity_at(row.percent) if kind else ""
    effect = SEVERITY_WORDS.get(severity, "")
    if row.decision:
        effect = DECISIONS[row.decision] + (f"（{row.decided_by}）" if row.decided_by else "")
    if row.withdrawn_at is not None:
        effect = "已撤销"
    since = f"{row.since.year}年{row.since.month}月" if row.since else ""
    until = f"{row.until.year}年{row.until.month}月{row.until.day}日" if row.until else "至今"
    period = (
        f"{since}至{until}"
        if since and row.until
        else f"{since}起"
        if since
        else f"止于{until}"
        if row.until
        else "存续"
    )
    open_ = row.withdrawn_at is None and (row.until is None or row.until > on)
    return ConflictLine(
        row.uid if open_ else "",
        row.version,
        row.organisation,
        told_evidence(row.kind, row.percent, row.evidence),
        kind.zh if kind else row.kind,
        effect,
        period,
        SOURCES.get(row.source, row.source),
        bool(open_ and (severity == "review" or row.name_match) and not row.decision),
        bool(open_ and severity == "soft" and not row.name_match and not row.decision),
    )


def link_lines(rows: Sequence[LinkEntry], now: datetime) -> tuple[LinkLine, ...]:
    """The newest first; of those that are over only the last few."""
    lines = []
    for row in rows:
        good = row.revoked_at is None and row.expires_at > now
        state = (
            "已停用"
            if row.revoked_at
            else "已过期"
            if not good
            else "已打开"
            if row.used_at
            else "未打开"
        )
        text = f"{moment(row.created_at)}发出，{moment(row.expires_at)}前有效"
        title = "日历订阅" if row.purpose == "calendar" else "个人链接"
        lines.append(
            LinkLine(
                row.uid if good else "",
                title,
                text,
                "有效" if good and row.purpose == "calendar" else state,
                "ok" if good else "",
            )
        )
    return (
        *(line for line in lines if line.uid),
        *[line for line in lines if not line.uid][:SHOWN_LINKS],
    )


def pair_lines(rows: Sequence[PairView]) -> tuple[PairLine, ...]:
    """Those in force; a withdrawn one stays in the log only."""
    return tuple(
        PairLine(
            row.uid,
            row.version,
            row.other_uid,
            row.other_name,
            KINDS[row.kind].zh if row.kind in KINDS else row.kind,
            row.evidence,
        )
        for row in rows
        if row.withdrawn_at is None
    )


def availability_words(view: AvailabilityView, window: Sequence[date]) -> str:
    if view.version == 0 or not view.known:
        return "没有填写：未知，不等于有空。"
    away = set(view.absences)
    asked = [day for day in window if view.first and view.last and view.first <= day <= view.last]
    free = sum(HalfDay(day, half) not in away for day in asked for half in HALVES)
    missing = len(window) - len(asked)
    return f"{free} 个半天可参加" + (f"，另有 {missing} 天没有问到" if missing else "") + "。"


def edit_fields(fields: ExpertFields, towns: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """The form; a telephone number is shown masked and stays as it is when the field is left
    alone.
    """
    levels = EDUCATION if fields.education in EDUCATION else (*EDUCATION, fields.education)
    codes = "、".join(item.code for item in fields.industries)
    effort = "" if fields.max_effort is None else str(fields.max_effort)
    return (
        Field("name", "姓名", fields.name, required=True),
        Field(
            "gender",
            "性别",
            options=tuple(
                Option(one, one or "未填", chosen=one == fields.gender) for one in ("", "男", "女")
            ),
        ),
        Field("employer", "工作单位", fields.employer, required=True, wide=True),
        Field("title", "职务、职称", fields.title),
        Field(
            "education",
            "学历",
            options=tuple(
                Option(one, one or "未填", chosen=one == fields.education) for one in levels
            ),
        ),
        Field("phone", "手机", fields.phone, hint="显示为掩码；不改请保持原样"),
        Field("id_number", "身份证号", hint="加密保存，只在核对身份时用；不改请留空，填“无”即删除"),
        Field("email", "邮箱", fields.email or "", hint="用于核查回避"),
        Field(
            "zzd_account",
            "浙政钉账号",
            fields.zzd_account or "",
            hint="accountId，用于发工作通知；没有就留空",
        ),
        Field(
            "town_code",
            "所在地",
            options=tuple(
                Option(c, name, chosen=c == (fields.town_code or "")) for c, name in towns
            ),
        ),
        Field("quality", "质量管理专家", options=_yes_no(fields.quality)),
        Field("leader", "组长资格", options=_yes_no(fields.leader)),
        Field(
            "industries", "专业领域代码", codes, wide=True, hint="GB/T 4754-2017 代码，用顿号分开"
        ),
        Field("max_effort", "每年最多承担（半天）", effort, kind="number", hint="不填则按年度规则"),
        Field("remark", "备注", fields.remark),
    )


def _yes_no(value: bool | None) -> tuple[Option, ...]:
    choices = (("", "未知", None), ("yes", "是", True), ("no", "否", False))
    return tuple(Option(code, words, chosen=value is chosen) for code, words, chosen in choices)
