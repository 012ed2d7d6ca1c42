"""排版: a template and its words become one PDF/A-2u with the Chinese fonts inside."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pylopdf_fonts_zh_cn as fonts

# 〓 is what Chinese printing puts for a character the type case lacks.
MISSING = "〓"


def typeset(template: str, content: Mapping[str, Any], issued: datetime) -> bytes:
    """PDF/A-2u; the same content gives the same bytes. `content["lacking"]` is where the template
    says which characters the fonts do not have.
    """
    words = json.dumps(content, ensure_ascii=False)
    lacking = sorted({char for char in words if ord(char) not in _covered()})
    if lacking:
        codes = "、".join(f"U+{ord(char):04X}" for char in lacking)
        told = {**content, "lacking": f"{MISSING} 为本册字库缺少的字（{codes}），以 Word 版为准。"}
        words = json.dumps(told, ensure_ascii=False)
        words = words.translate({ord(char): MISSING for char in lacking})
    import typst  # loaded with the first PDF

    pdf = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True).compile(
        input=files("award.papers").joinpath(template).read_bytes(),
        format="pdf",
        sys_inputs={"book": words},
        pdf_standards=["a-2u"],
        timestamp=issued,
    )
    if not isinstance(pdf, bytes):  # one target and no output path: the bytes
        raise TypeError(type(pdf))
    return pdf


@cache
def _fonts() -> Any:
    import typst

    folder = str(fonts.serif_path().parent)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


@cache
def _covered() -> frozenset[int]:
    """The characters that both fonts have: PDF/A refuses a file in which one is missing."""
    covered = [_characters(path.read_bytes()) for path in (fonts.serif_path(), fonts.sans_path())]
    return covered[0] & covered[1]


def _characters(font: bytes) -> frozenset[int]:
    """The keys of an OpenType font's cmap in format 12 (segmented coverage), which every CJK font
    has.
    """
    tables = {
        font[at : at + 4]: struct.unpack(">II", font[at + 8 : at + 16])
        for at in range(12, 12 + 16 * int.from_bytes(font[4:6]), 16)
    }
    cmap = font[tables[b"cmap"][0] :][: tables[b"cmap"][1]]
    for record in range(int.from_bytes(cmap[2:4])):
        offset = int.from_bytes(cmap[8 + 8 * record : 12 + 8 * record])
        if int.from_bytes(cmap[offset : offset + 2]) == 12:
            count = int.from_bytes(cmap[offset + 12 : offset + 16])
            groups = struct.iter_unpack(">III", cmap[offset + 16 : offset + 16 + 12 * count])
            return frozenset(code for first, last, _ in groups for code in range(first, last + 1))
    raise ValueError("the font has no cmap of format 12")
