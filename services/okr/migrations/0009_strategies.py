"""The strategies of the years: before the code that uses them is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0009"
down_revision = "0008"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0009_strategies.sql"))
