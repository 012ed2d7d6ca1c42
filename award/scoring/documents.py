"""评分文书（办法第十条、第十三条第四、五项）: 评分表 on paper, 评审报告, 入围名单. The Word file is
the master; what is signed is the report's digest, printed on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from award.papers.word import (
    HEI,
    KAI,
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
from award.papers.wording import clean, date_zh
from award.scoring.core.rubric import Rubric, written
from award.scoring.core.scorebook import STAGES
from award.scoring.shortlist import Line
from award.scoring.store import Signature

OFFICE = "诸暨市政府质量奖审定委员会办公室"
BY_HAND = 40  # points: room for two lines of handwriting
CLOSED = "内部资料　注意保密"
SIGNS = {"signed": "已签名", "dissent": "书面不同意见", "silent": "未签名，视为同意"}


DOCUMENT_COLUMNS = (
    Column("条款", 50, LEFT),
    Column("分值", 14),
    Column("评分", 22),
    Column("合议%", 20),
    Column("得分", 18),
    Column("理由", 32, LEFT),
)
SITE_COLUMNS = (
    Column("条款", 40, LEFT),
    Column("分值", 12),
    Column("评分", 18),
    Column("资料%", 14),
    Column("现场%", 14),
    Column("得分", 16),
    Column("证据", 42, LEFT),
)


def report_docx(
    report: Mapping[str, Any], firm: str, digest: str, signatures: Sequence[Signature], mark: str
) -> bytes:
    """资料评审报告 or 现场评审报告 as signed; `mark` across the page until everybody has."""
    stage = STAGES[report["stage"]]
    document = new_document(
        f"{stage}报告", CLOSED, f"{report['year']}年度　校验码 {digest[:16]}", mark
    )
    title(document, "诸暨市政府质量奖", f"{stage}报告")
    _text(document, f"申报组织：{clean(firm)}", 0)
    members = "、".join(
        f"{clean(name)}{'（组长）' if leads else ''}" for _, name, leads in report["members"]
    )
    _text(document, f"评审组：{members}", 0)
    _heading(document, "一、组织概况与关键因素")
    for line in str(report["overview"]).splitlines():
        _text(document, clean(line))
    _heading(document, "二、评分")
    _scores(document, report)
    paragraph(document, f"总分：{written(report['total'])}分", font=HEI, before=6)
    _heading(document, "三、各条款意见")
    for item in report["items"]:
        _remarks(document, item, report["stage"])
    if report["stage"] == "document":
        _heading(document, "四、建议")
        yes = "建议" if report["proposal"] == "yes" else "不建议"
        _text(document, f"评审组{yes}该组织进入现场评审。{clean(report['proposal_reason'])}")
    else:
        _heading(document, "四、核查问题清单")
        _issues(document, report)
    _heading(document, "五、签名")
    _signatures(document, report, signatures)
    return save(document)


def _scores(document: Any, report: Mapping[str, Any]) -> None:
    site = report["stage"] == "site"
    columns = SITE_COLUMNS if site else DOCUMENT_COLUMNS
    rows = []
    for item in report["items"]:
        spread = (
            f"{item['low']}" if item["low"] == item["high"] else f"{item['low']}–{item['high']}"
        )
        middle = [str(item["start"]), str(item["percent"])] if site else [str(item["percent"])]
        why = item["evidence"] if site else item["reason"]
        rows.append(
            (
                f"{item['no']} {item['name']}",
                str(item["points"]),
                spread,
                *middle,
                written(item["hundredths"]),
                clean(why) or "—",
            )
        )
    table(document, columns, rows, size=WU)


def _remarks(document: Any, item: Mapping[str, Any], stage: str) -> None:
    parts = [("优势", item["strengths"]), ("改进", item["improvements"])]
    if stage == "document":
        parts.append(("现场核查", item["issues"]))
    elif item["evidence"]:
        parts.append(("现场证据", [item["evidence"]]))
    said = [(name, lines) for name, lines in parts if lines]
    if not said:
        return
    paragraph(document, f"{item['no']} {item['name']}", font=KAI, before=6, keep=True)
    for name, lines in said:
        _text(document, f"{name}：{'；'.join(clean(line).rstrip('。') for line in lines)}。")


def _issues(document: Any, report: Mapping[str, Any]) -> None:
    rows = [
        (item["no"], clean("；".join(item["issues"])), clean(item["settles"]) or "未核实，留待改进")
        for item in report["items"]
        if item["issues"]
    ]
    if not rows:
        _text(document, "资料评审没有提出现场核查问题。")
        return
    columns = (Column("条款", 20), Column("资料评审提出的问题", 76, LEFT), Column("结论", 60, LEFT))
    table(document, columns, rows, size=WU)


def _signatures(document: Any, report: Mapping[str, Any], signatures: Sequence[Signature]) -> None:
    said = {one.expert: one for one in signatures}
    rows = []
    for uid, name, leads in report["members"]:
        one = said.get(uid)
        rows.append(
            (
                clean(name) + ("（组长）" if leads else ""),
                SIGNS[one.kind] if one else "",
                date_zh(one.signed_at.date()) if one else "",
                clean(one.text) if one else "",
            )
        )
    columns = (
        Column("成员", 34, LEFT),
        Column("签署", 40),
        Column("日期", 40),
        Column("不同意见、说明", 42, LEFT),
    )
    table(document, columns, rows, keep=True)
    paragraph(document, "签名以本报告的校验码为准，报告内容改动后签名失效。", size=SI, before=6)


def paper_sheet_docx(
    rubric: Rubric, year: int, stage: str, firm: str, expert: str, uid: str
) -> bytes:
    """评分表 on paper, to be filled in by hand, signed, and typed by two clerks apart."""
    document = new_document("评分表", CLOSED, f"{year}年度　编号 {uid}", "", turned=True)
    title(document, f"诸暨市政府质量奖{STAGES[stage]}评分表")
    paragraph(document, f"申报组织：{clean(firm)}　　评审员：{clean(expert)}", size=SI)
    rows = [(item.no, item.name, str(item.points), "", "", "") for item in rubric.items]
    third = "现场核查问题" if stage == "document" else "现场证据"
    columns = (
        Column("条款", 18),
        Column("名称", 46, LEFT),
        Column("分值", 14),
        Column("百分比", 20),
        Column("优势、改进", 75, LEFT),
        Column(third, 52, LEFT),
    )
    table(document, columns, rows, size=WU, height=BY_HAND)
    keep_last_with_next(document)
    paragraph(
        document,
        f"百分比只能填0到100之间{rubric.step}的倍数；没有内容请填0并写理由，不要留空。",
        size=SI,
        before=6,
        keep=True,
    )
    paragraph(document, "评审员签名：　　　　　　　　日期：　　　　年　　月　　日", before=12)
    return save(document)


def shortlist_docx(year: int, rule: str, lines: Sequence[Line], on: date) -> bytes:
    """入围名单: the group's proposal, the decision and, where they differ, the reason."""
    document = new_document("入围名单", CLOSED, f"{year}年度", "")
    title(document, "诸暨市政府质量奖", f"{year}年度进入现场评审组织名单")
    _text(document, f"入围规则：{rule}。")
    rows = [
        (
            one.code,
            clean(one.name) or "—",
            str(one.rank),
            _points(one),
            "建议" if one.proposed else "不建议",
            "入围" if one.inside else "不入围",
            clean(one.reason) or "—",
        )
        for one in lines
    ]
    columns = (
        Column("代号", 13),
        Column("申报组织", 46, LEFT),
        Column("名次", 13),
        Column("资料得分", 22),
        Column("组建议", 19),
        Column("决定", 18),
        Column("理由", 25, LEFT),
    )
    table(document, columns, rows, size=WU)
    paragraph(document, OFFICE, align=RIGHT, before=24, right_indent=1, keep=True)
    paragraph(document, date_zh(on), align=RIGHT, right_indent=2)
    return save(document)


def _points(one: Line) -> str:
    """To hundredths, half up."""
    return written(int(one.score * 100 + Fraction(1, 2)))


def _text(document: Any, text: str, indent: float = 2) -> None:
    paragraph(document, text, indent=indent)


def _heading(document: Any, text: str) -> None:
    paragraph(document, text, font=HEI, before=10, after=4, keep=True)
