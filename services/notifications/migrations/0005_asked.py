"""Which team a request is to: before the code that tells that team of it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0005"
down_revision = "0004"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0005_asked.sql"))
