"""本人资料（个人信息保护法第四十五条）: all that is kept about one expert, for her to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from award.papers import word
from award.papers.word import HEI, KAI, LEFT, SI, Column, paragraph, table
from award.papers.wording import clean, date_zh

TITLE = "专家库中的本人资料"


def own_docx(
    name: str,
    facts: Sequence[tuple[str, str]],
    kept: Sequence[tuple[str, Sequence[str]]],
    today: date,
) -> bytes:
    """`facts`: term and value; `kept`: what else, a heading and its lines."""
    document = word.new_document(TITLE, "本人查阅", date_zh(today), "")
    word.title(document, f"{clean(name)}在评审专家库中的资料")
    columns = (Column("项目", 40), Column("内容", 116, LEFT))
    table(document, columns, [(clean(term), clean(value) or "—") for term, value in facts])
    for title, lines in kept:
        paragraph(document, clean(title), font=HEI, size=SI, before=12, keep=True)
        for line in lines:
            paragraph(document, clean(line), size=SI, exact=24, indent=2)
    paragraph(
        document,
        "不对的地方可以在本人页面改正，或者告诉审定办；可以要求删除，依法须保留的除外。"
        "要供其他程序读取的，另有程序能读的文件（.json）。",
        font=KAI,
        size=SI,
        exact=24,
        before=18,
    )
    return word.save(document)
