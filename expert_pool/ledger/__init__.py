"""台账室: the one room that keeps records on disk: engine, unit of work, audit chain, migrations,
backup.
"""

from expert_pool.ledger.base import Base, Editable
from expert_pool.ledger.ledger import (
    READING,
    Clock,
    Ledger,
    UnitOfWork,
    describe,
    described,
    digest_of,
    kind_of,
    kind_of_table,
    stale,
)

__all__ = [
    "Base",
    "Clock",
    "Editable",
    "Ledger",
    "READING",
    "UnitOfWork",
    "describe",
    "described",
    "digest_of",
    "kind_of",
    "kind_of_table",
    "stale",
]
