"""Runs migrations in one transaction, under a lock, and grants the app role its use."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

config = context.config
app_role = str(config.attributes["app"]).replace('"', '""')

with create_engine(config.attributes["owner"], poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('soihtu-migrate'))"))
        # Who waits for a table makes all others wait behind: rather fail, to be run again.
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        context.run_migrations()
        connection.exec_driver_sql(
            f'GRANT USAGE ON SCHEMA public TO "{app_role}";'
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{app_role}";'
            f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{app_role}";'
        )
