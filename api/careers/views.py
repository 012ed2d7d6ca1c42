"""任职页面: candidates, and the card about somebody's office on the expert's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.kit.common import date_words
from api.kit.parts import Option
from api.kit.shell import Tone
from expert_pool.core.eligibility import Checked
from expert_pool.core.expert import GRADES
from expert_pool.core.life import ENDINGS, STATES, State, Step
from expert_pool.dossier import CandidacyView, Life, TermView
from expert_pool.facts.intake import RowProblem
from expert_pool.register import CHANNELS, CandidacyFields

RESULTS: dict[str, tuple[str, Tone]] = {
    "met": ("符合", "ok"),
    "unmet": ("不符合", "bad"),
    "unknown": ("不明", "warn"),
}
STATE_TONES: dict[State, Tone] = {
    State.SERVING: "ok",
    State.PENDING: "ok",
    State.CANDIDATE: "warn",
    State.ELIGIBLE: "accent",
    State.SUSPENDED: "bad",
    State.DISMISSED: "bad",
    State.REJECTED: "bad",
    State.EXPIRED: "warn",
}
STATUSES: dict[str, tuple[str, Tone]] = {
    "open": ("待审查", "warn"),
    "passed": ("已通过，待聘任", "accent"),
    "rejected": ("未通过", "bad"),
    "appointed": ("已聘任", "ok"),
}

BLANK = CandidacyFields()


@dataclass(frozen=True)
class CheckLine:
    zh: str
    basis: str
    words: str
    result: str
    tone: Tone


@dataclass(frozen=True)
class CandidateLine:
    uid: str
    version: int
    expert_uid: str
    name: str
    employer: str
    channel: str
    received: str
    entered_by: str
    entered: str
    status: str
    tone: Tone
    open: bool
    passed: bool
    checks: tuple[CheckLine, ...]
    waivable: (
        str  # what may be waived with a reason, in words; of somebody admitted, what was waived
    )
    firm: str  # what cannot
    decided: str
    form: CandidacyFields


@dataclass(frozen=True)
class TermLine:
    uid: str
    grade: str
    state: str
    tone: Tone
    period: str
    certificate: str
    ended: str


@dataclass(frozen=True)
class LifeCard:
    """任职: where somebody stands and what may be done next."""

    state: str
    tone: Tone
    steps: frozenset[str]
    terms: tuple[TermLine, ...]
    checks: tuple[CheckLine, ...]
    unmet: tuple[str, ...]  # what the chief may waive with a reason
    firm: tuple[str, ...]  # what nobody may waive
    unchecked: bool  # appointed never before, and no check passed
    first: str
    last: str
    grades: tuple[Option, ...]
    grade: str
    blank_form: CandidacyFields = BLANK


def candidates_view(
    rows: Sequence[CandidacyView], problems: Sequence[RowProblem] = ()
) -> dict[str, object]:
    lines = tuple(_candidate(row) for row in rows)
    return {
        "waiting": tuple(line for line in lines if line.open),
        "others": tuple(line for line in lines if not line.open),
        "problems": tuple(problems),
    }


def _candidate(row: CandidacyView) -> CandidateLine:
    status, tone = STATUSES[row.status]
    lacking = [item for item in row.checks if item.result != "met"]
    channel = CHANNELS.get(row.channel, row.channel) + (
        f"：{row.recommender}" if row.recommender else ""
    )
    decided = f"{row.decided_name}：{row.reason}" if row.reason else row.decided_name
    return CandidateLine(
        row.uid,
        row.version,
        row.expert_uid,
        row.name,
        row.employer,
        channel,
        date_words(row.received_on),
        row.entered_by,
        row.entered_name,
        status,
        tone,
        row.status == "open",
        row.status == "passed",
        check_lines(row.checks),
        "、".join(item.zh for item in lacking if item.waivable),
        "、".join(item.zh for item in lacking if not item.waivable),
        decided,
        row.form,
    )


def check_lines(checks: Sequence[Checked]) -> tuple[CheckLine, ...]:
    return tuple(
        CheckLine(item.zh, item.basis, item.words, *RESULTS[item.result]) for item in checks
    )


def life_card(life: Life, today: date, offered: tuple[date, date]) -> LifeCard:
    running = next(
        (term for term in life.terms if term.first <= today <= (term.ended_on or term.last)), None
    )
    grade = running.grade if running else life.terms[-1].grade if life.terms else "reviewer"
    known = any(item.status != "appointed" for item in life.candidacies)
    passed = any(item.status == "passed" for item in life.candidacies)
    unmet = [item for item in life.checks if item.result == "unmet" and not passed]
    return LifeCard(
        STATES[life.state],
        STATE_TONES.get(life.state, ""),
        frozenset(row.step.value for row in life.steps),
        tuple(_term(term, today) for term in reversed(life.terms)),
        check_lines(life.checks)
        if known or Step.APPOINT in {row.step for row in life.steps}
        else (),
        tuple(f"{item.zh}（{item.words}）" for item in unmet if item.waivable),
        tuple(f"{item.zh}（{item.words}）" for item in unmet if not item.waivable),
        not life.terms and not passed,
        offered[0].isoformat(),
        offered[1].isoformat(),
        tuple(Option(code, words, chosen=code == grade) for code, words in GRADES.items()),
        GRADES.get(grade, ""),
    )


def _term(term: TermView, today: date) -> TermLine:
    end = term.ended_on or term.last
    state: str
    tone: Tone
    if term.end_kind == "dismiss":
        state, tone = ENDINGS["dismiss"], "bad"
    elif term.end_kind == "resign" and end <= today:
        state, tone = ENDINGS["resign"], ""
    elif term.first <= today <= end:
        state, tone = "有效", "ok"
    elif today < term.first:
        state, tone = "未开始", ""
    else:
        state, tone = ENDINGS.get(term.end_kind, "届满"), ""
    ended = (
        f"{ENDINGS[term.end_kind]}：{term.end_reason}"
        if term.end_kind in ENDINGS and term.end_reason
        else ""
    )
    period = f"{date_words(term.first)}至{date_words(end)}"
    return TermLine(
        term.uid,
        GRADES.get(term.grade, term.grade),
        state,
        tone,
        period,
        term.certificate_no,
        ended,
    )
