"""专家库用例: who may review. One function per thing people do; each takes the unit of work first, and the caller commits."""

from expert_pool.core.recommendation import CandidacyFields, HoldingFields, OfficialFields, Recommendation
from expert_pool.register.candidates import CHANNELS, decide_candidacy, enter_candidacy, recommend
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
from expert_pool.register.life import appoint, dismiss, end_appointment, engage, regrade, reinstate, suspend
from expert_pool.register.people import edit_expert, enrol
from expert_pool.register.recusal import (
    decide_waiver,
    end_official,
    enter_official,
    import_holdings,
    import_officials,
    propose_waiver,
    request_recusal,
)
from expert_pool.register.reference import announce_year, confirm_trade_word, remember_headings, set_day
from expert_pool.register.roster import Applied, apply_import, known_experts
from expert_pool.register.supervision import (
    RatingFields,
    StageFields,
    decide_proposal,
    decide_violation,
    note_stage,
    open_violation,
    rate,
)
from expert_pool.register.yearly import ServiceFields, note_step, record_performance, save_availability, sign_declaration

__all__ = [
    "Applied",
    "CHANNELS",
    "CandidacyFields",
    "ConflictFields",
    "DECISIONS",
    "HoldingFields",
    "OfficialFields",
    "RatingFields",
    "Recommendation",
    "SOURCES",
    "ServiceFields",
    "StageFields",
    "affiliate",
    "announce_year",
    "answer_import",
    "apply_import",
    "appoint",
    "close_import",
    "confirm_trade_word",
    "decide_candidacy",
    "decide_conflict",
    "decide_proposal",
    "decide_violation",
    "decide_waiver",
    "declare_conflict",
    "declare_pair",
    "dismiss",
    "edit_expert",
    "end_appointment",
    "end_conflict",
    "end_official",
    "engage",
    "enrol",
    "enter_candidacy",
    "enter_official",
    "import_holdings",
    "import_officials",
    "known_experts",
    "note_stage",
    "note_step",
    "open_import",
    "open_violation",
    "propose_waiver",
    "rate",
    "recommend",
    "record_performance",
    "regrade",
    "reinstate",
    "remember_headings",
    "request_recusal",
    "save_availability",
    "set_day",
    "sign_declaration",
    "suspend",
    "withdraw_conflict",
    "withdraw_pair",
]
