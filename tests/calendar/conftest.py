from tests.storage import clock, postgres_admin, postgres_template, sqlite_ledger, sqlite_template, url  # noqa: F401
