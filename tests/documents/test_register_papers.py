"""聘书, 年度履职表, 回避核查证明: what must stand on paper stands there, and no name can harm a
file.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import docx
import pytest

from award.papers.register import appointment_docx, deviation_words, recusal_docx, year_sheet_docx
from award.recusal.certificate import Certificate, Fact, KindLine
from expert_pool.core.performance import RatingFacts, StageFacts, deviation, year_mark
from expert_pool.core.rulebook import rulebook
from expert_pool.dossier import (
    DecisionView,
    RatingView,
    ServedView,
    StageView,
    TermView,
    ViolationView,
    YearSheet,
)
from tests.documents.cast import HOSTILE

BOOK = rulebook()
AT = datetime(2026, 10, 8, 18, 0, tzinfo=UTC)  # two in the morning of the 9th in Zhuji
TERM = TermView(
    "t-1",
    1,
    "lead",
    "诸质奖聘〔2026〕007号",
    date(2026, 8, 3),
    date(2029, 8, 2),
    date(2026, 8, 1),
    None,
    "",
    "",
)


def text_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    lines = [one.text for one in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    lines += [
        one.text
        for section in document.sections
        for one in (*section.header.paragraphs, *section.footer.paragraphs)
    ]
    return "\n".join(lines)


def sheet(name: str = "卫新人", firm: str = "诸暨大东袜业有限公司") -> YearSheet:
    stages = [
        StageFacts(2026, firm, "site", "late", "on_time", False, 612.0, 600.0),
        StageFacts(2026, firm, "document", "no_show"),
    ]
    ratings = [RatingFacts(2026, firm, "site", "applicant", 93)]
    return YearSheet(
        "e-1",
        name,
        "绍兴文理学院",
        "教授",
        "reviewer",
        2026,
        (ServedView(firm, True, 4),),
        (
            StageView("k-1", 1, firm, "site", "late", "on_time", False, 612.0, 600.0, ""),
            StageView("k-2", 1, firm, "document", "no_show", "", False, None, None, ""),
        ),
        (RatingView(firm, "site", "applicant", firm, {"manner": 48, "insight": 45}, 93, ""),),
        year_mark(2026, ratings, stages, BOOK),
        deviation(stages, BOOK.few),
        deviation(stages, BOOK.few),
        (
            ViolationView(
                "w-1",
                1,
                "e-1",
                name,
                "2026-003",
                "GIFT",
                date(2026, 9, 20),
                "反映",
                "",
                AT,
                "u-1",
                "founded",
                "warn",
                "属实",
                "周主任",
                AT,
            ),
        ),
        (),
        (
            DecisionView(
                2026, "exit-absent", "dismiss", "缺席 2 次", "declined", "已补交证明", "周主任", AT
            ),
        ),
    )


def certificate(name: str = "卫新人", firm: str = "诸暨大东袜业有限公司") -> Certificate:
    fact = Fact(
        "ORG_REQUEST", firm, "申报组织反映", "有过纠纷", None, "hard", "c-1", False, "周主任"
    )
    kinds = (
        KindLine(
            "ORG_REQUEST", "申报组织书面申请回避", "须作决定", "不限年限", "应当回避", (fact,)
        ),
        KindLine("KINSHIP", "近亲属", "应当回避", "不限年限", "未发现", ()),
    )
    checked = (("工作单位", "与申报组织及其集团逐一比对"),)
    day = date(2026, 6, 30)
    return Certificate(
        "e-1",
        name,
        "绍兴文理学院",
        "a-1",
        firm,
        "",
        2026,
        day,
        AT,
        "个人链接",
        (),
        checked,
        kinds,
        ("邮箱域名相同",),
        "barred",
        ("有过纠纷",),
    )


def test_a_letter_of_appointment_says_who_as_what_and_until_when() -> None:
    words = text_of(appointment_docx("卫新人", TERM))
    for part in (
        "聘　书",
        "卫新人",
        "具备评审组长资格",
        "2026年8月3日至2029年8月2日",
        "诸质奖聘〔2026〕007号",
        "诸暨市政府质量奖审定办",
        "2026年8月1日",
    ):
        assert part in words
    assert "PAGE" not in words and "—" not in words


def test_a_sheet_shows_the_work_the_mark_and_the_cases() -> None:
    words = text_of(year_sheet_docx(sheet(), date(2026, 12, 20)))
    # 93, less 2 for coming late and 10 for staying away.
    for part in (
        "81分",
        "迟到或早退 1 次，扣 2 分",
        "无故缺席 1 次，扣 10 分",
        "612/600",
        "其中任组长 1 家",
        "案件2026-003",
        "批评教育",
        "不采纳：已补交证明",
    ):
        assert part in words
    assert "周主任于2026年10月9日决定" in words
    assert "1 次评分，平均偏差 +12.0 分；数据少，不作判断。" in words
    assert deviation_words(sheet()) == tuple(
        f"{title}：1 次评分，平均偏差 +12.0 分；数据少，不作判断。"
        for title in ("2026年度", "历年合计")
    )


def test_a_certificate_shows_the_conclusion_its_reasons_and_its_digest() -> None:
    words = text_of(recusal_docx(certificate(), AT))
    for part in (
        "应当回避",
        "有过纠纷",
        "应当回避（周主任决定）",
        "未发现",
        "逐一比对",
        "不作为回避依据",
        "2026年10月9日",
        certificate().digest[:16],
    ):
        assert part in words


@pytest.mark.parametrize(
    "paper", [recusal_docx(certificate(), AT), year_sheet_docx(sheet(), date(2026, 12, 20))]
)
def test_the_signature_never_stands_alone_on_a_page(paper: bytes) -> None:
    lines = docx.Document(io.BytesIO(paper)).paragraphs[-3:]
    assert [line.paragraph_format.keep_with_next for line in lines] == [True, True, False]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_harms_a_paper(name: str) -> None:
    for data in (
        appointment_docx(name, TERM),
        year_sheet_docx(sheet(name, name), AT.date()),
        recusal_docx(certificate(name, name), AT),
    ):
        docx.Document(io.BytesIO(data))
