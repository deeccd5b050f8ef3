"""The words of goals' titles, to look for: before the code that uses them is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0008"
down_revision = "0007"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0008_hints.sql"))
