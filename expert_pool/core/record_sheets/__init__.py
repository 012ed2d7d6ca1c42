"""各项记录表: the sheets of records as data. Pure. How their rows are read and compared is `rows`,
which a process that only finds the tables of a file need not load."""

from expert_pool.core.record_sheets.catalogue import NAME, PERSON, RECORD, SHEETS, RecordSheet
from expert_pool.core.record_sheets.columns import Column, masked_out, write
from expert_pool.core.record_sheets.find import elsewhere, ignored, lacking, recognise, score

__all__ = [
    "NAME",
    "PERSON",
    "RECORD",
    "SHEETS",
    "Column",
    "RecordSheet",
    "elsewhere",
    "ignored",
    "lacking",
    "masked_out",
    "recognise",
    "score",
    "write",
]
