"""专家管理文书: 聘书, 年度履职表, 回避核查证明, each a Word file to be printed, sealed or
signed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from award.papers.word import (
    BODY,
    CENTRE,
    HEI,
    KAI,
    LEFT,
    RIGHT,
    SAN,
    SI,
    TEXT_WIDTH,
    TITLE,
    Column,
    keep_last_with_next,
    new_document,
    paragraph,
    save,
    table,
    title,
)
from award.papers.wording import clean, date_zh, tidy
from award.recusal.certificate import Certificate, Fact
from expert_pool.core.expert import GRADES
from expert_pool.core.performance import Deviation
from expert_pool.core.recusal import SIDES, Side
from expert_pool.core.rulebook import rulebook
from expert_pool.dossier import RatingView, StageView, TermView, YearSheet
from expert_pool.facts.zone import local_day

OFFICE = "诸暨市政府质量奖审定办"
LATER = "以上为出具当日的核查结果；此后出现新情形的，另行核查。"
GRADE_TITLES = {"trainee": "见习评审员", "reviewer": "评审员", "lead": "评审员（具备评审组长资格）"}


def appointment_docx(name: str, term: TermView) -> bytes:
    """聘书 for one term of office, ready for the seal."""
    document = new_document(
        "聘书",
        "",
        f"编号：{term.certificate_no}" if term.certificate_no else "",
        "",
        numbered=False,
    )
    paragraph(
        document, "聘　书", font=TITLE, size=48, align=CENTRE, before=72, after=60, exact=None
    )
    paragraph(document, f"{clean(name)}　同志：", font=KAI, size=22, exact=40, after=12)
    span = f"{date_zh(term.first)}至{date_zh(term.last)}"
    text = f"兹聘请您担任诸暨市政府质量奖{GRADE_TITLES.get(term.grade, term.grade)}，聘期自{span}。"
    paragraph(document, text, size=22, indent=2, exact=40, after=12)
    paragraph(document, "特发此证。", size=22, indent=2, exact=40, after=96)
    _signed(document, OFFICE, term.decided_on or term.first, size=SAN)
    return save(document)


def year_sheet_docx(sheet: YearSheet, on: date) -> bytes:
    """年度履职表: the record of one expert's year, for the file and for a signature."""
    sheet = tidy(sheet)
    document = new_document("年度履职表", "内部资料　注意保密", f"{sheet.year}年度", "")
    title(document, "诸暨市政府质量奖评审员", f"{sheet.year}年度履职表")
    mark = "没有评价" if sheet.mark.mark is None else f"{sheet.mark.mark}分"
    _facts(
        document,
        (
            ("姓　　名", sheet.name),
            ("工作单位", sheet.employer),
            ("职　　称", sheet.title or "—"),
            ("等　　级", GRADES.get(sheet.grade, "未聘任")),
            ("评审工作", _served(sheet)),
            ("年度得分", mark),
        ),
    )
    _heading(document, "一、履职情况")
    _stages(document, sheet.stages)
    _heading(document, "二、评价")
    _ratings(document, sheet.ratings)
    for words, times, points in sheet.mark.deductions:
        _text(document, f"{words} {times} 次，扣 {points} 分。")
    _heading(document, "三、评分偏差（本人评分与合议得分之差，满分1000分）")
    for words in deviation_words(sheet):
        _text(document, words)
    _heading(document, "四、违规和处理")
    for case in sheet.violations:
        kind = rulebook().violations[case.kind][0]
        done = (
            rulebook().measures.get(case.measure, "核查中")
            if case.finding != "unfounded"
            else "不属实"
        )
        _text(document, f"案件{case.case_no}：{kind}（{date_zh(case.occurred_on)}），{done}。")
    if not sheet.violations:
        _text(document, "没有记录。")
    _heading(document, "五、建议和决定")
    for item in sheet.proposals:
        _text(document, f"建议：{item.zh}。{item.grounds}。")
    for decided in sheet.decisions:
        outcome = "采纳" if decided.decision == "accepted" else "不采纳"
        _text(
            document,
            f"{decided.decided_name}于{date_zh(local_day(decided.decided_at))}决定{outcome}：{decided.reason}。",
        )
    if not sheet.proposals and not sheet.decisions:
        _text(document, "没有建议。")
    keep_last_with_next(document)
    _signed(document, OFFICE, on)
    return save(document)


