from tests.storage import clock, ledger, postgres_admin, postgres_template, sqlite_ledger, sqlite_template, url  # noqa: F401
