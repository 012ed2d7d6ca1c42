"""Hostile and messy spreadsheets, made here: nothing dangerous lies in the repository.

Each maker returns the bytes of one file.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from functools import lru_cache

import openpyxl
from openpyxl.styles import Font

HEADINGS = ["序号", "姓名", "出生年月", "工作单位", "手机", "备注"]
ROW = [1, "赵龙", "1961/11/9", "某院", "18022930067", ""]


def book(*rows: list[object], headings: bool = True) -> bytes:
    workbook = openpyxl.Workbook()
    for row in ([HEADINGS] if headings else []) + [*rows]:
        workbook.active.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def plain() -> bytes:
    return book(ROW)


def repacked(
    change: Callable[[dict[str, bytes]], None],
    data: bytes | None = None,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The plain workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data or plain())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def with_part(name: str, content: bytes = b"x") -> bytes:
    return repacked(lambda parts: parts.update({name: content}))


SHEET = "xl/worksheets/sheet1.xml"


def sheet_edit(old: bytes, new: bytes, count: int = 1) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(old, new, count)

    return repacked(change)


def formula(text: str) -> bytes:
    return book([1, "赵龙", "1961/11/9", "某院", "18022930067", text])


def shared_formula() -> bytes:
    return sheet_edit(
        b"</row></sheetData>",
        b'<c r="H2"><f t="shared" ref="H2:H9" si="0"/><v>1</v></c></row></sheetData>',
    )


def prefixed_formula() -> bytes:
    """The same worksheet with a namespace prefix, as some programs write it."""

    def change(parts: dict[str, bytes]) -> None:
        body = parts[SHEET].replace(
            b"</row></sheetData>", b'<c r="H2"><f>1+1</f></c></row></sheetData>'
        )
        body = (
            body.replace(b"<", b"<x:")
            .replace(b"<x:/", b"</x:")
            .replace(b"<x:?", b"<?")
            .replace(b"xmlns=", b"xmlns:x=")
        )
        parts[SHEET] = body

    return repacked(change)


def zip_bomb() -> bytes:
    """Half a megabyte that unpacks to more than 100 MB."""
    buffer = io.BytesIO(plain())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bytes(105 * 1024 * 1024))
    return buffer.getvalue()


@lru_cache(maxsize=1)
def cached_bomb() -> bytes:
    return zip_bomb()


def lying_size() -> bytes:
    """The archive says that the sheet is short; it unpacks to far more."""
    data = bytearray(repacked(lambda parts: parts.update({SHEET: parts[SHEET] + b" " * 3_000_000})))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if bytes(data[at + 46 : at + 46 + length]) == SHEET.encode():
            struct.pack_into("<L", data, at + 24, 100)
            local = struct.unpack_from("<L", data, at + 42)[0]
            struct.pack_into("<L", data, local + 22, 100)
        at += 4
    return bytes(data)


def entity_bomb(part: str = SHEET) -> bytes:
    lol = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def change(parts: dict[str, bytes]) -> None:
        head, mark, rest = parts[part].partition(b"?>")
        parts[part] = head + mark + lol + rest if mark else lol + parts[part]

    return repacked(change)


def utf16_sheet() -> bytes:
    """Hides what a search for bytes would find."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[SHEET].decode()
        parts[SHEET] = (
            '<?xml version="1.0" encoding="UTF-16"?>' + text[text.find("<worksheet") :]
        ).encode("utf-16")

    return repacked(change)


def many_entries() -> bytes:
    return repacked(lambda parts: parts.update({f"docProps/x{n}.xml": b"<a/>" for n in range(250)}))


def duplicate_part() -> bytes:
    with zipfile.ZipFile(io.BytesIO(plain())) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts:
            archive.writestr(name, part)
        archive.writestr("XL/worksheets/SHEET1.xml", b"<worksheet/>")
    return buffer.getvalue()


def encrypted_flag() -> bytes:
    data = bytearray(plain())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
        at += 4
    return bytes(data)


