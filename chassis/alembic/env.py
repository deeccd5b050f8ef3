"""Runs migrations in one transaction, under a lock, and grants the app role its use.

Only what builds an index beside writers ends that transaction early, and begins another.
"""

import time

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

config = context.config
app_role = str(config.attributes["app"]).replace('"', '""')


def take(connection: Connection) -> bool:
    """Be the one that migrates, until the session ends; False while another is."""
    with connection.begin():
        held = connection.scalar(text("SELECT pg_try_advisory_lock(hashtext('soihtu-migrate'))"))
    return bool(held)


def hold(connection: Connection) -> None:
    """Be the one that migrates, and wait for no table for long.

    Whoever waits within a statement would in turn be waited for by an index that is being built.
    """
    while not take(connection):
        time.sleep(0.2)
    # Who waits for a table makes all others wait behind: rather fail, to be tried again.
    most = {"most": config.attributes["lock_timeout"]}
    with connection.begin():
        connection.execute(text("SELECT set_config('lock_timeout', :most, false)"), most)


with create_engine(config.attributes["owner"], poolclass=NullPool).connect() as connection:
    hold(connection)
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
        connection.exec_driver_sql(
            f'GRANT USAGE ON SCHEMA public TO "{app_role}";'
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{app_role}";'
            f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{app_role}";'
        )
