"""Alembic's entry: runs the migrations on the connection that `migrate.upgrade` (or a test) hands
over, in one transaction.
"""

from alembic import context

from expert_pool.ledger.base import Base

connection = context.config.attributes["connection"]
# SQLite too can undo DDL; Alembic only assumes that it cannot.
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
