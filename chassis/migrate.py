"""Brings a service's database to its newest schema, with plain SQL under Alembic."""

from pathlib import Path

from alembic import command, op
from alembic.config import Config
from sqlalchemy.engine import make_url

from chassis.settings import MigrationSettings

SCHEMA = Path(__file__).with_name("schema")


def upgrade(folder: Path, settings: MigrationSettings) -> None:
    """Run the migrations in `folder`/migrations that the database has not had.

    Two at once are safe: the second waits for the first. Raises SQLAlchemy's errors.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("alembic")))
    config.set_main_option("version_locations", str(folder / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["owner"] = _psycopg(settings.postgres_owner.get_secret_value())
    config.attributes["app"] = make_url(settings.postgres.get_secret_value()).username
    config.attributes["agency_name"] = settings.agency_name
    command.upgrade(config, "head")


def _psycopg(address: str) -> str:
    return "postgresql+psycopg://" + address.split("://", 1)[1]


def run_sql(path: Path) -> None:
    """Run a file of SQL within the migration at hand."""
    op.get_bind().exec_driver_sql(path.read_text(encoding="utf-8"))


def chassis_schema(step: str) -> None:
    """Take a step of the schema that every service has; a step that was released stays as it is."""
    for path in sorted((SCHEMA / step).glob("*.sql")):
        run_sql(path)
