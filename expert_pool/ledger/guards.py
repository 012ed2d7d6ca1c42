"""数据库触发器: what not even a program error may change.

Used by the migrations, in the words of each engine.
"""

from __future__ import annotations

from expert_pool.ledger.audit import POSTGRESQL_TRIGGERS, SQLITE_TRIGGERS

# A published plan stays as it is, but for the fields that say it was withdrawn; a withdrawn one
# stays as it is.
_FIXED = (
    "year number origin problem plan names problem_digest verdict ok created_at created_by "
    "approved_at approved_by published_at published_by anchor"
)
_MESSAGE = "a published plan never changes"


def _changed(distinct: str) -> str:
    return " OR ".join(f"NEW.{column} {distinct} OLD.{column}" for column in _FIXED.split())


PLAN_SQLITE = (
    (
        "CREATE TRIGGER plan_version_fixed BEFORE UPDATE ON plan_version WHEN OLD.status ="
        " 'withdrawn' OR (OLD.status = 'published' AND (NEW.status NOT IN ('published',"
        f" 'withdrawn') OR {_changed('IS NOT')})) BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    ),
    (
        "CREATE TRIGGER plan_version_kept BEFORE DELETE ON plan_version BEGIN SELECT RAISE(ABORT,"
        f" '{_MESSAGE}'); END"
    ),
)
PLAN_POSTGRESQL = (
    (
        "CREATE FUNCTION plan_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF"
        " TG_OP = 'UPDATE' THEN IF NOT (OLD.status = 'withdrawn' OR (OLD.status = 'published' AND"
        f" (NEW.status NOT IN ('published', 'withdrawn') OR {_changed('IS DISTINCT FROM')}))) THEN"
        f" RETURN NEW; END IF; END IF; RAISE EXCEPTION '{_MESSAGE}'; END $$"
    ),
    (
        "CREATE TRIGGER plan_version_fixed BEFORE UPDATE OR DELETE ON plan_version FOR EACH ROW"
        " EXECUTE FUNCTION plan_version_fixed()"
    ),
)


def statements(engine: str) -> tuple[str, ...]:
    """The triggers of the first schema for "sqlite" or "postgresql"."""
    return (
        SQLITE_TRIGGERS + PLAN_SQLITE
        if engine == "sqlite"
        else POSTGRESQL_TRIGGERS + PLAN_POSTGRESQL
    )
