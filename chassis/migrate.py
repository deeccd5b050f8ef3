"""Brings a service's database to its newest schema, with plain SQL under Alembic.

A migration is of a phase. `pre` runs before its release is deployed, beside the code of the
release before, and so only adds; `post` runs once no process of the release before is left.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from chassis.settings import MigrationSettings

Phase = Literal["pre", "post"]

SCHEMA = Path(__file__).with_name("schema")
REFUSED = 1
LOCK_TIMEOUT = "5s"
"""How long a table is waited for at once; all who come later wait behind."""
TRIES = 6
"""How often; between two of them others are let through."""


class OutOfPhase(Exception):
    """Migrations wait that are of the other phase and come first."""


class TableHeld(Exception):
    """Others kept a table that a migration has to change."""


def main(service: str, folder: Path, arguments: Sequence[str]) -> int:
    """Run what `arguments` ask for; exit code. Raises pydantic's ValidationError."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service} migrate")
    parser.add_argument(
        "--phase", choices=("pre", "post", "all"), default="all",
        help="pre: before this release is deployed; post: once nothing of the one before runs",
    )  # fmt: skip
    phase = parser.parse_args(arguments).phase
    settings = MigrationSettings()
    try:
        upgrade(folder, settings, None if phase == "all" else phase)
    except (OutOfPhase, TableHeld) as refused:
        sys.stderr.write(f"{refused}\n")
        return REFUSED
    return 0


def upgrade(
    folder: Path,
    settings: MigrationSettings,
    phase: Phase | None = None,
    *,
    lock_timeout: str = LOCK_TIMEOUT,
) -> None:
    """Run the migrations in `folder`/migrations that the database has not had.

    With a `phase` only those of it, which must come first. Two at once are safe: the second
    waits for the first. Raises OutOfPhase, TableHeld and SQLAlchemy's errors.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("alembic")))
    config.set_main_option("version_locations", str(folder / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["owner"] = _psycopg(settings.postgres_owner.get_secret_value())
    config.attributes["app"] = make_url(settings.postgres.get_secret_value()).username
    config.attributes["agency_name"] = settings.agency_name
    config.attributes["lock_timeout"] = lock_timeout
    last = "head" if phase is None else _last_of(phase, _pending(config))
    if last is not None:
        _upgrade_to(last, config)


def _upgrade_to(last: str, config: Config) -> None:
    for _ in range(TRIES):
        try:
            return command.upgrade(config, last)
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
    raise TableHeld(
        f"a table was not free for {config.attributes['lock_timeout']}, {TRIES} times: somebody"
        " keeps it in a transaction that stays open (pg_stat_activity says who). The roles were let"
        " through in between. End that transaction, or wait for it, and run this again: nothing is"
        " done twice"
    )


def phase_of(migration: Script) -> Phase:
    """The phase that a migration says it is of."""
    phase: Phase = migration.module.phase
    return phase


def _pending(config: Config) -> list[Script]:
    """What the database has not had, in order."""
    with create_engine(config.attributes["owner"], poolclass=NullPool).connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(config)
    return list(scripts.iterate_revisions("head", current or "base"))[::-1]


def _last_of(phase: Phase, pending: Sequence[Script]) -> str | None:
    """The last of `phase` that wait, all of which must come before others. Raises OutOfPhase."""
    ours = [one.revision for one in pending if phase_of(one) == phase]
    first = [one.revision for one in pending[: len(ours)]]
    if ours != first:
        raise OutOfPhase(
            f"migrations of both phases wait, and {pending[0].revision} ({phase_of(pending[0])}) "
            f"comes before those of phase {phase}: deploy the releases one by one, or stop all "
            "roles of the service and run `migrate --phase all`"
        )
    return ours[-1] if ours else None


def _psycopg(address: str) -> str:
    return "postgresql+psycopg://" + address.split("://", 1)[1]


def run_sql(path: Path) -> None:
    """Run a file of SQL within the migration at hand."""
    op.get_bind().exec_driver_sql(path.read_text(encoding="utf-8"))


def build_index(name: str, on: str) -> None:
    """Build an index on a table that others write to meanwhile; a migration does nothing else.

    It waits for all transactions of before, and holds nobody up. What was done until here is
    committed; an index that was not finished the last time is begun anew.
    """
    with op.get_context().autocommit_block():
        run = op.get_bind().exec_driver_sql
        held_for = run("SHOW lock_timeout").scalar_one()
        for statement in (
            "SET lock_timeout = 0",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            f"CREATE INDEX CONCURRENTLY {name} ON {on}",
            f"SET lock_timeout = '{held_for}'",
        ):
            run(statement)


def ask_for_rebuild() -> None:
    """Have the doctor ask for a rebuild: what was read before lacks what this migration adds."""
    run_sql(SCHEMA / "rebuild_due.sql")


def chassis_schema(step: str) -> None:
    """Take a step of the schema that every service has; a step that was released stays as it is."""
    for path in sorted((SCHEMA / step).glob("*.sql")):
        run_sql(path)
