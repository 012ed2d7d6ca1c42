"""履职监督页面: the year's list and one expert's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.kit.common import date_words
from api.kit.parts import Option
from api.kit.shell import Tone
from api.kit.templating import moment
from expert_pool.core.expert import GRADES
from expert_pool.core.performance import Deviation
from expert_pool.core.rulebook import rulebook
from expert_pool.dossier import RatingView, StageView, ViolationView, YearLine, YearSheet

ATTENDANCE_TONES: dict[str, Tone] = {"present": "ok", "late": "warn", "no_show": "bad"}
REPORT_TONES: dict[str, Tone] = {"on_time": "ok", "late": "warn", "missing": "bad"}


@dataclass(frozen=True)
class Case:
    """一个案件."""

    uid: str
    version: int
    expert_uid: str
    name: str
    number: str
    kind: str
    basis: str
    occurred: str
    facts: str
    source: str
    opened: str
    opened_by: str
    open: bool
    outcome: str
    decided: str


@dataclass(frozen=True)
class StageLine:
    organisation: str
    stage: str
    attendance: str
    attendance_tone: Tone
    report: str
    report_tone: Tone
    scores: str
    difference: str
    note: str


def list_view(
    year: int, rows: Sequence[YearLine], cases: Sequence[ViolationView]
) -> dict[str, object]:
    return {
        "year": year,
        "years": tuple(
            Option(str(one), f"{one} 年度", chosen=one == year)
            for one in range(year + 1, year - 4, -1)
        ),
        "rows": tuple({"line": row, "deviation": deviation_short(row.deviation)} for row in rows),
        "cases": tuple(case(row) for row in cases),
        "measures": measures(),
        "proposals": sum(row.proposals for row in rows),
    }


def measures() -> tuple[Option, ...]:
    """What may be decided; not proven comes first."""
    return (
        Option("unfounded", "不属实"),
        *(Option(code, f"属实，{words}") for code, words in rulebook().measures.items()),
    )


def case(row: ViolationView) -> Case:
    kind, basis = rulebook().violations[row.kind]
    outcome = (
        ""
        if not row.finding
        else "不属实"
        if row.finding == "unfounded"
        else f"属实，{rulebook().measures[row.measure]}"
    )
    decided = (
        f"{row.decided_name}，{moment(row.decided_at)}：{row.decision_reason}"
        if row.finding
        else ""
    )
    return Case(
        row.uid,
        row.version,
        row.expert_uid,
        row.name,
        row.case_no,
        kind,
        basis,
        date_words(row.occurred_on),
        row.facts,
        row.source,
        moment(row.opened_at),
        row.opened_by,
        not row.finding,
        outcome,
        decided,
    )


def deviation_short(found: Deviation | None) -> str:
    """+12.5（偏高） for a cell; 数据少 when there is little to judge by."""
    if found is None:
        return ""
    mark = "数据少" if found.few else found.leaning
    return f"{found.bias:+.1f}" + (f"（{mark}）" if mark else "")


def sheet_view(sheet: YearSheet, deviation: tuple[str, ...], this_year: int) -> dict[str, object]:
    book = rulebook()
    organisations = dict.fromkeys(
        [
            *(item.organisation for item in sheet.served),
            *(item.organisation for item in sheet.stages),
        ]
    )
    return {
        "sheet": sheet,
        "later": sheet.year < this_year,
        "grade": GRADES.get(sheet.grade, "未聘任"),
        "stages": tuple(_stage(item) for item in sheet.stages),
        "ratings": tuple(_rating(item) for item in sheet.ratings),
        "means": tuple(
            (book.raters[code].zh, f"{value:.1f}", book.raters[code].weight)
            for code, value in sheet.mark.means.items()
        ),
        "deviation": deviation,
        "cases": tuple(case(item) for item in sheet.violations),
        "measures": measures(),
        "organisations": tuple(organisations),
        "stage_options": tuple(Option(code, words) for code, words in book.stages.items()),
        "attendance": tuple(Option(code, words) for code, (words, _) in book.attendance.items()),
        "reports": tuple(Option(code, words) for code, (words, _) in book.reports.items()),
        "raters": tuple(
            (code, rater.zh, tuple((item, *words) for item, words in rater.items.items()))
            for code, rater in book.raters.items()
        ),
        "kinds": tuple(Option(code, words) for code, (words, _) in book.violations.items()),
        "decisions": tuple(
            (
                item.grounds,
                "采纳" if item.decision == "accepted" else "不采纳",
                item.reason,
                f"{item.decided_name}，{moment(item.decided_at)}",
            )
            for item in sheet.decisions
        ),
    }


def _stage(item: StageView) -> StageLine:
    book = rulebook()
    scores, difference = "", ""
    if item.own_score is not None:
        scores = f"{item.own_score:g}"
        if item.consensus_score is not None:
            scores += f" / {item.consensus_score:g}"
            difference = f"{item.own_score - item.consensus_score:+g}"
    return StageLine(
        item.organisation,
        book.stages[item.stage],
        "接受后推辞" if item.declined else book.attendance.get(item.attendance, ("", 0))[0],
        "warn" if item.declined else ATTENDANCE_TONES.get(item.attendance, ""),
        book.reports.get(item.report, ("", 0))[0],
        REPORT_TONES.get(item.report, ""),
        scores,
        difference,
        item.note,
    )


def _rating(item: RatingView) -> dict[str, object]:
    rater = rulebook().raters[item.rater]
    points = "，".join(f"{words} {item.items[code]}" for code, (words, _) in rater.items.items())
    return {
        "organisation": item.organisation,
        "stage": rulebook().stages[item.stage],
        "rater": rater.zh,
        "name": item.rater_name,
        "score": item.score,
        "points": points,
        "comment": item.comment,
    }
