"""表彰文书: 奖励发放表, 评审反馈报告, 评审结果通知书, 撤销通知, and 经费台账 as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from award.decision.papers import AWARDS, OFFICE, Frame
from award.honours.core.account import KINDS, Line, sums
from award.honours.core.revocation import GROUNDS
from award.honours.store import HonourView
from award.honours.tables import Revocation
from award.papers.word import (
    HEI,
    LEFT,
    RIGHT,
    SI,
    WU,
    Column,
    keep_last_with_next,
    new_document,
    paragraph,
    save,
    table,
    title,
)
from award.papers.wording import clean, date_zh, sentence
from award.scoring.core.rubric import Band, Rubric
from award.scoring.core.rubric import written as score

WHY = {
    "new": "首次获得该奖项",
    "repeat": "再次获得同一奖项，不占名额",
    "upgrade": "由创新奖升为质量奖，奖励差额",
    "lesser": "获质量奖后又获创新奖，按实施细则",
    "ruled": "按审委会决定",
    "": "以前年度",
}


@dataclass(frozen=True)
class Feedback:
    """What one applicant is told: its own scores and remarks; no names of reviewers, no rank."""

    organisation: str
    award: str
    result: str
    shows: str  # none / band / points
    total: int | None  # hundredths
    items: Sequence[Mapping[str, Any]]  # of the last report: no, percent, strengths, improvements


def payments_docx(frame: Frame, rows: Sequence[HonourView]) -> bytes:
    """奖励发放表（办法第十四条）."""
    document = new_document("奖励发放表", "内部资料　注意保密", "", "", turned=True)
    title(document, f"{frame.subject}奖励发放表")
    columns = (
        Column("序号", 12),
        Column("获奖组织", 70, LEFT),
        Column("奖项", 20),
        Column("依据", 40, LEFT),
        Column("应发（元）", 26, RIGHT),
        Column("发放日期和凭证", 54, LEFT),
    )
    listed = [
        (
            str(number),
            clean(row.organisation),
            AWARDS[row.award],
            WHY[row.why],
            f"{row.amount:,}",
            f"{date_zh(row.paid_on)}，{clean(row.voucher)}"
            if row.paid_on
            else clean(row.open_reason),
        )
        for number, row in enumerate(rows, 1)
    ]
    listed.append(("", "合计", "", "", f"{sum(row.amount for row in rows):,}", ""))
    table(document, columns, listed)
    paragraph(document, "经办人：　　　　　　　复核人：　　　　　　　负责人：", size=SI, before=20)
    return save(document)


def feedback_docx(frame: Frame, rubric: Rubric, told: Feedback) -> bytes:
    """评审反馈报告: strengths and what can be improved, item by item, for winner and loser
    alike.
    """
    document = new_document("评审反馈报告", "", "", "")
    title(document, frame.subject, "评审反馈报告")
    paragraph(document, f"{clean(told.organisation)}：", keep=True)
    paragraph(
        document,
        f"感谢贵单位申报{frame.subject}（{AWARDS[told.award]}）。现将评审组的意见反馈如下，供改进"
        "经营管理参考。",
        indent=2,
    )
    if told.shows == "points" and told.total is not None:
        paragraph(document, f"评审总评分：{score(told.total)}分。", indent=2)
    held = {one["no"]: one for one in told.items}
    for no, name in rubric.categories:
        paragraph(document, f"{no} {name}", font=HEI, before=8, keep=True, outline=1)
        rows = [
            (
                f"{item.no}\n{item.name}",
                _band(
                    rubric.band_of(held[item.no]["percent"]), held[item.no]["percent"], told.shows
                ),
                _lines(held[item.no]["strengths"]),
                _lines(held[item.no]["improvements"]),
            )
            for item in rubric.items
            if item.category == no and item.no in held
        ]
        columns = (
            Column("条款", 34, LEFT),
            Column("评分档", 20),
            Column("优势", 51, LEFT),
            Column("改进空间", 51, LEFT),
        )
        table(document, columns, rows, size=WU)
    _signature(document, frame)
    return save(document)


def _band(band: Band, percent: int, shows: str) -> str:
    return {"none": "—", "points": f"{percent}%"}.get(shows, band.words)


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(f"{n}. {clean(text)}" for n, text in enumerate(texts, 1)) or "—"


def letter_docx(frame: Frame, told: Feedback) -> bytes:
    """评审结果通知书."""
    document = new_document("评审结果通知书", "", "", "", numbered=False)
    title(document, frame.subject, "评审结果通知书")
    paragraph(document, f"{clean(told.organisation)}：")
    paragraph(
        document, f"贵单位申报{frame.subject}（{AWARDS[told.award]}），{told.result}", indent=2
    )
    paragraph(document, "评审反馈报告随附。感谢贵单位对质量工作的支持。", indent=2)
    _signature(document, frame)
    return save(document)


RESULTS = {
    "awarded": "经市人民政府批准，获得本年度奖项。获奖荣誉用于组织形象宣传时须注明获奖年度，"
    "不得用于产品宣传。",
    "not-shortlisted": "经资料评审，未进入现场评审。",
    "below-line": "经综合评价，总评分未达到该奖项的分数线。",
    "no-majority": "经审定委员会审查表决，赞成票未达到有效票数的一半以上。",
    "over-quota": "经审定委员会审查表决，因名额所限未列入获奖名单。",
    "disqualified": "公示期间反映的问题经查证属实或市人民政府未批准，取消获奖资格。",
    "given-up": "已按贵单位来函登记放弃。",
    "withdrawn": "已按贵单位来函登记撤回。",
    "unqualified": "经资格审查，不符合申报条件。",
}


def revocation_docx(frame: Frame, honour: HonourView, row: Revocation) -> bytes:
    """撤销与追缴通知（办法第十八条）."""
    document = new_document("撤销与追缴通知", "", "", "", numbered=False)
    title(document, f"关于撤销{honour.year}年度", f"诸暨市政府{AWARDS[honour.award]}荣誉的通知")
    paragraph(document, f"{clean(honour.organisation)}：")
    paragraph(
        document,
        f"经查，贵单位{GROUNDS[row.ground]}：{sentence(row.facts)}根据《诸暨市政府质量奖评审管理办法》"
        f"第十八条，经市人民政府批准（{clean(row.document)}，{date_zh(row.decided_on)}），取消贵单位"
        f"{honour.year}年度{AWARDS[honour.award]}荣誉资格，收回奖牌和奖金{row.recover:,}元。",
        indent=2,
    )
    if row.banned_through is not None:
        paragraph(
            document,
            f"依法记入信用档案并予以披露，{date_zh(row.banned_through)}以前（含当日）不得申报。",
            indent=2,
        )
    _signature(document, frame)
    return save(document)


def account_xlsx(frame: Frame, lines: Sequence[Line]) -> bytes:
    """经费台账（办法第十五条、第十七条）: for finance, audit and inspection; amounts as numbers."""
    target = BytesIO()
    import xlsxwriter  # with the first workbook, not in every web worker

    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("经费台账")
    bold = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "align": "center"})
    cell, money = (
        book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"}),
        book.add_format({"border": 1, "num_format": "#,##0.00", "valign": "vcenter"}),
    )
    top = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    said = f"{frame.subject}经费台账（截至{date_zh(frame.on)}）"
    sheet.merge_range(0, 0, 0, 5, said, top)
    sheet.set_row(0, 28)
    _on_a4(sheet)
    for column, (head, width) in enumerate(
        (
            ("序号", 6),
            ("日期", 13),
            ("用途", 16),
            ("收款方", 36),
            ("凭证号", 18),
            ("金额（元）", 16),
        )
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, head, bold)
    for number, line in enumerate(lines, 1):
        texts = (
            line.spent_on.isoformat(),
            KINDS[line.kind],
            clean(line.payee),
            clean(line.voucher),
        )
        sheet.write_number(number + 1, 0, number, cell)
        for column, text in enumerate(texts, 1):
            sheet.write_string(number + 1, column, text, cell)
        sheet.write_number(number + 1, 5, line.fen / 100, money)
    at = len(lines) + 2
    for kind, fen in sums(lines).items():
        sheet.write_string(at, 4, KINDS.get(kind, "合计"), bold)
        sheet.write_number(at, 5, fen / 100, money)
        at += 1
    book.close()
    return target.getvalue()


def _on_a4(sheet: Any) -> None:
    """As wide as a page, the headings on each, the pages counted."""
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _signature(document: Any, frame: Frame) -> None:
    keep_last_with_next(document)
    paragraph(document, OFFICE, align=RIGHT, right_indent=1, before=28, keep=True)
    paragraph(document, date_zh(frame.on), align=RIGHT, right_indent=3)
