"""How what waits for an answer is found: before the code that asks is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0012"
down_revision = "0011"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0012_asked.sql"))
