"""评审文书: one plan as the documents an office signs, files and hands out — Word, Excel, PDF.

Every function takes a `Book` and returns the file's bytes. Give `book.for_organisations(book)`
where the members are not yet to be named.
"""

from award.papers.booklet import booklet_pdf
from award.papers.roster import roster_docx
from award.papers.schedule import schedule_docx
from award.papers.sheets import pay_xlsx, roster_xlsx, schedule_xlsx

__all__ = [
    "booklet_pdf",
    "pay_xlsx",
    "roster_docx",
    "roster_xlsx",
    "schedule_docx",
    "schedule_xlsx",
]
