"""Choosing together: before the code that uses it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0007"
down_revision = "0006"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0007_choosing.sql"))
