"""电子表格: bytes in, raw rows out, with guards before any parser sees them; and tables out,
without live formulas.
"""

from expert_pool.spreadsheet.apart import read_apart, read_records_apart
from expert_pool.spreadsheet.reading import read_table, read_tables
from expert_pool.spreadsheet.templates import (
    applicant_template,
    expert_template,
    holdings_template,
    officials_template,
    recommendation_template,
    record_template,
)
from expert_pool.spreadsheet.writing import SheetOut, write_book, write_table

__all__ = [
    "SheetOut",
    "applicant_template",
    "expert_template",
    "holdings_template",
    "officials_template",
    "read_apart",
    "read_records_apart",
    "read_table",
    "read_tables",
    "recommendation_template",
    "record_template",
    "write_book",
    "write_table",
]
