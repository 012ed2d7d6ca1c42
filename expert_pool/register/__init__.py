"""专家库用例: who may review. One function per thing people do; each takes the unit of work first, and the caller commits."""

from expert_pool.register.conflicts import (
    DECISIONS,
    SOURCES,
    ConflictFields,
    affiliate,
    decide_conflict,
    declare_conflict,
    declare_pair,
    end_conflict,
    withdraw_conflict,
    withdraw_pair,
)
from expert_pool.register.imports import answer_import, close_import, open_import
from expert_pool.register.people import appoint, edit_expert, end_appointment, enrol, reinstate, suspend
from expert_pool.register.reference import announce_year, confirm_trade_word, remember_headings, set_day
from expert_pool.register.roster import Applied, apply_import, known_experts
from expert_pool.register.yearly import ServiceFields, note_step, record_performance, save_availability, sign_declaration

__all__ = [
    "DECISIONS",
    "SOURCES",
    "Applied",
    "ConflictFields",
    "ServiceFields",
    "affiliate",
    "announce_year",
    "answer_import",
    "apply_import",
    "appoint",
    "close_import",
    "confirm_trade_word",
    "decide_conflict",
    "declare_conflict",
    "declare_pair",
    "edit_expert",
    "end_appointment",
    "end_conflict",
    "known_experts",
    "note_step",
    "enrol",
    "open_import",
    "record_performance",
    "reinstate",
    "remember_headings",
    "save_availability",
    "set_day",
    "sign_declaration",
    "suspend",
    "withdraw_conflict",
    "withdraw_pair",
]
