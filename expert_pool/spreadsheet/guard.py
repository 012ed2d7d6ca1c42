"""文件门卫: tells by content what a file is, and refuses what could harm before a parser sees it
(each within a second).

A workbook that passes is rebuilt from the few parts that are needed, as read and checked here, so
that the parser cannot read the archive differently. Formulas are refused wherever they stand: an
office pastes values, and `=` may call out (HYPERLINK, WEBSERVICE, DDE).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from expert_pool.facts.refusal import Refusal

MAX_PACKED = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ENTRIES = 200
MAX_ROWS = 6_000  # what is read, shown and stored within ten seconds; larger than any pool seen
TOO_MANY_ROWS = f"表格超过 {MAX_ROWS:,} 行，请分成几张表，每张都带同样的表头，依次导入。"
MAX_COLUMNS = 200
MAX_CELLS = 600_000  # of all sheets together: six thousand rows of a hundred columns
ROWS_BESIDE = 500  # title, headings, totals, blank rows
LAST_COLUMN = re.compile(rb'\br="(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d')  # beyond GR, the 200th
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^>]*?\bt=["'])e(["'])""")
FAR_ROW = re.compile(rb'\br="(?:[A-Z]{1,3})?(\d{5,})"')
NEEDED = re.compile(
    r"^(\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/[^/]+\.xml)$",
    re.I,
)
SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.I)
ROOT = re.compile(rb"<(\w+:)?(?:worksheet|chartsheet|dialogsheet|macrosheet)\b")
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
)

SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "old-excel",
        "这是旧版 Excel（.xls）文件，或者加了密码。请另存为不加密的“.xlsx”。",
    ),
    (b"%PDF", "wrong-type", "这是 PDF 文件，不是表格。请上传 .xlsx 或 .csv。"),
    (b"\x89PNG", "wrong-type", "这是图片，不是表格。请上传 .xlsx 或 .csv。"),
    (b"\xff\xd8\xff", "wrong-type", "这是图片，不是表格。请上传 .xlsx 或 .csv。"),
    (b"GIF8", "wrong-type", "这是图片，不是表格。请上传 .xlsx 或 .csv。"),
    (b"Rar!", "wrong-type", "这是压缩包，请解压后上传其中的 .xlsx 文件。"),
    (b"7z\xbc\xaf", "wrong-type", "这是压缩包，请解压后上传其中的 .xlsx 文件。"),
    (b"\x1f\x8b", "wrong-type", "这是压缩包，请解压后上传其中的 .xlsx 文件。"),
    (b"{\\rtf", "wrong-type", "这是 RTF 文档，不是表格。请上传 .xlsx 或 .csv。"),
    (b"MZ", "wrong-type", "这是程序文件，不是表格。"),
    (b"\x7fELF", "wrong-type", "这是程序文件，不是表格。"),
)
FORBIDDEN: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"vbaProject|macrosheets/|\.xlam$", re.I),
        "macro",
        "文件里有宏，不能上传。请另存为不含宏的“.xlsx”。",
    ),
    (
        re.compile(r"xl/externalLinks/", re.I),
        "external-link",
        "文件链接到别的工作簿。请把链接断开（粘贴为数值）后再试。",
    ),
    (
        re.compile(r"xl/(embeddings|activeX|ctrlProps)/|oleObject", re.I),
        "embedded",
        "文件里嵌有别的文件或控件，不能上传。请删除后再试。",
    ),
    (
        re.compile((r"xl/(connections\.xml|queryTables/|webextensions/)"), re.I),
        "external-link",
        "文件带有外部数据连接，请粘贴为数值后再试。",
    ),
)


@dataclass(frozen=True)
class CleanWorkbook:
    """A checked workbook.

    `hidden`: sheet part -> hidden row numbers; `hidden_columns`: sheet part -> whether it hides
    columns.
    """

    data: bytes
    parts: dict[str, bytes]
    hidden: dict[str, frozenset[int]]
    hidden_columns: dict[str, bool]


def check_size(data: bytes) -> None:
    if not data:
        raise Refusal("empty-file", "文件是空的。")
    if len(data) > MAX_PACKED:
        raise Refusal(
            "too-large", f"文件超过 {MAX_PACKED // 1024 // 1024} MB，请只保留需要的表再上传。"
        )