def recusal_docx(certificate: Certificate, made_at: datetime) -> bytes:
    """回避核查证明: what was checked, what was found, and the conclusion."""
    digest, certificate = certificate.digest, tidy(certificate)
    document = new_document("回避核查证明", "内部资料　注意保密", f"校验码：{digest[:16]}", "")
    title(document, "诸暨市政府质量奖", "评审回避核查证明")
    _facts(
        document,
        (
            ("评审专家", f"{certificate.expert}（{certificate.employer}）"),
            (
                "申报组织",
                certificate.applicant + (f"（{certificate.uscc}）" if certificate.uscc else ""),
            ),
            ("评审年度", f"{certificate.year}年度，回溯基准日{date_zh(certificate.deadline)}"),
            ("本人申报", _declared(certificate)),
            ("结　　论", certificate.words),
        ),
    )
    for reason in certificate.reasons:
        _text(document, f"{reason.rstrip('。')}。")
    _heading(document, "一、核查范围")
    table(
        document,
        (Column("项　目", 60, LEFT), Column("核查情况", 96, LEFT)),
        certificate.checked,
        size=10.5,
        height=20,
    )
    if certificate.family:
        _text(document, f"同一集团的企业一并核查：{'、'.join(certificate.family)}。")
    found = [(kind, fact) for kind in certificate.kinds for fact in kind.facts]
    if found:
        _heading(document, "二、发现的情形")
        rows = [
            (
                kind.zh,
                fact.evidence or fact.organisation,
                fact.source + ("" if fact.record else "（未立案）"),
                effect_words(fact),
            )
            for kind, fact in found
        ]
        table(
            document,
            (
                Column("情　形", 44, LEFT),
                Column("依　据", 64, LEFT),
                Column("来源", 22),
                Column("效力", 26),
            ),
            rows,
            size=10.5,
            height=20,
        )
    for hint in certificate.hints:
        _text(document, f"提示：{hint}（不作为回避依据）。")
    _heading(document, f"{'三' if found else '二'}、逐项结果")
    columns = (
        Column("情　形", 70, LEFT),
        Column("后果", 22),
        Column("回溯", 42),
        Column("结果", 22),
    )
    lines = [(kind.zh, kind.severity, kind.since, kind.result) for kind in certificate.kinds]
    table(document, columns, lines, size=10.5, height=20)
    _text(document, LATER)
    keep_last_with_next(document)
    _signed(document, OFFICE, local_day(made_at))
    return save(document)


def effect_words(fact: Fact) -> str:
    """应当回避（何国栋决定）."""
    return SIDES[Side(fact.side)] + (f"（{fact.decided_by}决定）" if fact.decided_by else "")


def deviation_words(sheet: YearSheet) -> tuple[str, ...]:
    """The figures in sentences; the page and the paper say the same."""
    if sheet.deviation_all is None:
        return ("没有可以比较的评分。",)
    lines = []
    for title_, found in (
        (f"{sheet.year}年度", sheet.deviation),
        ("历年合计", sheet.deviation_all),
    ):
        if found is not None:
            lines.append(f"{title_}：{_deviation(found)}")
    return tuple(lines)


def _deviation(found: Deviation) -> str:
    words = f"{found.count} 次评分，平均偏差 {found.bias:+.1f} 分"
    if found.bias_low is not None and found.spread is not None:
        words += f"（95% 置信区间 {found.bias_low:+.1f} 至 {found.bias_high:+.1f}）"
        words += (
            f"，离散 {found.spread:.1f} 分（{found.spread_low:.1f} 至 {found.spread_high:.1f}）"
        )
    if found.few:
        return words + "；数据少，不作判断。"
    return words + (f"；评分{found.leaning}。" if found.leaning else "；没有明显偏高或偏低。")


def _served(sheet: YearSheet) -> str:
    if not sheet.served:
        return "本年度没有评审任务"
    led = sum(item.leader for item in sheet.served)
    return f"{len(sheet.served)} 家，{sum(item.effort for item in sheet.served)} 个半天" + (
        f"，其中任组长 {led} 家" if led else ""
    )


def _stages(document: Any, stages: tuple[StageView, ...]) -> None:
    if not stages:
        _text(document, "没有记录。")
        return
    book = rulebook()
    columns = (
        Column("组　织", 56, LEFT),
        Column("阶段", 22),
        Column("出勤", 24),
        Column("报告", 24),
        Column("本人/合议", 30),
    )
    rows = []
    for item in stages:
        scores = f"{_score(item.own_score)}/{_score(item.consensus_score)}"
        came = (
            "接受后推辞" if item.declined else book.attendance.get(item.attendance, ("未记", 0))[0]
        )
        rows.append(
            (
                item.organisation,
                book.stages[item.stage],
                came,
                book.reports.get(item.report, ("未记", 0))[0],
                scores,
            )
        )
    table(document, columns, rows, size=10.5, height=22)


def _ratings(document: Any, ratings: tuple[RatingView, ...]) -> None:
    if not ratings:
        _text(document, "没有评价。")
        return
    book = rulebook()
    rows = []
    for item in ratings:
        rater = book.raters[item.rater]
        points = "，".join(
            f"{words} {item.items[code]}" for code, (words, _) in rater.items.items()
        )
        rows.append((item.organisation, book.stages[item.stage], rater.zh, f"{item.score}", points))
    columns = (
        Column("组　织", 46, LEFT),
        Column("阶段", 20),
        Column("评价方", 22),
        Column("得分", 14),
        Column("分项", 54, LEFT),
    )
    table(document, columns, rows, size=10.5, height=22)


def _score(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _declared(certificate: Certificate) -> str:
    if certificate.declared_at is None:
        return "尚未签署本年度申报与承诺"
    return (
        f"{date_zh(local_day(certificate.declared_at))}签署本年度申报与承诺"
        f"（{certificate.declared_via}）"
    )


def _facts(document: Any, facts: tuple[tuple[str, str], ...]) -> None:
    rows = [(name, clean(value)) for name, value in facts]
    table(
        document, (Column("项　目", 34), Column("内　容", TEXT_WIDTH - 34, LEFT)), rows, keep=True
    )


def _heading(document: Any, words: str) -> None:
    paragraph(document, words, font=HEI, size=SI, before=10, after=4, keep=True, exact=24)


def _text(document: Any, words: str) -> None:
    paragraph(document, clean(words), font=BODY, size=SI, indent=2, exact=24)


def _signed(document: Any, who: str, day: date, size: float = SI) -> None:
    paragraph(document, who, size=size, align=RIGHT, right_indent=2, before=24, keep=True, exact=30)
    paragraph(document, date_zh(day), size=size, align=RIGHT, right_indent=2, exact=30)
