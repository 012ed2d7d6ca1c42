"""电子表格: bytes in, raw rows out, with guards before any parser sees them; and tables out, without live formulas."""

from expert_pool.spreadsheet.reading import read_table
from expert_pool.spreadsheet.writing import write_table

__all__ = ["read_table", "write_table"]
