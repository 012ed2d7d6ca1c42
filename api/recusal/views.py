"""回避页面: the year's list by what is to be done, and the certificate of one pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.kit.common import date_words, paged
from api.kit.parts import Option
from api.kit.shell import Tone
from api.kit.templating import moment
from award.papers.register import effect_words
from award.recusal.certificate import Certificate, Finding, NameQuestion
from expert_pool.core.conflict import KINDS, told_evidence
from expert_pool.core.recusal import OFFICE_WORDS, SIDES, Side
from expert_pool.dossier import LiftingView, OfficialView, RulingView, WaiverView
from expert_pool.facts.intake import RowProblem
from expert_pool.register import SOURCES

SIDE_TONES: dict[str, Tone] = {
    "out": "bad",
    "hard": "bad",
    "pending": "warn",
    "soft": "accent",
    "cleared": "ok",
    "over": "",
}
VERDICT_TONES: dict[str, Tone] = {
    "out": "bad",
    "barred": "bad",
    "pending": "warn",
    "undeclared": "warn",
    "discouraged": "accent",
    "clear": "ok",
}


@dataclass(frozen=True)
class Line:
    finding: Finding
    version: int
    kind: str
    side: str
    tone: Tone
    source: str
    ended: str
    ended_iso: str
    told: str  # 依据, with the percentage of a holding
    allowable: bool  # barred unless somebody decides otherwise
    soft_if_same: bool  # found by a name alone; if it is she, she is better not assigned


TABS = {"pending": "待决定", "soft": "尽量不安排", "barred": "应当回避", "decided": "已作决定"}


@dataclass(frozen=True)
class Matters:
    """What the page is made from, cut already to what the viewer may know."""

    year: int | None
    found: Sequence[Finding]
    hints: Sequence[tuple[str, str, str, str, str]]
    versions: Mapping[str, int]
    waivers: Sequence[WaiverView]
    liftings: Sequence[LiftingView]
    rulings: Sequence[RulingView]
    officials: Sequence[OfficialView]
    holdings: Sequence[tuple[str, int, str]]
    doubts: Sequence[NameQuestion] = ()


def list_view(
    matters: Matters, show: str, number: int, problems: Sequence[RowProblem]
) -> dict[str, object]:
    lines = [_line(item, matters.versions) for item in matters.found]
    waiting = tuple(row for row in matters.waivers if not row.outcome)
    waived = {row.conflict_uid for row in waiting}
    rows: dict[str, Sequence[object]] = {
        # What hangs on whether two names are one organisation is asked once, by the names.
        "pending": _once(
            line for line in lines if line.finding.side == Side.PENDING and not line.finding.doubt
        ),
        "soft": [
            line
            for line in lines
            if line.finding.side == Side.SOFT and line.finding.record not in waived
        ],
        "barred": [line for line in lines if line.finding.side in (Side.HARD, Side.OUT)],
        "decided": rulings_view(matters.rulings),
    }
    shown, pager = paged(rows[show], number, "/recusals", {"show": show})
    counts = {key: len(found) for key, found in rows.items()}
    lifted = tuple(row for row in matters.liftings if not row.outcome)
    beside = len(waiting) + len(lifted) + len(matters.doubts)
    return {
        "year": matters.year,
        "show": show,
        "tabs": tuple(
            (key, words, counts[key] + (beside if key == "pending" else 0))
            for key, words in TABS.items()
        ),
        "counts": counts,
        "rows": shown,
        "pager": pager,
        "waivers": tuple(_waiver(row) for row in waiting),
        "liftings": tuple(_lifting(row) for row in lifted),
        "doubts": tuple(
            (one.written, one.official, _some(one.experts)) for one in matters.doubts[:MOST_ASKED]
        ),
        "later": len(matters.doubts[MOST_ASKED:]),
        "hints": matters.hints,
        "officials": tuple(
            (row, OFFICE_WORDS[row.role]) for row in matters.officials if row.until is None
        ),
        "roles": tuple(Option(code, words) for code, words in OFFICE_WORDS.items()),
        "holdings": matters.holdings,
        "problems": tuple(problems),
    }


MOST_NAMED = 8
MOST_ASKED = 50  # an answered question goes, and the next one comes up


def _some(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 人" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more


def _line(item: Finding, versions: Mapping[str, int]) -> Line:
    return Line(
        item,
        versions.get(item.record, 0),
        KINDS[item.kind].zh,
        SIDES[Side(item.side)],
        SIDE_TONES[item.side],
        SOURCES.get(item.source, item.source),
        f"止于{date_words(item.ended)}" if item.ended else "存续",
        item.ended.isoformat() if isinstance(item.ended, date) else "",
        told_evidence(item.kind, item.percent, item.evidence) or item.organisation,
        KINDS[item.kind].allowable and item.side == Side.HARD,
        item.name_match and KINDS[item.kind].severity_at(item.percent) == "soft",
    )


def _once(lines: Iterable[Line]) -> tuple[Line, ...]:
    """A question about a group concerns several applicants and is decided once."""
    kept: dict[tuple[str, ...], Line] = {}
    for line in lines:
        item = line.finding
        kept.setdefault((item.expert_uid, item.kind, item.organisation, item.record), line)
    return tuple(kept.values())


def _waiver(row: WaiverView) -> dict[str, object]:
    return {
        "uid": row.uid,
        "version": row.version,
        "expert_uid": row.expert_uid,
        "name": row.name,
        "kind": KINDS[row.kind].zh,
        "organisation": row.organisation,
        "evidence": row.evidence,
        "reason": row.reason,
        "proposed_by": row.proposed_by,
        "by": f"{row.proposed_name}，{moment(row.proposed_at)}",
    }


LIFTED = {"withdraw": "撤销误登", "clear": "同名不是本人，或者原决定有误，不需回避"}


def _lifting(row: LiftingView) -> dict[str, object]:
    what = LIFTED.get(row.act) or f"关系已于{date_words(row.until)}结束"
    return {
        "uid": row.uid,
        "version": row.version,
        "expert_uid": row.expert_uid,
        "name": row.name,
        "kind": KINDS[row.kind].zh,
        "other": row.other,
        "what": what,
        "reason": row.reason,
        "proposed_by": row.proposed_by,
        "by": f"{row.proposed_name}，{moment(row.proposed_at)}",
    }


OUTCOMES: dict[str, tuple[str, Tone]] = {
    "barred": ("应当回避", "bad"),
    "cleared": ("不需回避", "ok"),
    "refused": ("不同意豁免", "warn"),
}


def rulings_view(rows: Sequence[RulingView]) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "uid": row.expert_uid,
            "name": row.name,
            "organisation": row.organisation,
            "kind": KINDS[row.kind].zh,
            "outcome": OUTCOMES[row.outcome][0],
            "tone": OUTCOMES[row.outcome][1],
            "reason": row.reason,
            "by": f"{row.by} · {moment(row.at)}",
        }
        for row in rows
    )


def certificate_view(found: Certificate) -> dict[str, object]:
    return {
        "c": found,
        "words": found.words,
        "tone": VERDICT_TONES[found.verdict],
        "deadline": date_words(found.deadline),
        "declared": (
            f"{moment(found.declared_at)}签署（{found.declared_via}）" if found.declared_at else ""
        ),
        "kinds": tuple(
            {
                "zh": kind.zh,
                "severity": kind.severity,
                "since": kind.since,
                "result": kind.result,
                "tone": (
                    SIDE_TONES[
                        min((Side(fact.side) for fact in kind.facts), key=list(SIDES).index).value
                    ]
                    if kind.facts
                    else "ok"
                ),
                "facts": tuple(
                    (fact.evidence or fact.organisation, fact.source, effect_words(fact))
                    for fact in kind.facts
                ),
            }
            for kind in found.kinds
        ),
        "digest": found.digest[:16],
        "document": (
            f"/api/v1/experts/{found.expert_uid}/recusals/{found.applicant_uid}/certificate.docx"
        ),
    }
