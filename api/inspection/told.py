"""变更内容: what the log keeps of a record, field by field, in the words the pages use; numbers of
the machinery are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from api.inspection.codes import CODES, SPELLED
from api.kit.common import date_words, industry_words, town_words
from api.kit.labels import FIELDS, OF_KIND
from api.kit.shell import ROLE_NAMES
from api.kit.templating import moment
from award.groups.store import STATUSES
from expert_pool.core.conflict import KINDS
from expert_pool.core.expert import GRADES
from expert_pool.core.life import ENDINGS
from expert_pool.core.recusal import OFFICE_WORDS
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.halfday import HALF_ZH
from expert_pool.register import CHANNELS, DECISIONS, SOURCES

# Numbers and texts of the machinery; and who decided, where the name stands beside the account.
QUIET = {
    "totp_secret",
    "codes",
    "password_set_at",
    "totp_step",
    "invite_sha256",
    "invite_kind",
    "known_as",
    "invite_until",
    "target",
    "agreed_by",
    "agreed_at",
    "token_sha256",
    "id",
    "uid",
    "version",
    "pinyin",
    "first_key",
    "second_key",
    "answered_by",
    "expert_id",
    "account_id",
    "declared_by",
    "expert_a_id",
    "expert_b_id",
    "conflict_id",
    "suspension_id",
    "expert",
    "applicant",
    ("applicant_id"),
    "job_uid",
    "plan_uid",
    "link_uid",
    "origin",
    "problem",
    "plan",
    "names",
    "verdict",
    "problem_digest",
    "digest",
    "fingerprint",
    "anchor",
    "best_plan",
    "results",
    "reports",
    "curve",
    "process",
    "heartbeat_at",
    "elapsed",
    "phase",
    "task",
    "limits",
    "notes",
    "candidates",
    "ticket",
    "sequence",
    "part",
    "decided_by",
    "entered_by",
    "opened_by",
    "proposed_by",
    "let_in_by",
    "approved_by",
    "edited_by",
    "created_by",
    "drawn_by",
    "published_by",
    "withdrawn_by",
    "sent_by",
    "created_at",
    "edited_at",
    "recorded_at",
    "rated_at",
    "saved_at",
    "changed_at",
    "opened_at",
    "decided_at",
    "proposed_at",
    "answered_at",
    "approved_at",
    "published_at",
    "withdrawn_at",
    "drawn_at",
    "voided_at",
    "started_at",
    "finished_at",
    "lifted_at",
    "text_sha256",
    "sha256",
    "table_json",
    "headings_json",
    "answers_json",
    "summary_json",
    "error_code",
    "cancel_requested",
    "birth_precision",
    "founded_precision",
    "salt",
    "password_hash",
    "voiding_by",
    "voiding_at",
    "voided_by",
    "regulation",
    "after_accepting",
    "via",
    "demo",
    "page",
    "hidden",
    "id_sealed",
    "id_mark",
    "kept_at",
    # Of the award year: keys of other records, seals and digests, texts kept as JSON
    "batch_uid",
    "consensus_id",
    "honour_id",
    "inquiry_id",
    "round_id",
    "scorebook_id",
    "agreed",
    "remarks",
    "cases",
    "listing",
    "nonce",
    "receipt",
    "report",
    "report_digest",
    "rubric_digest",
    "scan_sha256",
    "sealed_book",
    "size",
    "step",
    "tally_json",
    "operating_precision",
    "precision",
    # Who and when, where a name stands beside it
    "back_by",
    "checked_by",
    "confirmed_by",
    "issued_by",
    "noted_by",
    "said_by",
    "submitted_by",
    "typed_by",
    "verified_by",
    "added_at",
    "checked_at",
    "entered_at",
    "noted_at",
    "returned_at",
    "said_at",
    "settled_at",
    "submitted_at",
    "typed_at",
    "written_at",
}

STATES = {
    "candidacy": {"open": "待审查", "passed": "通过", "rejected": "不通过", "appointed": "已聘任"},
    "loan": {"lent": "借用中", "returned": "已归还", "recalled": "已撤回"},
    "award_year": {"open": "进行中", "closed": "已办结"},
    "import_batch": {"open": "待确认", "applied": "已写入", "dropped": "已放弃"},
    "solve_job": {
        "queued": "排队",
        "running": "求解中",
        "done": "完成",
        "failed": "未完成",
        "cancelled": "已停止",
    },
    "plan_draw": {"open": "待抽取", "drawn": "已抽取", "void": "已作废"},
    "message": {"waiting": "待交付", "sent": "已交付", "dropped": "已放弃"},
    "plan_version": STATUSES,
}
CERTIFICATE, LETTER, SHEET = "certificate.docx", "letter.docx", "sheet.docx"
PAPERS = {CERTIFICATE: "回避核查证明", LETTER: "聘书", SHEET: "年度履职表", "proof.pdf": "证明单"}
LONGEST = 60
MOST = 20
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def changes(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[tuple[str, str, str], ...]:
    """Field, before, after; only what differs and says something, long values cut."""
    old, new = before or {}, after or {}
    names = list(dict.fromkeys((*old, *new)))
    if several := [
        name for name in names if "/" in name
    ]:  # records taken in together stand under their own numbers
        return (("记录", "", f"{len(several)} 条"),)
    for name in ("policy", "weights"):
        old, new = _apart(old, new, name)
    differing = [
        name
        for name in names
        if old.get(name) != new.get(name) and (name not in QUIET or (kind, name) in OF_KIND)
    ]
    told = [
        (
            field_words(kind, name),
            value_words(kind, name, old.get(name)),
            value_words(kind, name, new.get(name)),
        )
        for name in differing
    ]
    return tuple(line for line in told if line[1] or line[2])[:MOST]


def _apart(
    old: Mapping[str, Any], new: Mapping[str, Any], name: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Of a set of settings kept as JSON only what differs."""
    try:
        one, other = (json.loads(side.get(name) or "{}") for side in (old, new))
    except (TypeError, ValueError):
        return old, new
    differing = (
        [key for key in dict.fromkeys((*one, *other)) if one.get(key) != other.get(key)]
        if old.get(name)
        else []
    )

    def said(values: Mapping[str, Any]) -> str:
        return "，".join(f"{key} {values[key]}" for key in differing if key in values)

    return {**old, name: said(one)}, {**new, name: said(other)}