def is_workbook(data: bytes) -> bool:
    """A zip archive; every other known kind of file is refused by its first bytes."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return True
    for signature, code, message in SIGNATURES:
        if data.startswith(signature):
            raise Refusal(code, message)
    start = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<")):
        raise Refusal(
            "wrong-type",
            "这是网页或 XML 文件（有的系统把它叫作 .xls）。请用 Excel 或 WPS 打开，"
            "另存为“.xlsx”再上传。",
        )
    return False


def clean_workbook(data: bytes) -> CleanWorkbook:
    """The workbook rebuilt from its checked parts, or a refusal."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_archive(entries)
            _check_kind(archive, [entry.filename for entry in entries])
            parts = {
                entry.filename: archive.read(entry)
                for entry in entries
                if NEEDED.match(entry.filename)
            }
    except DAMAGED:
        raise Refusal(
            "damaged", "文件不完整或已损坏，打不开。请在 Excel 或 WPS 里重新保存一次再上传。"
        ) from None
    cells = 0
    for name, part in parts.items():
        _check_xml(name, part)
        if SHEET.match(name):
            cells += _check_sheet(part)
    if cells > MAX_CELLS:
        raise Refusal(
            "too-large", f"表格共有 {cells:,} 个格子，太多了。请只保留需要的行和列再上传。"
        )
    sheets = {name: part for name, part in parts.items() if SHEET.match(name)}
    return CleanWorkbook(
        _pack(parts | {name: _errors_as_text(part) for name, part in sheets.items()}),
        parts,
        {name: _hidden_rows(part) for name, part in sheets.items()},
        {
            name: bool(re.search(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"', part))
            for name, part in sheets.items()
        },
    )


def _errors_as_text(part: bytes) -> bytes:
    """Error cells (#N/A, #REF!) as texts that say so: the parser would give them as empty."""
    return ERROR_CELL.sub(rb"\1str\2", part)


def _check_archive(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refusal(
            "too-large",
            f"文件里有 {len(entries)} 个部件，超过 {MAX_ENTRIES} 个，不像是普通的表格。",
        )
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refusal(
            "too-large",
            f"文件展开后超过 {MAX_UNPACKED // 1024 // 1024} MB，不能上传。请只保留需要的表。",
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refusal("encrypted", "文件加了密码。请去掉密码再上传。")
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise Refusal(
            "damaged", "文件结构不正常（部件重名）。请在 Excel 或 WPS 里重新保存一次再上传。"
        )
    if any(
        entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries
    ):
        raise Refusal("damaged", "文件的压缩方式不正常。请在 Excel 或 WPS 里重新保存一次再上传。")


def _check_kind(archive: zipfile.ZipFile, names: list[str]) -> None:
    kinds = {
        "word/document.xml": "这是 Word 文档",
        "ppt/presentation.xml": "这是演示文稿",
        "xl/workbook.bin": "这是二进制工作簿（.xlsb）",
        "content.xml": "这是 OpenDocument 文件（.ods 等）",
    }
    for name, words in kinds.items():
        if name in names and "xl/workbook.xml" not in names:
            raise Refusal("wrong-type", f"{words}，不能读取。请另存为“.xlsx”再上传。")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Refusal("wrong-type", "这是压缩包，不是 Excel 工作簿。请上传其中的 .xlsx 文件。")
    for name in names:
        for pattern, code, message in FORBIDDEN:
            if pattern.search(name):
                raise Refusal(code, message)
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Refusal("macro", FORBIDDEN[0][2])


def _check_xml(name: str, part: bytes) -> None:
    head = part[:400]
    declared = re.search(rb"""encoding\s*=\s*["']([\w.-]+)""", head)
    if (
        b"\x00" in head
        or part.startswith((b"\xff\xfe", b"\xfe\xff"))
        or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"))
    ):
        raise Refusal(
            "damaged",
            "文件内部的文字编码不正常。请在 Excel 或 WPS 里重新保存一次再上传。",
            part=name,
        )
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refusal("entities", "文件内部含有不该有的定义（XML 实体），已拒绝。", part=name)


def _check_sheet(part: bytes) -> int:
    """Refuses a sheet out of bounds or with formulas; gives the number of its cells."""
    root = ROOT.search(part[:4000])
    prefix = (root[1] or b"") if root else b""
    rows = part.count(b"<" + prefix + b"row ") + part.count(b"<" + prefix + b"row>")
    if rows > MAX_ROWS + ROWS_BESIDE or any(
        int(m[1]) > MAX_ROWS + ROWS_BESIDE for m in FAR_ROW.finditer(part)
    ):
        raise Refusal(
            "too-many-rows",
            f"{TOO_MANY_ROWS}没有这么多行的，是下方很远处有格式或内容，请把表格复制到新文件再上传。",
        )
    cell = (b"<" + prefix + b"c ", b"<" + prefix + b"c>", b"<" + prefix + b"c/")
    counts = [sum(map(row.count, cell)) for row in part.split(b"</" + prefix + b"row>")]
    if LAST_COLUMN.search(part) or max(counts) > MAX_COLUMNS:
        raise Refusal(
            "too-many-columns",
            f"表格超过 {MAX_COLUMNS} 列（也可能是右侧很远处有格式或内容）。"
            "请把表格复制到新文件再上传。",
        )
    if part.count(b"<" + prefix + b"mergeCell ") > MAX_ROWS:
        raise Refusal("too-large", "合并的单元格太多，请取消合并后再上传。")
    if any(prefix + mark in part for mark in (b"f>", b"f ", b"f/")):
        _check_formulas(part, prefix)
    return sum(counts)


def _check_formulas(part: bytes, prefix: bytes) -> None:
    start = part.find(b"<" + prefix + b"sheetData")
    end = part.rfind(b"</" + prefix + b"sheetData")
    body = part[start : end if end > start else len(part)] if start >= 0 else b""
    found = re.search(rb"<" + prefix + rb"f[\s/>]", body)
    if not found:
        return
    cells = re.findall(
        rb"<" + prefix + rb'c\b[^>]*?\br="([A-Z]+\d+)"', body[: found.start()][-20_000:]
    )
    where = cells[-1].decode() if cells else ""
    raise Refusal(
        "formula",
        (
            f"单元格 {where} 是公式，不能上传。请全选复制，用“选择性粘贴—数值”贴回后再上传。"
            if where
            else "表格里有公式，不能上传。请粘贴为数值后再上传。"
        ),
        cell=where,
    )


def _hidden_rows(part: bytes) -> frozenset[int]:
    rows = re.findall(rb"<(?:\w+:)?row\b[^>]*>", part)
    found = (
        re.search(rb'\br="(\d+)"', row) for row in rows if re.search(rb'\bhidden="(?:1|true)"', row)
    )
    return frozenset(int(match[1]) for match in found if match)


def _pack(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()
