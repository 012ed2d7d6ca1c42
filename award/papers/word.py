"""公文版式: Word parts after GB/T 9704-2012 — margins, official fonts by name, tables whose rows
stay whole, page numbers.

The fonts are named, never bundled: an office has them, and Word or WPS substitutes where it does
not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from lxml import etree

TITLE, BODY, KAI, HEI, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
LATIN = "Times New Roman"
# 二号, 三号, 四号, 小四, 五号 in points.
ER, SAN, SI, XIAOSI, WU = 22, 16, 14, 12, 10.5
# 行距: 22 lines on 225 mm.
LINE = 28.95
# 版心 156 mm x 225 mm (GB/T 9704-2012, 5.2), in upright and turned position.
TEXT_WIDTH = 156
TURNED_WIDTH = 225
# 每行28字: 156 mm hold 27.6 characters of 三号; a quarter point less between them gives 28
# (twentieths of a point).
TIGHT = -5
LEFT, CENTRE, RIGHT = "left", "center", "right"
ALIGN = {
    LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}


@dataclass(frozen=True)
class Cell:
    """One cell; `merge` joins it with the cell above ("continue") or starts such a block
    ("restart").
    """

    text: str
    align: str = CENTRE
    merge: str = ""
    font: str = BODY
    shade: str = ""


@dataclass(frozen=True)
class Column:
    heading: str
    width: float  # mm
    align: str = CENTRE


def new_document(
    title: str, left: str, right: str, mark: str, *, turned: bool = False, numbered: bool = True
) -> Any:
    """An empty document with page, header (密级, 编号), page number and, for drafts, a mark behind
    the text.
    """
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    _style(document)
    section = document.sections[0]
    if turned:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
            Mm(28),
            Mm(26),
            Mm(37),
            Mm(35),
        )
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
            Mm(37),
            Mm(35),
            Mm(28),
            Mm(26),
        )
    section.header_distance, section.footer_distance = (
        Mm(18 if turned else 25),
        Mm(16 if turned else 25),
    )
    _grid(section)
    document.settings.odd_and_even_pages_header_footer = True
    width = TURNED_WIDTH if turned else TEXT_WIDTH
    for header in (section.header, section.even_page_header):
        _header(document, header, left, right, mark, width)
    if numbered:
        _page_number(section.footer, RIGHT)
        _page_number(section.even_page_footer, LEFT)
    return document


def keep_last_with_next(document: Any) -> None:
    """此页无正文 is no way to end: the last lines move to the page of what follows."""
    last = document.element.body[-2]
    rows = last.findall(qn("w:tr"))[-2:] if last.tag == qn("w:tbl") else [last]
    for row in rows:
        for item in row.iter(qn("w:p")):
            form = item.get_or_add_pPr()
            # It may be there and say no.
            if (said := form.find(qn("w:keepNext"))) is not None:
                form.remove(said)
            form.insert(0, OxmlElement("w:keepNext"))


def save(document: Any) -> bytes:
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def paragraph(
    document: Any,
    text: str,
    *,
    font: str = BODY,
    size: float = SAN,
    align: str = LEFT,
    indent: float = 0,
    right_indent: float = 0,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
    new_page: bool = False,
    exact: float | None = LINE,
    outline: int | None = None,
) -> Any:
    """A paragraph; `indent` and `right_indent` are counted in characters, spaces before and after
    in points.
    """
    item = document.add_paragraph()
    form = _form(size, align, indent, right_indent, before, after, keep, new_page, exact, outline)
    item._p.append(parse_xml(form))
    _run(item._p, text, font, size)
    return item


@lru_cache(maxsize=256)
def _form(
    size: float,
    align: str,
    indent: float,
    right_indent: float,
    before: float,
    after: float,
    keep: bool,
    new_page: bool,
    exact: float | None,
    outline: int | None,
) -> bytes:
    """The form of a paragraph as XML. A paper has few forms and hundreds of paragraphs, and
    python-docx takes longest to set a form.
    """
    item = Paragraph(OxmlElement("w:p"), None)  # type: ignore[arg-type]
    form = item.paragraph_format
    item.alignment = ALIGN[align]
    form.first_line_indent = Pt(size * indent)
    form.right_indent = Pt(size * right_indent)
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next, form.page_break_before, form.widow_control = keep, new_page, True
    if exact:
        form.line_spacing = Pt(exact)
    if size != SAN:
        # Smaller lines keep their own distance instead of the grid's 29 points.
        snap = OxmlElement("w:snapToGrid")
        snap.set(qn("w:val"), "0")
        item._p.get_or_add_pPr().insert_element_before(
            snap, "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )
    if outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline))
        item._p.get_or_add_pPr().append(level)
    return bytes(etree.tostring(item._p.pPr))


def title(document: Any, *lines: str, before: float = 0, new_page: bool = False) -> None:
    """标题: 二号小标宋, centred, each line whole in meaning."""
    for position, line in enumerate(lines):
        paragraph(
            document,
            line,
            font=TITLE,
            size=ER,
            align=CENTRE,
            keep=True,
            exact=34,
            outline=0 if position == 0 else None,
            before=before if position == 0 else 0,
            after=12 if position == len(lines) - 1 else 0,
            new_page=new_page and position == 0,
        )


def table(
    document: Any,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | Cell]],
    *,
    size: float = XIAOSI,
    keep: bool = False,
    pairs: bool = False,
    height: float = 0,
) -> Any:
    """A ruled table of fixed widths whose header repeats on each page and whose rows never break
    across pages.

    With `keep`, the whole table stays on one page where it fits there; with `pairs`, every first
    row stays with the second (上午, 下午). `height` is the least height of a row in points (0: two
    lines of text). Built as XML: python-docx takes seconds for long tables.
    """
    borders = "".join(
        f"<w:{side} w:val='single' w:sz='{thickness}' w:space='0' w:color='000000'/>"
        for side, thickness in _LINES
    )
    grid = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW"
        f" w:w='{_twips(sum(column.width for column in columns))}' w:type='dxa'/><w:jc"
        f" w:val='center'/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout"
        " w:type='fixed'/><w:tblCellMar><w:left w:w='57' w:type='dxa'/><w:right w:w='57'"
        " w:type='dxa'/></w:tblCellMar></w:tblPr><w:tblGrid>"
        + "".join(f"<w:gridCol w:w='{_twips(column.width)}'/>" for column in columns)
        + "</w:tblGrid></w:tbl>"
    )
    headings = [Cell(column.heading, CENTRE, font=HEI, shade="F2F2F2") for column in columns]
    grid.append(_row(columns, headings, size, header=True, keep=True, height=size * 2))
    for position, row in enumerate(rows):
        cells = [
            cell if isinstance(cell, Cell) else Cell(cell, column.align)
            for cell, column in zip(row, columns, strict=True)
        ]
        together = (keep and position < len(rows) - 1) or (pairs and position % 2 == 0)
        grid.append(
            _row(columns, cells, size, header=False, keep=together, height=height or size * 2)
        )
    # Before the section properties, which close the body; a paragraph must follow a table and the
    # caller adds one.
    document.element.body.insert(len(document.element.body) - 1, grid)
    return grid


# A thicker frame around thin rules, in eighths of a point.
_LINES = (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))


def _row(
    columns: Sequence[Column],
    cells: Sequence[Cell],
    size: float,
    *,
    header: bool,
    keep: bool,
    height: float,
) -> Any:
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    least = OxmlElement("w:trHeight")
    least.set(qn("w:val"), str(round(height * 20)))
    least.set(qn("w:hRule"), "atLeast")
    properties.append(least)
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for column, cell in zip(columns, cells, strict=True):
        row.append(_cell(column, cell, size, keep))
    return row


def _cell(column: Column, cell: Cell, size: float, keep: bool) -> Any:
    merge = {"": "", "continue": "<w:vMerge/>", "restart": "<w:vMerge w:val='restart'/>"}[
        cell.merge
    ]
    shade = f"<w:shd w:val='clear' w:color='auto' w:fill='{cell.shade}'/>" if cell.shade else ""
    box = parse_xml(
        f"<w:tc {nsdecls('w')}><w:tcPr><w:tcW w:w='{_twips(column.width)}' w:type='dxa'/>"
        f"{merge}{shade}<w:vAlign w:val='center'/></w:tcPr>"
        f"<w:p><w:pPr>{'<w:keepNext/>' if keep else ''}<w:snapToGrid w:val='0'/>"
        f"<w:spacing w:before='18' w:after='18' w:line='{round(size * 24)}' w:lineRule='exact'/>"
        f"<w:jc w:val='{cell.align}'/></w:pPr></w:p></w:tc>"
    )
    _run(box[-1], cell.text, cell.font, size)
    return box


def _run(holder: Any, text: str, font: str, size: float) -> None:
    """A run with every font slot set: Word picks the Latin font for Chinese text when eastAsia is
    missing.
    """
    tight = f"<w:spacing w:val='{TIGHT}'/>" if size == SAN else ""
    run = parse_xml(
        f"<w:r {nsdecls('w')}><w:rPr><w:rFonts w:ascii='{LATIN}' w:hAnsi='{LATIN}'"
        f" w:eastAsia='{font}' w:cs='{LATIN}' w:hint='eastAsia'/>{tight}<w:sz"
        f" w:val='{round(size * 2)}'/><w:szCs w:val='{round(size * 2)}'/></w:rPr></w:r>"
    )
    for position, line in enumerate(text.split("\n")):
        if position:
            run.append(OxmlElement("w:br"))
        words = OxmlElement("w:t")
        words.text = line
        words.set(qn("xml:space"), "preserve")
        run.append(words)
    holder.append(run)


def _twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def _style(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(SAN)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)
    style.paragraph_format.space_after = Pt(0)


def _grid(section: Any) -> None:
    # Lines only: LibreOffice spreads the characters of a linesAndChars grid across the page, so 28
    # a line come from `TIGHT` instead.
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "580")


def _header(document: Any, header: Any, left: str, right: str, mark: str, width: float) -> None:
    """密级 on the left, 编号 on the right; a draft says so in between and across the page."""
    header.is_linked_to_previous = False
    item = header.paragraphs[0]
    # The template's header style has stops for its own page width.
    item.style = document.styles["Normal"]
    stops = item.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(width / 2), WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    for position, (text, font) in enumerate(
        ((left, HEI), (f"【{mark}】" if mark else "", HEI), (right, BODY))
    ):
        if position:
            _tab(item._p)
        _run(item._p, text, font, WU)
    if mark:
        item._p.append(_watermark(mark))


def _tab(holder: Any) -> None:
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:tab"))
    holder.append(run)


def _watermark(mark: str) -> Any:
    """A light grey word behind the text on every page; the shape is what Word itself writes for 水
    印.
    """
    return parse_xml(
        f"<w:r {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'"
        " xmlns:o='urn:schemas-microsoft-com:office:office'><w:pict><v:shapetype id='_x0000_t136'"
        " coordsize='21600,21600' o:spt='136' adj='10800'"
        " path='m@7,l@8,m@5,21600l@6,21600e'><v:formulas><v:f eqn='sum #0 0 10800'/><v:f eqn='prod"
        " #0 2 1'/><v:f eqn='sum 21600 0 @1'/><v:f eqn='sum 0 0 @2'/><v:f eqn='sum 21600 0"
        " @3'/><v:f eqn='if @0 @3 0'/><v:f eqn='if @0 21600 @1'/><v:f eqn='if @0 0 @2'/><v:f"
        " eqn='if @0 @4 21600'/><v:f eqn='mid @5 @6'/><v:f eqn='mid @8 @5'/><v:f eqn='mid @7"
        " @8'/><v:f eqn='mid @6 @7'/><v:f eqn='sum @6 0 @5'/></v:formulas><v:path textpathok='t'"
        " o:connecttype='rect'/><v:textpath on='t' fitshape='t'/></v:shapetype><v:shape"
        " id='PowerPlusWaterMarkObject' o:spid='_x0000_s2049' type='#_x0000_t136' stroked='f'"
        " fillcolor='#d9d9d9'"
        " style='position:absolute;margin-left:0;margin-top:0;width:240pt;height:120pt;"
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        "mso-position-vertical-relative:margin'><v:fill"
        f" opacity='.5'/><v:textpath style='font-family:&quot;{HEI}&quot;;font-size:1pt'"
        f" string='{mark}'/></v:shape></w:pict></w:r>"
    )


def _page_number(footer: Any, align: str) -> None:
    """页码: 四号, between one-em dashes, one character in from the outer edge; odd pages right,
    even pages left (7.5).
    """
    footer.is_linked_to_previous = False
    item = footer.paragraphs[0]
    item.alignment = ALIGN[align]
    item.paragraph_format.left_indent = Pt(SI) if align == LEFT else Pt(0)
    item.paragraph_format.right_indent = Pt(SI) if align == RIGHT else Pt(0)
    _run(item._p, "— ", SONG, SI)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = parse_xml(
            f"<w:r {nsdecls('w')}><w:rPr><w:rFonts w:ascii='{SONG}' w:hAnsi='{SONG}'"
            f" w:eastAsia='{SONG}'/><w:sz w:val='{SI * 2}'/></w:rPr>"
            + (
                f"<w:fldChar w:fldCharType='{kind}'/>"
                if kind
                else f"<w:instrText xml:space='preserve'>{text}</w:instrText>"
            )
            + "</w:r>"
        )
        item._p.append(run)
    _run(item._p, " —", SONG, SI)
