"""Word documents: nobody missing, the layout of GB/T 9704-2012, and no harm from names."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from award.groups.core.book import Book, for_organisations
from award.papers import roster_docx, schedule_docx, word
from award.papers.wording import clean, without_codes
from tests.documents import cast

BOTH = pytest.mark.parametrize("write", [roster_docx, schedule_docx])
Write = Callable[[Book], bytes]


def opened(data: bytes) -> Any:
    return Document(BytesIO(data))


def text_of(document: Any) -> str:
    """Every text of the body, cells included, in reading order."""
    return "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


@BOTH
def test_word_names_every_member_and_firm(write: Write) -> None:
    book = cast.book()
    text = text_of(opened(write(book)))
    assert [name for name in cast.people_in(book) + cast.firms_in(book) if name not in text] == []
    assert "枫桥建设有限公司" in text  # unassigned, at the end
    assert "尚有1家组织未安排评审组" in text


@BOTH
def test_word_sets_the_chinese_font_on_every_run(write: Write) -> None:
    document = opened(write(cast.book("草案")))
    parts = [
        document.element.body,
        *(
            part._element
            for section in document.sections
            for part in (section.header, section.even_page_header)
        ),
    ]
    runs = [
        run for part in parts for run in part.iter(qn("w:r")) if run.find(qn("w:t")) is not None
    ]
    fonts = [run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}").get(qn("w:eastAsia")) for run in runs]
    assert len(fonts) > 40
    assert set(fonts) <= {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"}


@BOTH
def test_word_tables_keep_rows_whole_and_repeat_their_header(write: Write) -> None:
    tables = opened(write(cast.book())).element.body.findall(qn("w:tbl"))
    assert tables
    for table in tables:
        rows = table.findall(qn("w:tr"))
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        assert [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows] == [
            True
        ] + [False] * (len(rows) - 1)
        widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
        assert all(len(row.findall(qn("w:tc"))) == len(widths) for row in rows)


def test_word_pages_follow_the_standard() -> None:
    upright = opened(roster_docx(cast.book())).sections[0]
    assert [
        round(side.mm)
        for side in (
            upright.top_margin,
            upright.left_margin,
            upright.right_margin,
            upright.bottom_margin,
        )
    ] == [
        37,
        28,
        26,
        35,
    ]
    assert (round(upright.page_width.mm), round(upright.page_height.mm)) == (210, 297)
    turned = opened(schedule_docx(cast.book())).sections[0]
    assert (round(turned.page_width.mm), round(turned.page_height.mm)) == (297, 210)
    for section in (upright, turned):
        for footer in (section.footer, section.even_page_footer):
            assert "PAGE" in [node.text for node in footer._element.iter(qn("w:instrText"))]


@BOTH
def test_word_tables_fit_between_the_margins(write: Write) -> None:
    document = opened(write(cast.book()))
    section = document.sections[0]
    inside = (section.page_width - section.left_margin - section.right_margin) / 635  # twips
    for table in document.element.body.iter(qn("w:tbl")):
        assert (
            sum(int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))) <= inside + 5
        )


@BOTH
def test_word_draft_is_marked_on_every_page_and_in_words(write: Write) -> None:
    draft, final = (
        opened(write(cast.book("草案", provisional_days=True))),
        opened(write(cast.book())),
    )
    for header in (draft.sections[0].header, draft.sections[0].even_page_header):
        assert "【草案】" in header.paragraphs[0].text
        assert 'string="草案"' in header._element.xml
    assert "本件为草案，尚未发布，不作为评审依据。" in text_of(draft)
    assert "节假日安排未公布，日期待核。" in text_of(draft)
    assert "草案" not in final.sections[0].header._element.xml + text_of(final)
    assert "节假日安排未公布" not in text_of(final)


@BOTH
def test_word_paragraph_properties_stand_in_schema_order(write: Write) -> None:
    """Word calls a file with these elements out of order damaged (ISO/IEC 29500-1, CT_PPr)."""
    order = [
        "pStyle",
        "keepNext",
        "pageBreakBefore",
        "widowControl",
        "tabs",
        "snapToGrid",
        "spacing",
        "ind",
        "jc",
        "outlineLvl",
        "rPr",
    ]
    document = opened(write(cast.book("草案")))
    parts = [
        document.element.body,
        document.sections[0].header._element,
        document.sections[0].footer._element,
    ]
    for properties in (found for part in parts for found in part.iter(qn("w:pPr"))):
        names = [child.tag.split("}")[1] for child in properties]
        assert names == sorted(set(names), key=order.index)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        (
            "质量管理专家；行业专家（袜业 1763、弹簧制造 3483）",
            "质量管理专家；行业专家（袜业、弹簧制造）",
        ),
        ("铜压延加工（3251）", "铜压延加工"),
        ("2025（第2版）", "2025（第2版）"),
    ],
)
def test_word_leaves_industry_codes_to_the_workbook(full: str, short: str) -> None:
    assert without_codes(full) == short


def test_word_visits_show_hours_and_days() -> None:
    text = text_of(opened(schedule_docx(cast.book())))
    for words in (
        "上午 08:30–12:00",
        "下午 13:30–17:00",
        "（第1天，共2天）",
        "35分钟",
        "只作资料评审，不安排现场评审：山下湖珍珠有限公司。",
    ):
        assert words in text


@BOTH
def test_word_for_organisations_names_no_member(write: Write) -> None:
    text = text_of(opened(write(for_organisations(cast.book()))))
    assert [name for name in cast.people_in(cast.book()) if name in text] == []
    assert "评审组成员名单另行公布。" in text


@BOTH
def test_word_survives_hostile_names(write: Write) -> None:
    book = cast.hostile_book()
    text = text_of(opened(write(book)))
    assert [
        name for name in cast.people_in(book) + cast.firms_in(book) if clean(name) not in text
    ] == []


@BOTH
def test_word_of_an_empty_plan_opens(write: Write) -> None:
    opened(write(cast.book(groups=(), unassigned=())))


def test_paragraphs_of_one_form_are_each_their_own() -> None:
    document = word.new_document("函", "", "", "")
    first = word.paragraph(document, "甲", indent=2, before=6)
    second = word.paragraph(document, "乙", indent=2, before=6)
    assert first.paragraph_format.first_line_indent == second.paragraph_format.first_line_indent
    word.keep_last_with_next(document)
    third = word.paragraph(document, "丙", indent=2, before=6)
    kept = [one.paragraph_format.keep_with_next for one in (first, second, third)]
    assert kept == [False, True, False]
