"""From what to what goals go, in which languages: before the code that asks for it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0005"
down_revision = "0004"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0005_serves.sql"))
    migrate.ask_for_rebuild()