def field_words(kind: str, name: str) -> str:
    return OF_KIND.get((kind, name)) or FIELDS.get(name, name)


def value_words(kind: str, name: str, value: Any) -> str:
    """A stored value as a reader knows it: 评审员 for reviewer, 2026年8月6日 for 2026-08-06."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return _cut("、".join(_part(item) for item in value))
    text = str(value)
    if spelled := SPELLED.get((kind, name)):
        return _cut(spelled(text))
    if coded := _codes(kind, name).get(text):
        return coded
    if name in ("checks", "items"):
        return _cut(_listed(name, text))
    if name == "town_code":
        return town_words(text, text)
    if _INSTANT.match(text):
        return moment(datetime.fromisoformat(text))
    return date_words(date.fromisoformat(text)) if _DAY.fullmatch(text) else _cut(text)


def _codes(kind: str, name: str) -> Mapping[str, str]:
    if found := CODES.get((kind, name)):
        return found
    book = rulebook()
    by_name: dict[str, Mapping[str, str]] = {
        "grade": GRADES,
        "effect": {**GRADES, "dismiss": ENDINGS["dismiss"]},
        "end_kind": ENDINGS,
        "decision": {**DECISIONS, "accepted": "采纳", "declined": "不采纳"},
        "outcome": {"granted": "同意", "refused": "不同意"},
        "finding": {"founded": "属实", "unfounded": "不属实"},
        "measure": book.measures,
        "stage": book.stages,
        "attendance": {code: words for code, (words, _) in book.attendance.items()},
        "report": {code: words for code, (words, _) in book.reports.items()},
        "rater": {code: one.zh for code, one in book.raters.items()},
        "rule": {one.id: one.zh for one in book.rules},
        "channel": CHANNELS,
        "role": {**OFFICE_WORDS, **{role.value: words for role, words in ROLE_NAMES.items()}},
        "award": {"QUALITY": "质量奖", "INNOVATION": "创新奖"},
        "answer": {"accepted": "接受", "declined": "谢绝"},
        "purpose": {"self": "本人办理", "calendar": "日历订阅"},
        "file": PAPERS,
        "status": STATES.get(kind, {}),
    }
    if name == "kind" and kind == "violation":
        return {code: words for code, (words, _) in book.violations.items()}
    if name == "kind":
        return {code: one.zh for code, one in KINDS.items()} | {
            "experts": "专家",
            "applicants": "申报组织",
        }
    if name == "source" and kind == "conflict":
        return SOURCES
    return by_name.get(name, {})


def _listed(name: str, text: str) -> str:
    """The check of the conditions and the points of a rating are kept as JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if name == "items" and isinstance(found, dict):
        words = {
            code: zh for one in rulebook().raters.values() for code, (zh, _) in one.items.items()
        }
        return "，".join(f"{words.get(code, code)} {points}" for code, points in found.items())
    lacking = (
        [item["zh"] for item in found if item.get("result") != "met"]
        if isinstance(found, list)
        else []
    )
    return "、".join(f"{zh}不符合或不明" for zh in lacking) or ("全部符合" if found else "")


def _part(item: Any) -> str:
    """One half-day or one industry of a record that has several."""
    if isinstance(item, dict) and "half" in item:
        return f"{item.get('day', '')}{HALF_ZH[item['half']]}"
    if isinstance(item, dict) and "code" in item:
        return industry_words(str(item["code"]))
    return str(item)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
