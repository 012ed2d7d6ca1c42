"""The PDF booklet: every name can be found in it, it is PDF/A, and the same plan gives the same
bytes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from award.groups.core.book import Book, for_organisations
from award.papers import booklet_pdf
from award.papers.booklet import _labels
from award.papers.wording import clean
from tests.documents import cast

needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed"
)


def text_of(book: Book, folder: Path) -> str:
    """The booklet's text in content order, without the spaces that wrapping puts in."""
    path = folder / "booklet.pdf"
    path.write_bytes(booklet_pdf(book))
    found = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, timeout=60
    )
    return squeezed(found.stdout.decode())


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


@needs_pdftotext
def test_booklet_names_everybody_and_proves_itself(tmp_path: Path) -> None:
    book = cast.book()
    text = text_of(book, tmp_path)
    assert [
        name for name in cast.people_in(book) + cast.firms_in(book) if squeezed(name) not in text
    ] == []
    for words in (
        "第一评审组",
        "候补人员",
        "何燕",
        "枫桥建设有限公司",
        book.problem_digest,
        "随机种子",
        "复核方法",
        "周明",
        "通过：H01–H17",
    ):
        assert words in text


@needs_pdftotext
def test_booklet_draft_says_so(tmp_path: Path) -> None:
    text = text_of(cast.book("草案", provisional_days=True, violations=("甲组缺组长。",)), tmp_path)
    for words in (
        "【草案】",
        "本件为草案",
        "节假日安排未公布，日期待核。",
        "未通过：1处不符合规则",
        "甲组缺组长。",
    ):
        assert words in text


@needs_pdftotext
def test_booklet_for_organisations_names_no_member(tmp_path: Path) -> None:
    text = text_of(for_organisations(cast.book()), tmp_path)
    assert [name for name in cast.people_in(cast.book()) if name in text] == []


@needs_pdftotext
def test_booklet_survives_hostile_names(tmp_path: Path) -> None:
    book = cast.hostile_book()
    text = text_of(book, tmp_path)
    lacking = "한국회사😀"
    wanted = [squeezed(clean(name)) for name in cast.people_in(book) + cast.firms_in(book)]
    assert [
        name for name in wanted if name.translate({ord(char): "〓" for char in lacking}) not in text
    ] == []
    assert "为本册字库缺少的字" in text


def test_booklet_is_pdf_a_and_reproducible() -> None:
    first, again = booklet_pdf(cast.book()), booklet_pdf(cast.book())
    assert first == again
    assert first.startswith(b"%PDF-")
    assert b"pdfaid:part" in first
    assert booklet_pdf(replace(cast.book(), version=4)) != first


@needs_pdftotext
def test_booklet_of_a_part_claims_nothing_of_the_whole(tmp_path: Path) -> None:
    text = text_of(cast.book(part=True, goals=()), tmp_path)
    assert "本件只列部分评审组" in text
    assert [
        words for words in ("全部成立", "目标与指标", "复核方法", "共设") if words in text
    ] == []


def test_booklet_of_an_empty_plan_is_made() -> None:
    assert booklet_pdf(cast.book(groups=(), unassigned=(), window=(), goals=())).startswith(
        b"%PDF-"
    )


def test_labels_are_short_but_never_shared() -> None:
    names = [
        "浙江诸暨菲达弹簧有限公司",
        "诸暨市菲达弹簧科技有限公司",
        "浙江万安集团股份有限公司",
        "甲有限公司",
    ]
    assert _labels(names) == {
        "浙江诸暨菲达弹簧有限公司": "浙江诸暨菲达弹簧有限公司",
        "诸暨市菲达弹簧科技有限公司": "菲达弹簧科技",
        "浙江万安集团股份有限公司": "万安",
        "甲有限公司": "甲有限公司",
    }
