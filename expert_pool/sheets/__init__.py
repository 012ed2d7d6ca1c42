"""各项记录的进出: the records of the register as sheets that go out and come back in; every row
through the use case that typing takes.
"""

from expert_pool.sheets.known import known_records, people, sheets_out
from expert_pool.sheets.many import MANY
from expert_pool.sheets.steps import carry_out

__all__ = ["MANY", "carry_out", "known_records", "people", "sheets_out"]
