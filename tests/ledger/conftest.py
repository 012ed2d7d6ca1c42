from tests.storage import (  # noqa: F401
    clock,
    ledger,
    postgres_admin,
    postgres_ledger,
    postgres_template,
    sqlite_ledger,
    sqlite_template,
    url,
)
