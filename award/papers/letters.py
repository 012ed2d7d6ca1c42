"""受理和资格审查文书（办法第十二条、第十三条第三项）: 征求意见函 with its 回执, 资格审查结论."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from award.papers.word import (
    HEI,
    LEFT,
    RIGHT,
    SI,
    Column,
    keep_last_with_next,
    new_document,
    paragraph,
    save,
    table,
    title,
)
from award.papers.wording import clean, date_zh, sentence

OFFICE = "诸暨市政府质量奖审定委员会办公室"


@dataclass(frozen=True)
class Letter:
    """One department's letter; `firms`: (name, credit code)."""

    department: str
    question: str
    due: date
    firms: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Conclusion:
    """资格审查结论. `conditions`: (title, article, verdict, reason); `answers`: (unit, answer,
    text).
    """

    year: int
    name: str
    uscc: str
    award: str
    conditions: Sequence[tuple[str, str, str, str]]
    answers: Sequence[tuple[str, str, str]]
    outcome: str
    reason: str
    decided_by: str
    decided_on: date


def letters_docx(year: int, letters: Sequence[Letter], on: date) -> bytes:
    """征求意见函 for every department, each with its own 回执 to be filled in and stamped."""
    document = new_document("征求意见函", "内部资料　注意保密", f"{year}年度", "")
    for position, letter in enumerate(letters):
        title(document, "关于征求政府质量奖申报组织意见的函", new_page=position > 0)
        _text(document, f"{clean(letter.department)}：", indent=0)
        _text(
            document,
            f"根据《诸暨市政府质量奖评审管理办法》第十三条第三项，现就{year}年度诸暨市政府质量奖"
            f"下列{len(letter.firms)}家申报组织征求贵单位意见，请重点核查："
            f"{sentence(letter.question)}",
        )
        _text(
            document,
            f"请于{date_zh(letter.due)}前在答复链接中逐家答复，或填写所附回执并加盖公章后送回。"
            "逾期未答复的，不视为同意。",
        )
        _signed(document, OFFICE, on)
        title(document, "回　　执", new_page=True)
        rows = [
            (str(number), clean(name), uscc, "", "")
            for number, (name, uscc) in enumerate(letter.firms, 1)
        ]
        table(
            document,
            (
                Column("序号", 12),
                Column("申报组织", 48, LEFT),
                Column("统一社会信用代码", 48),
                Column("意见", 18),
                Column("情况说明", 30, LEFT),
            ),
            rows,
        )
        keep_last_with_next(document)
        paragraph(
            document,
            "注：意见填“无异议”“有异议”或“不涉及”；有异议的请写明时间、事由和是否属组织责任。",
            size=SI,
            before=6,
            keep=True,
        )
        unit = f"答复单位（盖章）：{clean(letter.department)}"
        paragraph(document, unit, before=18, keep=True)
        paragraph(document, "答复人：　　　　　　　　日期：　　　　年　　月　　日", before=6)
    return save(document)


def conclusion_docx(found: Conclusion) -> bytes:
    """资格审查结论 of one applicant."""
    document = new_document("资格审查结论", "内部资料　注意保密", f"{found.year}年度", "")
    title(document, "诸暨市政府质量奖资格审查结论")
    _text(document, f"申报组织：{clean(found.name)}", indent=0)
    _text(document, f"统一社会信用代码：{found.uscc or '—'}", indent=0)
    _text(document, f"申报奖项：{found.award}", indent=0)
    _heading(document, "一、申报条件")
    table(
        document,
        (
            Column("条件", 46, LEFT),
            Column("依据", 34, LEFT),
            Column("判定", 18),
            Column("说明", 58, LEFT),
        ),
        [
            (clean(name), article.removeprefix("办法"), verdict, clean(reason))
            for name, article, verdict, reason in found.conditions
        ],
    )
    _heading(document, "二、部门意见")
    if found.answers:
        table(
            document,
            (Column("部门", 52, LEFT), Column("意见", 24), Column("说明", 80, LEFT)),
            [(clean(unit), answer, clean(text) or "—") for unit, answer, text in found.answers],
        )
    else:
        _text(document, "没有征求部门意见。")
    _heading(document, "三、结论")
    _text(document, f"经审查，该组织{found.outcome}资格审查。{clean(found.reason)}")
    _signed(document, f"{OFFICE}　{clean(found.decided_by)}", found.decided_on)
    return save(document)


def _text(document: Any, text: str, indent: float = 2) -> None:
    paragraph(document, text, indent=indent)


def _heading(document: Any, text: str) -> None:
    paragraph(document, text, font=HEI, before=10, after=4, keep=True)


def _signed(document: Any, who: str, on: date) -> None:
    paragraph(document, who, align=RIGHT, before=24, right_indent=1, keep=True)
    paragraph(document, date_zh(on), align=RIGHT, right_indent=2)