def bit_flip() -> bytes:
    """One byte of the packed sheet changed: the check sum tells."""
    data = bytearray(plain())
    with zipfile.ZipFile(io.BytesIO(plain())) as archive:
        entry = archive.getinfo(SHEET)
    data[entry.header_offset + 30 + len(SHEET) + entry.compress_size // 2] ^= 0xFF
    return bytes(data)


def archive_of(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return buffer.getvalue()


def word_document() -> bytes:
    return archive_of(word__document_dot_xml=b"<w/>")


def far_cell() -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(plain()))
    workbook.active["B1048576"] = "远"
    return _saved(workbook)


def wide_sheet() -> bytes:
    return book(*[[f"x{n}" for n in range(16_000)]])


def wide_without_references() -> bytes:
    """16,000 cells in one row that do not say where they stand."""
    return sheet_edit(
        b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row></sheetData>"
    )


def tall_sheet() -> bytes:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    return sheet_edit(
        b"</sheetData>", b"".join(row % (n, n) for n in range(3, 30_000)) + b"</sheetData>"
    )


def too_many_cells() -> bytes:
    """Within the limits of rows and of columns, not of both."""
    row = b"<row>" + b"<c><v>1</v></c>" * 180 + b"</row>"
    return sheet_edit(b"</sheetData>", row * 5_000 + b"</sheetData>")


def macro_type() -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(
            b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
        )

    return repacked(change)


def _saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def bold_everywhere() -> bytes:
    """Formatting far below the data, without content: 5,000 empty rows."""
    workbook = openpyxl.load_workbook(io.BytesIO(plain()))
    for row in range(3, 5_000):
        workbook.active.cell(row, 1).font = Font(bold=True)
    return _saved(workbook)


# name -> (maker, expected refusal code)
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "formula": (lambda: formula("=1+1"), "formula"),
    "formula-hyperlink": (lambda: formula('=HYPERLINK("http://example.com","x")'), "formula"),
    "formula-webservice": (lambda: formula('=WEBSERVICE("http://example.com")'), "formula"),
    "formula-dde": (lambda: formula("=cmd|' /C calc'!A0"), "formula"),
    "formula-shared": (shared_formula, "formula"),
    "formula-prefixed": (prefixed_formula, "formula"),
    "zip-bomb": (cached_bomb, "too-large"),
    "many-entries": (many_entries, "too-large"),
    "lying-size": (lying_size, "damaged"),
    "entity-bomb-sheet": (entity_bomb, "entities"),
    "entity-bomb-workbook": (lambda: entity_bomb("xl/workbook.xml"), "entities"),
    "entity-bomb-types": (lambda: entity_bomb("[Content_Types].xml"), "entities"),
    "utf16-sheet": (utf16_sheet, "damaged"),
    "duplicate-part": (duplicate_part, "damaged"),
    "truncated": (lambda: plain()[: len(plain()) // 2], "damaged"),
    "truncated-end": (lambda: plain()[:-10], "damaged"),
    "bit-flip": (bit_flip, "damaged"),
    "encrypted": (encrypted_flag, "encrypted"),
    "macro": (lambda: with_part("xl/vbaProject.bin"), "macro"),
    "macro-type": (macro_type, "macro"),
    "macro-sheet": (lambda: with_part("xl/macrosheets/sheet1.xml"), "macro"),
    "external-link": (lambda: with_part("xl/externalLinks/externalLink1.xml"), "external-link"),
    "connection": (lambda: with_part("xl/connections.xml"), "external-link"),
    "embedded": (lambda: with_part("xl/embeddings/oleObject1.bin"), "embedded"),
    "activex": (lambda: with_part("xl/activeX/activeX1.xml"), "embedded"),
    "docx": (word_document, "wrong-type"),
    "pptx": (lambda: archive_of(ppt__presentation_dot_xml=b"<p/>"), "wrong-type"),
    "xlsb": (lambda: archive_of(xl__workbook_dot_bin=b"x"), "wrong-type"),
    "ods": (
        lambda: archive_of(mimetype=b"application/vnd.oasis", content_dot_xml=b"<o/>"),
        "wrong-type",
    ),
    "zip": (lambda: archive_of(a_dot_txt=b"x"), "wrong-type"),
    "xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-excel"),
    "pdf": (lambda: b"%PDF-1.7\n%", "wrong-type"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n", "wrong-type"),
    "exe": (lambda: b"MZ\x90\x00", "wrong-type"),
    "html-as-xls": (
        lambda: "<html><table><tr><td>姓名</td></tr></table></html>".encode(),
        "wrong-type",
    ),
    "xml-2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "wrong-type"),
    "random-bytes": (lambda: bytes(range(256)) * 40, "wrong-type"),
    "empty": (lambda: b"", "empty-file"),
    "packed-too-large": (lambda: b"a,b\n" * 3_000_000, "too-large"),
    "csv-formula": (lambda: "姓名,手机\n=cmd|' /C calc'!A0,1\n".encode(), "formula"),
    "csv-wide": (lambda: b",".join(b"x" for _ in range(300)), "too-many-columns"),
    "csv-tall": (lambda: "姓名,手机\n".encode() + b"a,1\n" * 30_000, "too-many-rows"),
    "csv-long-cell": (lambda: "姓名,手机\n".encode() + b"a" * 100_000 + b",1\n", "too-large"),
    "csv-open-quote": (lambda: '姓名,手机\n"'.encode() + b"a\n" * 100_000, "damaged"),
    "far-cell": (far_cell, "too-many-rows"),
    "wide": (wide_sheet, "too-many-columns"),
    "wide-without-references": (wide_without_references, "too-many-columns"),
    "too-many-cells": (too_many_cells, "too-large"),
    "tall": (tall_sheet, "too-many-rows"),
    "nothing": (lambda: book(headings=False), "no-table"),
    "only-title": (lambda: book(["评审专家名册"], headings=False), "no-table"),
}

# name -> maker; these are read, and hold the one person of ROW under its name
READ: dict[str, Callable[[], bytes]] = {
    "plain": plain,
    "stored": lambda: repacked(lambda parts: None, method=zipfile.ZIP_STORED),
    "with-picture": lambda: with_part("xl/media/image1.png", b"\x89PNG"),
    "with-custom-xml": lambda: with_part("customXml/item1.xml", b"<a/>"),
    "control-characters": lambda: book(
        [1, "赵\u200b龙", "1961/11/9", "某院\u0085", "１８０２２９３００６７\u202c", "a\u0009b"]
    ),
    "format-far-below": bold_everywhere,
    "text-like-formula": lambda: sheet_edit(
        b"</row></sheetData>", b'<c r="F2" t="inlineStr"><is><t>=1+1</t></is></c></row></sheetData>'
    ),
    "validation-formula": lambda: sheet_edit(
        b"</sheetData>",
        b'</sheetData><dataValidations count="1"><dataValidation type="list"'
        b' sqref="A1"><formula1>"a,b"</formula1></dataValidation></dataValidations>',
    ),
    "csv": lambda: ",".join(HEADINGS).encode() + "\n1,赵龙,1961/11/9,某院,18022930067,\n".encode(),
    "csv-gbk": (
        lambda: (",".join(HEADINGS) + "\r\n1,赵龙,1961/11/9,某院,18022930067,\r\n").encode("gbk")
    ),
    "csv-semicolon-bom": (
        lambda: (";".join(HEADINGS) + "\n1;赵龙;1961/11/9;某院;18022930067;\n").encode("utf-8-sig")
    ),
    "tabs-utf16": (
        lambda: ("\t".join(HEADINGS) + "\n1\t赵龙\t1961/11/9\t某院\t18022930067\t\n").encode(
            "utf-16"
        )
    ),
}
