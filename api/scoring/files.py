"""评分文书的下载: one way for the group's and the office's pages."""

from __future__ import annotations

from fastapi import Response

from api.kit.files import attachment
from award.papers.media import WORD
from award.scoring import documents, store
from award.scoring.core.scorebook import STAGES
from award.scoring.store import ConsensusView


def report_file(view: ConsensusView) -> Response:
    """Raises Refusal `not-found` before the report is issued."""
    if not view.report:
        raise store.nothing()
    mark = "" if view.state == "signed" else "未签完"
    content = documents.report_docx(view.report, view.name, view.digest, view.signatures, mark)
    return attachment(content, WORD, f"{view.year}年度{view.name}{STAGES[view.stage]}报告.docx")
